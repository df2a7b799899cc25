"""Service of a document on the person: presumed, proved, or shown not to have happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.bpmn import OperationCall
from engine.domain.cases import Case
from engine.executor import Work
from engine.instances import CompiledModels
from engine.operations.declaration import EACH_VISIT, operation
from engine.operations.papers import answers_of, write_certificate


@operation(
    label="Kirjaa oletettu tiedoksisaanti",
    sentence="Kirjaa, että asiakirjan katsotaan tulleen tiedoksi, kunnes muuta näytetään (434/2003 59 §).",
    inputs={"recipient": "recipient", "presumed_on": "date"},
    outputs={"served_on": "date"},
    records=("resolution_served",),
    once=EACH_VISIT,
)
def record_presumed_service(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    presumed_on = call.variables.get("presumed_on")
    served_on = presumed_on if isinstance(presumed_on, date) else work.today
    _record_served(work, case, call, served_on, proof="presumed", is_presumed=True)
    return {"served_on": served_on}


@operation(
    label="Kirjaa tiedoksisaanti",
    sentence="Kirjaa todistetun tiedoksisaannin: avattu, luovutettu tai kuitattu. Luovutuksesta syntyy "
    "tiedoksiantotodistus (434/2003 60 §).",
    inputs={"recipient": "recipient", "served_on": "date", "channel_now": "text"},
    outputs={"served_on": "date"},
    records=("resolution_served", "letter_written"),
    once=EACH_VISIT,
)
def record_service(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    given = call.variables.get("served_on")
    served_on = given if isinstance(given, date) else work.today
    answers = answers_of(work, case, "record_delivery", str(call.variables["recipient"]["id"]))
    write_certificate(work, case, models, answers)
    # Without a form it was opened online: the way itself is the proof.
    proof = str(answers.get("proof") or call.variables.get("channel_now") or "told")
    _record_served(work, case, call, served_on, proof=proof, is_presumed=False)
    return {"served_on": served_on}


def _record_served(
    work: Work, case: Case, call: OperationCall, served_on: date, *, proof: str, is_presumed: bool
) -> None:
    recipient_id = str(call.variables["recipient"]["id"])
    delivery = work.stores.deliveries.latest(case.id, recipient_id)
    if delivery is not None:
        work.stores.deliveries.change(
            delivery, state="served", served_on=served_on, proof=proof, is_presumed=is_presumed
        )
    work.record(
        case.id, "resolution_served", proof, business_key=recipient_id, served_on=served_on.isoformat()
    )


@operation(
    label="Kirjaa palautunut posti",
    sentence="Kumoaa oletuksen tiedoksisaannista: posti palautui. Seuraavaksi luovutetaan henkilökohtaisesti.",
    inputs={"recipient": "recipient"},
    outputs={"channel_now": "text"},
    records=("mail_returned",),
    once=EACH_VISIT,
)
def record_returned_mail(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    recipient_id = str(call.variables["recipient"]["id"])
    delivery = work.stores.deliveries.latest(case.id, recipient_id)
    if delivery is not None:
        work.stores.deliveries.change(delivery, state="returned", returned_at=work.now, presumed_on=None)
    work.record(case.id, "mail_returned", business_key=recipient_id)
    return {"channel_now": "in_person"}
