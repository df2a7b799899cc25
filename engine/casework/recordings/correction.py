"""A decision is corrected: what is asked, what is found and heard, and the signature of its letter (434/2003 49-53 §)."""

from __future__ import annotations

from datetime import date
from typing import Any

from engine.casework.appeals import is_being_examined, is_held, notify_finality, tell_court, unserved
from engine.casework.decision_corrections import (
    CORRECTED,
    answers_in,
    base_of,
    corrected_details,
    correction_of,
    decided_on,
    end,
    in_force,
    is_changed_by_court,
    is_overtaken,
    is_pending,
    is_replaced,
    outcome_of,
    overtake_correction,
)
from engine.casework.recordings.recording import Recording
from engine.casework.recordings.resolution import prepare, prepared_of, send_back, sign
from engine.clock import day_of
from engine.domain.cases import Case, Outcome
from engine.domain.decision_corrections import (
    LETTER_OF,
    AskedBeforeDecision,
    AskedTooLate,
    ChangedByCourt,
    ConsentMissing,
    CorrectionPending,
    HeardBeforeDecision,
    Kind,
    LapseNotReopened,
    Letter,
    NothingChanges,
    NotInDecision,
    NotSentYet,
    NotServedYet,
    OnlyClericalYet,
    OnlyInFavour,
    OtherDecision,
    SentBack,
    Unreasonable,
    last_day,
)
from engine.executor import Work
from engine.feel.values import from_json, to_json
from engine.storage.resolutions import Resolution


def record_beginning(work: Work, recording: Recording) -> None:
    if recording.text("is_correction") != "yes":
        return
    case = recording.case
    decision = in_force(work, case)
    if decision is None or is_held(work, case):
        raise NotSentYet(field="is_correction")
    if recording.text("which_decision") == "other":
        raise OtherDecision(field="which_decision")
    if is_pending(work, case):
        raise CorrectionPending(field="is_correction")
    if is_being_examined(work, case):
        raise SentBack(field="is_correction")
    if is_changed_by_court(work, case):
        raise ChangedByCourt(field="is_correction")
    asked_on = recording.day("asked_on")
    if asked_on is not None and asked_on < decided_on(decision):
        raise AskedBeforeDecision(field="asked_on")


def _has_left(work: Work, case: Case, decision: Resolution) -> bool:
    return decision.kind == CORRECTED or any(
        each.dispatched_at is not None and each.resolution_id == decision.id
        for each in work.stores.deliveries.of_case(case.id)
    )


def record_examination(work: Work, recording: Recording) -> None:
    """Refuse what the sections do not allow; prepare the letter, unless the matter is decided anew."""
    case = recording.case
    decision = in_force(work, case)
    if decision is None:
        raise NotSentYet(field="correction_kind")
    kind = Kind(recording.text("correction_kind"))
    _require_days(work, recording, decision)
    if kind is not Kind.CLERICAL and not _has_left(work, case, decision):
        raise OnlyClericalYet(field="correction_kind")
    if recording.text("correction_proposal") == "refuse":
        _prepare(work, recording, decision, Letter.REFUSAL)
        return
    if is_being_examined(work, case) or _is_void(work, recording):
        raise SentBack(field="correction_proposal")
    _require_in_time(work, recording, decision)
    if kind is Kind.FACTUAL:
        _require_lawful_reopening(recording, decision)
        return
    if kind is Kind.INSTRUCTIONS and unserved(work, case):
        raise NotServedYet(field="correction_proposal")
    if kind is Kind.CLERICAL and recording.text("correction_unreasonable") == "yes":
        raise Unreasonable(field="correction_unreasonable")
    _prepare(work, recording, decision, LETTER_OF[kind])


def _require_days(work: Work, recording: Recording, decision: Resolution) -> None:
    """Nobody is heard of an error, or agrees to its correction, before it was found."""
    begun = work.stores.submissions.latest(recording.case.id, "correct_decision")
    found_on = _day(begun.answers.get("asked_on")) if begun else None
    for asked in ("correction_heard_on", "consented_on"):
        day = recording.day(asked)
        if day is not None and day < (found_on or decided_on(decision)):
            raise HeardBeforeDecision(field=asked)


def _is_void(work: Work, recording: Recording) -> bool:
    """True where a court has sent back or changed what is corrected. A demand may still be refused by letter."""
    scope = work.instances.scope_of(recording.case, recording.task.instance_id, recording.task.task_key)
    key = str(scope.get("correction_key") or "")
    return is_overtaken(work, recording.case, key) or is_replaced(work, recording.case, key)


def _require_in_time(work: Work, recording: Recording, decision: Resolution) -> None:
    """The five years count to the demand, or to the day on which we took it up ourselves (434/2003 52 §)."""
    begun = work.stores.submissions.latest(recording.case.id, "correct_decision")
    asked = begun.answers.get("asked_on") if begun else None
    asked_on = _day(asked) or (day_of(begun.sent_at) if begun else work.today)
    if asked_on > last_day(decided_on(decision)):
        raise AskedTooLate(field="correction_proposal")


def _day(value: Any) -> date | None:
    found = from_json(value)
    return found if isinstance(found, date) else None


def _require_lawful_reopening(recording: Recording, decision: Resolution) -> None:
    if outcome_of(decision) == Outcome.LAPSED:
        raise LapseNotReopened(field="correction_proposal")
    if recording.text("correction_effect") != "harm":
        return
    if recording.text("correction_ground") == "new_clarification":
        raise OnlyInFavour(field="correction_effect")
    if recording.text("party_consents") != "yes":
        raise ConsentMissing(field="party_consents")


def _prepare(work: Work, recording: Recording, decision: Resolution, letter: Letter) -> None:
    case = recording.case
    scope = work.instances.scope_of(case, recording.task.instance_id, recording.task.task_key)
    answers = dict(answers_in(decision))
    texts: list[str] = []
    if letter is Letter.COPY:
        texts = [str(each) for each in decision.content.get("texts") or ()]
        answers = _corrected(recording, answers)
    elif letter is Letter.INSTRUCTIONS:
        texts = ["appeal_instructions"]
    correction = dict(base_of(work, case, str(scope.get("correction_key") or "")))
    correction["is_copy"] = letter is Letter.COPY
    for name in ("wrong_text", "right_text", "correction_reasons"):
        correction[name] = recording.text(name)
    if letter is Letter.COPY and not correction["wrong_text"]:
        correction |= dict(
            zip(("wrong_text", "right_text"), corrected_details(work, case, decision), strict=True)
        )
    content = {
        "answers": to_json(answers),
        "texts": texts,
        "lapse_reason": decision.content.get("lapse_reason"),
        "correction": correction,
    }
    prepare(work, recording, CORRECTED, letter.value, decision.language, content)


def _corrected(recording: Recording, answers: dict[str, Any]) -> dict[str, Any]:
    """Return the decision's words with the error replaced wherever it stands."""
    wrong, right = recording.text("wrong_text"), recording.text("right_text")
    if not wrong:
        return answers
    corrected = {
        name: value.replace(wrong, right) if isinstance(value, str) else value
        for name, value in answers.items()
    }
    if corrected == answers:
        raise NothingChanges(field="right_text") if wrong == right else NotInDecision(field="wrong_text")
    return corrected


def record_correction_signature(work: Work, recording: Recording) -> None:
    case = recording.case
    resolution = prepared_of(work, recording, CORRECTED)
    key = str(correction_of(resolution).get("key"))
    is_void = is_overtaken(work, case, key) or is_replaced(work, case, key)
    if recording.text("correction_signature") != "sign":
        send_back(work, recording, resolution)
        if is_void:
            overtake_correction(work, case, key)
        return
    if resolution.outcome != Letter.REFUSAL and (is_void or is_being_examined(work, case)):
        raise SentBack(field="correction_signature")
    sign(work, recording, resolution)
    end(work, case, key, resolution.outcome)
    tell_court(work, case, key, resolution.outcome)
    if resolution.outcome == Letter.INSTRUCTIONS:
        notify_finality(work, case)


def record_notice(work: Work, recording: Recording) -> None:
    work.record(recording.case.id, "court_told_of_correction", business_key=recording.task.business_key)
