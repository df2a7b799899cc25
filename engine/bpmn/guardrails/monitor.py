"""Watches the promises while a case runs: before anything is saved, each milestone of the step moves the automata.

A promise about the whole case is watched once; one about a called process once for each call, from its first milestone
until the call ends. A call that is cut off is not judged: it did not end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from engine.bpmn.guardrails.rules import DEAD, Rule, Rules, Value
from engine.bpmn.journal import Happening, Reached, ScopeEnded
from engine.bpmn.parsed_models import ParsedModels
from engine.errors import PromiseBroken

States: TypeAlias = Mapping[str, Mapping[str, str]]
"""Path of the call (empty: the whole case) to rule key to state. Plain JSON."""


class GuardrailBroken(PromiseBroken):
    sentence = "Vaihe rikkoisi lupauksen. Mitään ei tallennettu."

    def __init__(self, rule: Rule, element_id: str | None, path: str) -> None:
        super().__init__(rule.sentences.get("fi") or None, rule=rule.key, element=element_id, path=path)
        self.rule = rule
        self.element_id = element_id
        self.path = path


class Monitor:
    """The promises of one process of a bundle."""

    def __init__(self, rules: Rules, parsed: ParsedModels, process_id: str) -> None:
        self._rules = rules
        self._bundle = parsed
        self._process_id = process_id

    def start(self) -> States:
        return {"": self._fresh(self._process_id)}

    def step(self, states: States, happened: Sequence[Happening]) -> States:
        """The states after a step. Raises GuardrailBroken when the step would break a promise."""
        moved = {path: dict(rules) for path, rules in states.items()}
        for each in happened:
            if isinstance(each, Reached):
                self._reach(moved, each)
            else:
                self._end(moved, each)
        return moved

    def values(self, states: States) -> Mapping[tuple[str, str], Value]:
        """How each promise stands, by call and rule. What is owed is the list a manager looks at."""
        by_key = {rule.key: rule for rule in self._rules.rules}
        return {
            (path, key): by_key[key].automaton.value(state)
            for path, rules in states.items()
            for key, state in rules.items()
            if key in by_key
        }

    def would_break(self, states: States, milestones: Sequence[Reached]) -> Rule | None:
        """The promise that reaching these would break, before a task or a link is offered."""
        try:
            self.step(states, milestones)
        except GuardrailBroken as broken:
            return broken.rule
        return None

    def _fresh(self, process_id: str) -> dict[str, str]:
        return {rule.key: rule.automaton.start for rule in self._rules.of(process_id)}

    def _reach(self, states: dict[str, dict[str, str]], reached: Reached) -> None:
        for path, process_id in self._scopes(reached.milestone.path):
            rules = states.setdefault(path, self._fresh(process_id))
            for rule in self._rules.of(process_id):
                state = rule.step(
                    rules.get(rule.key, rule.automaton.start), reached.milestone.name, reached.facts
                )
                if state == DEAD:
                    raise GuardrailBroken(rule, reached.milestone.element_id, reached.milestone.path)
                rules[rule.key] = state

    def _end(self, states: dict[str, dict[str, str]], ended: ScopeEnded) -> None:
        rules = states.get(ended.path) or self._fresh(ended.process_id)
        if ended.completed:
            for rule in self._rules.of(ended.process_id):
                if not rule.keeps(rules.get(rule.key, rule.automaton.start), ended.facts):
                    raise GuardrailBroken(rule, None, ended.path)
        if ended.path:
            inside = ended.path + "/"
            for path in [path for path in states if path == ended.path or path.startswith(inside)]:
                del states[path]

    def _scopes(self, path: str) -> Iterator[tuple[str, str]]:
        """The whole case, and each call around the element that has promises of its own."""
        yield "", self._process_id
        process_id = self._process_id
        steps = path.split("/")
        for depth, step in enumerate(steps[:-1], 1):
            called = self._bundle.elements[process_id, step.partition("[")[0]].calls
            if called:
                process_id = called
                if self._rules.of(called):
                    yield "/".join(steps[:depth]), called
