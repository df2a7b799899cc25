"""The figures of a half-year: how many matters arrived and ended, of what kind. Nothing of a person, no small numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from statistics import median
from typing import Final

from sqlalchemy import ColumnElement, RowMapping, case, func, select

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
        months = [date(self.year, 6 * (self.half - 1) + each, 1) for each in range(1, 7)]
        arrived = _arrived(work, months, ends)
        closed = _ended(work, begins, ends)
        days = [(day_of(closed_at) - day_of(received_at)).days for _, received_at, closed_at in closed]
        by_month = {str(each.month): 0 for each in months} | _totals(arrived, "month")
        return HalfYearFigures(
            first,
            date.fromordinal(after.toordinal() - 1),
            {
                FigureTable.RECEIVED_BY_MONTH: guarded(by_month),
                FigureTable.RECEIVED_BY_CHANNEL: guarded(_totals(arrived, "channel")),
                FigureTable.RECEIVED_BY_CLASS: guarded(_totals(arrived, "case_class")),
                FigureTable.RECEIVED_BY_TEAM: guarded(_totals(arrived, "team")),
                FigureTable.DECIDED_BY_OUTCOME: guarded(_decided(work, begins, ends)),
                FigureTable.ENDED_BY_OUTCOME: guarded(_count(outcome for outcome, *_ in closed)),
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


def _arrived(work: Work, months: Sequence[date], ends: datetime) -> Sequence[RowMapping]:
    """Return the cases that arrived, counted by month, channel, class and team: a few rows, however many they are."""
    begin = [_moment(each) for each in months]
    later = zip(months, [*begin[1:], ends], strict=True)
    month = case(*((CASES.c.received_at < after, str(each.month)) for each, after in later)).label("month")
    kinds = month, CASES.c.channel, CASES.c.case_class, CASES.c.team
    received = CASES.c.received_at >= begin[0], CASES.c.received_at < ends
    counted = select(*kinds, func.count().label("cases")).where(*_counted(work), *received)
    return work.stores.unit.rows(counted.group_by(*kinds))


def _totals(rows: Iterable[RowMapping], column: str) -> dict[str, int]:
    found: Counter[str] = Counter()
    for row in rows:
        found[row[column] or UNKNOWN] += row["cases"]
    return dict(sorted(found.items()))


def _ended(work: Work, begins: datetime, ends: datetime) -> Sequence[tuple[str | None, datetime, datetime]]:
    """Return outcome, arrival and end of each case that ended then."""
    ended = CASES.c.closed_at >= begins, CASES.c.closed_at < ends
    asked = select(CASES.c.outcome, CASES.c.received_at, CASES.c.closed_at).where(*_counted(work), *ended)
    return [(row[0], row[1], row[2]) for row in work.stores.unit.execute(asked)]


def _open_at(work: Work, moment: datetime) -> int | None:
    # Apart, each by an index of its own: joined by "or" they would read the cases of all years.
    still, since = CASES.c.closed_at.is_(None), CASES.c.closed_at >= moment
    counted = select(func.count()).select_from(CASES).where(*_counted(work), CASES.c.received_at < moment)
    found = sum(work.stores.unit.execute(counted.where(each)).scalar_one() for each in (still, since))
    return found if found >= SMALLEST or found == 0 else None


def _decided(work: Work, begins: datetime, ends: datetime) -> dict[str, int]:
    """Count the decisions on admission that were signed then and not recalled by their outcome, also of a case that goes on."""
    decision = RESOLUTIONS.c
    signed = select(decision.outcome, func.count().label("cases")).join(CASES, CASES.c.id == decision.case_id)
    rows = work.stores.unit.rows(
        signed.where(
            *_counted(work),
            decision.kind == Decision.ADMISSION,
            decision.state == "signed",
            decision.signed_at >= begins,
            decision.signed_at < ends,
        ).group_by(decision.outcome)
    )
    return _totals(rows, "outcome")


def _count(keys: Iterable[str | None]) -> dict[str, int]:
    return dict(sorted(Counter(key or UNKNOWN for key in keys).items()))
