"""Recipients of a case and the ways to contact them, from the register as it is today, never from a process's variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from engine.casework.parties_heard import has_ceased
from engine.domain.cases import Case
from engine.domain.safe_contact import IN_PERSON, may_ask_by, may_be_rung, safe_ways, unsafe_ways
from engine.domain.tasks import UserTask
from engine.executor.engine import Work
from engine.storage.parties import Party

SPEAKERS = ("guardian", "representative", "trustee")
HANDED = "in_person"
POSTED = frozenset({"letter", "acknowledgement"})
_BY_A_SAFE_WAY = ("contact_client", "tell_withheld", "tell_denied", "reflection_told", "other_help")
_TALKS = {"withdraw": "talk_way", "verify_consent": "channel"}
"""Form of a talk about the person's will to its question about the way."""
SPEAKS_NO_MORE = "speaks_no_more"
"""Why a decision is kept: who was to receive it speaks for the person no more (434/2003 14 §)."""
CONTACT_WAYS = frozenset({"phone", "sms", "email", "post", "via_person"})


def reached(parties: tuple[Party, ...], day: date) -> Party | None:
    """Return the person to contact on the day: the applicant, or for a child without safe contact a guardian or
    representative not marked unsafe. None without an applicant."""
    person = next((each for each in parties if each.kind == "applicant"), None)
    if person is None or not person.is_minor_on(day) or safe_ways(person.contact):
        return person
    speaker = next((each for each in parties if each.kind in SPEAKERS and not each.is_silent), None)
    return speaker or person


def open_ways(parties: tuple[Party, ...], day: date) -> frozenset[str]:
    """Return the ways by which the recipient may be contacted on the day; empty if they are marked unsafe."""
    party = reached(parties, day)
    if party is None or party.is_silent:
        return frozenset()
    unsafe = any(each.kind == "contact_person" and each.is_unsafe for each in parties)
    return safe_ways(party.contact) - ({"via_person"} if unsafe else frozenset())


def may_be_called(parties: tuple[Party, ...], day: date) -> bool:
    """Return True if the recipient may be called on the day, and in office hours: a call may be promised."""
    party = reached(parties, day)
    return party is not None and "phone" in open_ways(parties, day) and may_be_rung(party.contact)


def served(work: Work, case: Case, business_key: str | None) -> Party | None:
    """Return the party on whom the delivery with this business key is served; before any attempt, the party it is named after."""
    attempt = work.stores.deliveries.latest(case.id, business_key) if business_key else None
    parties = work.stores.parties.ever_of_case(case.id)
    by_attempt = (each for each in parties if attempt is not None and each.id == attempt.party_id)
    return named_after(business_key or "", parties) or next(by_attempt, None)


def receiver_of(work: Work, case: Case, business_key: str | None) -> Party | None:
    """Return who takes what the newest attempt serves: the agent of the one whom it is served on, or they themselves."""
    attempt = work.stores.deliveries.latest(case.id, business_key) if business_key else None
    parties = work.stores.parties.ever_of_case(case.id)
    taking = (each for each in parties if attempt is not None and each.id == attempt.party_id)
    return next(taking, None) or named_after(business_key or "", parties)


def receives_no_more(work: Work, case: Case, business_key: str | None, on: date) -> bool:
    """True if the one on whom this is served did not speak for the person any more on the day: it is handed to nobody in their
    name."""
    party = named_after(business_key or "", work.stores.parties.ever_of_case(case.id))
    return party is not None and has_ceased(party, work.stores.parties.applicant_of(case.id), on)


def agent_of(parties: Sequence[Party]) -> Party | None:
    """Return the agent whose power covers receiving, who tells the principal at once (434/2003 12, 56 §)."""
    return next(
        (party for party in parties if party.kind == "agent" and party.is_recipient and not party.is_unsafe),
        None,
    )


def named_after(recipient_id: str, parties: tuple[Party, ...]) -> Party | None:
    """Return the party that a recipient's id is made of."""
    ending = recipient_id.rpartition("-")[2]
    return next((each for each in parties if each.id.hex[-12:] == ending), None)


def withheld(work: Work, case: Case, task: UserTask) -> Mapping[str, frozenset[str]]:
    """Return the options that a task's page does not offer, by question. The command refuses them too."""
    if task.form_key == "record_delivery":
        return _withheld_of_delivery(work, case, task)
    if task.form_key == "choose_delivery_way":
        return _withheld_of_way(work, case, task)
    if task.form_key in _BY_A_SAFE_WAY:
        return {"contact_channel": CONTACT_WAYS - allowed_contact(work, case)}
    if task.form_key == "no_safe_service" and not receives_no_more(work, case, task.business_key, work.today):
        return {"no_safe_why": frozenset({SPEAKS_NO_MORE})}
    if task.form_key in _TALKS:
        return {_TALKS[task.form_key]: unsafe_talks(work, case)}
    return {}


def unsafe_talks(work: Work, case: Case) -> frozenset[str]:
    """Return the ways of a talk that contradict the person's list of safe ways. Nobody hears a video call but by a message
    that is safe; where calls are not, it is none either."""
    parties = work.stores.parties.of_case(case.id)
    person = reached(parties, work.today)
    if person is None or not isinstance(person.contact.get("safe_channels"), list):
        return frozenset()
    allowed = open_ways(parties, work.today)
    if may_ask_by("phone", allowed):
        return frozenset()
    is_video_safe = bool(allowed & {"email", "sms"}) and "phone" not in unsafe_ways(person.contact)
    return frozenset({"phone"} if is_video_safe else {"phone", "video"})


def _withheld_of_delivery(work: Work, case: Case, task: UserTask) -> Mapping[str, frozenset[str]]:
    """Refuse post to a person for whom it is not safe; a letter posted while it was safe may still be recorded."""
    key = task.business_key
    if post_is_safe(work, case, key) or was_posted(work, case, key):
        return {}
    return {"delivery_channel": POSTED}


def _withheld_of_way(work: Work, case: Case, task: UserTask) -> Mapping[str, frozenset[str]]:
    key = task.business_key
    by_post = post_is_safe(work, case, key) and address_of(work, case, key)
    parties = work.stores.parties.of_case(case.id)
    has_agent = agent_of(parties) is not None
    party = served(work, case, key)
    if receives_no_more(work, case, key, work.today):
        return {"next_channel": POSTED | {HANDED, "agent"}}
    handed = {HANDED} if party is not None and party.is_unsafe else set()
    withheld = (frozenset() if by_post else POSTED) | (frozenset() if has_agent else {"agent"}) | handed
    return {"next_channel": withheld} if withheld else {}


def address_of(work: Work, case: Case, business_key: str | None) -> str:
    """Return the postal address of the one on whom that delivery is served; empty where none is known."""
    party = served(work, case, business_key)
    address = party.contact.get("postal_address") if party else None
    return address if isinstance(address, str) else ""


def post_is_safe(work: Work, case: Case, business_key: str | None) -> bool:
    """Return True if, today, post is safe for the recipient of the delivery with this business key. False for an
    unknown key or None."""
    party = served(work, case, business_key)
    return party is not None and not party.is_silent and "post" in safe_ways(party.contact)


def was_posted(work: Work, case: Case, business_key: str | None) -> bool:
    """Return True if the document that this business key serves now has gone by post in any attempt. A decision made anew
    has the key of the first, whose letter does not show where this one may go."""
    attempts = [each for each in work.stores.deliveries.of_case(case.id) if each.business_key == business_key]
    return any(
        each.channel in POSTED
        and each.dispatched_at is not None
        and each.resolution_id == attempts[-1].resolution_id
        for each in attempts
    )


def allowed_contact(work: Work, case: Case) -> frozenset[str]:
    """Return the ways by which the person, or who speaks for a child, may be contacted today; always in person."""
    return open_ways(work.stores.parties.of_case(case.id), work.today) | {IN_PERSON}
