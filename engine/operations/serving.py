"""Service of a document on the person: presumed, proved, or shown not to have happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from engine.bpmn import OperationCall
from engine.casework.appeals import REMOVAL, kind_of, notify_finality
from engine.casework.case_deadlines import meet
from engine.clock import day_of, noon_of
from engine.domain.arrivals import ArrivalKind
from engine.domain.cases import Case
from engine.domain.deadline_kinds import SERVICE
from engine.executor import Work
from engine.instances import CompiledModels
from engine.operations.appeal import cancel_period
from engine.operations.declaration import EACH_VISIT, operation
from engine.operations.delivery import number_of
from engine.operations.papers import answers_of
from engine.operations.removal import restore_clienthood
from engine.storage.resolutions import Delivery


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
    presumed_on = call.variables["presumed_on"]
    delivery = work.stores.deliveries.latest(case.id, str(call.variables["recipient"]["id"]))
    if delivery is None or delivery.dispatched_at is None or not isinstance(presumed_on, date):
        raise LookupError("nobody has sent anything that could be presumed received")
    _record_served(work, case, call, presumed_on, proof="presumed", is_presumed=True)
    return {"served_on": presumed_on}


@operation(
    label="Kirjaa tiedoksisaanti",
    sentence="Kirjaa todistetun tiedoksisaannin: avattu, luovutettu tai kuitattu. Luovutus on samalla lähettäminen "
    "(434/2003 60 §).",
    inputs={"recipient": "recipient", "served_on": "date", "channel_now": "text"},
    outputs={"served_on": "date"},
    records=("resolution_served",),
    once=EACH_VISIT,
)
def record_service(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    given = call.variables.get("served_on")
    served_on = given if isinstance(given, date) else work.today
    answers = answers_of(work, case, "record_delivery", str(call.variables["recipient"]["id"]))
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
        if delivery.dispatched_at is None:
            # It was handed over: given and received in one moment.
            handed_at = work.now if served_on == work.today else noon_of(served_on)
            work.stores.deliveries.change(delivery, dispatched_at=handed_at)
        work.stores.deliveries.change(
            delivery, state="served", served_on=served_on, proof=proof, is_presumed=is_presumed
        )
    meet(work, case, SERVICE, "served", recipient_id)
    work.record(
        case.id,
        "resolution_served",
        proof,
        business_key=recipient_id,
        served_on=served_on.isoformat(),
        number=number_of(work, case, delivery),
    )


@operation(
    label="Kirjaa palautunut posti",
    sentence="Kumoaa oletuksen tiedoksisaannista: posti palautui. Ihminen valitsee seuraavan tavan.",
    inputs={"recipient": "recipient"},
    outputs={"returned_at": "date and time"},
    records=("mail_returned", "clienthood_restored"),
    once=EACH_VISIT,
)
def record_returned_mail(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    recipient_id = str(call.variables["recipient"]["id"])
    delivery = work.stores.deliveries.latest(case.id, recipient_id)
    undone: dict[str, str] = {}
    if delivery is not None:
        returned_at = _came_back_at(work, case, delivery)
        undone["on"] = day_of(returned_at).isoformat()
        if delivery.presumed_on is not None:
            undone["presumed_on"] = delivery.presumed_on.isoformat()
        work.stores.deliveries.change(
            delivery,
            state="returned",
            returned_at=returned_at,
            presumed_on=None,
            is_presumed=False,
        )
    cancel_period(work, case, recipient_id, "mail_returned")
    work.record(case.id, "mail_returned", business_key=recipient_id, **undone)
    if kind_of(recipient_id) == REMOVAL:
        restore_clienthood(work, case, "mail_returned")
    notify_finality(work, case, kind_of(recipient_id))
    return {"returned_at": work.now}


def _came_back_at(work: Work, case: Case, delivery: Delivery) -> datetime:
    """Return when the letter came back, by the register of arrivals; now, where it was not registered there."""
    days = [
        each.arrived_on
        for each in work.stores.arrivals.of_case(case.id)
        if each.kind is ArrivalKind.RETURNED
        and each.business_key == delivery.business_key
        and (delivery.dispatched_at is None or each.arrived_on >= day_of(delivery.dispatched_at))
    ]
    came_on = max(days, default=work.today)
    return work.now if came_on == work.today else noon_of(came_on)
