"""How long each class of a case's data is kept (615/2020 15 §), and what has been destroyed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from engine.storage.tables.cases import RETENTION_PLANS


@dataclass(frozen=True, slots=True)
class RetentionPlan:
    case_id: UUID
    sealing_class: str
    rule: str
    destroy_on: date | None
    destroyed_at: datetime | None


class RetentionPlans:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def set(self, case_id: UUID, plans: dict[str, tuple[str, date | None]], moment: datetime) -> None:
        """Replace the plan of these classes: sealing class to (rule, day of destruction)."""
        self._connection.execute(
            delete(RETENTION_PLANS).where(
                RETENTION_PLANS.c.case_id == case_id,
                RETENTION_PLANS.c.sealing_class.in_(tuple(plans)),
                RETENTION_PLANS.c.destroyed_at.is_(None),
            )
        )
        rows = [
            {"case_id": case_id, "sealing_class": name, "rule": rule, "destroy_on": day, "set_at": moment}
            for name, (rule, day) in plans.items()
        ]
        if rows:
            self._connection.execute(insert(RETENTION_PLANS), rows)

    def of_case(self, case_id: UUID) -> tuple[RetentionPlan, ...]:
        rows = self._connection.execute(
            select(*(RETENTION_PLANS.c[name] for name in RetentionPlan.__dataclass_fields__))
            .where(RETENTION_PLANS.c.case_id == case_id)
            .order_by(RETENTION_PLANS.c.sealing_class)
        )
        return tuple(RetentionPlan(**row) for row in rows.mappings())

    def due(self, day: date, limit: int) -> tuple[RetentionPlan, ...]:
        rows = self._connection.execute(
            select(*(RETENTION_PLANS.c[name] for name in RetentionPlan.__dataclass_fields__))
            .where(RETENTION_PLANS.c.destroy_on <= day, RETENTION_PLANS.c.destroyed_at.is_(None))
            .order_by(RETENTION_PLANS.c.destroy_on)
            .limit(limit)
        )
        return tuple(RetentionPlan(**row) for row in rows.mappings())

    def destroyed(self, plan: RetentionPlan, moment: datetime) -> None:
        self._connection.execute(
            update(RETENTION_PLANS)
            .where(
                RETENTION_PLANS.c.case_id == plan.case_id,
                RETENTION_PLANS.c.sealing_class == plan.sealing_class,
            )
            .values(destroyed_at=moment)
        )
