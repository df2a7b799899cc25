"""The consent ledger on the case page: a consent recorded, a consent taken back."""

from __future__ import annotations

from datetime import date

from flask import Response, request

from engine.commands.consents import ConsentDetails, RecordConsent, WithdrawConsent
from engine.domain.policy import Action
from engine.errors import Conflict, Invalid, NotFound
from forms.texts import Refused, to_date
from webapp.cases.blueprint import blueprint
from webapp.cases.case_page import TypedConsent, case_page
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.notices import notify
from webapp.http.posted import uuid_in
from webapp.http.responses import see_other
from webapp.rendering.words.catalogues import gettext as _

LONGEST = 4000


@blueprint.post("/<reference>/consents")
@for_staff(action=Action.KEEP_CONSENTS)
def record_consent(reference: str) -> Response:
    typed = _posted()
    try:
        details = ConsentDetails(
            typed.get("purpose", ""),
            typed.get("recipient", ""),
            typed.get("language", ""),
            typed.get("given_how", ""),
            _day(typed, "given_on"),
            note=typed.get("note", ""),
            interpreted=typed.get("interpreter", ""),
        )
        command = RecordConsent(reference, details, is_given=typed.get("state") == "given")
        engine().perform(command, sessions.actor())
    except Invalid as refused:
        return _refused(reference, typed, refused)
    notify(_("Suostumus on kirjattu."))
    return see_other("cases.case", reference=reference, anchor="consents")


@blueprint.post("/<reference>/consents/withdraw")
@for_staff(action=Action.KEEP_CONSENTS)
def withdraw_consent(reference: str) -> Response:
    typed = _posted()
    consent_id = uuid_in(typed.get("consent", ""))
    if consent_id is None:
        raise NotFound
    try:
        command = WithdrawConsent(
            reference,
            consent_id,
            _day(typed, "withdrawn_on"),
            typed.get("how", ""),
            typed.get("note", ""),
            typed.get("interpreter", ""),
        )
        stopped = engine().perform(command, sessions.actor())
    except (Invalid, Conflict) as refused:
        return _refused(reference, typed, refused)
    notify(_("Peruuttaminen on kirjattu.") + (" " + _("Keskeneräinen pysäytettiin.") if stopped else ""))
    return see_other("cases.case", reference=reference, anchor="consents")


def _posted() -> dict[str, str]:
    return {name: value[:LONGEST] for name, value in request.form.items() if name != "form_token"}


def _day(typed: dict[str, str], name: str) -> date | None:
    text = typed.get(name, "").strip()
    try:
        return to_date(text) if text else None
    except Refused:
        raise Invalid("Kirjoita päivä muodossa 24.12.2026.", field=name) from None


def _refused(reference: str, typed: dict[str, str], refused: Invalid | Conflict) -> Response:
    is_conflict = isinstance(refused, Conflict)
    place = "note" if is_conflict else getattr(refused, "field", None) or "note"
    consent = TypedConsent(typed, {place: _(refused.message)})
    return case_page(reference, 409 if is_conflict else 422, consent=consent)
