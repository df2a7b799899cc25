"""Fixtures for tests of the pages: the application over a populated engine, and someone to look at it."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.browsing import Visitor, application
from tests.support.world import World


@pytest.fixture
def app(world: World) -> Flask:
    return application(world)


@pytest.fixture
def browser(app: Flask) -> Visitor:
    """Anyone, on any device."""
    return Visitor(app)
