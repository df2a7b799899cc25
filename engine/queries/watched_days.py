"""Days beside tasks and the ledger that are late or come soon, in open and closed cases, as the manager watches them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, func, literal, select

from engine.executor import Work
from engine.storage.owed_days import DayKind, OwedDay, owed_days
from engine.storage.tables.cases import CASES
from engine.storage.tables.people import PEOPLE
from engine.storage.visibility import seen_by


@dataclass(frozen=True, slots=True)
class WatchedDay:
    """An arrival, a call, a contact or a meeting that waits for somebody, with its case."""

    kind: DayKind
    case_id: UUID
    due_at: datetime
    reference: str
    case_class: str | None
    caseworker_name: str | None
    """Of who is to do it."""


def watched_days(
    work: Work, is_due: Callable[[Any], ColumnElement[bool]], most: int
) -> tuple[tuple[WatchedDay, ...], int]:
    """Return the first of them, and how many there are."""
    found = [_select(work, each, is_due) for each in owed_days(work.now)]
    rows = [row for each in found for row in work.stores.unit.execute(each.limit(most)).mappings()]
    days = sorted((WatchedDay(**{**row, "kind": DayKind(row["kind"])}) for row in rows), key=_place)
    return tuple(days[:most]), len(days) if len(days) < most else sum(counted(work, each) for each in found)


def _place(day: WatchedDay) -> tuple[datetime, str]:
    return day.due_at, day.reference


def _select(work: Work, owed: OwedDay, is_due: Callable[[Any], ColumnElement[bool]]) -> Select[Any]:
    of = owed.table.c
    return (
        select(
            literal(owed.kind.value).label("kind"),
            of.case_id,
            owed.due_at.label("due_at"),
            CASES.c.reference,
            CASES.c.case_class,
            PEOPLE.c.name.label("caseworker_name"),
        )
        .join(CASES, CASES.c.id == of.case_id)
        .outerjoin(PEOPLE, PEOPLE.c.id == owed.owner)
        .where(owed.is_open, is_due(owed.due_at), seen_by(work.actor))
        .order_by(owed.due_at, of.id)
    )


def first_rows(work: Work, found: Select[Any], most: int) -> tuple[Sequence[RowMapping], int]:
    """Return the first rows of a list, and how many it has."""
    rows = work.stores.unit.execute(found.limit(most)).mappings().all()
    return rows, len(rows) if len(rows) < most else counted(work, found)


def counted(work: Work, found: Select[Any]) -> int:
    """Return how many rows a list has beyond those that are shown."""
    rows = found.order_by(None).limit(None).subquery()
    return int(work.stores.unit.execute(select(func.count()).select_from(rows)).scalar_one())
