"""Information requests to outside parties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, insert, select, update

from engine.errors import NotFound
from engine.storage.database import new_id
from engine.storage.sealing import MasterKey, SealingClass, Vault
from engine.storage.tables.requests import INFORMATION_REQUESTS

OPEN_STATES = ("created", "sent", "reminded", "overdue", "stalled", "answered")


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
    """created, sent, reminded, overdue, stalled, answered, closed."""
    round: int
    due_on: date | None
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
    """questions, necessity, and the law's sentence shown to the recipient."""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class InformationRequests:
    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
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
        place = f"information_requests.{{}}/{request_id}"
        self._connection.execute(
            insert(INFORMATION_REQUESTS).values(
                id=request_id,
                case_id=case_id,
                reference=reference,
                kind=kind,
                recipient_role=recipient_role,
                party_id=party_id,
                legal_basis=legal_basis,
                language=language,
                channel=channel,
                state="created",
                due_on=due_on,
                created_at=moment,
                recipient=self._vault.seal_json(
                    case_id, SealingClass.CONTACT, place.format("recipient"), dict(recipient)
                ),
                questions=self._vault.seal_json(
                    case_id, SealingClass.NARRATIVE, place.format("questions"), dict(questions)
                ),
            )
        )
        return request_id

    def get(self, case_id: UUID, reference: str) -> InformationRequest:
        found = self.find(case_id, reference)
        if found is None:
            raise NotFound
        return found

    def find(self, case_id: UUID, reference: str) -> InformationRequest | None:
        row = (
            self._connection.execute(
                select(INFORMATION_REQUESTS).where(
                    INFORMATION_REQUESTS.c.case_id == case_id, INFORMATION_REQUESTS.c.reference == reference
                )
            )
            .mappings()
            .one_or_none()
        )
        return None if row is None else self._opened(row)

    def by_id(self, request_id: UUID) -> InformationRequest:
        row = (
            self._connection.execute(
                select(INFORMATION_REQUESTS).where(INFORMATION_REQUESTS.c.id == request_id)
            )
            .mappings()
            .one_or_none()
        )
        if row is None:
            raise NotFound
        return self._opened(row)

    def of_case(self, case_id: UUID) -> tuple[InformationRequest, ...]:
        rows = self._connection.execute(
            select(INFORMATION_REQUESTS)
            .where(INFORMATION_REQUESTS.c.case_id == case_id)
            .order_by(INFORMATION_REQUESTS.c.created_at, INFORMATION_REQUESTS.c.id)
        )
        return tuple(self._opened(row) for row in rows.mappings())

    def change(self, request: InformationRequest, **values: Any) -> None:
        self._connection.execute(
            update(INFORMATION_REQUESTS).where(INFORMATION_REQUESTS.c.id == request.id).values(values)
        )

    def ask_again(self, request: InformationRequest, questions: Mapping[str, Any]) -> None:
        place = f"information_requests.questions/{request.id}"
        sealed = self._vault.seal_json(request.case_id, SealingClass.NARRATIVE, place, dict(questions))
        self.change(request, questions=sealed)

    def remember_link(self, request: InformationRequest, token: str) -> None:
        """Sealed with the contact data, so that a reminder can carry the same link. The link itself knows a digest."""
        place = f"information_requests.recipient/{request.id}"
        recipient = {**request.recipient, "link": token}
        self.change(
            request, recipient=self._vault.seal_json(request.case_id, SealingClass.CONTACT, place, recipient)
        )

    def link_of(self, request: InformationRequest) -> str | None:
        token = request.recipient.get("link")
        return token if isinstance(token, str) else None

    def _opened(self, row: RowMapping) -> InformationRequest:
        values = {name: row[name] for name in InformationRequest.__dataclass_fields__}
        place = f"information_requests.{{}}/{row['id']}"
        opened = self._vault.open_json
        values["recipient"] = (
            opened(row["case_id"], SealingClass.CONTACT, place.format("recipient"), row["recipient"]) or {}
        )
        values["questions"] = (
            opened(row["case_id"], SealingClass.NARRATIVE, place.format("questions"), row["questions"]) or {}
        )
        return InformationRequest(**values)


def answer_code(master: MasterKey, request_id: UUID) -> str:
    """Six digits that go another way than the link: by phone or in the letter. Derived, so that it is stored nowhere."""
    return str(int(master.digest("answer code", str(request_id))[:12], 16) % 10**6).zfill(6)


def receipt_number(master: MasterKey, request: InformationRequest) -> str:
    """Eight digits that the recipient may quote and staff see beside the answer: they tell nothing of the case."""
    digest = master.digest("reply receipt", f"{request.id}|{request.round}")
    return str(int(digest[:14], 16) % 10**8).zfill(8)
