"""Serving a resolution: the recipients, the electronic way, and the way that follows when it is not opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from engine.bpmn import OperationCall
from engine.casework.appeals import ADMISSION, REMOVAL, deliveries_of_resolution, lacking
from engine.casework.clienthood import has_died
from engine.casework.contact_channels import agent_of, named_after
from engine.casework.decision_corrections import (
    CORRECTED,
    REMOVAL_PREFIX,
    in_service,
    instructed,
    prefix_of,
    prepared_last,
    reached_with,
    signed_last,
)
from engine.casework.kept_decisions import is_dead
from engine.casework.messages import language_of, safe_email_of, send_to
from engine.casework.own_access import reading_of
from engine.casework.parties_heard import still_speaks
from engine.casework.posted_letters import returned_from
from engine.casework.posting import has_posting_task
from engine.domain.ages import age_of
from engine.domain.cases import Case
from engine.domain.decision_corrections import Letter
from engine.domain.law import OWN_SAY_AGE
from engine.domain.own_reading import AGREEMENT
from engine.domain.parties import SERVED_BY_LAW
from engine.domain.safe_contact import safe_ways
from engine.errors import Invalid
from engine.executor import Work
from engine.instances import CompiledModels
from engine.operations.declaration import EACH_VISIT, READS_ONLY, operation
from engine.storage.parties import Party
from engine.storage.resolutions import Delivery, Resolution

REFLECTION = "reflection_period"
UNSERVED = "unserved"
PREFIXES = {"resolution": "DEL", REFLECTION: "HAR", "removal": REMOVAL_PREFIX}
"""A recipient of two documents has an attempt of its own for each; of corrections and of decisions on the reflection period,
one for each of them."""


class NoPostingTask(Invalid):
    sentence = (
        "Tämän asian kaaviossa ei ole tehtävää, jossa kirje kirjataan postitetuksi. Valitse luovutus henkilökohtaisesti: "
        "seuraavassa tehtävässä voit kirjata myös kirjeen, kun henkilö on saanut sen."
    )


@operation(
    label="Luettele vastaanottajat",
    sentence="Luettelee, kenelle päätös annetaan tiedoksi, kullekin erikseen: henkilö, 15 vuotta täyttänyt alaikäinen ja "
    "huoltaja, edustaja tai edunvalvoja (434/2003 14 ja 56 §). Asiamies ottaa vastaan päämiehensä puolesta. Vaaralliseksi merkitty ei "
    "ole koskaan vastaanottaja. Palautunut päätös annetaan vain niille, joilta se puuttuu.",
    inputs={"document": "text", "only": "text"},
    outputs={"recipients": "list of recipients"},
    once=READS_ONLY,
)
def list_recipients(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    only = call.variables.get("only")
    document = str(call.variables.get("document") or "resolution")
    served = document_of(work, case, document, call.instance_id)
    if only and only != UNSERVED and document in ("resolution", REMOVAL):
        # With new instructions in service, the decision itself is served again on one whose letter of it came back.
        served = served_resolution(work, case, document, str(only))
    found = without_the_decision(work, case, served)
    entitled = recipients_of(work, case, document, served)
    decision = instructed(work, case) if only == UNSERVED else None
    if decision is not None:
        owed = lacking(work, case)
        entitled += [each for each in recipients_of(work, case, document, decision) if each["id"] in owed]
    listed = [
        # A letter to an address from which post came back would come back too: a person chooses the way.
        {**each, "address_known": each["address_known"] and not _came_back(work, case, str(each["id"]))}
        for each in entitled
        if party_part(str(each["id"])) not in found
    ]
    if not has_posting_task(models):
        # Diagrams of versions before take a letter for posted: there a person serves it, and says how.
        listed = [{**each, "post_is_safe": False, "has_agent": False} for each in listed]
    if only == UNSERVED:
        reached = {
            key
            for key, each in deliveries_of_resolution(work, case).items()
            if each.state == "served" or is_dead(each)
        }
        return {"recipients": [each for each in listed if each["id"] not in reached]}
    return {"recipients": [each for each in listed if each["id"] == only] or listed if only else listed}


def without_the_decision(work: Work, case: Case, copy: Resolution | None) -> frozenset[str]:
    """Return those to whom the decision has not left when its corrected copy is handed out: they get the copy as the decision,
    with the appeal period that runs from it."""
    if copy is None or copy.outcome != Letter.COPY:
        return frozenset()
    resolutions = work.stores.resolutions.of_case(case.id)
    newest = {each.business_key: each for each in work.stores.deliveries.of_case(case.id)}.values()
    waiting = (each for each in newest if each.dispatched_at is None and each.resolution_id != copy.id)
    keys = (each.business_key for each in waiting if reached_with(resolutions, each) == copy)
    return frozenset(party_part(str(each)) for each in keys)


def party_part(recipient_id: str) -> str:
    """Return what a recipient's id, or the id of a party, has of the party."""
    return recipient_id.rpartition("-")[2][-12:]


def _came_back(work: Work, case: Case, recipient_id: str) -> bool:
    return returned_from(work, case, party_of(work, case, recipient_id)) is not None


def recipients_of(
    work: Work, case: Case, document: str, served: Resolution | None = None
) -> list[dict[str, Any]]:
    """Return at least one recipient: the person, if nobody else can be served. `served`: the resolution itself, where two
    are called by one name."""
    parties = [party for party in work.stores.parties.of_case(case.id) if not party.is_unsafe]
    person = next((party for party in parties if party.kind == "applicant"), None)
    prefix = prefix_for(served or document_of(work, case, document), document)
    recipients: list[dict[str, Any]] = []
    speakers = [party for party in parties if party.kind != "applicant" and _is_served(party)]
    if person is not None:
        age = age_of(person.identity, work.today)
        is_minor = person.is_minor_on(work.today)
        if not is_minor:
            # An adult, also one who came of age meanwhile, is served alone: a guardian may be whom they fear (434/2003 14, 56 §).
            speakers = [party for party in speakers if still_speaks(party, person, work.today)]
        if not is_minor or age is None or age >= OWN_SAY_AGE or not speakers:
            needs_deputy = is_minor and age is not None and age < OWN_SAY_AGE
            recipients.append(
                {
                    **_recipient(
                        person,
                        "minor" if is_minor else "person",
                        prefix,
                        may_read=reading_of(work, case).is_open,
                    ),
                    "has_agent": agent_of(parties) is not None,
                    "needs_deputy": needs_deputy,
                    "is_dead": has_died(work, case),
                }
            )
    recipients += [_recipient(party, party.kind, prefix) for party in speakers]
    return recipients or [_unregistered_person(prefix, is_dead=has_died(work, case))]


def _is_served(party: Party) -> bool:
    return party.kind in (*SERVED_BY_LAW, "trustee") and party.is_recipient


def document_of(work: Work, case: Case, document: str, instance_id: UUID | None = None) -> Resolution | None:
    """Return the newest signed resolution that a process calls by this name. Of corrections side by side: this instance's."""
    if document == "resolution":
        return in_service(work, case)
    if document == REMOVAL:
        return in_service(work, case, kind=REMOVAL)
    own = prepared_last(work, case, CORRECTED, instance_id) if document == CORRECTED and instance_id else None
    if own is not None and own.state == "signed":
        return own
    return signed_last(work, case, document)


def served_resolution(work: Work, case: Case, document: str, recipient_id: str) -> Resolution | None:
    """Return the resolution that is served on this recipient. Of two decisions on the reflection period, or two corrections,
    that are served side by side, and of a decision whose service still ends when another has been signed in its place, it is
    the one of the attempts before, or the one that the recipient's id is made of."""
    newest = document_of(work, case, document)
    prefix = recipient_id.partition("-")[0]
    if document not in (REFLECTION, CORRECTED) and prefix == prefix_for(newest, document):
        return newest
    kinds = (ADMISSION, CORRECTED) if document == "resolution" else (document,)
    signed = {
        each.id: each
        for each in work.stores.resolutions.of_case(case.id)
        if each.kind in kinds and each.state == "signed"
    }
    attempt = work.stores.deliveries.latest(case.id, recipient_id)
    if attempt is not None and attempt.resolution_id in signed:
        return signed[attempt.resolution_id]
    return next((each for each in signed.values() if prefix_for(each, document) == prefix), newest)


def number_of(work: Work, case: Case, delivery: Delivery | None) -> str | None:
    """Return the number of the decision that an attempt serves; None of a paper that has none."""
    served = (
        reached_with(work.stores.resolutions.of_case(case.id), delivery) if delivery is not None else None
    )
    return served.number if served is not None else None


def prefix_for(resolution: Resolution | None, document: str) -> str:
    """Return the beginning of the ids of a document's recipients."""
    place = resolution.number.rpartition("-H")[2] if resolution and document == REFLECTION else ""
    return prefix_of(resolution) or PREFIXES.get(document, "DEL") + place


def _recipient(party: Party, kind: str, prefix: str, *, may_read: bool = False) -> dict[str, Any]:
    """`may_read`: the recipient can open a letter sent electronically, by identifying themselves (13/2003 18 §)."""
    return {
        "id": f"{prefix}-{party.id.hex[-12:]}",
        "kind": kind,
        "role": "applicant",
        "electronic_agreed": may_read and party.contact.get(AGREEMENT) == "yes" and not party.is_silent,
        "post_is_safe": "post" in safe_ways(party.contact) and not party.is_silent,
        "address_known": bool(party.contact.get("postal_address")),
        "has_agent": False,
        "needs_deputy": False,
        "is_dead": False,
    }


def _unregistered_person(prefix: str, *, is_dead: bool) -> dict[str, Any]:
    """Return the recipient of a case without parties, such as an urgent call without a name: served in person."""
    return {
        "id": f"{prefix}-PERSON",
        "kind": "person",
        "role": "applicant",
        "electronic_agreed": False,
        "post_is_safe": False,
        "address_known": False,
        "has_agent": False,
        "needs_deputy": False,
        "is_dead": is_dead,
    }


def party_of(work: Work, case: Case, recipient_id: str) -> Party | None:
    return named_after(recipient_id, work.stores.parties.ever_of_case(case.id))


def open_delivery(
    work: Work,
    case: Case,
    call: OperationCall,
    *,
    paper: UUID | None = None,
    served_through: Party | None = None,
) -> UUID:
    """Open an attempt on the recipient. Nothing is dispatched by it."""
    recipient_id = str(call.variables["recipient"]["id"])
    party = served_through or party_of(work, case, recipient_id)
    document = str(call.variables.get("document") or "resolution")
    resolution = served_resolution(work, case, document, recipient_id)
    return work.stores.deliveries.open(
        case.id,
        resolution_id=resolution.id if resolution else None,
        document_id=paper or (resolution.document_id if resolution else None),
        party_id=party.id if party else None,
        business_key=recipient_id,
        channel=str(call.variables.get("channel_now") or "in_person"),
    )


@operation(
    label="Lähetä asiakirja sähköisesti",
    sentence="Avaa sähköisen todisteellisen tiedoksiannon (13/2003 18 §) ja panee neutraalin viestin lähetysjonoon. "
    "Kirjeen lähettää ihminen, ei tämä.",
    inputs={"recipient": "recipient", "document": "text", "channel_now": "text"},
    outputs={"dispatched_at": "date and time"},
    sends="tieto sähköisestä asiakirjasta",
    records=("resolution_dispatched",),
    once=EACH_VISIT,
)
def dispatch_resolution(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    channel = call.variables.get("channel_now")
    if channel != "electronic":
        if has_posting_task(models):
            raise ValueError("only what is sent electronically is dispatched by the program")
        if channel in ("letter", "agent"):
            raise NoPostingTask(field="next_channel")
        open_delivery(work, case, call)
        return {"dispatched_at": None}
    recipient_id = str(call.variables["recipient"]["id"])
    work.stores.deliveries.dispatch(open_delivery(work, case, call), moment=work.now, presumed_on=None)
    party = party_of(work, case, recipient_id)
    send_to(
        work,
        models,
        case.id,
        "mail_delivery",
        email=safe_email_of(party),
        language=language_of(party, case),
        values={"link": f"{work.settings.base_url}/"},
    )
    number = number_of(work, case, work.stores.deliveries.latest(case.id, recipient_id))
    work.record(case.id, "resolution_dispatched", "electronic", business_key=recipient_id, number=number)
    return {"dispatched_at": work.now}


@operation(
    label="Vaihda toiseen tiedoksiantotapaan",
    sentence="Päättää avaamattoman sähköisen tiedoksiannon (13/2003 18 §). Seuraava tapa on kirje, jos posti on turvallinen "
    "ja osoite tiedossa; muuten asiakirja luovutetaan.",
    inputs={"recipient": "recipient"},
    outputs={"channel_now": "text"},
    records=("delivery_switched",),
    once=EACH_VISIT,
)
def switch_to_letter(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    recipient = call.variables["recipient"]
    delivery = work.stores.deliveries.latest(case.id, str(recipient["id"]))
    if delivery is not None and delivery.state == "dispatched":
        work.stores.deliveries.change(delivery, state="replaced")
    # Weeks may have passed since the recipients were listed: post is asked of the register again.
    party = party_of(work, case, str(recipient["id"]))
    by_post = party is not None and "post" in safe_ways(party.contact) and not party.is_silent
    by_post = by_post and bool(party and party.contact.get("postal_address"))
    by_post = by_post and returned_from(work, case, party) is None
    channel = "letter" if by_post and has_posting_task(models) else "in_person"
    work.record(case.id, "delivery_switched", channel, business_key=str(recipient["id"]))
    return {"channel_now": channel}
