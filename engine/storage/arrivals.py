"""The register of what arrived in a case, sealed under the case's key for narrative."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, and_, select

from engine.domain.arrivals import Arrival, ArrivalKind, CallsFor
from engine.storage.rows import row_of, value_of
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.arrivals import ARRIVALS
from engine.storage.unit_of_work import UnitOfWork

_CLASS = SealingClass.NARRATIVE


def arrival_is_open() -> ColumnElement[bool]:
    """It waits for somebody: what was registered in error waits for nobody."""
    return and_(ARRIVALS.c.settled_at.is_(None), ARRIVALS.c.hidden_at.is_(None))


class Arrivals:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def add(self, arrival: Arrival) -> None:
        self._unit.insert(ARRIVALS, row_of(ARRIVALS, arrival, content=self._sealed(arrival)))

    def leave_mark(self, arrival: Arrival) -> None:
        """Put a mark in the place of an arrival that moved to another case, and overwrite its words."""
        mark = {
            "calls_for": arrival.calls_for.value,
            "business_key": arrival.business_key,
            "settled_at": arrival.settled_at,
            "settled_by": arrival.settled_by,
            "attachment_id": arrival.attachment_id,
            "hidden_at": arrival.hidden_at,
            "content": self._sealed(arrival),
        }
        self._unit.update(ARRIVALS, {"id": arrival.id}, mark)

    def _sealed(self, arrival: Arrival) -> bytes:
        content = {
            "about": arrival.about,
            "sender_id": str(arrival.sender_id) if arrival.sender_id else None,
            "sender": arrival.sender,
            "digest": arrival.digest,
            **({"envelope": arrival.envelope} if arrival.envelope else {}),
        }
        return self._vault.seal_column(ARRIVALS.c.content, _CLASS, arrival.case_id, arrival.id, content)

    def get(self, case_id: UUID, arrival_id: UUID) -> Arrival | None:
        row = self._unit.row(
            select(ARRIVALS).where(ARRIVALS.c.case_id == case_id, ARRIVALS.c.id == arrival_id)
        )
        return None if row is None else self._opened(row)

    def hide(self, arrival: Arrival, moment: datetime) -> None:
        """Hide what was registered in error. If it waited for somebody, it waits no more."""
        self._unit.update(ARRIVALS, {"id": arrival.id}, {"hidden_at": moment})

    def show(self, arrival: Arrival) -> None:
        self._unit.update(ARRIVALS, {"id": arrival.id}, {"hidden_at": None})

    def of_case(self, case_id: UUID, *, marks: bool = False, hidden: bool = False) -> tuple[Arrival, ...]:
        """Oldest first. `marks`: also those in place of what moved to another case. `hidden`: also those that were
        registered in error."""
        found = select(ARRIVALS).where(ARRIVALS.c.case_id == case_id)
        if not marks:
            found = found.where(ARRIVALS.c.calls_for != CallsFor.ELSEWHERE.value)
        if not hidden:
            found = found.where(ARRIVALS.c.hidden_at.is_(None))
        rows = self._unit.rows(found.order_by(ARRIVALS.c.registered_at, ARRIVALS.c.id))
        return tuple(self._opened(row) for row in rows)

    def open_in(self, case_ids: Collection[UUID]) -> tuple[RowMapping, ...]:
        """Return what waits for somebody in these cases, in one statement, with nothing that is sealed."""
        table = ARRIVALS.c
        columns = (table.id, table.case_id, table.kind, table.calls_for, table.due_on, table.registered_at)
        return tuple(self._unit.rows(select(*columns).where(table.case_id.in_(case_ids), arrival_is_open())))

    def settle(self, arrival: Arrival, person_id: UUID | None, moment: datetime) -> None:
        self._settle({"id": arrival.id}, person_id, moment)

    def reopen(self, arrival: Arrival) -> None:
        self._unit.update(ARRIVALS, {"id": arrival.id}, {"settled_at": None, "settled_by": None})

    def settle_replies(self, case_id: UUID, request: str, person_id: UUID | None, moment: datetime) -> None:
        """Settle the answers to a request that arrived before they were typed into it."""
        awaiting = {"case_id": case_id, "kind": ArrivalKind.REPLY.value, "business_key": request}
        self._settle(awaiting, person_id, moment)

    def _settle(self, where: Mapping[str, Any], person_id: UUID | None, moment: datetime) -> None:
        done = {"settled_at": moment, "settled_by": person_id}
        self._unit.update(ARRIVALS, {**where, "settled_at": None}, done)

    def _opened(self, row: RowMapping) -> Arrival:
        content = self._vault.open_column(ARRIVALS.c.content, _CLASS, row) or {}
        sender_id = content.get("sender_id")
        return value_of(
            Arrival,
            row,
            about=content.get("about", ""),
            sender_id=UUID(sender_id) if sender_id else None,
            sender=content.get("sender", ""),
            digest=content.get("digest", ""),
            envelope=content.get("envelope", ""),
        )
