"""The target stands still while the person's own answer is awaited, and for nothing else: not for others, not for our own work."""

from __future__ import annotations

from typing import Final

from engine.domain.arrivals import ArrivalKind
from engine.domain.cases import Case, CaseClass, pauses_target
from engine.domain.deadline_kinds import REQUEST, TARGET, TARGET_DAY
from engine.domain.deadlines import ClockEntry, Deadline, EntryKind
from engine.domain.people import Actor, Role
from engine.executor.engine import Work
from engine.storage.requests import InformationRequest

CAUSE: Final = "waiting_for_applicant"
TABLE: Final = "pausing"
"""Rule of a pause: the table that lets it be. Of a pause's end: the case has another class now, which lets none be."""
NOT_AWAITED: Final = "not_awaited"
"""Rule of a pause's end: each own answer came, or its day passed, or nobody waits for it any more."""
REPORTED: Final = "contact_reported"
"""Cause of a pause of other deadlines, and rule of the end of this one: the person reported that a way is safe no longer, and
the new one is not recorded yet."""
_CLOCK: Final = frozenset({EntryKind.PAUSED, EntryKind.RESUMED})


def end_pause(work: Work, case: Case) -> None:
    """Let the target run on if no own answer is awaited any more. The days that were left are kept."""
    target = _open_target(work, case)
    if target is None or not target.is_paused or _is_awaited(work, case):
        return
    go_on(work, target, _entry(work, EntryKind.RESUMED, NOT_AWAITED))


def end_pause_unreached(work: Work, case: Case, actor: Actor | None = None) -> None:
    """The target does not stand still for an answer that the person can't give."""
    target = _open_target(work, case)
    if target is None or not target.is_paused:
        return
    go_on(work, target, _entry(work, EntryKind.RESUMED, REPORTED, actor))


def end_pause_of_class(work: Work, case: Case, case_class: CaseClass | None) -> None:
    """Let the target run on if that of the class never stands still, as a child's (746/2011 5 §)."""
    target = _open_target(work, case)
    if target is not None and target.is_paused and not pauses_target(case_class):
        go_on(work, target, _entry(work, EntryKind.RESUMED, TABLE))


def go_on(work: Work, target: Deadline, entry: ClockEntry) -> Deadline:
    """End the pause of a target and move the tasks that are due with it to its new day."""
    resumed = target.resumed(entry)
    work.stores.deadlines.save(target, resumed)
    due_with_target(work, resumed)
    return resumed


def due_with_target(work: Work, target: Deadline) -> None:
    """Make the case's open tasks that are due with the target due on its day, in whichever process they stand."""
    if target.due_at is not None:
        work.stores.tasks.retarget(target.case_id, TARGET_DAY, target.due_at)


def pause_again(work: Work, case: Case) -> None:
    """Let the target stand still again, as the table let it, if an own answer is awaited anew: the person can answer again, is
    asked once more, or has more time.

    The class of the case may have changed since, and a target that began anew with it never stood still.
    """
    target = _open_target(work, case)
    if target is None or target.is_paused or not pauses_target(case.case_class):
        return
    last = next((each for each in reversed(target.entries) if each.kind in _CLOCK), None)
    if last is None or last.rule not in (NOT_AWAITED, REPORTED):
        return
    person = work.stores.parties.applicant_of(case.id)
    is_child = person is not None and person.is_minor_on(work.today)
    if not is_child and _is_awaited(work, case):
        work.stores.deadlines.save(target, target.paused(_entry(work, EntryKind.PAUSED, TABLE)))


def _open_target(work: Work, case: Case) -> Deadline | None:
    target = work.stores.deadlines.find(case.id, TARGET)
    return target if target is not None and target.is_open else None


def _is_awaited(work: Work, case: Case) -> bool:
    """True while the person has been asked and is reached, has not answered, and has time. A letter that waits to be posted asks
    nobody yet; a paper that came and is not typed yet is an answer."""
    asked = {each.reference for each in work.stores.requests.of_case(case.id) if _awaits_person(work, each)}
    if not asked:
        return False
    arrived = {
        each.business_key
        for each in work.stores.arrivals.of_case(case.id)
        if each.kind is ArrivalKind.REPLY and each.is_open
    }
    unreached = {
        each.business_key
        for each in work.stores.deadlines.of_case(case.id)
        if each.name == REQUEST and each.is_open and each.is_paused
    }
    return bool(asked - arrived - unreached)


def _awaits_person(work: Work, request: InformationRequest) -> bool:
    return (
        request.kind == "information"
        and request.recipient_role == Role.APPLICANT
        and request.is_open
        and request.sent_at is not None
        and request.answered_at is None
        and (request.due_on is None or work.today <= request.due_on)
    )


def _entry(work: Work, kind: EntryKind, rule: str, actor: Actor | None = None) -> ClockEntry:
    by = actor or work.actor
    return ClockEntry(kind, work.now, CAUSE, by.name, by.person_id, rule)
