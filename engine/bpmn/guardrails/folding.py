"""Folds what runs by itself, from a place to the next places, into outcomes."""

from __future__ import annotations

from itertools import combinations

from engine.bpmn.elements import Element, Flow
from engine.bpmn.guardrails import facts as reading
from engine.bpmn.guardrails.net import (
    FRESH,
    PENDING,
    PUT,
    Automatic,
    Letter,
    Op,
    Outcome,
    Outcomes,
    together,
    visible,
)
from engine.bpmn.guardrails.places import Places, Scope, Unfoldable


class Folding(Places):
    """Outcomes of entering and of leaving an element, each made once."""

    def _starts(self, scope: Scope) -> list[Element]:
        return [each for each in scope.nodes.values() if each.kind == "startEvent"]

    def _pend(self, scope: Scope, outcomes: Outcomes) -> Outcomes:
        bit = 1 << self._bit()
        scope.pending |= bit
        self._net.automatic[bit] = Automatic(PENDING, bit, bit, bit, outcomes, quiet=False)
        return (Outcome(add=bit, stirs=True),)

    def _leave(self, scope: Scope, element: Element, held: Scope | None = None) -> Outcomes:
        """What follows when an element is done: what it writes, its milestones, its ways on."""
        done, onward = self._done(scope, element, held), self._onward(scope, element)
        if visible(done) and visible(onward):
            # Something that runs beside it may come between the two.
            onward = self._pend(scope, onward)
        return self._joined(done, onward)

    def _done(self, scope: Scope, element: Element, held: Scope | None) -> Outcomes:
        writes = self._writes(element)
        if element.calls and held is None:
            # Taken as one step: what it would hand back is not known.
            writes = [reading.Write(w.fact, reading.ANY) if w.values == reading.COPY else w for w in writes]
        ops = self._writing(held or scope, scope, writes, PUT)
        if held is not None:
            ops += tuple((FRESH, self._all(f) << first, 0, 0) for f, first in held.frame.items())
        found: Outcomes = (Outcome(ops=ops, trail=(self._step(scope, element),)),)
        for milestone in element.milestones:
            if milestone in self._milestones:
                found = self._joined(found, self._reached(scope, milestone))
        return found

    def _reached(self, scope: Scope, milestone: str) -> Outcomes:
        """The milestone, once for each way in which the rules' `when` may hold here."""
        whens = {
            rule.when
            for rule in self._rules
            if rule.when and milestone in (rule.b if rule.automaton.demanding == "b" else rule.a)
        }
        found: list[tuple[tuple[Op, ...], frozenset[str]]] = [((), frozenset())]
        for when in sorted(whens, key=lambda each: (each.fact, sorted(each.values))):
            others = set(self._facts.get(when.fact, ())) - when.values
            keys = frozenset(rule.key for rule in self._rules if rule.when == when)
            if when.fact not in self._facts:
                found = [(ops, out | more) for ops, out in found for more in (frozenset(), keys)]
                continue
            split = (
                (self._narrowing(scope, when.fact, when.values), frozenset[str]()),
                (self._narrowing(scope, when.fact, others), keys),
            )
            found = [((*ops, op), out | more) for ops, out in found for op, more in split]
        return tuple(Outcome(ops=ops, label=(self._letter(Letter(milestone, out)),)) for ops, out in found)

    def _letter(self, letter: Letter) -> int:
        if letter not in self._letters:
            self._letters[letter] = len(self._net.letters)
            self._net.letters.append(letter)
        return self._letters[letter]

    def _joined(self, first: Outcomes, second: Outcomes) -> Outcomes:
        return tuple(a.then(b) for a in first for b in second)

    def _onward(self, scope: Scope, element: Element) -> Outcomes:
        if element.kind == "endEvent" or not element.outgoing:
            return self._ended(scope, element)
        flows = [self._drawn.flows[element.process_id, flow] for flow in element.outgoing]
        if element.kind == "exclusiveGateway" and len(flows) > 1:
            return tuple(outcome for flow in flows for outcome in self._chosen(scope, element, flow, flows))
        if element.kind == "inclusiveGateway" and len(flows) > 1:
            return self._some(scope, element, flows)
        return together([self._follow(scope, flow) for flow in flows], lambda each: self._pend(scope, each))

    def _ended(self, scope: Scope, element: Element) -> Outcomes:
        kind = element.events[0] if element.events and element.kind == "endEvent" else ""
        if kind == "terminate":
            return (Outcome(add=scope.stop, stops=True),)
        if kind == "error":
            return (Outcome(add=scope.place[element.element_id], stops=True),)
        return (Outcome(add=scope.check, stirs=True),)

    def _chosen(self, scope: Scope, element: Element, flow: Flow, flows: list[Flow]) -> Outcomes:
        choice, onward = self._choice(scope, element, flow, flows), self._follow(scope, flow)
        if visible(choice) and visible(onward):
            # As in `_leave`: what was asked for may be written beside it before the way is gone.
            onward = self._pend(scope, onward)
        return self._joined(choice, onward)

    def _choice(self, scope: Scope, element: Element, flow: Flow, flows: list[Flow]) -> Outcomes:
        """Narrows facts by the condition; the default takes what the others leave."""
        ops: list[Op] = []
        if flow.flow_id == element.default:
            for other in flows:
                asked, alone = self._ground.asked(other.condition)
                if other is not flow and alone and len(asked) == 1 and asked[0][0] in self._facts:
                    fact, values = asked[0]
                    ops.append(self._narrowing(scope, fact, set(self._facts[fact]) - values))
        else:
            asked, _ = self._ground.asked(flow.condition)
            ops = [self._narrowing(scope, fact, values) for fact, values in asked if fact in self._facts]
        return (Outcome(ops=tuple(ops)),)

    def _some(self, scope: Scope, element: Element, flows: list[Flow]) -> Outcomes:
        """Any of the ways with a condition, or the default alone."""
        asked = [flow for flow in flows if flow.flow_id != element.default]
        sets: list[tuple[Flow, ...]] = [
            chosen for size in range(1, len(asked) + 1) for chosen in combinations(asked, size)
        ]
        sets += [(flow,) for flow in flows if flow.flow_id == element.default]
        return tuple(
            outcome
            for chosen in sets
            for outcome in together(
                [self._follow(scope, flow) for flow in chosen], lambda each: self._pend(scope, each)
            )
        )

    def _follow(self, scope: Scope, flow: Flow) -> Outcomes:
        element = scope.nodes[flow.target]
        if flow.flow_id in scope.inputs:
            return (Outcome(add=scope.inputs[flow.flow_id], stirs=True),)
        key = id(scope), element.element_id
        if key not in self._folded:
            if key in self._folding:
                raise Unfoldable(element)
            self._folding.add(key)
            self._folded[key] = self._enter(scope, element)
            self._folding.discard(key)
        return self._folded[key]

    def _enter(self, scope: Scope, element: Element) -> Outcomes:
        if element.multiple:
            return self._enter_copies(scope, element)
        held = scope.inner.get(element.element_id)
        if held:
            return self._enter_scope(scope, element, held[0])
        if element.element_id in scope.place and element.kind != "endEvent":
            add = scope.place[element.element_id] | self._arms(scope, element)
            return (Outcome(add=add, stirs=element.kind == "inclusiveGateway"),)
        return self._leave(scope, element)

    def _arms(self, scope: Scope, element: Element) -> int:
        return sum(
            bit for key, bit in scope.armed.items() if scope.nodes[key].attached_to == element.element_id
        )

    def _enter_scope(self, scope: Scope, element: Element, held: Scope) -> Outcomes:
        ops: tuple[Op, ...] = ()
        if held.frame:
            given = {w.fact: w for w in reading.writes(element.properties.get("input", ""), self._facts)}
            writes = [given.get(fact, reading.Write(fact, reading.ANY)) for fact in held.frame]
            ops = self._writing(scope, held, writes, FRESH)
        entered = Outcome(add=held.place[""] | self._arms(scope, element), ops=ops)
        starts = self._starts(held)
        return self._joined((entered,), self._leave(held, starts[0]) if starts else ())

    def _copies_over(self, scope: Scope, element: Element) -> Outcomes:
        """All copies are done. Each has said its milestones by itself."""
        return self._joined(
            (Outcome(trail=(self._step(scope, element, over=True),)),), self._onward(scope, element)
        )

    def _enter_copies(self, scope: Scope, element: Element) -> Outcomes:
        shell = Outcome(add=scope.place[element.element_id])
        found = list(self._copies_over(scope, element))  # No item at all.
        for count in range(1, self._copies + 1):
            copies = scope.inner[element.element_id][:count]
            entered = together(
                [
                    self._enter_scope(scope, element, held)
                    if self._inner(element)
                    else (Outcome(add=held.place[""]),)
                    for held in copies
                ],
                lambda each: self._pend(scope, each),
            )
            found.extend(self._joined((shell,), entered))
        return tuple(found)
