"""Appeal periods, each recipient's own; an appeal's way to the court and back; finality."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from engine.bpmn import OperationCall
from engine.casework.appeals import (
    ADMISSION,
    COURT_DECIDED,
    FINALITY_CHANGED,
    REMOVAL,
    REMOVAL_CHANGED,
    RETURNED_TO_COURT,
    SENT_BACK,
    STANDS,
    is_being_examined,
    is_held,
    is_sent_back,
    kind_of,
    notify_finality,
    open_periods,
    wake_removal,
)
from engine.casework.appeals_beside import ARRIVALS, BESIDE
from engine.casework.childrens_decisions import reconsider_children
from engine.casework.childs_ground import OF_PARENT
from engine.casework.clienthood import (
    admission_stands,
    admit_again,
    end_removal_of_nobody,
    end_undecided,
    owe_removal,
    restore_clienthood,
)
from engine.casework.correction_course import is_underway, overtake, tell_court_of_pending
from engine.casework.court_rulings import FORM as COURT_DECISION
from engine.casework.court_rulings import owe_registration, register_again
from engine.casework.examinations import EXAMINATION_OWED, examined_last, register_facts
from engine.casework.reaching import contact_known, take_over
from engine.casework.sealing import open_sealed
from engine.casework.tracing import owe_tracing
from engine.domain import deadlines
from engine.domain.appeals import appeal_period, leave_ends_on
from engine.domain.calendar import end_of
from engine.domain.cases import Case, Outcome
from engine.domain.deadline_kinds import APPEAL_PERIOD, COURT_STATEMENT, KINDS
from engine.domain.deadlines import COURT_SET, ClockEntry, EntryKind
from engine.executor import Work
from engine.feel.values import to_json
from engine.instances import CompiledModels
from engine.models.gate import MESSAGES, START_VARIABLES
from engine.operations.declaration import EACH_VISIT, operation
from engine.operations.papers import answers_of, write_opinion
from engine.storage.database import new_id

_FROM_COURT = "court"
"""Way of an appeal that was made straight to the court, which asks for our opinion."""


@operation(
    label="Laske valitusaika",
    sentence="Laskee vastaanottajan oman valitusajan: 30 päivää hänen tiedoksisaannistaan (808/2019 13 §). Viimeinen päivä "
    "siirtyy arkipäivään. Uusi tiedoksisaanti aloittaa ajan alusta.",
    inputs={"recipient": "recipient", "served_on": "date"},
    outputs={"appeal_until": "date", "appeal_until_at": "date and time"},
    records=("appeal_period_started",),
    once=EACH_VISIT,
)
def compute_appeal_period(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    served_on = call.variables.get("served_on")
    recipient = call.variables.get("recipient")
    # Diagrams of versions before have one period for the whole case.
    recipient_id = str(recipient["id"]) if isinstance(recipient, Mapping) else None
    began = served_on if isinstance(served_on, date) else work.today
    cancel_period(work, case, recipient_id, "served_again")
    period = appeal_period(
        new_id(),
        case.id,
        served_on=began,
        now=work.now,
        actor=work.actor.name,
        person_id=work.actor.person_id,
        business_key=recipient_id,
    )
    work.stores.deadlines.add(period)
    until = period.due_on or began
    work.record(case.id, "appeal_period_started", business_key=recipient_id, until=until.isoformat())
    if recipient_id is not None:
        notify_finality(work, case, kind_of(recipient_id))
    return {"appeal_until": until, "appeal_until_at": end_of(until)}


def cancel_period(work: Work, case: Case, recipient_id: str | None, cause: str) -> None:
    """Stop the recipient's running period: what it counted from has not happened, or has happened again."""
    known = work.stores.deadlines.find(case.id, APPEAL_PERIOD, recipient_id)
    if known is not None and known.is_open:
        work.stores.deadlines.save(known, known.cancelled(_entry(work, EntryKind.CANCELLED, cause)))


def _entry(work: Work, kind: EntryKind, cause: str) -> ClockEntry:
    return ClockEntry(kind, work.now, cause, work.actor.name, work.actor.person_id)


@operation(
    label="Merkitse valitus vireille",
    sentence="Ottaa valituksen vastaan päivineen ja tapoineen, milloin tahansa se saapui: aika on tuomioistuimen tutkittava. "
    "Aloittaa lausunnon määräajan. Jos päätöksen korjaaminen on vireillä, avaa ilmoituksen siitä oikeudelle (434/2003 53 §).",
    inputs={"opinion_due_on": "date"},
    outputs={"appeal_key": "text"},
    records=("appeal_registered", "other_appeal_registered"),
    once=EACH_VISIT,
)
def record_appeal(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    arrived = work.stores.timeline.of_case(case.id, *ARRIVALS)
    key = f"VAL-{len(arrived) + 1}"
    answers = answers_of(work, case, "appeal_arrival")
    received_on = answers.get("appeal_received_on")
    appealed = str(answers.get("appealed") or ADMISSION)
    due_on = call.variables["opinion_due_on"]
    work.stores.deadlines.add(
        deadlines.start(
            id=new_id(),
            case_id=case.id,
            name=COURT_STATEMENT,
            entry=ClockEntry(
                EntryKind.STARTED,
                work.now,
                COURT_SET if answers.get("statement_due_on") else "appeal_received",
                work.actor.name,
                work.actor.person_id,
                KINDS[COURT_STATEMENT].source,
                until=_day(due_on) or work.today,
            ),
            business_key=key,
        )
    )
    way = str(answers.get("arrival_way") or "")
    known = {
        "business_key": key,
        "received_on": received_on.isoformat() if isinstance(received_on, date) else None,
        "appealed": appealed,
    }
    if appealed in BESIDE:
        number = str(answers.get("appealed_decision") or "")
        work.record(case.id, "other_appeal_registered", way, **known, number=number)
        return {"appeal_key": key}
    work.record(case.id, "appeal_registered", way, **known)
    if way != _FROM_COURT:
        tell_court_of_pending(work, case, appealed)
    # The open question to the court whether anybody has appealed is closed.
    notify_finality(work, case, appealed)
    return {"appeal_key": key}


def _day(value: Any) -> date | None:
    return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None


@operation(
    label="Laadi lausunto oikeudelle",
    sentence="Laatii allekirjoitetun lausunnon, jonka kanssa valitus menee hallinto-oikeuteen viipymättä "
    "(746/2011 55 §). Lähettää ei: sen tekee ihminen ja kertoo päivän.",
    inputs={"appeal_key": "text"},
    outputs={"made_at": "date and time"},
    records=("letter_written",),
    once=EACH_VISIT,
)
def send_opinion_to_court(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    key = str(call.variables.get("appeal_key") or "")
    write_opinion(work, case, models, key)
    registered = work.stores.timeline.of_case(case.id, "appeal_registered")
    for each in registered:
        # The opinion alone names which court asked for it.
        if each.facts.get("business_key") == key and each.subject == _FROM_COURT:
            tell_court_of_pending(work, case, str(each.facts.get("appealed") or ADMISSION))
    return {"made_at": work.now}


@operation(
    label="Vie oikeuden ratkaisu asiaan",
    sentence="Päättää valituksen ja kertoo ratkaisun asialle, jos se on vielä vireillä: kumottu tai palautettu avautuu heti "
    "uudelleen (808/2019 122 §). Kun asia palautui hallinto-oikeuteen, aloittaa valituksen kirjaamisen uudelleen. Laskee, mihin asti viranomainen voi itse pyytää valituslupaa: 30 päivää siitä, kun ratkaisu "
    "annettiin sille tiedoksi (808/2019 107, 111 §).",
    inputs={"appeal_key": "text", "court_result": "text", "outcome": "text", "appealed": "text"},
    outputs={
        "case_goes_on": "boolean",
        "own_appeal_until": "date",
        "contact_state": "text",
        "stay_status": "text",
    },
    records=(
        "appeal_ended",
        "other_appeal_ended",
        "clienthood_restored",
        "removal_sent_back",
        "notice_begun",
        "content_opened",
        "message_received",
        "parent_admission_ended",
    ),
    once=EACH_VISIT,
)
def report_court_result(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    key, result = str(call.variables.get("appeal_key") or ""), str(call.variables.get("court_result") or "")
    outcome = call.variables.get("outcome")
    until = _own_appeal_until(work, case, key)
    known = {"own_appeal_until": until, **contact_known(work, case)}
    if call.variables.get("appealed") in BESIDE:
        _end_beside(work, case, key, result, str(call.variables["appealed"]))
        return {**known, "case_goes_on": True, "own_appeal_until": None}
    if result == RETURNED_TO_COURT:
        register_again(work, case, key, str(call.variables.get("appealed") or ADMISSION))
        return {**known, "case_goes_on": True, "own_appeal_until": None}
    if call.variables.get("appealed") == REMOVAL:
        work.record(case.id, "appeal_ended", result, business_key=key, decision=REMOVAL)
        return {**known, "case_goes_on": _report_to_removal(work, case, result)}
    was_examined = is_being_examined(work, case)
    work.record(case.id, "appeal_ended", result, business_key=key)
    if result == "changed" and outcome in list(Outcome):
        _change(work, case, Outcome(outcome))
        take_over(work, case, Outcome(outcome), call.instance_id, begins=True)
    if result in SENT_BACK and was_examined:
        # Another appeal against the same decision sent the matter back before: it is examined once.
        return {**known, "case_goes_on": True}
    if result in SENT_BACK:
        _send_back(work, case)
    goes_on = FINALITY_CHANGED in work.stores.subscriptions.names_in(case.id) or any(
        each.form_key == "finality_inquiry" for each in work.stores.tasks.open_in(case.id)
    )
    # A decision that has not left yet hears of it as soon as it waits for service.
    goes_on = goes_on or is_held(work, case)
    if goes_on:
        # An appeal that came while nothing stood knows no outcome: what the case decided since is not taken from it.
        stands = outcome if result == "changed" else case.outcome
        carried = {"court_result": result, "outcome": stands}
        work.stores.starts.add(case.id, COURT_DECIDED, carried, work.now)
        notify_finality(work, case)
    return {**known, "case_goes_on": goes_on}


def _end_beside(work: Work, case: Case, key: str, result: str, appealed: str) -> None:
    """End an appeal that is about no admission and no removal: what a court says of it goes no further."""
    work.record(case.id, "other_appeal_ended", result, business_key=key, decision=appealed)
    if result == RETURNED_TO_COURT:
        owe_registration(work, case)


def _send_back(work: Work, case: Case) -> None:
    open_sealed(work, case)
    overtake(work, case)
    reconsider_children(work, case)
    end_removal(work, case)
    wake_removal(work, case)
    for period in open_periods(work, case):
        work.stores.deadlines.save(period, period.cancelled(_entry(work, EntryKind.CANCELLED, "sent_back")))


def _change(work: Work, case: Case, outcome: Outcome) -> None:
    stood = admission_stands(work, case)
    work.change_case(case.id, outcome=outcome)
    admit_again(work, case, outcome, stood=stood)
    if outcome is not Outcome.LAPSED:
        open_sealed(work, case)
    end_removal_of_nobody(work, case, outcome)
    owe_tracing(work, replace(case, outcome=outcome))
    overtake(work, case)
    if outcome not in OF_PARENT:
        reconsider_children(work, case)


def end_removal(work: Work, case: Case) -> None:
    """Nobody is removed from an admission that no longer stands. A correction of a removal goes on: that was decided before."""
    if is_sent_back(work, case) and not is_underway(work, case, REMOVAL):
        end_undecided(work, case)


def _own_appeal_until(work: Work, case: Case, appeal_key: str) -> date | None:
    """Return the last day of the authority's own time, which runs from the day on which the ruling reached it."""
    answers = answers_of(work, case, COURT_DECISION, appeal_key or None)
    arrived_on = answers.get("court_decision_arrived_on")
    return (
        leave_ends_on(str(answers.get("court") or ""), arrived_on) if isinstance(arrived_on, date) else None
    )


def _report_to_removal(work: Work, case: Case, result: str) -> bool:
    """A removal that the court has not upheld ends no clienthood: it is assessed again, or the person stays a client."""
    if result not in STANDS:
        work.record(case.id, "removal_sent_back", result)
        restore_clienthood(work, case, "sent_back")
        if overtake(work, case, REMOVAL):
            # The court sent the matter back: it is assessed again as a whole, the correction with it (808/2019 122 §).
            end_undecided(work, case)
        for period in open_periods(work, case, REMOVAL):
            work.stores.deadlines.save(
                period, period.cancelled(_entry(work, EntryKind.CANCELLED, "sent_back"))
            )
        if REMOVAL_CHANGED not in work.stores.subscriptions.names_in(case.id):
            owe_removal(work, case)
            return True
    notify_finality(work, case, REMOVAL)
    return True


@operation(
    label="Aloita tutkinta uudelleen",
    sentence="Aloittaa uuden tutkinnan asiassa, joka oli jo päättynyt: kumottu tai palautettu päätös tutkitaan heti uudelleen "
    "(808/2019 122 §). Asia avautuu itsestään.",
    inputs={},
    outputs={"begun": "boolean"},
    records=("examined_again",),
    once=EACH_VISIT,
)
def begin_examination(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    """Begin an instance of its own, in a transaction of its own, with what the case knew when it ended."""
    known = examined_last(work, case)
    carried = {name: known.get(name) for name in (*START_VARIABLES, *MESSAGES[EXAMINATION_OWED])}
    carried |= {
        "reopened": "returned",
        "outcome": None,
        # The court's decision is about the decision, spoken or written (434/2003 43 §): the oral one is gone too.
        "oral_state": "none",
        **register_facts(case, known),
    }
    work.stores.starts.add(case.id, EXAMINATION_OWED, to_json(carried), work.now)
    work.record(case.id, "examined_again")
    return {"begun": True}
