"""How long cases wait at each element and stay in each phase: counted over the runs of the window, and kept as the worker counted
them.

A count reads every run that ended in the window; the kept one is one row. Both are of one moment, which they name: a median over
cases has no part of a day that could be added to that of another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    delete,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)

from engine.domain.people import OUTSIDE
from engine.storage.lengths import Quantile, Seconds
from engine.storage.tables.cases import CASES
from engine.storage.tables.figures import TIME_FIGURES
from engine.storage.tables.metadata import Instant
from engine.storage.tables.processes import ELEMENT_RUNS
from engine.storage.unit_of_work import UnitOfWork

WINDOW: Final = timedelta(days=90)
TASKS: Final = ("userTask", "manualTask")
WATCHED: Final = (*TASKS, "callActivity")
Element: TypeAlias = tuple[str, str]
"""Of a process: both ids."""
Hidden: TypeAlias = Select[tuple[UUID]]
"""The cases that are not counted."""
_RUN: Final = ELEMENT_RUNS.c
_READ: Final = ("process_id", "element_id", "kind", "role", "case_id", "ready_at", "ended_at")
_IS_WATCHED: Final = _RUN.kind.in_([literal_column(f"'{each}'") for each in WATCHED])


@dataclass(frozen=True, slots=True)
class ElementTime:
    """The waits at one element. Lengths are in seconds."""

    process_id: str
    element_id: str
    now: int
    since: datetime | None
    """When the case that has waited longest arrived there."""
    mean: float
    nine_of_ten: float


@dataclass(frozen=True, slots=True)
class PhaseTime:
    """The time of cases in the tasks of one process. Lengths are in seconds, per case."""

    process_id: str
    cases: int
    inside: float
    outside: float
    median: float


@dataclass(frozen=True, slots=True)
class TimeFigures:
    counted_at: datetime
    deployment_id: UUID
    """Whose drawings the phases follow: elements that they do not have are in no phase."""
    elements: tuple[ElementTime, ...]
    """Also of elements that those drawings do not have."""
    phases: tuple[PhaseTime, ...]
    """In the order in which cases come to them."""


class KeptFigures:
    """The newest count. It holds numbers of elements and processes only."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def find(self, deployment_id: UUID, after: datetime, moment: datetime) -> TimeFigures | None:
        """Return the figures if they are of this deployment and were counted after one moment, and not after the other: a clock
        that ran ahead may have noted a moment to come."""
        table = TIME_FIGURES.c
        asked = select(TIME_FIGURES).where(
            table.deployment_id == deployment_id, table.counted_at > after, table.counted_at <= moment
        )
        row = self._unit.row(asked.order_by(table.counted_at.desc()).limit(1))
        if row is None:
            return None
        return TimeFigures(
            row["counted_at"],
            deployment_id,
            tuple(ElementTime(**{**each, "since": _moment(each["since"])}) for each in row["elements"]),
            tuple(PhaseTime(**each) for each in row["phases"]),
        )

    def keep(self, figures: TimeFigures) -> None:
        """Replace all that was kept. The same figures kept twice are one row."""
        self._unit.execute(delete(TIME_FIGURES))
        row = {
            "counted_at": figures.counted_at,
            "deployment_id": figures.deployment_id,
            "elements": [asdict(each) for each in figures.elements],
            "phases": [asdict(each) for each in figures.phases],
        }
        self._unit.insert(TIME_FIGURES, row)


def _moment(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)


def are_in_window(unit: UnitOfWork, cases: Hidden, moment: datetime) -> bool:
    """Return True if one of these cases has a run that is counted."""
    is_counted = or_(_RUN.ended_at.is_(None), _RUN.ended_at >= moment - WINDOW)
    return (
        unit.row(select(_RUN.case_id).where(_RUN.case_id.in_(cases), _IS_WATCHED, is_counted).limit(1))
        is not None
    )


def count_times(
    unit: UnitOfWork,
    moment: datetime,
    deployment_id: UUID,
    drawn: Collection[Element],
    hidden: Hidden | None = None,
) -> TimeFigures:
    """Count what has ended in the window up to this moment, and what goes on. `drawn`: the elements of the deployment."""
    elements = tuple(_elements(unit, moment, hidden))
    gone = sorted({(each.process_id, each.element_id) for each in elements} - set(drawn))
    return TimeFigures(moment, deployment_id, elements, tuple(_phases(unit, moment, hidden, gone)))


def _runs(moment: datetime, hidden: Hidden | None, without: Iterable[Element] = ()) -> Subquery:
    """Select the runs at watched elements that have ended within the window, and those that go on, with their lengths.

    Two statements in one: the runs of all years are not read where each condition has an index of its own.
    """
    left_out = [~and_(_RUN.process_id == process, _RUN.element_id == element) for process, element in without]
    if hidden is not None:
        left_out.append(_RUN.case_id.not_in(hidden))
    ended = _RUN.ended_at >= moment - WINDOW
    parts = (
        select(*(_RUN[name] for name in _READ), Seconds(_RUN.ready_at, end).label("length")).where(
            _IS_WATCHED, condition, *left_out
        )
        for condition, end in ((ended, _RUN.ended_at), (_RUN.ended_at.is_(None), literal(moment, Instant())))
    )
    return union_all(*parts).subquery("runs")


def _elements(unit: UnitOfWork, moment: datetime, hidden: Hidden | None) -> Iterable[ElementTime]:
    run = _runs(moment, hidden).c
    stays = run.ended_at.is_(None)
    rows = unit.rows(
        select(
            run.process_id,
            run.element_id,
            func.sum(case((stays, 1), else_=0)).label("now"),
            func.min(case((stays, run.ready_at))).label("since"),
            func.avg(run.length).label("mean"),
            Quantile(run.length, literal_column("0.9")).label("nine_of_ten"),
        )
        .group_by(run.process_id, run.element_id)
        .order_by(run.process_id, run.element_id)
    )
    return (ElementTime(**{**row, "now": int(row["now"])}) for row in rows)


def _phases(
    unit: UnitOfWork, moment: datetime, hidden: Hidden | None, gone: Iterable[Element]
) -> Iterable[PhaseTime]:
    run = _runs(moment, hidden, gone).c
    is_outside = run.role.in_(sorted(OUTSIDE))
    of_case = (
        select(
            run.process_id,
            func.sum(case((is_outside, 0.0), else_=run.length)).label("inside"),
            func.sum(case((is_outside, run.length), else_=0.0)).label("outside"),
            Seconds(CASES.c.received_at, func.min(run.ready_at)).label("begins"),
        )
        .join(CASES, CASES.c.id == run.case_id)
        .where(run.kind.in_(TASKS))
        .group_by(run.process_id, run.case_id, CASES.c.received_at)
        .subquery()
        .c
    )
    half: ColumnElement[float] = literal_column("0.5")
    rows: Iterable[Any] = unit.rows(
        select(
            of_case.process_id,
            func.count().label("cases"),
            func.avg(of_case.inside).label("inside"),
            func.avg(of_case.outside).label("outside"),
            Quantile(of_case.inside + of_case.outside, half).label("median"),
        )
        .group_by(of_case.process_id)
        .order_by(Quantile(of_case.begins, half), of_case.process_id)
    )
    return (PhaseTime(**row) for row in rows)
