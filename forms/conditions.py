"""Decides which questions are asked, given the answers to the others.

As in form-js, the answer to a hidden question is null: questions that depend on it are decided as if it were not
answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from types import MappingProxyType

from forms.definition import Condition, Field, FormDefinition, Kind
from forms.errors import InvalidDefinition

Evaluate = Callable[[Condition, Mapping[str, object]], object]
"""Evaluates a condition; a caller may add functions and a budget."""

NOTHING: Mapping[str, object] = MappingProxyType({})


def plainly(condition: Condition, scope: Mapping[str, object]) -> object:
    """Evaluate a condition with the scope alone, without a host's functions."""
    return condition.evaluate(scope)


@dataclass(frozen=True, slots=True)
class Shown:
    """The keys of the questions that are asked: of the form, and of each row of its lists."""

    keys: frozenset[str]
    rows: Mapping[str, tuple[frozenset[str], ...]] = field(default_factory=dict)
    scope: Mapping[str, object] = field(default_factory=dict)
    """The values of the names in the conditions of the form's top."""


def shown_fields(
    definition: FormDefinition,
    values: Mapping[str, object],
    *,
    evaluate: Evaluate = plainly,
    given: Mapping[str, object] = NOTHING,
) -> Shown:
    """Return the questions that are asked if `values` are the answers. Answers to hidden questions have no effect."""
    scope: dict[str, object] = {**given, **dict.fromkeys(definition.order)}
    rows: dict[str, tuple[frozenset[str], ...]] = {}
    keys: set[str] = set()
    for key in definition.order:
        question = definition.by_key[key]
        if is_hidden(question.hidden_when, scope, evaluate):
            continue
        keys.add(key)
        if question.kind is Kind.ROWS:
            pairs = [_row(question, row, scope, evaluate) for row in rows_in(values.get(key))]
            rows[key] = tuple(shown for shown, _ in pairs)
            scope[key] = [cleaned for _, cleaned in pairs if says_anything(cleaned.values())]
        else:
            scope[key] = as_read(question, values.get(key))
    return Shown(frozenset(keys), rows, scope)


def is_hidden(
    conditions: Sequence[Condition], scope: Mapping[str, object], evaluate: Evaluate = plainly
) -> bool:
    """Return True if one of the conditions holds. One that is null hides nothing."""
    return any(evaluate(condition, scope) is True for condition in conditions)


def as_read(question: Field, value: object) -> object:
    """Return an answer as conditions and processes read it: null if it was skipped, false for an empty box, an empty
    list for no choice."""
    if isinstance(value, Mapping) or (
        value is None and not question.takes_several and question.kind is not Kind.CHECKBOX
    ):
        return None
    if value is None:
        return [] if question.takes_several else False
    return value


def says_anything(values: Iterable[object]) -> bool:
    """Return True if one of a row's values is more than an empty box. A row without any counts as no row."""
    return any(value not in (None, False, "", []) for value in values)


def rows_in(value: object) -> Sequence[Mapping[str, object]]:
    """Return the rows in a list's answer; empty if it is no list of rows."""
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list | tuple) else []


def in_order(fields: Sequence[Field], where: str = "") -> tuple[str, ...]:
    """Return the keys so that each comes after those its conditions read, otherwise in the order asked."""
    keys = [question.key for question in fields]
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for question in fields:
        sorter.add(question.key, *sorted((names_read(question) - {question.key}) & set(keys), key=keys.index))
        if question.key in _own_names(question):
            raise InvalidDefinition(where + question.key, "Ehto riippuu kysymyksestä itsestään.")
    try:
        return tuple(sorter.static_order())
    except CycleError as cycle:
        chain = " → ".join(cycle.args[1])
        raise InvalidDefinition(
            where + cycle.args[1][0], "Ehdot kiertävät kehää: %(chain)s.", chain=chain
        ) from None


def names_read(question: Field) -> frozenset[str]:
    """Return every name that decides whether the question or one in its rows is asked, without the row's own columns."""
    columns = {column.key for column in question.fields}
    inside = frozenset(name for column in question.fields for name in _own_names(column))
    return _own_names(question) | (inside - columns)


def _own_names(question: Field) -> frozenset[str]:
    return frozenset(name for condition in question.hidden_when for name in condition.names)


def _row(
    question: Field, row: Mapping[str, object], around: Mapping[str, object], evaluate: Evaluate
) -> tuple[frozenset[str], Mapping[str, object]]:
    """Return the columns that are asked in one row, and the row without answers to the others."""
    columns = {column.key: column for column in question.fields}
    cleaned: dict[str, object] = dict.fromkeys(columns)
    shown: set[str] = set()
    for key in question.order:
        if is_hidden(columns[key].hidden_when, {**around, **cleaned}, evaluate):
            continue
        shown.add(key)
        cleaned[key] = as_read(columns[key], row.get(key))
    return frozenset(shown), cleaned
