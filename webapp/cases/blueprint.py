"""The blueprint of case files and its entry in the main menu."""

from __future__ import annotations

from flask import Blueprint

from engine.domain.people import CASE_STAFF
from webapp.http.navigation import MenuItem
from webapp.rendering.words.catalogues import marked

blueprint = Blueprint("cases", __name__, url_prefix="/cases")
MENU = (MenuItem(marked("Asiat"), "cases.index", CASE_STAFF),)
