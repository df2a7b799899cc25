"""Durations of phases, on the authority's side and on others', and the places where cases wait. Numbers only; no case is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from engine.bpmn.diagram import Mark, draw
from engine.bpmn.drawings import Drawn
from engine.bpmn.element_names import translated
from engine.domain.people import Role
from engine.errors import NotFound
from engine.executor import Query, Work
from engine.executor.permissions import require_role
from engine.guardrails import Guardrail
from engine.storage.time_figures import KeptFigures, TimeFigures, are_in_window, count_times
from engine.storage.visibility import hidden_from

FRESH: Final = timedelta(hours=1)
"""The worker counts every ten minutes. Older figures are not shown: no worker runs."""


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
    counted_at: datetime
    is_kept: bool
    """True if the worker counted it; else it was counted for this page."""
    guardrails: Mapping[str, str]
    """Sentence of each guardrail by its key, in the reader's language."""


@dataclass(frozen=True)
class WhereTimeGoes(Query[Insight]):
    """Return the figures of the last ninety days and of everything that still waits, as the worker has counted them; counted now if
    it has not, or has counted a case that the reader may not see."""

    shows_cases = False

    language: str = "fi"

    def permit(self, work: Work) -> None:
        require_role(work, Role.MANAGER, Role.DIRECTOR)

    def execute(self, work: Work) -> Insight:
        deployment_id = work.stores.deployments.current().id
        models = work.instances.models(deployment_id)
        parsed = translated(models.parsed, models.bundle.names_in(self.language))
        kept = _kept(work, deployment_id)
        figures = kept or count_times(
            work.stores.unit, work.now, deployment_id, models.parsed.elements, hidden_from(work.actor)
        )
        guardrails = models.guardrails
        return Insight(
            _phases(figures, parsed),
            _waits(figures, parsed),
            dict(parsed.processes),
            figures.counted_at,
            kept is not None,
            _guardrails(guardrails.on_paths, self.language) if guardrails else {},
        )


@dataclass(frozen=True)
class DrawWaits(Query[str]):
    """Draw one process with a mark on each element: heat from one to five, a number, and the same in words."""

    shows_cases = False

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


def _kept(work: Work, deployment_id: UUID) -> TimeFigures | None:
    """Return the kept figures, None if there are none that this reader may see and that are new enough."""
    kept = KeptFigures(work.stores.unit).find(deployment_id, work.now - FRESH, work.now)
    if kept is None or are_in_window(work.stores.unit, hidden_from(work.actor), kept.counted_at):
        return None
    return kept


def _waits(figures: TimeFigures, parsed: Drawn) -> dict[str, tuple[Wait, ...]]:
    """Return the waits at the elements of the drawings in use."""
    found: dict[str, list[Wait]] = defaultdict(list)
    for each in figures.elements:
        element = parsed.elements.get((each.process_id, each.element_id))
        if element is not None:
            found[each.process_id].append(
                Wait(
                    each.element_id,
                    element.name or each.element_id,
                    each.now,
                    each.since,
                    timedelta(seconds=each.mean),
                    timedelta(seconds=each.nine_of_ten),
                )
            )
    return {key: tuple(sorted(waits, key=lambda w: (-w.mean, w.name))) for key, waits in found.items()}


def _phases(figures: TimeFigures, parsed: Drawn) -> tuple[Phase, ...]:
    return tuple(
        Phase(
            each.process_id,
            parsed.processes[each.process_id],
            each.cases,
            *(timedelta(seconds=length) for length in (each.inside, each.outside, each.median)),
        )
        for each in figures.phases
        if each.process_id in parsed.processes
    )
