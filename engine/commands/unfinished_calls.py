"""Urgent calls that are neither recorded nor dropped: who began them, and a colleague who goes on with one that was left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.commands.applications import RECORDS_CALLS
from engine.domain.administration import Act
from engine.domain.policy import HEADS
from engine.errors import Conflict
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_person, require_role
from engine.storage.urgent_calls import UrgentCall


class CallNotLeft(Conflict):
    """Refusal to take over a call that somebody goes on with, or that has ended."""

    sentence = "Puhelua ei voi ottaa: se on kirjattu tai poistettu, tai joku kirjaa sitä nyt."


@dataclass(frozen=True, slots=True)
class UnfinishedCall:
    """A call, without a word of it."""

    id: UUID
    writer: str
    started_at: datetime
    saved_at: datetime
    is_left: bool
    may_be_taken: bool
    """By the reader, from a colleague."""


@dataclass(frozen=True, slots=True)
class UnfinishedCallList:
    own: tuple[UnfinishedCall, ...]
    others: tuple[UnfinishedCall, ...]


@dataclass(frozen=True)
class UnfinishedCalls(Query[UnfinishedCallList]):
    """Return the calls that somebody is writing down or has left, those that were left first."""

    shows_cases = False

    def permit(self, work: Work) -> None:
        require_role(work, *RECORDS_CALLS, *HEADS)
        require_person(work)

    def execute(self, work: Work) -> UnfinishedCallList:
        calls = sorted(work.stores.urgent_calls.under_way(), key=lambda each: each.saved_at)
        writers = {each.id: each.name for each in work.stores.people.all()} if calls else {}
        mine = [each for each in calls if each.person_id == work.actor.person_id]
        others = [each for each in calls if each.person_id != work.actor.person_id]
        takes = work.actor.has(*RECORDS_CALLS)
        return UnfinishedCallList(
            tuple(_shown(work, each, writers, takes=False) for each in mine),
            tuple(_shown(work, each, writers, takes=takes) for each in others),
        )


def _shown(work: Work, call: UrgentCall, writers: Mapping[UUID, str], *, takes: bool) -> UnfinishedCall:
    is_left = call.is_left(work.now)
    writer = writers.get(call.person_id, "")
    return UnfinishedCall(call.id, writer, call.started_at, call.saved_at, is_left, takes and is_left)


@dataclass(frozen=True)
class TakeCallOver(Command[None]):
    """Go on with a call that a colleague left, with what they typed. Raise CallNotLeft where anybody has gone on with it.
    The administration log says who took whose call over: it has no case yet."""

    call_id: UUID

    def permit(self, work: Work) -> None:
        require_role(work, *RECORDS_CALLS)
        require_person(work)

    def execute(self, work: Work) -> None:
        person_id, call = require_person(work), work.stores.urgent_calls.get(self.call_id)
        if call is not None and call.person_id == person_id:
            return
        if call is None or not work.stores.urgent_calls.take_over(call, person_id, work.now):
            raise CallNotLeft
        former = work.stores.people.get(call.person_id)
        work.stores.access.log_administration(work.actor, Act.CALL_TAKEN_OVER, work.now, former.username)
