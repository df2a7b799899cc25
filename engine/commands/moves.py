"""Moves running cases to another version: request, approve, carry out, return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from engine.domain.cases import Case
from engine.domain.moves import LineState, MoveState
from engine.domain.people import Role
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_role, require_system
from engine.instances.moving import Stays
from engine.migration import Reason
from engine.storage.moves import CaseMove, Move


class OwnMove(Forbidden):
    sentence = "Et voi hyväksyä siirtoa, jota olet itse pyytänyt. Toisen prosessinomistajan on tehtävä se."


@dataclass(frozen=True)
class RequestMove(Command[UUID]):
    """Request that these cases move. Nothing is due until a second process owner approves. Return the move's id."""

    deployment_id: UUID
    references: Sequence[str]

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> UUID:
        return _asked(work, self.deployment_id, self.references)


@dataclass(frozen=True)
class ApproveMove(Command[None]):
    """Approve a move, as its second person: its cases are due to move."""

    move_id: UUID

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)
        move = work.stores.moves.get(self.move_id)
        if move.requester_id == work.actor.person_id:
            raise OwnMove

    def execute(self, work: Work) -> None:
        move = work.stores.moves.get(self.move_id)
        if move.state is not MoveState.ASKED:
            raise Conflict("Siirtoon on jo vastattu.")
        _require_current(work, move.deployment_id)
        work.stores.moves.approve(move.id, work.actor, work.now)


@dataclass(frozen=True)
class WithdrawMove(Command[None]):
    """Withdraw a requested move. Both the person who requested it and the second person may."""

    move_id: UUID

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> None:
        move = work.stores.moves.get(self.move_id)
        if move.state is not MoveState.ASKED:
            raise Conflict("Siirtoon on jo vastattu.")
        work.stores.moves.withdraw(move.id)


@dataclass(frozen=True)
class ReturnCases(Command[int]):
    """Return cases that have not gone on since their move to the version they came from. Return how many. One person
    is enough.

    It restores a state that two people had approved; a person who sees a fault must not wait for a second.
    """

    move_id: UUID
    references: Sequence[str] | None = None
    """All of the move that have moved when not given."""

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER, Role.SYSTEM)

    def execute(self, work: Work) -> int:
        lines = work.stores.moves.lines(work.stores.moves.get(self.move_id).id, work.actor)
        wanted = None if self.references is None else frozenset(self.references)
        found = [each.case_id for each in lines if wanted is None or each.reference in wanted]
        asked = work.stores.moves.ask_back(self.move_id, found, work.now)
        if not asked:
            raise Conflict("Yhtään siirrettyä asiaa ei ole palautettavana.")
        return asked


@dataclass(frozen=True)
class MoveAtOnce(Command[UUID]):
    """Make cases due to move, from the command line: recorded as the operator's act, without a second person."""

    deployment_id: UUID
    references: Sequence[str]

    def permit(self, work: Work) -> None:
        require_role(work, Role.SYSTEM)

    def execute(self, work: Work) -> UUID:
        move_id = _asked(work, self.deployment_id, self.references)
        work.stores.moves.approve(move_id, work.actor, work.now)
        return move_id


def _asked(work: Work, deployment_id: UUID, references: Sequence[str]) -> UUID:
    _require_current(work, deployment_id)
    if not references:
        raise Invalid("Valitse ainakin yksi asia.", field="references")
    known = work.stores.cases.open_elsewhere(deployment_id, work.actor)
    elsewhere = {case.reference: case for case in known}
    cases = [_of(elsewhere, reference) for reference in dict.fromkeys(references)]
    under_way = work.stores.moves.under_way()
    if any(case.id in under_way for case in cases):
        raise Conflict("Osa valituista asioista odottaa jo siirtoa. Avaa sivu uudelleen.")
    return work.stores.moves.add(deployment_id, cases, work.actor, work.now)


def _of(elsewhere: dict[str, Case], reference: str) -> Case:
    try:
        return elsewhere[reference]
    except KeyError:
        raise NotFound from None


def _require_current(work: Work, deployment_id: UUID) -> None:
    if work.stores.deployments.get(deployment_id).id != work.stores.deployments.current().id:
        raise Conflict("Asioita voi siirtää vain siihen versioon, joka on nyt käytössä.")


TRIES = 3


@dataclass(frozen=True)
class DueMoves(Query[tuple[UUID, ...]]):
    limit: int = 500

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[UUID, ...]:
        return work.stores.moves.due(work.now, self.limit)


@dataclass(frozen=True)
class MoveCase(Command[bool]):
    """Move or return one case, or store in its line why it stays. Return False if that is done already.

    The case is judged anew: since the request it may have gone on, and somebody may have begun to write.
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
        work.stores.access.log_case(case.id, actor, "move_case", work.now, purpose=f"{move.id}")
        if line.state is LineState.RETURN_DUE:
            _take_back(work, case, line, move)
        else:
            _move(work, case, line, move)
        return True


def _move(work: Work, case: Case, line: CaseMove, move: Move) -> None:
    try:
        before = work.moving.move(case, move.deployment_id)
    except Stays as stays:
        work.stores.moves.done(line, LineState.STAYED, work.now, reasons=_plain(stays))
        return
    work.stores.moves.done(line, LineState.MOVED, work.now, before=before)
    _tell(work, "case_moved", line, move, line.from_deployment_id, move.deployment_id)


def _take_back(work: Work, case: Case, line: CaseMove, move: Move) -> None:
    try:
        work.moving.take_back(case, work.stores.moves.before(line))
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
    """Count a failed move. After the third, the line says so, and the case stays on its version."""

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
                "values": {"message": self.message},
            }
            work.stores.moves.done(line, LineState.FAILED, work.now, reasons=[failed])
