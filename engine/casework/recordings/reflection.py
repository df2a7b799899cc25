"""Decisions on the reflection period: given or not, extended or not, interrupted. Each is prepared by one and signed by another."""

from __future__ import annotations

from datetime import date
from typing import Any

from engine.casework.case_deadlines import cancel, reflection_runs
from engine.casework.correction_course import base_of, end, needs_consent
from engine.casework.decision_corrections import correction_of, newest_copy, prepared_last
from engine.casework.recordings.preparing import require_explained
from engine.casework.recordings.recording import Recording
from engine.casework.recordings.reflection_hearing import require_hearing, require_still_heard
from engine.casework.recordings.resolution import (
    REFLECTION,
    end_with_decision,
    prepare,
    prepared_of,
    require_base,
    send_back,
    sign,
)
from engine.casework.reflection_periods import (
    decided,
    decided_period,
    may_have_period,
    owe_move,
    running_period,
    signed_decisions,
)
from engine.domain.cases import Case
from engine.domain.deadline_kinds import REFLECTION as PERIOD
from engine.domain.decision_corrections import NotInFavour, Replaced
from engine.domain.reflection import (
    FOR_VICTIMS,
    OF_A_RUNNING_PERIOD,
    OUTCOMES,
    EndsBeforeSignature,
    InterruptedBeforeSignature,
    NotDuringPeriod,
    NothingDecided,
    NotLonger,
    NotWithinBounds,
    OnlyForVictims,
    PeriodNotRunning,
    PeriodRunning,
    ReflectionPeriod,
    TotalExceeded,
)
from engine.executor import Work
from engine.feel.values import from_json
from engine.storage.resolutions import Resolution


def record_reflection_preparation(work: Work, recording: Recording) -> None:
    """Prepare the decision. There is none where the police have decided already, or nothing is to change."""
    proposal = recording.text("reflection_proposal")
    key = _correction(work, recording)
    if key and recording.text("police_decided") in ("yes", "own"):
        end(work, recording.case, key, "no_new_decision")
    if recording.text("police_decided") == "yes":
        work.record(recording.case.id, "reflection_decided_by_police")
        return
    is_victim = may_have_period(work, recording.case)
    if recording.text("police_decided") == "own":
        # Contact was made twice, and each asks: one decision is enough. A court may have decided otherwise on the admission.
        if is_victim and not signed_decisions(work, recording.case):
            raise NothingDecided(field="police_decided")
        return
    if proposal in FOR_VICTIMS and not is_victim:
        raise OnlyForVictims(field="reflection_proposal")
    without = _replaced_by(work, recording.case, key)
    period = running_period(work, recording.case, without)
    _require_fitting(proposal, period, decided_period(work, recording.case, without))
    if proposal == "keep":
        return
    require_hearing(work, recording)
    require_explained(work, recording)
    _require_bounds(work, recording, proposal, period, without)
    if key and needs_consent(work, recording.case, OUTCOMES[proposal], key, recording.answers):
        raise NotInFavour(field="reflection_proposal")
    prepare(work, recording, REFLECTION, OUTCOMES[proposal], recording.case.language)


def _require_fitting(proposal: str, period: ReflectionPeriod | None, given: ReflectionPeriod | None) -> None:
    """A period may end while its extension is decided on, or sent back: then it is not extended."""
    is_over = given is not None and proposal == "not_extended"
    if period is None and proposal in OF_A_RUNNING_PERIOD and not is_over:
        raise PeriodNotRunning(field="reflection_proposal")
    if period is not None and proposal not in OF_A_RUNNING_PERIOD:
        raise PeriodRunning(field="reflection_proposal")


def _correction(work: Work, recording: Recording) -> str:
    """Return the key of the correction in which the period is decided anew; empty otherwise."""
    scope = work.instances.scope_of(recording.case, recording.task.instance_id, recording.task.task_key)
    key = str(scope.get("correction_key") or "")
    return key if key and base_of(work, recording.case, key, REFLECTION) else ""


def _replaced_by(work: Work, case: Case, key: str) -> str | None:
    """Return the number of the decision in whose place another is made; None where nothing is corrected."""
    return str(base_of(work, case, key).get("corrects") or "") or None if key else None


def _require_bounds(
    work: Work, recording: Recording, proposal: str, period: ReflectionPeriod | None, without: str | None
) -> None:
    first, last = recording.day("reflection_from"), recording.day("reflection_until")
    if proposal == "give":
        _require_lawful(work, recording.case, first, last, without=without)
    if period is None:
        return
    if proposal == "extend":
        if last is None or last <= period.last:
            raise NotLonger(field="reflection_until")
        _require_lawful(work, recording.case, period.first, last, extends=True, without=without)
    if proposal == "interrupt":
        interrupted = recording.day("interrupted_from")
        if interrupted is None or not work.today <= interrupted <= period.last:
            raise NotDuringPeriod(field="interrupted_from")


def _require_lawful(
    work: Work,
    case: Case,
    first: date | None,
    last: date | None,
    *,
    extends: bool = False,
    without: str | None = None,
) -> None:
    if first is None or last is None or not ReflectionPeriod(first, last).is_lawful:
        raise NotWithinBounds(field="reflection_until")
    period = ReflectionPeriod(first, last)
    _require_total(work, case, period, "reflection_until", extends=extends, without=without)


def _require_total(
    work: Work,
    case: Case,
    proposed: ReflectionPeriod,
    field: str,
    *,
    extends: bool = False,
    without: str | None = None,
) -> None:
    """All periods given before are counted but, of an extension, the one that it extends."""
    periods, _ = decided(work, case, without)
    if not proposed.is_within_total(periods[:-1] if extends else periods):
        raise TotalExceeded(field=field)


def record_reflection_signature(work: Work, recording: Recording) -> None:
    if prepared_last(work, recording.case, REFLECTION, recording.task.instance_id) is None:
        return
    resolution = prepared_of(work, recording, REFLECTION)
    if recording.text("reflection_signature") == "sign":
        key = str(correction_of(resolution).get("key") or "")
        if key:
            require_base(work, recording.case, key, resolution, "reflection_signature")
            _require_newest(work, recording.case, str(correction_of(resolution).get("corrects")))
        _require_still_fits(work, recording.case, resolution)
        require_still_heard(work, recording, resolution, "reflection_signature")
        sign(work, recording, resolution)
        follow_period(work, recording.case, resolution.outcome)
        if key:
            end_with_decision(work, recording.case, key, REFLECTION)
    else:
        send_back(work, recording, resolution)


def _require_newest(work: Work, case: Case, number: str) -> None:
    """The decision in whose place this one comes may have been extended or interrupted since it was prepared."""
    resolutions = work.stores.resolutions.of_case(case.id)
    newest = signed_decisions(work, case)[-1:]
    if not any(newest_copy(resolutions, each).number == number for each in newest):
        raise Replaced(field="reflection_signature")


def _require_still_fits(work: Work, case: Case, resolution: Resolution) -> None:
    """Refuse what another decision, signed since this one was prepared, has made void: the signer sends it back."""
    without = str(correction_of(resolution).get("corrects") or "") or None
    period, field = decided_period(work, case, without), "reflection_signature"
    if resolution.outcome in {OUTCOMES[each] for each in FOR_VICTIMS} and not may_have_period(work, case):
        raise OnlyForVictims(field=field)
    if resolution.outcome == OUTCOMES["give"] and running_period(work, case, without) is not None:
        raise PeriodRunning(field=field)
    answers = from_json(resolution.content.get("answers") or {})
    first, until = answers.get("reflection_from"), answers.get("reflection_until")
    _require_not_over(work, resolution, until, answers.get("interrupted_from"))
    if resolution.outcome == OUTCOMES["give"] and isinstance(first, date) and isinstance(until, date):
        _require_total(work, case, ReflectionPeriod(first, until), field, without=without)
    if resolution.outcome not in (OUTCOMES["extend"], OUTCOMES["interrupt"]):
        return
    if period is None:
        raise PeriodNotRunning(field=field)
    if resolution.outcome == OUTCOMES["extend"] and isinstance(until, date):
        if until <= period.last:
            raise NotLonger(field=field)
        total = ReflectionPeriod(period.first, until)
        _require_total(work, case, total, field, extends=True, without=without)


def _require_not_over(work: Work, resolution: Resolution, until: Any, interrupted_from: Any) -> None:
    """No decision takes effect before its signature: a draft may have waited for it (434/2003 6, 54 §). A correction may bring
    the days that should have been given: one to the person's harm needs their consent."""
    if correction_of(resolution).get("corrects"):
        return
    outcome = resolution.outcome
    if outcome in (OUTCOMES["give"], OUTCOMES["extend"]) and isinstance(until, date) and until < work.today:
        raise EndsBeforeSignature(field="reflection_signature")
    if outcome != OUTCOMES["interrupt"] or not isinstance(interrupted_from, date):
        return
    if interrupted_from < work.today:
        raise InterruptedBeforeSignature(field="reflection_signature")


def follow_period(work: Work, case: Case, outcome: str) -> None:
    """Have the ledger and the open tasks follow what is signed."""
    _follow_in_ledger(work, case, outcome)
    owe_move(work, case)


def _follow_in_ledger(work: Work, case: Case, outcome: str) -> None:
    if outcome == OUTCOMES["interrupt"]:
        # It is served first, and takes effect on its own day: until then the person has the time that they were given.
        periods, _ = decided(work, case)
        if periods and periods[-1].last >= work.today:
            reflection_runs(work, case, periods[-1].last)
        else:
            cancel(work, case, PERIOD, "interrupted")
        return
    period = running_period(work, case)
    if period is not None:
        # Not extended, in the place of an extension: the period ends as it was given.
        reflection_runs(work, case, period.last)
    else:
        # A decision in the place of another may leave no period.
        cancel(work, case, PERIOD, "decided")
