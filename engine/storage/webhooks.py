"""Receivers of webhooks, their keys, and the events that wait for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from sqlalchemy import RowMapping, delete, exists, func, select, update

from engine.domain.webhooks import EVENTS, KEPT_FOR, KEY_OVERLAPS
from engine.storage.database import new_id
from engine.storage.rows import value_of
from engine.storage.sealing import Vault
from engine.storage.tables.people import SERVICE_ACCOUNTS
from engine.storage.tables.webhooks import WEBHOOK_MESSAGES, WEBHOOK_RECEIVERS
from engine.storage.unit_of_work import UnitOfWork

TAKEN_FOR: Final = timedelta(minutes=3)
_UNSENT: Final = (WEBHOOK_MESSAGES.c.sent_at.is_(None), WEBHOOK_MESSAGES.c.given_up_at.is_(None))
_HEARING: Final = select(WEBHOOK_RECEIVERS.c.id, WEBHOOK_RECEIVERS.c.events).where(
    WEBHOOK_RECEIVERS.c.ended_at.is_(None)
)


@dataclass(frozen=True, slots=True)
class Receiver:
    id: UUID
    service_account_id: UUID
    program: str
    """Name of the service account."""
    address: str
    events: frozenset[str]
    added_at: datetime
    ended_at: datetime | None
    failures: int
    """In a row."""
    next_attempt_at: datetime
    heard_at: datetime | None
    former_ends_at: datetime | None
    """Until when the key before signs beside the new one."""


@dataclass(frozen=True, slots=True)
class WebhookMessage:
    id: UUID
    receiver_id: UUID
    case_id: UUID
    kind: str
    happened_at: datetime


class Webhooks:
    _PURPOSE = "webhook keys"

    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    # ---------------------------------------------------------------- receivers

    def put(
        self, account_id: UUID, address: str, events: Iterable[str], signing_key: str, moment: datetime
    ) -> None:
        """Add the receiver of a program, in the place of an earlier one and of what waited for it."""
        known = self.of_account(account_id)
        receiver_id = new_id() if known is None else known.id
        values: dict[str, Any] = {
            "address": address,
            "events": sorted(events),
            "signing_key": self._sealed(receiver_id, signing_key),
            "former_key": None,
            "former_ends_at": None,
            "added_at": moment,
            "ended_at": None,
            "failures": 0,
            "next_attempt_at": moment,
            "heard_at": None,
        }
        if known is None:
            row = {"id": receiver_id, "service_account_id": account_id, **values}
            self._unit.insert(WEBHOOK_RECEIVERS, row)
        else:
            self.give_up(receiver_id, moment)
            self._unit.update(WEBHOOK_RECEIVERS, {"id": receiver_id}, values)

    def of_account(self, account_id: UUID) -> Receiver | None:
        return next((each for each in self.all() if each.service_account_id == account_id), None)

    def all(self) -> tuple[Receiver, ...]:
        """Return the receivers by the names of their programs, the ended ones too."""
        found = select(WEBHOOK_RECEIVERS, SERVICE_ACCOUNTS.c.name.label("program")).join(
            SERVICE_ACCOUNTS, SERVICE_ACCOUNTS.c.id == WEBHOOK_RECEIVERS.c.service_account_id
        )
        return tuple(_receiver(row) for row in self._unit.rows(found.order_by(SERVICE_ACCOUNTS.c.name)))

    def waiting(self) -> dict[UUID, int]:
        """Return how many events wait for each receiver."""
        counted = select(WEBHOOK_MESSAGES.c.receiver_id, func.count()).where(*_UNSENT)
        rows = self._unit.execute(counted.group_by(WEBHOOK_MESSAGES.c.receiver_id))
        return {row[0]: row[1] for row in rows}

    def change_key(self, receiver_id: UUID, signing_key: str, moment: datetime) -> None:
        """Sign with a new key. The one before signs beside it for a time."""
        before = self.keys(receiver_id, moment)
        values = {
            "signing_key": self._sealed(receiver_id, signing_key),
            "former_key": self._sealed(receiver_id, before[0]) if before else None,
            "former_ends_at": moment + KEY_OVERLAPS,
        }
        self._unit.update(WEBHOOK_RECEIVERS, {"id": receiver_id}, values)

    def keys(self, receiver_id: UUID, moment: datetime) -> tuple[str, ...]:
        """Return the keys that sign now, the newest first."""
        row = self._unit.one(select(WEBHOOK_RECEIVERS).where(WEBHOOK_RECEIVERS.c.id == receiver_id))
        former = row["former_key"] if row["former_ends_at"] and moment < row["former_ends_at"] else None
        return tuple(
            self._vault.open_apart(self._PURPOSE, str(receiver_id), each)
            for each in (row["signing_key"], former)
            if each is not None
        )

    def end(self, receiver_id: UUID, moment: datetime) -> None:
        """Send nothing more to a receiver; its keys and what waits for it are gone."""
        self.give_up(receiver_id, moment)
        gone = {"ended_at": moment, "signing_key": None, "former_key": None, "former_ends_at": None}
        self._unit.update(WEBHOOK_RECEIVERS, {"id": receiver_id}, gone)

    def _sealed(self, receiver_id: UUID, signing_key: str) -> bytes:
        return self._vault.seal_apart(self._PURPOSE, str(receiver_id), signing_key)

    # ---------------------------------------------------------------- events

    @cached_property
    def _hearing(self) -> tuple[tuple[UUID, frozenset[str]], ...]:
        """The receivers with the events that each hears of, read once a transaction and only when there is an event."""
        return tuple((row["id"], frozenset(row["events"])) for row in self._unit.rows(_HEARING))

    def note(self, case_id: UUID, kind: str, moment: datetime) -> None:
        """Let an event wait for each receiver that hears of its kind."""
        if kind not in EVENTS:
            return
        rows = [
            {
                "id": new_id(),
                "receiver_id": receiver_id,
                "case_id": case_id,
                "kind": kind,
                "happened_at": moment,
            }
            for receiver_id, events in self._hearing
            if kind in events
        ]
        if rows:
            self._unit.insert(WEBHOOK_MESSAGES, *rows)

    def due(self, moment: datetime) -> tuple[UUID, ...]:
        """Return the receivers for which something waits that may be tried now."""
        waits = exists().where(WEBHOOK_MESSAGES.c.receiver_id == WEBHOOK_RECEIVERS.c.id, *_UNSENT)
        found = select(WEBHOOK_RECEIVERS.c.id).where(WEBHOOK_RECEIVERS.c.next_attempt_at <= moment, waits)
        rows = self._unit.execute(found.order_by(WEBHOOK_RECEIVERS.c.next_attempt_at))
        return tuple(rows.scalars())

    def take(self, receiver_id: UUID, moment: datetime) -> Receiver | None:
        """Take a receiver for some minutes; None if another worker has it or it rests."""
        taken = self._unit.execute(
            update(WEBHOOK_RECEIVERS)
            .where(WEBHOOK_RECEIVERS.c.id == receiver_id, WEBHOOK_RECEIVERS.c.next_attempt_at <= moment)
            .values(next_attempt_at=moment + TAKEN_FOR)
        )
        if not taken.rowcount:
            return None
        return next(each for each in self.all() if each.id == receiver_id)

    def unsent(self, receiver_id: UUID, limit: int) -> tuple[WebhookMessage, ...]:
        """Return what waits for a receiver, oldest first."""
        found = select(WEBHOOK_MESSAGES).where(WEBHOOK_MESSAGES.c.receiver_id == receiver_id, *_UNSENT)
        rows = self._unit.rows(found.order_by(WEBHOOK_MESSAGES.c.id).limit(limit))
        return tuple(value_of(WebhookMessage, row) for row in rows)

    def find(self, message_id: UUID, account_id: UUID | None) -> WebhookMessage | None:
        """Return an event that went or goes to the program; None for another's."""
        own = select(WEBHOOK_RECEIVERS.c.id).where(WEBHOOK_RECEIVERS.c.service_account_id == account_id)
        row = self._unit.row(
            select(WEBHOOK_MESSAGES).where(
                WEBHOOK_MESSAGES.c.id == message_id, WEBHOOK_MESSAGES.c.receiver_id.in_(own)
            )
        )
        return None if row is None else value_of(WebhookMessage, row)

    def sent(self, message_id: UUID, moment: datetime) -> None:
        taken = update(WEBHOOK_MESSAGES).where(WEBHOOK_MESSAGES.c.id == message_id).values(sent_at=moment)
        receiver_id = self._unit.execute(taken.returning(WEBHOOK_MESSAGES.c.receiver_id)).scalar_one_or_none()
        if receiver_id is not None:
            heard = {"heard_at": moment, "failures": 0}
            self._unit.update(WEBHOOK_RECEIVERS, {"id": receiver_id}, heard)

    def drop(self, message: WebhookMessage, moment: datetime) -> None:
        """Never send it: its program may not know of the case any more."""
        self._unit.update(WEBHOOK_MESSAGES, {"id": message.id}, {"given_up_at": moment})

    def release(self, receiver_id: UUID, moment: datetime) -> None:
        self._unit.update(WEBHOOK_RECEIVERS, {"id": receiver_id}, {"next_attempt_at": moment})

    def postpone(self, receiver: Receiver, next_attempt_at: datetime) -> None:
        """Count a failure, and let the receiver rest."""
        values = {"failures": receiver.failures + 1, "next_attempt_at": next_attempt_at}
        self._unit.update(WEBHOOK_RECEIVERS, {"id": receiver.id}, values)

    def get(self, receiver_id: UUID) -> Receiver:
        return next(each for each in self.all() if each.id == receiver_id)

    def give_up(self, receiver_id: UUID, moment: datetime) -> None:
        """Give up what waits for a receiver."""
        of_receiver = WEBHOOK_MESSAGES.c.receiver_id == receiver_id
        waiting = update(WEBHOOK_MESSAGES).where(of_receiver, *_UNSENT)
        self._unit.execute(waiting.values(given_up_at=moment))

    def retry(self, receiver_id: UUID, moment: datetime) -> None:
        """Let wait again what was given up, unless the receiver has ended."""
        if self.get(receiver_id).ended_at is not None:
            return
        given_up = {"receiver_id": receiver_id, "sent_at": None}
        self._unit.update(WEBHOOK_MESSAGES, given_up, {"given_up_at": None})
        rested = {"failures": 0, "next_attempt_at": moment}
        self._unit.update(WEBHOOK_RECEIVERS, {"id": receiver_id}, rested)

    def forget_past(self, moment: datetime) -> None:
        past = WEBHOOK_MESSAGES.c.happened_at < moment - KEPT_FOR
        self._unit.execute(delete(WEBHOOK_MESSAGES).where(past))


def _receiver(row: RowMapping) -> Receiver:
    return value_of(Receiver, row, events=frozenset(row["events"]))
