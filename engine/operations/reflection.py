"""The reflection period as the record has it today: another instance may have extended or interrupted it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn import OperationCall
from engine.casework.reflection_periods import running_period
from engine.domain.cases import Case
from engine.executor import Work
from engine.instances import CompiledModels
from engine.operations.declaration import READS_ONLY, operation


@operation(
    label="Katso, kuluuko harkinta-aika",
    sentence="Katsoo allekirjoitetuista päätöksistä, kuluuko harkinta-aika ja mihin asti. Toinen päätös on voinut jatkaa sitä "
    "tai keskeyttää sen.",
    inputs={},
    outputs={"is_running": "boolean", "until": "date"},
    once=READS_ONLY,
)
def look_up_reflection(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    period = running_period(work, case)
    return {"is_running": period is not None, "until": period.last if period else None}
