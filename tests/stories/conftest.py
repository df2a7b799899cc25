"""After each story: which arrows of the diagrams it went over."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.flows import FILE, TAKEN, flows_run_over
from tests.support.world import World


def pytest_configure(config: pytest.Config) -> None:
    config.stash.setdefault(TAKEN, set())


@pytest.fixture(autouse=True)
def _flows_recorded(request: pytest.FixtureRequest) -> Iterator[None]:
    world: World | None = request.getfixturevalue("world") if "world" in request.fixturenames else None
    yield
    if world is not None and not request.module.__name__.endswith("test_redrawn"):
        request.config.stash.setdefault(TAKEN, set()).update(flows_run_over(world))


def pytest_sessionfinish(session: pytest.Session) -> None:
    wanted = os.environ.get(FILE)
    if wanted:
        Path(wanted).write_text(json.dumps(sorted(session.config.stash.get(TAKEN, set()))))
