"""Sealing a case's content, and the plan of what is destroyed when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.bpmn import OperationCall
from engine.casework.clienthood import clienthood_of
from engine.casework.sealing import seal
from engine.domain.cases import Case
from engine.domain.retention import period_later
from engine.executor import Work
from engine.instances import CompiledModels
from engine.operations.declaration import EACH_VISIT, operation
from engine.storage.sealing import SealingClass

CLASSES = {"engine_state": SealingClass.ENGINE}


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
    """Store the plan.

    While the person is a client (746/2011 35 § 4 mom.) no period begins; then all are counted from the clienthood's end,
    which is the death if it ended so. Of somebody who never was a client they are counted from the closing.
    """
    clienthood = clienthood_of(work, case)
    began = work.today if clienthood is None else clienthood.until
    plans: dict[str, tuple[str, date | None]] = {}
    for row in call.variables.get("retention") or []:
        name = str(row["data_class"])
        sealing_class = CLASSES.get(name, name)
        keep = str(row.get("keep") or "")
        plans[SealingClass(sealing_class).value] = (
            str(row.get("basis") or ""),
            period_later(began, keep) if keep and began is not None else None,
        )
    work.stores.retention.set(case.id, plans, work.now)
    work.record(case.id, "retention_set", classes=sorted(plans))
    return {"retention_set_at": work.now}
