"""The oral decision of an urgent case. A written resolution always follows (434/2003 43 §)."""

from __future__ import annotations

from datetime import date

from engine.casework.case_deadlines import written_owed
from engine.casework.recordings.consent import CONSENT_TEXT
from engine.casework.recordings.recording import Recording
from engine.clock import noon_of
from engine.domain.cases import Case, Outcome
from engine.domain.consents import GIVEN, REFERRAL
from engine.domain.people import Power, Role
from engine.errors import Forbidden, Invalid
from engine.executor import Work


class NotAppointed(Forbidden):
    sentence = "Sinulla ei ole tänä päivänä voimassa olevaa määräystä tähän päätökseen."


class NotAsSpoken(Invalid):
    sentence = "Suullinen päätös oli toinen. Kirjallisen päätöksen pitää sanoa sama; jos arvio on muuttunut, palauta asia arvioitavaksi."


def record_oral_decision(work: Work, recording: Recording) -> None:
    given_on = recording.day("told_on") or work.today
    if recording.text("oral_decision") != "admitted":
        work.record(recording.case.id, "oral_decision_not_given")
        return
    require_power(work, Power.GIVE_ORAL_DECISIONS, given_on)
    ground = recording.text("oral_ground") or "35_1"
    spoken_at = work.now if given_on == work.today else noon_of(given_on)
    work.stores.oral_decisions.record(
        recording.case.id,
        outcome=f"admitted_{ground}",
        given_by=work.actor.person_id,
        given_at=spoken_at,
        reasons="\n\n".join(filter(None, (recording.text("test_reasons"), recording.text("need_reasons")))),
        moment=work.now,
    )
    written_owed(work, recording.case, recording.models, spoken_at)
    if recording.text("consent_confirmed") == "yes":
        _record_consent(work, recording)
    work.record(recording.case.id, "oral_decision_given", f"admitted_{ground}")


def _record_consent(work: Work, recording: Recording) -> None:
    """The consent that an oral decision rests on is an entry of the ledger as any other (746/2011 38 a §)."""
    work.stores.consents.record(
        recording.case.id,
        purpose=REFERRAL,
        recipient="assistance_system",
        state=GIVEN,
        text_version=CONSENT_TEXT,
        recorded_by_role=recording.task.candidate_group.value,
        moment=work.now,
        language=recording.text("consent_language") or None,
        given_how=recording.text("consent_how") or None,
        given_on=recording.day("told_on"),
        recorded_by=work.actor.person_id,
    )


def require_power(work: Work, power: Power, day: date | None = None) -> None:
    """Raise NotAppointed without an appointment valid on `day` (default today). The director needs none (746/2011 33
    §); a program never has one."""
    if work.actor.person_id is None:
        raise NotAppointed
    if work.actor.has(Role.DIRECTOR):
        return
    if not work.stores.people.holds_power(work.actor.person_id, power, day or work.today):
        raise NotAppointed


def require_same_as_oral(work: Work, case: Case, outcome: str, *, field: str) -> None:
    """Raise NotAsSpoken if the outcome differs from the latest oral decision (434/2003 43 §), unless an admission
    resolution has been signed. Any lapse passes: that only death lapses a case after an oral admission is the
    diagram's rule."""
    spoken = work.stores.oral_decisions.of_case(case.id)
    if not spoken or outcome in (spoken[-1].outcome, Outcome.LAPSED):
        return
    if any(
        each.state == "signed" and each.kind == "admission"
        for each in work.stores.resolutions.of_case(case.id)
    ):
        return
    raise NotAsSpoken(field=field)
