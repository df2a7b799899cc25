"""Decisions as the record knows them: those in force, the one being served, and the documents that corrected them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from engine.clock import day_of
from engine.domain.cases import Case, Outcome
from engine.domain.decision_corrections import Decision, Letter
from engine.executor.engine import Work
from engine.feel.values import from_json
from engine.storage.parties import Party
from engine.storage.resolutions import Delivery, Resolution
from engine.texts import day

CORRECTION_NEEDED: Final = "correction_needed"
"""Starts an instance of its own: a decision is corrected at any time after it has left."""
CORRECTED: Final = "correction"
"""Kind of a resolution that is a corrected copy, reissued instructions, or a refusal to correct."""
PREPARED_IN: Final = "prepared_in"
"""Entry of a resolution's content: the instance in which it was prepared, and in which it is signed."""
REMOVAL_PREFIX: Final = "POI"
"""Begins the ids of a removal decision's recipients, so that their attempts and periods are kept apart from the admission's."""
WORDED: Final = "worded"
"""Entry of a resolution's content: its letter as it was prepared, and signed."""
REPEATS: Final = "repeats"
"""Entry of a corrected copy's content: the decision as it was signed, with what the correction changes in it."""
AS_OF: Final = "as_of"
"""Entry of a corrected copy's content: when the decision was prepared whose words it repeats."""


def in_force(
    work: Work, case: Case, until: datetime | None = None, kind: str = Decision.ADMISSION
) -> Resolution | None:
    """Return the newest signed decision of this kind, or the corrected copy that replaced it. `until`: as it was then."""
    return _newest(work, case, (Letter.COPY,), until, kind)


def lapse_reason_of(work: Work, case: Case) -> str | None:
    """Return why the case lapsed: as its decision says, else as its content was sealed; None of one that did not lapse."""
    if case.outcome is not Outcome.LAPSED:
        return None
    decision = in_force(work, case)
    sealed = work.stores.timeline.of_case(case.id, "content_sealed")
    reason = decision.content.get("lapse_reason") if decision is not None else None
    return str(reason) if reason else next((each.subject for each in reversed(sealed) if each.subject), None)


def in_service(
    work: Work, case: Case, until: datetime | None = None, kind: str = Decision.ADMISSION
) -> Resolution | None:
    """Return the newest signed document whose service starts appeal periods: the decision, or its reissued instructions."""
    return _newest(work, case, (Letter.INSTRUCTIONS,), until, kind)


def _newest(
    work: Work, case: Case, letters: tuple[Letter, ...], until: datetime | None, kind: str
) -> Resolution | None:
    signed = [
        each
        for each in work.stores.resolutions.of_case(case.id)
        if each.state == "signed"
        and each.signed_at is not None
        and (until is None or each.signed_at <= until)
        and decision_kind(each) == kind
        and (each.kind != CORRECTED or each.outcome in letters)
    ]
    return max(signed, key=lambda each: (each.signed_at, each.id), default=None)


def corrigible(work: Work, case: Case) -> tuple[Resolution, ...]:
    """Return the signed decisions in force, in their order: on the case, on a removal, each on the reflection period. Of one
    with a corrected copy it is the newest copy."""
    signed = [each for each in work.stores.resolutions.of_case(case.id) if each.state == "signed"]
    found = [in_force(work, case, kind=kind) for kind in (Decision.ADMISSION, Decision.REMOVAL)]
    found += [
        newest_copy(signed, each)
        for each in signed
        if each.kind == Decision.REFLECTION and decided_anew(signed, newest_copy(signed, each).number) is None
    ]
    return tuple(sorted((each for each in found if each is not None), key=decided_on))


def newest_copy(resolutions: Iterable[Resolution], decision: Resolution) -> Resolution:
    """Return the corrected copy that replaced a decision, through any chain of them; the decision where none did."""
    copies = [each for each in resolutions if each.outcome == Letter.COPY]
    found = decision
    while (copy := corrected_by(copies, found.number)) is not None:
        found = copy
    return found


def decided_anew(resolutions: Iterable[Resolution], number: str) -> Resolution | None:
    """Return the decision that was made in place of the one with this number (434/2003 50 §)."""
    return corrected_by([each for each in resolutions if each.kind != CORRECTED], number)


def decision_kind(resolution: Resolution) -> str:
    """Return the kind of the decision, also of a document that corrects one."""
    if resolution.kind != CORRECTED:
        return resolution.kind
    return str(correction_of(resolution).get("kind") or Decision.ADMISSION)


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


def prepared_in(resolution: Resolution) -> UUID | None:
    """Return the instance that prepared it; None of a draft from before its instance was kept."""
    kept = resolution.content.get(PREPARED_IN)
    return UUID(str(kept)) if kept is not None else None


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


def correction_values(
    correction: Mapping[str, Any], language: str, kind: str, outcome: str
) -> dict[str, str]:
    """Return what a letter says of the decision that it corrects."""
    decided_on = correction.get("decided_on")
    on = day(language, date.fromisoformat(decided_on)) if isinstance(decided_on, str) else ""
    is_copy = kind == CORRECTED and bool(correction.get("is_copy"))
    is_reissued = kind == CORRECTED and outcome == Letter.INSTRUCTIONS
    is_anew = bool(correction) and kind != CORRECTED
    return {
        "corrects_number": str(correction.get("corrects") or ""),
        "corrects_kind": str(correction.get("kind") or ""),
        "corrects_decided_on": on,
        "is_copy": "yes" if is_copy else "",
        "is_new_decision": "yes" if is_anew else "",
        "replaces_number": str(correction.get("corrects") or "") if is_anew else "",
        "replaces_decided_on": on if is_anew else "",
        "is_reissued_instructions": "yes" if is_reissued else "",
        "decided_on": on if is_copy else "",
        "wrong_text": str(correction.get("wrong_text") or ""),
        "right_text": str(correction.get("right_text") or ""),
        "correction_reasons": str(correction.get("correction_reasons") or ""),
    }


def replaced_by(resolutions: Iterable[Resolution], correction: Resolution) -> Resolution | None:
    """Return the signed decision that this one corrects. A draft that was sent back bore the same number, and so does the
    decision before one that a court sent back."""
    number = correction_of(correction).get("corrects")
    before = [
        each
        for each in resolutions
        if each.number == number
        and each.state == "signed"
        and each.signed_at is not None
        and each.signed_at <= correction.prepared_at
    ]
    return max(before, key=lambda each: (each.signed_at, each.id), default=None)


def instructed(work: Work, case: Case, kind: str = Decision.ADMISSION) -> Resolution | None:
    """Return the decision to which the instructions in service belong: they replace no words of it (434/2003 49 §), so each
    recipient is to have both. None where the decision has its own."""
    found = in_service(work, case, kind=kind)
    if found is None or found.kind != CORRECTED:
        return None
    resolutions = work.stores.resolutions.of_case(case.id)
    while found is not None and found.kind == CORRECTED:
        found = replaced_by(resolutions, found)
    return found


def corrected(resolutions: Iterable[Resolution]) -> Mapping[UUID, Resolution]:
    """Return by signed decision what it was corrected with, for the mark on it (434/2003 53 §)."""
    known = tuple(resolutions)
    found: dict[UUID, Resolution] = {}
    for each in sorted(known, key=lambda each: each.prepared_at):
        if each.state != "signed" or each.outcome == Letter.REFUSAL:
            continue
        before = replaced_by(known, each)
        if before is not None:
            found[before.id] = each
    return found


def corrected_by(resolutions: Iterable[Resolution], number: str) -> Resolution | None:
    """Return what the decision with this number was corrected with; None of one that stands as it is."""
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
    if resolution is None or not key:
        return None
    of_removal = resolution.kind == Decision.REMOVAL or (
        resolution.outcome == Letter.INSTRUCTIONS and decision_kind(resolution) == Decision.REMOVAL
    )
    return (REMOVAL_PREFIX if of_removal else "") + str(key).replace("-", "")


def corrected_details(work: Work, case: Case, decision: Resolution) -> tuple[str, str]:
    """Return what the person's details were in the decision and what they are, in its language: only those that were
    corrected since. Empty where none was."""
    changed = changed_details(work, case, decision).values()
    return ", ".join(was for was, _ in changed), ", ".join(now for _, now in changed)


def changed_details(work: Work, case: Case, decision: Resolution) -> Mapping[str, tuple[str, str]]:
    """Return by the letter's value what the person's details are in the decision, and in the register: those that differ."""
    person = work.stores.parties.applicant_of(case.id)
    if person is None:
        return {}
    born = person.identity.get("born_on")
    now = {"person_name": person.name, "person_born_on": _dated(born, decision.language)}
    words = decision.content.get(WORDED)
    were = words["values"] if words else _before(work, case, person, decision)
    return {
        name: (were[name], value)
        for name, value in now.items()
        if value and were.get(name) and were[name] != value
    }


def _before(work: Work, case: Case, person: Party, decision: Resolution) -> Mapping[str, str]:
    """Return the details corrected since the signature of a decision whose words were not kept."""
    before: dict[str, Any] = {}
    for each in work.stores.corrections.of_case(case.id):
        if each.subject_id == person.id and decision.signed_at and each.made_at > decision.signed_at:
            before = {**each.before, **before}
    names = ("given_names", "family_name")
    were = [before.get(name, person.identity.get(name)) for name in names]
    return {
        "person_name": " ".join(each for each in were if isinstance(each, str) and each),
        "person_born_on": _dated(before.get("born_on"), decision.language),
    }


def _dated(value: Any, language: str) -> str:
    return day(language, date.fromisoformat(value)) if isinstance(value, str) and value else ""


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
