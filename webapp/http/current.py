"""Who asks, and the engine that answers. Flask's globals stop here and in the other modules of this package."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app

from webapp.http.navigation import MenuItem
from webapp.identification import Provider
from webapp.settings import WebSettings

if TYPE_CHECKING:
    from engine.executor import Engine
    from engine.simulation.simulation import Simulation

ENGINE = "vireille.engine"
SETTINGS = "vireille.settings"
MENU = "vireille.menu"
PROVIDER = "vireille.identity provider"


def engine() -> Engine[Simulation]:
    return cast("Engine[Simulation]", current_app.extensions[ENGINE])


def settings() -> WebSettings:
    return cast("WebSettings", current_app.extensions[SETTINGS])


def menu() -> tuple[MenuItem, ...]:
    """Every entry of the main menu, before it is cut to one person's roles."""
    return cast("tuple[MenuItem, ...]", current_app.extensions[MENU])


def identity_provider() -> Provider:
    """Only for pages that are there when one is configured."""
    return cast("Provider", current_app.extensions[PROVIDER])
