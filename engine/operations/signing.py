"""Choice of the people who may sign a prepared decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from engine.bpmn import OperationCall
from engine.casework.appeals import REMOVAL
from engine.casework.decision_corrections import prepared_last
from engine.casework.signers import barred
from engine.domain.cases import Case
from engine.executor import Work
from engine.instances import CompiledModels
from engine.operations.declaration import READS_ONLY, operation


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
