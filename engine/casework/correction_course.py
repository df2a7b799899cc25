"""The course of a decision's correction: begun on one decision, and ended by a signature, or by a court that decided meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from engine.casework.appeals import is_removal_void, tell_court
from engine.casework.decision_corrections import (
    answers_in,
    corrigible,
    decided_on,
    decision_kind,
    in_force,
    outcome_of,
)
from engine.domain.cases import Case
from engine.domain.clienthood import KEPT, REMOVED
from engine.domain.deadline_kinds import CORRECTION
from engine.domain.deadlines import ClockEntry, EntryKind
from engine.domain.decision_corrections import Decision, Kind, is_to_harm, shortens
from engine.domain.reflection import TAKE_AWAY
from engine.domain.tasks import UserTask
from engine.executor.engine import Work
from engine.feel.values import from_json
from engine.storage.resolutions import Resolution
from engine.storage.submissions import Submission
from engine.storage.timeline import CaseEvent

CORRECTION_OVERTAKEN: Final = "correction_overtaken"
"""Ends a correction that is examined or decides anew: a court has sent the decision back, or changed it, or the person has died."""
OVERTAKEN: Final = "overtaken"
OF_DEAD: Final = "person_died"
COURT_LETTER: Final = "correction_notice"
"""The letter by which a court hears of a correction."""
_NOT_DECIDED: Final = frozenset({OVERTAKEN, OF_DEAD})
DECIDED_ANEW: Final = "decided_anew"
_BEGUN: Final = "correction_begun"
_ENDED: Final = "correction_ended"
_BEGINS_IN: Final = "correct_decision"
_EXAMINED_IN: Final = "examine_correction"


@dataclass(frozen=True, slots=True)
class NamedDecision:
    """A decision as a page names it; a corrected copy has the day and the outcome of the decision it repeats."""

    number: str
    decided_on: date
    outcome: str


def _named(decision: Resolution) -> NamedDecision:
    return NamedDecision(decision.number, decided_on(decision), outcome_of(decision))


def corrected_in(work: Work, case: Case, task: UserTask) -> NamedDecision | None:
    """Return the decision that a correction in this task is about; None in other tasks, while it is still to be chosen, and
    where the case is shut."""
    if task.form_key != _EXAMINED_IN or case.is_shut_to(work.actor, work.now):
        return None
    beginning = _beginning_in(work, case, task.instance_id)
    decision = None if beginning is None else _chosen(work, case, beginning)
    return None if decision is None else _named(decision)


def offered_in(work: Work, case: Case, task: UserTask) -> tuple[NamedDecision, ...]:
    """Return the decisions among which a correction chooses in this task; none in others, and where the case is shut."""
    if task.form_key != _BEGINS_IN or case.is_shut_to(work.actor, work.now):
        return ()
    return tuple(_named(each) for each in corrigible(work, case))


def chosen(work: Work, case: Case, number: str) -> Resolution | None:
    """Return the decision with this number, if it is in force. Versions before ask only if it is the decision on the case."""
    if number in ("", "this"):
        return in_force(work, case)
    return next((each for each in corrigible(work, case) if each.number == number), None)


def decision_under(work: Work, case: Case, key: str) -> Resolution | None:
    """Return the decision of which the correction with this key began, also if it is in force no longer."""
    begun = _event(work, case, _BEGUN, key)
    if begun is None:
        return in_force(work, case)
    known = [
        each
        for each in work.stores.resolutions.of_case(case.id)
        if each.number == begun.subject and each.signed_at is not None and each.signed_at <= begun.at
    ]
    return max(known, key=lambda each: (each.signed_at, each.id), default=None)


def beginning_of(work: Work, case: Case, key: str) -> Submission | None:
    """Return the form with which the correction with this key began. Keys are numbered in their order."""
    begun = _beginnings(work, case)
    place = int(key.rpartition("-")[2] or 0)
    return begun[place - 1] if 0 < place <= len(begun) else None


def begun_in(work: Work, case: Case, instance_id: UUID | None) -> Resolution | None:
    """Return the decision that was chosen in this instance."""
    beginning = None if instance_id is None else _beginning_in(work, case, instance_id)
    return in_force(work, case) if beginning is None else _chosen(work, case, beginning)


def _beginning_in(work: Work, case: Case, instance_id: UUID) -> Submission | None:
    tasks = _instances(work, case)
    found = [each for each in _beginnings(work, case) if tasks.get(each.task_id) == instance_id]
    return found[-1] if found else None


def _chosen(work: Work, case: Case, beginning: Submission) -> Resolution | None:
    number = str(beginning.answers.get("which_decision") or "")
    if number in ("", "this"):
        return in_force(work, case, beginning.sent_at)
    signed = [each for each in work.stores.resolutions.of_case(case.id) if each.signed_at is not None]
    known = [each for each in signed if each.number == number and _signed_by(each, beginning)]
    return max(known, key=lambda each: (each.signed_at, each.id), default=None)


def _signed_by(resolution: Resolution, beginning: Submission) -> bool:
    return resolution.signed_at is not None and resolution.signed_at <= beginning.sent_at


def _beginnings(work: Work, case: Case) -> list[Submission]:
    return [
        each
        for each in work.stores.submissions.of_case(case.id, _BEGINS_IN)
        if each.answers.get("is_correction") == "yes"
    ]


def _instances(work: Work, case: Case) -> Mapping[UUID | None, UUID]:
    return {each.id: each.instance_id for each in work.stores.tasks.of_case(case.id)}


def is_pending(work: Work, case: Case, decision: Resolution) -> bool:
    """True between the beginning of a correction of this decision and the signature, or the court's decision, that ends it."""
    return any(_is_about(each, decision) for each in _pending(work, case))


def is_underway(work: Work, case: Case, kind: str) -> bool:
    """True while any decision of this kind is being corrected."""
    return any(_kind_of(each) == kind for each in _pending(work, case))


def _is_about(begun: CaseEvent, decision: Resolution) -> bool:
    kind = decision_kind(decision)
    if kind == Decision.REFLECTION:
        return begun.subject == decision.number
    return _kind_of(begun) == kind


def _kind_of(begun: CaseEvent) -> str:
    return str(begun.facts.get("decision") or Decision.ADMISSION)


def _pending(work: Work, case: Case) -> list[CaseEvent]:
    course = work.stores.timeline.of_case(case.id, _BEGUN, _ENDED)
    ended = {each.facts.get("business_key") for each in course if each.kind == _ENDED}
    return [each for each in course if each.kind == _BEGUN and each.facts.get("business_key") not in ended]


def tell_court_of_pending(work: Work, case: Case, kind: str) -> None:
    """Notify a court whose appeal has arrived only now of the corrections of its decision that are pending (434/2003 53 §):
    when they began, no court had an appeal."""
    papers = work.stores.timeline.of_case(case.id, "letter_written", "appeal_ended")
    written = [each.at for each in papers if each.subject == COURT_LETTER]
    ended = [each.at for each in papers if each.kind == "appeal_ended"]
    for each in _pending(work, case):
        # A court that has had an appeal since then knows, until that appeal ends.
        knows_since = max((at for at in written if at >= each.at), default=None)
        knows = knows_since is not None and not any(at > knows_since for at in ended)
        if _kind_of(each) == kind and not knows:
            tell_court(work, case, str(each.facts.get("business_key")), "begun", kind)


def overtake(work: Work, case: Case, kind: str = Decision.ADMISSION) -> bool:
    """End a correction of what a court sent back, which is examined again as a whole (808/2019 122 §), or changed. Return
    True if there was one."""
    pending = [each for each in _pending(work, case) if _kind_of(each) == kind]
    for each in pending:
        overtake_correction(work, case, str(each.facts.get("business_key")))
    return bool(pending)


def end_of_dead(work: Work, case: Case) -> None:
    """End the corrections of a person who has died, whatever they are about: nobody is left for whom one would decide, and
    nothing more is served (434/2003 61 §; our reading)."""
    for each in _pending(work, case):
        overtake_correction(work, case, str(each.facts.get("business_key")), OF_DEAD)


def overtake_correction(work: Work, case: Case, key: str, how: str = OVERTAKEN) -> None:
    """End it in the record at once, and its instance through a due row: one that does not listen yet is asked again at
    its signature."""
    end(work, case, key, how)
    beginning = beginning_of(work, case, key)
    instance_id = _instances(work, case).get(beginning.task_id) if beginning is not None else None
    given = {} if instance_id is None else {"instance": str(instance_id)}
    work.stores.starts.add(case.id, CORRECTION_OVERTAKEN, given, work.now)


def is_overtaken(work: Work, case: Case, key: str) -> bool:
    return _ended_as(work, case, key) in _NOT_DECIDED


def is_ended(work: Work, case: Case, key: str) -> bool:
    return _ended_as(work, case, key) is not None


def _ended_as(work: Work, case: Case, key: str) -> str | None:
    ended = _event(work, case, _ENDED, key)
    return ended.subject if ended is not None else None


def _event(work: Work, case: Case, kind: str, key: str) -> CaseEvent | None:
    known = work.stores.timeline.of_case(case.id, kind)
    return next((each for each in known if each.facts.get("business_key") == key), None)


def is_replaced(work: Work, case: Case, key: str) -> bool:
    """Return True if the decision under correction is in force no more: the matter was decided again, or a court changed
    the decision, since the correction began. Its own decision replaces nothing that it decides on. One decision on the
    reflection period stands beside another."""
    if _ended_as(work, case, key) not in (None, *_NOT_DECIDED):
        return False
    begun = _event(work, case, _BEGUN, key)
    if begun is None or _kind_of(begun) == Decision.REFLECTION:
        return False
    replaces = _replaces_removal if _kind_of(begun) == Decision.REMOVAL else _replaces_admission
    has_begun = False
    for each in work.stores.timeline.of_case(case.id):
        if each.kind == _BEGUN and each.facts.get("business_key") == key:
            has_begun = True
        elif has_begun and replaces(each):
            return True
    return False


def _replaces_admission(event: CaseEvent) -> bool:
    return _is_signed(event) or _is_changed(event)


def _replaces_removal(event: CaseEvent) -> bool:
    is_signed = event.kind == "resolution_signed" and event.subject == Decision.REMOVAL
    return is_signed or event.kind == "removal_sent_back"


def is_changed_by_court(work: Work, case: Case) -> bool:
    """Return True if a court has changed the decision in force: it is the authority's own no more."""
    kinds = ("resolution_signed", "appeal_ended", "own_appeal_ended")
    course = [each for each in work.stores.timeline.of_case(case.id, *kinds) if _is_decided(each)]
    return bool(course) and _is_changed(course[-1])


def _is_signed(event: CaseEvent) -> bool:
    return event.kind == "resolution_signed" and event.subject == Decision.ADMISSION


def _is_changed(event: CaseEvent) -> bool:
    """True of what a court changed in a decision on the case; a removal is another decision."""
    return event.kind == "appeal_ended" and event.subject == "changed" and not event.facts.get("decision")


def _is_decided(event: CaseEvent) -> bool:
    """True of what decides if the decision in force is the authority's own: it signed one, a court changed it, or undid that."""
    is_restored = event.kind == "own_appeal_ended" and event.subject == "restored"
    return _is_signed(event) or _is_changed(event) or (is_restored and not event.facts.get("decision"))


def base_of(work: Work, case: Case, key: str, kind: str | None = None) -> Mapping[str, Any]:
    """Return what a correction says of the decision that it corrects; nothing of one that a court has sent back since.

    `kind`: nothing of a decision of another kind. What a corrected admission leads to, a reflection period say, corrects
    nothing.
    """
    decision = decision_under(work, case, key)
    if decision is None or kind not in (None, decision_kind(decision)):
        return {}
    if decision_kind(decision) == Decision.REMOVAL and is_removal_void(work, case):
        return {}
    return {
        "key": key,
        "corrects": decision.number,
        "kind": decision_kind(decision),
        "outcome": outcome_of(decision),
        "decided_on": decided_on(decision).isoformat(),
    }


def needs_consent(
    work: Work,
    case: Case,
    outcome: str,
    key: str | None = None,
    answers: Mapping[str, Any] | None = None,
) -> bool:
    """Return True if the outcome, or a day in the answers, is to the person's harm and they have not agreed to this
    correction (434/2003 50 §)."""
    decision = in_force(work, case) if key is None else decision_under(work, case, key)
    if decision is None or not _is_to_harm(decision, outcome, answers or {}):
        return False
    examined = examination_of(work, case, key)
    given = from_json(examined.answers) if examined else {}
    return given.get("correction_kind") != Kind.FACTUAL or given.get("party_consents") != "yes"


def _is_to_harm(decision: Resolution, after: str, answers: Mapping[str, Any]) -> bool:
    before, was = outcome_of(decision), answers_in(decision)
    if decision_kind(decision) == Decision.REFLECTION:
        takes_away = isinstance(was.get("reflection_until"), date) and after in TAKE_AWAY
        return takes_away or shortens(was, answers)
    if after in (KEPT, REMOVED):
        return (before, after) == (KEPT, REMOVED) or (after == REMOVED and shortens(was, answers))
    return is_to_harm(before, after)


def examination_of(work: Work, case: Case, key: str | None) -> Submission | None:
    """Return the newest examination, of this correction if a key is given: two decisions may be corrected side by side."""
    found = work.stores.submissions.of_case(case.id, _EXAMINED_IN)
    beginning = None if key is None else beginning_of(work, case, key)
    if beginning is not None:
        instances = _instances(work, case)
        own = instances.get(beginning.task_id)
        found = tuple(each for each in found if own is None or instances.get(each.task_id) == own)
    return found[-1] if found else None


def end(work: Work, case: Case, key: str, how: str) -> None:
    """The correction is decided: its clock is met, and another may begin. What a court or a death ended has ended."""
    if is_overtaken(work, case, key):
        return
    work.record(case.id, _ENDED, how, business_key=key)
    clock = work.stores.deadlines.find(case.id, CORRECTION, key)
    if clock is not None and clock.is_open:
        met = ClockEntry(EntryKind.MET, work.now, "correction_decided", work.actor.name, work.actor.person_id)
        work.stores.deadlines.save(clock, clock.met(met))
