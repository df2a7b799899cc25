"""The day in Finland, as the engine's clock has it."""

from __future__ import annotations

from datetime import date

from engine.clock import day_of
from webapp.http.current import engine


def today() -> date:
    return day_of(engine().now())
