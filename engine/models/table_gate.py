"""The publish gate's findings about decision tables that can't be read: which table, row and column, and how it is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.bpmn import Finding
from engine.bpmn.findings import finding
from engine.dmn import parse_tables
from engine.dmn.problems import DmnProblem, DmnRefused
from engine.dmn.xmltree import Xml, attribute, child, children, kind, text_in
from engine.errors import Refusal
from engine.xml import parse as parse_xml
from forms.kept_by_content import kept_by_content

EXAMPLES: Final = {
    "dayTimeDuration": 'duration("P5D")',
    "yearMonthDuration": 'duration("P2M")',
    "date": 'date("2026-12-31")',
    "string": '"teksti"',
    "boolean": "true",
    "number": "5",
}
"""Cells as they may be written, by the type of their column; `P5D` is five days."""
_COMPARED: Final = {"dayTimeDuration", "yearMonthDuration", "date", "number"}


@kept_by_content(200)
def unreadable_tables(path: str, data: bytes) -> tuple[Finding, ...]:
    """Return a finding for each place in a file of tables that can't be read, or one for the whole."""
    try:
        parse_tables(data)
    except DmnRefused as refused:
        return tuple(_of_problem(path, parse_xml(data), each) for each in refused.problems)
    except (Refusal, ValueError, KeyError, TypeError, AttributeError, RecursionError) as broken:
        return (finding("table_unreadable", file=path, reason=str(broken) or type(broken).__name__),)
    return ()


def _of_problem(path: str, root: Xml, problem: DmnProblem) -> Finding:
    if problem.cause is not None:
        for table, row, column, cell in _cells(root):
            if attribute(cell, "id") == problem.element:
                hint = f" {problem.cause.hint}" if problem.cause.hint else ""
                return finding(
                    "table_cell",
                    element_id=problem.element,
                    file=path,
                    table=table,
                    row=str(row),
                    column=_label(column),
                    text=text_in(cell),
                    problem=f"{problem.cause.message}{hint}",
                    example=_example(column),
                )
    return finding("table_unreadable", element_id=problem.element, file=path, reason=problem.message)


def _cells(root: Xml) -> Iterator[tuple[str, int, Xml, Xml]]:
    """Yield each cell with its table's name, its row's number and its column."""
    for decision in children(root, "decision"):
        table = child(decision, "decisionTable")
        if table is None:
            continue
        columns = [*children(table, "input"), *children(table, "output")]
        for row, rule in enumerate(children(table, "rule"), 1):
            cells = [*children(rule, "inputEntry"), *children(rule, "outputEntry")]
            for column, cell in zip(columns, cells, strict=False):
                yield attribute(decision, "name") or "", row, column, cell


def _label(column: Xml) -> str:
    return (
        attribute(column, "label") or attribute(column, "name") or text_in(child(column, "inputExpression"))
    )


def _example(column: Xml) -> str:
    asked = child(column, "inputExpression")
    type_ = attribute(column if asked is None else asked, "typeRef") or "string"
    example = EXAMPLES.get(type_, EXAMPLES["string"])
    return f">= {example}" if kind(column) == "input" and type_ in _COMPARED else example
