"""Calls the receivers of webhooks, each receiver's events in order. One that is away keeps no other waiting for longer than
one attempt."""

from __future__ import annotations

import logging
from threading import Event
from uuid import UUID

from engine.commands.webhooks import (
    DueReceivers,
    MarkHeard,
    PostponeReceiver,
    ReleaseReceiver,
    TakeReceiver,
    Turn,
)
from engine.domain.people import SYSTEM
from engine.errors import Outdated, Unsealable
from engine.executor import Engine
from engine.journal import place_of
from engine.webhooks import Call, ReceiverAway, send

log = logging.getLogger("vireille.worker")


def call_receivers(engine: Engine, stopping: Event) -> int:
    """Call the receivers for which something waits. Return how many events they took."""
    heard, done = 0, set[UUID]()
    while fresh := [each for each in engine.answer(DueReceivers(), SYSTEM) if each not in done]:
        for receiver_id in fresh:
            if stopping.is_set():
                return heard
            taken = _turn(engine, receiver_id, stopping)
            heard += taken
            if not taken:
                done.add(receiver_id)
    return heard


def _turn(engine: Engine, receiver_id: UUID, stopping: Event) -> int:
    """Send what waits for a receiver, up to the first failure. Return how many events it took.

    Only the receiver's own failure, or a key of its that does not open, counts against it: an outage of our database ends
    the round, and what was heard and not marked goes again.
    """
    taken = 0
    try:
        turn = engine.perform(TakeReceiver(receiver_id), SYSTEM)
        if turn is None:
            return 0
        for call in _calls(turn):
            if stopping.is_set():
                break
            send(turn.address, turn.keys, call, engine.now(), engine.settings.webhook_networks)
            engine.perform(MarkHeard(call.id), SYSTEM)
            taken += 1
        engine.perform(ReleaseReceiver(receiver_id), SYSTEM)
    except (ReceiverAway, Unsealable) as failure:
        log.info("a receiver is away", extra={"row": str(receiver_id), **place_of(failure)})
        engine.perform(PostponeReceiver(receiver_id, str(failure)), SYSTEM)
    except Outdated:
        log.info("a receiver is in use; a later round takes it", extra={"row": str(receiver_id)})
    return taken


def _calls(turn: Turn) -> tuple[Call, ...]:
    return tuple(Call(each.id, each.kind, each.happened_at) for each in turn.messages)
