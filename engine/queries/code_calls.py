"""The page on which staff take the code of a request to read it aloud to a professional, or let it go by text message, and
which codes somebody must still read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from engine.casework.case_records import open_content
from engine.casework.official_requests import professional_request
from engine.casework.texted_codes import number_let, sends_texts, texts_leave
from engine.domain.cases import Case
from engine.domain.code_calls import PROFESSIONALS, CodeCall, is_to_be_read
from engine.domain.policy import Action
from engine.executor import Query, Work
from engine.executor.permissions import permit_case
from engine.storage.links import Link
from engine.storage.requests import InformationRequest


@dataclass(frozen=True, slots=True)
class CodeCallPage:
    case: Case
    request: InformationRequest
    calls: tuple[CodeCall, ...]
    """Made about this request, oldest first; text messages too."""
    sends_texts: bool
    """The code may go by text message to a number from another source."""
    texted_to: str
    """The number to which it may go now; empty for none."""


@dataclass(frozen=True)
class OpenCodeCalls(Query[CodeCallPage]):
    """Return the request and the calls about its code. Raise NotFound for a request that is not a professional's or is over."""

    reference: str
    request_key: str

    def permit(self, work: Work) -> None:
        permit_case(work, self.reference, Action.READ_OUT_CODE)

    def execute(self, work: Work) -> CodeCallPage:
        case = open_content(work, self.reference)
        request = professional_request(work, case, self.request_key)
        calls = work.stores.code_calls.of_case(case.id)
        own = tuple(each for each in calls if each.request_id == request.id)
        let = number_let(work, request)
        number = let.number if let else ""
        return CodeCallPage(case, request, own, sends_texts(work, case, request), number)


def code_calls_of(
    work: Work, case: Case, requests: Collection[InformationRequest]
) -> dict[UUID, tuple[CodeCall, ...]]:
    """Return the calls by request, empty for a professional's without any."""
    asked = [each.id for each in requests if each.recipient_role in PROFESSIONALS]
    calls = work.stores.code_calls.of_case(case.id) if asked else ()
    return {each: tuple(call for call in calls if call.request_id == each) for each in asked}


def codes_to_read_in(work: Work, requests: Collection[InformationRequest]) -> frozenset[UUID]:
    asked = [
        each.id
        for each in requests
        if each.recipient_role in PROFESSIONALS
        and each.kind == "information"
        and each.channel == "link"
        and each.is_open
        and each.sent_at is not None
        and each.answered_at is None
    ]
    return codes_to_read(work, work.stores.links.living_of(asked, work.now)) if asked else frozenset()


def codes_to_read(work: Work, living: Mapping[UUID, Collection[Link]]) -> frozenset[UUID]:
    """Return the requests whose code somebody must read aloud: a link that was sent opens, and no code has opened it.
    `living`: the links of professionals' requests that wait for their answer."""
    unopened = {
        request_id
        for request_id, links in living.items()
        if all(each.opened_at is None for each in links) and any(not each.is_locked for each in links)
    }
    known = work.stores.code_calls.outcomes_of(unopened) if unopened else {}
    leave = texts_leave(work)
    return frozenset(each for each in unopened if is_to_be_read(known.get(each, ()), texts_leave=leave))
