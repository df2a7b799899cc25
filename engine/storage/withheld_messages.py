"""Messages of a case that never left, because their way had become unsafe. Their content is not kept here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from engine.storage.tables.processes import OUTBOX_MESSAGES
from engine.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Withheld:
    """A message that was held back: its kind, when it was written and since when it must not leave."""

    kind: str
    written_at: datetime
    withheld_at: datetime


class WithheldMessages:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def of_case(self, case_id: UUID) -> tuple[Withheld, ...]:
        """Return what was held back of a case, oldest first: its kind and days, nothing of its content."""
        rows = self._unit.rows(
            select(OUTBOX_MESSAGES)
            .where(OUTBOX_MESSAGES.c.case_id == case_id, OUTBOX_MESSAGES.c.withheld_at.is_not(None))
            .order_by(OUTBOX_MESSAGES.c.send_after, OUTBOX_MESSAGES.c.id)
        )
        return tuple(Withheld(row["kind"], row["send_after"], row["withheld_at"]) for row in rows)

    def count(self, case_id: UUID, since: datetime) -> int:
        found = select(func.count()).where(
            OUTBOX_MESSAGES.c.case_id == case_id, OUTBOX_MESSAGES.c.withheld_at >= since
        )
        return int(self._unit.execute(found).scalar_one())
