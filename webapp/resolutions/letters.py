"""A resolution's letter outside its task: downloaded as a draft, or read as a round was left."""

from __future__ import annotations

import io
from uuid import UUID

from flask import Blueprint, Response, render_template, send_file

from engine.domain.people import CASE_STAFF
from engine.queries.resolution_page import DrawLetter, ReadResolution
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.rendering.words.catalogues import gettext as _

blueprint = Blueprint("resolutions", __name__, url_prefix="/resolutions")


@blueprint.get("/tasks/<uuid:task_id>/letter.pdf")
@for_staff(*CASE_STAFF)
def letter_pdf(task_id: UUID) -> Response:
    content = engine().answer(DrawLetter(task_id), sessions.actor())
    name = f"{_('luonnos')}.pdf"
    return send_file(io.BytesIO(content), "application/pdf", as_attachment=True, download_name=name)


@blueprint.get("/<reference>/<uuid:resolution_id>")
@for_staff(*CASE_STAFF)
def resolution(reference: str, resolution_id: UUID) -> str:
    """One round of a resolution as it was prepared."""
    letter = engine().answer(ReadResolution(reference, resolution_id), sessions.actor())
    return render_template("resolutions/resolution.html", letter=letter, reference=reference)
