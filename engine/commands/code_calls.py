"""The code of a request, shown to staff who read it aloud to a professional, and how that call ended (906/2019 14 §)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from engine.casework.case_records import open_content
from engine.casework.official_requests import professional_request
from engine.domain.cases import Case
from engine.domain.code_calls import (
    CallDetails,
    CallEnded,
    CallOutcome,
    CodeCall,
    CodeCallRejected,
    NumberSource,
    numbers_in,
    problems_of,
)
from engine.domain.policy import Action
from engine.errors import NotFound
from engine.executor import Command, Work
from engine.executor.permissions import permit_case, require_person, require_proof_to_let_in
from engine.storage.database import new_id
from engine.storage.requests import InformationRequest, answer_code

ENDED: Final = {
    CallOutcome.READ: "answer_code_read",
    CallOutcome.NOT_REACHED: "answer_code_not_reached",
}


@dataclass(frozen=True, slots=True)
class ShownCode:
    call: CodeCall
    code: str


@dataclass(frozen=True)
class ShowAnswerCode(Command[ShownCode]):
    """Return the code that is read aloud in a call. Shown twice under one id, the call is there once."""

    reference: str
    request_key: str
    call_id: UUID
    details: CallDetails

    def permit(self, work: Work) -> None:
        require_person(work)
        require_proof_to_let_in(work, permit_case(work, self.reference, Action.READ_OUT_CODE))

    def execute(self, work: Work) -> ShownCode:
        case = open_content(work, self.reference)
        request = professional_request(work, case, self.request_key)
        problems = problems_of(self.details, _known_numbers(work, case, request), work.today)
        if problems or self.details.source_on is None:
            raise CodeCallRejected(problems)
        call = CodeCall(
            id=self.call_id,
            case_id=case.id,
            request_id=request.id,
            source=NumberSource(self.details.source),
            source_on=self.details.source_on,
            shown_by=work.actor.person_id,
            shown_by_name=work.actor.name,
            shown_at=work.now,
            outcome=None,
            ended_at=None,
            number=self.details.number.strip(),
            source_words=self.details.source_words.strip(),
        )
        code = answer_code(work.stores.root, request.id)
        calls = work.stores.code_calls
        if not calls.add(call):
            stored = calls.get(case.id, call.id)
            if stored is not None and replace(stored, shown_at=work.now) == call:
                return ShownCode(stored, code)
            # A page that was gone back to, with another number on it, makes another call.
            call = replace(call, id=new_id())
            calls.add(call)
        work.record(case.id, "answer_code_shown", request.recipient_role, business_key=request.reference)
        return ShownCode(call, code)


@dataclass(frozen=True)
class EndCodeCall(Command[None]):
    """Record whether the code was read aloud. Raise CallEnded if another outcome is recorded already."""

    reference: str
    call_id: UUID
    outcome: CallOutcome

    def permit(self, work: Work) -> None:
        require_person(work)
        permit_case(work, self.reference, Action.READ_OUT_CODE)

    def execute(self, work: Work) -> None:
        case = open_content(work, self.reference)
        call = work.stores.code_calls.get(case.id, self.call_id)
        if call is None:
            raise NotFound
        if not work.stores.code_calls.end(call, self.outcome, work.now):
            if call.outcome is not self.outcome:
                raise CallEnded
            return
        request = work.stores.requests.by_id(call.request_id)
        work.record(case.id, ENDED[self.outcome], request.recipient_role, business_key=request.reference)


def _known_numbers(work: Work, case: Case, request: InformationRequest) -> frozenset[str]:
    """Return the numbers that came with the case, and that of the request itself."""
    parties = work.stores.parties.ever_of_case(case.id)
    return numbers_in((request.recipient, request.questions, *(each.contact for each in parties)))
