"""Judges one exploration: a verdict on each guardrail, and a finding for everything that is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Final

from engine.bpmn.checks.model import roots
from engine.bpmn.elements import Element
from engine.bpmn.findings import Finding, PathStep, finding
from engine.guardrails.definitions import Guardrail
from engine.guardrails.prover.counterexample import Counterexample, shortest, to_crowds, to_one_of
from engine.guardrails.prover.exploration import Exploration
from engine.guardrails.prover.findings import CODES, Names, at, named
from engine.guardrails.prover.model import Kind, Place
from engine.guardrails.prover.properties import AllTogether, OneGuardrail, never_passed, unable_to_end
from engine.guardrails.prover.tokens import Marking

OF_ENDS: Final = frozenset({"existence", "response", "responded_existence"})
"""Templates that ask for what can come later: they hold only of cases that can end."""
DEMANDED: Final = {
    "precedence": "b",
    "alternate_precedence": "b",
    "renewed_precedence": "b",
    "response": "a",
    "responded_existence": "a",
    "at_most_once": "a",
    "not_coexistence": "ab",
    "not_succession": "ab",
}
"""The sets of milestones without which the guardrail holds emptily."""


class Verdict(StrEnum):
    PROVEN = "proven"
    BROKEN = "broken"
    NOT_PROVEN = "not_proven"
    HOLDS_EMPTILY = "holds_emptily"


class Judgement:
    def __init__(self, exploration: Exploration, names: Names, *, is_last: bool) -> None:
        """`is_last`: True if no longer search follows. Then an open question is a finding that stops a publication."""
        self.findings: list[Finding] = []
        self.dead: frozenset[str] = frozenset()
        """Ids of elements that no case can reach, known after `can_end`."""
        self._exploration = exploration
        self._process_id = exploration.net.process_id
        self._names = names
        self._is_last = is_last
        self._crowds = to_crowds(exploration)

    def can_end(self, own: Mapping[str, Element], *, called_can_end: bool) -> bool:
        """Return True if every case can always still end. Add findings for whatever prevents it.

        `own`: the elements of the process itself. Called processes are judged separately.
        """
        can_end = self._exploration.is_complete and called_can_end and self._is_all_followed
        for place, way in self._crowds.items():
            element = self._names.element(place.path)
            if element.process_id == self._process_id:
                code = "many" if _is_followed(place) else "many_at_join"
                self.findings.append(at(element, code, self._seen(way)))
        for end in self._exploration.net.uncaught:
            can_end = False
            element = self._names.element(end.path)
            if element.process_id == self._process_id:
                self.findings.append(at(element, "error_uncaught", (), error=element.error or "–"))
        if self._exploration.is_complete:
            can_end = not self._is_trapped(find=can_end) and can_end
            self.dead = frozenset(never_passed(self._exploration, own))
            first = roots(sorted(self.dead), self._names.following(self.dead, own))
            self.findings += [at(element, "dead", ()) for key, element in own.items() if key in first]
        return can_end

    @property
    def is_exact(self) -> bool:
        """True if all was visited, no two tokens meet in one place and every error is caught."""
        exploration = self._exploration
        return exploration.is_complete and not self._crowds and not exploration.net.uncaught

    def verdicts(self, guardrails: Iterable[Guardrail], *, can_end: bool) -> dict[str, Verdict]:
        """Return the verdict on each guardrail, by key. `can_end`: True if every case can always still end."""
        guardrails = tuple(guardrails)
        together = AllTogether(self._exploration, guardrails)
        reached = self._exploration.milestones
        found: dict[str, Verdict] = {}
        for guardrail in guardrails:
            broken = self._broken(guardrail) if together.can_break(guardrail) else None
            if broken is None:
                found[guardrail.key] = self._unbroken(guardrail, reached, can_end=can_end)
            else:
                found[guardrail.key] = Verdict.BROKEN
                self.findings.append(broken)
        return found

    @property
    def _is_all_followed(self) -> bool:
        return all(_is_followed(place) for place in self._crowds)

    def _is_trapped(self, *, find: bool) -> bool:
        """Return True if the end is out of reach in some situation.

        With `find`, add a finding for the nearest standstill or, if there is none, for the nearest situation without
        a way to the end.
        """
        exploration = self._exploration
        trapped = unable_to_end(exploration)
        begun = {marking: known for marking, known in trapped.items() if marking not in exploration.begin}
        still = {
            marking: known for marking, known in begun.items() if not exploration.moves.moves_from(marking)
        }
        way = to_one_of(exploration, still or begun) if find and begun else None
        if way is not None:
            elements = self._names.standing(exploration.moves.tokens.places(way.node))
            joins = [element for element in elements if element.kind.endswith("Gateway")]
            code = "stuck_at_join" if joins else "stuck"
            self.findings.append(at((joins or elements)[0], code, self._seen(way)))
        return bool(trapped)

    def _seen(self, way: Counterexample[Marking]) -> tuple[PathStep, ...]:
        return self._names.steps(way.passed, assumed=way.assumed(self._exploration.net.facts))

    def _broken(self, guardrail: Guardrail) -> Finding | None:
        """Return a finding with a shortest way on which the guardrail breaks; None if no way breaks it."""
        watched = OneGuardrail(self._exploration, guardrail)
        if not watched.is_broken():
            return None
        way = shortest(watched.begin, watched.moves, watched.breaking)
        if way is None:
            raise LookupError(guardrail.key)
        names, passed = self._names, way.passed
        culprits = [n for n, each in enumerate(passed) if names.reaches(each, guardrail.milestones)]
        blamed = names.element(passed[culprits[-1] if culprits else -1].path)
        if culprits and guardrail.template not in OF_ENDS:
            passed = passed[: culprits[-1] + 1]
        steps = names.steps(passed, guardrail.milestones, way.assumed(self._exploration.net.facts))
        words = named(guardrail.key, guardrail.sentences)
        found = at(blamed, CODES[guardrail.template], steps, **words)
        # Tokens that wait in one place are not counted, so a way past them may be one that cannot be gone.
        return replace(found, values={**found.values, "possible": "yes"}) if self._crowds else found

    def _unbroken(self, guardrail: Guardrail, reached: frozenset[str], *, can_end: bool) -> Verdict:
        """Return the verdict on a guardrail that no way breaks."""
        words = named(guardrail.key, guardrail.sentences)
        if (
            not self._exploration.is_complete
            or not self._is_all_followed
            or self._exploration.net.uncaught
            or (guardrail.template in OF_ENDS and not can_end)
        ):
            # A longer search finds no more once every situation was visited.
            is_last = self._is_last or self._exploration.is_complete
            code = "guardrail_not_proven" if is_last else "guardrail_not_proven_yet"
            self.findings.append(finding(code, process_id=self._process_id, **words))
            return Verdict.NOT_PROVEN
        if is_empty(guardrail, reached):
            self.findings.append(finding("guardrail_empty", process_id=self._process_id, **words))
            return Verdict.HOLDS_EMPTILY
        return Verdict.PROVEN


def is_empty(guardrail: Guardrail, reached: frozenset[str]) -> bool:
    """Return True if a guardrail that no way breaks speaks of milestones that are not among those that are reached."""
    sets = {"a": guardrail.a, "b": guardrail.b}
    return any(sets[name].isdisjoint(reached) for name in DEMANDED.get(guardrail.template, ""))


def _is_followed(place: Place) -> bool:
    """Return True if a second token in the place is followed as the engine follows it. Elsewhere it would be lost."""
    return place.waits and place.kind is not Kind.RUNS
