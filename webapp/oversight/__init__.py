"""Managers: what is late and what will be, where cases wait, who carries what; and moving it."""

from webapp.http.navigation import MenuItem
from webapp.oversight import moving, overview
from webapp.oversight.parts import WATCHERS, blueprint
from webapp.rendering.texts import marked

__all__ = ["MENU", "blueprint"]

for _part in (overview, moving):
    _part.register(blueprint)

MENU = (MenuItem(marked("Seuranta"), "oversight.index", WATCHERS),)
