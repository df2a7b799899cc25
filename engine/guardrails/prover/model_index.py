"""Looks up what the diagrams hold: which process calls which, which element is in which scope and writes which fact.

Built once for all proofs of one bundle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from typing import Protocol

from engine.bpmn.elements import Element, Flow
from engine.dmn import DecisionModel
from engine.guardrails.prover import facts as fact_texts


class Diagrams(Protocol):
    """The processes, elements and flows of a parsed bundle or of its catalogue."""

    @property
    def processes(self) -> Mapping[str, str]: ...
    @property
    def elements(self) -> Mapping[tuple[str, str], Element]: ...
    @property
    def flows(self) -> Mapping[tuple[str, str], Flow]: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Properties of operations, messages and tables that the prover needs and diagrams do not hold."""

    waiting: frozenset[str] = frozenset()
    """Operations that complete later: their elements wait."""
    messages: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Message to the variables it carries."""
    tables: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Decision table to the names it reads."""
    decisions: Mapping[str, DecisionModel] = field(default_factory=dict)
    """Decision table to what it holds."""
    conditions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Form to the names that the conditions of its questions read."""


@dataclass(eq=False)
class ModelIndex:
    diagrams: Diagrams
    listed: Mapping[str, tuple[str, ...]]
    """Facts with the values that guardrails.json lists."""
    surroundings: Surroundings = field(default_factory=Surroundings)
    _conditions: dict[str, fact_texts.Condition] = field(default_factory=dict)
    _called: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def facts(self) -> Mapping[str, tuple[str, ...]]:
        """The values of each fact, by name: the listed ones, and OTHER for a value that is missing or not listed."""
        return {fact: (*values, fact_texts.OTHER) for fact, values in self.listed.items()}

    @cached_property
    def by_scope(self) -> Mapping[str, tuple[Element, ...]]:
        """The elements directly in each process or embedded sub-process."""
        found: dict[str, list[Element]] = {}
        for element in self.diagrams.elements.values():
            found.setdefault(element.scope, []).append(element)
        return {scope: tuple(elements) for scope, elements in found.items()}

    @cached_property
    def by_process(self) -> Mapping[str, tuple[Element, ...]]:
        found: dict[str, list[Element]] = {process: [] for process in self.diagrams.processes}
        for element in self.diagrams.elements.values():
            found.setdefault(element.process_id, []).append(element)
        return {process: tuple(elements) for process, elements in found.items()}

    @cached_property
    def callers(self) -> Mapping[str, tuple[Element, ...]]:
        """The call activities that call each process."""
        found: dict[str, list[Element]] = {}
        for element in self.diagrams.elements.values():
            if element.calls:
                found.setdefault(element.calls, []).append(element)
        return {process: tuple(calls) for process, calls in found.items()}

    def called_from(self, process_id: str) -> tuple[str, ...]:
        """Return the process, then all processes that it calls, directly or through others."""
        found = self._called.get(process_id)
        if found is None:
            reached = [process_id]
            for process in reached:
                for element in self.by_process[process]:
                    if element.calls in self.diagrams.processes and element.calls not in reached:
                        reached.append(element.calls or "")
            found = self._called[process_id] = tuple(reached)
        return found

    def flows_from(self, element: Element) -> list[Flow]:
        return [self.diagrams.flows[element.process_id, flow] for flow in element.outgoing]

    def source(self, element: Element, flow_id: str) -> Element:
        """Return the element from which an incoming flow comes."""
        flow = self.diagrams.flows[element.process_id, flow_id]
        return self.diagrams.elements[element.process_id, flow.source]

    @cached_property
    def writes(self) -> Mapping[tuple[str, str], tuple[fact_texts.Write, ...]]:
        """The writes of each element, by process and id, into its own process when it completes."""
        return {
            key: tuple(
                fact_texts.writes_of(
                    element, self.facts, self.surroundings.messages.get(element.message or "", frozenset())
                )
            )
            for key, element in self.diagrams.elements.items()
        }

    @cached_property
    def written(self) -> Mapping[str, frozenset[str]]:
        """The facts that the elements of each process write."""
        return {
            process: frozenset(
                write.fact for each in elements for write in self.writes[process, each.element_id]
            )
            for process, elements in self.by_process.items()
        }

    @cached_property
    def milestones(self) -> Mapping[str, frozenset[str]]:
        """The milestones of each process."""
        return {
            process: frozenset(name for each in elements for name in each.milestones)
            for process, elements in self.by_process.items()
        }

    @cached_property
    def facts_of_conditions(self) -> frozenset[str]:
        """The facts that a condition on a flow reads."""
        flows = self.diagrams.flows.values()
        return frozenset(fact for flow in flows for fact, _ in self.condition(flow.condition).asked)

    @cached_property
    def contents(self) -> Mapping[str, bytes]:
        """A digest, by process, of all that a net is made of: not of names, forms and words, nor of positions on the page."""
        facts = repr(list(self.listed.items())).encode()
        found = {process: sha256(facts) for process in self.by_process}
        for element in self.diagrams.elements.values():
            found[element.process_id].update(repr(self._read_of(element)).encode())
        for flow in self.diagrams.flows.values():
            if flow.process_id in found:
                found[flow.process_id].update(repr(replace(flow, name="")).encode())
        return {process: each.digest() for process, each in found.items()}

    def _read_of(self, element: Element) -> tuple[object, ...]:
        plain = replace(element, name="", lane=None, role=None, timer=None, documentation="", properties={})
        properties = [element.properties.get(each) for each in ("milestone", "input", "output")]
        waits = element.properties.get("operation") in self.surroundings.waiting
        carried = sorted(self.surroundings.messages.get(element.message or "", ()))
        return plain, properties, waits, carried

    def condition(self, text: str | None) -> fact_texts.Condition:
        key = text or ""
        found = self._conditions.get(key)
        if found is None:
            found = self._conditions[key] = fact_texts.condition(text, self.facts)
        return found

    def knows(self, process_id: str, fact: str) -> bool:
        """Return True if a proof that begins with this process knows the fact from the beginning."""
        callers = self.callers.get(process_id, ())
        if not callers or fact in self.written[process_id]:
            return True
        if all(fact in fact_texts.entries(each.properties.get("input", "")) for each in callers):
            return True
        return all(fact not in written for written in self.written.values())
