"""Recipients of a case and the ways to contact them, from the register as it is today, never from a process's variables."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from engine.domain.cases import Case
from engine.domain.safe_contact import IN_PERSON, safe_ways
from engine.domain.tasks import UserTask
from engine.executor.engine import Work
from engine.storage.parties import Party

SPEAKERS = ("guardian", "representative")
POSTED = frozenset({"letter", "acknowledgement"})
CONTACT_WAYS = frozenset({"phone", "sms", "email", "post", "via_person"})


def reached(parties: tuple[Party, ...]) -> Party | None:
    """Return the person to contact: the applicant, or for a child without safe contact a guardian or representative
    not marked unsafe. None without an applicant."""
    person = next((each for each in parties if each.kind == "applicant"), None)
    if person is None or not person.is_minor or safe_ways(person.contact):
        return person
    speaker = next((each for each in parties if each.kind in SPEAKERS and not each.is_unsafe), None)
    return speaker or person


def open_ways(parties: tuple[Party, ...]) -> frozenset[str]:
    """Return the ways by which the recipient may be contacted today; empty if they are marked unsafe."""
    party = reached(parties)
    if party is None or party.is_unsafe:
        return frozenset()
    unsafe = any(each.kind == "contact_person" and each.is_unsafe for each in parties)
    return safe_ways(party.contact) - ({"via_person"} if unsafe else frozenset())


def served(work: Work, case: Case, business_key: str | None) -> Party | None:
    """Return the party on whom the delivery with this business key is served; None if there is none."""
    attempt = work.stores.deliveries.latest(case.id, business_key) if business_key else None
    return _party(work, case, attempt.party_id if attempt else None)


def withheld(work: Work, case: Case, task: UserTask) -> Mapping[str, frozenset[str]]:
    """Return the options that a task's page does not offer, by question. The command refuses them too."""
    if task.form_key == "record_delivery":
        return _withheld_of_delivery(work, case, task)
    if task.form_key == "contact_client":
        return {"contact_channel": CONTACT_WAYS - allowed_contact(work, case)}
    return {}


def _withheld_of_delivery(work: Work, case: Case, task: UserTask) -> Mapping[str, frozenset[str]]:
    """Return the options for post if it is not safe for the recipient. A letter posted while it was safe may still be recorded."""
    if post_is_safe(work, case, task.business_key):
        return {}
    withheld = {"next_channel": frozenset({"letter"})}
    return withheld if was_posted(work, case, task.business_key) else {**withheld, "delivery_channel": POSTED}


def post_is_safe(work: Work, case: Case, business_key: str | None) -> bool:
    """Return True if, today, post is safe for the recipient of the delivery with this business key. False for an
    unknown key or None."""
    party = served(work, case, business_key)
    return party is not None and not party.is_unsafe and "post" in safe_ways(party.contact)


def was_posted(work: Work, case: Case, business_key: str | None) -> bool:
    """Return True if any attempt of the delivery with this business key went by post."""
    return any(
        each.business_key == business_key and each.channel in POSTED
        for each in work.stores.deliveries.of_case(case.id)
    )


def allowed_contact(work: Work, case: Case) -> frozenset[str]:
    """Return the ways by which the person, or who speaks for a child, may be contacted today; always in person."""
    return open_ways(work.stores.parties.of_case(case.id)) | {IN_PERSON}


def _party(work: Work, case: Case, party_id: UUID | None) -> Party | None:
    return next((each for each in work.stores.parties.of_case(case.id) if each.id == party_id), None)
