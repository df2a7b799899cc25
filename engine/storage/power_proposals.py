"""Powers that wait for a second person, and those that were decided."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, select, update

from engine.domain.administration import PowerProposal
from engine.domain.people import Role
from engine.errors import NotFound
from engine.storage.people import limits_in, row_of_limits
from engine.storage.rows import row_of, value_of
from engine.storage.tables.people import POWER_PROPOSALS
from engine.storage.unit_of_work import UnitOfWork

_WAITING = select(POWER_PROPOSALS).where(POWER_PROPOSALS.c.decided_at.is_(None))


class PowerProposals:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, proposal: PowerProposal) -> None:
        lists = {"roles": sorted(each.value for each in proposal.roles), "scopes": sorted(proposal.scopes)}
        row = row_of(POWER_PROPOSALS, proposal, **lists, **row_of_limits(proposal.limits))
        self._unit.insert(POWER_PROPOSALS, row)

    def waiting(self, about: str = "") -> tuple[PowerProposal, ...]:
        """Return those that wait, the oldest first; with `about`, of one person or program."""
        found = _WAITING.where(POWER_PROPOSALS.c.about == about) if about else _WAITING
        rows = self._unit.rows(found.order_by(POWER_PROPOSALS.c.proposed_at, POWER_PROPOSALS.c.id))
        return tuple(_proposal(row) for row in rows)

    def get(self, proposal_id: UUID) -> PowerProposal:
        """Return one, decided or not. Raise NotFound if it never was."""
        row = self._unit.row(select(POWER_PROPOSALS).where(POWER_PROPOSALS.c.id == proposal_id))
        if row is None:
            raise NotFound
        return _proposal(row)

    def decide(
        self, proposal_id: UUID, decided_by: UUID | None, moment: datetime, *, confirmed: bool
    ) -> bool:
        """Decide one. Of any number that decide at once exactly one gets True."""
        one = POWER_PROPOSALS.c.id == proposal_id, POWER_PROPOSALS.c.decided_at.is_(None)
        decision = {"decided_by": decided_by, "decided_at": moment, "is_confirmed": confirmed}
        return self._unit.execute(update(POWER_PROPOSALS).where(*one).values(**decision)).rowcount == 1


def _proposal(row: RowMapping) -> PowerProposal:
    roles = frozenset(Role(each) for each in row["roles"])
    return value_of(PowerProposal, row, roles=roles, limits=limits_in(row))
