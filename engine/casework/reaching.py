"""Reaching the admitted person: once, whichever decision asks for it; and again when one whom nobody reached safely calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from engine.casework.appeals import REFLECTION
from engine.casework.changed_recipients import past_recipients
from engine.casework.clienthood import ENDED, HANDOVER, RESTORED, clienthood_of, runs
from engine.casework.contact_channels import open_ways, reached
from engine.casework.correction_course import base_of, is_ended
from engine.casework.examinations import examined_last
from engine.casework.municipality import stay_of
from engine.casework.reflection_periods import CHANGE_PROCESS, DECIDING, SIGNING
from engine.domain.applications import CHILD_FORM
from engine.domain.cases import Case, Outcome
from engine.domain.clienthood import DEATH
from engine.domain.reflection import FOR_VICTIMS, OUTCOMES
from engine.domain.safe_contact import safe_ways
from engine.executor.engine import Work
from engine.models.gate import MESSAGES

PERSON_REACHED: Final = "person_reached"
CONTACT_OWED: Final = "contact_owed"
"""Begins an instance of its own: the person was given up and somebody reached them later, or the letter to the organiser of
help did not leave."""
TAKEN_OVER: Final = "contact_taken_over"
"""Ends an attempt to reach the person that a decision before began: the new one has its own, or does not admit."""
HELP_ENDED: Final = "help_ended"
"""Ends the help with a crime report, a decision on the reflection period that is not signed, and the letter to the organiser
of help: the person is a client no more."""
_REACHED: Final = "client_contacted"
_GIVEN_UP: Final = "client_unreachable_recorded"
_SENT, _NOT_SENT = "notice_sent", "notice_not_sent"
_NEEDS_A_WAY: Final = frozenset(
    {
        "contact_client",
        "contact_change",
        "tell_withheld",
        "tell_denied",
        "other_help",
        "record_delivery",
        "choose_delivery_way",
    }
)
"""Forms of tasks that nobody can do without a way to the person."""
_DEAD: Final = "dead"


def asks_to_call(work: Work, case: Case) -> bool:
    """True if no safe way leads to the person while the matter is examined or something waits for them, or they were given up.
    The code says no more."""
    waits = any(task.form_key in _NEEDS_A_WAY for task in work.stores.tasks.open_in(case.id))
    if (waits or case.outcome is None) and not open_ways(work.stores.parties.of_case(case.id), work.today):
        return True
    return awaits_collection(work, case) or is_given_up(work, case)


def awaits_collection(work: Work, case: Case) -> bool:
    """True while a document is kept because no way was safe. Not that of somebody who speaks for the person no more, where it
    is served on another in their place."""
    newest = {each.business_key or "": each for each in work.stores.deliveries.of_case(case.id)}
    kept = {key for key, each in newest.items() if each.state == "kept" and each.proof != _DEAD}
    return bool(kept - past_recipients(work, case, newest)) if kept else False


def lacks_speaker(work: Work, case: Case) -> bool:
    """True if the relative who applied for a child gave a safe way, and nobody is known who may speak for the child
    (434/2003 14 §)."""
    parties = work.stores.parties.of_case(case.id)
    if open_ways(parties, work.today) or not work.stores.submissions.of_case(case.id, CHILD_FORM):
        return False
    person = reached(parties, work.today)
    # A stop by the code is entered to the child: after it no way of the relative is safe either.
    if person is None or person.kind != "applicant" or person.is_silent:
        return False
    return any(each.kind == "agent" and not each.is_silent and safe_ways(each.contact) for each in parties)


def is_given_up(work: Work, case: Case) -> bool:
    """True if the last attempt to reach an admitted person was recorded as vain."""
    if case.outcome is None or not case.outcome.is_admission:
        return False
    ends = [
        each.subject
        for each in work.stores.timeline.of_case(case.id, "milestone_reached")
        if each.subject in (_REACHED, _GIVEN_UP)
    ]
    is_tried = any(task.form_key == "contact_client" for task in work.stores.tasks.open_in(case.id))
    return ends[-1:] == [_GIVEN_UP] and not is_tried


def is_unhanded(work: Work, case: Case) -> bool:
    """True if the letter that hands the help over to its organiser did not leave, and nobody has contacted the person since
    (746/2011 38 a §)."""
    if case.outcome is None or not case.outcome.is_admission:
        return False
    events = work.stores.timeline.of_case(case.id, "milestone_reached", _SENT, _NOT_SENT)
    steps = [each.kind for each in events if each.subject in (_REACHED, HANDOVER)]
    is_tried = any(task.form_key == "contact_client" for task in work.stores.tasks.open_in(case.id))
    return steps[-1:] == [_NOT_SENT] and not is_tried


def may_renew_contact(work: Work, case: Case) -> bool:
    """True if contact can begin again. A version of the models from before that process has none."""
    if CONTACT_OWED not in work.instances.models(case.deployment_id).parsed.starts:
        return False
    return is_given_up(work, case) or is_unhanded(work, case) or _is_cut_short(work, case)


def _is_cut_short(work: Work, case: Case) -> bool:
    """True of a client whose contact and help ended with a removal that did not last: nothing begins them again by itself."""
    is_restored = bool(work.stores.timeline.of_case(case.id, RESTORED)) and runs(work, case)
    is_tried = any(task.form_key == "contact_client" for task in work.stores.tasks.open_in(case.id))
    return is_restored and not is_tried and not _was_reached(work, case)


def renew_contact(work: Work, case: Case) -> None:
    """Begin contact anew, also in a case that was closed."""
    work.instances.reopen(case)
    known = examined_last(work, case)
    given = {name: known.get(name) for name in MESSAGES[CONTACT_OWED]}
    outcome = case.outcome.value if case.outcome else None
    work.instances.start(case, CONTACT_OWED, {**given, "outcome": outcome})


def contact_known(work: Work, case: Case) -> Mapping[str, str | None]:
    """Return what the record knows of the contact, in whichever instance it was made: the variables of a process are those of
    its own beginning."""
    state = "reached" if _was_reached(work, case) else "none"
    return {"contact_state": state, "stay_status": stay_of(work, case) or None}


def _was_reached(work: Work, case: Case) -> bool:
    """True if the last attempt reached the person, and they have been a client ever since."""
    ended = [
        each.signed_at
        for each in work.stores.resolutions.of_case(case.id)
        if each.kind == "admission"
        and each.state == "signed"
        and each.signed_at is not None
        and not Outcome(each.outcome).is_admission
    ]
    ended += [each.at for each in work.stores.timeline.of_case(case.id, ENDED)]
    attempts = [
        (each.sent_at, each.answers.get("contact_result") == "reached")
        for each in work.stores.submissions.of_case(case.id, "contact_client", "contact_overdue")
        if each.answers.get("contact_choice") != "keep_trying"
    ]
    if not attempts:
        return False
    tried_at, is_reached = attempts[-1]
    return is_reached and not any(each > tried_at for each in ended)


def take_over(work: Work, case: Case, outcome: Outcome, instance_id: UUID | None, *, begins: bool) -> None:
    """End what goes on after the decisions before this one, through due rows, but in the instance of the new decision.

    `begins`: the new decision has a contact of its own, if it admits.
    """
    if begins or not outcome.is_admission:
        _end_in_each(work, case, TAKEN_OVER, _waiting(work, case, TAKEN_OVER, instance_id))
    if not outcome.is_admission:
        _end_help(work, case, instance_id)


def end_with_clienthood(work: Work, case: Case) -> None:
    """End, through due rows, the contact and the help of somebody who is a client no more: removed, or dead."""
    _end_in_each(work, case, TAKEN_OVER, _waiting(work, case, TAKEN_OVER))
    _end_help(work, case)


def _end_help(work: Work, case: Case, instance_id: UUID | None = None) -> None:
    # A contact that is made before its row is due goes on to the help.
    trying = _waiting(work, case, TAKEN_OVER, instance_id)
    helping = [
        each
        for each in _waiting(work, case, HELP_ENDED, instance_id)
        if not _outlives_clienthood(work, case, each)
    ]
    _end_in_each(work, case, HELP_ENDED, dict.fromkeys((*trying, *helping)))


def _waiting(work: Work, case: Case, message: str, without: UUID | None = None) -> list[UUID]:
    return [each for each in work.stores.subscriptions.instances_of(case.id, message) if each != without]


def _outlives_clienthood(work: Work, case: Case, instance_id: UUID) -> bool:
    """True of an instance in which a decision on the reflection period is decided anew: the correction is pending until
    somebody says that no new decision is made. True also of one in which alone a running period is changed, where a decision
    that a client no more may get waits for its signature: the period runs on without it."""
    clienthood = clienthood_of(work, case)
    has_died = clienthood is not None and clienthood.ground == DEATH
    is_change = not has_died and work.stores.instances.process_of(instance_id) == CHANGE_PROCESS
    for task in work.stores.tasks.open_in(case.id):
        if task.instance_id == instance_id and task.form_key in DECIDING:
            scope = work.instances.scope_of(case, instance_id, task.task_key)
            is_open_to_all = scope.get("reflection_proposal") in OUTCOMES.keys() - FOR_VICTIMS
            if is_change and task.form_key == SIGNING and is_open_to_all:
                return True
            key = scope.get("correction_key")
            if key and base_of(work, case, str(key), REFLECTION) and not is_ended(work, case, str(key)):
                return True
    return False


def _end_in_each(work: Work, case: Case, message: str, instances: Iterable[UUID]) -> None:
    for each in instances:
        work.stores.starts.add(case.id, message, {"instance": str(each)}, work.now)
