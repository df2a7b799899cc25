"""Serving a resolution: who is served, by which channel, and what happens when it is not opened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from engine.bpmn import OperationCall
from engine.casework.messages import language_of, safe_email_of, send_to
from engine.domain.cases import Case
from engine.domain.safe_contact import safe_ways
from engine.executor import Work
from engine.instances import CompiledModels
from engine.operations.papers import write_paper
from engine.operations.related_cases import age_on
from engine.storage.parties import Party

KINDS = {"resolution": "admission", "reflection_period": "reflection_period"}
"""What a process calls the document, to the kind of resolution."""
PRESUMED_DAYS = 7
"""A letter is taken to have arrived on the seventh day after sending, unless shown otherwise (434/2003 59 §)."""
OWN_SAY_AGE = 15
"""From this age a minor and the guardian each speak, and are served, separately (434/2003 14, 56 §)."""


def list_recipients(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    """Each separately, never one marked unsafe; at least the person."""
    parties = [party for party in work.stores.parties.of_case(case.id) if not party.is_unsafe]
    person = next((party for party in parties if party.kind == "applicant"), None)
    others = [
        party
        for party in parties
        if party.kind in ("guardian", "representative", "agent") and party.is_recipient
    ]
    recipients: list[dict[str, Any]] = []
    if person is not None:
        age = age_on(person.identity, work.today)
        minor = person.is_minor and (age is None or age < 18)
        if not minor or age is None or age >= OWN_SAY_AGE or not others:
            recipients.append(_recipient(person, "minor" if minor else "person"))
    recipients += [_recipient(party, party.kind) for party in others]
    return {"recipients": recipients or [_nobody_known()]}


def _recipient(party: Party, kind: str) -> dict[str, Any]:
    return {
        "id": f"DEL-{party.id.hex[-12:]}",
        "kind": kind,
        "role": "applicant",
        "electronic_agreed": party.contact.get("electronic_delivery") == "yes",
        "post_is_safe": "post" in safe_ways(party.contact),
        "address_known": bool(party.contact.get("postal_address")),
        "has_agent": False,
    }


def _nobody_known() -> dict[str, Any]:
    """Nobody is in the register, as in an urgent call without a name: it is handed over in person."""
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
            for party in work.stores.parties.of_case(case.id)
            if f"DEL-{party.id.hex[-12:]}" == recipient_id
        ),
        None,
    )


def dispatch_resolution(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    """Open an attempt. A letter's presumed day counts from here; the other ways are served when proved."""
    recipient_id = str(call.variables["recipient"]["id"])
    channel = str(call.variables.get("channel_now") or "in_person")
    resolution = work.stores.resolutions.latest(
        case.id, KINDS[str(call.variables.get("document") or "resolution")]
    )
    party = party_of(work, case, recipient_id)
    presumed_on: date | None = work.today + timedelta(days=PRESUMED_DAYS) if channel == "letter" else None
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
    work.record(case.id, "resolution_dispatched", channel, key=recipient_id)
    return {"dispatched_at": work.now, "presumed_on": presumed_on}


def switch_to_letter(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    """Not fetched in seven days: served otherwise (13/2003 18 §)."""
    recipient = call.variables["recipient"]
    delivery = work.stores.deliveries.latest(case.id, str(recipient["id"]))
    if delivery is not None and delivery.state == "dispatched":
        work.stores.deliveries.change(delivery, state="replaced")
    # Weeks may have passed since the recipients were listed: post is asked of the register again.
    party = party_of(work, case, str(recipient["id"]))
    by_post = party is not None and "post" in safe_ways(party.contact) and not party.is_unsafe
    by_post = by_post and bool(party and party.contact.get("postal_address"))
    channel = "letter" if by_post else "in_person"
    work.record(case.id, "delivery_switched", channel, key=str(recipient["id"]))
    return {"channel_now": channel}
