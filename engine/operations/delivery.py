"""Serving a resolution: the recipients, the channel, and what follows when it is not opened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from engine.bpmn import OperationCall
from engine.casework.messages import language_of, safe_email_of, send_to
from engine.casework.party_changes import delivery_key
from engine.domain.cases import Case
from engine.domain.law import ADULT_AGE, OWN_SAY_AGE, PRESUMED_SERVICE_DAYS
from engine.domain.parties import SPEAKERS
from engine.domain.safe_contact import safe_ways
from engine.executor import Work
from engine.instances import CompiledModels
from engine.operations.declaration import EACH_VISIT, READS_ONLY, operation
from engine.operations.papers import write_paper
from engine.storage.parties import Party

KINDS = {"resolution": "admission", "reflection_period": "reflection_period"}
"""Name of the document in a process to the kind of resolution."""


@operation(
    label="Luettele vastaanottajat",
    sentence="Luettelee, kenelle päätös annetaan tiedoksi, kullekin erikseen: henkilö, 15 vuotta täyttänyt alaikäinen ja "
    "huoltaja tai edustaja (434/2003 14 ja 56 §). Vaaralliseksi merkitty ei ole koskaan vastaanottaja.",
    inputs={},
    outputs={"recipients": "list of recipients"},
    once=READS_ONLY,
)
def list_recipients(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    """List at least one recipient: the person, if nobody else can be served."""
    parties = [party for party in work.stores.parties.of_case(case.id) if not party.is_unsafe]
    person = next((party for party in parties if party.kind == "applicant"), None)
    others = [party for party in parties if party.kind in SPEAKERS and party.is_recipient]
    recipients: list[dict[str, Any]] = []
    if person is not None:
        age = _age_on(person.identity, work.today)
        is_minor = person.is_minor and (age is None or age < ADULT_AGE)
        if not is_minor or age is None or age >= OWN_SAY_AGE or not others:
            recipients.append(_recipient(person, "minor" if is_minor else "person"))
    recipients += [_recipient(party, party.kind) for party in others]
    return {"recipients": recipients or [_unregistered_person()]}


def _age_on(identity: Mapping[str, Any], day: date) -> int | None:
    """Return whole years; None if the birth date is not known."""
    given = identity.get("born_on")
    if not isinstance(given, str):
        return None
    born_on = date.fromisoformat(given)
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def _recipient(party: Party, kind: str) -> dict[str, Any]:
    return {
        "id": delivery_key(party.id),
        "kind": kind,
        "role": "applicant",
        "electronic_agreed": party.contact.get("electronic_delivery") == "yes" and not party.is_silent,
        "post_is_safe": "post" in safe_ways(party.contact) and not party.is_silent,
        "address_known": bool(party.contact.get("postal_address")),
        "has_agent": False,
    }


def _unregistered_person() -> dict[str, Any]:
    """Return the recipient of a case without parties, such as an urgent call without a name: served in person."""
    return {
        "id": "DEL-PERSON",
        "kind": "person",
        "role": "applicant",
        "electronic_agreed": False,
        "post_is_safe": False,
        "address_known": False,
        "has_agent": False,
    }


def party_of(work: Work, case: Case, recipient_id: str) -> Party | None:
    return next(
        (
            party
            for party in work.stores.parties.ever_of_case(case.id)
            if delivery_key(party.id) == recipient_id
        ),
        None,
    )


@operation(
    label="Lähetä asiakirja",
    sentence="Avaa tiedoksiannon valitulla tavalla. Kirjeen oletettu päivä on seitsemäs lähettämisestä "
    "(434/2003 59 §); muilla tavoilla tiedoksisaanti todistetaan.",
    inputs={"recipient": "recipient", "document": "text", "channel_now": "text"},
    outputs={"dispatched_at": "date and time", "presumed_on": "date"},
    sends="päätöksen lähetys",
    records=("resolution_dispatched", "letter_written"),
    once=EACH_VISIT,
)
def dispatch_resolution(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    recipient_id = str(call.variables["recipient"]["id"])
    channel = str(call.variables.get("channel_now") or "in_person")
    resolution = work.stores.resolutions.latest(
        case.id, KINDS[str(call.variables.get("document") or "resolution")]
    )
    party = party_of(work, case, recipient_id)
    presumed_on = work.today + timedelta(days=PRESUMED_SERVICE_DAYS) if channel == "letter" else None
    work.stores.deliveries.dispatch(
        case.id,
        resolution_id=resolution.id if resolution else None,
        document_id=resolution.document_id if resolution else None,
        party_id=party.id if party else None,
        business_key=recipient_id,
        channel=channel,
        moment=work.now,
        presumed_on=presumed_on,
    )
    language = language_of(party, case)
    if channel == "letter":
        write_paper(work, case, models, "delivery_cover", {}, language=language)
    if channel == "electronic":
        send_to(
            work,
            models,
            case.id,
            "mail_delivery",
            email=safe_email_of(party),
            language=language,
            values={"link": f"{work.settings.base_url}/"},
        )
    work.record(case.id, "resolution_dispatched", channel, business_key=recipient_id)
    return {"dispatched_at": work.now, "presumed_on": presumed_on}


@operation(
    label="Vaihda toiseen tiedoksiantotapaan",
    sentence="Päättää avaamattoman sähköisen tiedoksiannon (13/2003 18 §). Seuraava tapa on kirje, jos posti on turvallinen "
    "ja osoite tiedossa; muuten asiakirja luovutetaan.",
    inputs={"recipient": "recipient"},
    outputs={"channel_now": "text"},
    sends="päätös kirjeenä",
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
    channel = "letter" if by_post else "in_person"
    work.record(case.id, "delivery_switched", channel, business_key=str(recipient["id"]))
    return {"channel_now": channel}
