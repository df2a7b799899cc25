"""The outbox, and cases that are due to start."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, delete, func, select, update

from engine.errors import Unsealable
from engine.storage.database import new_id
from engine.storage.rows import value_of
from engine.storage.sealing import MESSAGES, SealingClass, Vault, is_by_store
from engine.storage.tables.processes import OUTBOX_MESSAGES, STARTS
from engine.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """A content-free message to send once the transaction is in. Its id is the stable Message-ID."""

    id: UUID
    case_id: UUID | None
    kind: str
    """Key of the neutral template."""
    language: str
    recipient: Mapping[str, Any]
    """``email`` and ``name``; sealed in the table."""
    template_values: Mapping[str, Any]
    """Only links and dates, never anything about the case."""
    attempts: int
    send_after: datetime


@dataclass(frozen=True, slots=True)
class Unsent:
    """A message that has not left, as far as the database knows."""

    id: UUID
    kind: str
    taken_at: datetime | None


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    """A message as it stands in the outbox, without its text, which may carry a link."""

    id: UUID
    kind: str
    """Key of the neutral template."""
    channel: str
    """Always ``email``."""
    language: str
    recipient: str | None
    """The address; null once the message has been sent or nobody of the case is written to any more."""
    send_after: datetime
    """The moment it was put in the outbox."""
    attempts: int
    taken_at: datetime | None
    sent_at: datetime | None
    given_up_at: datetime | None
    withheld_at: datetime | None
    """Since when it must not leave: its way has become unsafe."""


class Outbox:
    """Messages are sent at least once: taken in one transaction, sent outside any, marked in another."""

    TAKEN_FOR = timedelta(minutes=10)
    WAITS_FOR = timedelta(days=30)
    """A message of no case that has not left by then never leaves, and its address is gone."""

    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def add(
        self,
        kind: str,
        *,
        recipient: Mapping[str, Any],
        language: str,
        template_values: Mapping[str, Any],
        moment: datetime,
        case_id: UUID | None = None,
    ) -> UUID:
        message_id = new_id()
        content = {**recipient, "values": dict(template_values)}
        self._unit.insert(
            OUTBOX_MESSAGES,
            {
                "id": message_id,
                "case_id": case_id,
                "kind": kind,
                "language": language,
                "recipient": self._sealed(case_id, message_id, content, moment),
                "template_values": {},
                "send_after": moment,
                "next_attempt_at": moment,
            },
        )
        return message_id

    def of_case(self, case_id: UUID) -> tuple[QueuedMessage, ...]:
        """Oldest first, sent ones too."""
        rows = self._unit.rows(
            select(OUTBOX_MESSAGES)
            .where(OUTBOX_MESSAGES.c.case_id == case_id)
            .order_by(OUTBOX_MESSAGES.c.send_after, OUTBOX_MESSAGES.c.id)
        )
        return tuple(
            value_of(QueuedMessage, row, channel="email", recipient=self._address_of(row)) for row in rows
        )

    def due(self, moment: datetime, limit: int) -> tuple[UUID, ...]:
        rows = self._unit.execute(
            select(OUTBOX_MESSAGES.c.id)
            .where(
                OUTBOX_MESSAGES.c.sent_at.is_(None),
                OUTBOX_MESSAGES.c.given_up_at.is_(None),
                OUTBOX_MESSAGES.c.next_attempt_at <= moment,
            )
            .order_by(OUTBOX_MESSAGES.c.next_attempt_at)
            .limit(limit)
        )
        return tuple(rows.scalars())

    def take(self, message_id: UUID, moment: datetime) -> OutboxMessage | None:
        """Take a message for ten minutes and return it; None if another worker has it or it was sent."""
        row = self._unit.row(
            update(OUTBOX_MESSAGES)
            .where(
                OUTBOX_MESSAGES.c.id == message_id,
                OUTBOX_MESSAGES.c.sent_at.is_(None),
                OUTBOX_MESSAGES.c.given_up_at.is_(None),
                OUTBOX_MESSAGES.c.next_attempt_at <= moment,
            )
            .values(
                taken_at=moment,
                next_attempt_at=moment + self.TAKEN_FOR,
                attempts=OUTBOX_MESSAGES.c.attempts + 1,
            )
            .returning(*OUTBOX_MESSAGES.c)
        )
        return None if row is None else self._opened(row)

    def sent(self, message_id: UUID, moment: datetime) -> None:
        """Mark a message as sent. Its address is no longer needed and is deleted."""
        self._unit.update(OUTBOX_MESSAGES, {"id": message_id}, {"sent_at": moment, "recipient": None})

    def postpone(self, message_id: UUID, next_attempt_at: datetime) -> None:
        self._unit.update(OUTBOX_MESSAGES, {"id": message_id}, {"next_attempt_at": next_attempt_at})

    def release(self, message_id: UUID, moment: datetime) -> None:
        """Undo a take that nothing came of: the attempt is not counted. The message is due at the moment, after those that have
        waited longer."""
        self._unit.execute(
            update(OUTBOX_MESSAGES)
            .where(OUTBOX_MESSAGES.c.id == message_id)
            .values(next_attempt_at=moment, attempts=OUTBOX_MESSAGES.c.attempts - 1)
        )

    def give_up(self, message_id: UUID, moment: datetime) -> None:
        self._unit.update(OUTBOX_MESSAGES, {"id": message_id}, {"given_up_at": moment})

    def retry(self, message_id: UUID, moment: datetime) -> None:
        """A withheld message stays withheld: its way is not safe any more."""
        held_back = {"id": message_id, "withheld_at": None}
        values = {"given_up_at": None, "attempts": 0, "next_attempt_at": moment}
        self._unit.update(OUTBOX_MESSAGES, held_back, values)

    def unsent_to(self, case_id: UUID, addresses: Collection[str]) -> tuple[Unsent, ...]:
        """Return the messages of a case that wait to leave for one of these addresses."""
        rows = self._unit.rows(
            select(OUTBOX_MESSAGES).where(
                OUTBOX_MESSAGES.c.case_id == case_id,
                OUTBOX_MESSAGES.c.sent_at.is_(None),
                OUTBOX_MESSAGES.c.given_up_at.is_(None),
            )
        )
        wanted = {each.strip().casefold() for each in addresses}
        found = []
        for row in rows:
            opened = self._recipient_of(row)
            if str(opened.get("email") or "").strip().casefold() in wanted:
                found.append(Unsent(row["id"], row["kind"], row["taken_at"]))
        return tuple(found)

    def withhold(self, messages: Iterable[Unsent], moment: datetime) -> None:
        """They never leave, and the address goes. One that a worker holds at this moment may already be on its way."""
        for each in messages:
            unsent = {"id": each.id, "sent_at": None}
            withheld = {"recipient": None, "given_up_at": moment, "withheld_at": moment}
            self._unit.update(OUTBOX_MESSAGES, unsent, withheld)

    def drop(self, message_id: UUID, moment: datetime) -> None:
        """It never leaves, and the address goes: it came to its turn when nobody had use for it any more."""
        self._unit.update(OUTBOX_MESSAGES, {"id": message_id}, {"recipient": None, "given_up_at": moment})

    def forget_recipients(self, case_id: UUID, moment: datetime) -> None:
        """Delete the addresses of a case's unsent messages, which are given up."""
        unsent = {"case_id": case_id, "sent_at": None}
        self._unit.update(OUTBOX_MESSAGES, unsent, {"recipient": None, "given_up_at": moment})

    def forget_ended(self, moment: datetime) -> None:
        """Delete the addresses of unsent messages whose key's day is over: they are given up."""
        self._unit.execute(
            update(OUTBOX_MESSAGES)
            .where(
                *(OUTBOX_MESSAGES.c[name].is_(None) for name in ("case_id", "sent_at")),
                OUTBOX_MESSAGES.c.recipient.is_not(None),
                OUTBOX_MESSAGES.c.send_after < moment - self.WAITS_FOR,
            )
            .values(recipient=None, given_up_at=func.coalesce(OUTBOX_MESSAGES.c.given_up_at, moment))
        )

    def attempts(self, message_id: UUID) -> int:
        found = select(OUTBOX_MESSAGES.c.attempts).where(OUTBOX_MESSAGES.c.id == message_id)
        return int(self._unit.execute(found).scalar_one())

    def case_of(self, message_id: UUID) -> UUID | None:
        found = select(OUTBOX_MESSAGES.c.case_id).where(OUTBOX_MESSAGES.c.id == message_id)
        case_id: UUID | None = self._unit.execute(found).scalar_one_or_none()
        return case_id

    def _sealed(
        self, case_id: UUID | None, message_id: UUID, content: Mapping[str, Any], moment: datetime
    ) -> bytes:
        """Seal under the case's key for contact data, or the key of a day."""
        if case_id is None or not self._vault.has_key(case_id, SealingClass.CONTACT):
            return self._vault.seal_until(MESSAGES, str(message_id), content, moment + self.WAITS_FOR)
        return self._vault.seal_column(
            OUTBOX_MESSAGES.c.recipient, SealingClass.CONTACT, case_id, message_id, content
        )

    def _recipient_of(self, row: RowMapping) -> dict[str, Any]:
        """Return the address and the values; empty once they are deleted or erased."""
        case_id = row["case_id"]
        has_key = case_id is not None and self._vault.has_key(case_id, SealingClass.CONTACT)
        if has_key:
            # One that does not open was put there by the version before.
            with suppress(Unsealable):
                return self._vault.open_column(OUTBOX_MESSAGES.c.recipient, SealingClass.CONTACT, row) or {}
        try:
            return self._vault.open_apart(MESSAGES, str(row["id"]), row["recipient"]) or {}
        except Unsealable:
            if not is_by_store(row["recipient"]) and (case_id is None or has_key):
                raise
            return {}

    def _address_of(self, row: RowMapping) -> str | None:
        opened = self._recipient_of(row)
        address = opened.get("email")
        return None if address is None else str(address)

    def _opened(self, row: RowMapping) -> OutboxMessage:
        opened = self._recipient_of(row)
        values = opened.pop("values", {})
        return value_of(OutboxMessage, row, recipient=opened, template_values=values)


class Starts:
    """Instances that are due to be started in a transaction of their own."""

    RESTS_FOR = timedelta(minutes=5)
    """After each failed attempt."""

    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def add(self, case_id: UUID, message: str, variables: Mapping[str, Any], moment: datetime) -> None:
        """Add a start. `variables` are tagged JSON (`engine.feel.values.to_json`)."""
        start_id = new_id()
        self._unit.insert(
            STARTS,
            {
                "id": start_id,
                "case_id": case_id,
                "message": message,
                "variables": self._vault.seal_column(
                    STARTS.c.variables, SealingClass.ENGINE, case_id, start_id, dict(variables)
                ),
                "due_at": moment,
            },
        )

    def due(self, moment: datetime, limit: int) -> tuple[UUID, ...]:
        rows = self._unit.execute(
            select(STARTS.c.id)
            .where(STARTS.c.due_at <= moment)
            .order_by(STARTS.c.due_at, STARTS.c.id)
            .limit(limit)
        )
        return tuple(rows.scalars())

    def is_due(self, case_id: UUID, message: str) -> bool:
        """True while the message is on its way to the case."""
        return message in self.messages_to(case_id)

    def messages_to(self, case_id: UUID) -> frozenset[str]:
        """Return the messages that are on their way to the case."""
        found = select(STARTS.c.message).where(STARTS.c.case_id == case_id)
        return frozenset(self._unit.execute(found).scalars())

    def take(self, start_id: UUID) -> tuple[UUID, str, dict[str, Any]] | None:
        """Remove a start and return its case, message and variables; None if another worker took it."""
        free = select(STARTS.c.id).where(STARTS.c.id == start_id).with_for_update(skip_locked=True)
        row = self._unit.row(delete(STARTS).where(STARTS.c.id.in_(free)).returning(*STARTS.c))
        if row is None:
            return None
        variables = self._vault.open_column(STARTS.c.variables, SealingClass.ENGINE, row)
        return row["case_id"], row["message"], variables

    def postpone(self, start_id: UUID, moment: datetime) -> tuple[UUID | None, int]:
        """Count a failed attempt, and let it rest. Return the case's id and the number of attempts."""
        row = self._unit.execute(
            update(STARTS)
            .where(STARTS.c.id == start_id)
            .values(attempts=STARTS.c.attempts + 1, due_at=moment + self.RESTS_FOR)
            .returning(STARTS.c.case_id, STARTS.c.attempts)
        ).one_or_none()
        return (None, 0) if row is None else (row.case_id, row.attempts)

    def retry(self, start_id: UUID, moment: datetime) -> None:
        """Its attempts stay counted: if it fails again, a person learns of it at once."""
        self._unit.update(STARTS, {"id": start_id}, {"due_at": moment})
