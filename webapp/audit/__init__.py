"""The auditors' pages: the access log, and the check that it is intact. They show no case's content."""

from engine.domain.people import Role
from webapp.audit import policy as policy
from webapp.audit.views import blueprint
from webapp.http.navigation import MenuItem
from webapp.rendering.words.catalogues import marked

__all__ = ["MENU", "blueprint", "policy"]

MENU = (MenuItem(marked("Käyttöloki"), "audit.index", frozenset({Role.AUDITOR})),)
