"""The timeline: case events, append-only; and the record of decision tables used."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.domain.people import Actor
from engine.storage.database import new_id
from engine.storage.rows import value_of
from engine.storage.tables.cases import CASE_EVENTS
from engine.storage.unit_of_work import UnitOfWork
from engine.storage.webhooks import Webhooks


@dataclass(frozen=True, slots=True)
class CaseEvent:
    id: UUID
    case_id: UUID
    kind: str
    subject: str | None
    """The word that the event is about: a channel, an outcome, a form's element, a milestone."""
    facts: Mapping[str, Any]
    actor_id: UUID | None
    """None for a person outside and for the program itself."""
    actor_name: str
    at: datetime


class Timeline:
    def __init__(self, unit: UnitOfWork, webhooks: Webhooks) -> None:
        self._unit = unit
        self._webhooks = webhooks

    def record(
        self,
        case_id: UUID,
        kind: str,
        actor: Actor,
        moment: datetime,
        subject: str | None = None,
        **facts: Any,
    ) -> None:
        self._unit.insert(
            CASE_EVENTS,
            {
                "id": new_id(),
                "case_id": case_id,
                "kind": kind,
                "subject": subject,
                "facts": facts,
                "actor_id": actor.person_id,
                "actor_name": actor.name,
                "at": moment,
            },
        )
        self._webhooks.note(case_id, kind, moment)

    def of_cases(
        self, case_ids: Collection[UUID], kinds: Collection[str]
    ) -> Mapping[UUID, tuple[CaseEvent, ...]]:
        """Return the events of these kinds by case, each case's oldest first."""
        rows = self._unit.rows(
            select(CASE_EVENTS)
            .where(CASE_EVENTS.c.case_id.in_(case_ids), CASE_EVENTS.c.kind.in_(kinds))
            .order_by(CASE_EVENTS.c.case_id, CASE_EVENTS.c.at, CASE_EVENTS.c.id)
        )
        events = (value_of(CaseEvent, row) for row in rows)
        return {case_id: tuple(found) for case_id, found in groupby(events, attrgetter("case_id"))}

    def of_case(self, case_id: UUID, *kinds: str) -> tuple[CaseEvent, ...]:
        """Return the events of a case, oldest first: all, or those of these kinds."""
        chosen = select(CASE_EVENTS).where(CASE_EVENTS.c.case_id == case_id)
        if kinds:
            chosen = chosen.where(CASE_EVENTS.c.kind.in_(kinds))
        rows = self._unit.rows(chosen.order_by(CASE_EVENTS.c.at, CASE_EVENTS.c.id))
        return tuple(value_of(CaseEvent, row) for row in rows)
