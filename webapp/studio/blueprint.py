"""The blueprint of the studio, its entry in the main menu, and the roles that may read it. Only process owners change anything."""

from __future__ import annotations

from flask import Blueprint

from engine.domain.people import Role
from webapp.http.navigation import MenuItem
from webapp.rendering.words.catalogues import marked

READERS = frozenset({Role.PROCESS_OWNER, Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR})

blueprint = Blueprint("studio", __name__, url_prefix="/models")
MENU = (MenuItem(marked("Mallit"), "studio.index", READERS),)
