"""The fixtures of all tests: an empty database of each kind, a browser."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser

from tests.support.chromium import chromium as running_chromium
from tests.support.flows import FOLDER
from tests.support.passwords import hash_cheaply
from tests.support.postgres import Cluster
from tests.support.postgres import cluster as running_cluster
from tests.support.statements import share_statements
from tests.support.world import Template
from tests.support.worlds import beginnings as beginnings
from tests.support.worlds import key_store_url as key_store_url
from tests.support.worlds import story as story
from tests.support.worlds import template as template
from tests.support.worlds import world as world

IN_MEMORY = Path("/dev/shm")
ROOM = 4 * 2**30
if "TMPDIR" not in os.environ and IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ROOM:
    # Every commit waits for the disk: on a slow disk that took half of a test run and tests nothing.
    tempfile.tempdir = os.environ["TMPDIR"] = str(IN_MEMORY)

share_statements()
hash_cheaply()

# On two shared cores the duration of an example means nothing.
settings.register_profile(
    "quick", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("night", deadline=None, max_examples=2000)
settings.load_profile("quick")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test marked `databases` on both kinds, any other that needs a database on SQLite."""
    if "database_url" in metafunc.fixturenames:
        both = metafunc.definition.get_closest_marker("databases") is not None
        kinds = ["sqlite", "postgresql"] if both else ["sqlite"]
        metafunc.parametrize("database_kind", kinds, scope="function", indirect=True)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files with slow tests first, so that no process works alone at the end. The order within a file stays.

    A single process runs the stories first and then checks which arrows they went over. When several processes run
    them, a later process checks after all have ended.
    """
    if FOLDER in os.environ and "PYTEST_XDIST_WORKER" in os.environ:
        items[:] = [item for item in items if "flow_coverage" not in item.nodeid]
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    items.sort(
        key=lambda item: (
            alone and "flow_coverage" in item.nodeid,
            item.path not in slow,
            "browser" not in item.path.parts,
        )
    )


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage among what is imported: all of it stays."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    """Take all that was imported out of the collector's sight: it looked through half a million objects each time, and
    none of them ever goes. Then it looks as seldom as in the server: Python's own pace took a thirtieth of the run, as
    Hypothesis notes each look."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """The kind of database: sqlite or postgresql."""
    return str(request.param)


@pytest.fixture
def database_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database, removed after the test: empty, or on a server populated where a world needs it, with our
    tables where a test needs `tables`, because one is copied from another only when it is made."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'vireille.db'}"
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    copied = {"world": "template", "tables": "tables"}
    source = next((each for needs, each in copied.items() if needs in request.fixturenames), None)
    template: Template | None = request.getfixturevalue(source) if source else None
    name = template.copy_on(cluster) if template else cluster.new_database()
    yield cluster.url(name)
    cluster.drop_database(name)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser
