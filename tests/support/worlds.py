"""Fixtures: a world, and a story in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from engine.settings import MailSettings
from tests.support.beginnings import Beginnings
from tests.support.story import Story
from tests.support.world import Template, World, key_store_beside, world_on

MAIL = MailSettings("mail.example", 25, "", "", "none", "viesti@example.invalid")
"""Present, so that the worker takes messages; stories catch them instead of sending."""

SHARING = frozenset({"stories", "webapp", "browser"})
LISTENING = frozenset({"monkeypatch", "caplog", "capsys", "capfd"})


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def beginnings() -> Beginnings:
    return Beginnings()


@pytest.fixture
def key_store_url(database_url: str, tmp_path: Path) -> str:
    """The address of the world's key store. Tests of the store itself have it on a server too."""
    return key_store_beside(database_url, tmp_path)


@pytest.fixture
def world(
    database_url: str,
    key_store_url: str,
    tmp_path: Path,
    template: Template,
    beginnings: Beginnings,
    request: pytest.FixtureRequest,
) -> Iterator[World]:
    """A world of the test's own. Only the tests of what people do and see may share how cases begin in it: the others
    look at how that is done, listen to it, or break it."""
    url = make_url(database_url)
    shared = None
    if url.get_backend_name() == "sqlite":
        template.copy(Path(url.database or ""))
        is_in_file = make_url(key_store_url).get_backend_name() == "sqlite"
        shares = SHARING.intersection(request.path.parts) and LISTENING.isdisjoint(request.fixturenames)
        shared = beginnings if is_in_file and shares else None
    with world_on(database_url, tmp_path, MAIL, key_store_url, shared) as made:
        yield made


@pytest.fixture
def story(world: World) -> Story:
    return Story(world)
