"""The blueprint of the desk, its entry in the main menu, and the roles that may open its pages."""

from __future__ import annotations

from flask import Blueprint

from engine.domain.people import CASE_STAFF
from webapp.http.navigation import MenuItem
from webapp.rendering.words.catalogues import marked

blueprint = Blueprint("desk", __name__, url_prefix="/my-cases")
MENU = (MenuItem(marked("Omat asiat"), "desk.index", CASE_STAFF),)
