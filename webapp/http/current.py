"""The engine, the settings and the day of this request. Only this package uses Flask's globals."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import current_app

from engine.clock import day_of
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
STAFF_PROVIDER = "vireille.staff provider"


def engine() -> Engine[Simulation]:
    found: Engine[Simulation] = current_app.extensions[ENGINE]
    return found


def settings() -> WebSettings:
    found: WebSettings = current_app.extensions[SETTINGS]
    return found


def menu() -> tuple[MenuItem, ...]:
    """Return every entry of the main menu, for all roles."""
    found: tuple[MenuItem, ...] = current_app.extensions[MENU]
    return found


def identity_provider() -> Provider:
    """Return the identification service. Called only by pages that exist if one is configured."""
    found: Provider = current_app.extensions[PROVIDER]
    return found


def staff_provider() -> Provider:
    """Return the provider at which staff sign in. Called only where one is configured."""
    found: Provider = current_app.extensions[STAFF_PROVIDER]
    return found


def today() -> date:
    """Return today's date in Finland by the engine's clock."""
    return day_of(engine().now())
