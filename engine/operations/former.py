"""Operations that only diagrams of versions before name. Cases that stay on those versions still come to them.

They once recorded what nobody had done. Now they ask the managers to have it done.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn import OperationCall
from engine.domain.cases import Case
from engine.executor import Work
from engine.instances import CompiledModels
from engine.operations.declaration import EACH_VISIT, operation
from engine.operations.posting import leave_to_people


@operation(
    label="Ilmoita harkinta-ajasta poliisille (vanha malli)",
    sentence="Pyytää esihenkilöiltä, että joku ilmoittaa harkinta-aikapäätöksen poliisille (301/2004 52 c §). Uudessa "
    "mallissa se on tehtävä.",
    inputs={},
    outputs={"police_notified_at": "date and time"},
    sends="ilmoitus esihenkilölle",
    records=("left_to_people",),
    once=EACH_VISIT,
)
def notify_police_of_reflection_period(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    leave_to_people(work, case, models, "police_reflection")
    return {"police_notified_at": None}


@operation(
    label="Siirrä tuen tarpeen arviointi (vanha malli)",
    sentence="Pyytää esihenkilöiltä, että joku siirtää palvelutarpeen arvioinnin sille, joka järjestää avun "
    "(746/2011 38 a §). Uudessa mallissa se on tehtävä.",
    inputs={},
    outputs={"handed_over_at": "date and time"},
    sends="ilmoitus esihenkilölle",
    records=("left_to_people",),
    once=EACH_VISIT,
)
def hand_over_service_needs(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    leave_to_people(work, case, models, "service_handover")
    return {"handed_over_at": None}
