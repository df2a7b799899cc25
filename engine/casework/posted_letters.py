"""Letters that left the house by post: each can come back, whatever it was and whenever it does (434/2003 59 §)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from engine.casework.contact_channels import POSTED, reached, served
from engine.casework.postal_addresses import ADDRESS, require_postal_address
from engine.clock import day_of
from engine.domain.arrivals import ArrivalKind
from engine.domain.cases import Case
from engine.errors import Invalid
from engine.executor.engine import Work
from engine.storage.parties import Party
from engine.storage.timeline import CaseEvent
from engine.texts import day

RETURNED: Final = "mail_returned"
_UNDER_WAY: Final = frozenset({"dispatched", "served"})
_LEFT: Final = "notice_sent"
_BY_POST: Final = frozenset({"post", None})
"""Ways in the record of what left; None of versions before, which did not keep it there."""


@dataclass(frozen=True, slots=True)
class PostedLetter:
    key: str
    """Of the delivery on its recipient, or the id of its document."""
    left_on: date
    kind: str = ""
    """Kind of the decision that it serves; empty of other letters."""
    number: str = ""
    title: str = ""
    """Of its document, where it serves no decision."""
    party_id: UUID | None = None


def letters_out(work: Work, case: Case) -> tuple[PostedLetter, ...]:
    """Return the letters that left by post and have not come back, the newest first."""
    back = {
        each.business_key
        for each in work.stores.arrivals.of_case(case.id)
        if each.kind is ArrivalKind.RETURNED
    }
    found = [*_decisions(work, case), *(each for each in _papers(work, case) if each.key not in back)]
    return tuple(sorted(found, key=lambda each: (each.left_on, each.key), reverse=True))


def _decisions(work: Work, case: Case) -> list[PostedLetter]:
    resolutions = {each.id: each for each in work.stores.resolutions.of_case(case.id)}
    newest = {each.business_key: each for each in work.stores.deliveries.of_case(case.id)}
    found = []
    for key, each in newest.items():
        if key is None or each.channel not in POSTED or each.state not in _UNDER_WAY:
            continue
        resolution = resolutions.get(each.resolution_id) if each.resolution_id else None
        if each.dispatched_at is not None and resolution is not None:
            found.append(
                PostedLetter(
                    key,
                    day_of(each.dispatched_at),
                    kind=resolution.kind,
                    number=resolution.number,
                    party_id=each.party_id,
                )
            )
    return found


def _papers(work: Work, case: Case) -> list[PostedLetter]:
    titles = {str(each.id): each.title for each in work.stores.documents.of_case(case.id)}
    return [
        PostedLetter(document, left_on(each), title=titles[document])
        for each in work.stores.timeline.of_case(case.id, _LEFT)
        if each.facts.get("way") in _BY_POST and (document := str(each.facts.get("document") or "")) in titles
    ]


def has_come_back(work: Work, case: Case, request: str) -> bool:
    """True of a request whose last letter came back by post, and which nobody has let the person know otherwise since."""
    sent = [
        each
        for each in work.stores.timeline.of_case(case.id, _LEFT)
        if each.facts.get("business_key") == request
    ]
    letter = sent[-1].facts.get("document") if sent else None
    back = [
        each.registered_at
        for each in work.stores.arrivals.of_case(case.id)
        if each.kind is ArrivalKind.RETURNED and letter is not None and each.business_key == letter
    ]
    asked_anew = [
        each.at
        for each in work.stores.timeline.of_case(case.id, "request_extended", "request_sent")
        if each.facts.get("business_key") == request
    ]
    return bool(back) and not any(at >= max(back) for at in asked_anew)


def left_on(sent: CaseEvent) -> date:
    """Return the day on which a paper left, as its sender wrote it: what left on Monday may be recorded on Friday."""
    written = sent.facts.get("sent_on")
    return date.fromisoformat(written) if isinstance(written, str) else day_of(sent.at)


@dataclass(frozen=True, slots=True)
class ReturnedPost:
    """Post that came back from the address that a party has today."""

    on: date
    known_at: datetime


class AddressReturned(Invalid):
    sentence = (
        "Posti palautui tästä osoitteesta %(day)s, eikä osoitetta ole muutettu sen jälkeen. Muuta osoite henkilön tietoihin "
        "(asian sivu, Henkilö ja perhe), tai valitse toinen turvallinen tapa."
    )


def require_address(work: Work, case: Case, *, field: str) -> None:
    """Raise AddressReturned if a letter to the person, or to whom they are reached through, would go where one came back from;
    AddressMissing if it would go nowhere."""
    reader = reached(work.stores.parties.of_case(case.id), work.today)
    require_postal_address(work, case, reader, field=field)
    came_back = returned_from(work, case, reader)
    if came_back is not None:
        raise AddressReturned(field=field, day=day("fi", came_back.on))


def returned_from(work: Work, case: Case, party: Party | None) -> ReturnedPost | None:
    """Return the newest post that came back from a party's address as it is today. None once the address was changed after
    that letter left."""
    if party is None or not party.contact.get(ADDRESS) or not _came_back(work, case):
        return None
    changed = [
        each.made_at
        for each in work.stores.corrections.of_subject(case.id, party.id)
        if ADDRESS in each.before or ADDRESS in each.after
    ]
    since = max(changed, default=None)
    found = [
        each
        for sent_at, each in (*_returned_decisions(work, case, party), *_returned_papers(work, case, party))
        if since is None or sent_at > since
    ]
    return max(found, key=lambda each: each.known_at, default=None)


def _came_back(work: Work, case: Case) -> bool:
    if any(each.state == "returned" for each in work.stores.deliveries.of_case(case.id)):
        return True
    return any(each.kind is ArrivalKind.RETURNED for each in work.stores.arrivals.of_case(case.id))


def _returned_decisions(work: Work, case: Case, party: Party) -> list[tuple[datetime, ReturnedPost]]:
    events = {
        each.facts.get("business_key"): each.at for each in work.stores.timeline.of_case(case.id, RETURNED)
    }
    return [
        (each.dispatched_at, ReturnedPost(day_of(each.returned_at), events[each.business_key]))
        for each in work.stores.deliveries.of_case(case.id)
        if each.state == "returned"
        and each.returned_at is not None
        and each.dispatched_at is not None
        and each.business_key in events
        and _is_party(served(work, case, each.business_key), party)
    ]


def _returned_papers(work: Work, case: Case, party: Party) -> list[tuple[datetime, ReturnedPost]]:
    """Return the letters of requests and hearings that came back from the party."""
    returned = {
        each.business_key: each
        for each in work.stores.arrivals.of_case(case.id)
        if each.kind is ArrivalKind.RETURNED and each.business_key
    }
    if not returned:
        return []
    parties = work.stores.parties.of_case(case.id)
    found = []
    for each in work.stores.timeline.of_case(case.id, _LEFT):
        arrival = returned.get(str(each.facts.get("document") or ""))
        if arrival is None:
            continue
        request = work.stores.requests.find(case.id, str(each.facts.get("business_key") or ""))
        if request is None:
            continue
        asked = next((one for one in parties if one.id == request.party_id), None)
        if asked is None and request.recipient_role == "applicant":
            asked = reached(parties, work.today)
        if _is_party(asked, party):
            found.append((each.at, ReturnedPost(arrival.arrived_on, arrival.registered_at)))
    return found


def _is_party(found: Party | None, party: Party) -> bool:
    return found is not None and found.id == party.id


def is_owed_reason(work: Work, case: Case, business_key: str | None) -> bool:
    """Return True if post came back from where this delivery's letter would go, and nobody has written since then why
    another would arrive."""
    came_back = returned_from(work, case, served(work, case, business_key))
    if came_back is None:
        return False
    chosen = work.stores.submissions.latest(case.id, "choose_delivery_way", business_key)
    written = chosen is not None and bool(chosen.answers.get("why_arrives_now"))
    return not (written and chosen is not None and chosen.sent_at >= came_back.known_at)
