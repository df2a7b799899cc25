"""Translates the conditions, mappings and milestones of elements into operations on the facts of a net."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from engine.bpmn.elements import Element, Flow
from engine.guardrails.definitions import When
from engine.guardrails.prover import facts as fact_texts
from engine.guardrails.prover.fact_changes import Assign, Copy, Operation, Require
from engine.guardrails.prover.focus import Focus
from engine.guardrails.prover.model import Milestone
from engine.guardrails.prover.scopes import Scope

Several: TypeAlias = tuple[Operation, ...]


class Operations:
    def __init__(self, focus: Focus) -> None:
        self._focus = focus

    def entering(self, scope: Scope, host: Element, inner: Scope) -> Several:
        """Return the writes of a call's input mapping. A fact of the called process that gets no value may have any."""
        written = fact_texts.writes(host.properties.get("input", ""), self._focus.facts)
        given = {write.fact: write for write in written}
        return self._writing(scope, inner, [given.get(fact, fact_texts.Write(fact)) for fact in inner.facts])

    def completing(self, scope: Scope, element: Element, inner: Scope | None) -> Several:
        """Return the writes of an element when it completes. `inner`: the called scope whose facts it hands back;
        None for a task."""
        writes = self._focus.writes(element)
        if element.calls and not self._focus.inner(element):
            # Not looked into, so what it hands back is not known.
            writes = [fact_texts.Write(each.fact) if each.copies else each for each in writes]
        return self._writing(inner or scope, scope, writes)

    def choosing(self, scope: Scope, gateway: Element, flow: Flow) -> Several:
        """Return what a flow's condition requires of facts. The default flow requires the values that the others leave."""
        facts, index = self._focus.facts, self._focus.index
        if flow.flow_id != gateway.default:
            asked = index.condition(flow.condition).asked
            return tuple(Require(scope.home(fact), values) for fact, values in asked if fact in facts)
        found: list[Operation] = []
        for other in index.flows_from(gateway):
            condition = index.condition(other.condition)
            if other is not flow and condition.is_whole and len(condition.asked) == 1:
                fact, values = condition.asked[0]
                if fact in facts:
                    found.append(Require(scope.home(fact), frozenset(facts[fact]) - values))
        return tuple(found)

    def reaching(self, scope: Scope, element: Element) -> list[tuple[Several, tuple[Milestone, ...]]]:
        """Return the milestones that a guardrail listens to, once for each combination in which the `when` of the
        guardrails can hold."""
        found: list[tuple[Several, tuple[Milestone, ...]]] = [((), ())]
        for name in element.milestones:
            if name in self._focus.milestones:
                found = [
                    ((*asks, *more), (*reached, Milestone(name, unheard_by)))
                    for asks, reached in found
                    for more, unheard_by in self._hearings(scope, name)
                ]
        return found

    def _hearings(self, scope: Scope, name: str) -> list[tuple[Several, frozenset[str]]]:
        found: list[tuple[Several, frozenset[str]]] = [((), frozenset())]
        for when in self._whens(name):
            keys = frozenset(each.key for each in self._focus.guardrails if each.when == when)
            holds, fails = self._asked_by(scope, when)
            found = [
                ((*asks, *more), unheard_by | others)
                for asks, unheard_by in found
                for more, others in ((holds, frozenset[str]()), (fails, keys))
            ]
        return found

    def _whens(self, name: str) -> list[When]:
        """Return the `when` of each guardrail whose demanding letter this milestone is."""
        found = {
            each.when
            for each in self._focus.guardrails
            if each.when and name in (each.b if each.automaton.demanding == "b" else each.a)
        }
        return sorted(found, key=lambda when: (when.fact, sorted(when.values)))

    def _asked_by(self, scope: Scope, when: When) -> tuple[Several, Several]:
        """Return the operations under which `when` holds, and those under which it does not. Both are empty if its
        fact is not followed."""
        if when.fact not in self._focus.facts:
            return (), ()
        fact = scope.home(when.fact)
        others = frozenset(self._focus.facts[when.fact]) - when.values
        return (Require(fact, when.values),), (Require(fact, others),)

    def _writing(self, source: Scope, target: Scope, writes: Iterable[fact_texts.Write]) -> Several:
        found: list[Operation] = []
        for write in writes:
            fact, values = target.home(write.fact), self._focus.facts[write.fact]
            if not write.copies:
                found.append(Assign(fact, write.values.intersection(values) or frozenset(values)))
            elif source.home(write.fact) != fact:
                found.append(Copy(fact, source.home(write.fact)))
        return tuple(found)
