"""Fixtures: a world, and a story in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.settings import MailSettings
from tests.support.story import Story
from tests.support.world import Template, World, world_on

MAIL = MailSettings("mail.example", 25, "", "", "none", "viesti@example.invalid")
"""Present, so that the worker takes messages; stories catch them instead of sending."""


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def world(database_url: str, tmp_path: Path, template: Template) -> Iterator[World]:
    with world_on(database_url, tmp_path, template, MAIL) as made:
        yield made


@pytest.fixture
def story(world: World) -> Story:
    return Story(world)
