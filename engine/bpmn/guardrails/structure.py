"""Promises about the drawing itself: who decides, that two people do, that waits have timers, what nothing reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.bpmn.checks.naming import reading_of
from engine.bpmn.elements import GATEWAYS, Element
from engine.bpmn.findings import Finding, at
from engine.bpmn.guardrails.ground import Drawn, Ground
from engine.bpmn.guardrails.rules import StructureRule
from engine.feel import syntax
from engine.feel.parser import Parser
from engine.feel.problems import FeelProblem


def _inside(ground: Ground, scope: str) -> list[Element]:
    if scope not in ground.by_process:
        return []
    inside = set(ground.called_from(scope))
    return [each for each in ground.drawn.elements.values() if each.process_id in inside]


def broken(ground: Ground, rule: StructureRule) -> Iterator[Finding]:
    """Each place where the drawing does not keep the promise."""
    drawn, elements = ground.drawn, _inside(ground, rule.scope)
    said = {f"promise_{language}": sentence for language, sentence in rule.sentences.items()}
    said["promise"] = rule.sentences.get("fi", rule.key)
    said["rule"] = rule.key
    match rule.template:
        case "only_by_role":
            yield from _by_role(drawn, rule.settings, elements, said)
        case "different_people":
            yield from _different(rule.settings, elements, said)
        case "waits_have_timers":
            yield from _timers(drawn, rule.settings, elements, said)
        case "no_condition_reads":
            yield from _reads(drawn, rule.settings, elements, ground.around.tables, said)


def is_empty(ground: Ground, rule: StructureRule) -> bool:
    """Whether nothing that the promise speaks of is drawn."""
    elements, settings = _inside(ground, rule.scope), rule.settings
    match rule.template:
        case "only_by_role":
            return not any(set(settings["a"]) & set(each.milestones) for each in elements)
        case "different_people":
            return not any(each.properties.get("form") == settings["second_form"] for each in elements)
        case "waits_have_timers":
            return not any(each.properties.get("form") in _list(settings["form"]) for each in elements)
    return False


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _by_role(
    drawn: Drawn, settings: Mapping[str, Any], elements: list[Element], said: Mapping[str, str]
) -> Iterator[Finding]:
    for element in elements:
        if set(settings["a"]) & set(element.milestones):
            culprit = _undecided(drawn, element, settings["role"], {element.element_id})
            if culprit is not None:
                yield at(culprit, "promise_role", role=settings["role"], **said)


def _undecided(drawn: Drawn, element: Element, role: str, seen: set[str]) -> Element | None:
    """The element that lets something through which no person of the role has done."""
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
        source = drawn.elements[element.process_id, drawn.flows[element.process_id, flow].source]
        if source.element_id not in seen:
            seen.add(source.element_id)
            culprit = _undecided(drawn, source, role, seen)
            if culprit is not None:
                return culprit
    return None


def _different(
    settings: Mapping[str, Any], elements: list[Element], said: Mapping[str, str]
) -> Iterator[Finding]:
    variable = settings["variable"]
    for element in elements:
        if element.kind != "userTask":
            continue
        if element.properties.get("form") == settings["second_form"]:
            reading = reading_of(element.properties.get("not_by", ""))
            if reading is None or variable not in reading.names:
                yield at(element, "promise_same_person", variable=variable, **said)
        if settings["first"] in element.milestones and not _writes_actor(element, variable):
            yield at(element, "promise_who_unsaid", variable=variable, **said)


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
    drawn: Drawn, settings: Mapping[str, Any], elements: list[Element], said: Mapping[str, str]
) -> Iterator[Finding]:
    forms = _list(settings["form"])
    waits = {each.process_id: each for each in elements if each.properties.get("form") in forms}
    for process_id, task in waits.items():
        beside = [each for each in elements if each.process_id == process_id and each.events == ("timer",)]
        kinds = {each.properties.get("timer", ""): each for each in beside}
        for kind in settings["timers"]:
            if kind not in kinds:
                yield at(task, "promise_timer", timer=kind, **said)
        last = kinds.get(settings["timers"][-1])
        if last is not None and not any(
            each.kind == "userTask" and each.role == settings["role"] for each in _behind(drawn, last)
        ):
            yield at(last, "promise_escalation", role=settings["role"], **said)


def _behind(drawn: Drawn, element: Element) -> Iterator[Element]:
    seen, waiting = {element.element_id}, [element]
    while waiting:
        at_hand = waiting.pop(0)
        yield at_hand
        for flow in at_hand.outgoing:
            target = drawn.elements[element.process_id, drawn.flows[element.process_id, flow].target]
            if target.element_id not in seen:
                seen.add(target.element_id)
                waiting.append(target)


def _reads(
    drawn: Drawn,
    settings: Mapping[str, Any],
    elements: list[Element],
    tables: Mapping[str, frozenset[str]],
    said: Mapping[str, str],
) -> Iterator[Finding]:
    forbidden = frozenset(settings["names"])
    for element in elements:
        texts = [element.properties.get("collection", "")]
        if element.timer or element.multiple:
            texts.append(element.expression or "")
        texts += [drawn.flows[element.process_id, flow].condition or "" for flow in element.outgoing]
        read: set[str] = set(tables.get(element.properties.get("decision", ""), ()))
        for text in filter(None, texts):
            reading = reading_of(text)
            read |= reading.touched if reading else set()
        for name in sorted(read & forbidden):
            yield at(element, "promise_reads", variable=name, **said)
