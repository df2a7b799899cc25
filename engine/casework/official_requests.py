"""A request to a professional by its facts: who asks, on which ground, under which reference, by when; never of whom.

Authorities are asked so, and referrers who are professionals; a private person who referred gets the neutral mail.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.domain.cases import Case
from engine.domain.code_calls import PROFESSIONALS
from engine.domain.parties import REFERRER_KIND
from engine.domain.people import Role
from engine.errors import Invalid, NotFound
from engine.executor.engine import Work
from engine.storage.links import Link
from engine.storage.requests import InformationRequest
from engine.texts import text

REFERS_AT_WORK: Final = frozenset(
    {
        *("police", "border_guard", "migri", "reception_centre", "social_services", "health_care"),
        *("labour_inspection", "other_authority", "ngo", "parish", "legal_counsel"),
    }
)
"""Answers to `referrer_kind` of those who read mail at an authority or an organisation.

A company is not among them: it may be where the person is made to work, and its mailbox the exploiter's. Nor is `other`,
of whose mailbox nothing is known. Both get the mail that names nobody.
"""
_POLICE: Final = re.compile(r"poliisi|\bpolis|\bpolice\b", re.IGNORECASE)


class NamesPolice(Invalid):
    sentence = "Nimessä on poliisi. Vastaa, että vastaanottaja on poliisi, tai kirjoita toinen vastaanottaja."


def names_police(recipient: object) -> bool:
    """Return True if the name is one of a police authority, in Finnish, Swedish or English."""
    return _POLICE.search(str(recipient or "")) is not None


@dataclass(frozen=True, slots=True)
class OfficialRequest:
    """A request to a professional by its facts, as its mail has them: nobody's name is among them."""

    authority: str
    reference: str
    legal_basis: str
    legal_duty: str
    due_on: date | None
    language: str
    is_past_due: bool
    is_to_referrer: bool = False
    """It asks more about a referral that the recipient made."""

    @property
    def may_be_declined(self) -> bool:
        """Return True if no law makes the recipient answer: a referrer asked with the person's consent."""
        return self.is_to_referrer and not self.legal_duty


def is_official(work: Work, case: Case, request: InformationRequest) -> bool:
    """Return True if the request goes to a professional: an authority, or a referrer who referred at work."""
    if request.recipient_role != Role.REFERRER or request.kind != "information":
        return request.recipient_role == Role.OUTSIDE_AUTHORITY
    parties = work.stores.parties.of_case(case.id)
    referrer = next((each for each in parties if each.kind == Role.REFERRER), None)
    return (
        referrer is not None
        and not referrer.is_unsafe
        # A question that was skipped is held as such, and is in no set.
        and str(referrer.identity.get(REFERRER_KIND)) in REFERS_AT_WORK
    )


def link_at(work: Work, token: str, key: str = "") -> Link | None:
    """Return the link with this address if its code may open it now; see `Links.find`. A professional's opens anew although
    its page is open."""
    found = work.stores.links.find(token, work.now, key)
    if found is not None:
        return found
    opened = work.stores.links.find_open(token, work.now, key)
    if opened is None or opened.request_id is None:
        return None
    request, case = work.stores.requests.by_id(opened.request_id), work.stores.cases.get(opened.case_id)
    return opened if is_official(work, case, request) else None


def official_request(work: Work, case: Case, request: InformationRequest) -> OfficialRequest | None:
    """Return the facts of the request; None if it is to the person, or to a referrer who is a private person."""
    if not is_official(work, case, request):
        return None
    values = official_values(work, case, request)
    return OfficialRequest(
        values["authority"],
        values["request_reference"],
        values["legal_basis"],
        values["legal_duty"],
        request.due_on,
        request.language,
        is_to_referrer=request.recipient_role == Role.REFERRER,
        is_past_due=request.due_on is not None and request.due_on < work.today,
    )


def official_values(work: Work, case: Case, request: InformationRequest) -> dict[str, str]:
    """Return the values by which a professional knows a request: nobody's name is among them."""
    return {
        "authority": work.settings.authority.spoken(request.language).name,
        "request_reference": f"{case.reference}/{request.reference}",
        "legal_basis": request.legal_basis,
        "legal_duty": duty_of(request),
    }


def official_text(work: Work, case: Case, request: InformationRequest, kind: str) -> tuple[str, ...]:
    """Return the keys of the texts of a message to a professional, the best first; empty for anybody else."""
    if not is_official(work, case, request):
        return ()
    official = f"{kind}_official"
    return (f"{kind}_referrer", official) if request.recipient_role == Role.REFERRER else (official,)


def duty_of(request: InformationRequest) -> str:
    """Return in words what the basis means for the recipient (615/2020 11 and 13 §)."""
    if "615/2020 11" in request.legal_basis:
        return text(request.language, "Tieto annetaan salassapitosäännösten estämättä ja maksutta.")
    if "615/2020 13" in request.legal_basis:
        return text(request.language, "Tieto annetaan salassapitosäännösten estämättä.")
    return ""


def professional_request(work: Work, case: Case, request_key: str) -> InformationRequest:
    """Return a request whose code a professional needs now. Raise NotFound for any other."""
    request = work.stores.requests.get(case.id, request_key)
    is_awaited = request.kind == "information" and request.is_open and request.answered_at is None
    if request.recipient_role not in PROFESSIONALS or not is_awaited:
        raise NotFound
    return request
