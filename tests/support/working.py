"""Work for a worker, and a mail server that fails on demand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.commands.timers import DueTimers
from engine.domain.people import SYSTEM
from engine.executor import Command, Engine, Work
from engine.mail import MailServerAway, RecipientNotLetThrough
from engine.queries.oversight import WatchOver
from engine.storage.incidents import Incident
from engine.storage.outbox import OutboxMessage
from engine.storage.tables.processes import OUTBOX_MESSAGES
from tests.support.answers import request
from tests.support.story import Story
from tests.support.world import World


@dataclass(frozen=True)
class Doing(Command[Any]):
    """An action of a test inside a transaction."""

    act: Any

    def permit(self, work: Work) -> None:
        """Permit all."""

    def execute(self, work: Work) -> Any:
        return self.act(work)


@dataclass
class Post:
    """A mail server that fails on demand."""

    fails: Exception | None = None
    drops: str = ""
    """An address at which the server goes away."""
    closed: tuple[str, ...] = ()
    """Addresses to which the server lets nothing of ours through."""
    sent: list[OutboxMessage] = field(default_factory=list)
    tried: list[UUID] = field(default_factory=list)

    def __call__(self, _settings: Any, message: OutboxMessage) -> None:
        self.tried.append(message.id)
        if self.drops and message.recipient["email"] == self.drops:
            raise MailServerAway
        if message.recipient["email"] in self.closed:
            raise RecipientNotLetThrough
        if self.fails is not None:
            raise self.fails
        self.sent.append(message)


def incidents(world: World) -> tuple[Incident, ...]:
    return world.engine.answer(WatchOver(), world.actor("esihenkilo")).incidents


def stalled_request(story: Story) -> None:
    """Send a request; its timers wait."""
    story.applies()
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Työn ehdot")
    asked = [request("outside_authority", story.today + timedelta(days=14))]
    story.does("kasittelija", "new_information_request", requests=asked, round_reason="Toinen taho tietää.")


def without(engine: Engine, operation: str) -> None:
    """Make that operation fail, with words that must not reach a log."""

    def fails(*_: Any) -> Any:
        raise RuntimeError("Anna Esimerkki, 040 123")

    engine.operations = {
        **engine.operations,
        operation: replace(engine.operations[operation], run=fails),
    }


def due_timers(world: World) -> int:
    return len(world.engine.answer(DueTimers(), SYSTEM))


def mail_waits(story: Story) -> Post:
    """Put a receipt into the outbox."""
    story.applies(safe_channels=["email"], email="joku@example.invalid", may_leave_message="no")
    return Post()


def outbox(world: World) -> list[Any]:
    with world.engine.database.view() as connection:
        return list(connection.execute(select(OUTBOX_MESSAGES).order_by(OUTBOX_MESSAGES.c.id)))
