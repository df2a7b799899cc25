"""The case file: everything known of one matter, for those whose work it is, and how a matter is found."""

from engine.domain.people import CASE_STAFF
from webapp.cases import (
    attachments,
    code,
    documents,
    extending,
    finding,
    links,
    messages,
    online_access,
    readers,
    viewing,
)
from webapp.cases.blueprint import blueprint
from webapp.http.navigation import MenuItem
from webapp.rendering.words.catalogues import marked

__all__ = ["MENU", "blueprint"]

for _part in (
    finding,
    viewing,
    messages,
    extending,
    readers,
    documents,
    attachments,
    links,
    online_access,
    code,
):
    _part.register(blueprint)

MENU = (MenuItem(marked("Asiat"), "cases.index", CASE_STAFF),)
