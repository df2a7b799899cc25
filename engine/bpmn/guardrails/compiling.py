"""From diagrams to a net: every wait with what follows it, every join and every end with what it clears."""

from __future__ import annotations

from engine.bpmn.elements import Element
from engine.bpmn.guardrails.folding import Folding
from engine.bpmn.guardrails.net import (
    CHECK,
    JOIN,
    MERGE,
    STOP,
    Automatic,
    Net,
    Outcome,
    Outcomes,
    Wait,
    visible,
)
from engine.bpmn.guardrails.places import Scope
from engine.bpmn.guardrails.reckoning import find_unread

ONE: Outcomes = (Outcome(),)


class Compiler(Folding):
    """One use: `net()`."""

    def net(self) -> Net:
        net = self._net
        root = self._allocate(net.process_id, net.process_id, "", None, None, None)
        for fact, first in root.frame.items():
            net.groups[fact] = first, self._facts[fact]
            net.start_facts |= self._all(fact) << first
        for start in self._starts(root):
            net.starts.append(Wait(0, 0, 0, self._leave(root, start), self._step(root, start)))
        self._happenings(root)
        self._build()
        net.tokens = self._tokens(root)
        frame = sum(self._all(fact) << first for fact, first in root.frame.items())
        self._ends(root.check, root.stop, net.tokens, self._block(root) & ~frame, ONE)
        self._find_alone()
        ends = [rule.when.fact for rule in self._rules if rule.when and not rule.automaton.demanding]
        kept = sum(self._all(fact) << root.frame[fact] for fact in set(ends) if fact in root.frame)
        net.facts = sum(self._groups)
        net.unread = find_unread(net, self._groups, kept)
        return net

    def _find_alone(self) -> None:
        """A wait whose token only goes from one place of its scope to others that wait as well."""
        automatic = sum(self._net.automatic)
        for waits in self._net.waits.values():
            only = waits[0]
            if len(waits) == 1 and only.needs == only.clears == only.place:
                only.alone = not any(
                    each.label or each.ops or each.stops or each.add & automatic for each in only.outcomes
                )

    def _happenings(self, scope: Scope) -> None:
        """Folds all that can happen in a scope, and keeps it until every place is known."""
        joins = scope.joins
        for element in scope.nodes.values():
            key = element.element_id
            for held in scope.inner.get(key, ()):
                self._happens_inside(scope, element, held)
            if element.kind == "eventBasedGateway":
                self._happens_first(scope, element)
            elif element.kind == "boundaryEvent":
                host = scope.nodes[element.attached_to or ""]
                self._events.append((scope, host, element, self._leave(scope, element)))
            elif element.multiple:
                self._alone.append((scope, element, self._copies_over(scope, element)))
            elif key in joins or (key in scope.place and key not in scope.inner):
                self._alone.append((scope, element, self._leave(scope, element)))

    def _happens_inside(self, scope: Scope, element: Element, held: Scope) -> None:
        if element.multiple:
            over = self._joined(self._done(scope, element, held), self._one_over(scope, element))
        else:
            over = self._leave(scope, element, held)
        if self._inner(element):
            self._over.append((held, over))
            self._happenings(held)
        else:
            self._tasks.append((scope, held, element, over))

    def _happens_first(self, scope: Scope, element: Element) -> None:
        """Which of the events behind an event gateway comes first."""
        passed = (Outcome(trail=(self._step(scope, element),)),)
        for flow in element.outgoing:
            caught = scope.nodes[self._drawn.flows[element.process_id, flow].target]
            self._events.append((scope, element, caught, self._joined(passed, self._leave(scope, caught))))

    def _one_over(self, scope: Scope, element: Element) -> Outcomes:
        """One copy is done: perhaps the last, perhaps, where a condition says so, the last that is waited for."""
        check, stop = scope.shells[element.element_id]
        found: Outcomes = (Outcome(add=check, stirs=True),)
        return (*found, Outcome(add=stop, stops=True)) if element.expression else found

    def _build(self) -> None:
        for scope, element, outcomes in self._alone:
            self._build_alone(scope, element, outcomes)
        for scope, held, element, over in self._tasks:
            bit = held.place[""]
            self._wait(bit, bit, bit, over, self._step(scope, element))
        for scope, host, event, outcomes in self._events:
            self._build_event(scope, host, event, outcomes)
        for held, over in self._over:
            around, entered = held.around, held.host
            if around is not None and entered is not None:
                # What it hands back is read when it has gone, so its own facts go last (`_done`).
                frame = sum(self._all(fact) << first for fact, first in held.frame.items())
                cleared = held.place[""] | self._arms(around, entered) | self._block(held) & ~frame
                self._ends(held.check, held.stop, self._tokens(held), cleared, over)

    def _build_alone(self, scope: Scope, element: Element, outcomes: Outcomes) -> None:
        key, automatic = element.element_id, self._net.automatic
        if element.multiple:
            check, stop = scope.shells[key]
            copies = scope.inner[key]
            tokens = sum(held.place[""] | self._tokens(held) for held in copies)
            blocks = scope.place[key] | sum(held.place[""] | self._block(held) for held in copies)
            self._ends(check, stop, tokens, blocks, outcomes)
        elif element.kind == "parallelGateway":
            mask = sum(scope.inputs[flow] for flow in element.incoming)
            for flow in element.incoming:
                bit = scope.inputs[flow]
                automatic[bit] = Automatic(JOIN, bit, mask, mask, outcomes, not visible(outcomes))
        elif element.kind == "inclusiveGateway":
            bit = scope.place[key]
            automatic[bit] = Automatic(
                MERGE, bit, self._upstream(scope, element), bit, outcomes, not visible(outcomes)
            )
        elif element.kind == "endEvent":
            self._build_error(scope, element)
        else:
            bit = scope.place[key]
            self._wait(bit, bit, bit | self._arms(scope, element), outcomes, self._step(scope, element))

    def _build_event(self, scope: Scope, host: Element, event: Element, outcomes: Outcomes) -> None:
        if event.events[:1] == ("error",):
            return
        place, step = scope.place[host.element_id], self._step(scope, event)
        if event.kind == "intermediateCatchEvent":
            self._wait(place, place, place, outcomes, step)
        elif event.interrupting:
            self._wait(place, place, self._whole(scope, host), outcomes, step)
        else:
            armed = scope.armed.get(event.element_id, 0)
            self._wait(place, place | armed, armed, outcomes, step)

    def _whole(self, scope: Scope, host: Element) -> int:
        """All that goes when an activity is cut off."""
        inside = sum(self._block(held) for held in scope.inner.get(host.element_id, ()))
        return scope.place[host.element_id] | self._arms(scope, host) | inside

    def _build_error(self, scope: Scope, element: Element) -> None:
        bit, at = scope.place[element.element_id], scope
        while at.around is not None and at.host is not None:
            for event in at.around.nodes.values():
                caught = event.attached_to == at.host.element_id and event.events[:1] == ("error",)
                if caught and event.error in {None, element.error}:
                    outcomes = self._leave(at.around, event)
                    cleared = self._whole(at.around, at.host)
                    self._net.automatic[bit] = Automatic(STOP, bit, bit, cleared, outcomes, quiet=False)
                    return
            at = at.around
        self._net.uncaught.append(self._step(scope, element))
        self._net.automatic[bit] = Automatic(STOP, bit, bit, bit, (), quiet=False)

    def _ends(self, check: int, stop: int, tokens: int, cleared: int, over: Outcomes) -> None:
        everything = cleared | check | stop
        seen = not visible(over)
        self._net.automatic[check] = Automatic(CHECK, check, tokens, everything, over, seen)
        self._net.automatic[stop] = Automatic(STOP, stop, stop, everything, over, quiet=False)

    def _wait(self, place: int, needs: int, clears: int, outcomes: Outcomes, step: int) -> None:
        self._net.waits.setdefault(place, []).append(Wait(place, needs, clears, outcomes, step))

    def _upstream(self, scope: Scope, join: Element) -> int:
        """Where a token may stand that could still come to an inclusive join."""
        sources: dict[str, list[str]] = {}
        for flow in self._drawn.flows.values():
            if flow.process_id == scope.process_id:
                sources.setdefault(flow.target, []).append(flow.source)
        found: set[str] = set()
        waiting = list(sources.get(join.element_id, ()))
        while waiting:
            node = waiting.pop()
            if node in found or node == join.element_id or node not in scope.nodes:
                continue
            found.add(node)
            waiting.extend(sources.get(node, ()))
            waiting.extend(filter(None, [scope.nodes[node].attached_to]))
        mask = 0
        for node in sorted(found):
            mask |= scope.place.get(node, 0)
            mask |= sum(scope.inputs.get(flow, 0) for flow in scope.nodes[node].incoming)
            mask |= sum(held.place[""] | self._tokens(held) for held in scope.inner.get(node, ()))
        return mask | self._pending_before(scope, mask | scope.place[join.element_id])

    def _pending_before(self, scope: Scope, places: int) -> int:
        """Of what waits for its turn in a scope, that from which a token may come to one of these places."""
        pending = [(bit, each) for bit, each in self._net.automatic.items() if bit & scope.pending]
        found, before = 0, -1
        while found != before:
            before = found
            for bit, each in pending:
                if any(outcome.add & (places | found) for outcome in each.outcomes):
                    found |= bit
        return found

    # bits of a scope, once all are known

    def _tokens(self, scope: Scope) -> int:
        mask = scope.pending | sum(scope.inputs.values())
        for place in (*scope.place.values(), *scope.armed.values()):
            mask |= place
        for key, copies in scope.inner.items():
            for held in copies:
                mask |= held.place[""] | self._tokens(held)
            mask |= scope.shells[key][0] | scope.shells[key][1] if key in scope.shells else 0
        return mask & ~scope.place.get("", 0)

    def _block(self, scope: Scope) -> int:
        mask = self._tokens(scope) | scope.check | scope.stop
        for fact, first in scope.frame.items():
            mask |= self._all(fact) << first
        for copies in scope.inner.values():
            for held in copies:
                mask |= self._block(held)
        return mask
