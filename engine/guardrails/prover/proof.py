"""Proves the guardrails of a bundle over every way, and that every case can always still end.

Each process is explored by itself, called ones first: its ends without guardrails, then each guardrail on a slice of its
own, then together on all that is left those that no slice proves. Only this last one calls a guardrail broken.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from time import thread_time
from typing import Final

from engine import xml
from engine.bpmn import catalogue
from engine.bpmn.elements import Element
from engine.bpmn.findings import Finding, finding
from engine.guardrails.definitions import Guardrail, Guardrails
from engine.guardrails.prover import drawing
from engine.guardrails.prover import facts as fact_texts
from engine.guardrails.prover.exploration import Exploration, Limit, explore
from engine.guardrails.prover.findings import Names, at, in_one, named
from engine.guardrails.prover.focus import Focus, taken_as_one_step
from engine.guardrails.prover.judgement import OF_ENDS, Judgement, Verdict
from engine.guardrails.prover.model import Net
from engine.guardrails.prover.model_index import Diagrams, ModelIndex, Surroundings
from engine.guardrails.prover.proof_cache import CLOSED, PROVED, key_of_ends, key_of_guardrail, source_of
from engine.guardrails.prover.slices import Attempt, Way, attempt, closing_step, facts_read
from engine.guardrails.prover.states import Moves
from engine.guardrails.prover.translation import RunsForEver, Translation

BROKEN_BY_TWO: Final = frozenset(
    {"at_most_once", "alternate_precedence", "renewed_precedence", "not_coexistence", "not_succession"}
)
"""Templates that two copies of a multi-instance can break together; the others break by one, or not at all."""
OWED_BY_ONE: Final = frozenset({"response", "responded_existence"})
"""Templates by which one copy can owe something and be cut off by another, where copies can end early."""
LEAST: Final = 1_000
"""Situations in which a breach is still looked for when the bound is used up."""


def copies_needed(guardrail: Guardrail, elements: Iterable[Element]) -> int:
    """Return the number of multi-instance copies, 1 or 2, that shows whether any number can break the guardrail."""
    ends_early = any(each.multiple and each.expression for each in elements)
    by_two = guardrail.template in BROKEN_BY_TWO or (ends_early and guardrail.template in OWED_BY_ONE)
    return 2 if by_two else 1


@dataclass(frozen=True, slots=True)
class Report:
    verdicts: Mapping[str, Verdict]
    """By key of the guardrail."""
    findings: tuple[Finding, ...]
    situations: int
    milliseconds: int
    is_complete: bool
    """True if every situation was visited."""
    can_end: Mapping[str, bool] = field(default_factory=dict)
    """Process to True if every case of it can always still end."""
    facts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Guardrail to the facts with which its slice proved it; those that no slice proves are left out."""


def prove(
    models: Diagrams | Mapping[str, bytes],
    guardrails: Guardrails,
    *,
    limit: Limit = Limit(),  # noqa: B008 - frozen
    surroundings: Surroundings = Surroundings(),  # noqa: B008 - frozen
) -> Report:
    """Prove the guardrails over diagrams that the checks accept. The prover does not understand what they refuse."""
    diagrams = read_diagrams(models) if isinstance(models, Mapping) else models
    with _collector_paused():
        return _Proof(diagrams, guardrails, limit, surroundings).report()


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Pause the collector of cycles. An exploration makes none, and a third of its time went into looking for them."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def read_diagrams(files: Mapping[str, bytes]) -> Diagrams:
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
        """Process to True if it was proved that every case of it can always still end."""
        self._facts: dict[str, frozenset[str]] = {}
        self._dead: set[str] = set()
        """Milestones of elements that no case of their process can reach."""
        self._cut_off: Finding | None = None
        self._situations = 0
        self._is_complete = True

    def report(self) -> Report:
        self._name_unlisted_values()
        for process_id in self._called_first():
            self._prove(process_id)
        if self._cut_off is not None:
            # Situations were visited after it, in search of breaches.
            values = {**self._cut_off.values, "states": str(self._situations)}
            self._found.append(replace(self._cut_off, values=values))
        self._prove_drawings()
        for guardrail in self._guardrails.on_paths:
            if guardrail.scope not in self._diagrams.processes:
                self._verdicts[guardrail.key] = Verdict.NOT_PROVEN
                words = named(guardrail.key, guardrail.sentences)
                self._found.append(finding("guardrail_scope", scope=guardrail.scope, **words))
        return Report(
            self._verdicts,
            tuple(in_one(self._found)),
            self._situations,
            self._spent(),
            self._is_complete,
            self._can_end,
            self._facts,
        )

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
        """Add a finding for each value that a diagram uses and guardrails.json does not list. Such a choice would
        look impossible."""
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
                words = named(guardrail.key, guardrail.sentences)
                self._found.append(finding("guardrail_empty", **words))

    # one process

    def _prove(self, process_id: str) -> None:
        guardrails = self._guardrails.of(process_id)
        inside = self._index.called_from(process_id)
        elements = [each for called in inside for each in self._index.by_process[called]]
        copies = {each.key: copies_needed(each, elements) for each in guardrails}
        try:
            is_exact = self._prove_ends(process_id)
            left = [
                each
                for each in guardrails
                if not is_exact or not self._is_proven_alone(process_id, each, copies[each.key])
            ]
            for number in (1, 2):
                together = tuple(each for each in left if copies[each.key] == number)
                if together:
                    self._prove_together(process_id, together, number)
        except RunsForEver as ring:
            self._can_end[process_id] = False
            self._found.append(at(Names(self._diagrams, process_id).element(ring.path), "engine_loop", ()))
            self._verdicts.update({each.key: Verdict.NOT_PROVEN for each in guardrails})

    def _prove_ends(self, process_id: str) -> bool:
        """Explore the process without guardrails: can every case end, is every element reached? Return True if the
        answer is exact, so that guardrails may be proved by themselves."""
        called = self._index.called_from(process_id)[1:]
        elements = {each.element_id: each for each in self._index.by_process[process_id]}
        focus = self._focus(process_id, (), 1)
        asked = tuple(elements), [self._can_end.get(each, False) for each in called]
        source = key_of_ends(*asked, source_of(focus))
        known = PROVED.found(source)
        if known is None:
            net = Translation(focus).net()
            key = key_of_ends(*asked, net)
            known = PROVED.found(key)
        if known is not None:
            PROVED.keep(source, known)
            self._situations += known.situations
            self._can_end[process_id] = True
            return True
        exploration = self._explored(net)
        judgement = Judgement(exploration, Names(self._diagrams, process_id), is_last=self._limit.is_last)
        called_can_end = all(self._can_end.get(each) for each in called)
        self._can_end[process_id] = judgement.can_end(elements, called_can_end=called_can_end)
        self._dead.update(name for each in judgement.dead for name in elements[each].milestones)
        self._found += judgement.findings
        if self._can_end[process_id] and judgement.is_exact and not judgement.findings:
            answer = Attempt(exploration.situations, is_proven=True)
            PROVED.keep(source, answer)
            PROVED.keep(key, answer)
        return judgement.is_exact

    def _is_proven_alone(self, process_id: str, guardrail: Guardrail, copies: int) -> bool:
        """Return True if the guardrail holds on a slice: first with the fact that it asks for, then with those that
        decide whether the way that breaks it can be gone."""
        is_open = guardrail.template in OF_ENDS and not self._can_end[process_id]
        everything = frozenset(self._focus(process_id, (guardrail,), copies).facts)
        if is_open or not everything or not self._dead.isdisjoint(guardrail.milestones):
            return False
        only = frozenset({guardrail.when.fact} if guardrail.when else ()) & everything
        while True:
            tried = self._tried(process_id, guardrail, copies, only)
            if tried.is_proven:
                self._verdicts[guardrail.key] = Verdict.PROVEN
                self._facts[guardrail.key] = only
                return True
            more = only | (self._closing(process_id, guardrail, copies, only, tried.way) & everything)
            if more == only or self._left().situations < 0 or self._left().milliseconds < 0:
                return False
            only = more

    def _closing(
        self, process_id: str, guardrail: Guardrail, copies: int, only: frozenset[str], way: Way
    ) -> frozenset[str]:
        """Return facts that may close the way: those that close its first step that is not open with all facts it reads;
        if they are followed already, all that it reads."""
        names = Names(self._diagrams, process_id)
        read = facts_read(self._index, names, way)
        if read <= only:
            return only
        focus = replace(self._focus(process_id, (guardrail,), copies, only), only=only | read)
        asked = key_of_guardrail(guardrail, (source_of(focus), way))
        closed = CLOSED.found(asked)
        if closed is None:
            closed = closing_step(Translation(focus).net(), way)
            CLOSED.keep(asked, closed)
        step, closing = closed
        for guess in (closing, facts_read(self._index, names, step)):
            if guess - only:
                return guess
        return read

    def _tried(self, process_id: str, guardrail: Guardrail, copies: int, only: frozenset[str]) -> Attempt:
        focus = self._focus(process_id, (guardrail,), copies, only)
        source = key_of_guardrail(guardrail, source_of(focus))
        found = PROVED.found(source)
        if found is None:
            net = Translation(focus).net()
            key = key_of_guardrail(guardrail, net)
            found, is_complete = PROVED.found(key), True
            if found is None:
                found, is_complete = attempt(net, guardrail, self._left())
            if is_complete:
                PROVED.keep(source, found)
                PROVED.keep(key, found)
        self._situations += found.situations
        return found

    def _prove_together(self, process_id: str, guardrails: tuple[Guardrail, ...], copies: int) -> None:
        """Judge guardrails that no slice proves, with all facts. A breach found here can be gone and is the shortest."""
        exploration = self._explored(self._net(process_id, guardrails, copies))
        judgement = Judgement(exploration, Names(self._diagrams, process_id), is_last=self._limit.is_last)
        self._verdicts |= judgement.verdicts(guardrails, can_end=self._can_end[process_id])
        self._found += judgement.findings

    def _focus(
        self,
        process_id: str,
        guardrails: tuple[Guardrail, ...],
        copies: int,
        only: frozenset[str] | None = None,
    ) -> Focus:
        one_step = taken_as_one_step(self._index, process_id, guardrails, only, self._can_end)
        return Focus(self._index, process_id, guardrails, one_step, copies, only)

    def _net(
        self,
        process_id: str,
        guardrails: tuple[Guardrail, ...],
        copies: int,
        only: frozenset[str] | None = None,
    ) -> Net:
        return Translation(self._focus(process_id, guardrails, copies, only)).net()

    def _explored(self, net: Net) -> Exploration:
        left = self._left()
        exploration = explore(Moves(net), replace(left, situations=max(left.situations, LEAST)))
        self._situations += exploration.situations
        if not exploration.is_complete and self._is_complete:
            self._is_complete = False
            names = Names(self._diagrams, net.process_id)
            self._cut_off = finding(
                "not_explored" if self._limit.is_last else "not_explored_yet",
                process_id=net.process_id,
                name=self._diagrams.processes[net.process_id],
                states=self._situations,
                widest=", ".join(names.some(exploration.widest)),
            )
        return exploration
