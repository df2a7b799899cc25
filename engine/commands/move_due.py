"""Cases that are due to move or to return: each in a transaction of its own, so that a kill leaves none half way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from engine.bpmn.migration import Reason
from engine.domain.cases import Case
from engine.domain.moves import LineState
from engine.executor import Command, Query, Work
from engine.executor.moving import mover
from engine.executor.permissions import require_system
from engine.instances.moving import Stays
from engine.storage.moves import CaseMove, Move

TRIES = 3


@dataclass(frozen=True)
class DueMoves(Query[tuple[UUID, ...]]):
    limit: int = 500
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[UUID, ...]:
        return work.stores.moves.due(work.now, self.limit)


@dataclass(frozen=True)
class MoveCase(Command[bool]):
    """The case goes on in the other version, returns from it, or its line says why not. False when it is done already.

    Judged anew: between the asking and this the case may have gone on, and somebody may have begun to write.
    """

    line_id: UUID

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> bool:
        taken = work.stores.moves.take(self.line_id, work.now)
        if taken is None:
            return False
        case, line = taken
        move = work.stores.moves.get(line.move_id)
        actor = replace(work.actor, name=f"{move.requested_by}, {move.approved_by}"[:200])
        work.stores.access.opened(case.id, actor, "move_case", work.now, purpose=f"{move.id}")
        if line.state is LineState.RETURN_DUE:
            _take_back(work, case, line, move)
        else:
            _move(work, case, line, move)
        return True


def _move(work: Work, case: Case, line: CaseMove, move: Move) -> None:
    try:
        before = mover(work).move(case, move.deployment_id)
    except Stays as stays:
        work.stores.moves.done(line, LineState.STAYED, work.now, reasons=_plain(stays))
        return
    work.stores.moves.done(line, LineState.MOVED, work.now, before=before)
    _tell(work, "case_moved", line, move, line.from_deployment_id, move.deployment_id)


def _take_back(work: Work, case: Case, line: CaseMove, move: Move) -> None:
    try:
        mover(work).take_back(case, work.stores.moves.before(line))
    except Stays as stays:
        work.stores.moves.done(line, LineState.SETTLED, work.now, reasons=_plain(stays))
        return
    work.stores.moves.done(line, LineState.RETURNED, work.now)
    _tell(work, "case_returned", line, move, move.deployment_id, line.from_deployment_id)


def _tell(work: Work, kind: str, line: CaseMove, move: Move, source: UUID, target: UUID) -> None:
    numbers = [work.stores.deployments.get(each).number for each in (source, target)]
    work.record(
        line.case_id,
        kind,
        str(numbers[1]),
        source=numbers[0],
        requested_by=move.requested_by,
        approved_by=move.approved_by,
    )


def _plain(stays: Stays) -> list[dict[str, Any]]:
    reasons: tuple[Reason, ...] = stays.reasons
    return [each.to_json() for each in reasons]


@dataclass(frozen=True)
class PostponeMove(Command[None]):
    """Count a failure. After the third the line says so, and the case stays where it is."""

    line_id: UUID
    message: str

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> None:
        line = work.stores.moves.find(self.line_id)
        if line is None:
            return
        if work.stores.moves.postpone(line.id, work.now + timedelta(minutes=1)) >= TRIES:
            failed = {
                "code": "failed",
                "process_id": None,
                "element_id": None,
                "values": {"what": self.message},
            }
            work.stores.moves.done(line, LineState.FAILED, work.now, reasons=[failed])
