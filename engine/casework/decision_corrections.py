"""Decisions and their corrections as the record knows them: the one in force, the one being served, a correction under way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from engine.clock import day_of
from engine.domain.cases import Case
from engine.domain.deadline_kinds import CORRECTION
from engine.domain.deadlines import ClockEntry, EntryKind
from engine.domain.decision_corrections import Kind, Letter, is_to_harm
from engine.domain.tasks import UserTask
from engine.executor.engine import Work
from engine.feel.values import from_json
from engine.storage.resolutions import Delivery, Resolution
from engine.storage.timeline import CaseEvent
from engine.texts import day

CORRECTION_NEEDED: Final = "correction_needed"
"""Starts an instance of its own: a decision is corrected at any time after it has left."""
CORRECTION_OVERTAKEN: Final = "correction_overtaken"
"""Ends a correction that is examined or decides anew: a court has sent the decision back, or changed it."""
OVERTAKEN: Final = "overtaken"
_COURSE: Final = ("correction_begun", "correction_ended")
_CORRECTING: Final = frozenset({"correct_decision", "examine_correction"})
"""Forms in which a decision is corrected."""
CORRECTED: Final = "correction"
"""Kind of a resolution that is a corrected copy, reissued instructions, or a refusal to correct."""
PREPARED_IN: Final = "prepared_in"
"""Entry of a resolution's content: the instance in which it was prepared, and in which it is signed."""


def in_force(work: Work, case: Case, until: datetime | None = None) -> Resolution | None:
    """Return the newest signed decision on the case, or the corrected copy that replaced it. `until`: as it was then."""
    return _newest(work, case, (Letter.COPY,), until)


def in_service(work: Work, case: Case, until: datetime | None = None) -> Resolution | None:
    """Return the newest signed document whose service starts appeal periods: the decision, or its reissued instructions."""
    return _newest(work, case, (Letter.INSTRUCTIONS,), until)


def _newest(
    work: Work, case: Case, letters: tuple[Letter, ...], until: datetime | None = None
) -> Resolution | None:
    signed = [
        each
        for each in work.stores.resolutions.of_case(case.id)
        if each.state == "signed"
        and each.signed_at is not None
        and (until is None or each.signed_at <= until)
        and (each.kind == "admission" or (each.kind == CORRECTED and each.outcome in letters))
    ]
    return max(signed, key=lambda each: (each.signed_at, each.id), default=None)


def signed_last(work: Work, case: Case, kind: str, until: datetime | None = None) -> Resolution | None:
    """Return the newest signed resolution of a kind. A draft beside it has gone nowhere. `until`: as it was then."""
    signed = [
        each
        for each in work.stores.resolutions.of_case(case.id)
        if each.kind == kind
        and each.state == "signed"
        and each.signed_at is not None
        and (until is None or each.signed_at <= until)
    ]
    # Decisions signed in one moment follow each other as their documents do, which are made at the signature.
    return max(signed, key=lambda each: (each.signed_at, each.document_id or each.id), default=None)


def prepared_last(work: Work, case: Case, kind: str, instance_id: UUID | None) -> Resolution | None:
    """Return the newest resolution of a kind that this instance prepared: two may prepare one kind side by side."""
    own = [
        each
        for each in work.stores.resolutions.of_case(case.id)
        if each.kind == kind and not is_of_another(each, instance_id)
    ]
    return max(own, key=lambda each: each.round, default=None)


def is_of_another(resolution: Resolution, instance_id: UUID | None) -> bool:
    """False also of a draft from before its instance was kept."""
    return instance_id is not None and resolution.content.get(PREPARED_IN) not in (None, str(instance_id))


def is_beside(earlier: Resolution, resolution: Resolution) -> bool:
    """True of a draft prepared in the same instance, and of one from before its instance was kept."""
    return earlier.content.get(PREPARED_IN) in (None, resolution.content.get(PREPARED_IN))


def correction_of(resolution: Resolution | None) -> Mapping[str, Any]:
    """Return what a resolution corrects: key, number and day of the decision before it; empty where it corrects nothing."""
    correction = resolution.content.get("correction") if resolution is not None else None
    return correction if isinstance(correction, Mapping) else {}


def corrected_by(resolutions: Iterable[Resolution], number: str) -> Resolution | None:
    """Return what a decision was corrected with, for the mark on it (434/2003 53 §); None of one that stands as it is."""
    corrections = [
        each
        for each in resolutions
        if each.state == "signed"
        and each.outcome != Letter.REFUSAL
        and correction_of(each).get("corrects") == number
    ]
    return max(corrections, key=lambda each: each.prepared_at, default=None)


def reached_with(resolutions: Iterable[Resolution], delivery: Delivery) -> Resolution | None:
    """Return the document that an attempt puts into its reader's hands: the decision, or the corrected copy that was signed
    before the decision left. A clerical error waits for no service (434/2003 51 §)."""
    signed = tuple(resolutions)
    found = next((each for each in signed if each.id == delivery.resolution_id), None)
    left_at = delivery.dispatched_at
    while found is not None:
        copy = corrected_by([each for each in signed if each.outcome == Letter.COPY], found.number)
        if copy is None or copy.signed_at is None or (left_at is not None and left_at < copy.signed_at):
            break
        found = copy
    return found


def prefix_of(resolution: Resolution | None) -> str | None:
    """Return the beginning of the keys under which a correction is served; None for a decision that corrects nothing."""
    key = correction_of(resolution).get("key")
    return str(key).replace("-", "") if key else None


def corrected_in(work: Work, case: Case, task: UserTask) -> Resolution | None:
    """Return the decision that a correction in this task is about; None in other tasks, and where the case is shut."""
    if task.form_key not in _CORRECTING or case.is_shut_to(work.actor, work.now):
        return None
    return in_force(work, case)


def is_pending(work: Work, case: Case) -> bool:
    """True between a correction's beginning and the signature, or the court's decision, that ends it."""
    known = work.stores.timeline.of_case(case.id, *_COURSE)
    return bool(known) and known[-1].kind == "correction_begun"


def overtake(work: Work, case: Case) -> None:
    """End a correction of what a court sent back, which is examined again as a whole (808/2019 122 §), or changed."""
    begun = work.stores.timeline.of_case(case.id, "correction_begun")
    if is_pending(work, case):
        overtake_correction(work, case, str(begun[-1].facts.get("business_key")))


def overtake_correction(work: Work, case: Case, key: str) -> None:
    """End it in the record at once, and its instance through a due row: one that does not listen yet is asked again at
    its signature."""
    end(work, case, key, OVERTAKEN)
    work.stores.starts.add(case.id, CORRECTION_OVERTAKEN, {}, work.now)


def is_overtaken(work: Work, case: Case, key: str) -> bool:
    return _ended_as(work, case, key) == OVERTAKEN


def _ended_as(work: Work, case: Case, key: str) -> str | None:
    found = [
        each.subject
        for each in work.stores.timeline.of_case(case.id, "correction_ended")
        if each.facts.get("business_key") == key
    ]
    return found[0] if found else None


def is_replaced(work: Work, case: Case, key: str) -> bool:
    """Return True if the decision under correction is in force no more: the matter was decided again, or a court changed
    the decision, since the correction began. Its own decision replaces nothing that it decides on."""
    if _ended_as(work, case, key) not in (None, OVERTAKEN):
        return False
    begun = False
    for each in work.stores.timeline.of_case(case.id):
        if each.kind == "correction_begun" and each.facts.get("business_key") == key:
            begun = True
        elif begun and (_is_signed(each) or _is_changed(each)):
            return True
    return False


def is_changed_by_court(work: Work, case: Case) -> bool:
    """Return True if a court has changed the decision in force: it is the authority's own no more."""
    kinds = ("resolution_signed", "appeal_ended", "own_appeal_ended")
    course = [each for each in work.stores.timeline.of_case(case.id, *kinds) if _is_decided(each)]
    return bool(course) and _is_changed(course[-1])


def _is_signed(event: CaseEvent) -> bool:
    return event.kind == "resolution_signed" and event.subject == "admission"


def _is_changed(event: CaseEvent) -> bool:
    """True of what a court changed in a decision on the case; a removal is another decision."""
    return event.kind == "appeal_ended" and event.subject == "changed" and not event.facts.get("decision")


def _is_decided(event: CaseEvent) -> bool:
    """True of what decides if the decision in force is the authority's own: it signed one, a court changed it, or undid that."""
    is_restored = event.kind == "own_appeal_ended" and event.subject == "restored"
    return _is_signed(event) or _is_changed(event) or (is_restored and not event.facts.get("decision"))


def base_of(work: Work, case: Case, key: str) -> Mapping[str, Any]:
    """Return what a correction says of the decision that it corrects."""
    decision = in_force(work, case)
    if decision is None:
        return {}
    return {
        "key": key,
        "corrects": decision.number,
        "outcome": outcome_of(decision),
        "decided_on": decided_on(decision).isoformat(),
    }


def corrected_details(work: Work, case: Case, decision: Resolution) -> tuple[str, str]:
    """Return what the person's details were in the decision and what they are, in its language: only those that were
    corrected since. Empty where none was."""
    person = work.stores.parties.applicant_of(case.id)
    if person is None:
        return "", ""
    before: dict[str, Any] = {}
    for each in work.stores.corrections.of_case(case.id):
        if each.subject_id == person.id and decision.signed_at and each.made_at > decision.signed_at:
            before = {**each.before, **before}
    pairs: list[tuple[str, str]] = []
    names = ("given_names", "family_name")
    if any(name in before for name in names):
        was = {name: before.get(name, person.identity.get(name)) for name in names}
        pairs.append((" ".join(str(was[name]) for name in names if was[name]), person.name))
    was_born, born = before.get("born_on"), person.identity.get("born_on")
    if isinstance(was_born, str) and was_born and isinstance(born, str) and born:
        first, now = (day(decision.language, date.fromisoformat(each)) for each in (was_born, born))
        pairs.append((first, now))
    changed = [(was, now) for was, now in pairs if was != now]
    return ", ".join(was for was, _ in changed), ", ".join(now for _, now in changed)


def decided_on(decision: Resolution) -> date:
    """Return the day of the decision, also of one that a corrected copy has replaced."""
    first = correction_of(decision).get("decided_on") if decision.kind == CORRECTED else None
    if isinstance(first, str):
        return date.fromisoformat(first)
    return day_of(decision.signed_at or decision.prepared_at)


def outcome_of(decision: Resolution) -> str:
    """Return the outcome on the case; a corrected copy carries that of the decision it replaced."""
    return (
        str(correction_of(decision).get("outcome") or "") if decision.kind == CORRECTED else decision.outcome
    )


def answers_in(decision: Resolution) -> Mapping[str, Any]:
    """Return the words of the decision as it was prepared."""
    prepared: Mapping[str, Any] = from_json(decision.content.get("answers") or {})
    return prepared


def needs_consent(work: Work, case: Case, outcome: str) -> bool:
    """Return True if the outcome is to the person's harm and they have not agreed to this correction (434/2003 50 §)."""
    decision = in_force(work, case)
    if decision is None or not is_to_harm(outcome_of(decision), outcome):
        return False
    examined = work.stores.submissions.latest(case.id, "examine_correction")
    answers = from_json(examined.answers) if examined else {}
    return answers.get("correction_kind") != Kind.FACTUAL or answers.get("party_consents") != "yes"


def end(work: Work, case: Case, key: str, how: str) -> None:
    """The correction is decided: its clock is met, and another may begin. What a court ended has ended."""
    if is_overtaken(work, case, key):
        return
    work.record(case.id, "correction_ended", how, business_key=key)
    clock = work.stores.deadlines.find(case.id, CORRECTION, key)
    if clock is not None and clock.is_open:
        met = ClockEntry(EntryKind.MET, work.now, "correction_decided", work.actor.name, work.actor.person_id)
        work.stores.deadlines.save(clock, clock.met(met))
