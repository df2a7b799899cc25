"""Notices to staff, what is due to become one, and the mails that are due of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    and_,
    exists,
    func,
    not_,
    or_,
    select,
    update,
)

from engine.domain.people import Actor
from engine.domain.staff_notices import OF_TASKS, NoticeChoices, NoticeKind, NoticeWay, StaffNotice
from engine.errors import NotFound
from engine.storage.arrivals import arrival_is_open
from engine.storage.database import new_id
from engine.storage.days_to_notify import days_to_notify
from engine.storage.open_rows import TASK_IS_OPEN
from engine.storage.rows import row_of, value_of
from engine.storage.tables.arrivals import ARRIVALS
from engine.storage.tables.cases import CALL_WISHES, CASES
from engine.storage.tables.notes import NOTES, NOTICE_CHOICES, STAFF_NOTICES
from engine.storage.tables.processes import USER_TASKS
from engine.storage.unit_of_work import UnitOfWork
from engine.storage.visibility import seen_by

COUNTED_UP_TO: Final = 100
_N = STAFF_NOTICES.c


class StaffNotices:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    # ---------------------------------------------------------------- begun

    def add(
        self, kind: NoticeKind, person_id: UUID, case_id: UUID, subject_id: UUID, moment: datetime
    ) -> bool:
        """Notify somebody. Return False if they have been notified of this already: never twice of the same."""
        choices = self.choices_of(person_id)
        is_silent = choices.way(kind) is NoticeWay.SILENT
        notice = StaffNotice(
            id=new_id(),
            person_id=person_id,
            kind=kind,
            case_id=case_id,
            subject_id=subject_id,
            created_at=moment,
            read_at=moment if is_silent else None,
            mail_at=choices.mail_at(kind, moment),
        )
        return self._unit.insert_if_absent(STAFF_NOTICES, row_of(STAFF_NOTICES, notice))

    def forget(self, kind: NoticeKind, person_id: UUID, subject_id: UUID) -> None:
        """Make room for a new notice of what happened again, such as a case that comes back."""
        known = {"person_id": person_id, "kind": kind.value, "subject_id": subject_id}
        self._unit.delete(STAFF_NOTICES, known)

    def due(self, moment: datetime, soon: datetime, today: date, limit: int) -> tuple[UUID, ...]:
        """Return ids of that of whose day somebody is to be notified: due before `soon`, late, or come back."""
        found = days_to_notify(moment, soon, today).limit(limit)
        return tuple(dict.fromkeys(row["subject_id"] for row in self._unit.rows(found)))

    def due_of(
        self, subject_id: UUID, moment: datetime, soon: datetime, today: date
    ) -> tuple[RowMapping, ...]:
        return tuple(self._unit.rows(days_to_notify(moment, soon, today, subject_id)))

    # ---------------------------------------------------------------- mailed

    def mails_due(self, moment: datetime, limit: int) -> tuple[UUID, ...]:
        """Return the notices whose mail is due, the first of each person's only."""
        first = func.row_number().over(partition_by=_N.person_id, order_by=(_N.mail_at, _N.id)).label("place")
        due = select(_N.id, _N.mail_at, first).where(_N.mail_at <= moment).subquery()
        found = select(due.c.id).where(due.c.place == 1).order_by(due.c.mail_at, due.c.id).limit(limit)
        return tuple(self._unit.execute(found).scalars())

    def take_mails(self, notice_id: UUID, moment: datetime) -> tuple[StaffNotice, ...]:
        """Take what is due to be mailed to the same person as this notice; nothing if another worker took it.

        The row lock of the update decides between two workers.
        """
        person = select(_N.person_id).where(_N.id == notice_id).scalar_subquery()
        taken = (
            update(STAFF_NOTICES)
            .where(_N.person_id == person, _N.mail_at <= moment)
            .values(mail_at=None)
            .returning(*STAFF_NOTICES.c)
        )
        return tuple(value_of(StaffNotice, row) for row in self._unit.rows(taken))

    def standing(self, actor: Actor, ids: Collection[UUID]) -> frozenset[UUID]:
        """Return those of the notices that are unread, of a case that the actor sees, and not over."""
        rows = self._unit.execute(_standing(actor, _N.id).where(_N.id.in_(ids), _N.read_at.is_(None)))
        return frozenset(rows.scalars())

    # ---------------------------------------------------------------- read

    def of(self, actor: Actor, limit: int) -> tuple[RowMapping, ...]:
        """Return the actor's notices, the newest first, with the reference of the case and the name of the task."""
        # Under a name of its own: the conditions of sight ask the tasks of each case, not this one.
        named = USER_TASKS.alias()
        names = (CASES.c.reference, named.c.name.label("task_name"))
        found = _standing(actor, *STAFF_NOTICES.c, *names).outerjoin(named, named.c.id == _N.subject_id)
        return tuple(self._unit.rows(found.order_by(_N.created_at.desc(), _N.id.desc()).limit(limit)))

    def count_unread(self, actor: Actor) -> int:
        """Return how many wait to be read, at most COUNTED_UP_TO."""
        some = _standing(actor, _N.id).where(_N.read_at.is_(None)).limit(COUNTED_UP_TO).subquery()
        return int(self._unit.execute(select(func.count()).select_from(some)).scalar_one())

    def get(self, notice_id: UUID, actor: Actor) -> StaffNotice:
        """Return one of the actor's notices. Raise NotFound for another's, and for one of a case that they see no more; the
        same statement finds both."""
        mine = _N.id == notice_id, _N.person_id == actor.person_id
        found = select(*STAFF_NOTICES.c, _stands(actor).label("is_seen"))
        row = self._unit.one(
            found.select_from(STAFF_NOTICES.join(CASES, CASES.c.id == _N.case_id)).where(*mine)
        )
        if not row["is_seen"]:
            raise NotFound.hiding(row["case_id"])
        return value_of(StaffNotice, row)

    def mark_read(
        self,
        person_id: UUID,
        moment: datetime,
        notice_id: UUID | None = None,
        *,
        shown_at: datetime | None = None,
    ) -> None:
        """Mark one notice as read, or all that were shown at a moment. What is read is not mailed."""
        which = _N.id == notice_id if notice_id else _N.created_at <= (shown_at or moment)
        self._unit.execute(
            update(STAFF_NOTICES)
            .where(_N.person_id == person_id, _N.read_at.is_(None), which)
            .values(read_at=moment, mail_at=None)
        )

    # ---------------------------------------------------------------- chosen

    def choices_of(self, person_id: UUID) -> NoticeChoices:
        row = self._unit.row(select(NOTICE_CHOICES).where(NOTICE_CHOICES.c.person_id == person_id))
        if row is None:
            return NoticeChoices()
        ways = {NoticeKind(kind): NoticeWay(way) for kind, way in row["ways"].items()}
        return NoticeChoices(ways, row["digest_hour"], row["quiet_from"], row["quiet_until"])

    def choose(self, person_id: UUID, choices: NoticeChoices, moment: datetime) -> None:
        """Store a person's choices. Mails that have not left yet follow them."""
        row = row_of(NOTICE_CHOICES, choices, person_id=person_id)
        row["ways"] = {kind.value: way.value for kind, way in choices.ways.items()}
        self._unit.upsert(NOTICE_CHOICES, row, change=("ways", "digest_hour", "quiet_from", "quiet_until"))
        waiting = (_N.person_id == person_id, _N.mail_at > moment)
        for kind in NoticeKind:
            later = choices.mail_at(kind, moment)
            self._unit.execute(
                update(STAFF_NOTICES).where(*waiting, _N.kind == kind.value).values(mail_at=later)
            )


def _stands(actor: Actor) -> ColumnElement[bool]:
    """A notice of a case that the actor sees today; that they are kept away from one stands too."""
    return or_(_N.kind == NoticeKind.BARRED.value, seen_by(actor))


def _standing(actor: Actor, *columns: Any) -> Select[Any]:
    """Select from the actor's notices those that stand, and whose reason has not passed."""
    return (
        select(*columns)
        .select_from(STAFF_NOTICES.join(CASES, CASES.c.id == _N.case_id))
        .where(
            _N.person_id == actor.person_id,
            _stands(actor),
            not_(_is_over()),
        )
    )


def _is_over() -> ColumnElement[bool]:
    """Return the condition that what was due is done: its notice has nothing more to say."""
    waits = exists().where(USER_TASKS.c.id == _N.subject_id, TASK_IS_OPEN)
    comes_back = exists().where(NOTES.c.id == _N.subject_id, NOTES.c.followed_up_at.is_(None))
    arrival = exists().where(ARRIVALS.c.id == _N.subject_id, arrival_is_open())
    # A call that nobody answered is owed by another day.
    call = exists().where(
        CALL_WISHES.c.id == _N.subject_id,
        CALL_WISHES.c.called_at.is_(None),
        CALL_WISHES.c.due_at < _N.created_at,
    )
    of_tasks = _N.kind.in_([kind.value for kind in OF_TASKS])
    return or_(
        and_(of_tasks, ~waits),
        and_(_N.kind == NoticeKind.FOLLOW_UP.value, ~comes_back),
        and_(_N.kind == NoticeKind.OWED.value, ~arrival, ~call),
    )
