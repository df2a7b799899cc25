"""What every proof of one bundle stands on: the drawing, who calls whom, who writes which fact. Read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from engine.bpmn.elements import Element, Flow
from engine.bpmn.guardrails import facts as reading


class Drawn(Protocol):
    """A bundle, or the catalogue of one."""

    @property
    def processes(self) -> Mapping[str, str]: ...
    @property
    def elements(self) -> Mapping[tuple[str, str], Element]: ...
    @property
    def flows(self) -> Mapping[tuple[str, str], Flow]: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What diagrams don't say of themselves."""

    waiting: frozenset[str] = frozenset()
    """Operations that are done later: their elements wait."""
    messages: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Message to the variables it carries."""
    tables: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Decision table to the names it reads."""


@dataclass(eq=False)
class Ground:
    drawn: Drawn
    listed: Mapping[str, tuple[str, ...]]
    """Facts with their values, as the promises name them."""
    around: Surroundings = field(default_factory=Surroundings)
    _asked: dict[str, tuple[tuple[reading.Narrowing, ...], bool]] = field(default_factory=dict)
    _called: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def facts(self) -> Mapping[str, tuple[str, ...]]:
        """With the value that nobody lists: at run time a choice goes by it as by any other."""
        return {fact: (*values, reading.OTHER) for fact, values in self.listed.items()}

    @cached_property
    def by_scope(self) -> Mapping[str, tuple[Element, ...]]:
        """Process or embedded sub-process to what stands directly in it."""
        found: dict[str, list[Element]] = {}
        for element in self.drawn.elements.values():
            found.setdefault(element.scope, []).append(element)
        return {scope: tuple(elements) for scope, elements in found.items()}

    @cached_property
    def by_process(self) -> Mapping[str, tuple[Element, ...]]:
        found: dict[str, list[Element]] = {process: [] for process in self.drawn.processes}
        for element in self.drawn.elements.values():
            found.setdefault(element.process_id, []).append(element)
        return {process: tuple(elements) for process, elements in found.items()}

    @cached_property
    def callers(self) -> Mapping[str, tuple[Element, ...]]:
        """Process to the calls of it."""
        found: dict[str, list[Element]] = {}
        for element in self.drawn.elements.values():
            if element.calls:
                found.setdefault(element.calls, []).append(element)
        return {process: tuple(calls) for process, calls in found.items()}

    def called_from(self, process_id: str) -> tuple[str, ...]:
        """A process and all it calls, itself first."""
        found = self._called.get(process_id)
        if found is None:
            reached = [process_id]
            for process in reached:
                for element in self.by_process[process]:
                    if element.calls in self.drawn.processes and element.calls not in reached:
                        reached.append(element.calls or "")
            found = self._called[process_id] = tuple(reached)
        return found

    @cached_property
    def writes(self) -> Mapping[tuple[str, str], tuple[reading.Write, ...]]:
        """What each element writes into its own process when it is done."""
        return {
            key: tuple(
                reading.writes_of(
                    element, self.facts, self.around.messages.get(element.message or "", frozenset())
                )
            )
            for key, element in self.drawn.elements.items()
        }

    @cached_property
    def written(self) -> Mapping[str, frozenset[str]]:
        """Process to the facts that something in it writes."""
        return {
            process: frozenset(
                write.fact for each in elements for write in self.writes[process, each.element_id]
            )
            for process, elements in self.by_process.items()
        }

    @cached_property
    def milestones(self) -> Mapping[str, frozenset[str]]:
        """By process."""
        return {
            process: frozenset(word for each in elements for word in each.milestones)
            for process, elements in self.by_process.items()
        }

    @cached_property
    def chosen_by(self) -> frozenset[str]:
        """Facts that a choice reads."""
        return frozenset(
            fact for flow in self.drawn.flows.values() for fact, _ in self.asked(flow.condition)[0]
        )

    def asked(self, condition: str | None) -> tuple[tuple[reading.Narrowing, ...], bool]:
        """What a condition asks of facts, and whether it asks nothing else."""
        key = condition or ""
        found = self._asked.get(key)
        if found is None:
            found = self._asked[key] = reading.asked(condition, self.facts)
        return found

    def knows(self, process_id: str, fact: str) -> bool:
        """Whether the fact's value can be known from the beginning of a process."""
        callers = self.callers.get(process_id, ())
        if not callers or fact in self.written[process_id]:
            return True
        if all(fact in reading.entries(each.properties.get("input", "")) for each in callers):
            return True
        return all(fact not in written for written in self.written.values())
