"""Letters that have left for a party's home: of those that may not have arrived somebody asks if the address is safe, and of
those presumed received if the person has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from engine.casework.appeals import MAIL_RETURNED, posted_and_served
from engine.casework.asked import awaited
from engine.casework.contact_channels import POSTED, named_after
from engine.casework.party_changes import pause_answers
from engine.casework.shared_ways import post_of
from engine.clock import day_of, noon_of
from engine.domain.cases import Case
from engine.domain.safe_contact import safe_ways
from engine.errors import Invalid
from engine.executor.engine import Work
from engine.storage.parties import Party
from engine.storage.withheld_messages import Withheld

FIELD: Final = "letters_address"
SAFE, UNSAFE, UNKNOWN = "safe", "unsafe", "unknown"
ANSWERS: Final = (SAFE, UNSAFE, UNKNOWN)
DOUBTED: Final = "doubted"
"""State of a delivery whose letter went where somebody else may open it: nothing is presumed of it."""
WARN: Final = "letter_in_danger"
RECEIVED_FIELD: Final = "letters_received"
RECEIVED, NOT_RECEIVED, OPENED_BY_OTHER = "received", "not_received", "opened_by_other"
REBUTS: Final = frozenset({NOT_RECEIVED, OPENED_BY_OTHER})
"""Answers by which something else is shown than what is presumed (434/2003 59 §)."""
RECEIPTS: Final = (RECEIVED, NOT_RECEIVED, OPENED_BY_OTHER, UNKNOWN)
CONFIRMED: Final = "presumed_service_confirmed"
LETTER_LOST: Final = "letter_lost"
"""Due row: a decision was recorded as posted after its address had become unsafe."""


@dataclass(frozen=True, slots=True)
class UnderWay:
    kind: str
    """resolution or request."""
    left_on: date
    key: str = ""
    """Of the delivery or the request."""


def letters_under_way(work: Work, case: Case, party: Party) -> tuple[UnderWay, ...]:
    """Return the letters to the party that were posted and neither arrived, by proof or answer, nor came back."""
    decisions = [
        UnderWay("resolution", day_of(each.dispatched_at), each.business_key or "")
        for each in work.stores.deliveries.of_case(case.id)
        if each.channel in POSTED
        and each.state == "dispatched"
        and each.dispatched_at is not None
        and (each.party_id == party.id or named_after(each.business_key or "", (party,)) is not None)
    ]
    asked = [
        UnderWay("request", day_of(each.sent_at), each.reference)
        for each in awaited(work, case, party, work.stores.parties.of_case(case.id))
        if each.channel == "letter" and each.sent_at is not None
    ]
    return tuple(sorted([*decisions, *asked], key=lambda each: each.left_on))


def presumed_letters(work: Work, case: Case, party: Party) -> tuple[UnderWay, ...]:
    """Return the decisions that the party is presumed to have received by post, and of which nobody knows it. Not those that
    nothing could serve anew."""
    beside = posted_and_served(work, case)
    # A decision made anew, or a second letter of one, has the key of the first, whose receipt does not show that this one arrived.
    known = {
        str(each.facts.get("business_key") or ""): each.at
        for each in work.stores.timeline.of_case(case.id, CONFIRMED)
    }
    newest = {each.business_key: each for each in work.stores.deliveries.of_case(case.id)}
    found = [
        UnderWay("resolution", day_of(each.dispatched_at), key)
        for key, each in newest.items()
        if key is not None
        and each.channel in POSTED
        and each.state == "served"
        and each.is_presumed
        and each.dispatched_at is not None
        and (key not in known or known[key] < each.dispatched_at)
        and (each.party_id == party.id or named_after(key, (party,)) is not None)
        and (key in beside or work.stores.subscriptions.find(case.id, MAIL_RETURNED, key) is not None)
    ]
    return tuple(sorted(found, key=lambda each: each.left_on))


def problems_of_receipt(
    letters: tuple[UnderWay, ...], answer: str, before: Party, after: Party
) -> dict[str, Invalid]:
    """Return what a change must still say of letters presumed received: owed once post is not safe any more."""
    is_lost = "post" in safe_ways(before.contact) and "post" not in safe_ways(after.contact)
    if not letters or answer in RECEIPTS or (not answer and not is_lost):
        return {}
    return {RECEIVED_FIELD: Invalid("Kirje on katsottu saaduksi. Vastaa, onko henkilö itse saanut sen.")}


def confirm_receipt(work: Work, case: Case, letters: tuple[UnderWay, ...]) -> None:
    for each in letters:
        work.record(case.id, CONFIRMED, business_key=each.key)


def problems_of_letters(
    letters: tuple[UnderWay, ...], answer: str, before: Party, after: Party
) -> dict[str, Invalid]:
    """Return what the change must still say of the address to which letters are under way."""
    if not letters:
        return {}
    if answer not in ANSWERS:
        return {FIELD: Invalid("Kirje on matkalla. Vastaa, onko osoite, johon se lähti, turvallinen.")}
    stays = not post_of(after) or post_of(after) == post_of(before)
    if answer == UNSAFE and stays and "post" in safe_ways(after.contact):
        return {FIELD: Invalid("Osoite ei ole turvallinen: merkitse kirje tavaksi, joka ei ole turvallinen.")}
    return {}


def doubt(work: Work, case: Case, letters: tuple[UnderWay, ...]) -> None:
    """The address to which these letters left is not safe: nothing counts from them as if the person had them.

    Service is presumed until something else is shown (434/2003 59 §): as of post that came back, the decision is served
    anew and its period begins then. The days to answer a question stand still until the person knows of it.
    """
    for each in letters:
        work.record(case.id, WARN, each.kind, business_key=each.key or None, left_on=each.left_on.isoformat())
    pause_answers(work, case, {each.key for each in letters if each.kind == "request"})
    for each in letters:
        waiting = work.stores.subscriptions.find(case.id, MAIL_RETURNED, each.key)
        delivery = work.stores.deliveries.latest(case.id, each.key)
        if each.kind == "resolution" and waiting is not None and delivery is not None:
            work.stores.deliveries.change(delivery, state=DOUBTED)
            work.instances.correlate(work.stores.cases.get(case.id), MAIL_RETURNED, each.key, {})


def doubt_recorded_late(work: Work, case: Case, recipient_id: str) -> None:
    """A letter left while its address was safe and was recorded when it no longer was: as of one that had been recorded at
    once, nothing is presumed of it."""
    each = work.stores.deliveries.latest(case.id, recipient_id)
    if each is not None and each.state == "dispatched" and each.dispatched_at is not None:
        doubt(work, case, (UnderWay("resolution", day_of(each.dispatched_at), recipient_id),))


def rebut(work: Work, case: Case, letter: UnderWay, shown: str) -> bool:
    """Show that the person has not received a letter that they are presumed to have: it is served anew as post that came
    back is, and the period begins then (434/2003 59 §). Return False where nothing waits for it any more: an instance of
    its own begins. `shown`: one of REBUTS."""
    left_on = letter.left_on.isoformat()
    work.record(case.id, WARN, letter.kind, business_key=letter.key, left_on=left_on, shown=shown)
    delivery = work.stores.deliveries.latest(case.id, letter.key)
    if delivery is not None:
        work.stores.deliveries.change(delivery, state=DOUBTED)
    if work.stores.subscriptions.find(case.id, MAIL_RETURNED, letter.key) is None:
        return False
    work.instances.correlate(work.stores.cases.get(case.id), MAIL_RETURNED, letter.key, {})
    return True


def in_danger(work: Work, case: Case, since: datetime) -> tuple[Withheld, ...]:
    """Return the letters that went where somebody else may open them, of which the person is to be warned."""
    return tuple(
        Withheld(f"letter_{each.subject}", noon_of(date.fromisoformat(str(each.facts["left_on"]))), each.at)
        for each in work.stores.timeline.of_case(case.id)
        if each.kind == WARN and each.at >= since
    )
