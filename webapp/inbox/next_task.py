"""The task that is offered next: which, why this one, and taking it."""

from __future__ import annotations

from typing import Final

from flask import Response, request

from engine.commands.next_task import TakeNext
from engine.domain.next_task import Offer
from engine.domain.people import CASE_STAFF
from engine.errors import Conflict
from engine.queries.next_task import OfferNext
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.notices import notify
from webapp.http.posted import uuid_in
from webapp.http.responses import render, see_other
from webapp.inbox.blueprint import blueprint
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.due import due_or_looked_at

REASONS: Final = {
    "urgent": marked("Asia on kiireellinen."),
    "late": marked("Tehtävä on myöhässä."),
    "own": marked("Olet asian käsittelijä."),
    "child": marked("Asia koskee lasta."),
    "due_soon": marked("Määräpäivä on kahden päivän sisällä."),
    "waited": marked("Asia on odottanut vähintään kymmenen päivää."),
    "usual": marked("Kiireellisempää ei ole vapaana."),
}
"""Sentences for the words of the shipped table `take_next`."""


@blueprint.get("/next")
@for_staff(*CASE_STAFF)
def offer_next() -> Response:
    return _page()


@blueprint.post("/next")
@for_staff(*CASE_STAFF)
def take_next() -> Response:
    """Take the task that the page offered, or what is offered now if a colleague was faster."""
    seen = uuid_in(request.form.get("seen", ""))
    try:
        taken = engine().perform(TakeNext(seen), sessions.actor())
    except Conflict as conflict:
        return _page(problem=_(conflict.message))
    if taken is None:
        return see_other("inbox.task", task_id=seen)
    if taken.task.task_id != seen:
        notify(_("Kollega ehti ensin. Sait seuraavan: %(why)s", why=why(taken)))
    else:
        notify(_("Tehtävä on sinulla. %(why)s", why=why(taken)))
    return see_other("inbox.task", task_id=taken.task.task_id)


def why(offer: Offer) -> str:
    """Return the reason as a sentence; a word of an edited table as it stands."""
    known = REASONS.get(offer.reason)
    return _(known) if known else offer.reason


def _page(problem: str = "") -> Response:
    found = engine().answer(OfferNext(current_language().code), sessions.actor())
    offer = found.offer
    return render(
        "inbox/next.html",
        409 if problem else 200,
        found=found,
        offer=offer,
        why=why(offer) if offer else "",
        due=due_or_looked_at(offer.task.due_at, offer.task.sort_at, engine().now()) if offer else None,
        problem=problem,
    )
