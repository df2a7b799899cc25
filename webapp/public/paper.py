"""The forms to be filled in with a pen: for those who can't or dare not write here."""

from __future__ import annotations

import io

from flask import Response, render_template, send_file

from engine.domain.people import PUBLIC
from engine.queries.paper_form import DrawPaperForm
from webapp.http.access import open_to_all
from webapp.http.current import engine, settings
from webapp.http.languages import current_language
from webapp.public.doors import DOORS
from webapp.public.journey import definition_of
from webapp.public.parts import blueprint
from webapp.rendering.forms import form_page
from webapp.rendering.paper import paper_form
from webapp.rendering.texts import gettext as _


@blueprint.get("/paper")
@open_to_all
def paper() -> str:
    forms = [(door, definition_of(door).title) for door in DOORS]
    return render_template("public/paper.html", forms=forms)


@blueprint.get("/paper/<door>.pdf")
@open_to_all
def paper_pdf(door: str) -> Response:
    """The name of the file says nothing: it stays among the downloads."""
    page = form_page(definition_of(door), say=_)
    form = paper_form(page, door, current_language(), settings().help_line)
    content = engine().answer(DrawPaperForm(form), PUBLIC)
    return send_file(
        io.BytesIO(content), "application/pdf", as_attachment=True, download_name=f"{_('lomake')}.pdf"
    )
