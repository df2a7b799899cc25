"""Lays out the places in which tokens stand, for each element of a process and of all that it calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.bpmn.elements import Element
from engine.guardrails.prover import facts as fact_texts
from engine.guardrails.prover.focus import Focus
from engine.guardrails.prover.model import Fact, Kind, Place, Places


@dataclass(slots=True)
class Shell:
    """The places around the copies of a multi-instance: it is entered once, and over when every copy is."""

    runs: Place
    ended: Place
    enough: Place
    """A copy was the last that is waited for: the others are called off."""


@dataclass(slots=True, eq=False)
class Scope:
    """A process, an embedded sub-process or one copy of a multi-instance, entered from the element `host`."""

    path: str
    """Of what is inside it: empty for the case, else the path of the host and a slash."""
    process_id: str
    ended: Place
    around: Scope | None = None
    host: Element | None = None
    runs: Place | None = None
    """None for the case itself."""
    elements: dict[str, Element] = field(default_factory=dict)
    at: dict[str, Place] = field(default_factory=dict)
    """Element to the place of its token. One that is entered has it until it is; what runs then is `inner`."""
    arrived: dict[str, Place] = field(default_factory=dict)
    """Flow into a parallel join to the place where its token waits for the others."""
    listens: dict[str, Place] = field(default_factory=dict)
    """Boundary event that does not interrupt to the place of the token that lets it happen."""
    inner: dict[str, list[Scope]] = field(default_factory=dict)
    """Element to what is entered in it: one scope, or each copy of a multi-instance."""
    shells: dict[str, Shell] = field(default_factory=dict)
    facts: dict[str, int] = field(default_factory=dict)
    """The facts it has by itself, by name, with their numbers."""
    _inside: Places | None = None

    def inside(self) -> Places:
        """Return every place in the scope. Call it only after all scopes are laid out."""
        if self._inside is None:
            self._inside = frozenset(
                place for element in self.elements.values() for place in self.of_element(element)
            )
        return self._inside

    def of_element(self, element: Element) -> Places:
        """Return every place of an element: its own, those of all that runs in it and of the boundary events on it."""
        key = element.element_id
        found = {self.arrived[flow] for flow in element.incoming if flow in self.arrived}
        found.update(self.listening(element))
        if key in self.at:
            found.add(self.at[key])
        if key in self.shells:
            shell = self.shells[key]
            found |= {shell.runs, shell.ended, shell.enough}
        return frozenset(found).union(*(copy.whole() for copy in self.inner.get(key, ())))

    def whole(self) -> Places:
        """Return the scope's own places and every place in it."""
        own = {self.ended} if self.runs is None else {self.ended, self.runs}
        return self.inside() | own

    def listening(self, host: Element) -> Iterator[Place]:
        for key, place in self.listens.items():
            if self.elements[key].attached_to == host.element_id:
                yield place

    def place_of_work(self, element: Element) -> Place:
        """Return the place that holds a token while the activity is going on."""
        key = element.element_id
        if key in self.shells:
            return self.shells[key].runs
        if key in self.inner:
            return self.inner[key][0].runs or self.at[key]
        return self.at[key]

    def home(self, fact: str) -> int:
        """Return the number of a fact: the scope's own, or that of the nearest scope around it. Raise KeyError if
        there is none."""
        scope: Scope | None = self
        while scope is not None:
            if fact in scope.facts:
                return scope.facts[fact]
            scope = scope.around
        raise KeyError(fact)


class Layout:
    """All scopes of a process, with their places and facts in the order of the diagrams."""

    def __init__(self, focus: Focus) -> None:
        self.places: list[Place] = []
        self.facts: list[Fact] = []
        self.scopes: dict[str, Scope] = {}
        """By path."""
        self._focus = focus
        self.begin = self._place("", Kind.AT, waits=True)
        self.case = self._scope(focus.process_id, focus.process_id, "", None, None)

    def _place(self, path: str, kind: Kind, *, waits: bool = False, merges: bool = False) -> Place:
        place = Place(len(self.places), path, kind, waits, merges)
        self.places.append(place)
        return place

    def _scope(
        self, scope_id: str, process_id: str, path: str, around: Scope | None, host: Element | None
    ) -> Scope:
        scope = Scope(path, process_id, self._place(path, Kind.ENDED, merges=True), around, host)
        self.scopes[path] = scope
        if scope_id == process_id:
            for name in self._own_facts(process_id, host):
                scope.facts[name] = len(self.facts)
                self.facts.append(Fact(path, name, self._focus.facts[name]))
        for element in self._focus.index.by_scope.get(scope_id, ()):
            scope.elements[element.element_id] = element
        for element in scope.elements.values():
            self._place_element(scope, element)
        return scope

    def _own_facts(self, process_id: str, host: Element | None) -> Iterator[str]:
        """Yield the facts that a process has for itself: those it is given or writes. It shares the others with its caller."""
        given = fact_texts.entries(host.properties.get("input", "")) if host is not None else frozenset()
        for fact in self._focus.facts:
            if host is None or fact in given or fact in self._focus.index.written[process_id]:
                yield fact

    def _place_element(self, scope: Scope, element: Element) -> None:
        key, path = element.element_id, scope.path + element.element_id
        joins = len(element.incoming) > 1
        if element.kind == "parallelGateway" and joins:
            for flow in element.incoming:
                scope.arrived[flow] = self._place(path, Kind.ARRIVED)
        elif element.kind == "boundaryEvent" and element.events[:1] != ("error",):
            if not element.interrupting and not self._focus.is_silent(element):
                scope.listens[key] = self._place(path, Kind.LISTENS, waits=True)
        elif element.multiple or self._focus.inner(element):
            scope.at[key] = self._place(path, Kind.AT)
            self._place_inner(scope, element)
        elif not self._focus.is_behind_event_gateway(element) and (
            element.kind != "startEvent" or scope.around is not None
        ):
            waits = self._focus.waits(element) or element.kind == "eventBasedGateway"
            merges = element.kind == "inclusiveGateway" and joins
            scope.at[key] = self._place(path, Kind.AT, waits=waits, merges=merges)

    def _place_inner(self, scope: Scope, element: Element) -> None:
        key, path = element.element_id, scope.path + element.element_id
        inner = self._focus.inner(element)
        if element.multiple:
            scope.shells[key] = Shell(
                self._place(path, Kind.RUNS),
                self._place(path, Kind.ENDED, merges=True),
                self._place(path, Kind.ENDED, merges=True),
            )
        scope.inner[key] = []
        for number in range(self._focus.copies if element.multiple else 1):
            own = f"{path}[{number}]/" if element.multiple else f"{path}/"
            waits = inner is None and self._focus.waits(element)
            runs = self._place(own.removesuffix("/"), Kind.RUNS, waits=waits)
            copy = self._scope(inner or "", element.calls or element.process_id, own, scope, element)
            copy.runs = runs
            scope.inner[key].append(copy)
