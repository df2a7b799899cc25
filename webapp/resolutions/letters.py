"""A resolution's letter outside its task: the draft as a PDF, or an earlier preparation as a page."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, render_template

from engine.domain.policy import Action
from engine.queries.resolution_page import DrawLetter, ReadResolution
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.responses import pdf
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.pinned import pinned_words

blueprint = Blueprint("resolutions", __name__, url_prefix="/resolutions")


@blueprint.get("/tasks/<uuid:task_id>/letter.pdf")
@for_staff(action=Action.DRAW_LETTER)
def letter_pdf(task_id: UUID) -> Response:
    return pdf(engine().answer(DrawLetter(task_id), sessions.actor()).pdf(), _("luonnos"))


@blueprint.get("/<reference>/<uuid:resolution_id>")
@for_staff(action=Action.READ_RESOLUTION)
def resolution(reference: str, resolution_id: UUID) -> str:
    letter = engine().answer(ReadResolution(reference, resolution_id), sessions.actor())
    seen = pinned_words(letter.in_sight) if letter.in_sight else {}
    return render_template("resolutions/resolution.html", letter=letter, reference=reference, **seen)
