"""PDF files of the public side: forms to fill in with a pen, and the receipt of what was sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from flask import Response, render_template, request

from engine.domain.people import PUBLIC
from engine.errors import NotFound
from engine.queries.paper_form import DrawPaperForm
from engine.queries.receipt import DrawReceipt
from webapp.http.access import open_to_all
from webapp.http.current import engine, settings
from webapp.http.languages import current_language
from webapp.http.limits import TYPING, spend
from webapp.http.responses import pdf
from webapp.public import drafts
from webapp.public.application_kinds import DOORS, definition_of
from webapp.public.blueprint import blueprint
from webapp.rendering.forms.page import form_page
from webapp.rendering.forms.paper import paper_form
from webapp.rendering.words.catalogues import gettext as _


@blueprint.get("/paper")
@open_to_all
def paper() -> str:
    return render_template("public/paper.html", forms=list(_offered()))


def _offered() -> Iterator[tuple[str, str]]:
    """Yield each door with the title of its form. A form that the deployment does not have is left out."""
    for door in DOORS:
        with suppress(NotFound):
            yield door, definition_of(door).title


@blueprint.get("/paper/<door>.pdf")
@open_to_all
def paper_pdf(door: str) -> Response:
    """Send a form as a PDF. The file name is neutral, since it stays among the downloads."""
    page = form_page(definition_of(door), say=_)
    form = paper_form(page, door, current_language(), settings().help_line)
    return pdf(engine().answer(DrawPaperForm(form), PUBLIC), _("lomake"))


@blueprint.post("/<door>/receipt.pdf")
@open_to_all
def receipt_pdf(door: str) -> Response:
    """Send the whole receipt, or a slip with the code alone. The file name is neutral."""
    if door not in DOORS:
        raise NotFound
    spend(TYPING)
    is_card = request.form.get("kind") == "card"
    token = request.form.get(drafts.FIELD, "")[:100]
    letter = engine().answer(DrawReceipt(token, current_language().code, is_card=is_card), PUBLIC)
    return pdf(letter.pdf(), _("muistilappu") if is_card else _("tosite"))
