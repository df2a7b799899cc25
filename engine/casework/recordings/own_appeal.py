"""The authority's own appeal against what a court decided: chosen, sent, decided (808/2019 107, 109, 111 §)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from engine.casework.appeals import OWN_SENT, RETURNED_TO_COURT, begins_with, notify_own_appeal_over
from engine.casework.case_deadlines import cancel, meet
from engine.casework.correction_course import is_pending
from engine.casework.court_rulings import FORM
from engine.casework.decision_corrections import CORRECTION_NEEDED, in_force
from engine.casework.opinions import courts_of, diary_number_of
from engine.casework.recordings.recording import Recording
from engine.domain.appeals import is_last_court
from engine.domain.cases import Case
from engine.domain.deadline_kinds import OWN_APPEAL
from engine.errors import Invalid
from engine.executor import Work
from engine.feel.values import from_json, to_json
from engine.texts import text

OF_LAST_COURT: Final = frozenset({"leave_refused", RETURNED_TO_COURT})
SENDING: Final = "send_own_appeal"


class AnotherCourt(Invalid):
    sentence = "Valitus lähti tuomioistuimeen {court}. Jos ratkaisu on muulta, valitse se ja kirjoita, mistä se johtuu."


class AnotherDiaryNumber(Invalid):
    sentence = "Valituksen diaarinumero on {number}. Tarkista, että ratkaisu on tästä valituksesta, tai kirjoita, miksi numero on toinen."


class NoHigherCourt(Invalid):
    sentence = "Ratkaisu on korkeimman hallinto-oikeuden. Siitä ei voi valittaa."


class OnlyOfLastCourt(Invalid):
    sentence = "Näin päättää vain korkein hallinto-oikeus. Tarkista tuomioistuin."


class FateDayPassed(Invalid):
    sentence = "Anna päivä, joka on vielä edessä. Tehtävä palaa sinulle silloin."


class SentBeforeRuling(Invalid):
    sentence = "Päivä on ennen kuin ratkaisu annettiin meille tiedoksi. Tarkista päivä."


class DecidedBeforeSending(Invalid):
    sentence = "Ratkaisun päivä on ennen kuin valituslupahakemus lähti. Tarkista päivä."


def record_ruling(work: Work, recording: Recording) -> None:
    """A ruling of another court than the one that had the appeal, or with another diary number than it had there, has a
    reason."""
    _require_diary_number(work, recording)
    if recording.text("court_result") in OF_LAST_COURT and not is_last_court(recording.text("court")):
        raise OnlyOfLastCourt(field="court_result")
    if recording.text("ruling_court") != "same":
        return
    courts = courts_of(work, recording.case, recording.models, recording.task.business_key)
    if recording.text("court").strip().casefold() not in {each.casefold() for each in courts}:
        raise AnotherCourt(text("fi", AnotherCourt.sentence, court=courts[0]), field="court", court=courts[0])


def _require_diary_number(work: Work, recording: Recording) -> None:
    known = diary_number_of(work, recording.case, recording.task.business_key)
    is_other = _bare(known) != _bare(recording.text("court_diary_number"))
    if known and is_other and recording.lacks("diary_reasons"):
        sentence = text("fi", AnotherDiaryNumber.sentence, number=known)
        raise AnotherDiaryNumber(sentence, field="diary_reasons", number=known)


def _bare(number: str) -> str:
    return "".join(number.split()).casefold()


def record_choice(work: Work, recording: Recording) -> None:
    if recording.text("own_appeal") != "yes":
        return
    case, key = recording.case, recording.task.business_key
    if is_last_court(str(_ruling(work, case, key).get("court") or "")):
        raise NoHigherCourt(field="own_appeal")
    # A version from before ends with the choice: nothing would end an appeal that begins here.
    if SENDING in recording.models.bundle.forms:
        work.record(case.id, "own_appeal_begun", business_key=key)


def record_own_sending(work: Work, recording: Recording) -> None:
    case, key = recording.case, recording.task.business_key
    sent_on = recording.day("own_appeal_sent_on")
    if recording.text("own_appeal_sent") != "sent" or sent_on is None:
        work.record(case.id, "own_appeal_dropped", business_key=key)
        cancel(work, case, OWN_APPEAL, "not_sent", key)
        notify_own_appeal_over(work, case)
        return
    arrived_on = _ruling(work, case, key).get("court_decision_arrived_on")
    if isinstance(arrived_on, date) and sent_on < arrived_on:
        raise SentBeforeRuling(field="own_appeal_sent_on")
    meet(work, case, OWN_APPEAL, "own_appeal_sent", key, on=sent_on)
    work.record(case.id, "own_appeal_sent", business_key=key, sent_on=sent_on.isoformat())


def record_own_result(work: Work, recording: Recording) -> None:
    """The ruling is no older than the appeal that it is about."""
    sent = [
        str(each.facts.get("sent_on") or "")
        for each in work.stores.timeline.of_case(recording.case.id)
        if each.kind == OWN_SENT and each.facts.get("business_key") == recording.task.business_key
    ]
    decided_on = recording.day("court_decided_on")
    if sent and decided_on is not None and decided_on.isoformat() < sent[-1]:
        raise DecidedBeforeSending(field="court_decided_on")


def record_fate(work: Work, recording: Recording) -> None:
    """Begin the correction that the decision-maker chose for the decision made meanwhile, unless one is under way."""
    case, fate = recording.case, recording.text("new_decision_fate")
    until = recording.day("fate_due_on")
    if until is not None and until <= work.today:
        raise FateDayPassed(field="fate_due_on")
    work.record(
        case.id,
        "restored_settled",
        fate or None,
        business_key=recording.task.business_key,
        **({"until": until.isoformat()} if until else {}),
    )
    decision = in_force(work, case)
    if fate == "correct" and decision is not None and not is_pending(work, case, decision):
        begun = to_json(dict(begins_with(work, case, CORRECTION_NEEDED)))
        work.stores.starts.add(case.id, CORRECTION_NEEDED, begun, work.now)


def _ruling(work: Work, case: Case, key: str | None) -> Mapping[str, Any]:
    written = work.stores.submissions.latest(case.id, FORM, key)
    return from_json(written.answers) if written else {}
