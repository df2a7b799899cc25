"""Makes the net of a process: everything that can happen in each of its places.

Follows the engine, not the standard, and understands only what the checks of a diagram accept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import combinations

from engine.bpmn.elements import Element, Flow
from engine.guardrails.prover.fact_changes import Copy, Operation
from engine.guardrails.prover.focus import Focus
from engine.guardrails.prover.model import (
    NOWHERE,
    Milestone,
    Net,
    Passed,
    Place,
    Places,
    Transition,
)
from engine.guardrails.prover.operations import Operations
from engine.guardrails.prover.scopes import Layout, Scope
from engine.guardrails.prover.shortening import shortened, together


class RunsForEver(Exception):
    """A loop in which nothing waits. There is no net to explore."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


@dataclass(frozen=True, slots=True)
class Way:
    """One continuation after an element: the tokens it puts, and its operations on facts."""

    puts: Places
    operations: tuple[Operation, ...] = ()


@dataclass(frozen=True, slots=True)
class Trigger:
    """The tokens that an element needs to go on, and those that are removed when it does."""

    moved_by: Place
    takes: Places
    needs: Places = NOWHERE
    after: Places = NOWHERE
    clears: Places = NOWHERE
    waits: bool = False
    calls_off: bool = False
    """True if it ends activities beside it."""


class Translation:
    """Translates one process; `net()` may be called once."""

    def __init__(self, focus: Focus) -> None:
        self.layout = Layout(focus)
        self._focus = focus
        self._operations = Operations(focus)
        self._transitions: list[Transition] = []
        self._uncaught: list[Passed] = []

    def net(self) -> Net:
        """Return the net. Raise RunsForEver for a loop in which nothing waits."""
        case = self.layout.case
        self._scope(case)
        self._add(self._over(case), Way(NOWHERE))
        self._not_over(case.ended, case.inside())
        net = Net(
            self._focus.process_id,
            self.layout.begin,
            tuple(self.layout.places),
            tuple(self._transitions),
            tuple(self.layout.facts),
            frozenset(case.facts[fact] for fact in self._focus.facts_of_ends),
            tuple(self._uncaught),
        )
        _refuse_to_run_for_ever(net)
        return shortened(net)

    # what happens at an element

    def _scope(self, scope: Scope) -> None:
        for element in scope.elements.values():
            if element.element_id in scope.shells:
                self._multi_instance(scope, element)
            elif element.element_id in scope.inner:
                self._entered(scope, element)
            else:
                self._element(scope, element)

    def _element(self, scope: Scope, element: Element) -> None:
        key = element.element_id
        arrived = [scope.arrived[flow] for flow in element.incoming if flow in scope.arrived]
        if element.kind == "eventBasedGateway":
            self._event_gateway(scope, element)
        elif element.kind == "endEvent":
            self._end_event(scope, element)
        elif arrived:
            self._leave(scope, element, Trigger(arrived[0], frozenset(arrived)))
        elif key in scope.at:
            at = scope.at[key]
            trigger = Trigger(
                at,
                frozenset({at}),
                after=self._upstream(scope, element) if at.merges else NOWHERE,
                clears=frozenset(scope.listening(element)),
                waits=self._focus.waits(element),
            )
            self._leave(scope, element, trigger)
        elif element.kind == "boundaryEvent":
            self._boundary_event(scope, element)
        elif element.kind == "startEvent":
            begin = self.layout.begin
            self._leave(scope, element, Trigger(begin, frozenset({begin}), waits=True))

    def _boundary_event(self, scope: Scope, event: Element) -> None:
        host = scope.elements[event.attached_to or ""]
        work = scope.place_of_work(host)
        listens = scope.listens.get(event.element_id)
        if event.interrupting:
            cut_off = scope.of_element(host)
            trigger = Trigger(work, frozenset({work}), clears=cut_off, waits=True)
        elif listens is not None:
            trigger = Trigger(listens, frozenset({listens}), needs=frozenset({work}), waits=True)
        else:
            trigger = Trigger(work, NOWHERE, needs=frozenset({work}), waits=True)
        self._leave(scope, event, trigger)

    def _event_gateway(self, scope: Scope, gateway: Element) -> None:
        at = scope.at[gateway.element_id]
        for flow in self._focus.index.flows_from(gateway):
            event = scope.elements[flow.target]
            trigger = Trigger(at, frozenset({at}), waits=True)
            before = (self._passed(scope, gateway),)
            self._leave(scope, event, trigger, before=before)

    def _end_event(self, scope: Scope, end: Element) -> None:
        at = scope.at[end.element_id]
        kind = end.events[0] if end.events else ""
        if kind == "error":
            self._error_end(scope, end)
            return
        called_off = scope.inside() if kind == "terminate" else NOWHERE
        trigger = Trigger(at, frozenset({at}), clears=called_off, calls_off=kind == "terminate")
        self._leave(scope, end, trigger, [Way(frozenset({scope.ended}))])

    def _error_end(self, scope: Scope, end: Element) -> None:
        """Cut off the nearest activity around the end with an event for its error; the way goes on from that event."""
        at = scope.at[end.element_id]
        inner, around = scope, scope.around
        while around is not None and inner.host is not None:
            for event in around.elements.values():
                catches = event.attached_to == inner.host.element_id and event.events[:1] == ("error",)
                if catches and event.error in {None, end.error}:
                    cut_off = around.of_element(inner.host)
                    trigger = Trigger(at, frozenset({at}), clears=cut_off, calls_off=True)
                    self._leave(scope, end, trigger, [Way(frozenset({around.at[event.element_id]}))])
                    return
            inner, around = around, around.around
        self._uncaught.append(self._passed(scope, end))

    def _entered(self, scope: Scope, element: Element) -> None:
        """Enter a sub-process or called process. It is over when no token is left in it."""
        at, inner = scope.at[element.element_id], scope.inner[element.element_id][0]
        listening = frozenset(scope.listening(element))
        entry = self._entry(scope, element, inner)
        if entry is not None:
            self._enter(at, Way(entry.puts | listening, entry.operations))
        self._scope(inner)
        over = self._over(inner, clears=listening)
        self._leave(scope, element, over, writes_in=inner)
        self._not_over(inner.ended, inner.inside())

    def _multi_instance(self, scope: Scope, element: Element) -> None:
        """Enter as many copies as there may be. Each ends by itself; the whole ends when all have."""
        key = element.element_id
        at, shell, copies = scope.at[key], scope.shells[key], scope.inner[key]
        listening = frozenset(scope.listening(element))
        entries = [self._entry(scope, element, copy) for copy in copies]
        for number in range(len(copies) + 1):
            entered = [entry for entry in entries[:number] if entry is not None]
            first = frozenset() if number else frozenset({shell.ended})
            puts = frozenset({shell.runs}).union(first, listening, *(each.puts for each in entered))
            operations = tuple(each for entry in entered for each in entry.operations)
            self._enter(at, Way(puts, operations))
        everything = frozenset[Place]().union(*(copy.whole() for copy in copies))
        last = [Way(frozenset({shell.ended}))]
        for copy in copies:
            self._scope(copy)
            over = self._over(copy, waits=copy.runs is not None and copy.runs.waits)
            self._leave(scope, element, over, last, writes_in=copy)
            if element.expression:
                # The condition may say that this copy was the last that is waited for.
                self._leave(scope, element, over, [Way(frozenset({shell.enough}))], writes_in=copy)
            if copy.elements:
                self._not_over(copy.ended, copy.inside())
        enough = Trigger(shell.enough, frozenset({shell.enough}), clears=everything, calls_off=True)
        self._add(enough, last[0])
        trigger = Trigger(
            shell.ended,
            frozenset({shell.runs, shell.ended}),
            after=everything,
            clears=listening | {shell.enough},
        )
        for way in self._onward(scope, element):
            self._add(trigger, way, passes=(self._passed(scope, element, all_over=True),))
        self._not_over(shell.ended, everything)

    def _over(self, inner: Scope, *, clears: Places = NOWHERE, waits: bool = False) -> Trigger:
        """Return the trigger that ends entered work: no token is left in it, or somebody has done the task."""
        if inner.runs is None:
            return Trigger(inner.ended, frozenset({inner.ended}), after=inner.inside())
        if not inner.elements:
            return Trigger(inner.runs, frozenset({inner.runs}), clears=clears, waits=waits)
        takes = frozenset({inner.runs, inner.ended})
        return Trigger(inner.ended, takes, after=inner.inside(), clears=clears)

    # transitions

    def _leave(
        self,
        scope: Scope,
        element: Element,
        trigger: Trigger,
        ways: Sequence[Way] | None = None,
        *,
        writes_in: Scope | None = None,
        before: tuple[Passed, ...] = (),
    ) -> None:
        """Add the transitions by which an element completes: it writes, reaches its milestones and goes on in each
        possible way."""
        writes = self._operations.completing(scope, element, writes_in)
        passes = (*before, self._passed(scope, element))
        for asks, milestones in self._operations.reaching(scope, element):
            for way in self._onward(scope, element) if ways is None else ways:
                operations = (*writes, *asks, *way.operations)
                self._add(trigger, Way(way.puts, operations), milestones, passes)

    def _enter(self, at: Place, way: Way) -> None:
        """Enter an activity. The order matters only if it copies facts: nothing else can read those it is given."""
        noticed = any(isinstance(each, Copy) for each in way.operations)
        self._transitions.append(
            Transition(
                len(self._transitions),
                at,
                frozenset({at}),
                way.puts,
                operations=way.operations,
                is_noticed=noticed,
            )
        )

    def _not_over(self, ended: Place, inside: Places) -> None:
        number, beside = len(self._transitions), inside - {ended}
        self._transitions.append(Transition(number, ended, frozenset({ended}), NOWHERE, beside=beside))

    def _add(
        self,
        trigger: Trigger,
        way: Way,
        milestones: tuple[Milestone, ...] = (),
        passes: tuple[Passed, ...] = (),
    ) -> None:
        self._transitions.append(
            Transition(
                len(self._transitions),
                trigger.moved_by,
                trigger.takes,
                way.puts,
                needs=trigger.needs,
                after=trigger.after,
                clears=trigger.clears,
                operations=way.operations,
                milestones=milestones,
                passes=passes,
                waits=trigger.waits,
                is_noticed=bool(way.operations or milestones or trigger.calls_off),
            )
        )

    def _passed(self, scope: Scope, element: Element, *, all_over: bool = False) -> Passed:
        is_event = element.kind in {"startEvent", "intermediateCatchEvent", "boundaryEvent"}
        waits = (is_event and element.events != ("error",)) or self._focus.waits(element)
        return Passed(scope.path + element.element_id, waits and not all_over, all_over)

    # ways in and on

    def _entry(self, scope: Scope, element: Element, inner: Scope) -> Way | None:
        """Return the tokens and operations with which an activity is entered; None if it has no start."""
        if inner.runs is None:
            return None
        if not inner.elements:
            return Way(frozenset({inner.runs}))
        start = next((each for each in inner.elements.values() if each.kind == "startEvent"), None)
        if start is None:
            return None
        puts = frozenset({inner.runs, inner.at[start.element_id]})
        return Way(puts, self._operations.entering(scope, element, inner))

    def _onward(self, scope: Scope, element: Element) -> list[Way]:
        flows = self._focus.index.flows_from(element)
        if not flows:
            return [Way(frozenset({scope.ended}))]
        if element.kind == "exclusiveGateway" and len(flows) > 1:
            return [
                Way(self._puts(scope, [flow]), self._operations.choosing(scope, element, flow))
                for flow in flows
            ]
        if element.kind == "inclusiveGateway" and len(flows) > 1:
            asked = [flow for flow in flows if flow.flow_id != element.default]
            chosen = [each for size in range(1, len(asked) + 1) for each in combinations(asked, size)]
            default = [(flow,) for flow in flows if flow.flow_id == element.default]
            return [Way(self._puts(scope, each)) for each in (*chosen, *default)]
        return [Way(self._puts(scope, flows))]

    def _puts(self, scope: Scope, flows: Iterable[Flow]) -> Places:
        return together(place for flow in flows for place in self._entry_places(scope, flow))

    def _entry_places(self, scope: Scope, flow: Flow) -> Iterable[Place]:
        if flow.flow_id in scope.arrived:
            return (scope.arrived[flow.flow_id],)
        target = scope.elements[flow.target]
        at = scope.at[target.element_id]
        is_entered = target.element_id in scope.inner
        return (at,) if is_entered else (at, *scope.listening(target))

    def _upstream(self, scope: Scope, join: Element) -> Places:
        """Return the places from which a token may still reach an inclusive join."""
        found: set[str] = set()
        waiting = [join]
        while waiting:
            element = waiting.pop()
            before = [self._focus.index.source(element, flow) for flow in element.incoming]
            if element.attached_to:
                before.append(scope.elements[element.attached_to])
            for each in before:
                if each.element_id not in found and each is not join:
                    found.add(each.element_id)
                    waiting.append(each)
        return frozenset[Place]().union(*(scope.of_element(scope.elements[key]) for key in found))


def _refuse_to_run_for_ever(net: Net) -> None:
    """Raise RunsForEver if elements that run by themselves form a ring."""
    before: dict[Place, list[Place]] = {}
    for each in net.transitions:
        if not each.waits:
            following = [place for place in each.puts if place.runs_by_itself]
            for place in following:
                before.setdefault(place, []).append(each.moved_by)
    try:
        TopologicalSorter(before).prepare()
    except CycleError as ring:
        raise RunsForEver(ring.args[1][0].path) from None
