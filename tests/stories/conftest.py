"""After each story: which arrows of the diagrams it went over."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest

from tests.support.flows import FOLDER, STORIES, TAKEN, flows_run_over, written
from tests.support.programs import Program, program
from tests.support.receiver import Receiving, receiver
from tests.support.story import Story
from tests.support.world import World

NADIA = {
    "given_names": "Nadia",
    "family_name": "Kuvitelma",
    "born_on": "1996-05-12",
    "safe_channels": ["phone"],
    "phone": "000 000 0005",
}
NADYA = {**NADIA, "given_names": "Nadya", "born_on": "1996-12-05", "phone": "+358 00 000 0005"}


def pytest_configure(config: pytest.Config) -> None:
    config.stash.setdefault(TAKEN, set())


@pytest.fixture
def assessed(story: Story) -> Story:
    story.applies()
    story.until("assessment")
    return story


@pytest.fixture
def registered(story: Story) -> Story:
    story.applies(safe_channels=["phone", "email"], phone="000 000 0009", email="a@example.invalid")
    story.does("kirjaaja", "register", caseworker=str(story.world.people["kasittelija"].id))
    return story


@pytest.fixture
def robot(world: World) -> Program:
    return program(world)


@pytest.fixture
def partner(world: World) -> Iterator[Receiving]:
    """The address of a program, on this machine, which the operator allows."""
    world.engine.settings = replace(world.engine.settings, webhook_networks=(ip_network("127.0.0.0/8"),))
    with receiver() as receiving:
        yield receiving


@pytest.fixture(autouse=True)
def _flows_recorded(request: pytest.FixtureRequest) -> Iterator[None]:
    world: World | None = request.getfixturevalue("world") if "world" in request.fixturenames else None
    yield
    request.config.stash.setdefault(STORIES, set()).add(request.path.name)
    if world is not None and not request.module.__name__.endswith("test_redrawn"):
        request.config.stash.setdefault(TAKEN, set()).update(flows_run_over(world))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if FOLDER in os.environ:
        stash = session.config.stash
        written(Path(os.environ[FOLDER]), stash.get(STORIES, set()), stash.get(TAKEN, set()))


@pytest.fixture
def earlier(story: Story) -> Story:
    story.applies(**NADIA)
    story.does("kirjaaja", "register", caseworker=str(story.world.people["kasittelija"].id))
    return story


@pytest.fixture
def later(earlier: Story) -> Story:
    found = Story(earlier.world)
    found.applies(**NADYA)
    return found
