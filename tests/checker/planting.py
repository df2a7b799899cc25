"""Planting of faults: each is a small function that changes a copy of an honest record."""

from collections.abc import Callable
from typing import Any, NamedTuple

Row = dict[str, Any]
Plant = Callable[[Row], object]


class Planted(NamedTuple):
    """Fault planted in a record, and the rule whose sentence must find it."""

    rule: str
    record: str
    plant: Plant


PLANTED: list[Planted] = []


def plant(record: str, rule: str) -> Callable[[Plant], Plant]:
    """Register a function that plants a fault of a rule in a record."""

    def register(function: Plant) -> Plant:
        PLANTED.append(Planted(rule, record, function))
        return function

    return register


def find(export: Row, table: str, **values: Any) -> Row:
    """Find the first row with the given values."""
    rows: list[Row] = export[table]
    return next(row for row in rows if all(row.get(key) == value for key, value in values.items()))


def form(export: Row, key: str, number: int = 0) -> Row:
    """Find a submission of a form."""
    rows: list[Row] = [row for row in export["submissions"] if row["form_key"] == key]
    return rows[number]


def answers_of(export: Row, key: str, number: int = 0) -> Row:
    """Find the answers of a form."""
    answers: Row = form(export, key, number)["answers"]
    return answers


def drop(export: Row, table: str, **values: Any) -> None:
    """Remove the rows with the given values."""
    rows = export[table]
    gone = [row for row in rows if all(row.get(key) == value for key, value in values.items())]
    assert gone, (table, values)
    export[table] = [row for row in rows if row not in gone]


def undo(export: Row, key: str, number: int = 0) -> None:
    """Remove a form and its task."""
    row = form(export, key, number)
    drop(export, "submissions", id=row["id"])
    if row["task_id"]:
        drop(export, "tasks", id=row["task_id"])
