"""Stage six: every expression parses, its names are known, and references lead somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from engine.bpmn import host_functions
from engine.bpmn.checks.calls import never_run
from engine.bpmn.checks.flows import SPLITS
from engine.bpmn.checks.languages import declared_languages, in_feel, looks_like, named
from engine.bpmn.checks.model import Model, reachable
from engine.bpmn.checks.naming import items_around, readable
from engine.bpmn.checks.reading import FeelProblem, Reading, read
from engine.bpmn.dates import period
from engine.bpmn.elements import Element
from engine.bpmn.findings import Finding, at, finding
from engine.feel.builtins import BUILTINS
from engine.feel.problems import did_you_mean

FORBIDDEN: Final = frozenset({"nationality", "citizenship", "gender", "sex", "religion"})
"""Protected characteristics: no branch, timer, collection or table may read them."""
STANDARD: Final = frozenset(BUILTINS)
CONTEXTS: Final = frozenset({"input", "output", "script"})
DECIDING: Final = frozenset({"condition", "timer", "collection", "completion"})


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression of a diagram, and the names it can read besides the variables."""

    element: Element
    use: str
    text: str
    extra: frozenset[str] = frozenset()
    process_id: str | None = None
    """The process whose variables it reads, when not the element's own."""
    flow_id: str | None = None


def check(model: Model) -> Iterator[Finding]:
    names = readable(model)
    # What only a call would give them is no second fault of a process that nothing calls.
    adrift = never_run(model)
    laneless = _laneless(model)
    for element in model.elements:
        yield from _references(model, element, laneless)
    declared = declared_languages(model)
    for each in of_model(model):
        language = named(declared.get(each.flow_id or each.element.element_id))
        try:
            reading = read(each.text)
        except FeelProblem as problem:
            yield _unread(each, language or looks_like(each.text), problem)
            continue
        if language:
            yield _at(each, "language_declared", language=language)
        found = _names(model, each, reading, names[each.process_id or each.element.process_id])
        yield from (
            one for one in found if one.code != "unknown_name" or each.element.process_id not in adrift
        )
        yield from _members(model, each, reading)


def _unread(each: Expression, language: str | None, problem: FeelProblem) -> Finding:
    text = _short(each.text)
    if language:
        return _at(each, "other_language", language=language, text=text, example=in_feel(each.text))
    return _at(each, "feel_broken", text=text, problem=problem)


def _short(text: str, most: int = 120) -> str:
    return text if len(text) <= most else text[:most] + "…"


def of_model(model: Model) -> Iterator[Expression]:
    """Yield every expression, in the order of the file."""
    for element in model.elements:
        items = frozenset(items_around(model, element))
        for name in ("collection", "business_key", "candidate_group", "not_by", "input"):
            if element.properties.get(name):
                yield Expression(element, name, element.properties[name], items)
        output = element.properties.get("output")
        if output and element.kind == "callActivity":
            yield Expression(element, "output", output, process_id=_called(model, element))
        elif output:
            given = {"answers", "actor"} if element.kind == "userTask" else {"result"}
            yield Expression(element, "output", output, items | given)
        yield from _own(element, items)
    for flow in model.drawn.flows.values():
        source = model.drawn.elements.get((flow.process_id, flow.source))
        if flow.condition and source is not None and source.kind in SPLITS:
            items = frozenset(items_around(model, source))
            yield Expression(source, "condition", flow.condition, items, flow_id=flow.flow_id)


def _own(element: Element, items: frozenset[str]) -> Iterator[Expression]:
    text = element.expression or ""
    if element.kind == "scriptTask":
        yield Expression(element, "script", text or "null", items)
    elif element.timer in {"date", "duration"} and text and period(text) is None:
        yield Expression(element, "timer", text, items)
    elif element.multiple and text:
        yield Expression(element, "completion", text, items)


def _called(model: Model, element: Element) -> str:
    called = element.calls or ""
    return called if called in model.drawn.processes else element.process_id


def _at(each: Expression, code: str, **values: object) -> Finding:
    place = each.flow_id or each.element.element_id
    name = each.element.name or each.element.element_id
    return finding(
        code, process_id=each.element.process_id, element_id=place, name=name, use=each.use, **values
    )


def _names(model: Model, each: Expression, reading: Reading, known: frozenset[str]) -> Iterator[Finding]:
    if each.use in CONTEXTS and reading.entries is None:
        yield _at(each, "not_a_context", text=_short(each.text))
    for name in sorted(reading.names - known - each.extra):
        hint = did_you_mean(name, known | each.extra) or ""
        yield _at(each, "unknown_name", variable=name, hint=hint)
    callable_names = host_functions.NAMES | model.references.functions
    for name in sorted(reading.functions - callable_names - STANDARD - known - each.extra):
        yield _at(each, "unknown_function", function=name)
    if each.use in DECIDING:
        for name in sorted(reading.touched & FORBIDDEN):
            yield _at(each, "forbidden_name", variable=name)


def _members(model: Model, each: Expression, reading: Reading) -> Iterator[Finding]:
    element = each.element
    if each.use != "output":
        return
    form = model.references.forms.get(element.properties.get("form_key", ""))
    shape = model.references.operations.get(element.properties.get("operation", ""))
    for root, member in sorted(reading.members):
        if root == "answers" and form is not None and member not in form:
            yield _at(each, "answer_not_variable", variable=member)
        if root == "result" and shape is not None and member not in shape.outputs:
            yield _at(each, "result_unknown", variable=member)
    if "answers" in reading.names and not any(root == "answers" for root, _ in reading.members):
        yield _at(each, "answers_whole")


def _references(model: Model, element: Element, laneless: set[str]) -> Iterator[Finding]:
    references = model.references
    match element.kind:
        case "userTask":
            yield from _refers(element, "form_key", references.forms)
            yield from _role(model, element, laneless)
        case "serviceTask":
            yield from _refers(element, "operation", references.operations)
        case "businessRuleTask":
            yield from _refers(element, "decision", references.tables)
            reads = references.tables.get(element.properties.get("decision", ""), frozenset())
            for name in sorted(reads & FORBIDDEN):
                yield at(element, "forbidden_name", variable=name, use="decision")
        case _:
            if element.role is not None and element.role not in references.roles:
                yield at(element, "role_unknown", role=element.role)


def _refers(element: Element, name: str, known: object) -> Iterator[Finding]:
    value = element.properties.get(name)
    if not value:
        yield at(element, f"{name}_missing")
    elif value not in known:  # type: ignore[operator]  # any collection of keys
        yield at(element, f"{name}_unknown", key=value)


def _role(model: Model, element: Element, laneless: set[str]) -> Iterator[Finding]:
    if element.role is not None and element.role not in model.references.roles:
        yield at(element, "role_unknown", role=element.role)
    elif (
        element.role is None
        and not element.properties.get("candidate_group")
        and element.process_id in laneless
    ):
        yield at(element, "role_missing")


def _laneless(model: Model) -> set[str]:
    """Return the processes that calls reach without passing a lane with a role."""
    outwards: dict[str, set[str]] = {}
    for called, calls in model.callers.items():
        for call in calls:
            if not call.role:
                outwards.setdefault(call.process_id, set()).add(called)
    return reachable({process for process in model.drawn.processes if process not in model.callers}, outwards)
