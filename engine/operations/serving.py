"""That a document reached the person: presumed, proved, or shown not to have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.bpmn import OperationCall
from engine.domain.cases import Case
from engine.executor import Work
from engine.instances import CompiledModels
from engine.operations.papers import answers_of, write_certificate


def record_presumed_service(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    """Presumed, until someone shows otherwise."""
    presumed_on = call.variables.get("presumed_on")
    served_on = presumed_on if isinstance(presumed_on, date) else work.today
    _served(work, case, call, served_on, proof="presumed", is_presumed=True)
    return {"served_on": served_on}


def record_service(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    """Proved: opened, handed over, acknowledged."""
    told = call.variables.get("served_on")
    served_on = told if isinstance(told, date) else work.today
    answers = answers_of(work, case, "record_delivery", str(call.variables["recipient"]["id"]))
    write_certificate(work, case, models, answers)
    # Without a form it was opened online: the way itself is the proof.
    proof = str(answers.get("proof") or call.variables.get("channel_now") or "told")
    _served(work, case, call, served_on, proof=proof, is_presumed=False)
    return {"served_on": served_on}


def _served(
    work: Work, case: Case, call: OperationCall, served_on: date, *, proof: str, is_presumed: bool
) -> None:
    recipient_id = str(call.variables["recipient"]["id"])
    delivery = work.stores.deliveries.latest(case.id, recipient_id)
    if delivery is not None:
        work.stores.deliveries.change(
            delivery, state="served", served_on=served_on, proof=proof, is_presumed=is_presumed
        )
    work.record(case.id, "resolution_served", proof, key=recipient_id, served_on=served_on.isoformat())


def record_returned_mail(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    """The post came back: nothing is presumed any more."""
    recipient_id = str(call.variables["recipient"]["id"])
    delivery = work.stores.deliveries.latest(case.id, recipient_id)
    if delivery is not None:
        work.stores.deliveries.change(delivery, state="returned", returned_at=work.now, presumed_on=None)
    work.record(case.id, "mail_returned", key=recipient_id)
    return {"channel_now": "in_person"}
