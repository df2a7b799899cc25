"""A decision is corrected: what is asked, what is found and heard, and the signature of its letter (434/2003 49-53 §)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.casework.appeals import (
    is_being_examined,
    is_held,
    is_removal_void,
    notify_finality,
    tell_court,
)
from engine.casework.clienthood import ended_by_death
from engine.casework.correction_course import (
    OF_DEAD,
    base_of,
    beginning_of,
    chosen,
    decision_under,
    end,
    is_changed_by_court,
    is_overtaken,
    is_pending,
    is_replaced,
    overtake_correction,
)
from engine.casework.decision_corrections import (
    AS_OF,
    CORRECTED,
    REPEATS,
    answers_in,
    corrected_details,
    correction_of,
    decided_on,
    decision_kind,
    newest_copy,
    outcome_of,
)
from engine.casework.new_instructions import is_unreached
from engine.casework.recordings.corrected_words import corrected_answers
from engine.casework.recordings.recording import Recording
from engine.casework.recordings.reflection import follow_period
from engine.casework.recordings.repeated_words import repeated_words
from engine.casework.recordings.resolution import prepare, prepared_of, send_back, sign
from engine.casework.reflection_periods import signed_decisions
from engine.clock import day_of
from engine.domain.cases import Case, Outcome
from engine.domain.decision_corrections import (
    LETTER_OF,
    AskedBeforeDecision,
    AskedTooLate,
    ChangedByCourt,
    ConsentMissing,
    CorrectedDead,
    CorrectionPending,
    Decision,
    HeardBeforeDecision,
    Kind,
    LapseNotReopened,
    Letter,
    NoInstructions,
    NotInForce,
    NotNewest,
    NotSentYet,
    NotServedYet,
    OnlyClericalYet,
    OnlyInFavour,
    OtherDecision,
    SentBack,
    UnheardToHarm,
    Unreasonable,
    last_day,
)
from engine.domain.reflection import NotWithinBounds, ReflectionPeriod
from engine.executor import Work
from engine.feel.values import from_json, to_json
from engine.storage.resolutions import Resolution
from engine.storage.submissions import Submission


def record_beginning(work: Work, recording: Recording) -> None:
    if recording.text("is_correction") != "yes":
        return
    case = recording.case
    field = "which_decision" if recording.asks("which_decision") else "is_correction"
    number = recording.text("which_decision")
    if number == "other":
        raise OtherDecision(field=field)
    decision = chosen(work, case, number)
    if decision is None:
        raise NotInForce(field=field) if number not in ("", "this") else NotSentYet(field=field)
    _require_open(work, case, decision, field)
    asked_on = recording.day("asked_on")
    if asked_on is not None and asked_on < decided_on(decision):
        raise AskedBeforeDecision(field="asked_on")


def _require_open(work: Work, case: Case, decision: Resolution, field: str) -> None:
    """Refuse a correction of a decision that has not left, is corrected already, is a court's by now, or was of the dead."""
    if ended_by_death(work, case):
        raise CorrectedDead(field=field)
    kind = decision_kind(decision)
    if kind == Decision.ADMISSION and is_held(work, case):
        raise NotSentYet(field=field)
    if is_pending(work, case, decision):
        raise CorrectionPending(field=field)
    if _is_examined_again(work, case, decision):
        raise SentBack(field=field)
    if kind == Decision.ADMISSION and is_changed_by_court(work, case):
        raise ChangedByCourt(field=field)


def _is_examined_again(work: Work, case: Case, decision: Resolution) -> bool:
    kind = decision_kind(decision)
    if kind == Decision.REMOVAL:
        return is_removal_void(work, case)
    return kind == Decision.ADMISSION and is_being_examined(work, case)


def _has_left(work: Work, case: Case, decision: Resolution) -> bool:
    return decision.kind == CORRECTED or any(
        each.dispatched_at is not None and each.resolution_id == decision.id
        for each in work.stores.deliveries.of_case(case.id)
    )


def record_examination(work: Work, recording: Recording) -> None:
    """Refuse what the sections do not allow; prepare the letter, unless the matter is decided anew."""
    case, key = recording.case, _key(work, recording)
    decision = decision_under(work, case, key)
    if decision is None:
        raise NotSentYet(field="correction_kind")
    kind = Kind(recording.text("correction_kind"))
    beginning = beginning_of(work, case, key)
    _require_days(recording, decision, beginning)
    _require_kind(work, case, decision, kind)
    if recording.text("correction_proposal") == "refuse":
        _prepare(work, recording, decision, Letter.REFUSAL)
        return
    if ended_by_death(work, case):
        raise CorrectedDead(field="correction_proposal")
    if _is_examined_again(work, case, decision) or _is_void(work, recording, key):
        raise SentBack(field="correction_proposal")
    _require_in_time(work, decision, beginning)
    if kind is Kind.FACTUAL:
        _require_lawful_reopening(work, recording, decision)
        return
    if kind is Kind.INSTRUCTIONS and is_unreached(work, case, decision_kind(decision)):
        raise NotServedYet(field="correction_proposal")
    if kind is Kind.CLERICAL and recording.text("correction_unreasonable") == "yes":
        raise Unreasonable(field="correction_unreasonable")
    _prepare(work, recording, decision, LETTER_OF[kind])


def _require_kind(work: Work, case: Case, decision: Resolution, kind: Kind) -> None:
    if kind is not Kind.CLERICAL and not _has_left(work, case, decision):
        raise OnlyClericalYet(field="correction_kind")
    if kind is Kind.INSTRUCTIONS and decision_kind(decision) == Decision.REFLECTION:
        raise NoInstructions(field="correction_kind")


def _key(work: Work, recording: Recording) -> str:
    scope = work.instances.scope_of(recording.case, recording.task.instance_id, recording.task.task_key)
    return str(scope.get("correction_key") or "")


def _require_days(recording: Recording, decision: Resolution, beginning: Submission | None) -> None:
    """Nobody is heard of an error, or agrees to its correction, before it was found."""
    found_on = _day(beginning.answers.get("asked_on")) if beginning else None
    for asked in ("correction_heard_on", "consented_on"):
        day = recording.day(asked)
        if day is not None and day < (found_on or decided_on(decision)):
            raise HeardBeforeDecision(field=asked)


def _is_void(work: Work, recording: Recording, key: str) -> bool:
    """True where a court has sent back or changed what is corrected. A demand may still be refused by letter."""
    return is_overtaken(work, recording.case, key) or is_replaced(work, recording.case, key)


def _require_in_time(work: Work, decision: Resolution, beginning: Submission | None) -> None:
    """The five years count to the demand, or to the day on which we took it up ourselves (434/2003 52 §)."""
    asked = beginning.answers.get("asked_on") if beginning else None
    asked_on = _day(asked) or (day_of(beginning.sent_at) if beginning else work.today)
    if asked_on > last_day(decided_on(decision)):
        raise AskedTooLate(field="correction_proposal")


def _day(value: Any) -> date | None:
    found = from_json(value)
    return found if isinstance(found, date) else None


def _require_lawful_reopening(work: Work, recording: Recording, decision: Resolution) -> None:
    if decision_kind(decision) == Decision.REFLECTION:
        newest = signed_decisions(work, recording.case)[-1:]
        resolutions = work.stores.resolutions.of_case(recording.case.id)
        if not any(newest_copy(resolutions, each).number == decision.number for each in newest):
            raise NotNewest(field="correction_proposal")
    if outcome_of(decision) == Outcome.LAPSED:
        raise LapseNotReopened(field="correction_proposal")
    if recording.text("correction_effect") != "harm":
        return
    if recording.text("correction_ground") == "new_clarification":
        raise OnlyInFavour(field="correction_effect")
    if recording.text("party_consents") != "yes":
        raise ConsentMissing(field="party_consents")
    if recording.text("correction_heard") != "heard":
        raise UnheardToHarm(field="correction_heard")


def _prepare(work: Work, recording: Recording, decision: Resolution, letter: Letter) -> None:
    case = recording.case
    answers = dict(answers_in(decision))
    correction = dict(base_of(work, case, _key(work, recording)))
    texts: list[str] = []
    if letter is Letter.COPY:
        texts = [str(each) for each in decision.content.get("texts") or ()]
        answers = corrected_answers(work, recording, decision)
    elif letter is Letter.INSTRUCTIONS:
        texts = ["appeal_instructions"]
        correction["texts"] = list(decision.content.get("texts") or ())
    if letter is Letter.COPY and decision_kind(decision) == Decision.REFLECTION:
        _require_bounds(answers)
    correction["is_copy"] = letter is Letter.COPY
    for name in ("wrong_text", "right_text"):
        correction[name] = recording.text(name)
    reasons = (recording.text(name) for name in ("correction_reasons", "slip_shown", "instructions_fault"))
    correction["correction_reasons"] = next(filter(None, reasons), "")
    if letter is Letter.COPY and not correction["wrong_text"]:
        correction |= dict(
            zip(("wrong_text", "right_text"), corrected_details(work, case, decision), strict=True)
        )
    content: dict[str, Any] = {
        "answers": to_json(answers),
        "texts": texts,
        "lapse_reason": decision.content.get("lapse_reason"),
        "correction": correction,
        AS_OF: decision.content.get(AS_OF) or decision.prepared_at.isoformat(),
    }
    if letter is Letter.COPY:
        content[REPEATS] = repeated_words(work, recording, decision, content)
    prepare(work, recording, CORRECTED, letter.value, decision.language, content)


def _require_bounds(answers: Mapping[str, Any]) -> None:
    """A corrected day is no way around the bounds of a reflection period."""
    first, last = answers.get("reflection_from"), answers.get("reflection_until")
    if isinstance(first, date) and isinstance(last, date) and not ReflectionPeriod(first, last).is_lawful:
        raise NotWithinBounds(field="right_text")


def record_correction_signature(work: Work, recording: Recording) -> None:
    case = recording.case
    resolution = prepared_of(work, recording, CORRECTED)
    key, kind = str(correction_of(resolution).get("key")), decision_kind(resolution)
    is_void = is_overtaken(work, case, key) or is_replaced(work, case, key)
    if recording.text("correction_signature") != "sign":
        send_back(work, recording, resolution)
        if is_void:
            overtake_correction(work, case, key)
        elif ended_by_death(work, case):
            overtake_correction(work, case, key, OF_DEAD)
        return
    if ended_by_death(work, case):
        raise CorrectedDead(field="correction_signature")
    if resolution.outcome != Letter.REFUSAL and (is_void or _is_examined_again(work, case, resolution)):
        raise SentBack(field="correction_signature")
    sign(work, recording, resolution)
    end(work, case, key, resolution.outcome)
    if kind == Decision.REFLECTION:
        follow_period(work, case, outcome_of(resolution))
        return
    tell_court(work, case, key, resolution.outcome, kind)
    if resolution.outcome == Letter.INSTRUCTIONS:
        notify_finality(work, case, kind)


def record_notice(work: Work, recording: Recording) -> None:
    work.record(recording.case.id, "court_told_of_correction", business_key=recording.task.business_key)
