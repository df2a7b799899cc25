"""Judges whether a case can move to another version: the diagram around it, its guardrails so far, every way ahead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from engine.bpmn.parsed_models import ParsedModels
from engine.guardrails import Guardrails, States
from engine.guardrails.prover import Surroundings
from engine.migration.data_availability import Ahead
from engine.migration.drawings import Drawing
from engine.migration.guardrails import CarriedGuardrails, same, watched_in
from engine.migration.position import Held, Position, Reader
from engine.migration.reachability import Futures
from engine.migration.reasons import Reason
from engine.migration.snapshot_conversion import carried
from engine.migration.structure_diff import Comparison, Loses

NO_GUARDRAILS = Guardrails(0, date.min, {}, ())
MOST_KEPT = 20_000


@dataclass(frozen=True)
class Version:
    """The parts of a deployment that a judgement needs."""

    parsed: ParsedModels
    guardrails: Guardrails | None


@dataclass
class Judge:
    """Judges moves from one version to another. Equal positions are judged once."""

    old: Version
    new: Version
    around: Surroundings
    loses: Loses
    _judged: dict[Position, tuple[Reason, ...]] = field(default_factory=dict)

    @property
    def needs_history(self) -> bool:
        """True if a position must include the milestones reached."""
        return not self._guardrails_are_the_same

    def position(
        self, snapshot: bytes, guardrails: States, held: Mapping[str, Held], reached: tuple[str, ...] = ()
    ) -> Position:
        return self._reader.position(snapshot, guardrails, held, reached if self.needs_history else ())

    def reasons(self, position: Position) -> tuple[Reason, ...]:
        """Return the reasons to stay; empty if the case may move."""
        found = self._judged.get(position)
        if found is None:
            if len(self._judged) > MOST_KEPT:
                self._judged.clear()
            found = self._judged[position] = tuple(self._reasons(position))
        return found

    def snapshot(self, snapshot: bytes) -> bytes:
        """Return the snapshot as the new version can read it."""
        return carried(snapshot, self.old.parsed, self.new.parsed)

    def guardrails(self, states: States, position: Position) -> States:
        """Return the guardrail states as the new version watches them."""
        position = self._redrawn(position)
        return self._carried_guardrails.carried(states, position, self._processes_at(states, position))

    def _reasons(self, position: Position) -> Iterator[Reason]:
        """Yield the reasons to stay. The diagrams are compared first; ways ahead are explored only from a position
        that exists in the new version."""
        position = self._redrawn(position)
        drawn = tuple(dict.fromkeys(self._comparison.reasons(position.standing)))
        if drawn:
            yield from drawn
            return
        yield from self._ahead.reasons(position.standing)
        unclear = tuple(self._carried_guardrails.reasons(position))
        if unclear:
            yield from unclear
            return
        for place, (standing, reached) in enumerate(watched_in(position)):
            # A called process is part of the whole's ways; by itself only its own guardrails are judged.
            if place == 0 or self._new_guardrails.of(standing.scope):
                yield from self._futures.reasons(
                    standing, self._carried_guardrails.brought(standing, reached)
                )

    def _processes_at(self, states: States, position: Position) -> dict[str, str]:
        found: dict[str, str] = {}
        for path in filter(None, states):
            process_id, element = position.standing.scope, None
            for step in path.split("/"):
                element = self.new.parsed.elements[process_id, step.partition("[")[0]]
                process_id = element.calls or process_id
            if element is not None and element.calls:
                found[path] = process_id
        return found

    def _redrawn(self, position: Position) -> Position:
        return replace(position, standing=self._comparison.redrawn(position.standing))

    @cached_property
    def _old_guardrails(self) -> Guardrails:
        return self.old.guardrails or NO_GUARDRAILS

    @cached_property
    def _new_guardrails(self) -> Guardrails:
        return self.new.guardrails or NO_GUARDRAILS

    @cached_property
    def _guardrails_are_the_same(self) -> bool:
        return same(self._old_guardrails, self._new_guardrails)

    @cached_property
    def _reader(self) -> Reader:
        facts = frozenset(self._old_guardrails.facts) | frozenset(self._new_guardrails.facts)
        return Reader(self.old.parsed, facts)

    @cached_property
    def _carried_guardrails(self) -> CarriedGuardrails:
        return CarriedGuardrails(self._old_guardrails, self._new_guardrails, self.old.parsed)

    @cached_property
    def _drawings(self) -> tuple[Drawing, Drawing]:
        return Drawing(self.old.parsed), Drawing(self.new.parsed)

    @cached_property
    def _comparison(self) -> Comparison:
        return Comparison(*self._drawings, self.loses)

    @cached_property
    def _ahead(self) -> Ahead:
        return Ahead(*self._drawings, self.around.messages)

    @cached_property
    def _futures(self) -> Futures:
        return Futures(self.new.parsed, self._new_guardrails, self.around)
