"""The code of a request, shown to staff who read it aloud to a professional, and how that call ended (906/2019 14 §)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from engine.casework.case_records import open_content
from engine.casework.official_requests import professional_request
from engine.casework.texted_codes import known_numbers
from engine.domain.code_calls import (
    CallDetails,
    CallEnded,
    CallOutcome,
    CodeCall,
    CodeCallRejected,
    NumberSource,
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
        problems = problems_of(self.details, known_numbers(work, case, request), work.today)
        if problems:
            raise CodeCallRejected(problems)
        call = call_of(work, request, self.call_id, self.details)
        code = answer_code(work.stores.root, request.id)
        call, is_new = kept_call(work, call)
        if is_new:
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


def call_of(
    work: Work,
    request: InformationRequest,
    call_id: UUID,
    details: CallDetails,
    outcome: CallOutcome | None = None,
) -> CodeCall:
    """Return the call, or the number for text messages, as the actor makes it now. Its details have no problems."""
    if details.source_on is None:
        raise ValueError("a source without its day")
    return CodeCall(
        id=call_id,
        case_id=request.case_id,
        request_id=request.id,
        source=NumberSource(details.source),
        source_on=details.source_on,
        shown_by=work.actor.person_id,
        shown_by_name=work.actor.name,
        shown_at=work.now,
        outcome=outcome,
        ended_at=work.now if outcome else None,
        number=details.number.strip(),
        source_words=details.source_words.strip(),
    )


def kept_call(work: Work, call: CodeCall) -> tuple[CodeCall, bool]:
    """Store the call. Return it as it is stored, and whether this is its first time: a page is sent twice."""
    calls = work.stores.code_calls
    if calls.add(call):
        return call, True
    stored = calls.get(call.case_id, call.id)
    if stored is not None and replace(stored, shown_at=call.shown_at, ended_at=call.ended_at) == call:
        return stored, False
    # A page that was gone back to, with another number on it, makes another call.
    call = replace(call, id=new_id())
    calls.add(call)
    return call, True
