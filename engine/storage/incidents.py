"""Incidents: failures that wait for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, or_, select, update

from engine.storage.database import new_id
from engine.storage.rows import value_of
from engine.storage.tables.processes import INCIDENTS
from engine.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Incident:
    """A failure that waits for a person."""

    id: UUID
    case_id: UUID | None
    kind: str
    """``timer``, ``outbox``, ``mail_server``, ``start`` or ``webhook``."""
    subject_id: str | None
    element_id: str | None
    message: str
    opened_at: datetime
    resolved_at: datetime | None


class Incidents:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def open(
        self,
        kind: str,
        *,
        case_id: UUID | None,
        subject_id: str | None,
        element_id: str | None,
        message: str,
        moment: datetime,
    ) -> UUID:
        incident_id = new_id()
        self._unit.insert(
            INCIDENTS,
            {
                "id": incident_id,
                "case_id": case_id,
                "kind": kind,
                "subject_id": subject_id,
                "element_id": element_id,
                "message": message,
                "opened_at": moment,
            },
        )
        return incident_id

    def get(self, incident_id: UUID) -> Incident | None:
        row = self._unit.row(select(INCIDENTS).where(INCIDENTS.c.id == incident_id))
        return None if row is None else value_of(Incident, row)

    def is_open(self, kind: str, subject_id: UUID | None) -> bool:
        """Return True if somebody is yet to look at the failure of this row; None: of what is no row."""
        found = (
            select(INCIDENTS.c.id)
            .where(
                INCIDENTS.c.kind == kind,
                INCIDENTS.c.subject_id == (None if subject_id is None else str(subject_id)),
                INCIDENTS.c.resolved_at.is_(None),
            )
            .limit(1)
        )
        return self._unit.execute(found).first() is not None

    def unresolved(self, hidden: Select[tuple[UUID]]) -> tuple[Incident, ...]:
        """Return what waits for a person, but for the cases hidden from the reader."""
        of_seen_case = or_(INCIDENTS.c.case_id.is_(None), INCIDENTS.c.case_id.not_in(hidden))
        rows = self._unit.rows(
            select(INCIDENTS)
            .where(INCIDENTS.c.resolved_at.is_(None), of_seen_case)
            .order_by(INCIDENTS.c.opened_at)
        )
        return tuple(value_of(Incident, row) for row in rows)

    def resolve(self, incident_id: UUID, resolved_by: UUID | None, moment: datetime) -> None:
        self._unit.execute(
            update(INCIDENTS)
            .where(INCIDENTS.c.id == incident_id)
            .values(resolved_at=moment, resolved_by=resolved_by, attempts=INCIDENTS.c.attempts + 1)
        )

    def end(self, kind: str, moment: datetime) -> None:
        """Resolve the open ones of a kind: what they tell of is over."""
        self._unit.execute(
            update(INCIDENTS)
            .where(INCIDENTS.c.kind == kind, INCIDENTS.c.resolved_at.is_(None))
            .values(resolved_at=moment)
        )
