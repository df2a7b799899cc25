"""The page on which staff take the code of a request to read it aloud to a professional, or let it go by text message."""

from __future__ import annotations

from dataclasses import dataclass

from engine.casework.case_records import open_content
from engine.casework.official_requests import professional_request
from engine.casework.texted_codes import number_let, sends_texts
from engine.domain.cases import Case
from engine.domain.code_calls import CodeCall
from engine.domain.policy import Action
from engine.executor import Query, Work
from engine.executor.permissions import permit_case
from engine.queries.in_sight import PersonInSight, in_sight
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
    in_sight: PersonInSight


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
        sends = sends_texts(work, case, request)
        return CodeCallPage(case, request, own, sends, number, in_sight(work, case))
