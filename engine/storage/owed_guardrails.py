"""Promises that cases have set going and not yet kept, counted where the states of their guardrails stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, func, literal_column, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from engine.storage.tables.cases import CASES
from engine.storage.tables.processes import INSTANCES, OWED
from engine.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class OwedGuardrail:
    """A guardrail that cases have set going and not yet met, e.g. signed but not served."""

    guardrail: str
    count: int
    """Of the cases, also beyond those that are named."""
    references: tuple[str, ...]
    """Of the first of them."""
    case_ids: tuple[UUID, ...]
    """Of the same."""


class _PlaceOfOwed(FunctionElement[int]):
    """As it stands in the index of the instances that owe something: not a condition, which SQLAlchemy would compare with 1."""

    type = Integer()
    inherit_cache = True


@compiles(_PlaceOfOwed)
def _on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"strpos(cast({compiler.process(element.clauses, **options)} as text), '\"{OWED}\"')"


@compiles(_PlaceOfOwed, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"instr({compiler.process(element.clauses, **options)}, '\"{OWED}\"')"


class _Texts(FunctionElement[Any]):
    """The keys of an object with their values, which are texts."""

    inherit_cache = True


@compiles(_Texts)
def _texts_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"json_each_text({compiler.process(element.clauses, **options)})"


@compiles(_Texts, "sqlite")
def _texts_on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


def owed_guardrails(unit: UnitOfWork, seen: ColumnElement[bool], most: int) -> tuple[OwedGuardrail, ...]:
    """Return the promises of running instances in the cases that are `seen`, with `most` references of each."""
    calls = func.json_each(INSTANCES.c.guardrails).table_valued("key", "value", name="calls")
    states = _Texts(calls.c.value).table_valued("key", "value", name="states")
    owed = (
        select(states.c.key.label("guardrail"), CASES.c.reference, CASES.c.id)
        .select_from(INSTANCES)
        .join(CASES, CASES.c.id == INSTANCES.c.case_id)
        .join(calls, literal_column("true"))
        .join(states, literal_column("true"))
        .where(INSTANCES.c.state == literal_column("'running'"))
        .where(_PlaceOfOwed(INSTANCES.c.guardrails) > literal_column("0"))
        .where(states.c.value == OWED, seen)
        .distinct()
        .subquery()
        .c
    )
    place = func.row_number().over(partition_by=owed.guardrail, order_by=owed.reference)
    count = func.count().over(partition_by=owed.guardrail)
    ranked = select(
        owed.guardrail, owed.reference, owed.id, place.label("place"), count.label("cases")
    ).subquery()
    first = select(ranked).where(ranked.c.place <= most).order_by(ranked.c.guardrail, ranked.c.place)
    found: dict[str, list[Any]] = {}
    for row in unit.rows(first):
        found.setdefault(row["guardrail"], []).append(row)
    return tuple(_owed_guardrail(guardrail, rows) for guardrail, rows in found.items())


def _owed_guardrail(guardrail: str, rows: Sequence[Any]) -> OwedGuardrail:
    named = ((row["reference"], row["id"]) for row in rows)
    references, case_ids = zip(*named, strict=True)
    return OwedGuardrail(guardrail, rows[0]["cases"], references, case_ids)
