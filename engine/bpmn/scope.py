"""Variables, and the scope of expressions.

SpiffWorkflow keeps variables on the token, where an interruption loses them and parallel branches can't see each
other. Here each process instance has one dict. Reading looks outwards: the multi-instance item, the instance, its
caller, up to the top. Writing goes to the instance of the nearest called process; an embedded sub-process has no
variables of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from engine.bpmn import host_functions
from engine.bpmn.dates import period
from engine.bpmn.errors import ExpressionFailed
from engine.feel import FeelProblem, parse

VARIABLES = "vars"
INDEX = "key_or_index"
"""SpiffWorkflow's name for the place of a multi-instance child."""
ITEMS = "items"


class Scope(Mapping[str, Any]):
    """The values that an expression of one task can read, nearest first."""

    __slots__ = ("_first", "_layers")

    def __init__(self, layers: list[Mapping[str, Any]], first: Mapping[str, Any] | None = None) -> None:
        self._layers = layers
        self._first = first or {}

    def __getitem__(self, name: str) -> Any:
        if name in self._first:
            return self._first[name]
        for layer in self._layers:
            if name in layer:
                return layer[name]
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return name in self._first or any(name in layer for layer in self._layers)

    def __iter__(self) -> Iterator[str]:
        return iter({**{name: None for layer in self._layers for name in layer}, **self._first})

    def __len__(self) -> int:
        return sum(1 for _ in self)


def of_task(task: Any, first: Mapping[str, Any] | None = None) -> Scope:
    """Return the scope of an element: its multi-instance item, its instance, its callers."""
    layers: list[Mapping[str, Any]] = []
    while task is not None:
        if INDEX in task.internal_data:
            layers.append(item_of(task))
        instance = task.workflow
        if VARIABLES in instance.data:
            layers.append(instance.data[VARIABLES])
        task = instance.called_by
    return Scope(layers, first)


def of_instance(instance: Any) -> Scope:
    """Return the scope at the end of a called process."""
    outer = of_task(instance.called_by)._layers if instance.called_by is not None else []
    return Scope([instance.data.get(VARIABLES, {}), *outer])


def item_of(child: Any) -> Mapping[str, Any]:
    """Return the item of a multi-instance child under the name its activity gives it."""
    name = child.workflow.top_workflow.element(child).properties.get("element", "")
    return {name: child.parent.internal_data[ITEMS][child.internal_data[INDEX]]} if name else {}


def write(instance: Any, entries: Mapping[str, Any]) -> None:
    """Put values into the nearest called process. A value is replaced, never changed in place: others may hold it."""
    while VARIABLES not in instance.data:
        instance = instance.called_by.workflow
    instance.data[VARIABLES].update(entries)


def value(scope: Scope, text: str, environment: Any, element: str | None = None) -> Any:
    try:
        return parse(text).evaluate(scope, functions=host_functions.functions(environment))
    except FeelProblem as problem:
        raise ExpressionFailed(f"{element}: {problem}", element=element, expression=text) from problem


def evaluate(task: Any, text: str, first: Mapping[str, Any] | None = None) -> Any:
    return value(of_task(task, first), text, task.workflow.top_workflow.environment, task.task_spec.bpmn_id)


def context(task: Any, text: str, first: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
    """Evaluate a mapping and return its entries; empty for an empty text."""
    return as_context(evaluate(task, text, first), text, task.task_spec.bpmn_id) if text else {}


def as_context(found: Any, text: str, element: str | None) -> Mapping[str, Any]:
    if not isinstance(found, Mapping):
        raise ExpressionFailed(
            f"{element}: lausekkeen pitää antaa nimettyjä arvoja", element=element, expression=text
        )
    return found


def duration(task: Any, text: str) -> timedelta | None:
    """Return the length of a duration timer: an ISO literal as bpmn-js writes it, or an expression."""
    literal = period(text)
    if literal is not None:
        return literal
    found = evaluate(task, text)
    return period(found) if isinstance(found, str) else found if isinstance(found, timedelta) else None
