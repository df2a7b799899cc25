"""The guardrails a case brings along: as they stand where they are the same, else judged anew from what it has reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.bpmn.elements import Element
from engine.bpmn.parsed_models import ParsedModels
from engine.guardrails import Guardrail, Guardrails, States
from engine.migration.position import Position, Standing
from engine.migration.reachability import named
from engine.migration.reasons import Reason, reason


def same(old: Guardrails, new: Guardrails) -> bool:
    """True if every guardrail is watched in the same way; its words don't count."""
    return {_watched(each) for each in old.on_paths} == {_watched(each) for each in new.on_paths}


def _watched(each: Guardrail) -> tuple[object, ...]:
    return each.key, each.template, each.scope, each.a, each.b, each.unless, each.when


@dataclass(frozen=True)
class CarriedGuardrails:
    """From the guardrails of one version to those of another. `bundle` is the old one: what was reached was drawn there."""

    old: Guardrails
    new: Guardrails
    parsed: ParsedModels

    def brought(self, standing: Standing, reached: tuple[str, ...] | None) -> dict[str, str]:
        """The states on one instance. Raises Unclear where what was reached does not tell.

        `reached` is None inside a call: the timeline tells what a case reached, not in which of its calls. There a new
        guardrail begins afresh, as long as nothing it listens to can have been reached.
        """
        before = dict(standing.guardrails)
        found: dict[str, str] = {}
        for guardrail in self.new.of(standing.scope):
            if self._known.get(guardrail.key) == _watched(guardrail):
                found[guardrail.key] = before.get(guardrail.key, guardrail.automaton.start)
            elif reached is not None:
                found[guardrail.key] = _replayed(guardrail, reached)
            elif self._possible(standing) & guardrail.milestones:
                raise Unclear(guardrail)
            else:
                found[guardrail.key] = guardrail.automaton.start
        return found

    def reasons(self, position: Position) -> Iterator[Reason]:
        """The state of a new guardrail can't be known."""
        for standing, reached in watched_in(position):
            try:
                self.brought(standing, reached)
            except Unclear as unclear:
                yield reason("guardrail_unclear", **named(unclear.guardrail))

    def carried(self, states: States, position: Position, processes: Mapping[str, str]) -> States:
        """The whole case's states in the new version; `processes`: the path of each call to the process it calls."""
        found: dict[str, Mapping[str, str]] = {"": self.brought(position.standing, position.reached)}
        for path, process_id in processes.items():
            before = states[path]
            found[path] = {
                guardrail.key: before.get(guardrail.key, guardrail.automaton.start)
                if self._known.get(guardrail.key) == _watched(guardrail)
                else guardrail.automaton.start
                for guardrail in self.new.of(process_id)
            }
        return found

    @cached_property
    def _known(self) -> Mapping[str, object]:
        return {guardrail.key: _watched(guardrail) for guardrail in self.old.on_paths}

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
    """Which state a guardrail is in depends on what was true at the time."""

    def __init__(self, guardrail: Guardrail) -> None:
        super().__init__(guardrail.key)
        self.guardrail = guardrail


def watched_in(position: Position) -> Iterator[tuple[Standing, tuple[str, ...] | None]]:
    """The instances that guardrails may be watched on: the case itself and its calls."""
    yield position.standing, position.reached
    for _, each in position.standing.everywhere():
        if each.inside is not None:
            yield each.inside, None


def _replayed(guardrail: Guardrail, reached: tuple[str, ...]) -> str:
    states = {guardrail.automaton.start}
    for milestone in reached:
        if milestone in guardrail.milestones:
            states = {after for state in states for after in _either(guardrail, state, milestone)}
    if len(states) > 1:
        raise Unclear(guardrail)
    return states.pop()


def _either(guardrail: Guardrail, state: str, milestone: str) -> Iterator[str]:
    """After the milestone, whether or not what the guardrail asks of the case was true then."""
    yield guardrail.moved(state, milestone, applies=True)
    if guardrail.when is not None:
        yield guardrail.moved(state, milestone, applies=False)
