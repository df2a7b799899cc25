"""The promises a case brings along: as they stand where they are the same, else judged anew from what it has reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.bpmn.elements import Element
from engine.bpmn.guardrails import Rule, Rules, States
from engine.bpmn.guardrails.rules import When
from engine.bpmn.parsed_models import ParsedModels
from engine.migration.position import Position, Standing
from engine.migration.reachability import said
from engine.migration.reasons import Reason, reason


def same(old: Rules, new: Rules) -> bool:
    """Whether every promise is watched in the same way, whatever its words are."""
    return {_watched(rule) for rule in old.rules} == {_watched(rule) for rule in new.rules}


def _watched(rule: Rule) -> tuple[object, ...]:
    return rule.key, rule.template, rule.scope, rule.a, rule.b, rule.unless, rule.when


@dataclass(frozen=True)
class Promises:
    """From the rules of one version to those of another. `bundle` is the old one: what was reached was drawn there."""

    old: Rules
    new: Rules
    parsed: ParsedModels

    def brought(self, standing: Standing, reached: tuple[str, ...] | None) -> dict[str, str]:
        """The states on one instance. Raises Unclear where what was reached does not tell.

        `reached` is None inside a call: the timeline tells what a case reached, not in which of its calls. There a new
        promise begins afresh, as long as nothing it listens to can have been reached.
        """
        before = dict(standing.promises)
        found: dict[str, str] = {}
        for rule in self.new.of(standing.scope):
            if self._known.get(rule.key) == _watched(rule):
                found[rule.key] = before.get(rule.key, rule.automaton.start)
            elif reached is not None:
                found[rule.key] = _replayed(rule, reached)
            elif self._possible(standing) & (rule.a | rule.b | rule.unless):
                raise Unclear(rule)
            else:
                found[rule.key] = rule.automaton.start
        return found

    def reasons(self, position: Position) -> Iterator[Reason]:
        """Where it can't be told how a new promise stands."""
        for standing, reached in watched_in(position):
            try:
                self.brought(standing, reached)
            except Unclear as unclear:
                yield reason("promise_unclear", **said(unclear.rule))

    def carried(self, states: States, position: Position, processes: Mapping[str, str]) -> States:
        """The whole case's states in the new version; `processes`: the path of each call to the process it calls."""
        found: dict[str, Mapping[str, str]] = {"": self.brought(position.standing, position.reached)}
        for path, process_id in processes.items():
            before = states[path]
            found[path] = {
                rule.key: before.get(rule.key, rule.automaton.start)
                if self._known.get(rule.key) == _watched(rule)
                else rule.automaton.start
                for rule in self.new.of(process_id)
            }
        return found

    @cached_property
    def _known(self) -> Mapping[str, object]:
        return {rule.key: _watched(rule) for rule in self.old.rules}

    def _possible(self, standing: Standing) -> frozenset[str]:
        """Milestones that may have been reached in an instance: of what was passed, and inside all that was called."""
        waiting = {each.element_id for each in standing.open}
        left = {before for before, _ in standing.passed if before}
        found: set[str] = set()
        for element_id in left | ({after for _, after in standing.passed} - waiting):
            found |= self._within(self.parsed.element(standing.scope, element_id))
        for each in standing.open:
            found |= self._possible(each.inside) if each.inside is not None else set()
        return frozenset(found)

    def _within(self, element: Element) -> set[str]:
        found = set(element.milestones)
        inner = element.element_id if element.kind == "subProcess" else element.calls
        if inner:
            for each in self.parsed.elements.values():
                if inner in (each.scope, each.process_id):
                    found |= self._within(each)
        return found


class Unclear(Exception):
    """Which state a promise is in depends on what was true at the time."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule.key)
        self.rule = rule


def watched_in(position: Position) -> Iterator[tuple[Standing, tuple[str, ...] | None]]:
    """The instances that promises may be watched on: the case itself and its calls."""
    yield position.standing, position.reached
    for _, each in position.standing.everywhere():
        if each.inside is not None:
            yield each.inside, None


def _replayed(rule: Rule, reached: tuple[str, ...]) -> str:
    letters = rule.a | rule.b | rule.unless
    states = {rule.automaton.start}
    for milestone in reached:
        if milestone in letters:
            states = {after for state in states for after in _either(rule, state, milestone)}
    if len(states) > 1:
        raise Unclear(rule)
    return states.pop()


def _either(rule: Rule, state: str, milestone: str) -> Iterator[str]:
    """After the milestone, whether or not what the rule asks of the case was true then."""
    yield rule.step(state, milestone, {})
    when: When | None = rule.when
    if when is not None:
        yield rule.step(state, milestone, {when.fact: min(when.values)})
