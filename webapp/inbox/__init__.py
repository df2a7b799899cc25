"""The work: tasks in the order in which they are due, one task a page, enquiries beside them, the urgent call."""

from engine.domain.people import CASE_STAFF
from webapp.http.navigation import MenuItem
from webapp.inbox import enquiries, lists, tasks, urgent, writing
from webapp.inbox.parts import blueprint
from webapp.rendering.texts import marked

__all__ = ["MENU", "blueprint"]

for _part in (lists, tasks, writing, enquiries, urgent):
    _part.register(blueprint)

MENU = (MenuItem(marked("Tehtävät"), "inbox.index", CASE_STAFF),)
