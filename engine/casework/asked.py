"""Parties that have been asked: the one that a request is for, and everybody in whose mailbox its link lies."""

from __future__ import annotations

from datetime import date

from engine.casework.contact_channels import reached
from engine.casework.links import email_for_applicant
from engine.domain.cases import Case
from engine.domain.parties import ADDRESSES
from engine.domain.people import Role
from engine.executor.engine import Work
from engine.storage.parties import Party
from engine.storage.requests import InformationRequest


def addresses_of(party: Party) -> frozenset[str]:
    """Return the e-mail addresses known of a party, safe or not."""
    return frozenset(str(each) for name in ADDRESSES["email"] if (each := party.contact.get(name)))


def open_links(
    work: Work, case: Case, party: Party, parties: tuple[Party, ...]
) -> tuple[InformationRequest, ...]:
    """Return the requests to the party that a living link leads to."""
    return tuple(
        each
        for each in awaited(work, case, party, parties)
        if any(link.is_alive(work.now) for link in work.stores.links.of_request(each.id))
    )


def awaited(
    work: Work, case: Case, party: Party, parties: tuple[Party, ...]
) -> tuple[InformationRequest, ...]:
    """Return the requests that the party has been sent and has not answered."""
    return tuple(
        each
        for each in work.stores.requests.of_case(case.id)
        if each.is_open
        and each.sent_at is not None
        and each.answered_at is None
        and _is_asked(each, party, parties, work.today)
    )


def _is_asked(request: InformationRequest, party: Party, parties: tuple[Party, ...], day: date) -> bool:
    if request.party_id is not None:
        return request.party_id == party.id
    if request.recipient_role == Role.APPLICANT:
        whom = reached(parties, day)
        return (whom is not None and whom.id == party.id) or bool(
            addresses_of(party) & _mailboxes(request, parties, day)
        )
    return request.recipient_role == Role.REFERRER and party.kind == "referrer"


def _mailboxes(request: InformationRequest, parties: tuple[Party, ...], day: date) -> frozenset[str]:
    """Return the addresses to which the link has gone. Of one that was sent before they were kept: where it goes now."""
    if request.channel != "link":
        return frozenset()
    if request.mailboxes is not None:
        return request.mailboxes
    email = email_for_applicant(parties, day)
    return frozenset() if email is None else frozenset({email})
