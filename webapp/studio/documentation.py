"""Everything about one version on one page: to be read through, printed, or put into an archive."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template
from markupsafe import Markup

from engine.queries.comparing import OpenDocumentation
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.studio.comparing import words
from webapp.studio.versions import READERS


def register(blueprint: Blueprint) -> None:
    rule = "/sources/<uuid:source_id>/documentation"
    blueprint.add_url_rule(rule, view_func=documentation, methods=["GET"])


@for_staff(*READERS)
def documentation(source_id: UUID) -> str:
    page = engine().answer(OpenDocumentation(source_id, words()), sessions.actor())
    return render_template("studio/documentation.html", page=page, told=page.documentation, drawn=_drawn)


def _drawn(svg: str) -> Markup:
    return Markup(svg)  # noqa: S704 - drawn by us from numbers and escaped names, never the model's markup
