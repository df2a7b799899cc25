"""The forms to be filled in with a pen: for those who can't or dare not write here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from flask import Response, render_template

from engine.domain.people import PUBLIC
from engine.errors import NotFound
from engine.queries.paper_form import DrawPaperForm
from webapp.http.access import open_to_all
from webapp.http.current import engine, settings
from webapp.http.downloads import pdf
from webapp.http.languages import current_language
from webapp.public.application_kinds import DOORS
from webapp.public.blueprint import blueprint
from webapp.public.journey import definition_of
from webapp.rendering.forms.page import form_page
from webapp.rendering.forms.paper import paper_form
from webapp.rendering.words.catalogues import gettext as _


@blueprint.get("/paper")
@open_to_all
def paper() -> str:
    return render_template("public/paper.html", forms=list(_offered()))


def _offered() -> Iterator[tuple[str, str]]:
    """Each door with the title of its form; a version older than a form is without it."""
    for door in DOORS:
        with suppress(NotFound):
            yield door, definition_of(door).title


@blueprint.get("/paper/<door>.pdf")
@open_to_all
def paper_pdf(door: str) -> Response:
    """The name of the file says nothing: it stays among the downloads."""
    page = form_page(definition_of(door), say=_)
    form = paper_form(page, door, current_language(), settings().help_line)
    content = engine().answer(DrawPaperForm(form), PUBLIC)
    return pdf(content, _("lomake"))
