"""Auditors: who looked at what and when, and proof that the log is whole. No case's content is shown here."""

from engine.domain.people import Role
from webapp.audit.views import blueprint
from webapp.http.navigation import MenuItem
from webapp.rendering.words.catalogues import marked

__all__ = ["MENU", "blueprint"]

MENU = (MenuItem(marked("Käyttöloki"), "audit.index", frozenset({Role.AUDITOR})),)
