"""Cases that moved from one caseworker to another, and what went along, so that it can be undone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, exists, select

from engine.domain.people import Actor
from engine.domain.reassignments import Reassignment
from engine.storage.rows import row_of, value_of
from engine.storage.tables.cases import CASES
from engine.storage.tables.reassignments import REASSIGNMENTS
from engine.storage.unit_of_work import UnitOfWork
from engine.storage.visibility import seen_by


class Reassignments:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, made: Reassignment) -> None:
        self._unit.insert(
            REASSIGNMENTS, row_of(REASSIGNMENTS, made, tasks=[list(each) for each in made.tasks])
        )

    def find(self, reassignment_id: UUID) -> Reassignment | None:
        row = self._unit.row(select(REASSIGNMENTS).where(REASSIGNMENTS.c.id == reassignment_id))
        return None if row is None else _value(row)

    def since(self, actor: Actor, moment: datetime, limit: int) -> tuple[tuple[Reassignment, str], ...]:
        """Return those made since a moment, the newest first, with the reference of the case; of cases that the actor sees."""
        rows = self._unit.rows(
            select(REASSIGNMENTS, CASES.c.reference)
            .join(CASES, CASES.c.id == REASSIGNMENTS.c.case_id)
            .where(REASSIGNMENTS.c.made_at >= moment, seen_by(actor))
            .order_by(REASSIGNMENTS.c.made_at.desc(), REASSIGNMENTS.c.id.desc())
            .limit(limit)
        )
        return tuple((_value(row), row["reference"]) for row in rows)

    def is_given_since(self, case_id: UUID, moment: datetime) -> bool:
        """Return True if the case was given to somebody since that moment, and this stands."""
        table = REASSIGNMENTS.c
        given = exists().where(table.case_id == case_id, table.made_at > moment, table.undone_at.is_(None))
        return bool(self._unit.execute(select(given)).scalar_one())

    def undo(self, made: Reassignment, undone_by: UUID | None, moment: datetime) -> None:
        """Raise Outdated if somebody has undone it meanwhile."""
        values = {"undone_by": undone_by, "undone_at": moment}
        self._unit.update_one(REASSIGNMENTS, {"id": made.id, "undone_at": None}, values)


def _value(row: RowMapping) -> Reassignment:
    return value_of(Reassignment, row, tasks=tuple((task, former) for task, former in row["tasks"]))
