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


def stand_still(export: Row, since: str, until: str) -> None:
    """Let the target stand still for an own answer between two days."""
    entries = find(export, "deadlines", name="target")["entries"]
    still = {**entries[0], "cause": "waiting_for_applicant", "days": None}
    days = {"paused": since, "resumed": until}
    entries[1:1] = [{**still, "kind": kind, "at": f"{on}T08:00:00+00:00"} for kind, on in days.items()]


def removal_returned(export: Row) -> None:
    """Add an appeal of a removal, which a court has returned a week before the admission is final."""
    appeal = find(export, "events", kind="appeal_registered")
    facts = {"business_key": "VAL-9", "appealed": "removal"}
    export["events"].append({**appeal, "id": "v9", "facts": facts})
    act = {**form(export, "court_decision"), "id": "y", "task_id": None, "business_key": "VAL-9"}
    given = {"court_decided_on": "2027-03-25", "court_result": "returned"}
    export["submissions"].append({**act, "sent_at": "2027-03-25T10:00:00+00:00", "answers": given})
