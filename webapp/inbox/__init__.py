"""The work: tasks in the order in which they are due, one task a page, enquiries beside them, the urgent call."""

from engine.domain.people import CASE_STAFF, Role
from webapp.http.navigation import MenuItem
from webapp.inbox import enquiries, lists, tasks, writing
from webapp.inbox.blueprint import blueprint
from webapp.inbox.intake import written
from webapp.inbox.urgent import calls
from webapp.rendering.words.catalogues import marked

__all__ = ["CALLS_MENU", "MENU", "blueprint", "calls", "written"]

for _part in (lists, tasks, writing, enquiries):
    _part.register(blueprint)

MENU = (MenuItem(marked("Tehtävät"), "inbox.index", CASE_STAFF),)
CALLS_MENU = (MenuItem(marked("Kiireellinen puhelu"), "urgent.call", frozenset({Role.INTAKE, Role.ON_CALL})),)
