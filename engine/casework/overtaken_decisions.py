"""Signed decisions that stand no more while somebody may still serve them: overruled, decided anew, or beside one that the
supreme administrative court restored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from engine.casework.appeals import ADMISSION, OWN_ENDED, RESTORED
from engine.casework.court_rulings import (
    FORM,
    OWN_FORM,
    CourtRuling,
    overruled,
    own_rulings,
    rulings,
    subject_of,
)
from engine.casework.decision_corrections import CORRECTED, corrected, replaced_by
from engine.clock import day_of
from engine.domain.cases import Case
from engine.domain.decision_corrections import Letter
from engine.executor.engine import Work
from engine.storage.resolutions import Resolution
from engine.storage.timeline import CaseEvent

SETTLED: Final = "restored_settled"
STANDS: Final = "stands"
"""Choice by which a decision made meanwhile stays in force beside the one that was restored."""
ANEW: Final = "replaced"
BESIDE: Final = "restored_beside"


@dataclass(frozen=True, slots=True)
class Overtaken:
    cause: str
    """annulled, returned or changed by a court; `replaced` by a decision made anew; `restored_beside`: the decision before it
    is in force again, and nobody has settled what becomes of this one."""
    on: date
    """The day from which the authority knew it."""
    number: str = ""
    """Of the decision made anew, or of the one that was restored."""
    court: str = ""


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A decision that a ruling restored, and the one made meanwhile, until a decision-maker settles what becomes of that."""

    restored: Resolution
    meanwhile: Resolution
    ruling: CourtRuling


def unsettled(
    resolutions: Iterable[Resolution],
    known: Mapping[str, CourtRuling],
    own: Mapping[str, CourtRuling],
    timeline: Iterable[CaseEvent],
) -> Unsettled | None:
    signed = [each for each in resolutions if each.state == "signed" and each.signed_at is not None]
    found: Unsettled | None = None
    for event in timeline:
        key = str(event.facts.get("business_key") or "")
        if event.kind == OWN_ENDED and event.subject == RESTORED and event.facts.get("decided_anew"):
            before = subject_of(known[key], signed) if key in known else None
            meanwhile = subject_of(own[key], signed) if key in own else None
            if before is not None and meanwhile is not None and before.id != meanwhile.id:
                found = Unsettled(before, meanwhile, own[key])
        elif event.kind == SETTLED and event.subject == STANDS:
            found = None
    if found is None:
        return None
    newest = max(
        (each for each in signed if each.kind == ADMISSION), key=lambda each: (each.signed_at, each.id)
    )
    return found if newest.id == found.meanwhile.id else None


def unsettled_among(work: Work, cases: Iterable[Case]) -> frozenset[UUID]:
    """Return those of the cases in which a decision was restored beside a newer one that nobody has settled."""
    decided = [each.id for each in cases if each.outcome is not None]
    kinds = (OWN_ENDED, SETTLED, "resolution_signed")
    events = work.stores.timeline.of_cases(decided, kinds) if decided else {}
    return frozenset(case_id for case_id, found in events.items() if _is_unsettled(found))


def _is_unsettled(events: Iterable[CaseEvent]) -> bool:
    is_open = False
    for each in events:
        if each.kind == OWN_ENDED and each.subject == RESTORED and each.facts.get("decided_anew"):
            is_open = True
        elif (each.kind == SETTLED and each.subject == STANDS) or _signs_admission(each):
            is_open = False
    return is_open


def _signs_admission(event: CaseEvent) -> bool:
    return event.kind == "resolution_signed" and event.subject == ADMISSION


def overtaken(
    resolutions: Iterable[Resolution],
    known: Mapping[str, CourtRuling],
    own: Mapping[str, CourtRuling],
    timeline: Iterable[CaseEvent],
) -> Mapping[UUID, Overtaken]:
    """Return by decision how it ceased to stand. A corrected copy and reissued instructions stand and fall with their decision."""
    resolutions, timeline = tuple(resolutions), tuple(timeline)
    found = {
        key: Overtaken(ruling.result, _known_on(ruling), court=ruling.court)
        for key, ruling in overruled(resolutions, known, timeline).items()
    }
    replacing = corrected(resolutions)
    for each in resolutions:
        anew = _decided_anew(each, replacing)
        if each.state == "signed" and anew is not None and anew.signed_at is not None:
            found.setdefault(each.id, Overtaken(ANEW, day_of(anew.signed_at), anew.number))
    beside = unsettled(resolutions, known, own, timeline)
    if beside is not None:
        state = Overtaken(BESIDE, _known_on(beside.ruling), beside.restored.number, beside.ruling.court)
        found.setdefault(beside.meanwhile.id, state)
    for each in sorted(resolutions, key=lambda each: each.prepared_at):
        base = replaced_by(resolutions, each) if _is_of_its_decision(each) else None
        if base is not None and base.id in found:
            found.setdefault(each.id, found[base.id])
    return found


def overtaken_on(work: Work, case: Case, resolution_id: UUID | None) -> date | None:
    """Return the day from which a decision was known not to stand; None of one that stands."""
    if resolution_id is None:
        return None
    timeline = work.stores.timeline.of_case(case.id)
    submissions = work.stores.submissions.of_case(case.id, FORM, OWN_FORM)
    known, own = rulings(timeline, submissions), own_rulings(timeline, submissions)
    states = overtaken(work.stores.resolutions.of_case(case.id), known, own, timeline)
    state = states.get(resolution_id)
    return state.on if state is not None else None


def _decided_anew(decision: Resolution, replacing: Mapping[UUID, Resolution]) -> Resolution | None:
    """Return the decision made in place of this one, through any chain of corrected copies (434/2003 50 §)."""
    found = replacing.get(decision.id)
    while found is not None and found.kind == CORRECTED:
        found = replacing.get(found.id)
    return found


def _is_of_its_decision(resolution: Resolution) -> bool:
    is_signed = resolution.state == "signed" and resolution.kind == CORRECTED
    return is_signed and resolution.outcome in (Letter.COPY, Letter.INSTRUCTIONS)


def _known_on(ruling: CourtRuling) -> date:
    return ruling.arrived_on or day_of(ruling.recorded_at)
