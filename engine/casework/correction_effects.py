"""Effects of a corrected answer: registers, the consent ledger, deadlines. No correction shortens a period already given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from engine.casework.appeals_beside import ARRIVALS
from engine.casework.clienthood import clienthood_of, move_end
from engine.casework.corrected_service import move_posting, move_service, presumed_from
from engine.casework.court_rulings import FORM as RULING
from engine.casework.next_contact import AGREEMENT, move_next_contact
from engine.casework.notices import CHILD_WELFARE, owe_notices, require_child_counted
from engine.casework.postal_addresses import POSTING_DECISION
from engine.casework.retention import set_anew
from engine.clock import day_of, noon_of
from engine.domain.appeals import leave_ends_on
from engine.domain.cases import Case
from engine.domain.clienthood import DEATH, DiedBeforeAdmission
from engine.domain.consents import CRIME_REPORT, REFERRAL, WITHDRAWN, Consent
from engine.domain.corrections import OpinionSigned
from engine.domain.deadline_kinds import APPEAL_PERIOD, pauses_on_hold
from engine.domain.interpreters import interpreter_of
from engine.errors import Invalid
from engine.executor.engine import Work
from engine.feel.values import from_json
from engine.storage.submissions import Submission

LOOK_AGAIN = timedelta(days=1)
_RULING_FACTS = frozenset({"court", "court_decision_arrived_on"})
_OWN_APPEAL_UNTIL = "own_appeal_until"
_PRESUMED: Final = "presumed_service"
_DEATHS: Final = frozenset({"removal_assessment", "no_safe_service"})
_REPLY: Final = "information_reply"
_CONSENTS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "verify_consent": (
        REFERRAL,
        {
            "consent_on": "given_on",
            "consent_language": "language",
            "channel": "given_how",
            "interpreter_used": "interpreter",
        },
    ),
    "transfer_ground": (CRIME_REPORT, {"transfer_consent_on": "given_on", "consent_language": "language"}),
    "write_notice": (CRIME_REPORT, {"police_consent_on": "given_on", "consent_language": "language"}),
}
"""Form to the purpose of the consent that it enters in the ledger, and its answers that are facts of the entry."""
_NOTES: Final = {"transfer_ground": "transfer_ground_reasons", "write_notice": "police_consent_how"}
"""Form to its answer that is the note of the entry."""


def follow(work: Work, case: Case, record: Submission, changed: Mapping[str, Any]) -> None:
    """Carry corrected answers, by field, to where else they stand."""
    for name, value in changed.items():
        if (record.form_key, name) in _MOVES:
            _MOVES[record.form_key, name](work, case, record, value)
    if "appeal_received_on" in changed and record.form_key == "appeal_arrival":
        _require_unsigned(work, case, record)
    if "died_on" in changed and record.form_key in _DEATHS:
        _move_death(work, case, changed["died_on"])
    if not AGREEMENT.isdisjoint(changed):
        answers = from_json(record.answers)
        move_next_contact(work, case, answers, {**answers, **changed})
    if "child_welfare_considered" in changed:
        _owe_child_welfare(work, case, record, str(changed["child_welfare_considered"] or ""))
    if record.form_key == _REPLY and "more_time_until" in changed:
        _move_wish(work, case, record, changed["more_time_until"])
    _enter_consent_again(work, case, record, changed)


def move_tasks(work: Work, case: Case, record: Submission, changed: Mapping[str, Any]) -> None:
    """Have the open tasks of the authority's own appeal follow the day on which the ruling reached it, and its court.

    Unlike a period that somebody was given, it moves earlier too: the Act counts it (808/2019 13, 107 §).
    """
    if record.form_key != RULING or _RULING_FACTS.isdisjoint(changed):
        return
    answers = {**from_json(record.answers), **changed}
    arrived_on = answers.get("court_decision_arrived_on")
    if not isinstance(arrived_on, date):
        return
    until = leave_ends_on(str(answers.get("court") or ""), arrived_on)
    for task in work.stores.tasks.open_in(case.id):
        if task.due_reason == _OWN_APPEAL_UNTIL and task.business_key == record.business_key:
            # Each step makes a newer version of the case.
            newest = work.stores.cases.get(case.id)
            work.instances.assign(newest, task.instance_id, task.task_key, {_OWN_APPEAL_UNTIL: until})


def _owe_child_welfare(work: Work, case: Case, record: Submission, answer: str) -> None:
    """Begin the notification that is to be made after all (417/2007 25 §)."""
    has_children = record.answers.get("has_children") == "yes"
    require_child_counted(work, case, answer, has_children=has_children)
    owe_notices(work, case, child_welfare=answer, representative="", anew=[CHILD_WELFARE])


def ledger_moment(work: Work, case: Case, kind: str, business_key: str | None) -> datetime | None:
    """Return until when the ledger lets a period run whose timer stands in a process; None for other timers.

    A correction or a hold moves the ledger, not the diagram's variable: the timer asks the ledger before it goes off.
    """
    if kind == _PRESUMED:
        return presumed_from(work, case, business_key)
    if kind != APPEAL_PERIOD:
        return _held_until(work, case, kind, business_key)
    periods = [
        each
        for each in work.stores.deadlines.of_case(case.id)
        if each.name == APPEAL_PERIOD and each.is_open and each.business_key in (None, business_key)
    ]
    ends = [each.due_at for each in periods if each.due_at is not None]
    return max(ends, default=None)


def _held_until(work: Work, case: Case, kind: str, business_key: str | None) -> datetime | None:
    """Return when to look again at a timer of somebody who can't be reached safely, or the end of the days they have."""
    if business_key is None:
        return None
    for each in work.stores.deadlines.of_case(case.id):
        if each.business_key == business_key and each.is_open and pauses_on_hold(each.name):
            if each.is_paused:
                return work.now + LOOK_AGAIN
            if kind == "due":
                return each.due_at
    return None


def _move_pending(work: Work, case: Case, _record: Submission, pending_on: Any) -> None:
    if not isinstance(pending_on, date):
        raise Invalid("Kirjoita päivä, jona asia tuli vireille.", field="pending_on")
    work.change_case(case.id, pending_at=noon_of(pending_on))


def _require_unsigned(work: Work, case: Case, record: Submission) -> None:
    """Raise OpinionSigned once the opinion is signed: until then it is written with the corrected day. Its due day stays, as
    every period does that was given."""
    arrived = work.stores.timeline.of_case(case.id, *ARRIVALS)
    own = next((each.facts.get("business_key") for each in arrived if each.at >= record.sent_at), None)
    written_in = ("appeal_opinion", "sign_opinion")
    tasks = work.stores.tasks.open_in(case.id)
    if own is not None and not any(
        each.form_key in written_in and each.business_key == own for each in tasks
    ):
        raise OpinionSigned(field="appeal_received_on")


def _move_death(work: Work, case: Case, died_on: Any) -> None:
    found = clienthood_of(work, case)
    if found is None or found.ground != DEATH or not isinstance(died_on, date):
        return
    if died_on < found.since:
        raise DiedBeforeAdmission(field="died_on")
    move_end(work, case, died_on)
    # The days of destruction count from it (615/2020 15 §).
    set_anew(work, case)


def _move_wish(work: Work, case: Case, record: Submission, until: Any) -> None:
    """Have the newest answer to a request wish for time until the corrected day, while nobody has judged it."""
    request = work.stores.requests.find(case.id, record.business_key or "")
    if request is not None and request.state == "answered" and request.answered_at == record.sent_at:
        work.stores.requests.change(request, more_time_until=until)


def _enter_consent_again(work: Work, case: Case, record: Submission, changed: Mapping[str, Any]) -> None:
    """The ledger is added to, never changed: the corrected facts are a newer entry of the same consent. A withdrawal that
    came after it stands, and is entered again behind it; a consent that was given anew since stays the newest."""
    purpose, facts = _CONSENTS.get(record.form_key, ("", {}))
    corrections = {fact: changed[name] for name, fact in facts.items() if name in changed}
    if not corrections:
        return
    if "interpreter" in corrections:
        corrections["interpreter"] = interpreter_of(corrections["interpreter"])
    entries = [each for each in work.stores.consents.of_case(case.id) if each.purpose == purpose]
    stated = next((each for each in reversed(entries) if each.state != WITHDRAWN), None)
    if stated is None or _is_other(stated, record, facts):
        return
    corrected = replace(stated, **corrections, recorded_by_role=record.sent_by_role or "")
    note = str({**record.answers, **changed}.get(_NOTES.get(record.form_key, "")) or "")
    corrected_id = _enter(work, case, corrected, withdraws=None, note=note)
    last = entries[-1]
    if last.withdrawn_at is not None:
        withdrawn = replace(last, given_on=last.given_on or day_of(last.withdrawn_at))
        _enter(work, case, withdrawn, withdraws=corrected_id)


def _is_other(entry: Consent, record: Submission, facts: Mapping[str, str]) -> bool:
    (question,) = (name for name, fact in facts.items() if fact == "given_on")
    typed = from_json(record.answers).get(question)
    return entry.given_on is not None and typed is not None and entry.given_on != typed


def _enter(work: Work, case: Case, entry: Consent, *, withdraws: UUID | None, note: str = "") -> UUID:
    return work.stores.consents.record(
        case.id,
        purpose=entry.purpose,
        recipient=entry.recipient,
        state=entry.state,
        text_version=entry.text_version,
        language=entry.language,
        given_how=entry.given_how,
        interpreter=entry.interpreter,
        given_on=entry.given_on,
        recorded_by_role=entry.recorded_by_role,
        recorded_by=work.actor.person_id,
        moment=work.now,
        note=note,
        withdraws=withdraws,
    )


_MOVES: Final[Mapping[tuple[str, str], Callable[[Work, Case, Submission, Any], None]]] = {
    ("register", "pending_on"): _move_pending,
    ("record_delivery", "served_on"): move_service,
    (POSTING_DECISION, "posted_on"): move_posting,
}
"""Form and question of a day to what carries it on."""
