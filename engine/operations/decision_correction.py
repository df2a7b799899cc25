"""Correction of a decision: its beginning, its deadline, and the notice to a court that has an appeal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from engine.bpmn import OperationCall
from engine.casework.appeals import tell_court
from engine.casework.decision_corrections import decided_on, in_force
from engine.domain import deadlines
from engine.domain.cases import Case
from engine.domain.deadline_kinds import CORRECTION
from engine.domain.deadlines import ClockEntry, EntryKind
from engine.executor import Work
from engine.instances import CompiledModels
from engine.operations.declaration import EACH_VISIT, each_value_of, operation
from engine.operations.papers import write_court_notice
from engine.storage.database import new_id


@operation(
    label="Merkitse korjaaminen vireille",
    sentence="Merkitsee korjaamisen vireille ja aloittaa sen määräajan. Valitusaikaan se ei vaikuta (434/2003 53 §).",
    inputs={"correction_due_on": "date"},
    outputs={"correction_key": "text"},
    records=("correction_begun",),
    once=EACH_VISIT,
)
def record_correction(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    begun = work.stores.timeline.of_case(case.id, "correction_begun")
    key = f"KOR-{len(begun) + 1}"
    due_on = call.variables["correction_due_on"]
    until = due_on.date() if isinstance(due_on, datetime) else due_on
    entry = ClockEntry(
        EntryKind.STARTED,
        work.now,
        "correction_begun",
        work.actor.name,
        work.actor.person_id,
        "434/2003 50-52 §",
        until=until if isinstance(until, date) else work.today,
    )
    work.stores.deadlines.add(
        deadlines.start(id=new_id(), case_id=case.id, name=CORRECTION, entry=entry, business_key=key)
    )
    decision = in_force(work, case)
    work.record(
        case.id,
        "correction_begun",
        decision.number if decision else "",
        business_key=key,
        decided_on=decided_on(decision).isoformat() if decision else None,
    )
    tell_court(work, case, key, "begun")
    return {"correction_key": key}


@operation(
    label="Laadi ilmoitus korjaamisesta oikeudelle",
    sentence="Laatii ilmoituksen tuomioistuimelle, jolla on valitus (434/2003 53 §). Lähettää ei: sen tekee ihminen ja kertoo "
    "päivän.",
    inputs={"correction_key": "text", "correction_state": "text"},
    outputs={"made_at": "date and time"},
    records=("letter_written",),
    once=each_value_of("correction_key", "correction_state"),
)
def write_correction_notice(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    key, state = call.variables.get("correction_key"), call.variables.get("correction_state")
    write_court_notice(work, case, models, str(key or ""), str(state or ""))
    return {"made_at": work.now}
