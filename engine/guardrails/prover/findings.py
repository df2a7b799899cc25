"""Findings of the prover, in the names that the diagrams have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import zip_longest
from typing import Final

from engine.bpmn.elements import Element
from engine.bpmn.findings import Finding, PathStep, finding
from engine.guardrails.prover.model import Kind, Passed, Place
from engine.guardrails.prover.model_index import Diagrams

MOST_STEPS: Final = 14
FIRST_STEPS: Final = 3
MOST_NAMED: Final = 6
CODES: Final = {
    "existence": "guardrail_missing",
    "absence": "guardrail_never",
    "at_most_once": "guardrail_twice",
    "response": "guardrail_owed",
    "responded_existence": "guardrail_owed",
    "not_coexistence": "guardrail_together",
    "not_succession": "guardrail_together",
    "precedence": "guardrail_order",
    "alternate_precedence": "guardrail_order",
    "renewed_precedence": "guardrail_order",
}
"""The finding that a broken guardrail makes, by its template."""


SEVERAL: Final = {
    "guardrail_not_proven": "guardrails_not_proven",
    "guardrail_not_proven_yet": "guardrails_not_proven_yet",
}


class Names:
    """Finds elements of a process, and of all processes that it calls, by their paths."""

    def __init__(self, diagrams: Diagrams, process_id: str) -> None:
        self._diagrams = diagrams
        self._process_id = process_id

    def element(self, path: str) -> Element:
        return self._found(path)[0]

    def steps(
        self,
        passed: Iterable[Passed],
        listened: frozenset[str] = frozenset(),
        assumed: Iterable[Mapping[str, frozenset[str]]] = (),
    ) -> tuple[PathStep, ...]:
        """Return the elements of a way that people see: those that wait, and those that reach a milestone in `listened`.

        `assumed`: what each element of the way must bring about; that of an unseen one goes to the last one seen.
        """
        seen: list[tuple[str, list[str]]] = []
        for each, facts in zip_longest(passed, assumed):
            if each is None:
                break
            if each.waits or self.reaches(each, listened):
                seen.append((each.path, []))
            if seen:
                seen[-1][1].extend(
                    f"{name} = {'|'.join(sorted(values))}" for name, values in (facts or {}).items() if values
                )
        return tuple(replace(self._step(path), assumed=tuple(facts)) for path, facts in seen)

    def reaches(self, passed: Passed, milestones: frozenset[str]) -> bool:
        return not passed.all_over and not milestones.isdisjoint(self.element(passed.path).milestones)

    def standing(self, places: Iterable[Place]) -> list[Element]:
        """Return the elements on which tokens stand in these places."""
        return [self.element(each.path) for each in places if each.path and each.kind is not Kind.ENDED]

    def following(self, ids: Iterable[str], own: Mapping[str, Element]) -> dict[str, set[str]]:
        """Return, for each of these elements of the process, those that a token comes to next."""
        flows = self._diagrams.flows
        after = {key: {flows[self._process_id, each].target for each in own[key].outgoing} for key in ids}
        for element in own.values():
            if element.attached_to in after:
                after[element.attached_to].add(element.element_id)
            if element.kind == "startEvent" and element.scope in after:
                after[element.scope].add(element.element_id)
        return after

    def some(self, places: Iterable[Place]) -> list[str]:
        """Return the names of the first elements on which tokens stand in these places."""
        names = [each.name for each in self.standing(places) if each.name]
        return list(dict.fromkeys(names))[:MOST_NAMED]

    def _step(self, path: str) -> PathStep:
        element, role = self._found(path)
        return PathStep(element.element_id, element.process_id, element.name or element.element_id, role)

    def _found(self, path: str) -> tuple[Element, str | None]:
        """Return the element at the end of a path, and the role of the innermost lane around it."""
        process_id, role = self._process_id, None
        steps = path.split("/")
        for step in steps:
            element = self._diagrams.elements[process_id, step.partition("[")[0]]
            role = element.role or role
            process_id = element.calls or process_id
        return element, role


def named(key: str, sentences: Mapping[str, str]) -> dict[str, str]:
    """Return the values with which a finding quotes its guardrail, in each language."""
    found = {f"sentence_{language}": sentence.rstrip(".") for language, sentence in sentences.items()}
    return {"guardrail": key, "sentence": found.get("sentence_fi", key), **found}


def in_one(found: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings, with the guardrails of a process that are not proven in one finding: one cause has kept all
    of them from a proof."""
    found = list(found)
    alike: dict[tuple[str, str | None], list[Finding]] = {}
    for each in found:
        if each.code in SEVERAL:
            alike.setdefault((each.code, each.process_id), []).append(each)
    for each in found:
        several = alike.pop((each.code, each.process_id), None)
        if several is not None and len(several) > 1:
            quoted = {
                name: "”, ”".join(one.values[name] for one in several)
                for name in each.values
                if name.startswith("sentence")
            }
            keys = " ".join(one.values["guardrail"] for one in several)
            yield finding(SEVERAL[each.code], process_id=each.process_id, **quoted, guardrails=keys)
        elif several is not None or each.code not in SEVERAL:
            yield each


def at(element: Element, code: str, path: tuple[PathStep, ...], **values: str) -> Finding:
    """Return a finding on an element, with the way to it. Its sentence leaves out the middle of a long way."""
    steps = [f"{number}. {each.name}" for number, each in enumerate(path, 1)]
    if len(steps) > MOST_STEPS:
        steps = [*steps[:FIRST_STEPS], "…", *steps[-(MOST_STEPS - FIRST_STEPS - 1) :]]
    name = element.name or element.element_id
    named = {"name": name, "steps": " ".join(steps), **values}
    found = finding(code, process_id=element.process_id, element_id=element.element_id, **named)
    return replace(found, path=path)
