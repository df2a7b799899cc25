"""Changes to a case from its page: a message from outside, a call, a longer deadline."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from flask import Response, request

from engine.commands.by_code import RecordCall
from engine.commands.cases import CorrelateMessage
from engine.commands.deadlines import ExtendDeadline
from engine.commands.notices import BeginNotice
from engine.commands.taken_back import RecordTakingBack, RecordWithdrawal
from engine.domain.deadlines import NotAnExtension
from engine.domain.policy import Action
from engine.errors import Invalid
from engine.queries.case_file import OpenCaseFile
from forms.texts import Refused, to_date
from webapp.cases.blueprint import blueprint
from webapp.cases.case_page import TypedConsent, TypedExtension, case_page
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.notices import notify
from webapp.http.responses import see_other
from webapp.rendering.words.catalogues import gettext as _

_OPEN_A_TASK: Final = frozenset(
    {"appeal_received", "correction_needed", "reflection_change_needed", "removal_needed"}
)
"""Messages whose first step is a task, in which the rest is asked."""


@blueprint.post("/<reference>/messages")
@for_staff(action=Action.CORRELATE_MESSAGE)
def deliver_message(reference: str) -> Response:
    name, key = request.form.get("name", ""), request.form.get("key") or None
    began_at = engine().now()
    engine().perform(CorrelateMessage(reference, name, key), sessions.actor())
    notify(_("Tieto on kirjattu asiaan %(reference)s. Asia eteni.", reference=reference))
    begun = _begun(reference, began_at) if name in _OPEN_A_TASK else None
    if begun is not None:
        return see_other("inbox.task", task_id=begun)
    return see_other("cases.case", reference=reference)


def _begun(reference: str, since: datetime) -> UUID | None:
    """Return the staff's task that came since a moment; None if it has not come yet."""
    file = engine().answer(OpenCaseFile(reference, language=current_language().code), sessions.actor())
    new = [each for each in file.tasks if not each.is_outside and each.created_at >= since]
    return max((each.id for each in new), default=None)


@blueprint.post("/<reference>/notices")
@for_staff(action=Action.BEGIN_NOTICE)
def begin_notice(reference: str) -> Response:
    engine().perform(BeginNotice(reference), sessions.actor())
    notify(_("Ilmoitus aloitettiin. Tehtävä kirjoittaa se tulee hetken päästä tehtäviin."))
    return see_other("cases.case", reference=reference)


@blueprint.post("/<reference>/withdrawal")
@for_staff(action=Action.CORRELATE_MESSAGE)
def record_withdrawal(reference: str) -> Response:
    """Record that the person withdraws: from whom it is known, how and on which day."""
    typed = {
        name: request.form.get(name, "")[:40] for name in ("how", "withdrawn_on", "brought_by", "interpreter")
    }
    typed |= {name: request.form.get(name, "") for name in ("source", "words")}

    def refused(field: str, problem: str) -> Response:
        return case_page(reference, 422, withdrawing=TypedConsent(typed, {field: problem}))

    try:
        withdrawn_on = to_date(typed["withdrawn_on"]) if typed["withdrawn_on"].strip() else None
    except Refused:
        return refused("withdrawn_on", _("Kirjoita päivä muodossa 24.12.2026."))
    command = RecordWithdrawal(
        reference,
        typed["how"],
        withdrawn_on,
        typed["brought_by"],
        typed["source"],
        typed["words"],
        typed["interpreter"],
    )
    try:
        engine().perform(command, sessions.actor())
    except Invalid as refusal:
        return refused(refusal.field or "withdrawn_on", _(refusal.message))
    notify(_("Peruuttaminen on kirjattu. Käsittelijä varmistaa sen henkilöltä ennen kuin mitään raukeaa."))
    return see_other("cases.case", reference=reference)


@blueprint.post("/<reference>/withdrawal/taken-back")
@for_staff(action=Action.CORRELATE_MESSAGE)
def record_taking_back(reference: str) -> Response:
    """Record that the person took their withdrawal back: who, how, on which day, in which words."""
    how, on = request.form.get("how", "")[:40], request.form.get("taken_back_on", "")[:40]
    by, words = request.form.get("by", "")[:40], request.form.get("words", "")[:4000]
    interpreter = request.form.get("interpreter", "")[:40]

    def refused(field: str, problem: str) -> Response:
        typed = {"how": how, "taken_back_on": on, "by": by, "words": words, "interpreter": interpreter}
        return case_page(reference, 422, taking_back=TypedConsent(typed, {field: problem}))

    try:
        taken_back_on = to_date(on) if on.strip() else None
    except Refused:
        return refused("taken_back_on", _("Kirjoita päivä muodossa 24.12.2026."))
    try:
        command = RecordTakingBack(reference, how, taken_back_on, by, words, interpreter)
        engine().perform(command, sessions.actor())
    except Invalid as refusal:
        return refused(refusal.field or "taken_back_on", _(refusal.message))
    notify(_("Peruuttaminen on otettu takaisin. Tutkinta jatkuu."))
    return see_other("cases.case", reference=reference)


@blueprint.post("/<reference>/call")
@for_staff(action=Action.CORRELATE_MESSAGE)
def record_call(reference: str) -> Response:
    is_reached = request.form.get("reached") == "yes"
    is_owed = engine().perform(RecordCall(reference, is_reached), sessions.actor())
    notify(_("Kirjattu. Soita uudelleen seuraavana työpäivänä.") if is_owed else _("Puhelu on kirjattu."))
    return see_other("cases.case", reference=reference)


@blueprint.post("/<reference>/deadlines")
@for_staff(action=Action.EXTEND_DEADLINE)
def extend_deadline(reference: str) -> Response:
    name = request.form.get("name", "")[:100]
    business_key = request.form.get("business_key", "")[:100]
    until = request.form.get("until", "")[:40]
    reason = request.form.get("reason", "")[:40]

    def refused(field: str, problem: str) -> Response:
        extension = TypedExtension(name, business_key, until, reason, field, problem)
        return case_page(reference, 422, extension=extension)

    try:
        last_day = to_date(until)
    except Refused:
        return refused("until", _("Kirjoita päivä muodossa 24.12.2026."))
    try:
        command = ExtendDeadline(reference, name, last_day, reason, business_key or None)
        engine().perform(command, sessions.actor())
    except (Invalid, NotAnExtension) as refusal:
        return refused(refusal.field or "until", _(refusal.message))
    notify(_("Määräaikaa pidennettiin. Kirjaus näkyy määräajoissa."))
    return see_other("cases.case", reference=reference, anchor="deadlines")
