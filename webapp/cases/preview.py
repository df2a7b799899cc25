"""A file of a case, looked at in the page: each page is drawn as a picture in a cage; the file itself stays where it is."""

from __future__ import annotations

from base64 import b64encode
from uuid import UUID

from flask import Response, request, url_for

from engine.domain.policy import Action
from engine.errors import NotFound
from engine.letters.picturing import NotDrawn, drawn_page
from engine.queries.preview import PreviewedKind, ReadForPreview
from webapp.cases.blueprint import blueprint
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.posted import number_in
from webapp.http.responses import render
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.pinned import pinned_words


@blueprint.get("/<reference>/documents/<uuid:document_id>")
@for_staff(action=Action.READ_DOCUMENT)
def preview_document(reference: str, document_id: UUID) -> Response:
    download = url_for("cases.document", document_id=document_id)
    return _page(reference, PreviewedKind.DOCUMENT, document_id, download)


@blueprint.get("/<reference>/attachments/<uuid:attachment_id>")
@for_staff(action=Action.READ_ATTACHMENT)
def preview_attachment(reference: str, attachment_id: UUID) -> Response:
    download = url_for("cases.attachment", attachment_id=attachment_id)
    return _page(reference, PreviewedKind.ATTACHMENT, attachment_id, download)


def _page(reference: str, kind: PreviewedKind, file_id: UUID, download: str) -> Response:
    number = number_in(request.args.get("page", "1"))
    if number is None:
        raise NotFound
    file = engine().answer(ReadForPreview(reference, kind, file_id), sessions.actor())
    picture, has_next, problem = "", False, ""
    try:
        caged_only = not engine().settings.is_demonstration
        drawn = drawn_page(file.content, file.media_type, number, caged_only=caged_only)
        if drawn is None:
            raise NotFound
        picture, has_next = b64encode(drawn.picture).decode(), drawn.has_next
    except NotDrawn as refused:
        problem = _(refused.message)
    return render(
        "cases/preview.html",
        reference=reference,
        name=file.name,
        number=number,
        picture=picture,
        has_next=has_next,
        problem=problem,
        download=download,
        **pinned_words(file.in_sight),
    )
