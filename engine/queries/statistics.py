"""The figures of a half-year: how many matters arrived and ended, of what kind. Nothing of a person, no small numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from statistics import median
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select

from engine.clock import HELSINKI, day_of
from engine.domain.cases import Channel
from engine.domain.decision_corrections import Decision
from engine.domain.policy import HEADS
from engine.domain.statistics import SMALLEST, Guarded, guarded
from engine.errors import Invalid
from engine.executor import Query, Work
from engine.executor.permissions import require_role
from engine.storage.tables.cases import CASES
from engine.storage.tables.decisions import RESOLUTIONS
from engine.storage.visibility import hidden_from

FIRST_YEAR: Final = 2006
"""The assistance system for victims began then."""
UNKNOWN: Final = "unknown"


class FigureTable(StrEnum):
    RECEIVED_BY_MONTH = "received_by_month"
    RECEIVED_BY_CHANNEL = "received_by_channel"
    RECEIVED_BY_CLASS = "received_by_class"
    RECEIVED_BY_TEAM = "received_by_team"
    DECIDED_BY_OUTCOME = "decided_by_outcome"
    """Admission decisions signed in the half-year, also of cases that go on."""
    ENDED_BY_OUTCOME = "ended_by_outcome"


@dataclass(frozen=True, slots=True)
class HalfYearFigures:
    first: date
    last: date
    tables: Mapping[FigureTable, Guarded]
    open_at_end: int | None
    """None: too small to be shown."""
    median_days: int | None
    """From arrival to the end, of those that ended; None if too few did."""


@dataclass(frozen=True)
class HalfYear(Query[HalfYearFigures]):
    year: int
    half: int
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_role(work, *HEADS)

    def execute(self, work: Work) -> HalfYearFigures:
        if self.half not in (1, 2) or not FIRST_YEAR <= self.year <= work.today.year:
            raise Invalid("Valitse puolivuosi luettelosta.", field="half")
        first, after = _bounds(self.year, self.half)
        begins, ends = _moment(first), _moment(after)
        received = and_(CASES.c.received_at >= begins, CASES.c.received_at < ends)
        ended = and_(CASES.c.closed_at >= begins, CASES.c.closed_at < ends)
        rows = work.stores.unit.rows(
            select(
                CASES.c.received_at,
                CASES.c.closed_at,
                CASES.c.channel,
                CASES.c.case_class,
                CASES.c.team,
                CASES.c.outcome,
            ).where(*_counted(work), or_(received, ended))
        )
        arrived = [row for row in rows if begins <= row["received_at"] < ends]
        closed = [row for row in rows if row["closed_at"] is not None and begins <= row["closed_at"] < ends]
        days = [(day_of(row["closed_at"]) - day_of(row["received_at"])).days for row in closed]
        months = {str(6 * (self.half - 1) + each): 0 for each in range(1, 7)}
        by_month = _count(str(day_of(row["received_at"]).month) for row in arrived)
        return HalfYearFigures(
            first,
            date.fromordinal(after.toordinal() - 1),
            {
                FigureTable.RECEIVED_BY_MONTH: guarded(months | by_month),
                FigureTable.RECEIVED_BY_CHANNEL: guarded(_count(row["channel"] for row in arrived)),
                FigureTable.RECEIVED_BY_CLASS: guarded(_count(row["case_class"] for row in arrived)),
                FigureTable.RECEIVED_BY_TEAM: guarded(_count(row["team"] for row in arrived)),
                FigureTable.DECIDED_BY_OUTCOME: guarded(_count(_decided(work, begins, ends))),
                FigureTable.ENDED_BY_OUTCOME: guarded(_count(row["outcome"] for row in closed)),
            },
            _open_at(work, ends),
            round(median(days)) if len(days) >= SMALLEST else None,
        )


def _bounds(year: int, half: int) -> tuple[date, date]:
    """Return the first day of the half-year and of the one after it."""
    return (date(year, 1, 1), date(year, 7, 1)) if half == 1 else (date(year, 7, 1), date(year + 1, 1, 1))


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=HELSINKI)


def _counted(work: Work) -> tuple[ColumnElement[bool], ...]:
    """A notice begun from an enquiry is no matter of a person."""
    return CASES.c.channel != Channel.ENQUIRY, CASES.c.id.not_in(hidden_from(work.actor))


def _open_at(work: Work, moment: datetime) -> int | None:
    is_open = or_(CASES.c.closed_at.is_(None), CASES.c.closed_at >= moment)
    counted = select(func.count()).select_from(CASES)
    found = work.stores.unit.execute(
        counted.where(*_counted(work), CASES.c.received_at < moment, is_open)
    ).scalar_one()
    return int(found) if found >= SMALLEST or found == 0 else None


def _decided(work: Work, begins: datetime, ends: datetime) -> Iterable[str]:
    """Return the outcome of each decision on admission that was signed then and not recalled, also of a case that goes on."""
    decision = RESOLUTIONS.c
    signed = select(decision.outcome).join(CASES, CASES.c.id == decision.case_id)
    return work.stores.unit.execute(
        signed.where(
            *_counted(work),
            decision.kind == Decision.ADMISSION,
            decision.state == "signed",
            decision.signed_at >= begins,
            decision.signed_at < ends,
        )
    ).scalars()


def _count(keys: Iterable[str | None]) -> dict[str, int]:
    return dict(sorted(Counter(key or UNKNOWN for key in keys).items()))
