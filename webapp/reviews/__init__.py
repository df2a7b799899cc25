"""Pages of those who review translations: progress by page, one text with its place, accept or better."""

from webapp.reviews import languages, texts
from webapp.reviews.blueprint import MENU, blueprint
from webapp.reviews.words import shown

blueprint.add_app_template_filter(shown, "placed")

__all__ = ["MENU", "blueprint", "languages", "texts"]
