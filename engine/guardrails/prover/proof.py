"""Proves the guardrails of a bundle over every way, and that every case can always still end.

Each process is explored by itself, called ones first. One that can always end, reaches no milestone that a guardrail at hand
listens to and hands back no fact is one step for its callers. What was not proved is never called so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from time import thread_time
from typing import Final, Literal

from engine import xml
from engine.bpmn import catalogue
from engine.bpmn.elements import Element
from engine.bpmn.findings import Finding, finding
from engine.guardrails.definitions import Guardrail, Guardrails
from engine.guardrails.prover import drawing
from engine.guardrails.prover import facts as fact_texts
from engine.guardrails.prover.counterexample import shortest, to_crowds, to_one_of
from engine.guardrails.prover.exploration import Exploration, Limit, explore
from engine.guardrails.prover.findings import CODES, Names, at, promised
from engine.guardrails.prover.focus import WAITED_FOR, Focus
from engine.guardrails.prover.model import Kind, Net, Place
from engine.guardrails.prover.model_index import Diagrams, ModelIndex, Surroundings
from engine.guardrails.prover.proof_cache import PROVED, key_of
from engine.guardrails.prover.properties import AllTogether, OneGuardrail, never_passed, unable_to_end
from engine.guardrails.prover.states import Moves
from engine.guardrails.prover.translation import RunsForEver, Translation

BROKEN_BY_TWO: Final = frozenset(
    {"at_most_once", "alternate_precedence", "not_coexistence", "not_succession"}
)
"""Templates that two copies of a multi-instance can break together; the others break by one, or not at all."""
OWED_BY_ONE: Final = frozenset({"response", "responded_existence"})
"""Templates by which one copy can owe something and be cut off by another, where copies can end early."""
OF_ENDS: Final = frozenset({"existence", "response", "responded_existence"})
"""Templates that ask for what can come later: they hold only of cases that can end."""
DEMANDED: Final = {
    "precedence": "b",
    "alternate_precedence": "b",
    "response": "a",
    "responded_existence": "a",
    "at_most_once": "a",
    "not_coexistence": "ab",
    "not_succession": "ab",
}
"""Where one of these sets is never reached, the guardrail holds of nothing."""


def copies_needed(guardrail: Guardrail, elements: Iterable[Element]) -> int:
    """Return how many copies of a multi-instance can break the guardrail, if any number can."""
    ends_early = any(each.multiple and each.expression for each in elements)
    by_two = guardrail.template in BROKEN_BY_TWO or (ends_early and guardrail.template in OWED_BY_ONE)
    return 2 if by_two else 1


class Verdict(StrEnum):
    PROVEN = "proven"
    BROKEN = "broken"
    NOT_PROVEN = "not_proven"
    HOLDS_EMPTILY = "holds_emptily"


@dataclass(frozen=True, slots=True)
class Report:
    verdicts: Mapping[str, Verdict]
    """By key of the guardrail."""
    findings: tuple[Finding, ...]
    situations: int
    milliseconds: int
    is_complete: bool
    """Whether every situation was visited."""


def prove(
    models: Diagrams | Mapping[str, bytes],
    guardrails: Guardrails,
    *,
    limit: Limit = Limit(),  # noqa: B008 - frozen
    surroundings: Surroundings = Surroundings(),  # noqa: B008 - frozen
) -> Report:
    """Prove the guardrails over diagrams that have passed the checks: what those refuse is not understood here."""
    diagrams = _read(models) if isinstance(models, Mapping) else models
    return _Proof(diagrams, guardrails, limit, surroundings).report()


def _read(files: Mapping[str, bytes]) -> Diagrams:
    return catalogue.read({path: xml.parse(files[path]) for path in sorted(files) if path.endswith(".bpmn")})


class _Proof:
    def __init__(
        self, diagrams: Diagrams, guardrails: Guardrails, limit: Limit, surroundings: Surroundings
    ) -> None:
        self._diagrams = diagrams
        self._guardrails = guardrails
        self._limit = limit
        self._index = ModelIndex(diagrams, guardrails.facts, surroundings)
        self._began = thread_time()
        self._found: list[Finding] = []
        self._verdicts: dict[str, Verdict] = {}
        self._can_end: dict[str, bool] = {}
        """Process to whether it was proved that every case of it can always still end."""
        self._situations = 0
        self._is_complete = True

    def report(self) -> Report:
        self._name_unlisted_values()
        for process_id in self._called_first():
            self._prove(process_id)
        self._prove_drawings()
        for guardrail in self._guardrails.on_paths:
            if guardrail.scope not in self._diagrams.processes:
                self._verdicts[guardrail.key] = Verdict.NOT_PROVEN
                words = promised(guardrail.key, guardrail.sentences)
                self._found.append(finding("promise_scope", scope=guardrail.scope, **words))
        return Report(self._verdicts, tuple(self._found), self._situations, self._spent(), self._is_complete)

    def _spent(self) -> int:
        return round((thread_time() - self._began) * 1000)

    def _left(self) -> Limit:
        limit = self._limit
        return replace(
            limit,
            situations=limit.situations - self._situations,
            milliseconds=limit.milliseconds - self._spent(),
        )

    def _called_first(self) -> tuple[str, ...]:
        found: list[str] = []
        for process_id in self._diagrams.processes:
            for each in reversed(self._index.called_from(process_id)):
                if each not in found and set(self._index.called_from(each)) <= {*found, each}:
                    found.append(each)
        return tuple(found)

    def _name_unlisted_values(self) -> None:
        """A value that is not listed would make a choice look impossible."""
        for element in self._diagrams.elements.values():
            texts = [element.properties.get("output"), element.properties.get("input")]
            texts.append(element.expression if element.kind == "scriptTask" else None)
            texts += [flow.condition for flow in self._index.flows_from(element)]
            for text in texts:
                for fact, value in fact_texts.unlisted(text, self._guardrails.facts):
                    self._found.append(at(element, "fact_unlisted", (), fact=fact, value=value))

    def _prove_drawings(self) -> None:
        for guardrail in self._guardrails.on_drawing:
            broken = tuple(drawing.broken(self._index, guardrail))
            empty = not broken and drawing.is_empty(self._index, guardrail)
            self._found += broken
            self._verdicts[guardrail.key] = (
                Verdict.BROKEN if broken else Verdict.HOLDS_EMPTILY if empty else Verdict.PROVEN
            )
            if empty:
                words = promised(guardrail.key, guardrail.sentences)
                self._found.append(finding("promise_empty", **words))

    # one process

    def _prove(self, process_id: str) -> None:
        guardrails = self._guardrails.of(process_id)
        inside = self._index.called_from(process_id)
        elements = [each for called in inside for each in self._index.by_process[called]]
        by_copies = {
            copies: tuple(each for each in guardrails if copies_needed(each, elements) == copies)
            for copies in (1, 2)
        }
        try:
            nets = [
                (several, self._net(process_id, several, copies))
                for copies, several in by_copies.items()
                if several or copies == 1
            ]
        except RunsForEver as ring:
            self._can_end[process_id] = False
            self._found.append(at(Names(self._diagrams, process_id).element(ring.path), "engine_loop", ()))
            self._verdicts.update({each.key: Verdict.NOT_PROVEN for each in guardrails})
            return
        self._prove_nets(process_id, nets)

    def _prove_nets(self, process_id: str, nets: Sequence[tuple[tuple[Guardrail, ...], Net]]) -> None:
        """Explore the nets of a process, unless all was proved of the same nets before."""
        called = self._index.called_from(process_id)[1:]
        own = tuple(each.element_id for each in self._index.by_process[process_id])
        key = key_of(own, [self._can_end.get(each, False) for each in called], nets)
        situations = PROVED.situations(key)
        if situations is not None:
            self._situations += situations
            self._can_end[process_id] = True
            self._verdicts.update({each.key: Verdict.PROVEN for several, _ in nets for each in several})
            return
        findings_before, situations_before = len(self._found), self._situations
        for number, (guardrails, net) in enumerate(nets):
            exploration = self._explored(net)
            if number == 0:
                self._can_end[process_id] = self._judge_ends(process_id, exploration)
            self._judge(process_id, exploration, guardrails)
        if self._can_end[process_id] and len(self._found) == findings_before:
            PROVED.keep(key, self._situations - situations_before)

    def _net(self, process_id: str, guardrails: tuple[Guardrail, ...], copies: int) -> Net:
        one_step = self._one_step(process_id, guardrails)
        return Translation(Focus(self._index, process_id, guardrails, one_step, copies)).net()

    def _one_step(
        self, process_id: str, guardrails: tuple[Guardrail, ...]
    ) -> dict[str, Literal["waits", "passes"]]:
        """The called processes that need not be looked into."""
        listened = frozenset[str]().union(*(each.milestones for each in guardrails))
        found: dict[str, Literal["waits", "passes"]] = {}
        for called in self._index.called_from(process_id)[1:]:
            inside = self._index.called_from(called)
            silent = all(listened.isdisjoint(self._index.milestones[each]) for each in inside)
            if silent and all(self._can_end.get(each) for each in inside) and not self._hands_back(called):
                if any(self._waits(each) for process in inside for each in self._index.by_process[process]):
                    found[called] = "waits"
                elif not any(each.multiple for each in self._index.callers[called]):
                    # Copies are counted one by one, so each would be waited for: more could come between than does.
                    found[called] = "passes"
        return found

    def _waits(self, element: Element) -> bool:
        if element.kind == "serviceTask":
            return element.properties.get("operation") in self._index.surroundings.waiting
        return element.kind in WAITED_FOR

    def _hands_back(self, called: str) -> bool:
        return any(
            fact_texts.writes(each.properties.get("output", ""), self._guardrails.facts)
            for each in self._index.callers.get(called, ())
        )

    def _explored(self, net: Net) -> Exploration:
        exploration = explore(Moves(net), self._left())
        self._situations += exploration.situations
        if not exploration.is_complete and self._is_complete:
            self._is_complete = False
            names = Names(self._diagrams, net.process_id)
            self._found.append(
                finding(
                    self._so_far("not_explored"),
                    process_id=net.process_id,
                    name=self._diagrams.processes[net.process_id],
                    states=self._situations,
                    widest=", ".join(names.widest(exploration.reached)),
                )
            )
        return exploration

    def _so_far(self, code: str) -> str:
        return code if self._limit.is_last else f"{code}_yet"

    # what the exploration says

    def _judge_ends(self, process_id: str, exploration: Exploration) -> bool:
        """Return whether every case can always still end, and tell what keeps it from that."""
        names = Names(self._diagrams, process_id)
        can_end = exploration.is_complete and all(
            self._can_end.get(each) for each in self._index.called_from(process_id)[1:]
        )
        for place, way in to_crowds(exploration).items():
            can_end = can_end and _is_followed(place)
            element = names.element(place.path)
            if element.process_id == process_id:
                code = "many" if _is_followed(place) else "many_at_join"
                self._found.append(at(element, code, names.steps(way.passed)))
        for end in exploration.net.uncaught:
            can_end = False
            element = names.element(end.path)
            if element.process_id == process_id:
                self._found.append(at(element, "error_uncaught", (), error=element.error or "–"))
        if exploration.is_complete:
            can_end = self._judge_traps(names, exploration, tell=can_end) and can_end
            own = {each.element_id: each for each in self._index.by_process[process_id]}
            dead = never_passed(exploration, own)
            self._found += [at(element, "dead", ()) for key, element in own.items() if key in dead]
        return can_end

    def _judge_traps(self, names: Names, exploration: Exploration, *, tell: bool) -> bool:
        """Tell the nearest standstill or, where there is none, the nearest situation from which no way leads to the end."""
        trapped = unable_to_end(exploration)
        begun = {marking: known for marking, known in trapped.items() if marking not in exploration.begin}
        still = {marking: known for marking, known in begun.items() if not exploration.moves.of(marking)}
        way = to_one_of(exploration, still or begun) if tell and begun else None
        if way is not None:
            elements = names.standing(way.node)
            joins = [element for element in elements if element.kind.endswith("Gateway")]
            code = "stuck_at_join" if joins else "stuck"
            self._found.append(at((joins or elements)[0], code, names.steps(way.passed)))
        return not trapped

    def _judge(self, process_id: str, exploration: Exploration, guardrails: tuple[Guardrail, ...]) -> None:
        together = AllTogether(exploration, guardrails)
        reached = {
            each.name for moves in exploration.taken.values() for move in moves for each in move.milestones
        }
        for guardrail in guardrails:
            broken = self._broken(exploration, guardrail) if together.can_break(guardrail) else None
            if broken is not None:
                self._found.append(broken)
                self._verdicts[guardrail.key] = Verdict.BROKEN
            else:
                self._verdicts[guardrail.key] = self._verdict(process_id, exploration, guardrail, reached)

    def _verdict(
        self, process_id: str, exploration: Exploration, guardrail: Guardrail, reached: set[str]
    ) -> Verdict:
        """The verdict on a guardrail that nothing breaks."""
        words = promised(guardrail.key, guardrail.sentences)
        crowds = to_crowds(exploration)
        if (
            not exploration.is_complete
            or not all(_is_followed(place) for place in crowds)
            or exploration.net.uncaught
            or (guardrail.template in OF_ENDS and not self._can_end[process_id])
        ):
            # Where all was visited, looking further finds no more.
            code = "promise_not_proven"
            code = code if exploration.is_complete else self._so_far(code)
            self._found.append(finding(code, process_id=process_id, **words))
            return Verdict.NOT_PROVEN
        sets = {"a": guardrail.a, "b": guardrail.b}
        if any(sets[name].isdisjoint(reached) for name in DEMANDED.get(guardrail.template, "")):
            self._found.append(finding("promise_empty", process_id=process_id, **words))
            return Verdict.HOLDS_EMPTILY
        return Verdict.PROVEN

    def _broken(self, exploration: Exploration, guardrail: Guardrail) -> Finding | None:
        """Return the finding with a shortest way on which the guardrail breaks; None where there is none."""
        watched = OneGuardrail(exploration, guardrail)
        if not watched.is_broken():
            return None
        way = shortest(watched.begin, watched.moves, watched.breaking)
        if way is None:
            raise LookupError(guardrail.key)
        names, passed = Names(self._diagrams, exploration.net.process_id), way.passed
        culprits = [n for n, each in enumerate(passed) if names.reaches(each, guardrail.milestones)]
        blamed = passed[culprits[-1] if culprits else -1]
        if culprits and guardrail.template not in OF_ENDS:
            passed = passed[: culprits[-1] + 1]
        steps = names.steps(passed, guardrail.milestones)
        words = promised(guardrail.key, guardrail.sentences)
        found = at(names.element(blamed.path), CODES[guardrail.template], steps, **words)
        if to_crowds(exploration):
            return replace(found, values={**found.values, "possible": "yes"})
        return found


def _is_followed(place: Place) -> bool:
    """Return whether a second token in a place is followed as the engine follows it; elsewhere it is lost there."""
    return place.waits and place.kind is not Kind.RUNS
