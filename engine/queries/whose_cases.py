"""The lists in which an open case stands: its caseworker's, their deputy's, or nobody's, which the heads see. A closed one
stands there too while something that arrived in it, a call that was asked for, a contact or a meeting waits for somebody.

No open case may leave every list (tests/properties/test_desks.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true, union, union_all

from engine.domain.absences import DeputyScope, scope_in
from engine.domain.people import CASE_STAFF, Actor, Person
from engine.domain.policy import HEADS
from engine.domain.tasks import groups_of
from engine.executor import Work
from engine.storage.meetings import is_booked
from engine.storage.open_rows import CASE_IS_OPEN, TASK_IS_OPEN, open_tasks
from engine.storage.owed_days import DayKind, owed_days
from engine.storage.tables.arrivals import MEETINGS
from engine.storage.tables.cases import CASES, DISQUALIFICATIONS
from engine.storage.tables.people import ABSENCES, PEOPLE
from engine.storage.tables.processes import USER_TASKS
from engine.storage.visibility import seen_by

NONE: Final[tuple[UUID, ...]] = ()
COUNTED_UP_TO: Final = 100
"""Beyond it the number beside a list says nothing."""


class Whose(StrEnum):
    MINE = "mine"
    """The reader is the caseworker, has a task in the case, or goes to a meeting that is booked in it."""
    STANDING_IN = "standing_in"
    """The caseworker is away, and the reader is their deputy."""
    NOBODYS = "nobodys"
    """No caseworker, or none who is there. Heads see all of them; others those in which they may take a task."""


def is_in(work: Work, people: Mapping[UUID, Person], whose: Whose) -> ColumnElement[bool]:
    found = {Whose.MINE: _mine, Whose.STANDING_IN: _stood_in_for, Whose.NOBODYS: _nobodys}[whose]
    return and_(CASES.c.id.in_(found(work, people)), seen_by(work.actor))


def _open(condition: ColumnElement[bool]) -> Select[Any]:
    return select(CASES.c.id).where(CASE_IS_OPEN, condition)


def _left_open(work: Work, condition: ColumnElement[bool]) -> Select[Any]:
    """Return the cases, closed ones too, in which an arrival, a call, a contact or a meeting waits for a caseworker.

    A contact waits for its day. A meeting is looked at from the closing on: it may have to be cancelled.
    """
    waiting = union_all(
        *(
            select(each.table.c.case_id).where(
                each.is_open, each.has_come if each.kind is DayKind.CONTACT else true()
            )
            for each in owed_days(work.now)
        )
    )
    return select(CASES.c.id).where(CASES.c.id.in_(waiting), condition)


def _looked_at(work: Work, condition: ColumnElement[bool]) -> Any:
    return union(_open(condition), _left_open(work, condition))


def _mine(work: Work, _people: Mapping[UUID, Person]) -> Any:
    me = work.actor.person_id
    if me is None:
        # A program has no case: one without a caseworker must not count as its own.
        return NONE
    held = select(USER_TASKS.c.case_id).where(USER_TASKS.c.assignee_id == me, TASK_IS_OPEN)
    meets = select(MEETINGS.c.case_id).where(MEETINGS.c.worker_id == me, is_booked())
    own, met = CASES.c.caseworker_id == me, CASES.c.id.in_(meets)
    return union(_open(own), _open(CASES.c.id.in_(held)), _open(met), _left_open(work, or_(own, met)))


def _stood_in_for(work: Work, people: Mapping[UUID, Person]) -> Any:
    theirs = [_stood_in(work, person) for person in replaced(work, people)]
    return _looked_at(work, or_(*theirs)) if theirs else NONE


def _stood_in(work: Work, person: Person) -> ColumnElement[bool]:
    """Return the condition for cases of someone absent in which their deputy stands in."""
    return and_(CASES.c.caseworker_id == person.id, _of_deputy(work, person))


def _of_deputy(work: Work, person: Person) -> ColumnElement[bool]:
    """Return the condition for cases in which a deputy of this person stands in today."""
    absence = person.absence_on(work.today)
    return false() if absence is None else _of_scope(scope_in(absence.deputy_scope))


def _of_scope(scope: DeputyScope) -> ColumnElement[bool]:
    if scope.team:
        return CASES.c.team == scope.team
    return CASES.c.case_class.in_([each.value for each in scope.classes]) if scope.classes else true()


def _nobodys(work: Work, people: Mapping[UUID, Person]) -> Any:
    if work.actor.has(*HEADS):
        kept_away = _kept_away(CASES.c.caseworker_id)
        absent = [_left_by(work, people, each) for each in people.values() if _is_absent(work, each)]
        return _looked_at(work, or_(CASES.c.caseworker_id.is_(None), kept_away, *absent))
    groups = [group.value for group in groups_of(work.actor)]
    free = exists().where(
        USER_TASKS.c.case_id == CASES.c.id,
        USER_TASKS.c.assignee_id.is_(None),
        USER_TASKS.c.candidate_group.in_(groups),
        TASK_IS_OPEN,
    )
    return _open(and_(CASES.c.caseworker_id.is_(None), free))


def _kept_away(person_id: Any) -> ColumnElement[bool]:
    """Return the condition for cases from which the person is disqualified (434/2003 27-30 §)."""
    return exists().where(
        DISQUALIFICATIONS.c.case_id == CASES.c.id, DISQUALIFICATIONS.c.person_id == person_id
    )


def _is_absent(work: Work, person: Person) -> bool:
    return not person.is_active or person.roles.isdisjoint(CASE_STAFF) or person.is_away(work.today)


def _left_by(work: Work, people: Mapping[UUID, Person], person: Person) -> ColumnElement[bool]:
    """Return the condition for cases of someone absent that nobody sees in their place."""
    deputy = _deputy(work, people, person)
    theirs = CASES.c.caseworker_id == person.id
    if deputy is None:
        return theirs
    seen = seen_by(Actor(deputy.name, deputy.roles, deputy.id, deputy.team))
    # Also of a case without a team or class, where the comparison is unknown.
    return and_(theirs, ~func.coalesce(and_(_stood_in(work, person), seen), false()))


def _deputy(work: Work, people: Mapping[UUID, Person], person: Person) -> Person | None:
    """Return who stands in for someone away, if they are there themselves: a deputy of a deputy is none."""
    absence = person.absence_on(work.today)
    if absence is None or not absence.deputy:
        return None
    named = next((each for each in people.values() if each.username == absence.deputy), None)
    return named if named is not None and not _is_absent(work, named) else None


def replaced(work: Work, people: Mapping[UUID, Person]) -> tuple[Person, ...]:
    """Return the people for whom the reader stands in today."""
    found = []
    for person in people.values():
        deputy = _deputy(work, people, person)
        if deputy is not None and deputy.id == work.actor.person_id:
            found.append(person)
    return tuple(found)


def tasks_in_place(work: Work) -> tuple[UUID, ...]:
    """Return the open tasks that somebody away has taken, and that the reader sees and may do in their place today."""
    person = PEOPLE.alias()
    own = select(person.c.username).where(person.c.id == work.actor.person_id).scalar_subquery()
    away = select(ABSENCES.c.id).where(ABSENCES.c.deputy == own, ABSENCES.c.away_until >= work.today).limit(1)
    # Nearly always nobody: one short statement, and the rest is not asked.
    if work.actor.person_id is None or work.stores.unit.row(away) is None:
        return ()
    people = {each.id: each for each in work.stores.people.all()}
    # Under a name of its own: the conditions of sight ask the tasks of each case, not this one.
    task = USER_TASKS.alias()
    whose = [and_(task.c.assignee_id == each.id, _of_deputy(work, each)) for each in replaced(work, people)]
    found = (
        select(task.c.id)
        .join(CASES, CASES.c.id == task.c.case_id)
        .where(
            or_(false(), *whose),
            open_tasks(task),
            task.c.candidate_group.in_([group.value for group in groups_of(work.actor)]),
            seen_by(work.actor),
        )
    )
    return tuple(work.stores.unit.execute(found).scalars())


def count_of(work: Work, people: Mapping[UUID, Person], whose: Whose) -> int:
    some = select(CASES.c.id).where(is_in(work, people, whose)).limit(COUNTED_UP_TO).subquery()
    return int(work.stores.unit.execute(select(func.count()).select_from(some)).scalar_one())
