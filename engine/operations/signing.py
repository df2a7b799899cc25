"""Choice of the people who may sign a prepared decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn import OperationCall
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
    resolution = work.stores.resolutions.latest(case.id, "admission")
    if resolution is None:
        return {"not_signers": []}
    return {"not_signers": [str(each) for each in barred(work, case, models, resolution)]}
