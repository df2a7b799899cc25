"""Proves the guardrails of a bundle over every way, and that every case can always still end.

Each process is explored by itself, called ones first. A caller takes a called process as one step if every case of it
can always end, it reaches no milestone that a guardrail at hand listens to, and it hands back no fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from time import thread_time
from typing import Final, Literal

from engine import xml
from engine.bpmn import catalogue
from engine.bpmn.elements import Element
from engine.bpmn.findings import Finding, finding
from engine.guardrails.definitions import Guardrail, Guardrails
from engine.guardrails.prover import drawing
from engine.guardrails.prover import facts as fact_texts
from engine.guardrails.prover.exploration import Exploration, Limit, explore
from engine.guardrails.prover.findings import Names, at, named
from engine.guardrails.prover.focus import WAITED_FOR, Focus
from engine.guardrails.prover.judgement import Judgement, Verdict
from engine.guardrails.prover.model import Net
from engine.guardrails.prover.model_index import Diagrams, ModelIndex, Surroundings
from engine.guardrails.prover.proof_cache import PROVED, key_of
from engine.guardrails.prover.states import Moves
from engine.guardrails.prover.translation import RunsForEver, Translation

BROKEN_BY_TWO: Final = frozenset(
    {"at_most_once", "alternate_precedence", "renewed_precedence", "not_coexistence", "not_succession"}
)
"""Templates that two copies of a multi-instance can break together; the others break by one, or not at all."""
OWED_BY_ONE: Final = frozenset({"response", "responded_existence"})
"""Templates by which one copy can owe something and be cut off by another, where copies can end early."""


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


def prove(
    models: Diagrams | Mapping[str, bytes],
    guardrails: Guardrails,
    *,
    limit: Limit = Limit(),  # noqa: B008 - frozen
    surroundings: Surroundings = Surroundings(),  # noqa: B008 - frozen
) -> Report:
    """Prove the guardrails over diagrams that the checks accept. The prover does not understand what they refuse."""
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
        """Process to True if it was proved that every case of it can always still end."""
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
                words = named(guardrail.key, guardrail.sentences)
                self._found.append(finding("guardrail_scope", scope=guardrail.scope, **words))
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
        """Explore the nets of a process, unless the cache holds a proof of the same nets."""
        called = self._index.called_from(process_id)[1:]
        element_ids = tuple(each.element_id for each in self._index.by_process[process_id])
        key = key_of(element_ids, [self._can_end.get(each, False) for each in called], nets)
        situations = PROVED.situations(key)
        if situations is not None:
            self._situations += situations
            self._can_end[process_id] = True
            self._verdicts.update({each.key: Verdict.PROVEN for several, _ in nets for each in several})
            return
        findings_before, situations_before = len(self._found), self._situations
        for number, (guardrails, net) in enumerate(nets):
            exploration = self._explored(net)
            names = Names(self._diagrams, process_id)
            judgement = Judgement(exploration, names, is_last=self._limit.is_last)
            if number == 0:
                elements = {each.element_id: each for each in self._index.by_process[process_id]}
                called_can_end = all(self._can_end.get(each) for each in called)
                self._can_end[process_id] = judgement.can_end(elements, called_can_end=called_can_end)
            self._verdicts |= judgement.verdicts(guardrails, can_end=self._can_end[process_id])
            self._found += judgement.findings
        if self._can_end[process_id] and len(self._found) == findings_before:
            PROVED.keep(key, self._situations - situations_before)

    def _net(self, process_id: str, guardrails: tuple[Guardrail, ...], copies: int) -> Net:
        one_step = self._one_step(process_id, guardrails)
        return Translation(Focus(self._index, process_id, guardrails, one_step, copies)).net()

    def _one_step(
        self, process_id: str, guardrails: tuple[Guardrail, ...]
    ) -> dict[str, Literal["waits", "passes"]]:
        """Return the called processes that are taken as one step, and whether that step waits."""
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
                    "not_explored" if self._limit.is_last else "not_explored_yet",
                    process_id=net.process_id,
                    name=self._diagrams.processes[net.process_id],
                    states=self._situations,
                    widest=", ".join(names.widest(exploration.reached)),
                )
            )
        return exploration
