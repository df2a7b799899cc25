"""Files of a case: added by staff, and read only as downloads that no browser opens inside our pages."""

from __future__ import annotations

import io
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, request, send_file, url_for

from engine.casework.incoming_files import LARGEST, examine
from engine.commands.attachments import LONGEST_DESCRIPTION, AttachToCase
from engine.domain.people import CASE_STAFF
from engine.errors import FileRefused
from engine.queries.attachment import ReadAttachment
from webapp.cases.viewing import Adding, shown
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.notices import notify
from webapp.http.uploads import is_too_large
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.file_names import readable_name


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/attachments/<uuid:attachment_id>", view_func=attachment, methods=["GET"])
    blueprint.add_url_rule("/<reference>/attachments", view_func=attach, methods=["POST"])


@for_staff(*CASE_STAFF, download=True)
def attachment(attachment_id: UUID) -> Response:
    found, content = engine().answer(ReadAttachment(attachment_id), sessions.actor())
    return send_file(
        io.BytesIO(content), found.media_type, as_attachment=True, download_name=readable_name(found.name)
    )


@for_staff(*CASE_STAFF, takes_files=True)
def attach(reference: str) -> Response | tuple[str, int]:
    about = request.form.get("about", "")[:LONGEST_DESCRIPTION]
    sent = request.files.get("file")
    name = sent.filename or "" if sent else ""
    if is_too_large():
        problem = _("Lähetys on liian suuri. Yksi tiedosto saa olla enintään 10 megatavua.")
        return shown(reference, adding=Adding(about, problem)), 422
    if sent is None or not name:
        return shown(reference, adding=Adding(about, _("Valitse ensin tiedosto."))), 422
    try:
        file = examine(engine().settings, name, sent.stream.read(LARGEST + 1))
        engine().perform(AttachToCase(reference, file, about), sessions.actor())
    except FileRefused as refused:
        return shown(reference, adding=Adding(about, f"{readable_name(name)}: {_(refused.message)}")), 422
    notify(_("Tiedosto on tallennettu asiaan."))
    return make_response(redirect(url_for("cases.case", reference=reference) + "#documents", code=303))
