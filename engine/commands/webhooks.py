"""Webhooks: receivers that two people give a program, and the events that go to them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from engine.casework import powers
from engine.domain.administration import Act, ProposalKind
from engine.domain.people import Actor, Role
from engine.domain.policy import Action, decision
from engine.domain.webhooks import EVENTS, PAUSES, is_address
from engine.errors import Invalid
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_proof, require_role, require_system
from engine.storage.webhooks import Receiver, WebhookMessage

READS: Final = "cases:read"
"""The scope without which a program hears of nothing."""
AT_ONCE: Final = 10
"""Events of one turn: at ten seconds each they are sent before another worker may take the receiver."""


@dataclass(frozen=True)
class AddReceiver(Command[str]):
    """Send a program's events to an address, in the place of an earlier one. Return the key that signs them, which is
    shown once; an empty text if it waits for a second person, who is then shown it."""

    program: str
    address: str
    events: frozenset[str]
    reason: str = ""

    def permit(self, work: Work) -> None:
        require_role(work, Role.ADMINISTRATOR)
        require_proof(work)

    def execute(self, work: Work) -> str:
        if not is_address(self.address):
            raise Invalid(
                "Kirjoita osoite muodossa https://palvelin.esimerkki/polku, ilman tunnuksia.", field="address"
            )
        if not self.events or not self.events <= set(EVENTS):
            raise Invalid("Valitse, mistä tapahtumista kerrotaan.", field="events")
        account_id = work.stores.service_accounts.valid(self.program, work.today)
        program = account_id and work.stores.service_accounts.actor_of(account_id, work.today)
        if not program:
            raise Invalid(powers.NO_PROGRAM, field="name")
        if READS not in program.scopes:
            raise Invalid("Ohjelmalla ei ole oikeutta lukea asioita.", field="name")
        given = powers.proposal(
            work,
            ProposalKind.RECEIVER,
            self.program,
            self.reason,
            scopes=self.events,
            address=self.address,
        )
        return powers.give(work, given)


@dataclass(frozen=True)
class ChangeReceiverKey(Command[str]):
    """Sign with a new key, and return it: it is shown once. The key before signs beside it for a week."""

    program: str

    def permit(self, work: Work) -> None:
        require_role(work, Role.ADMINISTRATOR)
        require_proof(work)

    def execute(self, work: Work) -> str:
        receiver = _named(work, self.program)
        signing_key = secrets.token_urlsafe(32)
        work.stores.webhooks.change_key(receiver.id, signing_key, work.now)
        _note(work, Act.RECEIVER_KEY_CHANGED, self.program)
        return signing_key


@dataclass(frozen=True)
class EndReceiver(Command[None]):
    """Send nothing more to a program's address. What waits for it is not sent."""

    program: str

    def permit(self, work: Work) -> None:
        require_role(work, Role.ADMINISTRATOR)

    def execute(self, work: Work) -> None:
        work.stores.webhooks.end(_named(work, self.program).id, work.now)
        _note(work, Act.RECEIVER_ENDED, self.program)


def _named(work: Work, program: str) -> Receiver:
    for each in work.stores.webhooks.all():
        if each.program == program and each.ended_at is None:
            return each
    raise Invalid("Ohjelmalla ei ole osoitetta, johon tapahtumista kerrotaan.", field="name")


def _note(work: Work, act: Act, program: str) -> None:
    work.stores.access.log_administration(work.actor, act, work.now, program)


# ---------------------------------------------------------------- the worker's


@dataclass(frozen=True, slots=True)
class Turn:
    """The events that go to one receiver now, in order."""

    address: str
    keys: tuple[str, ...]
    messages: tuple[WebhookMessage, ...]


@dataclass(frozen=True)
class DueReceivers(Query[tuple[UUID, ...]]):
    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[UUID, ...]:
        return work.stores.webhooks.due(work.now)


@dataclass(frozen=True)
class TakeReceiver(Command[Turn | None]):
    """Take a receiver for some minutes; None if another worker has it. Events that its program may not know of by now are
    dropped: it lost its scope, its day has come, or the case was hidden from it."""

    receiver_id: UUID

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> Turn | None:
        webhooks = work.stores.webhooks
        receiver = webhooks.take(self.receiver_id, work.now)
        if receiver is None:
            return None
        program = work.stores.service_accounts.actor_of(receiver.service_account_id, work.today)
        allowed = []
        for message in webhooks.unsent(receiver.id, AT_ONCE):
            if receiver.ended_at is None and _may_hear(work, program, message):
                allowed.append(message)
            else:
                webhooks.drop(message, work.now)
        return Turn(receiver.address, webhooks.keys(receiver.id, work.now), tuple(allowed))


def _may_hear(work: Work, program: Actor | None, message: WebhookMessage) -> bool:
    if program is None or READS not in program.scopes:
        return False
    case, relation = work.stores.cases.of_id(message.case_id, program)
    return decision(Action.CASE_STATUS, program.roles, relation, case.standing).allowed


@dataclass(frozen=True)
class MarkHeard(Command[None]):
    message_id: UUID

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> None:
        work.stores.webhooks.sent(self.message_id, work.now)


@dataclass(frozen=True)
class ReleaseReceiver(Command[None]):
    """Let the next turn of a receiver begin at once."""

    receiver_id: UUID

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> None:
        work.stores.webhooks.release(self.receiver_id, work.now)


@dataclass(frozen=True)
class PostponeReceiver(Command[None]):
    """Let a receiver that is away rest, for longer each time. After the last time what waits is given up, and an incident
    is opened."""

    receiver_id: UUID
    message: str

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> None:
        webhooks = work.stores.webhooks
        receiver = webhooks.get(self.receiver_id)
        if receiver.failures < len(PAUSES):
            webhooks.postpone(receiver, work.now + PAUSES[receiver.failures])
            return
        webhooks.postpone(receiver, work.now)
        webhooks.give_up(receiver.id, work.now)
        if not work.stores.incidents.is_open("webhook", receiver.id):
            work.stores.incidents.open(
                "webhook",
                case_id=None,
                subject_id=str(receiver.id),
                element_id=None,
                message=f"{receiver.program}: {self.message}",
                moment=work.now,
            )
