"""Cases as rows and values."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Label, bindparam, exists, select

from engine.domain.cases import Case, CaseState
from engine.domain.people import Actor
from engine.domain.tasks import OPEN
from engine.errors import NotFound
from engine.storage.rows import row_of, value_of
from engine.storage.tables.cases import CASES, DISQUALIFICATIONS
from engine.storage.tables.people import COUNTERS
from engine.storage.tables.processes import USER_TASKS
from engine.storage.unit_of_work import UnitOfWork

_FIELDS = tuple(Case.__dataclass_fields__)
_ONE = select(CASES).where(CASES.c.id == bindparam("wanted"))
_CHILDREN = select(CASES).where(CASES.c.parent_id == bindparam("wanted")).order_by(CASES.c.reference)


class Cases:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, case: Case) -> None:
        self._unit.insert(CASES, row_of(CASES, case))

    def get(self, case_id: UUID) -> Case:
        return value_of(Case, self._unit.one(_ONE, wanted=case_id))

    def existing(self, case_ids: Collection[UUID]) -> frozenset[UUID]:
        """Return those of the ids that belong to a case."""
        rows = self._unit.execute(select(CASES.c.id).where(CASES.c.id.in_(case_ids)))
        return frozenset(rows.scalars())

    def by_reference(self, reference: str) -> Case:
        return value_of(Case, self._unit.one(select(CASES).where(CASES.c.reference == reference)))

    def children_of(self, case_id: UUID) -> tuple[Case, ...]:
        return tuple(value_of(Case, row) for row in self._unit.rows(_CHILDREN, wanted=case_id))

    def open_elsewhere(self, deployment_id: UUID) -> tuple[Case, ...]:
        """Return open cases that run on another deployment."""
        rows = self._unit.rows(
            select(CASES)
            .where(CASES.c.state != CaseState.CLOSED, CASES.c.deployment_id != deployment_id)
            .order_by(CASES.c.reference)
        )
        return tuple(value_of(Case, row) for row in rows)

    def require_visible(self, case: Case, actor: Actor) -> None:
        """Raise NotFound if the actor may not see the case, the same as for a case that does not exist."""
        assigned, disqualified = self._unit.execute(
            select(
                exists().where(
                    USER_TASKS.c.case_id == case.id,
                    USER_TASKS.c.assignee_id == actor.person_id,
                    USER_TASKS.c.state.in_(OPEN),
                ),
                exists().where(
                    DISQUALIFICATIONS.c.case_id == case.id,
                    DISQUALIFICATIONS.c.person_id == actor.person_id,
                ),
            )
        ).one()
        if not case.is_visible_to(actor, assigned=assigned, disqualified=disqualified):
            raise NotFound

    def disqualify(self, case_id: UUID, person_id: UUID, reason: str, moment: datetime) -> None:
        self._unit.insert(
            DISQUALIFICATIONS,
            {"case_id": case_id, "person_id": person_id, "reason": reason, "recorded_at": moment},
        )

    def is_disqualified(self, case_id: UUID, person_id: UUID) -> bool:
        found = exists().where(
            DISQUALIFICATIONS.c.case_id == case_id, DISQUALIFICATIONS.c.person_id == person_id
        )
        return bool(self._unit.execute(select(found)).scalar_one())

    def keep_the_same_away(self, from_case: UUID, to_case: UUID, moment: datetime) -> None:
        """Copy the disqualifications of one case to another that belongs to it."""
        rows = self._unit.execute(
            select(DISQUALIFICATIONS.c.person_id, DISQUALIFICATIONS.c.reason).where(
                DISQUALIFICATIONS.c.case_id == from_case
            )
        ).all()
        for row in rows:
            self.disqualify(to_case, row.person_id, row.reason, moment)

    def advance(self, case: Case, **values: Any) -> None:
        """Store the case's next version with these changes. The flush raises Outdated if someone changed it since it was read."""
        seen = {"id": case.id, "version": case.version}
        self._unit.update_one(CASES, seen, {**values, "version": case.version + 1})

    def next_number(self, name: str) -> int:
        """Return the next number of a running series, e.g. of case references in a year."""
        return self._unit.count_up(COUNTERS, {"name": name, "value": 1}, "value")

    def find(self, **equal: Any) -> tuple[Case, ...]:
        conditions = [CASES.c[name] == value for name, value in equal.items()]
        rows = self._unit.rows(select(CASES).where(*conditions).order_by(CASES.c.reference))
        return tuple(value_of(Case, row) for row in rows)


def columns_with_prefix(prefix: str) -> tuple[Label[Any], ...]:
    """Return the case's columns, labelled with a prefix, to read it in one statement with what belongs to it."""
    return tuple(CASES.c[name].label(prefix + name) for name in _FIELDS)
