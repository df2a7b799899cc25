"""The reader of a letter beside a decision: whose name stands on its envelope, and whether it may go there by post."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.casework.contact_channels import open_ways, reached
from engine.domain.cases import Case
from engine.domain.people import Role
from engine.domain.safe_contact import safe_ways
from engine.executor.engine import Work
from engine.storage.parties import Party
from engine.storage.requests import InformationRequest

NEW_DATE: Final = "request_new_date"
"""A letter that tells of more time to answer: what was asked, with the new day."""


@dataclass(frozen=True, slots=True)
class PaperReader:
    role: str
    party: Party | None
    """None of an authority, or where the case has no such party any more."""
    post_is_safe: bool

    @property
    def is_unsafe(self) -> bool:
        return self.party is not None and self.party.is_unsafe


def request_of(work: Work, case: Case, scope: Mapping[str, Any]) -> InformationRequest | None:
    """Return the request whose letter the task sends; None of a letter of another kind."""
    asked = scope.get("request")
    return work.stores.requests.get(case.id, str(asked["id"])) if isinstance(asked, dict) else None


def key_of_new_date(request: InformationRequest) -> str:
    """Return the key of the letter on the request's present day. It is not the request's own: what was posted by that key
    asked, or held a hearing out."""
    return f"{request.reference}:{request.due_on}"


def request_behind(work: Work, case: Case, key: str | None) -> InformationRequest | None:
    """Return the request or hearing that the letter with this key is about."""
    return work.stores.requests.find(case.id, (key or "").partition(":")[0])


def moved_request(work: Work, case: Case, scope: Mapping[str, Any]) -> InformationRequest | None:
    """Return the request of whose new day the letter tells; None of another letter."""
    is_new_date = scope.get("notice") == NEW_DATE
    return request_behind(work, case, str(scope.get("notice_id") or "")) if is_new_date else None


def reader_of_paper(work: Work, case: Case, scope: Mapping[str, Any]) -> PaperReader:
    """Of two guardians who are heard, each hears by a letter of their own that no answer is needed any more: its key names
    the hearing, and the hearing its party."""
    request = request_of(work, case, scope)
    about = request or request_behind(work, case, str(scope.get("notice_id") or ""))
    role = request.recipient_role if request is not None else str(scope.get("paper_to") or "")
    parties = work.stores.parties.of_case(case.id)
    named = about.party_id if about is not None else None
    heard = next((each for each in work.stores.parties.ever_of_case(case.id) if each.id == named), None)
    if heard is not None:
        return PaperReader(
            role, heard, post_is_safe=not heard.is_silent and "post" in safe_ways(heard.contact)
        )
    if role == "applicant":
        is_safe = "post" in open_ways(parties, work.today)
        return PaperReader(role, reached(parties, work.today), post_is_safe=is_safe)
    party = next((each for each in parties if each.kind == role), None)
    return PaperReader(role, party, post_is_safe=_may_be_written_to(role, party))


def _may_be_written_to(role: str, party: Party | None) -> bool:
    """An authority chooses its own ways. A referrer is not asked which ways are safe, until somebody records otherwise."""
    if party is None:
        return role not in (Role.APPLICANT, "guardian", "representative", "trustee")
    if party.kind == "referrer" and "safe_channels" not in party.contact:
        return not party.is_silent
    return not party.is_silent and "post" in safe_ways(party.contact)
