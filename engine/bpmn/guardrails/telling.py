"""What was found on a net, in the diagram's own names: the way there, the step it is about, what stands side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from engine.bpmn.findings import Finding, PathStep, finding
from engine.bpmn.guardrails.explore import Graph, single_bits
from engine.bpmn.guardrails.firing import Trail
from engine.bpmn.guardrails.net import Passed

MOST_STEPS: Final = 14
KINDS: Final = {
    "existence": "missing",
    "absence": "never",
    "at_most_once": "twice",
    "response": "owed",
    "responded_existence": "owed",
    "not_coexistence": "together",
    "not_succession": "together",
}


def said(key: str, sentences: Mapping[str, str]) -> dict[str, str]:
    found = {f"promise_{language}": sentence.rstrip(".") for language, sentence in sentences.items()}
    return {"rule": key, "promise": found.get("promise_fi", key), **found}


def path_of(graph: Graph, trail: Trail, listened: frozenset[str] = frozenset()) -> tuple[PathStep, ...]:
    steps = [graph.net.steps[number] for number in trail]
    return tuple(
        PathStep(
            each.element.element_id,
            each.element.process_id,
            each.element.name or each.element.element_id,
            each.role,
        )
        for each in steps
        if each.waits or listened & set(each.milestones)
    )


def at(step: Passed, code: str, path: tuple[PathStep, ...], **values: str) -> Finding:
    element = step.element
    shown = (
        path if len(path) <= MOST_STEPS else (*path[:3], PathStep("", "", "…"), *path[-(MOST_STEPS - 4) :])
    )
    first = max(len(path) - len(shown), 0)
    numbers = [n if n < 4 else n + first for n in range(1, len(shown) + 1)]
    steps = " ".join(
        f"{number}. {each.name}" if each.element_id else each.name
        for number, each in zip(numbers, shown, strict=True)
    )
    words = {"name": element.name or element.element_id, "steps": steps, **values}
    found = finding(code, process_id=element.process_id, element_id=element.element_id, **words)
    return replace(found, path=path)


def widest(graph: Graph) -> list[str]:
    """The names of what stands side by side in the widest situation seen."""
    names = graph.net.names
    standings = [graph.moves.standings[place] for place in graph.reached if place]
    most = max(standings, key=lambda standing: (standing & graph.net.tokens).bit_count(), default=0)
    found = [graph.net.steps[names[bit]] for bit in single_bits(most) if bit in names]
    return list(dict.fromkeys(each.element.name for each in found if each.element.name))[:6]
