"""Process owners: what runs, drafts of changes, the editors, the gate and the second person's approval."""

from webapp.http.navigation import MenuItem
from webapp.rendering.words.catalogues import marked
from webapp.studio import (
    comparing,
    documentation,
    drafts,
    editing,
    letters,
    moving,
    promises,
    publishing,
    replaying,
    scenarios,
    translations,
    trying,
)
from webapp.studio.versions import READERS, blueprint

__all__ = ["MENU", "blueprint"]

for _part in (
    drafts,
    editing,
    publishing,
    comparing,
    documentation,
    letters,
    promises,
    translations,
    moving,
    trying,
    scenarios,
    replaying,
):
    _part.register(blueprint)

MENU = (MenuItem(marked("Mallit"), "studio.index", READERS),)
