"""The guardrail states of a moved case: kept for guardrails that are the same, else judged anew from the milestones reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from engine.bpmn.elements import Element
from engine.bpmn.parsed_models import ParsedModels
from engine.guardrails import Guardrail, Guardrails, States
from engine.guardrails.definitions import BROKEN
from engine.migration.position import Position, Standing
from engine.migration.reachability import named
from engine.migration.reasons import Reason, reason


def same(old: Guardrails, new: Guardrails) -> bool:
    """Return True if all guardrails are watched in the same way; their wording does not count."""
    return {_watched(each) for each in old.on_paths} == {_watched(each) for each in new.on_paths}


def _watched(each: Guardrail) -> tuple[object, ...]:
    return each.key, each.template, each.scope, each.a, each.b, each.unless, each.when


@dataclass(frozen=True)
class CarriedGuardrails:
    """Converts guardrail states from one version to another. `parsed`: the old version's diagrams, in which
    milestones were reached."""

    old: Guardrails
    new: Guardrails
    parsed: ParsedModels

    def brought(self, standing: Standing, reached: tuple[str, ...] | None) -> dict[str, str]:
        """Return the new states on one instance. Raise Unclear if the milestones reached do not determine them.

        `reached` is None inside a call: the timeline has the milestones of the case, not of each call. There a new
        guardrail begins afresh, unless something it listens to may have been reached.
        """
        before = dict(standing.guardrails)
        found: dict[str, str] = {}
        for guardrail in self.new.of(standing.scope):
            if self._known.get(guardrail.key) == _watched(guardrail):
                found[guardrail.key] = before.get(guardrail.key, guardrail.automaton.start)
            elif reached is not None:
                found[guardrail.key] = _replayed(guardrail, reached, held=self._held_inside(guardrail))
            elif self._possible(standing) & guardrail.milestones:
                raise Unclear(guardrail)
            else:
                found[guardrail.key] = guardrail.automaton.start
        return found

    def reasons(self, position: Position) -> Iterator[Reason]:
        """Yield a reason to stay if the state of a new guardrail can't be known."""
        for standing, reached in watched_in(position):
            try:
                self.brought(standing, reached)
            except Unclear as unclear:
                yield reason("guardrail_unclear", **named(unclear.guardrail))

    def carried(self, states: States, position: Position, processes: Mapping[str, str]) -> States:
        """Return all guardrail states of the case in the new version. `processes`: path of each call to the called process."""
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

    def _held_inside(self, guardrail: Guardrail) -> bool:
        """Return True if the old version has kept this absence wherever its milestones are drawn, on each call."""
        for before in self.old.on_paths:
            if _watched(replace(before, scope=guardrail.scope)) == _watched(guardrail):
                inside = self._called_from(before.scope)
                drawn = (each for each in self.parsed.elements.values() if guardrail.a & {*each.milestones})
                return before.template == "absence" and all(each.process_id in inside for each in drawn)
        return False

    def _called_from(self, process_id: str) -> frozenset[str]:
        found, waiting = {process_id}, [process_id]
        while waiting:
            within = waiting.pop()
            for each in self.parsed.elements.values():
                if each.process_id == within and each.calls and each.calls not in found:
                    found.add(each.calls)
                    waiting.append(each.calls)
        return frozenset(found)

    @cached_property
    def _known(self) -> Mapping[str, object]:
        return {guardrail.key: _watched(guardrail) for guardrail in self.old.on_paths}

    def _possible(self, standing: Standing) -> frozenset[str]:
        """Return milestones that may have been reached in an instance: on elements passed, and inside all that was called."""
        waiting = {each.element_id for each in standing.open}
        left = {before for before, _ in standing.passed if before}
        found: set[str] = set()
        for element_id in left | ({after for _, after in standing.passed} - waiting):
            found |= self._within(self.parsed.element(standing.before, element_id))
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
    """The milestones reached do not determine a guardrail's state: its `when` read variables of the past, or a
    milestone may have been reached inside a call, where the timeline does not show it."""

    def __init__(self, guardrail: Guardrail) -> None:
        super().__init__(guardrail.key)
        self.guardrail = guardrail


def watched_in(position: Position) -> Iterator[tuple[Standing, tuple[str, ...] | None]]:
    """Yield the instances on which guardrails may be watched (the case and its calls), with the milestones reached."""
    yield position.standing, position.reached
    for _, each in position.standing.everywhere():
        if each.inside is not None:
            yield each.inside, None


def _replayed(guardrail: Guardrail, reached: tuple[str, ...], *, held: bool) -> str:
    states = {guardrail.automaton.start}
    for milestone in reached:
        if milestone in guardrail.milestones:
            states = {after for state in states for after in _either(guardrail, state, milestone)}
    if held:
        states.discard(BROKEN)
    if len(states) > 1:
        raise Unclear(guardrail)
    return states.pop()


def _either(guardrail: Guardrail, state: str, milestone: str) -> Iterator[str]:
    """Yield the states after the milestone, for a `when` that held at that moment and for one that did not."""
    yield guardrail.moved(state, milestone, applies=True)
    if guardrail.when is not None:
        yield guardrail.moved(state, milestone, applies=False)
