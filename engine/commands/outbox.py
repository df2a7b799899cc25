"""The outbox: take a message, send it outside any transaction, mark it as sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from engine.casework.texted_codes import is_late_code, record_late_code
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_system
from engine.storage.outbox import OutboxMessage

PAUSES = (timedelta(minutes=2), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))
MAIL_SERVER: Final = "mail_server"
"""The kind of an incident that belongs to no message."""


@dataclass(frozen=True)
class DueMessages(Query[tuple[UUID, ...]]):
    limit: int = 100

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[UUID, ...]:
        return work.stores.outbox.due(work.now, self.limit)


@dataclass(frozen=True)
class TakeMessage(Command[OutboxMessage | None]):
    """Take a message for ten minutes and return it; None if it is taken. If this worker dies, another takes it after that.

    A code whose time is over leaves no more, and the record of its case says so: it would ring somebody's phone at night.
    """

    message_id: UUID

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> OutboxMessage | None:
        message = work.stores.outbox.take(self.message_id, work.now)
        if message is None or not is_late_code(work, message):
            return message
        work.stores.outbox.drop(message.id, work.now)
        record_late_code(work, message)
        return None


@dataclass(frozen=True)
class MarkSent(Command[None]):
    message_id: UUID

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> None:
        work.stores.outbox.sent(self.message_id, work.now)


@dataclass(frozen=True)
class PostponeMessage(Command[None]):
    """Postpone a message that the mail server did not take, for longer each time; after the last attempt an incident is opened."""

    message_id: UUID
    message: str
    is_counted: bool = True
    """False while the server is away for all: the message waits for the next round, whenever that is."""
    rest: timedelta = timedelta()
    """Time that a message waits which is not counted and may be refused for its address."""

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> None:
        if not self.is_counted:
            work.stores.outbox.release(self.message_id, work.now + self.rest)
            return
        attempts = work.stores.outbox.attempts(self.message_id)
        if attempts > len(PAUSES):
            _give_up(work, self.message_id, self.message)
        else:
            work.stores.outbox.postpone(self.message_id, work.now + PAUSES[max(attempts, 1) - 1])


@dataclass(frozen=True)
class NoteMailServer(Command[None]):
    """Open an incident for a mail server that takes nothing: one, however many messages wait and workers ask. Resolve it once
    the server takes messages again."""

    failure: str
    """Empty if it takes messages."""

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> None:
        incidents = work.stores.incidents
        if not self.failure:
            incidents.end(MAIL_SERVER, work.now)
        elif not incidents.is_open(MAIL_SERVER, None):
            incidents.open(
                MAIL_SERVER,
                case_id=None,
                subject_id=None,
                element_id=None,
                message=self.failure,
                moment=work.now,
            )


@dataclass(frozen=True)
class GiveUpMessage(Command[None]):
    """Open an incident for a message that the mail server will never take."""

    message_id: UUID
    message: str

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> None:
        _give_up(work, self.message_id, self.message)


def _give_up(work: Work, message_id: UUID, message: str) -> None:
    work.stores.outbox.give_up(message_id, work.now)
    work.stores.incidents.open(
        "outbox",
        case_id=work.stores.outbox.case_of(message_id),
        subject_id=str(message_id),
        element_id=None,
        message=message,
        moment=work.now,
    )
