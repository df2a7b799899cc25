"""The receipt as a file: the whole of it, or a slip with nothing but the code on it."""

from __future__ import annotations

from flask import Response, request

from engine.domain.people import PUBLIC
from engine.errors import NotFound
from engine.queries.receipt import DrawReceipt
from webapp.http.access import open_to_all
from webapp.http.current import engine
from webapp.http.downloads import pdf
from webapp.http.languages import current_language
from webapp.http.limits import TYPING, spend
from webapp.public import drafts
from webapp.public.application_kinds import DOORS
from webapp.public.blueprint import blueprint
from webapp.rendering.words.catalogues import gettext as _


@blueprint.post("/<door>/receipt.pdf")
@open_to_all
def receipt_pdf(door: str) -> Response:
    """Asked for from the receipt's page, which holds the name of the sending. The file's name tells nothing."""
    if door not in DOORS:
        raise NotFound
    spend(TYPING)
    is_card = request.form.get("kind") == "card"
    content = engine().answer(
        DrawReceipt(request.form.get(drafts.FIELD, "")[:100], current_language().locale, is_card=is_card),
        PUBLIC,
    )
    name = _("muistilappu") if is_card else _("tosite")
    return pdf(content, name)
