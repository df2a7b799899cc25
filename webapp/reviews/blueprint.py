"""The blueprint of the reviewers' pages, and its entry in the main menu. Who reads the models may look; a reviewer words."""

from __future__ import annotations

from typing import Final

from flask import Blueprint

from engine.domain.people import Role
from engine.queries.text_reviews import REVIEW_READERS as REVIEW_READERS
from webapp.http.navigation import MenuItem
from webapp.rendering.words.catalogues import marked

REVIEWERS: Final = frozenset({Role.REVIEWER})

blueprint = Blueprint("reviews", __name__, url_prefix="/translations")
MENU = (MenuItem(marked("Käännökset"), "reviews.index", REVIEWERS),)
