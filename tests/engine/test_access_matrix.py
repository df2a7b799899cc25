"""The access matrix, generated from the policy table: what the program answers in each cell, on both databases; and
that each rule of the table decides something."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.domain import policy
from engine.domain.people import CASE_STAFF, Role
from engine.domain.policy import Action, Policy, PolicyLine, Relation
from tests.support.access_matrix import ASKED_BY, CELLS, OPEN_NONE, Cell, Matrix, actions
from tests.support.world import World

KEPT = Policy(policy.LINES)
"""The table as it is written, whatever a test makes of it."""
SLICES = 3
"""One cell of so many is asked in a test run; `make deep NAME=access` asks all."""
SLICE = int(os.environ.get("VIREILLE_ACCESS_SLICE", "2"))


def answer_of(table: Policy, action: Action, cell: Cell) -> bool:
    """Return the answer of a table. Only the emergency's own page knows of the emergency: elsewhere it changes nothing."""
    is_elsewhere = cell.relation is Relation.EMERGENCY and action is not Action.EMERGENCY_FILE
    relation = Relation.OTHER if is_elsewhere else cell.relation
    return table.decision(action, frozenset({cell.role}), relation, cell.standing).allowed


def expected(action: Action, cell: Cell) -> bool:
    return answer_of(KEPT, action, cell)


def wrong_cells(matrix: Matrix, cells: tuple[Cell, ...]) -> list[str]:
    found = []
    for cell in cells:
        actor = matrix.arranged(cell)
        found += [
            f"{action} {cell}"
            for action in actions()
            if matrix.allows(action, actor) is not expected(action, cell)
        ]
        # Others than the one of `ASKED_BY` may ask for more, but let nobody on whom the table denies.
        found += [
            f"{name} {cell}"
            for name, asked in matrix.openers.items()
            if name not in OPEN_NONE
            and not all(expected(action, cell) for action in asked)
            and matrix.lets(name, actor)
        ]
    return found


@pytest.mark.databases
def test_the_program_answers_as_the_table_says(world: World) -> None:
    matrix = Matrix(world)
    assert matrix.unopened() == OPEN_NONE.keys() - {"RetryIncidents"}, "names a case and asks for no action"
    assert wrong_cells(matrix, CELLS[(SLICE - 1) % SLICES :: SLICES]) == []


@pytest.mark.databases
@pytest.mark.slow
def test_no_list_of_tasks_names_a_case_that_the_table_denies(world: World) -> None:
    matrix, found = Matrix(world), []
    for cell in CELLS:
        actor = matrix.arranged(cell)
        if matrix.lists(actor) and not expected(Action.SEE, cell):
            found.append(cell)
    assert found == []


def inverted(rule: PolicyLine, action: Action) -> Policy:
    """Return the table with one rule turned round, for one action."""
    other = replace(rule, actions=frozenset({action}), allowed=not rule.allowed)
    rest = replace(rule, actions=rule.actions - {action})
    place = policy.LINES.index(rule)
    return Policy((*policy.LINES[:place], other, rest, *policy.LINES[place + 1 :]))


def pairs() -> Iterator[tuple[PolicyLine, Action]]:
    for rule in policy.LINES:
        for action in actions():
            if action in rule.actions:
                yield rule, action


def decided_by(rule: PolicyLine, action: Action, other: Policy) -> Iterator[Cell]:
    """Yield the cells that the rule decides and whose answers the turned table changes. Those who register come first:
    the tasks here are theirs. Lists are for case staff."""
    for cell in sorted(CELLS, key=lambda each: each.role is not Role.INTAKE):
        if action is Action.SEE and cell.role not in CASE_STAFF:
            continue
        if KEPT.line_of(action, cell.role, cell.relation, cell.standing) is not rule:
            continue
        if answer_of(other, action, cell) is not expected(action, cell):
            yield cell


def test_each_rule_turned_round_is_noticed_in_a_cell_that_it_decides(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    matrix = Matrix(world)
    noticed, unnoticed, of_no_staff = 0, [], []
    for rule, action in pairs():
        other = inverted(rule, action)
        cell = next(decided_by(rule, action, other), None)
        if cell is None:
            of_no_staff.append(action)
            continue
        actor = matrix.arranged(cell)
        with monkeypatch.context() as patch:
            patch.setattr(policy, "POLICY", other)
            if matrix.allows(action, actor) is expected(action, cell):
                unnoticed.append(f"{action} {cell}")
            else:
                noticed += 1

    assert unnoticed == []
    assert set(of_no_staff) <= {Action.EXPORT_CASE, Action.PREVIEW_MOVE}, "the operator's own rules"
    assert noticed >= 130


def test_every_action_is_asked() -> None:
    in_own_ways = {
        Action.SEE,
        Action.OPEN_IN_EMERGENCY,
        Action.EMERGENCY_FILE,
        Action.PREVIEW_MOVE,
    }
    assert set(actions()) == set(ASKED_BY) | in_own_ways


def test_the_promise_gives_the_numbers_of_today() -> None:
    inverted_in_all = sum(
        any(True for _ in decided_by(rule, action, inverted(rule, action))) for rule, action in pairs()
    )
    asked = len(list(actions()))
    promises = Path("docs/security.md").read_text(encoding="utf-8").splitlines()
    (promise,) = (line for line in promises if line.startswith("| S6 |"))
    for number in (
        f"{asked * len(CELLS):,} cells",
        f"{asked} of {len(Action)} actions",
        f"{inverted_in_all} in all",
    ):
        assert number in promise, number
