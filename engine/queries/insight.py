"""Durations of phases, on the authority's side and on others', and the places where cases wait. Numbers only; no case is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean, median, quantiles
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from engine.bpmn.diagram import Mark, draw
from engine.bpmn.drawings import Drawn
from engine.bpmn.element_names import translated
from engine.domain.people import OUTSIDE, Role
from engine.errors import NotFound
from engine.executor import Query, Work
from engine.executor.permissions import require_role
from engine.guardrails import Guardrail
from engine.storage.tables.cases import CASES
from engine.storage.tables.processes import ELEMENT_RUNS
from engine.storage.visibility import hidden_from

WINDOW = timedelta(days=90)
MOST = 50_000
"""Runs whose lengths are read for one page, the newest; what waits is counted beside them, whole."""
TASKS = ("userTask", "manualTask")
WATCHED = (*TASKS, "callActivity")


@dataclass(frozen=True, slots=True)
class Phase:
    """A process of the bundle, seen as a phase of the matter. Times are per case."""

    process_id: str
    name: str
    cases: int
    inside: timedelta
    """Mean time in tasks of the authority."""
    outside: timedelta
    """Mean time in which someone outside had the next word."""
    median: timedelta


@dataclass(frozen=True, slots=True)
class Wait:
    """The waiting times at one element of a diagram."""

    element_id: str
    name: str
    now: int
    since: datetime | None
    """When the case that has waited longest arrived there."""
    mean: timedelta
    nine_of_ten: timedelta
    """Nine of ten are through in this time."""


@dataclass(frozen=True, slots=True)
class Insight:
    phases: tuple[Phase, ...]
    """In the order in which cases come to them."""
    waits: Mapping[str, tuple[Wait, ...]]
    """By process, the longest first."""
    names: Mapping[str, str]
    guardrails: Mapping[str, str]
    """Sentence of each guardrail by its key, in the reader's language."""


@dataclass(frozen=True)
class WhereTimeGoes(Query[Insight]):
    """Count the last ninety days, and everything that still waits."""

    language: str = "fi"

    def permit(self, work: Work) -> None:
        require_role(work, Role.MANAGER, Role.DIRECTOR)

    def execute(self, work: Work) -> Insight:
        models = work.instances.models(work.stores.deployments.current().id)
        parsed = translated(models.parsed, models.bundle.names_in(self.language))
        runs = [run for run in _runs(work) if (run.process_id, run.element_id) in parsed.elements]
        guardrails = models.guardrails
        return Insight(
            _phases(parsed, runs, work.now),
            _waits(parsed, runs, _open_runs(work), work.now),
            dict(parsed.processes),
            _guardrails(guardrails.on_paths, self.language) if guardrails else {},
        )


@dataclass(frozen=True)
class DrawWaits(Query[str]):
    """Draw one process with a mark on each element: heat from one to five, a number, and the same in words."""

    process_id: str
    marks: tuple[tuple[str, int, str, str], ...]
    """Element, heat, badge, words."""
    language: str = "fi"

    def permit(self, work: Work) -> None:
        require_role(work, Role.MANAGER, Role.DIRECTOR)

    def execute(self, work: Work) -> str:
        models = work.instances.models(work.stores.deployments.current().id)
        parsed = translated(models.parsed, models.bundle.names_in(self.language))
        if self.process_id not in parsed.processes:
            raise NotFound
        marks = {
            element_id: Mark(heat=heat, badge=badge, title=title)
            for element_id, heat, badge, title in self.marks
        }
        return draw(parsed, self.process_id, marks=marks, language=self.language)


def _guardrails(guardrails: Iterable[Guardrail], language: str) -> dict[str, str]:
    return {
        each.key: each.sentences.get(language) or each.sentences.get("fi", each.key) for each in guardrails
    }


def _runs(work: Work) -> Iterable[Any]:
    return work.stores.unit.execute(
        select(
            ELEMENT_RUNS.c.process_id,
            ELEMENT_RUNS.c.element_id,
            ELEMENT_RUNS.c.kind,
            ELEMENT_RUNS.c.role,
            ELEMENT_RUNS.c.state,
            ELEMENT_RUNS.c.case_id,
            ELEMENT_RUNS.c.ready_at,
            ELEMENT_RUNS.c.ended_at,
            CASES.c.received_at,
        )
        .join(CASES, CASES.c.id == ELEMENT_RUNS.c.case_id)
        .where(
            ELEMENT_RUNS.c.kind.in_(WATCHED),
            or_(ELEMENT_RUNS.c.ended_at.is_(None), ELEMENT_RUNS.c.ended_at >= work.now - WINDOW),
            CASES.c.id.not_in(hidden_from(work.actor)),
        )
        .order_by(ELEMENT_RUNS.c.ready_at.desc())
        .limit(MOST)
    ).all()


def _open_runs(work: Work) -> Mapping[tuple[str, str], tuple[int, datetime]]:
    """Return how many cases wait at each element, and since when the first of them."""
    run = ELEMENT_RUNS.c
    rows = work.stores.unit.execute(
        select(run.process_id, run.element_id, func.count(), func.min(run.ready_at))
        .where(run.kind.in_(WATCHED), run.ended_at.is_(None), run.case_id.not_in(hidden_from(work.actor)))
        .group_by(run.process_id, run.element_id)
    )
    return {(process_id, element_id): (number, since) for process_id, element_id, number, since in rows}


def _length(run: Any, now: datetime) -> timedelta:
    began: datetime = run.ready_at
    ended: datetime = run.ended_at or now
    return max(timedelta(0), ended - began)


def _mean(lengths: Iterable[timedelta]) -> timedelta:
    seconds = [each.total_seconds() for each in lengths]
    return timedelta(seconds=fmean(seconds)) if seconds else timedelta(0)


def _median(lengths: Iterable[timedelta]) -> timedelta:
    return timedelta(seconds=median(each.total_seconds() for each in lengths))


def _phases(parsed: Drawn, runs: Iterable[Any], now: datetime) -> tuple[Phase, ...]:
    inside: dict[str, dict[UUID, timedelta]] = defaultdict(lambda: defaultdict(timedelta))
    outside: dict[str, dict[UUID, timedelta]] = defaultdict(lambda: defaultdict(timedelta))
    begins: dict[str, list[timedelta]] = defaultdict(list)
    for run in runs:
        if run.kind not in TASKS:
            continue
        side = outside if run.role in OUTSIDE else inside
        side[run.process_id][run.case_id] += _length(run, now)
        begins[run.process_id].append(run.ready_at - run.received_at)
    found = []
    for process_id in sorted(begins, key=lambda each: _median(begins[each])):
        cases = {*inside[process_id], *outside[process_id]}
        nothing = timedelta(0)
        whole = [inside[process_id].get(c, nothing) + outside[process_id].get(c, nothing) for c in cases]
        found.append(
            Phase(
                process_id,
                parsed.processes[process_id],
                len(cases),
                _mean(inside[process_id].get(case, nothing) for case in cases),
                _mean(outside[process_id].get(case, nothing) for case in cases),
                _median(whole),
            )
        )
    return tuple(found)


def _waits(
    parsed: Drawn,
    runs: Iterable[Any],
    waiting: Mapping[tuple[str, str], tuple[int, datetime]],
    now: datetime,
) -> dict[str, tuple[Wait, ...]]:
    by_element: dict[tuple[str, str], list[timedelta]] = defaultdict(list)
    for run in runs:
        by_element[run.process_id, run.element_id].append(_length(run, now))
    for element, (_, arrived_at) in waiting.items():
        if element in parsed.elements and element not in by_element:
            # Nobody has come there lately: the one who has waited longest stands for all.
            by_element[element] = [now - arrived_at]
    found: dict[str, list[Wait]] = defaultdict(list)
    for (process_id, element_id), here in by_element.items():
        number, since = waiting.get((process_id, element_id), (0, None))
        lengths = sorted(here)
        found[process_id].append(
            Wait(
                element_id,
                parsed.elements[process_id, element_id].name or element_id,
                number,
                since,
                _mean(lengths),
                _nine_of_ten(lengths),
            )
        )
    return {key: tuple(sorted(waits, key=lambda w: (-w.mean, w.name))) for key, waits in found.items()}


def _nine_of_ten(lengths: list[timedelta]) -> timedelta:
    if len(lengths) < 2:
        return lengths[-1]
    seconds = [each.total_seconds() for each in lengths]
    return timedelta(seconds=quantiles(seconds, n=10, method="inclusive")[-1])
