"""The oral decision of an urgent case. A written resolution always follows (434/2003 43 §)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from engine.casework.appointments import Asked, require_power
from engine.casework.case_deadlines import cancel, written_owed, written_owed_anew
from engine.casework.childs_ground import REASONS, REFERENCE, require_child, require_parent_known
from engine.casework.recordings.consent import CONSENT_TEXT
from engine.casework.recordings.recording import Recording
from engine.casework.spoken_decisions import (
    CONFIRMATION,
    ORAL,
    SPOKEN,
    class_of,
    counted,
    require_spoken_finished,
    stands_aloud,
    waits_for_giver,
)
from engine.casework.staff_notices import notify_colleague
from engine.casework.tracing import owe_tracing
from engine.clock import day_of, moment_of, noon_of
from engine.domain.cases import Case, Outcome
from engine.domain.consents import GIVEN, REFERRAL
from engine.domain.deadline_kinds import WRITTEN_AFTER_ORAL
from engine.domain.interpreters import interpreter_of
from engine.domain.people import Power, Role
from engine.domain.staff_notices import NoticeKind
from engine.domain.tasks import TaskState, UserTask
from engine.errors import Forbidden, Invalid
from engine.executor import Work
from engine.feel.values import to_json
from engine.instances import CompiledModels
from engine.storage.resolutions import OralDecision

SETTLED: Final = "spoken_settled"
"""Ends it: they answered in the task of the oral decision, or the written one is signed."""
DENIED: Final = "oral_decision_denied"
"""Message with which the process begins that lets the person know within an hour."""


class NotAsSpoken(Invalid):
    sentence = "Suullinen päätös oli toinen. Kirjallisen päätöksen pitää sanoa sama; jos arvio on muuttunut, palauta asia arvioitavaksi."


class HourMissing(Invalid):
    sentence = "Päätös annettiin toisena päivänä. Kirjoita myös kellonaika: siitä lasketaan kirjallisen päätöksen määräaika."


class HourToCome(Invalid):
    sentence = "Kellonaika on tulevaisuudessa. Tarkista tunti ja päivä: puoliyön jälkeen päivä vaihtuu."


class NotItsGiver(Forbidden):
    sentence = (
        "Vain se, jonka nimiin päätös kirjattiin, voi vahvistaa tai kieltää sen. Jos antaja on poissa, johtaja voi kirjata, ettei "
        "päätöstä voida vahvistaa."
    )


class GivenAlready(Invalid):
    sentence = "Suullinen päätös on annettu. Täydennä sen perustelut, ja lähetä."


class GiverIsAsked(Invalid):
    sentence = "Puhelussa on kirjattu suullinen päätös, ja sen antajaa pyydetään vahvistamaan se. Vain hän voi sanoa, ettei päätöstä annettu."


@dataclass(frozen=True, slots=True)
class Spoken:
    """A decision as it was spoken, for somebody else to write down."""

    given_by: UUID
    at: datetime
    ground: str
    reasons: str = field(repr=False)


def write_down(work: Work, case: Case, models: CompiledModels, spoken: Spoken) -> None:
    """Record a decision that somebody who may give it spoke to the actor. Its giver confirms it afterwards; the
    written one is owed from the hour at which it was spoken (434/2003 43 §)."""
    is_own = spoken.given_by == work.actor.person_id
    outcome = f"admitted_{spoken.ground}"
    if outcome == Outcome.ADMITTED_35_3:
        require_child(work, case, day_of(spoken.at), field="oral_ground")
    work.stores.oral_decisions.record(
        case.id,
        outcome=outcome,
        given_by=spoken.given_by,
        given_at=spoken.at,
        reasons=spoken.reasons,
        moment=work.now,
        recorded_by=None if is_own else work.actor.person_id,
    )
    written_owed(work, case, models, spoken.at)
    notify_colleague(work, NoticeKind.ASSIGNMENT, spoken.given_by, case.id, case.id)
    work.record(case.id, "oral_decision_written_down", outcome, spoken_at=spoken.at.isoformat())
    if not is_own and SPOKEN in models.parsed.starts:
        work.instances.start(case, SPOKEN, class_of(case))
        give_to_its_giver(work, case)


def give_to_its_giver(work: Work, case: Case) -> None:
    """Give the tasks in which an oral decision is confirmed to the one in whose name it was written down."""
    given = _latest(work, case)
    if given is None or given.given_by is None:
        return
    if work.stores.cases.is_disqualified(case.id, given.given_by):
        return
    for task in work.stores.tasks.open_in(case.id):
        is_theirs = task.form_key == ORAL or (task.form_key == CONFIRMATION and given.waits)
        if is_theirs and task.assignee_id is None and str(given.given_by) not in task.not_by:
            work.stores.tasks.save(task, replace(task, state=TaskState.CLAIMED, assignee_id=given.given_by))


def record_confirmation(work: Work, recording: Recording) -> None:
    """Record that its giver stands by what was written down in a call, or denies it. Of one who is away, the director may
    record that it cannot be confirmed: else the matter would wait as long as they are away. Raise NotItsGiver for others.

    Their power was asked when the call was recorded, with the region known then. It is not asked again: an appointment that
    ends today is in the register until yesterday, and the giver of a lawful decision could only deny it."""
    case = recording.case
    waiting = [each for each in work.stores.oral_decisions.of_case(case.id) if each.waits]
    if not waiting:
        return
    is_confirmed = recording.text("spoken_confirmed") == "yes"
    if waiting[-1].given_by != work.actor.person_id and (
        is_confirmed or not _settles(work, waiting[-1].given_by)
    ):
        raise NotItsGiver
    if is_confirmed:
        if waiting[-1].outcome == Outcome.ADMITTED_35_3:
            require_child(work, case, day_of(waiting[-1].given_at), field="spoken_confirmed")
        work.stores.oral_decisions.confirm(case.id, waiting[-1].id, waiting[-1].reasons, work.now)
        work.record(
            case.id,
            "oral_decision_confirmed",
            waiting[-1].outcome,
            spoken_at=waiting[-1].given_at.isoformat(),
        )
        owe_tracing(work, case)
        return
    _deny(work, case, waiting[-1])
    _let_know(work, recording)


def _settles(work: Work, giver_id: UUID | None) -> bool:
    """Return True of the director, who decides (746/2011 33 §), while the giver is away."""
    return (
        work.actor.has(Role.DIRECTOR)
        and giver_id is not None
        and work.stores.people.get(giver_id).is_away(work.today)
    )


def withheld_of_spoken(work: Work, case: Case, task: UserTask) -> Mapping[str, frozenset[str]]:
    """Return the answer that the task does not offer where a decision stands, or another is asked if they gave it: that
    none was given."""
    if task.form_key != ORAL:
        return {}
    is_anothers = waits_for_giver(work, case) and not _is_own(work, _latest(work, case))
    return {"oral_decision": frozenset({"not_given"})} if stands_aloud(work, case) or is_anothers else {}


def settle(work: Work, case: Case) -> None:
    """Ask no more for a confirmation: it was given or refused elsewhere, or the written decision is signed."""
    if SETTLED in work.stores.subscriptions.names_in(case.id):
        work.stores.starts.add(case.id, SETTLED, {}, work.now)


def record_oral_decision(work: Work, recording: Recording) -> None:
    given_on = recording.day("told_on") or work.today
    latest = _latest(work, recording.case)
    own = latest if _is_own(work, latest) else None
    if own is not None and own.waits:
        settle(work, recording.case)
    if recording.text("oral_decision") != "admitted":
        _record_none(work, recording, own)
        return
    outcome = f"admitted_{recording.text('oral_ground') or '35_1'}"
    same = own if own is not None and own.outcome == outcome else None
    if same is None or day_of(same.given_at) != given_on:
        asked = Asked(Power.GIVE_ORAL_DECISIONS, outcome, recording.case.team, given_on)
        require_power(work, asked, field="oral_ground")
    if outcome == Outcome.ADMITTED_35_3:
        _require_child_and_parent(work, recording, given_on)
    spoken_at = _moment(work, recording, given_on, same)
    reasons = "\n\n".join(filter(None, (recording.text("test_reasons"), recording.text("need_reasons"))))
    if same is not None:
        _move(work, recording, same, spoken_at)
        work.stores.oral_decisions.confirm(recording.case.id, same.id, reasons, work.now)
        owe_tracing(work, recording.case)
        _record_consent(work, recording)
        if same.waits:
            work.record(
                recording.case.id, "oral_decision_confirmed", outcome, spoken_at=spoken_at.isoformat()
            )
        return
    _deny(work, recording.case, own)
    work.stores.oral_decisions.record(
        recording.case.id,
        outcome=outcome,
        given_by=work.actor.person_id,
        given_at=spoken_at,
        reasons=reasons,
        moment=work.now,
    )
    written_owed(work, recording.case, recording.models, spoken_at)
    owe_tracing(work, recording.case)
    _record_consent(work, recording)
    work.record(
        recording.case.id,
        "oral_decision_given",
        outcome,
        spoken_at=spoken_at.isoformat(),
        channel=recording.text("told_how"),
        submission=str(recording.submission_id),
    )


def _record_none(work: Work, recording: Recording, own: OralDecision | None) -> None:
    """Record that no decision is given aloud. Raise GivenAlready while one stands: the diagram would never hear of the
    admission (434/2003 43 §). Raise GiverIsAsked of somebody else than its giver."""
    if stands_aloud(work, recording.case):
        raise GivenAlready(field="oral_decision")
    if own is None and waits_for_giver(work, recording.case):
        raise GiverIsAsked(field="oral_decision")
    _deny(work, recording.case, own)
    if own is not None:
        _let_know(work, recording)
    work.record(recording.case.id, "oral_decision_not_given")


def _require_child_and_parent(work: Work, recording: Recording, given_on: date) -> None:
    require_child(work, recording.case, given_on, field="oral_ground")
    if recording.asks(REASONS):
        reference, reasons = recording.text(REFERENCE), recording.text(REASONS)
        require_parent_known(work, recording.case, reference, reasons, may_wait=False)


def _move(work: Work, recording: Recording, own: OralDecision, spoken_at: datetime) -> None:
    """Correct when a decision was spoken that somebody wrote down at another hour: it stands, and is written from then on."""
    case = recording.case
    if own.given_at == spoken_at:
        return
    work.stores.oral_decisions.move(own.id, spoken_at)
    written_owed_anew(work, case, recording.models, spoken_at)
    moments = {"before": own.given_at.isoformat(), "spoken_at": spoken_at.isoformat()}
    work.record(case.id, "oral_decision_moved", own.outcome, **moments)


def _moment(work: Work, recording: Recording, given_on: date, own: OralDecision | None) -> datetime:
    """Return when the decision was spoken: now, or at the hour that its giver writes; of their `own` that was written down, as
    it stands there if they write no other. Raise HourMissing of another day without an hour, HourToCome of one to come. A form
    of an earlier version asks no hour."""
    hour = recording.text("told_hour")
    if own is not None and day_of(own.given_at) == given_on:
        written_at = own.given_at.replace(second=0, microsecond=0)
        if not hour or moment_of(given_on, hour) == written_at:
            return own.given_at
    if not hour:
        if given_on != work.today and recording.asks("told_hour"):
            raise HourMissing(field="told_hour")
        return work.now if given_on == work.today else noon_of(given_on)
    spoken_at = moment_of(given_on, hour)
    if spoken_at > work.now:
        raise HourToCome(field="told_hour")
    return spoken_at


def _latest(work: Work, case: Case) -> OralDecision | None:
    """Return the latest decision that was spoken, given or still to be confirmed; None if there is none."""
    given = work.stores.oral_decisions.of_case(case.id)
    return given[-1] if given else None


def _is_own(work: Work, given: OralDecision | None) -> bool:
    return given is not None and given.given_by == work.actor.person_id


def _let_know(work: Work, recording: Recording) -> None:
    """The person heard in the call that they are admitted: somebody lets them know that it was not confirmed, unless
    another decision admits them."""
    case = recording.case
    if work.stores.oral_decisions.standing(case.id):
        return
    if DENIED in recording.models.parsed.starts:
        work.stores.starts.add(case.id, DENIED, to_json(class_of(case)), work.now)


def _deny(work: Work, case: Case, own: OralDecision | None) -> None:
    """Take back a decision that was written down in its giver's name and was not so: nothing is owed on it."""
    if own is None:
        return
    work.stores.oral_decisions.deny(own.id, work.now)
    cancel(work, case, WRITTEN_AFTER_ORAL, "not_needed")
    # Of one that they have confirmed, the record does not say that they did not: they correct what they confirmed.
    work.record(
        case.id,
        "oral_decision_denied" if own.confirmed_at is None else "oral_decision_replaced",
        own.outcome,
    )


def _record_consent(work: Work, recording: Recording) -> None:
    """The consent that an oral decision rests on is an entry of the ledger as any other (746/2011 38 a §)."""
    if recording.text("consent_confirmed") != "yes":
        return
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
        interpreter=interpreter_of(recording.text("interpreter_used")),
        given_on=recording.day("told_on"),
        recorded_by=work.actor.person_id,
    )


def require_same_as_oral(work: Work, case: Case, outcome: str, *, field: str) -> None:
    """Raise NotAsSpoken if the outcome differs from the latest oral decision that counts (434/2003 43 §), unless an
    admission resolution has been signed. Any lapse passes here. Raise SpokenUnfinished before the giver has completed it."""
    require_spoken_finished(work, case, field=field)
    spoken = counted(work, case)
    if not spoken or outcome in (spoken[-1].outcome, Outcome.LAPSED):
        return
    if any(
        each.state == "signed" and each.kind == "admission"
        for each in work.stores.resolutions.of_case(case.id)
    ):
        return
    raise NotAsSpoken(field=field)
