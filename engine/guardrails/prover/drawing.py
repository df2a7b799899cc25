"""Proves the guardrails on the diagrams themselves: roles, different people, timers, facts that no condition reads, tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from engine.bpmn.checks.naming import reading_of
from engine.bpmn.elements import GATEWAYS, Element
from engine.bpmn.findings import Finding
from engine.feel import syntax
from engine.feel.parser import Parser
from engine.feel.problems import FeelProblem
from engine.guardrails.definitions import DrawingGuardrail
from engine.guardrails.prover.findings import at, named
from engine.guardrails.prover.forbidden_reads import forbidden_reads
from engine.guardrails.prover.model_index import ModelIndex
from engine.guardrails.prover.table_results import broken_tables

_NOTIFIED_BY: Final[Mapping[str, str]] = {"manager": "notify_manager", "caseworker": "notify_assignee"}
"""Operation that notifies who has a role."""


def broken(index: ModelIndex, guardrail: DrawingGuardrail) -> Iterator[Finding]:
    """Yield a finding for each place in which the diagrams break the guardrail."""
    elements, settings = _inside(index, guardrail.scope), guardrail.settings
    words = named(guardrail.key, guardrail.sentences)
    match guardrail.template:
        case "only_by_role":
            yield from _by_role(index, settings, elements, words)
        case "different_people":
            yield from _different(settings, elements, words)
        case "waits_have_timers":
            yield from _timers(index, settings, elements, words)
        case "no_condition_reads":
            # In every process, not only in its scope: the Constitution (731/1999 6 §) makes no exception.
            yield from forbidden_reads(index, settings["names"], index.diagrams.elements.values(), words)
        case "table_gives":
            yield from broken_tables(index.surroundings.decisions, settings, elements, words)


def is_empty(index: ModelIndex, guardrail: DrawingGuardrail) -> bool:
    """Return True if the diagrams draw nothing that the guardrail speaks of."""
    elements, settings = _inside(index, guardrail.scope), guardrail.settings
    match guardrail.template:
        case "only_by_role":
            return not any(set(settings["a"]) & set(each.milestones) for each in elements)
        case "different_people":
            return not any(each.properties.get("form_key") == settings["second_form"] for each in elements)
        case "waits_have_timers":
            return not any(each.properties.get("form_key") in _list(settings["form"]) for each in elements)
    return False


def _inside(index: ModelIndex, scope: str) -> list[Element]:
    if scope not in index.by_process:
        return []
    inside = set(index.called_from(scope))
    return [each for each in index.diagrams.elements.values() if each.process_id in inside]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _by_role(
    index: ModelIndex, settings: Mapping[str, Any], elements: list[Element], words: Mapping[str, str]
) -> Iterator[Finding]:
    for element in elements:
        if set(settings["a"]) & set(element.milestones):
            culprit = _undecided(index, element, settings["role"], {element.element_id})
            if culprit is not None:
                yield at(culprit, "guardrail_role", (), role=settings["role"], **words)


def _undecided(index: ModelIndex, element: Element, role: str, seen: set[str]) -> Element | None:
    """Return the element, this one or one before it, that is passed without a task of the role; None if there is none."""
    if element.role != role:
        return element
    if element.kind == "userTask":
        return None
    through = element.kind in GATEWAYS or (
        element.kind in {"intermediateThrowEvent", "endEvent"} and element.events in {(), ("terminate",)}
    )
    if not through or not element.incoming:
        return element
    for flow in element.incoming:
        source = index.source(element, flow)
        if source.element_id not in seen:
            seen.add(source.element_id)
            culprit = _undecided(index, source, role, seen)
            if culprit is not None:
                return culprit
    return None


def _different(
    settings: Mapping[str, Any], elements: list[Element], words: Mapping[str, str]
) -> Iterator[Finding]:
    variable = settings["variable"]
    for element in elements:
        if element.kind != "userTask":
            continue
        if element.properties.get("form_key") == settings["second_form"]:
            reading = reading_of(element.properties.get("not_by", ""))
            if reading is None or variable not in reading.names:
                yield at(element, "guardrail_same_person", (), variable=variable, **words)
        if settings["first"] in element.milestones and not _writes_actor(element, variable):
            yield at(element, "guardrail_who_unsaid", (), variable=variable, **words)


def _writes_actor(element: Element, variable: str) -> bool:
    try:
        tree = Parser(element.properties.get("output") or "null").whole()
    except FeelProblem:
        return False
    if not isinstance(tree, syntax.ContextOf):
        return False
    for key, value in tree.entries:
        if key == variable:
            match value:
                case syntax.Path(syntax.Name("actor"), "id"):
                    return True
    return False


def _timers(
    index: ModelIndex, settings: Mapping[str, Any], elements: list[Element], words: Mapping[str, str]
) -> Iterator[Finding]:
    forms = _list(settings["form"])
    waits = [each for each in elements if each.properties.get("form_key") in forms]
    ids = {each.element_id for each in waits}
    for task in waits:
        # A timer on another of these tasks says nothing of this one.
        beside = [
            each
            for each in elements
            if each.process_id == task.process_id
            and each.events == ("timer",)
            and each.attached_to not in ids - {task.element_id}
        ]
        beside.sort(key=lambda each: each.attached_to == task.element_id)  # its own is the one that is judged
        kinds = {each.properties.get("timer", ""): each for each in beside}
        for kind in settings["timers"]:
            if kind not in kinds:
                yield at(task, "guardrail_timer", (), timer=kind, **words)
        last = kinds.get(settings["timers"][-1])
        if last is not None and not any(_comes_to(each, settings["role"]) for each in _behind(index, last)):
            yield at(last, "guardrail_escalation", (), role=settings["role"], **words)


def _comes_to(element: Element, role: str) -> bool:
    """Return True of a task of the role, and of a step that notifies those who have it."""
    if element.kind == "userTask":
        return element.role == role
    return element.kind == "serviceTask" and element.properties.get("operation") == _NOTIFIED_BY.get(role, "")


def _behind(index: ModelIndex, element: Element) -> Iterator[Element]:
    seen, waiting = {element.element_id}, [element]
    while waiting:
        at_hand = waiting.pop(0)
        yield at_hand
        for flow in index.flows_from(at_hand):
            target = index.diagrams.elements[element.process_id, flow.target]
            if target.element_id not in seen:
                seen.add(target.element_id)
                waiting.append(target)
