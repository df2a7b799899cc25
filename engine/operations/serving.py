"""Service of a document on the person: presumed, proved, or shown not to have happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from engine.bpmn import OperationCall
from engine.casework.appeals import (
    REMOVAL,
    applicant_id,
    deliveries_of,
    deliveries_of_resolution,
    is_being_examined,
    is_removal_void,
    kind_of,
    notify_finality,
    served_beside,
)
from engine.casework.assessed_before import removal_terms
from engine.casework.case_deadlines import meet
from engine.casework.changed_recipients import is_served_themselves
from engine.casework.clienthood import REMOVAL_NEEDED, has_died, removal_variables, restore_clienthood
from engine.casework.decision_corrections import CORRECTED, instructed, outcome_of
from engine.casework.kept_decisions import is_waited_for
from engine.casework.letters_under_way import DOUBTED
from engine.casework.overtaken_decisions import overtaken_on
from engine.casework.posting import serves_again_beside, serves_removal_again
from engine.clock import day_of, noon_of
from engine.domain.arrivals import ArrivalKind
from engine.domain.cases import Case
from engine.domain.clienthood import KEPT
from engine.domain.deadline_kinds import SERVICE
from engine.executor import Work
from engine.feel.values import to_json
from engine.instances import CompiledModels
from engine.operations.appeal import cancel_period
from engine.operations.declaration import EACH_VISIT, operation
from engine.operations.delivery import (
    REFLECTION,
    document_of,
    number_of,
    party_part,
    prefix_for,
    recipients_of,
    served_resolution,
    without_the_decision,
)
from engine.operations.papers import answers_of
from engine.storage.parties import Party
from engine.storage.resolutions import Delivery, Resolution

RECIPIENT_ADDED = "recipient_added"
"""Begins an instance of its own: the decision belongs to one more person than those on whom it was served."""


@operation(
    label="Kirjaa oletettu tiedoksisaanti",
    sentence="Kirjaa, että asiakirjan katsotaan tulleen tiedoksi, kunnes muuta näytetään (434/2003 59 §). Henkilölle, joka on "
    "siihen mennessä täyttänyt 15 vuotta, aloittaa oman tiedoksiannon.",
    inputs={"recipient": "recipient", "presumed_on": "date"},
    outputs={"served_on": "date"},
    records=("resolution_served", "recipient_added", "clienthood_restored"),
    once=EACH_VISIT,
)
def record_presumed_service(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    presumed_on = call.variables["presumed_on"]
    delivery = work.stores.deliveries.latest(case.id, str(call.variables["recipient"]["id"]))
    if delivery is None or delivery.dispatched_at is None or not isinstance(presumed_on, date):
        raise LookupError("nobody has sent anything that could be presumed received")
    # The day of posting may have been corrected since the diagram read it.
    presumed_on = max(presumed_on, delivery.presumed_on or presumed_on)
    _record_served(work, case, call, presumed_on, proof="presumed", is_presumed=True)
    return {"served_on": presumed_on}


@operation(
    label="Kirjaa tiedoksisaanti",
    sentence="Kirjaa todistetun tiedoksisaannin: avattu, luovutettu tai kuitattu. Luovutus on samalla lähettäminen "
    "(434/2003 60 §). Henkilölle, joka on siihen mennessä täyttänyt 15 vuotta, aloittaa oman tiedoksiannon.",
    inputs={"recipient": "recipient", "served_on": "date", "channel_now": "text"},
    outputs={"served_on": "date"},
    records=("resolution_served", "recipient_added", "clienthood_restored"),
    once=EACH_VISIT,
)
def record_service(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    given = call.variables.get("served_on")
    served_on = given if isinstance(given, date) else work.today
    channel = call.variables.get("channel_now")
    # Opened online: the way itself is the proof. A form of this key is then of an earlier decision.
    opened = channel == "electronic"
    answers = (
        {} if opened else answers_of(work, case, "record_delivery", str(call.variables["recipient"]["id"]))
    )
    proof = str(answers.get("proof") or channel or "told")
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
    meet(work, case, SERVICE, "served", recipient_id, on=served_on)
    work.record(
        case.id,
        "resolution_served",
        proof,
        business_key=recipient_id,
        served_on=served_on.isoformat(),
        number=number_of(work, case, delivery),
    )
    owe_to_grown(work, case, recipient_id, served_on)


@operation(
    label="Kirjaa palautunut posti",
    sentence="Kumoaa oletuksen tiedoksisaannista: posti palautui, tai osoite, johon kirje lähti, ei ole turvallinen. Ihminen "
    "valitsee seuraavan tavan. Henkilölle, joka on sillä välin täyttänyt 15 vuotta, aloittaa oman tiedoksiannon.",
    inputs={"recipient": "recipient"},
    outputs={"returned_at": "date and time"},
    records=("mail_returned", "service_doubted", "recipient_added", "clienthood_restored"),
    once=EACH_VISIT,
)
def record_returned_mail(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    undo_service(work, case, str(call.variables["recipient"]["id"]))
    return {"returned_at": work.now}


def undo_service(work: Work, case: Case, recipient_id: str) -> None:
    """Nothing is presumed of the letter any more (434/2003 59 §): what counted from it stops."""
    delivery = work.stores.deliveries.latest(case.id, recipient_id)
    is_doubted = delivery is not None and delivery.state == DOUBTED
    cause = "service_doubted" if is_doubted else "mail_returned"
    undone: dict[str, str] = {}
    if delivery is not None:
        if delivery.presumed_on is not None:
            undone["presumed_on"] = delivery.presumed_on.isoformat()
        back: dict[str, Any] = {}
        if not is_doubted:
            returned_at = _came_back_at(work, case, delivery)
            undone["on"] = day_of(returned_at).isoformat()
            back = {"state": "returned", "returned_at": returned_at}
        work.stores.deliveries.change(delivery, **back, presumed_on=None, is_presumed=False)
    cancel_period(work, case, recipient_id, cause)
    if is_doubted:
        work.record(case.id, "service_doubted", business_key=recipient_id, **undone)
    else:
        work.record(case.id, "mail_returned", business_key=recipient_id, **undone)
    if kind_of(recipient_id) == REMOVAL:
        restore_clienthood(work, case, cause)
    owe_to_grown(work, case, recipient_id, work.today)
    notify_finality(work, case, kind_of(recipient_id))


def owe_to_grown(work: Work, case: Case, recipient_id: str, on: date) -> None:
    """The decision is served on somebody who speaks for the person, or could not be, `on` a day on which it belongs to the
    person too: they have turned fifteen, or have come of age, since the recipients were listed."""
    person = work.stores.parties.applicant_of(case.id)
    kind = kind_of(recipient_id)
    if person is None or not is_served_themselves(person, on):
        return
    models = work.instances.models(case.deployment_id)
    if recipient_id in deliveries_of_resolution(work, case, kind):
        document = REMOVAL if kind == REMOVAL else "resolution"
        owe_to_added(work, case, models, person, documents=(document,))
    elif RECIPIENT_ADDED in models.parsed.starts and serves_again_beside(models):
        _owe_beside(work, case, person, recipient_id)


def _owe_beside(work: Work, case: Case, person: Party, recipient_id: str) -> None:
    """Serve on the person what starts no appeal period and is served on somebody else: a decision on the reflection period, a
    corrected copy or a refusal to correct. Nothing that has been overtaken, and nothing that they get with the decision."""
    attempt = work.stores.deliveries.latest(case.id, recipient_id)
    of_attempt = attempt.resolution_id if attempt is not None else None
    decision = next((each for each in served_beside(work, case) if each.id == of_attempt), None)
    if decision is None or overtaken_on(work, case, decision.id) is not None or has_died(work, case):
        return
    document = REFLECTION if decision.kind == REFLECTION else CORRECTED
    part = party_part(person.id.hex)
    if part in _begun(work, case, decision, document) | without_the_decision(work, case, decision):
        return
    for each in recipients_of(work, case, document, decision):
        if party_part(str(each["id"])) == part:
            _begin(work, case, document, each)


def is_served_on_another(work: Work, case: Case, document: str, recipient_id: str) -> bool:
    """True once the service of the same document has begun, or is about to, on another to whom it belongs today."""
    decision = served_resolution(work, case, document, recipient_id)
    entitled = {party_part(str(each["id"])) for each in recipients_of(work, case, document, decision)}
    return bool(entitled & _begun(work, case, decision, document) - {party_part(recipient_id)})


@operation(
    label="Anna tiedoksi niille, joilta se puuttuu",
    sentence="Aloittaa tiedoksiannon jokaiselle, jolle päätös kuuluu tänään ja jolle sitä ei ole vielä annettu, kun muille on jo "
    "annettu: 15 vuotta täyttäneelle edustajansa ohella, täysi-ikäiselle itselleen (434/2003 14 ja 56 §).",
    inputs={},
    outputs={"added": "number"},
    records=("recipient_added", "clienthood_restored"),
    once=EACH_VISIT,
)
def serve_added_recipients(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    return {"added": owe_to_added(work, case, models)}


def owe_to_added(
    work: Work,
    case: Case,
    models: CompiledModels,
    party: Party | None = None,
    documents: tuple[str, ...] = ("resolution", REFLECTION, REMOVAL),
) -> int:
    """Serve each who lacks the decision in an instance of its own, with a letter and a period of its own. Return how many.
    `party`: only this one, who has come to speak for the person, or has grown up."""
    can_begin = RECIPIENT_ADDED in models.parsed.starts
    owed = _unserved_documents(work, case, party, documents) if can_begin else []
    for document, recipient in owed:
        if document == REMOVAL:
            # Nothing ends before each has the decision.
            restore_clienthood(work, case, "recipient_added")
            begun_again = removal_again(work, case, str(recipient["id"]), is_added=True)
            work.stores.starts.add(case.id, REMOVAL_NEEDED, to_json(begun_again), work.now)
            work.record(case.id, "recipient_added", business_key=str(recipient["id"]))
            continue
        _begin(work, case, document, recipient)
    return len(owed)


def _begin(work: Work, case: Case, document: str, recipient: Mapping[str, Any]) -> None:
    begun = {
        "recipient": recipient,
        "outcome": case.outcome.value if case.outcome else None,
        "document": document,
        "is_added": True,
    }
    work.stores.starts.add(case.id, RECIPIENT_ADDED, to_json(begun), work.now)
    work.record(case.id, "recipient_added", business_key=str(recipient["id"]))


def _unserved_documents(
    work: Work, case: Case, party: Party | None, documents: tuple[str, ...]
) -> list[tuple[str, Mapping[str, Any]]]:
    """Return what has begun to be served on others, and each who has no attempt of it. What a court sent back, or another
    decision replaces, is served on nobody, and nothing on a person who has died."""
    if is_being_examined(work, case):
        return []
    person_id = applicant_id(work, case)
    dead = party_part(person_id.hex) if person_id is not None and has_died(work, case) else None
    found: list[tuple[str, Mapping[str, Any]]] = []
    serves_removal = serves_removal_again(work.instances.models(case.deployment_id))
    serves_removal = serves_removal and not is_removal_void(work, case)
    for document in (each for each in documents if each != REMOVAL or serves_removal):
        decision = document_of(work, case, document)
        begun = _begun(work, case, decision, document)
        if decision is None or not begun or (party is not None and _came_after(work, case, decision, party)):
            continue
        for each in recipients_of(work, case, document):
            part = party_part(str(each["id"]))
            is_other = party is not None and part != party_part(party.id.hex)
            if part not in begun and not is_other and part != dead:
                found.append((document, _with_the_decision(work, case, document, each)))
    return found


def _with_the_decision(
    work: Work, case: Case, document: str, recipient: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the recipient of the decision in place of that of new instructions alone, which say nothing without it. Its papers
    hold both (434/2003 49 §)."""
    decision = instructed(work, case) if document == "resolution" else None
    if decision is None:
        return recipient
    part = party_part(str(recipient["id"]))
    own = (
        each for each in recipients_of(work, case, document, decision) if party_part(str(each["id"])) == part
    )
    return next((each for each in own if each["id"] not in deliveries_of(work, case, decision)), recipient)


def _begun(work: Work, case: Case, decision: Resolution | None, document: str) -> frozenset[str]:
    """Return the parties on whom the service has begun, or is about to: with an attempt, with a task, or added since the
    signature. Where no way is known there is a task before the first attempt."""
    if decision is None or decision.signed_at is None:
        return frozenset()
    prefix = f"{prefix_for(decision, document)}-"
    before = instructed(work, case) if document == "resolution" else None
    added_by = (prefix, f"{prefix_for(before, document)}-") if before is not None else prefix
    tasks = [each.business_key or "" for each in work.stores.tasks.open_in(case.id)]
    added = [
        str(each.facts.get("business_key") or "")
        for each in work.stores.timeline.of_case(case.id, "recipient_added")
        if each.at >= decision.signed_at
    ]
    keys = [
        *deliveries_of(work, case, decision),
        *(each for each in tasks if each.startswith(prefix)),
        *(each for each in added if each.startswith(added_by)),
    ]
    return frozenset(party_part(each) for each in keys)


def _came_after(work: Work, case: Case, decision: Resolution, party: Party) -> bool:
    """True of who speaks for the person only since everybody had the decision: it was served on those who spoke then
    (434/2003 56 §)."""
    attempts = deliveries_of(work, case, decision).values()
    days = [each.served_on for each in attempts if each.state == "served" and each.served_on is not None]
    person_id = applicant_id(work, case)
    is_over = bool(days) and not any(is_waited_for(each, attempts, person_id) for each in attempts)
    return is_over and party.authorised_on is not None and party.authorised_on > max(days)


def removal_again(work: Work, case: Case, recipient_id: str, *, is_added: bool) -> dict[str, object]:
    """Return the variables with which a removal begins that is served on this recipient alone."""
    decision = document_of(work, case, REMOVAL)
    if decision is None:
        raise LookupError("nobody was removed")
    return {
        **removal_variables(case, wished=False),
        "removal_entry": "again",
        "only_recipient": recipient_id,
        "is_added": is_added,
        "removal_proposal": "keep" if outcome_of(decision) == KEPT else "remove",
        **removal_terms(work, case, decision),
    }


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
