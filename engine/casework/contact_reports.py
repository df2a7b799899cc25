"""A person reports that a way to reach them is not safe any more: everything to them stops, and a caseworker asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.casework.code_holder import CODE_ENDED
from engine.casework.contact_channels import reached
from engine.casework.letters_under_way import in_danger
from engine.casework.messages import send_to_staff
from engine.casework.party_changes import hold, unreached
from engine.casework.protection_orders import protect_each_other
from engine.casework.shared_ways import Way, mark_each_other, mark_others, stop_others
from engine.casework.unsafe_persons import mark_each_other as mark_persons
from engine.casework.unsafe_persons import mark_linked
from engine.domain.cases import Case
from engine.domain.people import Role
from engine.domain.tasks import UserTask
from engine.executor.engine import Work
from engine.feel.values import to_json
from engine.storage.parties import Party
from engine.storage.requests import InformationRequest
from engine.storage.withheld_messages import Withheld

CONTACT_CHANGE = "contact_change"
"""The form by which a caseworker records the ways that are safe now."""
BEGINS = "contact_change_reported"
"""Message with which the process begins that asks a caseworker within hours."""


def report_in_reply(work: Work, case: Case, request: InformationRequest, answers: Mapping[str, Any]) -> None:
    """Stop what goes to the one who answered, if their safe way has changed."""
    if answers.get("contact_changed") == "yes":
        report_contact_change(work, case, request.recipient_role)


def report_contact_change(work: Work, case: Case, reporter: str) -> None:
    """`reporter`: the role of a recipient, or ``code`` for the applicant's code."""
    party = _reporter(work, case, reporter)
    if party is None:
        return
    effects = hold(work, case, party)
    work.record(
        case.id, "contact_change_reported", reporter, withheld=effects.withheld, links=effects.links_ended
    )
    if party.held_at is None:
        ask_caseworker(work, case, reported=True)
        _ask_in(work, case, stop_others(work, case, party))


def follow_shared_ways(work: Work, case: Case, party: Party, lost: frozenset[Way]) -> None:
    """A way of the party is not safe: nor is it known to be for others who have it. Somebody asks within hours."""
    _ask_in(work, case, mark_others(work, case, party, lost))


def follow_unsafe(work: Work, case: Case, party: Party) -> None:
    """The party is unsafe: mark the same person in the linked cases, and have somebody there look at what did not reach them.

    Before `follow_shared_ways`: the ways of one who is marked already are not asked about there.
    """
    for each in mark_linked(work, case, party):
        ask_caseworker(work, each, reported=False)


def follow_link(work: Work, case: Case, other: Case) -> None:
    """Two cases were linked, whose next versions are stored already: each learns what and who is unsafe in the other, and who
    is under turvakielto."""
    protect_each_other(work, case, other)
    for each in mark_persons(work, case, other):
        ask_caseworker(work, each, reported=False)
    for each in mark_each_other(work, case, other):
        _ask_in(work, each, (each,))


def stop_as_in(work: Work, case: Case, party: Party) -> None:
    """Contact with the same person is stopped in the case from which this one was opened: so it is here."""
    if party.held_at is None:
        hold(work, case, party)
        ask_caseworker(work, case, reported=True)


def _ask_in(work: Work, changed: Case, cases: tuple[Case, ...]) -> None:
    for each in cases:
        if each.id != changed.id:
            # Somebody who acts in the linked case at the same moment meets another version.
            work.save_case(each)
        if not _is_asked(work, each):
            ask_caseworker(work, each, reported=True)


def _is_asked(work: Work, case: Case) -> bool:
    waits = any(each.form_key == CONTACT_CHANGE for each in work.stores.tasks.open_in(case.id))
    return waits or work.stores.starts.is_due(case.id, BEGINS)


def ask_caseworker(work: Work, case: Case, *, reported: bool) -> None:
    """Begin the process that asks, in a transaction of its own.

    A version of the models from before that process has no task for it: then the staff of the case are notified.
    """
    models = work.instances.models(case.deployment_id)
    if BEGINS not in models.parsed.starts:
        people = [work.stores.people.get(case.caseworker_id)] if case.caseworker_id else []
        for person in people or work.stores.people.with_role(Role.MANAGER):
            send_to_staff(work, models, case.id, person)
        return
    case_class = case.case_class.value if case.case_class else None
    begun = {"reported": reported, "case_class": case_class, "reported_at": work.now}
    work.stores.starts.add(case.id, BEGINS, to_json(begun), work.now)


def _reporter(work: Work, case: Case, reporter: str) -> Party | None:
    """An authority chooses its own ways: it is no party that could be held."""
    parties = work.stores.parties.of_case(case.id)
    if reporter == Role.REFERRER:
        return next((each for each in parties if each.kind == "referrer"), None)
    return reached(parties, work.today) if reporter in (Role.APPLICANT, "code") else None


def kept_back(work: Work, case: Case, task: UserTask, scope: Mapping[str, Any]) -> tuple[Withheld, ...]:
    """Return what did not leave since the report that the task is about, the questions that nobody can reach any more,
    and the code that ended; nothing for other tasks."""
    if task.form_key not in ("tell_withheld", "contact_change"):
        return ()
    since = scope.get("reported_at")
    letters = in_danger(work, case, since if isinstance(since, datetime) else case.received_at)
    messages = (
        each
        for each in work.stores.withheld_messages.of_case(case.id)
        if not isinstance(since, datetime) or each.withheld_at >= since
    )
    questions = (
        Withheld("question", each.sent_at or each.created_at, ended_at)
        for each, ended_at in unreached(work, case)
    )
    codes = (
        Withheld("code", each.at, each.at)
        for each in work.stores.timeline.of_case(case.id, CODE_ENDED)
        if not isinstance(since, datetime) or each.at >= since
    )
    return (*letters, *messages, *questions, *codes)
