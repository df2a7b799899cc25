"""Correction of a decision: its beginning, its deadline, and the notice to a court that has an appeal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from engine.bpmn import OperationCall
from engine.casework.appeals import ADMISSION, REFLECTION, tell_court
from engine.casework.assessed_before import removal_terms
from engine.casework.clienthood import REMOVAL_NEEDED, removal_variables
from engine.casework.correction_course import begun_in, decision_under
from engine.casework.decision_corrections import (
    CORRECTED,
    correction_of,
    decided_on,
    decision_kind,
    outcome_of,
    prepared_last,
)
from engine.casework.police_notices import is_notified
from engine.casework.reflection_periods import REFLECTION_CHANGE, running_period
from engine.domain import deadlines
from engine.domain.cases import Case
from engine.domain.clienthood import KEPT
from engine.domain.deadline_kinds import CORRECTION
from engine.domain.deadlines import ClockEntry, EntryKind
from engine.domain.decision_corrections import Kind, Letter
from engine.domain.reflection import POLICE_NOTIFIED
from engine.executor import Work
from engine.feel.values import to_json
from engine.instances import CompiledModels
from engine.operations.corrected_notices import correct_reflection_notice
from engine.operations.declaration import EACH_VISIT, each_value_of, operation
from engine.operations.papers import write_court_notice
from engine.storage.database import new_id


@operation(
    label="Merkitse korjaaminen vireille",
    sentence="Merkitsee korjaamisen vireille ja aloittaa sen määräajan. Valitusaikaan se ei vaikuta (434/2003 53 §).",
    inputs={"correction_due_on": "date"},
    outputs={"correction_key": "text", "corrected_kind": "text"},
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
    decision = begun_in(work, case, call.instance_id)
    kind = decision_kind(decision) if decision else ADMISSION
    work.record(
        case.id,
        "correction_begun",
        decision.number if decision else "",
        business_key=key,
        decided_on=decided_on(decision).isoformat() if decision else None,
        decision=kind,
    )
    if kind != REFLECTION:
        tell_court(work, case, key, "begun", kind)
    return {"correction_key": key, "corrected_kind": kind}


@operation(
    label="Oikaise ilmoitus poliisille",
    sentence="Laatii poliisille uuden ilmoituksen harkinta-aikaa koskevasta päätöksestä, jonka kirjoitusvirhe on korjattu, ja avaa "
    "tehtävän sen lähettämisestä (301/2004 52 c §; 434/2003 51 §). Muista päätöksistä, ja kun aikaa ei annettu tai jatkettu, ei "
    "tee mitään.",
    inputs={"correction_key": "text"},
    outputs={"is_written": "boolean"},
    records=("letter_written", "left_to_people"),
    once=each_value_of("correction_key"),
)
def correct_police_notice(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    copy = prepared_last(work, case, CORRECTED, call.instance_id)
    if copy is None or copy.state != "signed" or copy.outcome != Letter.COPY:
        return {"is_written": False}
    if decision_kind(copy) != REFLECTION or outcome_of(copy) not in POLICE_NOTIFIED:
        return {"is_written": False}
    return {"is_written": correct_reflection_notice(work, case, models, copy)}


@operation(
    label="Ilmoita poliisille, ettei aiempi ilmoitus pidä",
    sentence="Kun päätös harkinta-ajasta korvaa päätöksen, josta poliisille on jo ilmoitettu, eikä aikaa annettu tai jatkettu, "
    "laatii poliisille uuden ilmoituksen ja avaa tehtävän sen lähettämisestä (301/2004 52 c §; 434/2003 50 §). Muuten ei tee "
    "mitään.",
    inputs={},
    outputs={"is_written": "boolean"},
    records=("letter_written", "left_to_people"),
    once=EACH_VISIT,
)
def take_back_police_notice(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    decision = prepared_last(work, case, REFLECTION, call.instance_id)
    if decision is None or decision.state != "signed" or decision.outcome in POLICE_NOTIFIED:
        return {"is_written": False}
    if not correction_of(decision) or not is_notified(work, case, decision):
        return {"is_written": False}
    return {"is_written": correct_reflection_notice(work, case, models, decision)}


@operation(
    label="Avaa asia ratkaistavaksi uudelleen",
    sentence="Aloittaa poistamisen tai harkinta-ajan käsittelyn siitä, mitä korjataan: asiavirhe ratkaistaan uudelleen omassa "
    "kulussaan (434/2003 50 §), uusi valitusosoitus annetaan tiedoksi siinä (49 §).",
    inputs={"correction_key": "text", "correction_kind": "text"},
    outputs={"begun": "boolean"},
    records=(),
    once=each_value_of("correction_key"),
)
def begin_matter_anew(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    """Begin an instance of its own, in a transaction of its own."""
    key = str(call.variables.get("correction_key") or "")
    decision = decision_under(work, case, key)
    if decision is None:
        raise LookupError("nothing is corrected")
    outcome = case.outcome.value if case.outcome else None
    if decision_kind(decision) == REFLECTION:
        period = running_period(work, case, decision.number)
        given: dict[str, Any] = {
            "outcome": outcome,
            "correction_key": key,
            "reflection_running": period is not None,
            "reflection_from": period.first if period else None,
            "reflection_until": period.last if period else None,
        }
        work.stores.starts.add(case.id, REFLECTION_CHANGE, to_json(given), work.now)
        return {"begun": True}
    given = removal_variables(case, wished=False) | {"correction_key": key}
    if call.variables.get("correction_kind") == Kind.INSTRUCTIONS:
        given |= {
            # Its own correction has ended with the signature: what is served here corrects nothing more.
            "correction_key": None,
            "removal_entry": "serve",
            "removal_proposal": "keep" if outcome_of(decision) == KEPT else "remove",
            **removal_terms(work, case, decision),
        }
    work.stores.starts.add(case.id, REMOVAL_NEEDED, to_json(given), work.now)
    return {"begun": True}


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
