"""Proves the promises over every path, and that every case can always still end. What was not proved is never called so.

Every called process is explored by itself once. Where it can always end, says nothing that a rule listens to and
writes no fact, those who call it take it as one step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from time import thread_time
from typing import Final, Literal

from lxml.etree import _Element

from engine import xml
from engine.bpmn import catalogue
from engine.bpmn.elements import Element
from engine.bpmn.findings import Finding, finding
from engine.bpmn.guardrails import facts as reading
from engine.bpmn.guardrails import structure
from engine.bpmn.guardrails.automata import Sweep, is_broken, unable_to_end, witness
from engine.bpmn.guardrails.compiling import Compiler
from engine.bpmn.guardrails.explore import Graph, Limit, explore, single_bits
from engine.bpmn.guardrails.ground import Drawn, Ground, Surroundings
from engine.bpmn.guardrails.kept import Kept, key_of
from engine.bpmn.guardrails.net import Net, Passed
from engine.bpmn.guardrails.places import Unfoldable
from engine.bpmn.guardrails.rules import Rule, Rules
from engine.bpmn.guardrails.telling import KINDS, at, path_of, said, widest

KEPT: Final = Kept()
TWO: Final = frozenset({"at_most_once", "alternate_precedence", "not_coexistence", "not_succession"})
"""Two copies of a multi-instance can break these together; the others break by one, or not at all."""
FOLLOWED: Final = frozenset({"response", "responded_existence"})
"""Where one copy can end before the others, one can ask for something and be cut off by another that is done."""
ENDING: Final = frozenset({"existence", "response", "responded_existence"})
"""What these demand can come later: they hold only of cases that can end."""
DEMANDED: Final = {
    "precedence": "b",
    "alternate_precedence": "b",
    "response": "a",
    "responded_existence": "a",
    "at_most_once": "a",
    "not_coexistence": "ab",
    "not_succession": "ab",
}
"""Where one of these sets is never reached, the rule holds of nothing."""


def copies_needed(rule: Rule, elements: Iterable[Element]) -> int:
    """How many copies of a multi-instance can break the rule, if any number can."""
    early = any(each.multiple and each.expression for each in elements)
    return 2 if rule.template in TWO or (early and rule.template in FOLLOWED) else 1


class Verdict(StrEnum):
    PROVEN = "proven"
    BROKEN = "broken"
    NOT_PROVEN = "not_proven"
    HOLDS_EMPTILY = "holds_emptily"


@dataclass(frozen=True, slots=True)
class Report:
    verdicts: Mapping[str, Verdict]
    """By rule key."""
    findings: tuple[Finding, ...]
    states: int
    milliseconds: int
    complete: bool
    """Whether everything was explored."""


def prove_bundle(
    parsed: Drawn | Mapping[str, bytes],
    rules: Rules,
    *,
    limit: Limit = Limit(),  # noqa: B008 - frozen
    surroundings: Surroundings = Surroundings(),  # noqa: B008 - frozen
) -> Report:
    """The diagrams have passed the gate: what it refuses is not understood here."""
    drawn = catalogue.read(_roots(parsed)) if isinstance(parsed, Mapping) else parsed
    return _Prover(drawn, rules, limit, surroundings).report()


def _roots(files: Mapping[str, bytes]) -> dict[str, _Element]:
    return {path: xml.parse(files[path]) for path in sorted(files) if path.endswith(".bpmn")}


class _Prover:
    def __init__(self, drawn: Drawn, rules: Rules, limit: Limit, surroundings: Surroundings) -> None:
        self._drawn = drawn
        self._rules = rules
        self._limit = limit
        self._around = surroundings
        self._ground = Ground(drawn, rules.facts, surroundings)
        self._began = thread_time()
        self._found: list[Finding] = []
        self._verdicts: dict[str, Verdict] = {}
        self._sound: dict[str, bool] = {}
        self._states = 0
        self._complete = True
        self._full: Graph | None = None

    def report(self) -> Report:
        self._unlisted()
        for process_id in self._inner_first():
            self._prove(process_id)
        for structural in self._rules.structures:
            broken = tuple(structure.broken(self._ground, structural))
            self._found += broken
            empty = not broken and structure.is_empty(self._ground, structural)
            self._verdicts[structural.key] = (
                Verdict.BROKEN if broken else Verdict.HOLDS_EMPTILY if empty else Verdict.PROVEN
            )
            if empty:
                self._found.append(finding("promise_empty", **said(structural.key, structural.sentences)))
        for rule in self._rules.rules:
            if rule.scope not in self._drawn.processes:
                self._verdicts[rule.key] = Verdict.NOT_PROVEN
                self._found.append(
                    finding("promise_scope", scope=rule.scope, **said(rule.key, rule.sentences))
                )
        spent = round((thread_time() - self._began) * 1000)
        return Report(self._verdicts, tuple(self._found), self._states, spent, self._complete)

    def _inner_first(self) -> tuple[str, ...]:
        found: list[str] = []
        for process_id in self._drawn.processes:
            for each in reversed(self._ground.called_from(process_id)):
                if each not in found and set(self._ground.called_from(each)) <= {*found, each}:
                    found.append(each)
        return tuple(found)

    def _unlisted(self) -> None:
        """A value that the facts do not list would make a choice look impossible."""
        listed = self._rules.facts
        for element in self._drawn.elements.values():
            texts = [element.properties.get("output"), element.properties.get("input")]
            texts.append(element.expression if element.kind == "scriptTask" else None)
            flows = [self._drawn.flows[element.process_id, flow].condition for flow in element.outgoing]
            for fact, value in [
                pair for each in (*texts, *flows) if each for pair in reading.unlisted(each, listed)
            ]:
                name = element.name or element.element_id
                self._found.append(
                    finding(
                        "fact_unlisted",
                        process_id=element.process_id,
                        element_id=element.element_id,
                        name=name,
                        fact=fact,
                        value=value,
                    )
                )

    # one process

    def _prove(self, process_id: str) -> None:
        rules = self._rules.of(process_id)
        twofold: tuple[Rule, ...] = ()
        if rules:
            inside = self._ground.called_from(process_id)
            elements = [each for called in inside for each in self._ground.by_process[called]]
            twofold = tuple(rule for rule in rules if copies_needed(rule, elements) == 2)
        once = tuple(rule for rule in rules if rule not in twofold)
        try:
            nets = [(once, self._net(process_id, once, copies=1))]
            if twofold:
                nets.append((twofold, self._net(process_id, twofold, copies=2)))
            self._look(process_id, nets)
        except Unfoldable as stuck:
            self._sound[process_id] = False
            element = stuck.element
            self._found.append(
                finding(
                    "engine_loop",
                    process_id=element.process_id,
                    element_id=element.element_id,
                    name=element.name or element.element_id,
                )
            )
            self._verdicts.update({rule.key: Verdict.NOT_PROVEN for rule in rules})

    def _look(self, process_id: str, nets: Sequence[tuple[tuple[Rule, ...], Net]]) -> None:
        """At the nets of one process; not again at what has been proved of the same nets before."""
        inside = self._ground.called_from(process_id)[1:]
        elements = tuple(each.element_id for each in self._ground.by_process[process_id])
        key = (
            elements,
            tuple(self._sound.get(each) for each in inside),
            tuple(key_of(net, rules) for rules, net in nets),
        )
        kept = KEPT.states(key)
        if kept is not None:
            self._states += kept
            self._sound[process_id] = True
            self._verdicts.update({rule.key: Verdict.PROVEN for rules, _ in nets for rule in rules})
            return
        found, states = len(self._found), self._states
        for number, (rules, net) in enumerate(nets):
            graph = self._explored(net)
            if not number:
                self._soundness(process_id, graph)
            self._judge(process_id, graph, rules)
        if self._sound[process_id] and len(self._found) == found:
            KEPT.keep(key, self._states - states)

    def _net(self, process_id: str, rules: tuple[Rule, ...], *, copies: int) -> Net:
        cuts = self._cuts(process_id, rules)
        return Compiler(self._ground, process_id, rules, cuts=cuts, copies=copies).net()

    def _explored(self, net: Net) -> Graph:
        process_id = net.process_id
        graph = explore(net, self._left())
        self._states += graph.states
        if not graph.complete and self._complete:
            self._complete = False
            self._found.append(
                finding(
                    self._so_far("not_explored"),
                    process_id=process_id,
                    name=self._drawn.processes[process_id],
                    states=self._states,
                    widest=", ".join(widest(graph)),
                )
            )
        return graph

    def _so_far(self, code: str) -> str:
        return code if self._limit.is_last else f"{code}_yet"

    def _in_full(self, graph: Graph) -> Graph:
        """The same in every order, where the shortest way is wanted; as far as the limit goes."""
        if self._full is None or self._full.net is not graph.net:
            self._full = explore(graph.net, self._left(), every_order=True)
        return self._full

    def _left(self) -> Limit:
        spent = round((thread_time() - self._began) * 1000)
        left = self._limit
        return replace(left, states=left.states - self._states, milliseconds=left.milliseconds - spent)

    def _cuts(self, process_id: str, rules: tuple[Rule, ...]) -> dict[str, Literal["waits", "passes"]]:
        listened: frozenset[str] = frozenset().union(*(rule.a | rule.b | rule.unless for rule in rules))
        found: dict[str, Literal["waits", "passes"]] = {}
        for called in self._ground.called_from(process_id)[1:]:
            inside = set(self._ground.called_from(called))
            silent = not any(listened & self._ground.milestones[process] for process in inside)
            if silent and all(self._sound.get(each) for each in inside) and not self._hands_back(called):
                elements = (each for process in inside for each in self._ground.by_process[process])
                if any(self._waits(each.kind, each.properties) for each in elements):
                    found[called] = "waits"
                elif not any(each.multiple for each in self._ground.callers[called]):
                    # Copies are counted one by one, so each would be waited for: more could come between than does.
                    found[called] = "passes"
        return found

    def _waits(self, kind: str, properties: Mapping[str, str]) -> bool:
        if kind == "serviceTask":
            return properties.get("operation") in self._around.waiting
        return kind in {"userTask", "manualTask", "intermediateCatchEvent"}

    def _hands_back(self, called: str) -> bool:
        return any(
            reading.writes(element.properties.get("output", ""), self._rules.facts)
            for element in self._ground.callers.get(called, ())
        )

    # what the graph says

    def _soundness(self, process_id: str, graph: Graph) -> None:
        inside = self._ground.called_from(process_id)[1:]
        sound = graph.complete and all(self._sound.get(each) for each in inside)
        many = self._in_full(graph).many if graph.many else {}
        own = [(place, trail) for place, trail in many.items() if self._is_own(graph, place)]
        for place, trail in own:
            code = "many" if place & graph.net.plain else "many_at_join"
            step = graph.net.steps[graph.net.names[place]]
            self._found.append(at(step, code, path_of(graph, trail)))
        sound = sound and not any(not place & graph.net.plain for place in graph.many)
        for step_number in graph.net.uncaught:
            step = graph.net.steps[step_number]
            sound = False
            if step.element.process_id == process_id:
                self._found.append(at(step, "error_uncaught", (), error=step.element.error or "–"))
        if graph.complete:
            sound = self._can_end(graph, tell=sound) and sound
            self._dead(process_id, graph)
        self._sound[process_id] = sound

    def _is_own(self, graph: Graph, place: int) -> bool:
        step = graph.net.steps[graph.net.names[place]]
        return step.element.process_id == graph.net.process_id

    def _can_end(self, graph: Graph, *, tell: bool) -> bool:
        trapped = unable_to_end(graph)
        if trapped and tell:
            full = self._in_full(graph)
            self._tell_trap(full if full.complete else graph)
        return not trapped

    def _tell_trap(self, graph: Graph) -> None:
        """The nearest standstill, or where none is, the nearest situation that leads nowhere."""
        trapped = unable_to_end(graph)
        still = {place: bits for place, bits in trapped.items() if not graph.moves.of(place).moves}
        place, _, trail = graph.trail_to(still or trapped)
        path = path_of(graph, trail)
        standing = [
            graph.net.names[bit]
            for bit in single_bits(graph.moves.standings[place])
            if bit in graph.net.names
        ]
        joins = [n for n in standing if graph.net.steps[n].element.kind.endswith("Gateway")]
        step = graph.net.steps[(joins or standing or [0])[0]]
        self._found.append(at(step, "stuck_at_join" if joins else "stuck", path))

    def _dead(self, process_id: str, graph: Graph) -> None:
        fired = {graph.net.steps[number].element.element_id for number in graph.fired}
        reported = {(each.code, each.element_id) for each in self._found}
        for element in self._ground.by_process[process_id]:
            if element.element_id not in fired and ("unreachable", element.element_id) not in reported:
                self._found.append(
                    at(Passed(element, element.element_id, element.role, waits=False), "dead", ())
                )

    def _judge(self, process_id: str, graph: Graph, rules: tuple[Rule, ...]) -> None:
        if not rules:
            return
        sweep = Sweep(graph, rules)
        sweep.run()
        broken = [rule for rule in rules if sweep.may_be_broken(rule) and is_broken(graph, rule)]
        labels = {move.step.label for moves in graph.ways.values() for move in moves}
        reached = {graph.net.letters[letter].milestone for label in labels for letter in label}
        for rule in rules:
            if rule in broken:
                self._found.append(self._broken(graph, rule))
                self._verdicts[rule.key] = Verdict.BROKEN
            else:
                self._verdicts[rule.key] = self._verdict(process_id, graph, rule, reached)

    def _verdict(self, process_id: str, graph: Graph, rule: Rule, reached: set[str]) -> Verdict:
        """Of a rule that nothing breaks."""
        words = said(rule.key, rule.sentences)
        hard = any(not place & graph.net.plain for place in graph.many)
        if (
            not graph.complete
            or hard
            or graph.net.uncaught
            or (rule.template in ENDING and not self._sound[process_id])
        ):
            # Where all was looked at, looking further finds no more.
            code = "promise_not_proven" if graph.complete else self._so_far("promise_not_proven")
            self._found.append(finding(code, process_id=process_id, **words))
            return Verdict.NOT_PROVEN
        sets = {"a": rule.a, "b": rule.b}
        if any(not sets[name] & reached for name in DEMANDED.get(rule.template, "")):
            self._found.append(finding("promise_empty", process_id=process_id, **words))
            return Verdict.HOLDS_EMPTILY
        return Verdict.PROVEN

    def _broken(self, graph: Graph, rule: Rule) -> Finding:
        trail = witness(self._in_full(graph), rule) or witness(graph, rule) or ()
        listened = rule.a | rule.b | rule.unless
        culprits = [n for n in trail if listened & set(graph.net.steps[n].milestones)]
        if rule.template in ENDING or not culprits:
            step = graph.net.steps[trail[-1]] if not culprits else graph.net.steps[culprits[-1]]
        else:
            last = len(trail) - 1 - trail[::-1].index(culprits[-1])
            trail, step = trail[: last + 1], graph.net.steps[culprits[-1]]
        code = "promise_" + KINDS.get(rule.template, "order")
        found = at(step, code, path_of(graph, trail, listened), **said(rule.key, rule.sentences))
        if any(place for place in graph.many):
            return replace(found, values={**found.values, "possible": "yes"})
        return found
