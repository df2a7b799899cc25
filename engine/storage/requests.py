"""Information requests to outside parties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import RowMapping, select

from engine.errors import NotFound
from engine.storage.database import new_id
from engine.storage.keys import RootKey
from engine.storage.rows import value_of
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.requests import INFORMATION_REQUESTS
from engine.storage.unit_of_work import UnitOfWork

OPEN_STATES = ("created", "sent", "reminded", "stalled", "answered")
NUMBERED: Final = "REQ-"
"""How the key of a request in its case begins."""
AWAITED_STATES = ("sent", "reminded")
MORE_TIME = "more_time"
"""Never stored: an answer that wishes for more time."""
ASKED_IN = "asked_in"
"""Entry of a request's questions: the instance that asks, and ends what it asked."""
CONSENT = "consent"
"""Entry of a request's questions: the entry of the consent ledger on which it rests."""
HEARING_LETTER = "letter"
"""Entry of a hearing's questions: the document that is handed over, read aloud or posted."""
MAILBOXES = "mailboxes"
"""Entry of a request's recipient: the addresses to which its living link has gone."""
OVERDUE = "overdue"
"""Never stored: it follows from the due date alone."""


def standing(state: str, due_on: date | None, today: date) -> str:
    """Return the state as people read it: overdue from the day after the due date, until somebody is asked to act."""
    is_late = due_on is not None and due_on < today and state in AWAITED_STATES
    return OVERDUE if is_late else state


@dataclass(frozen=True, slots=True)
class InformationRequest:
    """Questions to one outside party with legal basis, due date, reminders and reply."""

    id: UUID
    case_id: UUID
    reference: str
    """Business key in the process: everything of one request carries it."""
    kind: str
    """``information`` or ``hearing``. Hearing material never travels by link."""
    recipient_role: str
    party_id: UUID | None
    legal_basis: str
    language: str
    channel: str
    """``link``, ``letter`` or ``phone``."""
    state: str
    """created, sent, reminded, stalled, answered, closed."""
    round: int
    due_on: date | None
    more_time_until: date | None
    """The newest answer wishes for time until this day; None if it does not."""
    created_at: datetime
    sent_at: datetime | None
    reminded_at: datetime | None
    followed_up_at: datetime | None
    stalled_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    closed_as: str | None
    """answered, proceeded_without, cancelled."""
    recipient: Mapping[str, Any]
    """name, organisation, email, phone."""
    questions: Mapping[str, Any]
    """questions, necessity, and the law's sentence shown to the recipient; the instance that asks."""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def mailboxes(self) -> frozenset[str] | None:
        """Return the addresses to which the link has gone; None if they were not kept when it was sent."""
        kept = self.recipient.get(MAILBOXES)
        return frozenset(str(each) for each in kept) if isinstance(kept, list) else None

    def is_of(self, instance_id: UUID | None) -> bool:
        """Return True if this instance asked. True also of a request from before its instance was kept."""
        return instance_id is None or self.questions.get(ASKED_IN) in (None, str(instance_id))

    def standing(self, today: date) -> str:
        if self.state == "answered" and self.more_time_until is not None:
            return MORE_TIME
        return standing(self.state, self.due_on, today)


class InformationRequests:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def add(
        self,
        case_id: UUID,
        reference: str,
        *,
        kind: str,
        recipient_role: str,
        legal_basis: str,
        language: str,
        channel: str,
        due_on: date | None,
        recipient: Mapping[str, Any],
        questions: Mapping[str, Any],
        moment: datetime,
        party_id: UUID | None = None,
    ) -> UUID:
        request_id = new_id()
        self._unit.insert(
            INFORMATION_REQUESTS,
            {
                "id": request_id,
                "case_id": case_id,
                "reference": reference,
                "kind": kind,
                "recipient_role": recipient_role,
                "party_id": party_id,
                "legal_basis": legal_basis,
                "language": language,
                "channel": channel,
                "state": "created",
                "due_on": due_on,
                "created_at": moment,
                "recipient": self._recipient(case_id, request_id, recipient),
                "questions": self._questions(case_id, request_id, questions),
            },
        )
        return request_id

    def get(self, case_id: UUID, reference: str) -> InformationRequest:
        found = self.find(case_id, reference)
        if found is None:
            raise NotFound
        return found

    def find(self, case_id: UUID, reference: str) -> InformationRequest | None:
        row = self._unit.row(
            select(INFORMATION_REQUESTS).where(
                INFORMATION_REQUESTS.c.case_id == case_id, INFORMATION_REQUESTS.c.reference == reference
            )
        )
        return None if row is None else self._opened(row)

    def by_id(self, request_id: UUID) -> InformationRequest:
        one = select(INFORMATION_REQUESTS).where(INFORMATION_REQUESTS.c.id == request_id)
        return self._opened(self._unit.one(one))

    def of_case(self, case_id: UUID) -> tuple[InformationRequest, ...]:
        rows = self._unit.rows(
            select(INFORMATION_REQUESTS)
            .where(INFORMATION_REQUESTS.c.case_id == case_id)
            .order_by(INFORMATION_REQUESTS.c.created_at, INFORMATION_REQUESTS.c.id)
        )
        return tuple(self._opened(row) for row in rows)

    def change(self, request: InformationRequest, **values: Any) -> None:
        self._unit.update(INFORMATION_REQUESTS, {"id": request.id}, values)

    def answered(self, request: InformationRequest, answers: Mapping[str, Any], moment: datetime) -> None:
        until = answers.get("more_time_until") if answers.get("more_time") == "yes" else None
        wished = until if isinstance(until, date) else None
        self.change(request, state="answered", answered_at=moment, more_time_until=wished)

    def ask_again(self, request: InformationRequest, questions: Mapping[str, Any]) -> None:
        self.change(request, questions=self._questions(request.case_id, request.id, questions))

    def remember_link(self, request: InformationRequest, token: str) -> None:
        """Store the link's token, sealed with the contact data, so that a reminder can repeat the link. The link
        itself is stored as a digest."""
        recipient = {**request.recipient, "link": token}
        self.change(request, recipient=self._recipient(request.case_id, request.id, recipient))

    def remember_mailbox(self, request: InformationRequest, email: str) -> None:
        recipient = {**request.recipient, MAILBOXES: sorted({*(request.mailboxes or ()), email})}
        self.change(request, recipient=self._recipient(request.case_id, request.id, recipient))

    def link_of(self, request: InformationRequest) -> str | None:
        token = request.recipient.get("link")
        return token if isinstance(token, str) else None

    def _recipient(self, case_id: UUID, request_id: UUID, value: Mapping[str, Any]) -> bytes:
        column = INFORMATION_REQUESTS.c.recipient
        return self._vault.seal_column(column, SealingClass.CONTACT, case_id, request_id, dict(value))

    def _questions(self, case_id: UUID, request_id: UUID, value: Mapping[str, Any]) -> bytes:
        column = INFORMATION_REQUESTS.c.questions
        return self._vault.seal_column(column, SealingClass.NARRATIVE, case_id, request_id, dict(value))

    def _opened(self, row: RowMapping) -> InformationRequest:
        opened, columns = self._vault.open_column, INFORMATION_REQUESTS.c
        return value_of(
            InformationRequest,
            row,
            recipient=opened(columns.recipient, SealingClass.CONTACT, row) or {},
            questions=opened(columns.questions, SealingClass.NARRATIVE, row) or {},
        )


def answer_code(root: RootKey, request_id: UUID) -> str:
    """Return the six digits that are given another way than the link, by phone or letter. They are derived, so stored nowhere."""
    return _six_digits(root.digest("answer code", str(request_id)))


def texted_code(root: RootKey, text_id: UUID) -> str:
    """Return the six digits of one text message: others than those read aloud, which live as long as the request."""
    return _six_digits(root.digest("texted answer code", str(text_id)))


def _six_digits(digest: str) -> str:
    return str(int(digest[:12], 16) % 10**6).zfill(6)


def receipt_number(root: RootKey, request: InformationRequest) -> str:
    """Return eight digits that the recipient may quote and staff see beside the answer. They reveal nothing of the case."""
    digest = root.digest("reply receipt", f"{request.id}|{request.round}")
    return str(int(digest[:14], 16) % 10**8).zfill(8)
