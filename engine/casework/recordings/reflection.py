"""Decisions on the reflection period: given or not, extended or not, interrupted. Each is prepared by one and signed by another."""

from __future__ import annotations

from datetime import date

from engine.casework.case_deadlines import cancel, reflection_runs
from engine.casework.decision_corrections import prepared_last
from engine.casework.recordings.recording import Recording
from engine.casework.recordings.resolution import REFLECTION, prepare, prepared_of, send_back, sign
from engine.domain.cases import Case, Outcome
from engine.domain.deadline_kinds import REFLECTION as PERIOD
from engine.domain.reflection import (
    OF_A_RUNNING_PERIOD,
    OUTCOMES,
    NotDuringPeriod,
    NotLonger,
    NotWithinBounds,
    OnlyForVictims,
    PeriodNotRunning,
    PeriodRunning,
    ReflectionPeriod,
)
from engine.executor import Work
from engine.feel.values import from_json
from engine.storage.resolutions import Resolution


def record_reflection_preparation(work: Work, recording: Recording) -> None:
    """Prepare the decision. There is none where the police have decided already, or nothing is to change."""
    proposal = recording.text("reflection_proposal")
    if recording.text("police_decided") == "yes":
        work.record(recording.case.id, "reflection_decided_by_police")
        return
    if recording.case.outcome is not Outcome.ADMITTED_35_1:
        raise OnlyForVictims(field="reflection_proposal")
    period = running_period(work, recording.case)
    if period is None and proposal in OF_A_RUNNING_PERIOD:
        raise PeriodNotRunning(field="reflection_proposal")
    if period is not None and proposal not in OF_A_RUNNING_PERIOD:
        raise PeriodRunning(field="reflection_proposal")
    if proposal == "keep":
        return
    _require_bounds(work, recording, proposal, period)
    prepare(work, recording, REFLECTION, OUTCOMES[proposal], recording.case.language)


def _require_bounds(work: Work, recording: Recording, proposal: str, period: ReflectionPeriod | None) -> None:
    first, last = recording.day("reflection_from"), recording.day("reflection_until")
    if proposal == "give" and not (first and last and ReflectionPeriod(first, last).is_lawful):
        raise NotWithinBounds(field="reflection_until")
    if period is None:
        return
    if proposal == "extend":
        if last is None or last <= period.last:
            raise NotLonger(field="reflection_until")
        if not ReflectionPeriod(period.first, last).is_lawful:
            raise NotWithinBounds(field="reflection_until")
    if proposal == "interrupt":
        interrupted = recording.day("interrupted_from")
        if interrupted is None or not work.today <= interrupted <= period.last:
            raise NotDuringPeriod(field="interrupted_from")


def running_period(work: Work, case: Case) -> ReflectionPeriod | None:
    """Return the period that runs today; None before it, after it, and once it is interrupted."""
    period = _decided_period(work, case)
    return None if period is None or period.last < work.today else period


def _decided_period(work: Work, case: Case) -> ReflectionPeriod | None:
    """Return the period as it was given and extended by signed decisions, in their order; None once it is interrupted."""
    first: date | None = None
    last: date | None = None
    signed = [
        (each.signed_at, each.document_id or each.id, each)
        for each in work.stores.resolutions.of_case(case.id)
        if each.kind == REFLECTION and each.state == "signed" and each.signed_at is not None
    ]
    for _, _, each in sorted(signed, key=lambda row: row[:2]):
        answers = from_json(each.content.get("answers") or {})
        if each.outcome == OUTCOMES["give"]:
            first, last = answers.get("reflection_from"), answers.get("reflection_until")
        elif each.outcome == OUTCOMES["extend"]:
            last = answers.get("reflection_until")
        elif each.outcome == OUTCOMES["interrupt"]:
            first = last = None
    return None if first is None or last is None else ReflectionPeriod(first, last)


def record_reflection_signature(work: Work, recording: Recording) -> None:
    if prepared_last(work, recording.case, REFLECTION, recording.task.instance_id) is None:
        return
    resolution = prepared_of(work, recording, REFLECTION)
    if recording.text("reflection_signature") == "sign":
        _require_still_fits(work, recording.case, resolution)
        sign(work, recording, resolution)
        _follow_period(work, recording.case, resolution.outcome)
    else:
        send_back(work, recording, resolution)


def _require_still_fits(work: Work, case: Case, resolution: Resolution) -> None:
    """Refuse what another decision, signed since this one was prepared, has made void: the signer sends it back."""
    period, field = _decided_period(work, case), "reflection_signature"
    if resolution.outcome == OUTCOMES["give"] and running_period(work, case) is not None:
        raise PeriodRunning(field=field)
    if resolution.outcome not in (OUTCOMES["extend"], OUTCOMES["interrupt"]):
        return
    if period is None:
        raise PeriodNotRunning(field=field)
    until = from_json(resolution.content.get("answers") or {}).get("reflection_until")
    if resolution.outcome == OUTCOMES["extend"] and until is not None and until <= period.last:
        raise NotLonger(field=field)


def _follow_period(work: Work, case: Case, outcome: str) -> None:
    if outcome == OUTCOMES["interrupt"]:
        cancel(work, case, PERIOD, "interrupted")
        return
    period = running_period(work, case)
    if period is not None and outcome in (OUTCOMES["give"], OUTCOMES["extend"]):
        reflection_runs(work, case, period.last)
