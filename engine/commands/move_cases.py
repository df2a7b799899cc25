"""Let running cases go on in the version now in use: asked by a process owner, approved by another, taken back by either.

Nothing moves here: each case becomes a row that is due, and the worker moves it in a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from engine.domain.cases import Case
from engine.domain.moves import MoveState
from engine.domain.people import Role
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.executor import Command, Work
from engine.executor.permissions import require_role


class OwnMove(Forbidden):
    """Et voi hyväksyä siirtoa, jota olet itse pyytänyt. Toisen prosessinomistajan on tehtävä se."""


@dataclass(frozen=True)
class RequestMove(Command[UUID]):
    """Ask that these cases move. A second process owner decides; until then nothing is due."""

    deployment_id: UUID
    references: Sequence[str]

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> UUID:
        return _asked(work, self.deployment_id, self.references)


@dataclass(frozen=True)
class ApproveMove(Command[None]):
    """The second person has looked: the cases are due to move."""

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
    """Not these, not now. Whoever asked may take it back as well as the second person may say no."""

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
    """Back to the version they came from, those that have not gone on since. One person is enough.

    It restores what two people had approved before; whoever sees that something is wrong need not look for a second.
    """

    move_id: UUID
    references: Sequence[str] | None = None
    """All of the move that have moved when not given."""

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER, Role.SYSTEM)

    def execute(self, work: Work) -> int:
        lines = work.stores.moves.lines(work.stores.moves.get(self.move_id).id)
        wanted = None if self.references is None else frozenset(self.references)
        found = [each.case_id for each in lines if wanted is None or each.reference in wanted]
        asked = work.stores.moves.ask_back(self.move_id, found, work.now)
        if not asked:
            raise Conflict("Yhtään siirrettyä asiaa ei ole palautettavana.")
        return asked


@dataclass(frozen=True)
class MoveAtOnce(Command[UUID]):
    """From the command line: recorded as the operator's act, due without a second person."""

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
    elsewhere = {case.reference: case for case in work.stores.cases.open_elsewhere(deployment_id)}
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
