"""Receive an application: from the person, a referrer or an urgent call, or recorded by staff from paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from engine.casework.answers import Sent, judge, sealed_by_class
from engine.casework.application_parties import register_parties
from engine.casework.calling_now import is_unread_and_asks_to_call
from engine.casework.case_dates import check_opening
from engine.casework.contact_channels import open_ways
from engine.casework.reaching import lacks_speaker
from engine.casework.receipts import code_for, read_by, urgent_by
from engine.casework.recordings.consent import CONSENT_TEXT
from engine.casework.search_keys import add_search_keys
from engine.clock import day_of, moment_of, noon_of
from engine.commands.intake_drafts import RECORDERS, end_written, lock_draft
from engine.domain.applications import ARRIVAL, answers_about_person, is_made_by_another, start_variables
from engine.domain.cases import Case, Channel
from engine.domain.consents import REFERRAL
from engine.domain.interpreters import interpreter_of
from engine.domain.people import Role
from engine.errors import AnswersRejected, Invalid, KeyReused, NotFound
from engine.executor import Command, Work
from engine.executor.permissions import require_role, require_scope
from engine.instances.opening import open_new_case
from forms.definition import FormDefinition

FORMS = {
    Channel.SELF: ("application", "child_application"),
    Channel.REFERRAL: ("referral",),
    Channel.URGENT: ("phone_intake",),
}
"""Forms that open a case, by channel; the first is the default."""
RECORDS_CALLS: Final = (Role.INTAKE, Role.ON_CALL, Role.CASEWORKER)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The acknowledgement: when the application came, its code, and by when the sender hears of it."""

    code: str
    """Sixteen digits that look like nothing special; the only key to the state of the matter."""
    received_at: datetime
    expected_on: date
    reference: str
    """For staff and programs; a person's receipt shows only the code."""
    is_urgent: bool = False
    """The on-call workers are notified of it."""
    urgent_by: datetime | None = None
    """By when one of them acts."""
    calls_now: bool = False
    """The sender is asked to call, as the form asked, though nobody may be notified at night."""
    files: int = 0
    """Attached to it."""
    is_unreached: bool = False
    """No safe way to the person is known: they are asked to call."""
    lacks_speaker: bool = False
    """They are, because nobody is known who may speak for the child; the sender's own way is."""
    replaces_code: bool = False
    """The form was saved under a code before, which opens nothing any more."""


@dataclass(frozen=True)
class SubmitApplication(Command[Receipt]):
    """Open a case from an application, a referral or an urgent call, and return its receipt.

    The idempotency key makes it repeatable: sent twice, it gives one case and the same receipt. Raise KeyReused if a
    program sends something else under the same key.
    """

    channel: Channel
    idempotency_key: str
    sent: Sent | None = None
    data: Any = None
    language: str = ""
    """Of the pages on which the form was filled in; empty where nobody knows."""
    form_key: str = ""

    def permit(self, work: Work) -> None:
        """Permit anyone to apply or refer; only intake, on-call staff and caseworkers record an urgent call. A
        program needs the scope."""
        require_scope(work, "cases:start")
        if self.channel is Channel.URGENT:
            require_role(work, *RECORDS_CALLS)

    def execute(self, work: Work) -> Receipt:
        asked = [self.channel.value, self.form_key, self.data]
        done = work.stores.program_acts.find(self.idempotency_key, asked) if work.actor.scopes else None
        known = receipt_of(work, self.idempotency_key)
        if known is not None:
            if work.actor.scopes and done is None:
                # Its digest is gone: nobody can say any more if this is the same.
                raise KeyReused
            return known
        definition = opening_form(work, self.channel, self.form_key)
        answers = judge(work, definition, self.sent, self.data)
        receipt = open_with(
            work, self.channel, definition, answers, self.idempotency_key, language=self.language
        )
        if work.actor.scopes:
            case_id = work.stores.cases.by_reference(receipt.reference).id
            work.stores.program_acts.add(self.idempotency_key, case_id, asked, None, work.now)
        return receipt


def opening_form(work: Work, channel: Channel, form_key: str) -> FormDefinition:
    """Return the form of the channel, in the version that new cases use. Raise NotFound if the channel does not offer it."""
    models = work.instances.models(work.stores.deployments.current().id)
    return models.form(form_for(channel, form_key))


def receipt_of(work: Work, idempotency_key: str) -> Receipt | None:
    """Return the receipt of an earlier sending with this idempotency key; None if there is none."""
    known = work.stores.applications.by_idempotency_key(idempotency_key)
    if known is None:
        return None
    return _receipt(work, code_for(work, idempotency_key), work.stores.cases.get(known.case_id))


def open_with(
    work: Work,
    channel: Channel,
    definition: FormDefinition,
    answers: Mapping[str, Any],
    idempotency_key: str,
    received_at: datetime | None = None,
    arrival: Mapping[str, Any] | None = None,
    language: str = "",
) -> Receipt:
    """Open a case from accepted answers and return its receipt. It was received now, unless `received_at` is given or
    the answers say when the call came. `arrival`: how it came, of one that staff write down."""
    if channel is Channel.REFERRAL and answers.get("consent_given") not in ("yes", True):
        raise Invalid(
            "Ohjaamiseen tarvitaan aina henkilön oma suostumus. Ilman sitä älä lähetä hänen tietojaan.",
            field="consent_given",
        )
    received = received_at or called_at(work, answers) or work.now
    check_opening(definition.key, answers, day_of(received))
    code = code_for(work, idempotency_key)
    had_code = work.stores.public_drafts.has_code(idempotency_key)
    case = open_new_case(
        work.stores,
        channel=channel,
        language=decision_language(answers),
        received_at=received,
        now=work.now,
        deployment_id=work.stores.deployments.current().id,
    )
    _register(work, case, definition, answers, code, idempotency_key, language)
    work.stores.attachments.adopt(idempotency_key, case.id)
    if arrival is not None:
        _store_arrival(work, case, arrival)
    facts = answers_about_person(definition.key, answers)
    work.instances.start(case, channel.message, start_variables(case, facts, work.today))
    work.stores.public_drafts.destroy(idempotency_key)
    return replace(_receipt(work, code, case), replaces_code=had_code)


def called_at(work: Work, answers: Mapping[str, Any]) -> datetime | None:
    """Return when an urgent call came that was written down after it; None of one that is written down at once. Raise
    Invalid of an hour to come."""
    day = answers.get("called_on")
    if not isinstance(day, date):
        return None
    moment = moment_of(day, str(answers["called_hour"]))
    if moment > work.now:
        raise Invalid(
            "Kellonaika on tulevaisuudessa. Tarkista tunti ja päivä: puoliyön jälkeen päivä vaihtuu.",
            field="called_hour",
        )
    return moment


WRITTEN_BY: Final[Mapping[Channel, Role]] = {
    Channel.SELF: Role.APPLICANT,
    Channel.REFERRAL: Role.REFERRER,
    Channel.URGENT: Role.ON_CALL,
}
"""The role in which somebody fills the form with which a case begins."""


def _register(
    work: Work,
    case: Case,
    definition: FormDefinition,
    answers: Mapping[str, Any],
    code: str,
    idempotency_key: str,
    language: str,
) -> None:
    submission_id = work.stores.submissions.add(
        case_id=case.id,
        form_key=definition.key,
        deployment_id=case.deployment_id,
        by_class=sealed_by_class(definition, answers),
        sent_at=work.now,
        sent_by=work.actor.person_id,
        sent_by_role=WRITTEN_BY[case.channel],
    )
    is_referral = case.channel is Channel.REFERRAL
    work.stores.applications.add(
        case.id,
        definition.key,
        submission_id,
        case.received_at,
        code=None if is_referral else code,
        referrer_code=code if is_referral else None,
        idempotency_key=idempotency_key,
    )
    register_parties(work, case, definition, answers, language)
    add_search_keys(work, case.id, (code,))
    if is_made_by_another(case.channel, answers) and answers.get("consent_given"):
        _record_consent(work, case, answers)
    work.record(case.id, "application_received", case.channel.value)


def form_for(channel: Channel, form_key: str) -> str:
    """Return the key of the form that opens a case; the channel's default if empty. Raise NotFound if the channel
    does not offer it."""
    offered = FORMS[channel]
    if form_key and form_key not in offered:
        raise NotFound
    return form_key or offered[0]


def _receipt(work: Work, code: str, case: Case) -> Receipt:
    acts_by = urgent_by(work, case)
    return Receipt(
        code,
        case.received_at,
        read_by(work, case),
        case.reference,
        acts_by is not None,
        acts_by,
        calls_now=is_unread_and_asks_to_call(work, case),
        files=sum(each.origin == "application" for each in work.stores.attachments.of_case(case.id)),
        is_unreached=not open_ways(work.stores.parties.of_case(case.id), work.today),
        lacks_speaker=lacks_speaker(work, case),
    )


def decision_language(answers: Mapping[str, Any]) -> str:
    """Return the language of resolutions: Finnish or Swedish (423/2003 10, 19 §)."""
    wanted = answers.get("decision_language") or answers.get("contact_language")
    return "sv" if wanted == "sv" else "fi"


def _record_consent(work: Work, case: Case, answers: Mapping[str, Any]) -> None:
    given_on = answers.get("consent_on")
    work.stores.consents.record(
        case.id,
        purpose=REFERRAL,
        recipient="assistance_system",
        state="given",
        text_version=CONSENT_TEXT,
        recorded_by_role=Role.REFERRER if case.channel is Channel.REFERRAL else Role.ON_CALL,
        moment=work.now,
        language=str(answers.get("consent_language") or "") or None,
        given_how=str(answers.get("consent_how") or "") or None,
        interpreter=interpreter_of(answers.get("interpreter_used") or answers.get("consent_interpreter")),
        given_on=given_on if isinstance(given_on, date) else None,
    )


@dataclass(frozen=True)
class RecordApplication(Command[Receipt]):
    """Record an application that came by phone, on paper or in person. It counts as received on the day it came
    (434/2003 18 §).

    The same idempotency key twice gives one case and one receipt.
    """

    channel: Channel
    form_key: str
    idempotency_key: str
    sent: Sent
    arrival: Sent
    draft_id: UUID | None = None
    """Draft from which it was sent: it is destroyed."""
    draft_seen: str | None = None
    """The moment (ISO 8601) of the draft that the page holds, as in `KeepIntakeDraft`."""

    def permit(self, work: Work) -> None:
        require_role(work, *RECORDERS)

    def execute(self, work: Work) -> Receipt:
        if self.draft_id is not None:
            lock_draft(work, self.draft_id)
        known = receipt_of(work, self.idempotency_key)
        if known is not None:
            return known
        if self.draft_id is not None:
            typed = {**self.arrival, **self.sent}
            end_written(work, self.draft_id, self.form_key, typed, self.draft_seen)
        definition = opening_form(work, self.channel, self.form_key)
        models = work.instances.models(work.stores.deployments.current().id)
        came, answers = judged(work, (models.form(ARRIVAL), self.arrival), (definition, self.sent))
        receipt = open_with(
            work, self.channel, definition, answers, self.idempotency_key, arrived_at(work, came), came
        )
        case = work.stores.cases.by_reference(receipt.reference)
        work.record(
            case.id, "application_written_down", str(came["arrived_by"]), filled_by=str(came["filled_by"])
        )
        return receipt


def arrived_at(work: Work, came: Mapping[str, Any]) -> datetime:
    """Return when what staff write down came: now, or at noon of an earlier day."""
    day: date = came["arrived_on"]
    return work.now if day == work.today else noon_of(day)


def _store_arrival(work: Work, case: Case, came: Mapping[str, Any]) -> None:
    work.stores.submissions.add(
        case_id=case.id,
        form_key=ARRIVAL,
        deployment_id=case.deployment_id,
        by_class=sealed_by_class(work.instances.models(case.deployment_id).form(ARRIVAL), came),
        sent_at=work.now,
        sent_by=work.actor.person_id,
        sent_by_role=Role.INTAKE,
    )


def judged(work: Work, *asked: tuple[FormDefinition, Sent]) -> list[Mapping[str, Any]]:
    """Return the accepted answers of each form. Raise AnswersRejected with the problems of all."""
    accepted: list[Mapping[str, Any]] = []
    problems: dict[str, Any] = {}
    for definition, sent in asked:
        try:
            accepted.append(judge(work, definition, sent))
        except AnswersRejected as rejected:
            problems |= rejected.problems
    if problems:
        raise AnswersRejected(problems)
    return accepted
