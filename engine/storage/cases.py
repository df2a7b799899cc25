"""Cases as rows and values."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Label, RowMapping, and_, bindparam, exists, or_, select, update

from engine.domain.cases import Case
from engine.domain.people import Actor
from engine.domain.policy import Action, Relation
from engine.storage.open_rows import CASE_IS_OPEN, TASK_IS_OPEN
from engine.storage.rows import row_of, value_of
from engine.storage.tables.cases import CASES, DISQUALIFICATIONS, ENQUIRY_NOTICE_CASES
from engine.storage.tables.people import COUNTERS
from engine.storage.tables.processes import USER_TASKS
from engine.storage.unit_of_work import UnitOfWork
from engine.storage.visibility import seen_by

_FIELDS = tuple(Case.__dataclass_fields__)
_ONE = select(CASES).where(CASES.c.id == bindparam("wanted"))
NOBODY = UUID(int=0)
"""The person of a program. For NULL, PostgreSQL plans the statement anew each time: longer than it takes to run it."""
_PERSON = bindparam("person", type_=CASES.c.id.type)


def _flags(case_id: ColumnElement[UUID]) -> tuple[Label[bool], Label[bool]]:
    """Return what of a person's relation to a case stands in other tables."""
    is_open = TASK_IS_OPEN
    own_task = exists().where(USER_TASKS.c.case_id == case_id, USER_TASKS.c.assignee_id == _PERSON, is_open)
    barred = exists().where(DISQUALIFICATIONS.c.case_id == case_id, DISQUALIFICATIONS.c.person_id == _PERSON)
    return own_task.label("is_assigned"), barred.label("is_disqualified")


_BY_REFERENCE = select(*CASES.c, *_flags(CASES.c.id)).where(CASES.c.reference == bindparam("wanted"))
_BY_ID = select(*CASES.c, *_flags(CASES.c.id)).where(CASES.c.id == bindparam("wanted"))
_RELATION = select(*_flags(bindparam("wanted", type_=CASES.c.id.type)))
_CHILDREN = select(CASES).where(CASES.c.parent_id == bindparam("wanted")).order_by(CASES.c.reference)


class Cases:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, case: Case, moment: datetime) -> None:
        self._unit.insert(CASES, row_of(CASES, case, changed_at=moment))

    def get(self, case_id: UUID) -> Case:
        return value_of(Case, self._unit.one(_ONE, wanted=case_id))

    def of_ids(self, case_ids: Collection[UUID]) -> tuple[Case, ...]:
        """Return the cases with these ids. The caller has checked who reads."""
        rows = self._unit.rows(select(CASES).where(CASES.c.id.in_(case_ids)))
        return tuple(value_of(Case, row) for row in rows)

    def existing(self, case_ids: Collection[UUID]) -> frozenset[UUID]:
        """Return those of the ids that belong to a case."""
        rows = self._unit.execute(select(CASES.c.id).where(CASES.c.id.in_(case_ids)))
        return frozenset(rows.scalars())

    def by_reference(self, reference: str) -> Case:
        return value_of(Case, self._unit.one(select(CASES).where(CASES.c.reference == reference)))

    def children_of(self, case_id: UUID) -> tuple[Case, ...]:
        return tuple(value_of(Case, row) for row in self._unit.rows(_CHILDREN, wanted=case_id))

    def open_elsewhere(self, deployment_id: UUID, actor: Actor) -> tuple[Case, ...]:
        """Return open cases that run on another deployment and that the actor may move."""
        is_elsewhere = and_(CASE_IS_OPEN, CASES.c.deployment_id != deployment_id)
        rows = self._unit.rows(
            select(CASES).where(is_elsewhere, seen_by(actor, Action.PREVIEW_MOVE)).order_by(CASES.c.reference)
        )
        return tuple(value_of(Case, row) for row in rows)

    def of_reference(self, reference: str, actor: Actor) -> tuple[Case, Relation]:
        """Return the case and how the actor stands to it, in one statement. Raise NotFound if there is none."""
        row = self._unit.one(_BY_REFERENCE, wanted=reference, person=actor.person_id or NOBODY)
        case = value_of(Case, row)
        return case, _relation(case, row, actor)

    def of_id(self, case_id: UUID | None, actor: Actor) -> tuple[Case, Relation]:
        """As `of_reference`. Nothing has the id None: the statement is run all the same, so that its time says nothing."""
        row = self._unit.one(_BY_ID, wanted=case_id or NOBODY, person=actor.person_id or NOBODY)
        case = value_of(Case, row)
        return case, _relation(case, row, actor)

    def relation_of(self, case: Case, actor: Actor, *, in_emergency: bool = False) -> Relation:
        row = self._unit.one(_RELATION, wanted=case.id, person=actor.person_id or NOBODY)
        return _relation(case, row, actor, in_emergency=in_emergency)

    def disqualify(self, case_id: UUID, person_id: UUID, reason: str, moment: datetime) -> None:
        self._unit.insert(
            DISQUALIFICATIONS,
            {"case_id": case_id, "person_id": person_id, "reason": reason, "recorded_at": moment},
        )

    def lift_disqualification(self, case_id: UUID, person_id: UUID) -> None:
        self._unit.delete(DISQUALIFICATIONS, {"case_id": case_id, "person_id": person_id})

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

    def relatives_of(self, case: Case) -> tuple[Case, ...]:
        """Return the parent, the children, and the other children of the parent, also those that nobody here sees."""
        parent = case.parent_id or NOBODY
        related = or_(CASES.c.parent_id == case.id, CASES.c.id == parent, CASES.c.parent_id == parent)
        return tuple(value_of(Case, row) for row in self._unit.rows(select(CASES).where(related)))

    def family_of(self, case: Case, actor: Actor) -> tuple[Case, ...]:
        """Return the parent and the children of the case, those that the actor sees."""
        related = or_(CASES.c.parent_id == case.id, CASES.c.id == (case.parent_id or NOBODY))
        found = select(CASES).where(related, seen_by(actor)).order_by(CASES.c.reference)
        return tuple(value_of(Case, row) for row in self._unit.rows(found))

    def seen(
        self, actor: Actor, limit: int, *, ids: Collection[UUID] = (), reference: str = ""
    ) -> tuple[Case, ...]:
        """Return those of the cases that the actor sees, in one statement."""
        wanted = or_(CASES.c.id.in_(ids), CASES.c.reference == reference)
        found = select(CASES).where(wanted, seen_by(actor)).order_by(CASES.c.reference).limit(limit)
        return tuple(value_of(Case, row) for row in self._unit.rows(found))

    def begun_from(self, enquiry_id: UUID, actor: Actor, action: Action) -> tuple[Case, ...]:
        """Return the cases of an enquiry's notices with which the actor may do this, the first begun first. In one statement,
        so that no time tells of the others."""
        begun = ENQUIRY_NOTICE_CASES.c
        found = select(CASES).join(ENQUIRY_NOTICE_CASES, begun.case_id == CASES.c.id)
        found = found.where(begun.enquiry_id == enquiry_id, seen_by(actor, action))
        return tuple(value_of(Case, row) for row in self._unit.rows(found.order_by(CASES.c.reference)))

    def among(self, actor: Actor, ids: Collection[UUID]) -> tuple[tuple[Case, Relation, bool], ...]:
        """Return these cases, how the actor stands to each, and if they see it, in one statement."""
        own_task, barred = _flags(CASES.c.id)
        found = select(*CASES.c, own_task, barred, seen_by(actor).label("is_seen")).where(CASES.c.id.in_(ids))
        rows = self._unit.rows(found.order_by(CASES.c.reference), person=actor.person_id or NOBODY)
        cases = ((value_of(Case, row), row) for row in rows)
        return tuple((case, _relation(case, row, actor), bool(row["is_seen"])) for case, row in cases)

    def advance(self, case: Case, moment: datetime, **values: Any) -> None:
        """Store the case's next version with these changes. The flush raises Outdated if someone changed it since it was read."""
        seen = {"id": case.id, "version": case.version}
        self._unit.update_one(CASES, seen, {**values, "version": case.version + 1, "changed_at": moment})

    def date_older(self, limit: int, moment: datetime) -> int:
        """Give cases that the version before made their place among the changed ones. Return how many."""
        undated = select(CASES.c.id).where(CASES.c.changed_at.is_(None)).order_by(CASES.c.id).limit(limit)
        found = tuple(self._unit.execute(undated.with_for_update()).scalars())
        self._unit.execute(update(CASES).where(CASES.c.id.in_(found)).values(changed_at=moment))
        return len(found)

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


def _relation(case: Case, row: RowMapping, actor: Actor, *, in_emergency: bool = False) -> Relation:
    return case.relation_to(
        actor,
        assigned=row["is_assigned"],
        disqualified=row["is_disqualified"],
        in_emergency=in_emergency,
    )
