"""The internal target of a case in the deadline ledger. It pauses only while the applicant's own answer is awaited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from engine.bpmn import OperationCall
from engine.casework.court_rulings import came_back_at
from engine.casework.target_pauses import CAUSE, TABLE, due_with_target, go_on
from engine.casework.urgent_measures import owe_measures
from engine.clock import day_of
from engine.domain import deadlines
from engine.domain.calendar import Counting, later
from engine.domain.cases import Case, CaseClass, pauses_target
from engine.domain.deadline_kinds import TARGET
from engine.domain.deadlines import ClockEntry, EntryKind
from engine.executor import Work
from engine.instances import CompiledModels
from engine.operations.declaration import EACH_VISIT, operation
from engine.storage.database import new_id


@operation(
    label="Käynnistä tavoiteaika",
    sentence="Käynnistää sisäisen tavoiteajan ja merkitsee asian luokan. Jos luokka on muuttunut, uusi tavoite "
    "korvaa vanhan; vanha jää näkyviin. Oikeuden palauttaman asian aika alkaa siitä, kun ratkaisu saapui. Asia, joka "
    "ei ollut kiireellinen ja tulee sellaiseksi, aloittaa kiireelliset toimet, ellei niitä ole ollut.",
    inputs={
        "case_class": "text",
        "target_days": "number",
        "target_day_kind": "text",
        "received_at": "date and time",
    },
    outputs={"target_on": "date"},
    once=EACH_VISIT,
)
def start_deadlines(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    """Start the target. If the class of the case has changed, it is replaced; the old one stays in the ledger."""
    days = int(call.variables["target_days"])
    counting = (
        Counting.WORKING_DAYS
        if call.variables.get("target_day_kind") == "working"
        else Counting.CALENDAR_DAYS
    )
    case_class = CaseClass(call.variables["case_class"])
    owe_measures(work, case, models, case_class)
    work.change_case(case.id, case_class=case_class)
    if case_class is not case.case_class:
        work.stores.tasks.prioritise(case.id, case_class.priority)
    # The first class of a case comes with its first target.
    known = None if case.case_class is None else work.stores.deadlines.find(case.id, TARGET)
    came_back = came_back_at(work, case)
    began = came_back or _began(call, case)
    due_on = later(day_of(began), days, counting)
    if known is not None and known.is_open:
        if known.counting is counting and known.entries[0].days == days:
            return {"target_on": known.due_on or due_on}
        cancelled = known.cancelled(_entry(work, EntryKind.CANCELLED, "class_changed", rule=case_class.value))
        work.stores.deadlines.save(known, cancelled)
    started = deadlines.start(
        id=new_id(),
        case_id=case.id,
        name=TARGET,
        entry=ClockEntry(
            EntryKind.STARTED,
            began,
            "received" if came_back is None else "sent_back",
            work.actor.name,
            work.actor.person_id,
            "target_dates",
            days=days,
        ),
        counting=counting,
    )
    work.stores.deadlines.add(started)
    due_with_target(work, started)
    return {"target_on": started.due_on}


@operation(
    label="Vaihda luokka",
    sentence="Merkitsee asian luokan. Jos tavoiteaika on kesken, uusi tavoite korvaa sen; päättynyt ei ala uudelleen. Asia, joka "
    "tulee kiireelliseksi, aloittaa kiireelliset toimet, ellei niitä ole ollut.",
    inputs={
        "case_class": "text",
        "target_days": "number",
        "target_day_kind": "text",
        "received_at": "date and time",
    },
    outputs={"target_on": "date"},
    records=("class_changed",),
    once=EACH_VISIT,
)
def change_class(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    case_class = CaseClass(call.variables["case_class"])
    if case_class is not case.case_class:
        work.record(case.id, "class_changed", case_class.value)
    target = work.stores.deadlines.find(case.id, TARGET)
    if target is not None and target.is_open:
        return start_deadlines(work, case, models, call)
    owe_measures(work, case, models, case_class)
    work.change_case(case.id, case_class=case_class)
    work.stores.tasks.prioritise(case.id, case_class.priority)
    return {"target_on": target.due_on if target is not None else None}


def _began(call: OperationCall, case: Case) -> datetime:
    began = call.variables.get("received_at")
    return began if isinstance(began, datetime) else case.received_at


@operation(
    label="Keskeytä tavoiteaika",
    sentence="Keskeyttää sisäisen tavoiteajan, kun taulu sanoo niin: ei koskaan lapsen eikä kiireellisen asian. "
    "Tauko päättyy, kun henkilön omaa vastausta ei enää odoteta. Kokonaisikä kulkee aina.",
    inputs={"pausing": "boolean"},
    outputs={"paused_at": "date and time"},
    once=EACH_VISIT,
)
def pause_target(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    target = work.stores.deadlines.find(case.id, TARGET)
    # The class may have changed since the examination began, whose own variable the table reads.
    pauses = call.variables.get("pausing") is True and pauses_target(case.case_class)
    if not pauses or target is None or not target.is_open:
        return {"paused_at": None}
    work.stores.deadlines.save(target, target.paused(_entry(work, EntryKind.PAUSED, CAUSE, rule=TABLE)))
    return {"paused_at": work.now}


@operation(
    label="Jatka tavoiteaikaa",
    sentence="Jatkaa keskeytettyä tavoiteaikaa. Jäljellä olleet päivät säilyvät.",
    inputs={"target_on": "date"},
    outputs={"target_on": "date"},
    once=EACH_VISIT,
)
def resume_target(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    target = work.stores.deadlines.find(case.id, TARGET)
    if target is None:
        return {"target_on": call.variables.get("target_on")}
    if target.is_open and target.is_paused:
        target = go_on(work, target, _entry(work, EntryKind.RESUMED, CAUSE))
    return {"target_on": target.due_on}


def _entry(
    work: Work, kind: EntryKind, cause: str, rule: str | None = None, until: date | None = None
) -> ClockEntry:
    return ClockEntry(kind, work.now, cause, work.actor.name, work.actor.person_id, rule, until=until)
