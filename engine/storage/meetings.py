"""Meetings of a case, sealed under the case's key for contact: they say where a person will be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, and_, bindparam, exists, func, or_, select, update

from engine.domain.cases import CaseState
from engine.domain.meetings import Meeting, MeetingState
from engine.storage.rows import row_of, value_of
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.arrivals import MEETINGS
from engine.storage.tables.cases import CASES
from engine.storage.tables.retention import RETENTION_PLANS
from engine.storage.unit_of_work import UnitOfWork

_CLASS: Final = SealingClass.CONTACT
_SEALED: Final = (
    "way",
    "place",
    "language",
    "interpreter",
    "barred",
    "about",
    "worker_name",
    "parties",
    "others",
)


class Meetings:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def add(self, meeting: Meeting) -> None:
        content = {name: getattr(meeting, name) for name in _SEALED}
        sealed = self._vault.seal_column(MEETINGS.c.content, _CLASS, meeting.case_id, meeting.id, content)
        self._unit.insert(MEETINGS, row_of(MEETINGS, meeting, content=sealed, outcome=None))

    def get(self, case_id: UUID, meeting_id: UUID) -> Meeting | None:
        return self._one(MEETINGS.c.id == meeting_id, MEETINGS.c.case_id == case_id)

    def find(self, meeting_id: UUID) -> Meeting | None:
        return self._one(MEETINGS.c.id == meeting_id)

    def of_case(self, case_id: UUID) -> tuple[Meeting, ...]:
        """In the order in which they begin."""
        rows = self._unit.rows(
            select(MEETINGS)
            .where(MEETINGS.c.case_id == case_id)
            .order_by(MEETINGS.c.begins_at, MEETINGS.c.booked_at, MEETINGS.c.id)
        )
        return tuple(self._opened(row) for row in rows)

    def booked_in(self, case_ids: Collection[UUID]) -> tuple[RowMapping, ...]:
        """Return what is booked in these cases, in one statement, with nothing that is sealed."""
        table = MEETINGS.c
        columns = (
            table.id,
            table.case_id,
            table.begins_at,
            table.booked_by,
            table.booked_at,
            table.worker_id,
            table.reminder,
        )
        booked = table.state == MeetingState.BOOKED.value
        return tuple(self._unit.rows(select(*columns).where(table.case_id.in_(case_ids), booked)))

    def among(self, meeting_ids: Collection[UUID]) -> Mapping[UUID, Meeting]:
        """Return these meetings of any cases, read at once."""
        rows = self._unit.rows(select(MEETINGS).where(MEETINGS.c.id.in_(meeting_ids))) if meeting_ids else ()
        return {row["id"]: self._opened(row) for row in rows}

    def booked_near(self, case_id: UUID, person_id: UUID | None, moment: datetime) -> tuple[UUID, ...]:
        """Return the booked meetings of the case, and those to which the person goes, less than an hour from the moment."""
        table, hour = MEETINGS.c, timedelta(hours=1)
        found = select(table.id).where(
            is_booked(),
            table.begins_at > moment - hour,
            table.begins_at < moment + hour,
            or_(table.case_id == case_id, func.coalesce(table.worker_id, table.booked_by) == person_id),
        )
        return tuple(self._unit.execute(found).scalars())

    def end(
        self, meeting: Meeting, state: MeetingState, outcome: str, person_id: UUID | None, moment: datetime
    ) -> bool:
        """End a booked meeting. Return False if it has ended meanwhile."""
        sealed = self._vault.seal_column(
            MEETINGS.c.outcome, _CLASS, meeting.case_id, meeting.id, {"text": outcome}
        )
        ended = self._unit.execute(
            update(MEETINGS)
            .where(MEETINGS.c.id == meeting.id, MEETINGS.c.state == MeetingState.BOOKED.value)
            .values(state=state.value, ended_at=moment, ended_by=person_id, outcome=sealed)
            .returning(MEETINGS.c.id)
        ).one_or_none()
        return ended is not None

    def end_erased(self, moment: datetime, case_id: UUID | None = None) -> tuple[UUID, ...]:
        """Cancel what is still booked where contact data are destroyed, in all cases or in one: no word on it can be sealed any
        more. Return the case of each."""
        of_case = () if case_id is None else (MEETINGS.c.case_id == case_id,)
        plan = RETENTION_PLANS.c
        erased = select(plan.case_id).where(
            plan.sealing_class == _CLASS.value, plan.destroyed_at.is_not(None)
        )
        ended = self._unit.execute(
            update(MEETINGS)
            # The state is written out: the index of booked ones is not used for one that comes as a parameter.
            .where(is_booked(), MEETINGS.c.case_id.in_(erased), *of_case)
            .values(state=MeetingState.CANCELLED.value, ended_at=moment)
            .returning(MEETINGS.c.case_id)
        )
        return tuple(ended.scalars())

    def to_remind(self, moment: datetime, limit: int) -> tuple[UUID, ...]:
        """Return the meetings of which a person is to be reminded now."""
        rows = self._unit.execute(
            select(MEETINGS.c.id)
            .where(is_to_remind(moment))
            .order_by(MEETINGS.c.remind_at, MEETINGS.c.id)
            .limit(limit)
        )
        return tuple(rows.scalars())

    def reminded(self, meeting_id: UUID, reminder: str, moment: datetime) -> bool:
        """Note how the person was reminded. Return False if another worker did it, or the meeting has ended."""
        noted = self._unit.execute(
            update(MEETINGS)
            .where(MEETINGS.c.id == meeting_id, *_UNREMINDED)
            .values(reminded_at=moment, reminder=reminder)
            .returning(MEETINGS.c.id)
        ).one_or_none()
        return noted is not None

    def _one(self, *conditions: Any) -> Meeting | None:
        row = self._unit.row(select(MEETINGS).where(*conditions))
        return None if row is None else self._opened(row)

    def _opened(self, row: RowMapping) -> Meeting:
        content = self._vault.open_column(MEETINGS.c.content, _CLASS, row) or {}
        ended = self._vault.open_column(MEETINGS.c.outcome, _CLASS, row) if row["outcome"] else None
        known = {name: content.get(name, {} if name == "parties" else "") for name in _SEALED}
        return value_of(Meeting, row, **known, outcome=(ended or {}).get("text", ""))


def is_booked() -> ColumnElement[bool]:
    return MEETINGS.c.state == bindparam("booked", MeetingState.BOOKED.value, literal_execute=True)


def is_to_remind(moment: datetime) -> ColumnElement[bool]:
    """A person is to be reminded of the meeting now: it has not begun, and its case is open."""
    closed = exists().where(CASES.c.id == MEETINGS.c.case_id, CASES.c.state == CaseState.CLOSED.value)
    return and_(MEETINGS.c.remind_at <= moment, MEETINGS.c.begins_at > moment, *_UNREMINDED, ~closed)


_UNREMINDED: Final = (
    MEETINGS.c.state == MeetingState.BOOKED.value,
    MEETINGS.c.remind_at.is_not(None),
    MEETINGS.c.reminded_at.is_(None),
)
