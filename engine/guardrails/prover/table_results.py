"""Proves guardrails on decision tables: no input with one of the named facts leads to another result than is promised.

The table is proved by its own cells, over every point of its columns, and it must be asked and heard: some rule task of the
scope takes its result into the variable of the same name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import product
from typing import Any, Final

from engine.bpmn.elements import Element
from engine.bpmn.findings import Finding, finding
from engine.dmn import DecisionModel
from engine.dmn.cover import TooLarge
from engine.dmn.model import Table
from engine.dmn.other_results import TODAY, NotFollowed, OtherResult, other_result
from engine.feel import Value, syntax
from engine.feel.budget import Run
from engine.feel.parser import Parser
from engine.feel.problems import FeelProblem
from engine.feel.text import text_of
from engine.guardrails.prover.findings import at

LONG_AGO: Final = (TODAY - timedelta(days=1), TODAY - timedelta(days=10_000))
"""Days that have passed are near as well."""


def broken_tables(
    tables: Mapping[str, DecisionModel],
    settings: Mapping[str, Any],
    elements: Sequence[Element],
    words: Mapping[str, str],
) -> Iterator[Finding]:
    key, output = settings["table"], settings["output"]
    asking = [each for each in elements if each.properties.get("decision") == key]
    words = {**words, "table": key, "output": output, "gives": " / ".join(map(str, settings["gives"]))}
    if not asking:
        yield finding("guardrail_table_unasked", **words)
        return
    for element in asking:
        if not _hears(element, output):
            yield at(element, "guardrail_table_unheard", (), **words)
    table = _table(tables, key)
    try:
        found = None if table is None else _found(table, settings)
    except (NotFollowed, TooLarge):
        table = None
    if table is None:
        yield at(asking[0], "guardrail_table_unproven", (), **words)
    elif found is not None:
        code = "guardrail_table_silent" if found.rule is None else "guardrail_table"
        shown = {"rule": str(found.rule), "example": _example(found)}
        yield at(asking[0], code, (), **shown, **words)


def _table(tables: Mapping[str, DecisionModel], key: str) -> Table | None:
    decisions = tables[key].decisions if key in tables else ()
    return next((each.table for each in decisions if each.id == key), None)


def _found(table: Table, settings: Mapping[str, Any]) -> OtherResult | None:
    for facts in _combinations(settings["facts"]):
        found = other_result(table, facts, settings["output"], settings["gives"])
        if found is not None:
            return found
    return None


def _combinations(listed: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Value]]:
    """Yield each value of each fact; of a fact with several names, each combination."""
    for fact in listed:
        for values in product(*(_values(each) for each in fact.values())):
            yield dict(zip(fact, values, strict=True))


def _values(given: Any) -> Iterable[Value]:
    if isinstance(given, Mapping):
        return (*LONG_AGO, *_days(given["within_days"]))
    return list(given)


def _days(days: int) -> Iterator[date]:
    return (TODAY + timedelta(days=day) for day in range(days + 1))


def _hears(element: Element, output: str) -> bool:
    try:
        tree = Parser(element.properties.get("output") or "null").whole()
    except FeelProblem:
        return False
    if not isinstance(tree, syntax.ContextOf):
        return False
    return any(key == output and _is_result(value, output) for key, value in tree.entries)


def _is_result(value: syntax.Node, output: str) -> bool:
    match value:
        case syntax.Path(syntax.Name("result"), name):
            return name == output
    return False


def _example(found: OtherResult) -> str:
    return ", ".join(
        f"{name} = {text_of(Run({}), value)}" for name, value in found.inputs.items() if value is not None
    )
