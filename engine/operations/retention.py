"""Sealing a case's content, and the plan of what is destroyed when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn import OperationCall
from engine.casework.retention import set_days
from engine.casework.sealing import seal
from engine.domain.cases import Case
from engine.executor import Work
from engine.instances import CompiledModels
from engine.operations.declaration import EACH_VISIT, operation


@operation(
    label="Sinetöi sisältö",
    sentence="Sinetöi asian sisällön heti kaikilta muilta kuin johtajalta. Rekisterin vähimmäistieto jää "
    "(906/2019 25–26 §).",
    inputs={"lapse_reason": "text"},
    outputs={"sealed_at": "date and time"},
    records=("content_sealed",),
    once=EACH_VISIT,
)
def seal_content(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    """Shut the content to all but the director; the register keeps its minimum.

    The minimum (906/2019 25-26 §) is that there was a matter, when, and what became of it.
    """
    seal(work, case, str(call.variables.get("lapse_reason") or ""))
    return {"sealed_at": work.now}


@operation(
    label="Kirjaa säilytysajat",
    sentence="Kirjaa, milloin kukin tietoluokka hävitetään. Niin kauan kuin asiakkuus jatkuu, mikään aika ei ala; sen "
    "jälkeen ajat lasketaan asiakkuuden päättymisestä.",
    inputs={"retention": "retention plan"},
    outputs={"retention_set_at": "date and time"},
    records=("retention_set",),
    once=EACH_VISIT,
)
def set_retention(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    set_days(work, case, call.variables.get("retention") or [])
    return {"retention_set_at": work.now}
