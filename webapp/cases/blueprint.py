"""The blueprint of case files, its entry in the main menu, and the roles that may do each thing."""

from __future__ import annotations

from flask import Blueprint

from engine.domain.people import CASE_STAFF, Role
from webapp.http.navigation import MenuItem
from webapp.rendering.words.catalogues import marked

blueprint = Blueprint("cases", __name__, url_prefix="/cases")
MENU = (MenuItem(marked("Asiat"), "cases.index", CASE_STAFF),)

DEADLINE_EXTENDERS = frozenset({Role.MANAGER, Role.DIRECTOR})
ACCESS_KEEPERS = frozenset({Role.CASEWORKER, Role.MANAGER, Role.DIRECTOR})
"""Roles that give people outside their access: reply links, the applicant's code, reading online."""
LOG_READERS = frozenset({Role.AUDITOR, Role.MANAGER, Role.DIRECTOR})
