"""Recipients of a case and their contact channels, from the register as it is today, never from a process's memory."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from engine.domain.cases import Case
from engine.domain.safe_contact import IN_PERSON, safe_ways
from engine.domain.tasks import UserTask
from engine.executor.engine import Work
from engine.storage.parties import Party

SPEAKERS = ("guardian", "representative", "trustee")
POSTED = frozenset({"letter", "acknowledgement"})
CONTACT_WAYS = frozenset({"phone", "sms", "email", "post", "via_person"})


def reached(parties: tuple[Party, ...]) -> Party | None:
    """Return the person; for a child without contact of their own, the parties who speak for them and are not marked unsafe."""
    person = next((each for each in parties if each.kind == "applicant"), None)
    if person is None or not person.is_minor or safe_ways(person.contact):
        return person
    speaker = next((each for each in parties if each.kind in SPEAKERS and not each.is_silent), None)
    return speaker or person


def open_ways(parties: tuple[Party, ...]) -> frozenset[str]:
    """Return the safe ways of the case's recipients today; none through a party marked unsafe."""
    party = reached(parties)
    if party is None or party.is_silent:
        return frozenset()
    unsafe = any(each.kind == "contact_person" and each.is_unsafe for each in parties)
    return safe_ways(party.contact) - ({"via_person"} if unsafe else frozenset())


def served(work: Work, case: Case, business_key: str | None) -> Party | None:
    """On whom the delivery of that name is served."""
    attempt = work.stores.deliveries.latest(case.id, business_key) if business_key else None
    return _party(work, case, attempt.party_id if attempt else None)


def withheld(work: Work, case: Case, task: UserTask) -> Mapping[str, frozenset[str]]:
    """Options that the page of a task does not offer, by question. The command refuses them besides."""
    if task.form_key == "record_delivery":
        return _withheld_of_delivery(work, case, task)
    if task.form_key in ("contact_client", "tell_withheld"):
        return {"contact_channel": CONTACT_WAYS - allowed_contact(work, case)}
    return {}


def _withheld_of_delivery(work: Work, case: Case, task: UserTask) -> Mapping[str, frozenset[str]]:
    """Refuse post to a person for whom it is not safe; a letter posted while it was safe may still be recorded."""
    if post_is_safe(work, case, task.business_key):
        return {}
    withheld = {"next_channel": frozenset({"letter"})}
    return withheld if was_posted(work, case, task.business_key) else {**withheld, "delivery_channel": POSTED}


def post_is_safe(work: Work, case: Case, business_key: str | None) -> bool:
    """For whom that delivery is served, today."""
    party = served(work, case, business_key)
    return party is not None and not party.is_silent and "post" in safe_ways(party.contact)


def was_posted(work: Work, case: Case, business_key: str | None) -> bool:
    """True if any attempt of the delivery went by post."""
    return any(
        each.business_key == business_key and each.channel in POSTED
        for each in work.stores.deliveries.of_case(case.id)
    )


def allowed_contact(work: Work, case: Case) -> frozenset[str]:
    """By which ways the person, or who speaks for a child, may be contacted today."""
    return open_ways(work.stores.parties.of_case(case.id)) | {IN_PERSON}


def _party(work: Work, case: Case, party_id: UUID | None) -> Party | None:
    """A delivery stays the delivery to whom it was made, also when they are no party any more."""
    return next((each for each in work.stores.parties.ever_of_case(case.id) if each.id == party_id), None)
