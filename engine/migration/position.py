"""The position of a running case, without its identity: equal positions are judged alike.

Read from the snapshot alone. Ids, moments, values and the number of loop rounds are left out, so that a thousand
cases have few positions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from engine.bpmn import scope
from engine.bpmn.activities import Parallel
from engine.bpmn.parsed_models import ParsedModels
from engine.bpmn.snapshots import TaskState
from engine.guardrails import States

_SPLIT: Final = ".BoundaryEventSplit"
_JOIN: Final = ".BoundaryEventJoin"
# Task specs that SpiffWorkflow puts before and after an activity with events.
SPLITS_AND_JOINS: Final = frozenset({"parallelGateway", "inclusiveGateway"})
_THERE: Final = TaskState.COMPLETED | TaskState.STARTED | TaskState.READY | TaskState.WAITING
_OPEN: Final = TaskState.STARTED | TaskState.READY | TaskState.WAITING


@dataclass(frozen=True, slots=True)
class Held:
    """The work that people have in hand on an open task: a draft or not, and the assignee's roles."""

    drafted: bool = False
    roles: frozenset[str] | None = None
    """Roles of the assignee; None when the task is unclaimed."""
    is_outside: bool = False
    """True if somebody may be answering behind a link; their text is never read."""


@dataclass(frozen=True, slots=True)
class Open:
    """A token that waits, or an activity with something waiting inside it."""

    element_id: str
    state: int
    arrived: frozenset[str] = frozenset()
    """The elements it came from: of a join those whose branch is there already."""
    held: Held = Held()
    inside: Standing | None = None
    is_child: bool = False
    """One of the copies of a multi-instance, and not its shell."""
    times: int = 1
    """Two where several copies stand alike."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One process instance or embedded sub-process, with all that is open in it."""

    scope: str
    passed: frozenset[tuple[str, str]]
    """Elements that followed each other; the first is empty for the start."""
    open: frozenset[Open]
    names: frozenset[str] = frozenset()
    """Variables it has."""
    facts: frozenset[tuple[str, str]] = frozenset()
    """Those of them that guardrails speak of, with their value."""
    guardrails: frozenset[tuple[str, str]] = frozenset()
    """Guardrails watched on this call, with their state."""
    before: str = ""
    """The scope's id in the old version, once the standing is in the new version's words."""

    def everywhere(self) -> Iterator[tuple[Standing, Open]]:
        for each in self.open:
            yield self, each
            if each.inside is not None:
                yield from each.inside.everywhere()


@dataclass(frozen=True, slots=True)
class Position:
    standing: Standing
    reached: tuple[str, ...] = ()
    """Milestones in their order; only where guardrails are not the same in both versions."""


@dataclass(frozen=True)
class Reader:
    """Reads the positions of instances of one bundle."""

    parsed: ParsedModels
    facts: frozenset[str] = frozenset()
    """Variables that guardrails speak of."""

    def position(
        self,
        snapshot: bytes,
        guardrails: States,
        held: Mapping[str, Held],
        reached: tuple[str, ...] = (),
    ) -> Position:
        data = orjson.loads(snapshot)
        reading = _Reading(self, guardrails, held)
        return Position(reading.standing(data["process"], data["state"], ""), reached)


@dataclass
class _Reading:
    reader: Reader
    guardrails: States
    held: Mapping[str, Held]
    _drawn: dict[tuple[str, str], str] = field(default_factory=dict)

    def standing(self, spec_name: str, stored: Mapping[str, Any], path: str) -> Standing:
        passed: set[tuple[str, str]] = set()
        found: Counter[Open] = Counter()
        arrived: dict[str, set[str]] = {}
        drawn: list[str] = []
        for parent, name, state, *rest in stored["tasks"]:
            own = self._element(spec_name, name)
            drawn.append(own)
            before = drawn[parent] if parent >= 0 else ""
            # Of the tokens that wait at a join, the library cancels all but the last to come.
            waits_no_more = state == TaskState.CANCELLED and self._is_join(spec_name, own)
            if (state & _THERE or waits_no_more) and own and own != before and not name.endswith(_JOIN):
                passed.add((before, own))
            if state == TaskState.WAITING or waits_no_more:
                arrived.setdefault(name, set()).add(before)
            if state & _OPEN and own and not name.endswith((_SPLIT, _JOIN)):
                found[self._open(spec_name, name, state, rest[0], path)] += 1
        variables = stored.get("vars", {})
        return Standing(
            spec_name,
            frozenset(passed),
            frozenset(_counted(each, times, arrived) for each, times in found.items()),
            frozenset(variables),
            frozenset(
                (name, value)
                for name, value in variables.items()
                if name in self.reader.facts and isinstance(value, str)
            ),
            frozenset(self.guardrails.get(path.removesuffix("/"), {}).items()),
        )

    def _open(self, spec_name: str, name: str, state: int, more: Mapping[str, Any], path: str) -> Open:
        spec = self.reader.parsed.specs[spec_name].task_specs[name]
        index = more.get(scope.INDEX)
        inside = None
        if "called" in more:
            step = spec.bpmn_id + ("" if index is None else f"[{index}]")
            inside = self.standing(spec.spec, more["called"], f"{path}{step}/")
        return Open(
            spec.bpmn_id,
            state,
            held=self.held.get(more["id"], Held()),
            inside=inside,
            is_child=index is not None and not isinstance(spec, Parallel),
        )

    def _is_join(self, spec_name: str, element_id: str) -> bool:
        return bool(element_id) and self.reader.parsed.element(spec_name, element_id).kind in SPLITS_AND_JOINS

    def _element(self, spec_name: str, name: str) -> str:
        """Return the id of the element drawn for a task; empty for what the library has before the start and after the end."""
        key = spec_name, name
        if key not in self._drawn:
            spec = self.reader.parsed.specs[spec_name].task_specs[name]
            around = name.removesuffix(_SPLIT).removesuffix(_JOIN)
            self._drawn[key] = spec.bpmn_id or (around if around != name else "")
        return self._drawn[key]


def _counted(found: Open, times: int, arrived: Mapping[str, set[str]]) -> Open:
    return Open(
        found.element_id,
        found.state,
        frozenset(arrived.get(found.element_id, ())) if found.state == TaskState.WAITING else frozenset(),
        found.held,
        found.inside,
        found.is_child,
        min(times, 2),
    )
