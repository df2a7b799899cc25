"""Follows every way ahead of a case that is under way, with its guardrails in the states they are in.

The ways are those of a proof, begun in the middle, on the same slices. If a case begun in this version can come to the same
situation, with its guardrail in the same state, the proof of the slice answers at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from engine.bpmn.elements import Element
from engine.guardrails.definitions import Guardrail, Guardrails, Status
from engine.guardrails.prover.counterexample import shortest
from engine.guardrails.prover.exploration import Limit, explore
from engine.guardrails.prover.fact_changes import Known
from engine.guardrails.prover.findings import Names
from engine.guardrails.prover.focus import Focus, taken_as_one_step
from engine.guardrails.prover.model import Place
from engine.guardrails.prover.model_index import Diagrams, ModelIndex, Surroundings
from engine.guardrails.prover.proof import copies_needed, prove
from engine.guardrails.prover.properties import Node, OneGuardrail, unable_to_end
from engine.guardrails.prover.scopes import Scope
from engine.guardrails.prover.states import Moves
from engine.guardrails.prover.tokens import Marking
from engine.guardrails.prover.translation import Translation


@dataclass(frozen=True, slots=True)
class Token:
    path: str
    """The element it is in, by the calls and copies around it: ``examine/requests[1]/ask``, or a copy itself."""
    arrived_from: frozenset[str] | None = None
    """Of a join that waits: the elements from which tokens have come."""


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A running case: its tokens, and the variables of its process instances."""

    tokens: frozenset[Token]
    variables: Mapping[str, Mapping[str, str]]
    """Path of each process instance that is open (empty: the case itself, else ending in a slash) to what it knows."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """The answer for one running case: the guardrails that it may still break, and whether it can always end."""

    breaks: Mapping[str, tuple[Element, ...]]
    """Key of each guardrail that may be broken to the steps of a shortest way there."""
    can_always_end: bool
    is_complete: bool
    """True if every way was followed."""


class NoPlace(Exception):
    """A token stands on an element where these diagrams have no place to wait."""

    def __init__(self, token: Token) -> None:
        super().__init__(token.path)
        self.token = token


@dataclass(frozen=True)
class _Version:
    """The diagrams of a version with what its proof knows of them."""

    index: ModelIndex
    can_end: Mapping[str, bool]
    limit: Limit
    """Of the exploration of a whole process, which is done once."""
    _ends: dict[str, Continuations] = field(default_factory=dict)

    def continuations(
        self, process_id: str, guardrails: tuple[Guardrail, ...], copies: int, only: frozenset[str] | None
    ) -> Continuations:
        one_step = taken_as_one_step(self.index, process_id, guardrails, only, self.can_end)
        return Continuations(self, Focus(self.index, process_id, guardrails, one_step, copies, only))

    def ends(self, process_id: str) -> Continuations:
        if process_id not in self._ends:
            self._ends[process_id] = self.continuations(process_id, (), 1, None)
        return self._ends[process_id]


class Continuations:
    """Answers for running cases of one process, for some of its guardrails, or for its ends if there are none."""

    def __init__(self, version: _Version, focus: Focus) -> None:
        self.guardrails = focus.guardrails
        self.copies = focus.copies
        self._version = version
        self._focus = focus
        self._index = focus.index
        self._names = Names(focus.index.diagrams, focus.process_id)
        translation = Translation(focus)
        self._layout = translation.layout
        self._moves = Moves(translation.net())

    @cached_property
    def _with_all_facts(self) -> Continuations | None:
        """The continuations that know for certain whether a way can be gone; None if these are they."""
        if self._focus.only is None:
            return None
        return self._version.continuations(self._focus.process_id, self.guardrails, self.copies, None)

    def ahead(self, case: UnderWay, states: Mapping[str, str], limit: Limit) -> Ahead:
        """Follow every way ahead of a case whose guardrails are in these states. Raise NoPlace if a token has no place here."""
        marking = self._moves.tokens.marking(place for token in case.tokens for place in self._places(token))
        known = self._known(marking, case.variables)
        if self._whole is not None and self._whole.covers(marking, known, states):
            found = Ahead({}, can_always_end=True, is_complete=True)
        else:
            found = self._explored(marking, known, states, limit)
            is_certain = found.is_complete and not found.breaks and found.can_always_end
            if not is_certain and self._with_all_facts is not None:
                return self._with_all_facts.ahead(case, states, limit)
        if self.guardrails:
            return found
        called = [self._ahead_in(*each, limit) for each in self._called(case)]
        return Ahead(
            {},
            found.can_always_end and all(each.can_always_end for each in called),
            found.is_complete and all(each.is_complete for each in called),
        )

    def _explored(self, marking: Marking, known: Known, states: Mapping[str, str], limit: Limit) -> Ahead:
        exploration = explore(self._moves, limit, {marking: frozenset({known})})
        breaks: dict[str, tuple[Element, ...]] = {}
        for guardrail in self.guardrails:
            watched = OneGuardrail(exploration, guardrail, states.get(guardrail.key))
            way = shortest(watched.begin, watched.moves, watched.breaking)
            if way is not None:
                breaks[guardrail.key] = tuple(
                    self._names.element(each.path) for each in way.passed if each.waits
                )
        can_end = exploration.is_complete and not unable_to_end(exploration)
        return Ahead(breaks, can_end, exploration.is_complete)

    @cached_property
    def _whole(self) -> _Whole | None:
        """All situations of the version; None if it is not fully proven."""
        exploration = explore(self._moves, self._version.limit)
        if not exploration.is_complete or unable_to_end(exploration):
            return None
        watched = {each.key: OneGuardrail(exploration, each) for each in self.guardrails}
        if any(each.is_broken() for each in watched.values()):
            return None
        reached = {each.key: (each, watched[each.key].reached()) for each in self.guardrails}
        return _Whole(exploration.reached, reached)

    def _places(self, token: Token) -> Iterator[Place]:
        call = self._one_step_around(token.path)
        if call is not None:
            yield call[0]
            return
        around, _, step = token.path.rpartition("/")
        copy = self._layout.scopes.get(f"{token.path}/") if step.endswith("]") else None
        if copy is not None and copy.runs is not None:
            yield copy.runs
            return
        scope = self._layout.scopes.get(f"{around}/" if around else "")
        element = scope.elements.get(step) if scope is not None else None
        if scope is None or element is None:
            raise NoPlace(token)
        yield from self._places_in(scope, element, token)

    def _one_step_around(self, path: str) -> tuple[Place, str, str] | None:
        """Return the call around a token that is taken as one step: its place, the process it calls, the path inside it."""
        steps = path.split("/")
        for number, step in enumerate(steps[:-1]):
            around = "".join(f"{each}/" for each in steps[:number])
            scope = self._layout.scopes.get(around)
            element = scope.elements.get(step.partition("[")[0]) if scope is not None else None
            if scope is None or element is None:
                return None
            if element.calls is not None and element.calls in self._focus.one_step:
                copy = self._layout.scopes.get(f"{around}{step}/")
                place = copy.runs if copy is not None else None
                return place or scope.place_of_work(element), element.calls, f"{around}{step}/"
        return None

    def _ahead_in(self, path: str, process_id: str, inside: UnderWay, limit: Limit) -> Ahead:
        try:
            return self._version.ends(process_id).ahead(inside, {}, limit)
        except NoPlace as nowhere:
            raise NoPlace(replace(nowhere.token, path=path + nowhere.token.path)) from nowhere

    def _called(self, case: UnderWay) -> Iterator[tuple[str, str, UnderWay]]:
        """Yield the path of each call that is taken as one step, its process, and the part of the case that runs in it."""
        inside: dict[str, tuple[str, set[Token]]] = {}
        for token in case.tokens:
            call = self._one_step_around(token.path)
            if call is not None:
                _, process_id, path = call
                inside.setdefault(path, (process_id, set()))[1].add(
                    replace(token, path=token.path.removeprefix(path))
                )
        for path, (process_id, tokens) in inside.items():
            variables = {
                each.removeprefix(path): known
                for each, known in case.variables.items()
                if each.startswith(path)
            }
            yield path, process_id, UnderWay(frozenset(tokens), variables)

    def _places_in(self, scope: Scope, element: Element, token: Token) -> Iterator[Place]:
        if element.kind == "boundaryEvent":
            listens = scope.listens.get(element.element_id)
            yield from () if listens is None else (listens,)
        elif token.arrived_from is not None and any(flow in scope.arrived for flow in element.incoming):
            for flow in element.incoming:
                if self._index.source(element, flow).element_id in token.arrived_from:
                    yield scope.arrived[flow]
        elif element.element_id in scope.at:
            place = scope.place_of_work(element)
            if place.runs_by_itself:
                raise NoPlace(token)
            yield place
        else:
            raise NoPlace(token)

    def _known(self, marking: Marking, variables: Mapping[str, Mapping[str, str]]) -> Known:
        """Return the possible values of each fact. A variable without a listed value can have any."""
        forgotten = self._moves.forgotten(marking)
        known: list[frozenset[str] | None] = []
        for number, fact in enumerate(self._moves.net.facts):
            value = variables.get(fact.path, {}).get(fact.name)
            possible = frozenset({value}) if value in fact.values else frozenset(fact.values)
            known.append(possible if fact.path in variables and number not in forgotten else None)
        return tuple(known)


@dataclass(frozen=True)
class _Whole:
    """All situations of a version that is fully proven, without the moves between them."""

    reached: Mapping[Marking, set[Known]]
    by_guardrail: Mapping[str, tuple[Guardrail, Mapping[Node, set[Known]]]]

    def covers(self, marking: Marking, known: Known, states: Mapping[str, str]) -> bool:
        """Return True if a case begun in this version can be in this situation with its guardrails in these states."""
        if not _is_among(known, self.reached.get(marking, ())):
            return False
        for key, (guardrail, reached) in self.by_guardrail.items():
            state = states.get(key, guardrail.automaton.start)
            is_kept = guardrail.automaton.status(state) is Status.KEPT_FOR_GOOD
            if not is_kept and not _is_among(known, reached.get((marking, state), ())):
                return False
        return True


def _is_among(known: Known, several: Iterable[Known]) -> bool:
    """Return True if one of several situations allows every value that `known` allows."""
    return any(
        all(
            there is None or (here is not None and here <= there)
            for here, there in zip(known, each, strict=True)
        )
        for each in several
    )


def continuations(
    diagrams: Diagrams, guardrails: Guardrails, surroundings: Surroundings, process_id: str, limit: Limit
) -> tuple[Continuations, ...]:
    """Return the continuations of a process: one for its ends, one for each guardrail that a slice proves, and one or
    two for the others, by the copies of a multi-instance that can break them."""
    index = ModelIndex(diagrams, guardrails.facts, surroundings)
    report = prove(diagrams, guardrails, limit=limit, surroundings=surroundings)
    version = _Version(index, report.can_end, limit)
    elements = [each for called in index.called_from(process_id) for each in index.by_process[called]]
    found = [version.ends(process_id)]
    together: dict[int, list[Guardrail]] = {}
    for each in guardrails.of(process_id):
        copies = copies_needed(each, elements)
        if each.key in report.facts:
            found.append(version.continuations(process_id, (each,), copies, report.facts[each.key]))
        else:
            together.setdefault(copies, []).append(each)
    for copies, several in sorted(together.items()):
        found.append(version.continuations(process_id, tuple(several), copies, None))
    return tuple(found)
