"""Managers: what is late and what will be, where cases wait, who carries what; and moving it."""

from webapp.http.navigation import MenuItem
from webapp.oversight import moving, overview
from webapp.oversight.blueprint import WATCHERS, blueprint
from webapp.rendering.words.catalogues import marked

__all__ = ["MENU", "blueprint"]

for _part in (overview, moving):
    _part.register(blueprint)

MENU = (MenuItem(marked("Seuranta"), "oversight.index", WATCHERS),)
