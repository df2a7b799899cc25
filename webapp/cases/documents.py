"""A document of a case, always as a download: nothing that came from outside is shown inside our own pages."""

from __future__ import annotations

import io
from uuid import UUID

from flask import Blueprint, Response, send_file

from engine.domain.people import CASE_STAFF
from engine.queries.case_file import ReadDocument
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine

ENDINGS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "text/plain": ".txt"}


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/documents/<uuid:document_id>", view_func=document, methods=["GET"])


@for_staff(*CASE_STAFF, download=True)
def document(document_id: UUID) -> Response:
    found, content = engine().answer(ReadDocument(document_id), sessions.actor())
    known = found.media_type in ENDINGS
    return send_file(
        io.BytesIO(content),
        found.media_type if known else "application/octet-stream",
        as_attachment=True,
        download_name=f"{found.title}{ENDINGS.get(found.media_type, '')}",
    )
