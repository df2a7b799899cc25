"""The blueprint of oversight, its entry in the main menu, and the roles that may open it."""

from __future__ import annotations

from flask import Blueprint

from engine.domain.people import Role
from webapp.http.navigation import MenuItem
from webapp.rendering.words.catalogues import marked

WATCHERS = frozenset({Role.MANAGER, Role.DIRECTOR})

blueprint = Blueprint("oversight", __name__, url_prefix="/oversight")
MENU = (MenuItem(marked("Seuranta"), "oversight.index", WATCHERS),)
