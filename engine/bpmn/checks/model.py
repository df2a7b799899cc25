"""The diagrams of a bundle as the stages of the publish gate read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lxml.etree import _Element

from engine.bpmn.catalogue import Catalogue
from engine.bpmn.elements import Element, Flow


@dataclass(frozen=True, slots=True)
class OperationShape:
    """The outputs of an operation, and True if its element waits: enough for the checks."""

    outputs: frozenset[str] = frozenset()
    waits: bool = False
    """Done later, through the outbox: the element waits."""


@dataclass(frozen=True, slots=True)
class References:
    """Names that diagrams may refer to."""

    forms: Mapping[str, frozenset[str]]
    """Form key to the names of its variable fields."""
    roles: frozenset[str]
    operations: Mapping[str, OperationShape]
    tables: Mapping[str, frozenset[str]]
    """Decision table key to the names its cells and inputs read."""
    variables: frozenset[str] = frozenset()
    """Variables given by the command that starts a process."""
    messages: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Message name to the variables it carries."""
    functions: frozenset[str] = frozenset()
    """Host functions beside those of this package."""
    conditions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Form key to the names that the conditions of its questions read."""


@dataclass(frozen=True)
class Model:
    roots: Mapping[str, _Element]
    drawn: Catalogue
    references: References

    @property
    def elements(self) -> Iterator[Element]:
        return iter(self.drawn.elements.values())

    @cached_property
    def by_process(self) -> Mapping[str, tuple[Element, ...]]:
        found: dict[str, list[Element]] = {key: [] for key in self.drawn.processes}
        for element in self.elements:
            found[element.process_id].append(element)
        return {process: tuple(elements) for process, elements in found.items()}

    @cached_property
    def scopes(self) -> Mapping[str, tuple[Element, ...]]:
        """The elements by the process or embedded sub-process directly around them."""
        found: dict[str, list[Element]] = {key: [] for key in self.drawn.processes}
        for element in self.elements:
            found.setdefault(element.scope, []).append(element)
        return {scope: tuple(elements) for scope, elements in found.items()}

    @cached_property
    def flows_of(self) -> Mapping[str, tuple[Flow, ...]]:
        found: dict[str, list[Flow]] = {}
        for flow in self.drawn.flows.values():
            found.setdefault(flow.scope, []).append(flow)
        return {scope: tuple(flows) for scope, flows in found.items()}

    def following(self, scope: str) -> dict[str, set[str]]:
        """Return, for each element, those that a token may reach next, including boundary events."""
        after: dict[str, set[str]] = {element.element_id: set() for element in self.scopes.get(scope, ())}
        for flow in self.flows_of.get(scope, ()):
            if flow.source in after and flow.target in after:
                after[flow.source].add(flow.target)
        for element in self.scopes.get(scope, ()):
            if element.attached_to in after:
                after[element.attached_to].add(element.element_id)
        return after

    @cached_property
    def callers(self) -> Mapping[str, tuple[Element, ...]]:
        """The call activities that call each process."""
        found: dict[str, list[Element]] = {}
        for element in self.elements:
            if element.calls:
                found.setdefault(element.calls, []).append(element)
        return {process: tuple(calls) for process, calls in found.items()}

    def around(self, element: Element) -> Iterator[Element]:
        """Yield the embedded sub-processes around an element, innermost first."""
        scope = element.scope
        while scope != element.process_id:
            host = self.drawn.elements[element.process_id, scope]
            yield host
            scope = host.scope


def reachable(starts: set[str], after: Mapping[str, set[str]]) -> set[str]:
    found, waiting = set(starts), list(starts)
    while waiting:
        for each in after.get(waiting.pop(), ()):
            if each not in found:
                found.add(each)
                waiting.append(each)
    return found


def roots(nodes: Iterable[str], after: Mapping[str, set[str]]) -> set[str]:
    """Return the first of the nodes: those that no other of them leads to, and one of each ring that none leads into."""
    left = list(nodes)
    inside = set(left)
    found = {node for node in left if not any(node in after[other] for other in inside - {node})}
    led_to = reachable(found, after)
    for node in left:
        if node not in led_to:
            found.add(node)
            led_to |= reachable({node}, after)
    return found


def cycles(after: Mapping[str, set[str]]) -> list[set[str]]:
    """Return the sets of nodes that can reach each other. Quadratic, for at most some hundred nodes."""
    reach = {node: reachable(set(following), after) for node, following in after.items()}
    found: list[set[str]] = []
    seen: set[str] = set()
    for node in after:
        if node in reach[node] and node not in seen:
            ring = {other for other in reach[node] if node in reach[other]}
            seen |= ring
            found.append(ring)
    return found
