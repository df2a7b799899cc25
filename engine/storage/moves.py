"""Moves of cases to another version: who requested, who approved, and a line for each case that is due, done or refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, select, update

from engine.domain.cases import Case
from engine.domain.moves import LineState, MoveState
from engine.domain.people import Actor
from engine.domain.policy import Action
from engine.storage.cases import columns_with_prefix
from engine.storage.database import new_id
from engine.storage.open_rows import TASK_IS_OPEN
from engine.storage.rows import value_of
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.cases import CASE_EVENTS, CASES
from engine.storage.tables.moves import CASE_MOVES, MOVES
from engine.storage.tables.processes import TASK_DRAFTS, USER_TASKS
from engine.storage.unit_of_work import UnitOfWork
from engine.storage.visibility import seen_by

AT_ONCE = 500
"""Ids in one statement: databases have a limit."""
UNFINISHED = (LineState.ASKED, LineState.DUE, LineState.RETURN_DUE)


@dataclass(frozen=True, slots=True)
class Move:
    id: UUID
    deployment_id: UUID
    state: MoveState
    requested_by: str
    requester_id: UUID | None
    requested_at: datetime
    approved_by: str | None
    approver_id: UUID | None
    approved_at: datetime | None


@dataclass(frozen=True, slots=True)
class CaseMove:
    """One case in a move."""

    id: UUID
    move_id: UUID
    case_id: UUID
    reference: str
    from_deployment_id: UUID
    state: LineState
    reasons: tuple[Mapping[str, Any], ...]
    attempts: int
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class HeldTask:
    """An open task with its assignee, and whether anybody has a draft of its form."""

    instance_id: UUID
    task_key: str
    candidate_group: str
    assignee_id: UUID | None
    drafted: bool


class Moves:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def add(self, deployment_id: UUID, cases: Iterable[Case], actor: Actor, moment: datetime) -> UUID:
        move_id = new_id()
        self._unit.insert(
            MOVES,
            {
                "id": move_id,
                "deployment_id": deployment_id,
                "state": MoveState.ASKED,
                "requested_by": actor.name,
                "requester_id": actor.person_id,
                "requested_at": moment,
            },
        )
        lines = (
            {
                "id": new_id(),
                "move_id": move_id,
                "case_id": case.id,
                "from_deployment_id": case.deployment_id,
                "state": LineState.ASKED,
                "reasons": [],
            }
            for case in cases
        )
        self._unit.insert(CASE_MOVES, *lines)
        return move_id

    def get(self, move_id: UUID) -> Move:
        return value_of(Move, self._unit.one(select(MOVES).where(MOVES.c.id == move_id)))

    def latest(self, limit: int, actor: Actor) -> tuple[tuple[Move, int], ...]:
        """Return the newest moves first, each with its number of cases that the actor may know of."""
        counted = (
            select(CASE_MOVES.c.move_id, func.count().label("cases"))
            .join(CASES, CASES.c.id == CASE_MOVES.c.case_id)
            .where(seen_by(actor, Action.PREVIEW_MOVE))
            .group_by(CASE_MOVES.c.move_id)
            .subquery()
        )
        rows = self._unit.rows(
            select(*MOVES.c, counted.c.cases)
            .join(counted, counted.c.move_id == MOVES.c.id)
            .order_by(MOVES.c.requested_at.desc(), MOVES.c.id.desc())
            .limit(limit)
        )
        return tuple((value_of(Move, row), row["cases"]) for row in rows)

    def approve(self, move_id: UUID, actor: Actor, moment: datetime) -> None:
        """Approve the move: its cases are due from now on."""
        self._answer(
            move_id,
            state=MoveState.APPROVED,
            approved_by=actor.name,
            approver_id=actor.person_id,
            approved_at=moment,
        )
        self._turn(move_id, LineState.ASKED, LineState.DUE, due_at=moment)

    def withdraw(self, move_id: UUID) -> None:
        self._answer(move_id, state=MoveState.WITHDRAWN)
        self._turn(move_id, LineState.ASKED, LineState.WITHDRAWN)

    def _answer(self, move_id: UUID, **values: Any) -> None:
        """Store an approval or withdrawal. The flush raises Outdated if another was stored meanwhile."""
        self._unit.update_one(MOVES, {"id": move_id, "state": MoveState.ASKED}, values)

    def _turn(self, move_id: UUID, before: LineState, after: LineState, **values: Any) -> None:
        self._unit.update(CASE_MOVES, {"move_id": move_id, "state": before}, {"state": after, **values})

    def ask_back(self, move_id: UUID, case_ids: Sequence[UUID], moment: datetime) -> int:
        """Make those of the cases that have moved due to return. Return how many."""
        found = 0
        for start in range(0, len(case_ids), AT_ONCE):
            rows = self._unit.execute(
                update(CASE_MOVES)
                .where(
                    CASE_MOVES.c.move_id == move_id,
                    CASE_MOVES.c.state == LineState.MOVED,
                    CASE_MOVES.c.case_id.in_(case_ids[start : start + AT_ONCE]),
                )
                .values(state=LineState.RETURN_DUE, due_at=moment, attempts=0)
                .returning(CASE_MOVES.c.id)
            )
            found += len(rows.all())
        return found

    def lines(self, move_id: UUID, actor: Actor) -> tuple[CaseMove, ...]:
        """Return the lines of cases that the actor may know of."""
        of_move = _lines().where(CASE_MOVES.c.move_id == move_id, seen_by(actor, Action.PREVIEW_MOVE))
        rows = self._unit.rows(of_move.order_by(CASES.c.reference))
        return tuple(value_of(CaseMove, row) for row in rows)

    def under_way(self) -> frozenset[UUID]:
        """Return ids of cases that are due to move or return."""
        rows = self._unit.execute(select(CASE_MOVES.c.case_id).where(CASE_MOVES.c.state.in_(UNFINISHED)))
        return frozenset(rows.scalars())

    # the worker's

    def due(self, moment: datetime, limit: int) -> tuple[UUID, ...]:
        rows = self._unit.execute(
            select(CASE_MOVES.c.id)
            .where(CASE_MOVES.c.due_at <= moment)
            .order_by(CASE_MOVES.c.due_at, CASE_MOVES.c.id)
            .limit(limit)
        )
        return tuple(rows.scalars())

    def take(self, line_id: UUID, moment: datetime) -> tuple[Case, CaseMove] | None:
        """Return a line and its case, locked until the transaction ends; None if it is done or another worker has it."""
        row = self._unit.row(
            _lines(*columns_with_prefix("case__"))
            .where(CASE_MOVES.c.id == line_id, CASE_MOVES.c.due_at <= moment)
            .with_for_update(of=CASE_MOVES, skip_locked=True)
        )
        return None if row is None else (value_of(Case, row, "case__"), value_of(CaseMove, row))

    def find(self, line_id: UUID) -> CaseMove | None:
        row = self._unit.row(_lines().where(CASE_MOVES.c.id == line_id))
        return None if row is None else value_of(CaseMove, row)

    def done(
        self,
        line: CaseMove,
        state: LineState,
        moment: datetime,
        *,
        reasons: Sequence[Mapping[str, Any]] = (),
        before: bytes | None = None,
    ) -> None:
        """End a line: nothing is due any more. `before` is what a return needs, for a case that can go back."""
        sealed = None
        if before is not None:
            sealed = self._vault.seal(line.case_id, SealingClass.ENGINE, _place(line.id), before)
        end = {"state": state, "reasons": list(reasons), "due_at": None, "done_at": moment, "before": sealed}
        self._unit.update(CASE_MOVES, {"id": line.id}, end)

    def before(self, line: CaseMove) -> bytes:
        sealed = self._unit.execute(
            select(CASE_MOVES.c.before).where(CASE_MOVES.c.id == line.id)
        ).scalar_one()
        return self._vault.open(line.case_id, SealingClass.ENGINE, _place(line.id), sealed)

    def postpone(self, line_id: UUID, due_at: datetime) -> int:
        """Count a failed attempt. Return the number of attempts."""
        counted = self._unit.execute(
            update(CASE_MOVES)
            .where(CASE_MOVES.c.id == line_id)
            .values(attempts=CASE_MOVES.c.attempts + 1, due_at=due_at)
            .returning(CASE_MOVES.c.attempts)
        ).scalar_one()
        return int(counted)

    # what a judgement reads beside the snapshots

    def held(self, case_ids: Sequence[UUID]) -> tuple[HeldTask, ...]:
        """Return the open tasks of the cases, each with its assignee and whether there is a draft. Drafts are not opened."""
        drafted = exists().where(TASK_DRAFTS.c.task_id == USER_TASKS.c.id).label("drafted")
        rows = self._unit.execute(
            select(
                USER_TASKS.c.instance_id,
                USER_TASKS.c.task_key,
                USER_TASKS.c.candidate_group,
                USER_TASKS.c.assignee_id,
                drafted,
            ).where(USER_TASKS.c.case_id.in_(case_ids), TASK_IS_OPEN)
        )
        return tuple(HeldTask(*row) for row in rows)

    def reached(self, case_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
        """Return the milestones that each case has reached, in order."""
        rows = self._unit.execute(
            select(CASE_EVENTS.c.case_id, CASE_EVENTS.c.subject)
            .where(CASE_EVENTS.c.case_id.in_(case_ids), CASE_EVENTS.c.kind == "milestone_reached")
            .order_by(CASE_EVENTS.c.at, CASE_EVENTS.c.id)
        )
        found: dict[UUID, list[str]] = {}
        for case_id, milestone in rows:
            found.setdefault(case_id, []).append(milestone)
        return found


def _lines(*more: ColumnElement[Any]) -> Select[Any]:
    return select(
        *(column for column in CASE_MOVES.c if column.name != "before"), CASES.c.reference, *more
    ).join(CASES, CASES.c.id == CASE_MOVES.c.case_id)


def _place(line_id: UUID) -> str:
    return f"case_moves.before/{line_id}"
