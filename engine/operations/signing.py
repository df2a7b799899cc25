"""The people who may sign a prepared decision, and a signed one taken back before it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from engine.bpmn import OperationCall
from engine.casework.appeals import ADMISSION, REMOVAL
from engine.casework.case_deadlines import written_owed
from engine.casework.childrens_decisions import reconsider_children
from engine.casework.decision_corrections import prepared_last
from engine.casework.sealing import open_sealed
from engine.casework.signers import barred
from engine.casework.spoken_decisions import ask_again, is_written, stands_aloud
from engine.domain.cases import Case
from engine.executor import Work
from engine.instances import CompiledModels
from engine.operations.appeal import end_removal
from engine.operations.declaration import EACH_VISIT, READS_ONLY, operation


@operation(
    label="Katso, kuka ei saa allekirjoittaa",
    sentence="Antaa ne, jotka eivät saa allekirjoittaa valmisteltua päätöstä: taulukko signers ratkaisee sen sen mukaan, mitä kukin "
    "on tehnyt luonnokselle.",
    inputs={},
    outputs={"not_signers": "list of text"},
    once=READS_ONLY,
)
def exclude_signers(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    return {"not_signers": _barred(work, case, models, "admission", call.instance_id)}


@operation(
    label="Katso, kuka ei saa allekirjoittaa poistamista",
    sentence="Antaa ne, jotka eivät saa allekirjoittaa valmisteltua päätöstä poistamisesta: taulukko signers ratkaisee sen.",
    inputs={},
    outputs={"not_signers": "list of text"},
    once=READS_ONLY,
)
def exclude_removal_signers(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    return {"not_signers": _barred(work, case, models, REMOVAL, call.instance_id)}


def _barred(work: Work, case: Case, models: CompiledModels, kind: str, instance_id: UUID | None) -> list[str]:
    resolution = prepared_last(work, case, kind, instance_id)
    return [] if resolution is None else [str(each) for each in barred(work, case, models, resolution)]


@operation(
    label="Vedä allekirjoitettu päätös takaisin",
    sentence="Vetää allekirjoitetun päätöksen takaisin ennen lähettämistä. Lähetettyä ei vedetä takaisin.",
    inputs={},
    outputs={"recalled_at": "date and time"},
    records=("content_opened", "resolution_recalled", "parent_admission_ended"),
    once=EACH_VISIT,
)
def recall_resolution(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    resolution = prepared_last(work, case, ADMISSION, call.instance_id)
    if resolution is not None and resolution.state == "signed":
        work.stores.resolutions.recall(resolution, work.now)
    work.change_case(case.id, outcome=None)
    open_sealed(work, case)
    work.record(case.id, "resolution_recalled")
    if not is_written(work, case):
        _owe_spoken(work, work.stores.cases.get(case.id), models)
    end_removal(work, case)
    reconsider_children(work, case)
    return {"recalled_at": work.now}


def _owe_spoken(work: Work, case: Case, models: CompiledModels) -> None:
    """The written decision is owed again, from the hour at which it was spoken (434/2003 43 §); a giver who has not confirmed
    it is asked again."""
    spoken = (
        work.stores.oral_decisions.standing(case.id)
        if stands_aloud(work, case)
        else ask_again(work, case, models)
    )
    if spoken:
        written_owed(work, case, models, spoken[-1].given_at)
