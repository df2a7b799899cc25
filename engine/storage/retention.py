"""Retention of each class of a case's data (615/2020 15 §), and the record of what has been destroyed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select

from engine.storage.legal_holds import held_on, is_held
from engine.storage.rows import value_of
from engine.storage.sealing import SealingClass
from engine.storage.tables.cases import APPLICATIONS
from engine.storage.tables.retention import IDENTITY_TABLES, LEGAL_HOLDS, RETENTION_PLANS
from engine.storage.unit_of_work import UnitOfWork

_NO_CODES: Final = dict.fromkeys(("code_hash", "referrer_code_hash", "idempotency_key"))


@dataclass(frozen=True, slots=True)
class RetentionPlan:
    case_id: UUID
    sealing_class: str
    rule: str
    destroy_on: date | None
    destroyed_at: datetime | None


class RetentionPlans:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def set(self, case_id: UUID, plans: dict[str, tuple[str, date | None]], moment: datetime) -> None:
        """Replace the plan for these classes: class to (rule, day of destruction; None while it is not known). What is
        destroyed stays as it was noted."""
        gone = {each.sealing_class for each in self.of_case(case_id) if each.destroyed_at is not None}
        plans = {name: plan for name, plan in plans.items() if name not in gone}
        for name in plans:
            still_kept = {"case_id": case_id, "sealing_class": name, "destroyed_at": None}
            self._unit.delete(RETENTION_PLANS, still_kept)
        rows = (
            {"case_id": case_id, "sealing_class": name, "rule": rule, "destroy_on": day, "set_at": moment}
            for name, (rule, day) in plans.items()
        )
        self._unit.insert(RETENTION_PLANS, *rows)

    def take_back(self, case_id: UUID) -> None:
        """Take back the days on which something was to be destroyed: what they are counted from has not happened."""
        still_kept = {"case_id": case_id, "destroyed_at": None}
        self._unit.update(RETENTION_PLANS, still_kept, {"destroy_on": None})

    def is_set_before(self, case_id: UUID, moment: datetime) -> bool:
        """Return True if something is kept still by a plan from before this moment."""
        plan = RETENTION_PLANS.c
        older = select(plan.case_id).where(
            plan.case_id == case_id, plan.destroyed_at.is_(None), plan.set_at < moment
        )
        return bool(self._unit.rows(older.limit(1)))

    def of_case(self, case_id: UUID) -> tuple[RetentionPlan, ...]:
        rows = self._unit.rows(
            select(RETENTION_PLANS)
            .where(RETENTION_PLANS.c.case_id == case_id)
            .order_by(RETENTION_PLANS.c.sealing_class)
        )
        return tuple(value_of(RetentionPlan, row) for row in rows)

    def due(self, day: date, limit: int) -> tuple[UUID, ...]:
        """Return the cases of which something is due to be destroyed, but for held ones, the longest overdue first."""
        plan = RETENTION_PLANS.c
        found = (
            select(plan.case_id)
            .where(*_due_on(day))
            .order_by(plan.destroy_on)
            .limit(limit * len(SealingClass))
        )
        # Not grouped: for that SQLite reads the plans of all years. A case has one plan of a class.
        return tuple(dict.fromkeys(self._unit.execute(found).scalars()))[:limit]

    def due_of(self, case_id: UUID, day: date) -> tuple[RetentionPlan, ...]:
        """Return what of a case is due to be destroyed; nothing of a held one. The rows are locked: no day is taken back and no
        hold placed between this reading and the destruction, which no rollback undoes."""
        rows = self._unit.rows(
            select(RETENTION_PLANS)
            .where(RETENTION_PLANS.c.case_id == case_id, *_due_on(day))
            .order_by(RETENTION_PLANS.c.destroy_on)
            .with_for_update()
        )
        found = tuple(value_of(RetentionPlan, row) for row in rows)
        # A hold that was committed while this waited for the row is seen only by a statement that begins after that.
        held = select(LEGAL_HOLDS.c.case_id).where(is_held(day), LEGAL_HOLDS.c.case_id == case_id)
        return found if found and self._unit.row(held.limit(1)) is None else ()

    def lock(self, case_id: UUID) -> None:
        """Wait for a transaction that destroys data of the case, and let none begin before this one ends."""
        self._unit.rows(select(RETENTION_PLANS).where(RETENTION_PLANS.c.case_id == case_id).with_for_update())

    def undated_beside_dated(self, limit: int) -> tuple[RetentionPlan, ...]:
        """Return plans for identity without a day in cases of which other classes have one: the version before gave it
        none. While the person is a client no class has one."""
        dated = RETENTION_PLANS.alias()
        rows = self._unit.rows(
            select(RETENTION_PLANS)
            .where(
                RETENTION_PLANS.c.sealing_class == SealingClass.IDENTITY.value,
                *(RETENTION_PLANS.c[name].is_(None) for name in ("destroy_on", "destroyed_at")),
                exists().where(dated.c.case_id == RETENTION_PLANS.c.case_id, dated.c.destroy_on.is_not(None)),
            )
            .limit(limit)
            .with_for_update()
        )
        return tuple(value_of(RetentionPlan, row) for row in rows)

    def give_day(self, plan: RetentionPlan, day: date) -> None:
        one = {"case_id": plan.case_id, "sealing_class": plan.sealing_class}
        self._unit.update(RETENTION_PLANS, one, {"destroy_on": day})

    def forget_identity(self, case_id: UUID) -> None:
        """Delete what finds the case by its person, and the codes and keys that tell who has them that there was a case."""
        for table in IDENTITY_TABLES:
            self._unit.delete(table, {"case_id": case_id})
        self._unit.update(APPLICATIONS, {"case_id": case_id}, _NO_CODES)

    def forget_older_codes(self, limit: int) -> int:
        """Delete the codes that the version before left in cases whose identity is gone. Return in how many."""
        plan = RETENTION_PLANS.c
        cases = self._unit.execute(
            select(plan.case_id)
            .where(
                plan.sealing_class == SealingClass.IDENTITY.value,
                plan.destroyed_at.is_not(None),
                exists().where(
                    APPLICATIONS.c.case_id == plan.case_id,
                    or_(*(APPLICATIONS.c[name].is_not(None) for name in _NO_CODES)),
                ),
            )
            .limit(limit)
        ).scalars()
        found = frozenset(cases)
        for case_id in found:
            self._unit.update(APPLICATIONS, {"case_id": case_id}, _NO_CODES)
        return len(found)

    def all_destroyed(self) -> tuple[tuple[UUID, str], ...]:
        """Return the case and class of everything that has been destroyed."""
        rows = self._unit.execute(
            select(RETENTION_PLANS.c.case_id, RETENTION_PLANS.c.sealing_class).where(
                RETENTION_PLANS.c.destroyed_at.is_not(None)
            )
        )
        return tuple((case_id, name) for case_id, name in rows)

    def destroyed(self, plan: RetentionPlan, moment: datetime) -> None:
        one = {"case_id": plan.case_id, "sealing_class": plan.sealing_class}
        self._unit.update(RETENTION_PLANS, one, {"destroyed_at": moment})


def _due_on(day: date) -> tuple[ColumnElement[bool], ...]:
    plan = RETENTION_PLANS.c
    return plan.destroy_on <= day, plan.destroyed_at.is_(None), ~held_on(plan.case_id, day)
