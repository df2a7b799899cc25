"""The code of a request by text message: its number, recorded by staff, and the message, sent for who holds the link."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from engine.casework.case_records import open_content
from engine.casework.official_requests import link_at, professional_request
from engine.casework.texted_codes import known_numbers, number_let, send_code, sends_texts
from engine.commands.code_calls import call_of
from engine.commands.requests import request_of
from engine.domain.code_calls import (
    CallDetails,
    CallOutcome,
    CodeCallRejected,
    NoTextsThere,
    number_to_text,
    problems_of,
)
from engine.domain.policy import Action
from engine.errors import NotFound
from engine.executor import Command, Work
from engine.executor.permissions import permit_case, require_person, require_proof_to_let_in
from engine.storage.database import new_id


@dataclass(frozen=True)
class LetCodeBeTexted(Command[None]):
    """Let the code of a request go to a professional's number by text message, whenever who holds the link asks for it. The
    newest number holds. Recorded twice under one id, it is there once. Raise NotFound without a gateway, and for a private
    person."""

    reference: str
    request_key: str
    call_id: UUID
    details: CallDetails

    def permit(self, work: Work) -> None:
        require_person(work)
        require_proof_to_let_in(work, permit_case(work, self.reference, Action.READ_OUT_CODE))

    def execute(self, work: Work) -> None:
        case = open_content(work, self.reference)
        request = professional_request(work, case, self.request_key)
        if not sends_texts(work, case, request):
            raise NotFound
        problems = problems_of(self.details, known_numbers(work, case, request), work.today)
        if "number" not in problems and not number_to_text(self.details.number):
            problems = {"number": NoTextsThere(), **problems}
        if problems:
            raise CodeCallRejected(problems)
        work.stores.code_calls.take_turn(request.id)
        call = call_of(work, request, self.call_id, self.details, CallOutcome.MAY_TEXT)
        let = number_let(work, request)
        if let is not None and replace(call, id=let.id, shown_at=let.shown_at, ended_at=let.ended_at) == let:
            return
        # A page that was gone back to sends another number under the id of the first.
        if not work.stores.code_calls.add(call):
            work.stores.code_calls.add(replace(call, id=new_id()))
        work.record(case.id, "answer_code_by_text", request.recipient_role, business_key=request.reference)


@dataclass(frozen=True)
class EndCodeTexts(Command[None]):
    """Let the code of a request go by text message no more: a code that was sent opens nothing from now on. Ended twice, it is
    ended once."""

    reference: str
    request_key: str

    def permit(self, work: Work) -> None:
        require_person(work)
        permit_case(work, self.reference, Action.READ_OUT_CODE)

    def execute(self, work: Work) -> None:
        case = open_content(work, self.reference)
        request = professional_request(work, case, self.request_key)
        work.stores.code_calls.take_turn(request.id)
        let = number_let(work, request)
        if let is None:
            return
        ended = replace(
            let,
            id=new_id(),
            shown_by=work.actor.person_id,
            shown_by_name=work.actor.name,
            shown_at=work.now,
            outcome=CallOutcome.TEXTS_ENDED,
            ended_at=work.now,
        )
        work.stores.code_calls.add(ended)
        work.record(
            case.id, "answer_code_texts_ended", request.recipient_role, business_key=request.reference
        )


@dataclass(frozen=True)
class SendCode(Command[None]):
    """Send the code of a request by text message, to the number that staff have recorded. Send none beyond the limit. Raise
    NotFound for a link that opens nothing."""

    token: str

    def permit(self, work: Work) -> None:
        """Permit anyone: only the link's token has an effect."""

    def execute(self, work: Work) -> None:
        link = link_at(work, self.token)
        if link is None:
            raise NotFound
        send_code(work, *request_of(work, link))
