"""The appeal period, an appeal's way to the court, and finality."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.bpmn import OperationCall
from engine.domain.appeals import NAME, appeal_period
from engine.domain.calendar import end_of
from engine.domain.cases import Case
from engine.domain.deadlines import ClockEntry, EntryKind
from engine.executor import Work
from engine.instances import CompiledModels
from engine.operations.declaration import EACH_VISIT, operation
from engine.operations.papers import write_opinion
from engine.storage.database import new_id


@operation(
    label="Laske valitusaika",
    sentence="Laskee valitusajan: 30 päivää viimeisestä tiedoksisaannista (808/2019 13 §). Viimeinen päivä siirtyy "
    "arkipäivään. Uusi tiedoksisaanti aloittaa ajan alusta.",
    inputs={"served_on": "date"},
    outputs={"appeal_until": "date", "appeal_until_at": "date and time"},
    records=("appeal_period_started",),
    once=EACH_VISIT,
)
def compute_appeal_period(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    served_on = call.variables.get("served_on")
    began = served_on if isinstance(served_on, date) else work.today
    known = work.stores.deadlines.find(case.id, NAME)
    if known is not None and known.is_open:
        cancelled = ClockEntry(
            EntryKind.CANCELLED, work.now, "served_again", work.actor.name, work.actor.person_id
        )
        work.stores.deadlines.save(known, known.cancelled(cancelled))
    period = appeal_period(
        new_id(),
        case.id,
        served_on=began,
        now=work.now,
        actor=work.actor.name,
        person_id=work.actor.person_id,
    )
    work.stores.deadlines.add(period)
    until = period.due_on or began
    work.record(case.id, "appeal_period_started", until=until.isoformat())
    return {"appeal_until": until, "appeal_until_at": end_of(until)}


@operation(
    label="Lähetä lausunto oikeuteen",
    sentence="Laatii lausunnon, jonka kanssa valitus menee hallinto-oikeuteen viipymättä (746/2011 55 §).",
    inputs={},
    outputs={"sent_to_court_at": "date and time"},
    sends="lausunto tuomioistuimelle",
    records=("opinion_sent_to_court", "letter_written"),
    once=EACH_VISIT,
)
def send_opinion_to_court(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    write_opinion(work, case, models)
    work.record(case.id, "opinion_sent_to_court")
    return {"sent_to_court_at": work.now}


@operation(
    label="Merkitse lainvoimaiseksi",
    sentence="Merkitsee päätöksen lainvoimaiseksi.",
    inputs={"outcome": "text"},
    outputs={"final_at": "date and time"},
    records=("resolution_final",),
    once=EACH_VISIT,
)
def mark_final(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    period = work.stores.deadlines.find(case.id, NAME)
    if period is not None and period.is_open:
        met = ClockEntry(EntryKind.MET, work.now, "final", work.actor.name, work.actor.person_id)
        work.stores.deadlines.save(period, period.met(met))
    work.record(case.id, "resolution_final", str(call.variables.get("outcome") or ""))
    return {"final_at": work.now}


@operation(
    label="Peru allekirjoitettu päätös",
    sentence="Peruu allekirjoitetun päätöksen ennen lähettämistä. Lähettämisen jälkeen päätös korjataan (434/2003 50 §).",
    inputs={},
    outputs={"recalled_at": "date and time"},
    records=("resolution_recalled",),
    once=EACH_VISIT,
)
def recall_resolution(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    resolution = work.stores.resolutions.latest(case.id, "admission")
    if resolution is not None and resolution.state == "signed":
        work.stores.resolutions.recall(resolution, work.now)
    work.change_case(case.id, outcome=None)
    work.record(case.id, "resolution_recalled")
    return {"recalled_at": work.now}
