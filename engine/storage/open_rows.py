"""Conditions for what is open, with their words written out: an index of the open rows alone is used for no word that comes
as a parameter, on SQLite never, on PostgreSQL not by a plan that is kept."""

from __future__ import annotations

from sqlalchemy import ColumnElement, FromClause, literal_column

from engine.domain.cases import CaseState
from engine.domain.tasks import OPEN
from engine.storage.tables.cases import CASES
from engine.storage.tables.processes import USER_TASKS


def open_tasks(tasks: FromClause = USER_TASKS) -> ColumnElement[bool]:
    return tasks.c.state.in_([_word(each) for each in OPEN])


def open_cases(cases: FromClause = CASES) -> ColumnElement[bool]:
    return cases.c.state != _word(CaseState.CLOSED)


def _word(state: str) -> ColumnElement[str]:
    return literal_column(f"'{state}'", CASES.c.state.type)


TASK_IS_OPEN = open_tasks()
CASE_IS_OPEN = open_cases()
