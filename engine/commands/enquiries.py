"""An enquiry (a call or message without identity) and its answer. It becomes a case only if the person applies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.casework.answers import Sent, judge
from engine.casework.messages import send_to
from engine.casework.receipts import (
    DANGER,
    ENQUIRY_ACTS_IN,
    code_for,
    enquiry_read_by,
    enquiry_urgent_by,
    late_before,
    usually_read_by,
)
from engine.commands.applications import Receipt
from engine.domain.calendar import end_of
from engine.domain.people import ANSWERERS
from engine.errors import Conflict, Invalid
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_role
from engine.feel.values import from_json, to_json
from engine.storage.enquiries import Enquiry
from engine.storage.rings import ENQUIRY


@dataclass(frozen=True)
class SubmitEnquiry(Command[Receipt]):
    """Store an enquiry and return its receipt. The same idempotency key gives one enquiry and the same receipt."""

    idempotency_key: str
    sent: Sent | None = None
    data: Any = None
    language: str = "fi"
    channel: str = "web"
    received_at: datetime | None = None
    """When a call came that is written down after it; else it comes now."""

    def permit(self, work: Work) -> None:
        """Permit anyone, without an identity."""

    def execute(self, work: Work) -> Receipt:
        code = code_for(work, self.idempotency_key)
        known = work.stores.enquiries.by_idempotency_key(self.idempotency_key)
        if known is not None:
            return _receipt(code, known.received_at, known.reference, known.content)
        definition = work.instances.models(work.stores.deployments.current().id).form("enquiry")
        answers = judge(work, definition, self.sent, self.data)
        received_at = self.received_at or work.now
        reference = f"Y{work.today.year}-{work.stores.cases.next_number(f'enquiries {work.today.year}'):05d}"
        enquiry_id = work.stores.enquiries.add(
            reference,
            channel=self.channel,
            language=self.language,
            content=to_json(dict(answers)),
            moment=received_at,
            code=code,
            idempotency_key=self.idempotency_key,
        )
        if answers.get("in_danger") in DANGER:
            work.stores.rings.add(enquiry_id, ENQUIRY, work.now)
        had_code = work.stores.public_drafts.has_code(self.idempotency_key)
        work.stores.public_drafts.destroy(self.idempotency_key)
        return replace(_receipt(code, received_at, reference, answers), replaces_code=had_code)


def _receipt(code: str, received_at: datetime, reference: str, answers: Mapping[str, Any]) -> Receipt:
    acts_by = enquiry_urgent_by(answers, received_at)
    expected_on = enquiry_read_by(answers, received_at)
    return Receipt(code, received_at, expected_on, reference, acts_by is not None, acts_by)


@dataclass(frozen=True, slots=True)
class PressingEnquiry:
    id: UUID
    reference: str
    received_at: datetime
    acts_by: datetime
    """By when an on-call worker begins, or it is answered, as the receipt promised."""
    is_danger: bool


@dataclass(frozen=True, slots=True)
class WaitingEnquiries:
    count: int
    """All that have no answer."""
    pressing: tuple[PressingEnquiry, ...]
    """Those in which somebody may be in danger, then those whose promised day has passed, the oldest first."""


class AnsweredMeanwhile(Conflict):
    sentence = "Työkaveri ehti vastata tähän. Sinun tekstiäsi ei tallennettu."


CALLED, NOT_REACHED = CALLS = ("called", "not_reached")
"""The call that the person asked for: they heard the answer, or nobody reached them and they read it by their code."""


@dataclass(frozen=True)
class AnswerEnquiry(Command[None]):
    """Answer an enquiry: by phone, or on the page of the person who holds its code. Who asked for a mail is sent one,
    without a word of the answer. Answered twice by one person in the same words, it is answered once."""

    enquiry_id: UUID
    answer: str
    call: str = ""
    """Of who asked for a call, one of CALLS: before, the enquiry has no answer."""

    def permit(self, work: Work) -> None:
        require_role(work, *ANSWERERS)

    def execute(self, work: Work) -> None:
        if not self.answer.strip():
            raise Invalid("Kirjoita, mitä neuvoit.", field="answer")
        if len(self.answer) > 20_000:
            raise Invalid("Vastaus on liian pitkä.", field="answer")
        enquiry = work.stores.enquiries.get(self.enquiry_id)
        if enquiry.state != "open":
            if (enquiry.answer, enquiry.answered_by) == (self.answer.strip(), work.actor.person_id):
                return
            raise AnsweredMeanwhile
        wishes_call = enquiry.content.get("reply_by") == "phone"
        if wishes_call and self.call not in CALLS:
            raise Invalid(
                "Hän pyysi, että soitamme. Soita ensin, ja kerro, saitko hänet kiinni.", field="call"
            )
        work.stores.enquiries.answer(enquiry, self.answer.strip(), work.actor.person_id, work.now)
        work.stores.access.log_list([enquiry.id], work.actor, "answer_enquiry", work.now)
        if wishes_call and self.call == NOT_REACHED:
            work.stores.access.log_list([enquiry.id], work.actor, "enquiry_not_reached", work.now)
        _send_word(work, enquiry)


def _send_word(work: Work, enquiry: Enquiry) -> None:
    email = enquiry.content.get("email")
    if enquiry.content.get("reply_by") != "email" or not isinstance(email, str):
        return
    models = work.instances.models(work.stores.deployments.current().id)
    link = f"{work.settings.base_url}/{enquiry.language}/code"
    send_to(work, models, None, "mail_message", email=email, language=enquiry.language, values={"link": link})


@dataclass(frozen=True)
class UnansweredEnquiries(Query[tuple[Enquiry, ...]]):
    """Return the enquiries without an answer: those in which somebody may be in danger first, then the oldest."""

    def permit(self, work: Work) -> None:
        require_role(work, *ANSWERERS)

    def execute(self, work: Work) -> tuple[Enquiry, ...]:
        waiting = work.stores.enquiries.unanswered()
        found = sorted(waiting, key=lambda each: each.content.get("in_danger") not in DANGER)
        work.stores.access.log_list((enquiry.id for enquiry in found), work.actor, "list_enquiries", work.now)
        return tuple(_with_values(each) for each in found)


@dataclass(frozen=True)
class PressingEnquiries(Query[WaitingEnquiries]):
    """Count the unanswered enquiries. Return those that press, without a word of them."""

    def permit(self, work: Work) -> None:
        require_role(work, *ANSWERERS)

    def execute(self, work: Work) -> WaitingEnquiries:
        enquiries = work.stores.enquiries
        pressing = tuple(
            PressingEnquiry(enquiry_id, reference, received_at, received_at + ENQUIRY_ACTS_IN, is_danger=True)
            for enquiry_id, reference, received_at in enquiries.ringing()
        )
        pressing += tuple(
            PressingEnquiry(
                enquiry_id, reference, received_at, end_of(usually_read_by(received_at)), is_danger=False
            )
            for enquiry_id, reference, received_at in enquiries.late(late_before(work.today))
        )
        if pressing:
            work.stores.access.log_list(
                (each.id for each in pressing), work.actor, "list_enquiries", work.now
            )
        return WaitingEnquiries(enquiries.count_open(), pressing)


@dataclass(frozen=True)
class ReadEnquiry(Query[Enquiry]):
    enquiry_id: UUID

    def permit(self, work: Work) -> None:
        require_role(work, *ANSWERERS)

    def execute(self, work: Work) -> Enquiry:
        work.stores.access.log_list([self.enquiry_id], work.actor, "read_enquiry", work.now)
        return _with_values(work.stores.enquiries.get(self.enquiry_id))


def _with_values(enquiry: Enquiry) -> Enquiry:
    """Return the enquiry with its answers as values: dates are dates, not text."""
    return replace(enquiry, content=from_json(dict(enquiry.content)))
