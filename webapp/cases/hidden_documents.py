"""The page that hides what staff registered in error, and the same of what is hidden: it shows it again."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Response, request

from engine.commands.hidden_documents import HideDocument, ShowDocument
from engine.domain.policy import Action
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.queries.arrivals import HidingPage, OpenHiding
from webapp.cases.blueprint import blueprint
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.notices import notify
from webapp.http.responses import render, see_other
from webapp.rendering.words.arrival_words import worded_arrivals, worded_hidden
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.note_words import names_in
from webapp.rendering.words.pinned import pinned_words


@blueprint.get("/<reference>/registered/<uuid:document_id>/hidden")
@for_staff(action=Action.ARRIVALS_PAGE)
def hidden_document(reference: str, document_id: UUID) -> Response:
    return _page(reference, document_id, {}, {})


@blueprint.post("/<reference>/registered/<uuid:document_id>/hidden")
@for_staff(action=Action.HIDE_DOCUMENT)
def hide_document(reference: str, document_id: UUID) -> Response:
    typed = _typed()
    into = " ".join(typed["into"].split())
    try:
        though_cited = typed["though_cited"] == "yes"
        command = HideDocument(reference, document_id, typed["reason"], into, though_cited)
        engine().perform(command, sessions.actor())
    except NotFound:
        if not into:
            raise
        problem = _(
            "Tällä viitteellä ei ole asiaa, jonka näet. Tarkista viite. Jos se on oikein, asia voi olla rajattu: kysy esihenkilöltä."
        )
        return _page(reference, document_id, typed, {"into": problem})
    except Invalid as refused:
        return _page(reference, document_id, typed, {refused.field or "reason": _(refused.message)})
    except (Conflict, Forbidden) as refused:
        return _page(reference, document_id, typed, {}, _(refused.message))
    notify(_("Asiakirja on piilotettu. Kukaan ei voi enää lukea sitä tässä asiassa."))
    if into:
        notify(_("Tiedosto lisättiin asiaan %(reference)s.", reference=into))
    return see_other("cases.arrivals", reference=reference, anchor="hidden")


@blueprint.post("/<reference>/registered/<uuid:document_id>/shown")
@for_staff(action=Action.SHOW_DOCUMENT)
def show_document(reference: str, document_id: UUID) -> Response:
    typed = _typed()
    try:
        engine().perform(ShowDocument(reference, document_id, typed["reason"]), sessions.actor())
    except Invalid as refused:
        return _page(reference, document_id, typed, {refused.field or "reason": _(refused.message)})
    except (Conflict, Forbidden) as refused:
        return _page(reference, document_id, typed, {}, _(refused.message))
    notify(_("Asiakirja on taas näkyvissä."))
    return see_other("cases.arrivals", reference=reference)


def _typed() -> dict[str, str]:
    return {
        "reason": request.form.get("reason", "")[:4000].replace("\r\n", "\n"),
        "into": request.form.get("into", "")[:100],
        "though_cited": request.form.get("though_cited", "")[:100],
    }


def _page(
    reference: str,
    document_id: UUID,
    typed: Mapping[str, str],
    problems: Mapping[str, str],
    conflict: str = "",
) -> Response:
    page: HidingPage = engine().answer(OpenHiding(reference, document_id), sessions.actor())
    if page.document is None and page.hidden is None:
        return see_other("cases.arrivals", reference=reference, anchor="hidden")
    arrivals = page.document.arrivals if page.document else ()
    return render(
        "cases/hidden_document.html",
        409 if conflict else 422 if problems else 200,
        page=page,
        reference=reference,
        document_id=page.hidden.id if page.hidden else document_id,
        arrived=worded_arrivals(
            arrivals,
            reference,
            page.case.received_at,
            names_in(page.in_sight.parties),
            {},
            page.in_sight.moment,
        ),
        hidden=worded_hidden([page.hidden])[0] if page.hidden else None,
        typed=typed,
        problems=problems,
        conflict=conflict,
        **pinned_words(page.in_sight),
    )
