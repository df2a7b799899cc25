"""The waits of a case in a try-out, and the variables that its open tasks see.

A search asks this after each of some hundred steps: to gather the whole case file takes ten times as long.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.bpmn.elements import Element
from engine.casework.awaited_messages import awaited_messages
from engine.domain.cases import Case
from engine.domain.tasks import UserTask
from engine.executor import Query, Work
from engine.executor.permissions import require_system
from engine.queries.due_timers import ComingTimers


@dataclass(frozen=True, slots=True)
class Waits:
    elements: frozenset[tuple[str, str]]
    """Process and element of each open task and each timer that is set."""
    messages: frozenset[str]

    def take(self, element: Element) -> bool:
        """Return True if an element could happen now."""
        if element.message:
            return element.message in self.messages
        return (element.process_id, element.element_id) in self.elements


NOTHING_BEGUN = Waits(frozenset(), frozenset())


@dataclass(frozen=True)
class ReadWaits(Query[Waits]):
    """Return what a case and its children wait for."""

    reference: str

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> Waits:
        cases = list(_with_children(work, work.stores.cases.by_reference(self.reference)))
        tasks = {
            (task.process_id, task.element_id)
            for case in cases
            for task in work.stores.tasks.open_in(case.id)
        }
        timers = {(each.process_id, each.element_id) for each in ComingTimers().execute(work)}
        return Waits(
            frozenset(tasks | timers),
            frozenset(name for case in cases for name, _ in awaited_messages(work, case)),
        )


def _with_children(work: Work, case: Case) -> Iterator[Case]:
    yield case
    for child in work.stores.cases.children_of(case.id):
        yield from _with_children(work, child)


@dataclass(frozen=True)
class ReadScopes(Query[tuple[Mapping[str, Any], ...]]):
    """Return the variables that each open task sees."""

    tasks: tuple[UserTask, ...]

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[Mapping[str, Any], ...]:
        return tuple(
            work.instances.scope_of(work.stores.cases.get(task.case_id), task.instance_id, task.task_key)
            for task in self.tasks
        )
