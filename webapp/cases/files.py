"""Files of a case: documents and attachments. They are sent as downloads only, so that no browser opens them within our pages."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request

from engine.casework.incoming_files import LARGEST, examine
from engine.commands.attachments import LONGEST_DESCRIPTION, AttachToCase, NameEarlierVersion
from engine.domain.policy import Action
from engine.errors import FileRefused, Invalid, NotFound
from engine.queries.attachment import ReadAttachment
from engine.queries.case_file import ReadDocument
from webapp.cases.blueprint import blueprint
from webapp.cases.case_page import TypedFile, case_page
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.notices import notify
from webapp.http.posted import uuid_in
from webapp.http.responses import download, see_other
from webapp.http.uploads import is_too_large
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.files import readable_name

ENDINGS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "text/plain": ".txt"}


@blueprint.get("/documents/<uuid:document_id>")
@for_staff(action=Action.READ_DOCUMENT, download=True)
def document(document_id: UUID) -> Response:
    found, content = engine().answer(ReadDocument(document_id), sessions.actor())
    media_type = found.media_type if found.media_type in ENDINGS else "application/octet-stream"
    return download(content, media_type, f"{found.title}{ENDINGS.get(found.media_type, '')}")


@blueprint.get("/attachments/<uuid:attachment_id>")
@for_staff(action=Action.READ_ATTACHMENT, download=True)
def attachment(attachment_id: UUID) -> Response:
    found, content = engine().answer(ReadAttachment(attachment_id), sessions.actor())
    return download(content, found.media_type, readable_name(found.name))


@blueprint.post("/<reference>/attachments")
@for_staff(action=Action.ATTACH_FILE, takes_files=True)
def attach(reference: str) -> Response:
    about = request.form.get("about", "")[:LONGEST_DESCRIPTION]
    sent = request.files.get("file")
    name = sent.filename or "" if sent else ""

    replaces = request.form.get("replaces", "")[:40]

    def refused(problem: str) -> Response:
        return case_page(reference, 422, adding=TypedFile(about, problem, replaces))

    if is_too_large():
        return refused(_("Lähetys on liian suuri. Yksi tiedosto saa olla enintään 10 megatavua."))
    if sent is None or not name:
        return refused(_("Valitse ensin tiedosto."))
    try:
        file = examine(engine().settings, name, sent.stream.read(LARGEST + 1))
        engine().perform(AttachToCase(reference, file, about, uuid_in(replaces)), sessions.actor())
    except Invalid as refusal:
        return refused(_(refusal.message))
    except FileRefused as refusal:
        return refused(f"{readable_name(name)}: {_(refusal.message)}")
    notify(_("Tiedosto on tallennettu asiaan."))
    return see_other("cases.case", reference=reference, anchor="documents")


@blueprint.post("/<reference>/attachments/versions")
@for_staff(action=Action.NAME_VERSION)
def name_version(reference: str) -> Response:
    newer = uuid_in(request.form.get("newer", "")[:40])
    earlier = uuid_in(request.form.get("earlier", "")[:40])
    if newer is None:
        raise NotFound
    try:
        engine().perform(NameEarlierVersion(reference, newer, earlier), sessions.actor())
    except Invalid as refused:
        notify(_(refused.message), "warning")
    else:
        notify(_("Merkitty."))
    return see_other("cases.case", reference=reference, anchor="documents")
