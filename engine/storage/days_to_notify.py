"""Days of which somebody is to be notified: of a task, a note, an arrival and a call that was asked for."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, literal, or_, select, true, union_all

from engine.domain.people import OUTSIDE
from engine.domain.staff_notices import NoticeKind
from engine.storage.open_rows import TASK_IS_OPEN
from engine.storage.owed_days import DayKind, owed_days
from engine.storage.tables.cases import CASES
from engine.storage.tables.notes import NOTES, STAFF_NOTICES
from engine.storage.tables.processes import USER_TASKS

LONGEST_LATE: Final = timedelta(days=14)
"""Of what has been late for longer nobody is notified anew: after an upgrade or a long standstill it would be a flood."""
_N = STAFF_NOTICES.c


def days_to_notify(
    moment: datetime, soon: datetime, today: date, subject_id: UUID | None = None
) -> Select[Any]:
    """Select what is to be notified: subject, kind, case and person, of which there is no notice yet."""
    task, note = USER_TASKS.c, NOTES.c
    whose = func.coalesce(task.assignee_id, CASES.c.caseworker_id)
    of_staff = and_(TASK_IS_OPEN, task.candidate_group.not_in([role.value for role in OUTSIDE]))
    late = and_(task.due_at < moment, task.due_at > moment - LONGEST_LATE)
    tasks = [
        _without_notice(kind, USER_TASKS.join(CASES, CASES.c.id == task.case_id), task.id, whose).where(
            of_staff, days, _is_subject(task.id, subject_id)
        )
        for kind, days in (
            (NoticeKind.OVERDUE, late),
            (NoticeKind.DUE_SOON, and_(task.due_at >= moment, task.due_at <= soon)),
        )
    ]
    comes_back = and_(
        note.follow_up_on <= today, note.follow_up_on.is_not(None), note.followed_up_at.is_(None)
    )
    notes = _without_notice(
        NoticeKind.FOLLOW_UP,
        NOTES.join(CASES, CASES.c.id == note.case_id),
        note.id,
        func.coalesce(CASES.c.caseworker_id, note.written_by),
    ).where(comes_back, _is_subject(note.id, subject_id))
    beside = [
        _without_notice(
            NoticeKind.OWED,
            each.table.join(CASES, CASES.c.id == each.table.c.case_id),
            each.table.c.id,
            each.owner,
            # A call that nobody answered gets another day.
            since=each.due_at,
        ).where(
            each.is_open,
            each.due_at < moment,
            each.due_at > moment - LONGEST_LATE,
            _is_subject(each.table.c.id, subject_id),
        )
        for each in owed_days(moment)
        if each.kind in (DayKind.ARRIVAL, DayKind.CALL)
    ]
    found = union_all(*tasks, notes, *beside).subquery()
    return select(found)


def _is_subject(column: Any, subject_id: UUID | None) -> Any:
    return literal(value=True) if subject_id is None else column == subject_id


def _without_notice(
    kind: NoticeKind, joined: Any, subject: Any, whose: Any, since: Any = None
) -> Select[Any]:
    known = exists().where(_N.subject_id == subject, _N.kind == kind.value)
    if since is None:
        known, is_somebodys = known.where(_N.person_id == whose), whose.is_not(None)
    else:
        # In a case without a caseworker it is the heads'.
        # By the case, which has an index, where nobody's id leads to the notice.
        known = known.where(
            _N.case_id == CASES.c.id, _N.created_at > since, or_(_N.person_id == whose, whose.is_(None))
        )
        is_somebodys = true()
    columns = (
        subject.label("subject_id"),
        literal(kind.value).label("kind"),
        CASES.c.id.label("case_id"),
        whose.label("person_id"),
    )
    return select(*columns).select_from(joined).where(is_somebodys, ~known)
