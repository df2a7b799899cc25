"""The blueprint of administration, and its entry in the main menu."""

from __future__ import annotations

from typing import Final

from flask import Blueprint

from engine.domain.administration import DECIDERS as DECIDERS
from engine.domain.people import Role
from webapp.http.navigation import MenuItem
from webapp.rendering.words.catalogues import marked

READERS: Final = (*DECIDERS, Role.AUDITOR)
"""Of the log."""

blueprint = Blueprint("administration", __name__, url_prefix="/administration")
MENU = (MenuItem(marked("Hallinta"), "administration.index", frozenset(DECIDERS)),)
