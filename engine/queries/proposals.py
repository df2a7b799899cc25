"""Proposals of decision tables beside the forms that judge them: the rules that fired, and their inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from engine.bpmn.host_functions import FUNCTIONS
from engine.dmn.model import Decision, Input, Rule, Table
from engine.domain.ages import with_age
from engine.domain.cases import Case
from engine.executor import Work
from engine.feel.values import from_json
from engine.instances import CompiledModels

TABLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "triage_override": "triage",
        "sufficiency": "missing_facts",
        "new_information_request": "missing_facts",
        "review_reply": "missing_facts",
    }
)
"""By form: the table that proposes what its answers follow or deviate from."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A fact that a rule looked at: the column's heading, and the value it had."""

    label: str
    key: str
    """The column's expression: for most, the question that was answered."""
    value: Any


@dataclass(frozen=True, slots=True)
class FiredRow:
    number: int
    """Its row in the table, from 1."""
    grounds: tuple[Ground, ...]
    """The facts on which the rule rests; none for the row that takes what no other took."""
    outputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Proposal:
    table: str
    name: str
    """The table's name, as its own file has it."""
    rules: tuple[FiredRow, ...]
    known: tuple[Ground, ...]
    """All facts that the table was given."""
    at: datetime


def proposal_for(work: Work, case: Case, models: CompiledModels, form_key: str | None) -> Proposal | None:
    """Return the newest proposal for a form; None if no table proposes anything for it, or has been asked."""
    name = TABLES.get(form_key or "")
    table = None if name is None else _table(models, name)
    if name is None or table is None:
        return None
    asked = work.stores.evaluations.latest(case.id, name)
    if asked is None:
        return None
    given, result, rules = from_json(dict(asked.inputs)), from_json(asked.result), asked.rules
    person = work.stores.parties.applicant_of(case.id)
    now = with_age(given, person.identity, is_minor=person.is_minor) if person is not None else given
    if now != given:
        anew = models.table(name).evaluate(name, now, functions=FUNCTIONS)
        given, result, rules = now, anew.result, anew.rules
    fired = [
        _fired(number, rule, table, given, result, place)
        for place, (number, rule) in enumerate(_in_order(table, rules))
    ]
    decision = next(each for each in models.table(name).decisions if each.table is table)
    known = tuple(_ground(each, given) for each in table.inputs if each.text in given)
    return Proposal(name, decision.name, tuple(fired), known, asked.at)


def _table(models: CompiledModels, name: str) -> Table | None:
    if name not in models.bundle.tables:
        return None
    decision = models.table(name).named(name, Decision)
    return decision.table if isinstance(decision, Decision) else None


def _in_order(table: Table, fired: Sequence[str]) -> list[tuple[int, Rule]]:
    rows = list(enumerate(table.rules, 1))
    return [(number, rule) for key in fired for number, rule in rows if rule.id == key]


def _fired(
    number: int, rule: Rule, table: Table, given: Mapping[str, Any], result: Any, place: int
) -> FiredRow:
    """Return a rule with its part of the result: a collecting table has one for each rule, another one for all."""
    part = result[place] if isinstance(result, list) and place < len(result) else result
    outputs = part if isinstance(part, Mapping) else {"result": part}
    grounds = (
        _ground(column, given)
        for column, cell in zip(table.inputs, rule.inputs, strict=False)
        if cell.text.strip() not in ("", "-")
    )
    return FiredRow(number, tuple(grounds), outputs)


def _ground(column: Input, given: Mapping[str, Any]) -> Ground:
    return Ground(column.label, column.text, given.get(column.text))
