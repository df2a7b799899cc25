"""The blueprints of the inbox, their entries in the main menu, and the roles that may open their pages."""

from __future__ import annotations

from flask import Blueprint

from engine.domain.people import CASE_STAFF, Role
from webapp.http.navigation import MenuItem
from webapp.rendering.words.catalogues import marked

INTAKE_STAFF = frozenset({Role.INTAKE, Role.ON_CALL, Role.CASEWORKER})
"""Roles that take calls, answer enquiries and write down applications."""
BODY_LIMIT = 2_000_000
"""Bytes of a long letter with its reasons, several times over."""

blueprint = Blueprint("inbox", __name__, url_prefix="/tasks")
urgent_call = Blueprint("urgent", __name__, url_prefix="/tasks/urgent")
"""On its own for the main menu: the telephone does not wait until a list is found."""
intake = Blueprint("intake", __name__, url_prefix="/tasks/intake")

MENU = (MenuItem(marked("Tehtävät"), "inbox.index", CASE_STAFF),)
URGENT_CALL_MENU = (
    MenuItem(marked("Kiireellinen puhelu"), "urgent.call", frozenset({Role.INTAKE, Role.ON_CALL})),
)
