"""Invitations: the one way to a first means of signing in. Their tokens are stored as digests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select, update

from engine.storage.keys import RootKey
from engine.storage.tables.sign_in import INVITATIONS
from engine.storage.unit_of_work import UnitOfWork

VALID_FOR: Final = timedelta(days=3)


class Invitations:
    def __init__(self, unit: UnitOfWork, root: RootKey) -> None:
        self._unit = unit
        self._root = root

    def add(self, token: str, person_id: UUID, invited_by: UUID | None, moment: datetime) -> datetime:
        """Add an invitation in the place of earlier ones. Return when it ends."""
        self.end_all_of(person_id, moment)
        row = {
            "token_hash": self._digest(token),
            "person_id": person_id,
            "invited_by": invited_by,
            "created_at": moment,
            "expires_at": moment + VALID_FOR,
        }
        self._unit.insert(INVITATIONS, row)
        return moment + VALID_FOR

    def invited(self, token: str, moment: datetime) -> tuple[UUID, datetime] | None:
        """Return who is invited and until when; None for an invitation that has ended or never was."""
        open_ones = INVITATIONS.c.ended_at.is_(None), INVITATIONS.c.expires_at > moment
        row = self._unit.row(
            select(INVITATIONS.c.person_id, INVITATIONS.c.expires_at).where(
                INVITATIONS.c.token_hash == self._digest(token), *open_ones
            )
        )
        return None if row is None else (row["person_id"], row["expires_at"])

    def open_ones(self, moment: datetime) -> dict[UUID, datetime]:
        """Return when the open invitations end, by the person who is invited."""
        open_ones = INVITATIONS.c.ended_at.is_(None), INVITATIONS.c.expires_at > moment
        rows = self._unit.rows(select(INVITATIONS.c.person_id, INVITATIONS.c.expires_at).where(*open_ones))
        return {row["person_id"]: row["expires_at"] for row in rows}

    def use(self, token: str, moment: datetime) -> bool:
        """Use an invitation up. Of any number that try at once exactly one gets True."""
        open_one = (
            INVITATIONS.c.token_hash == self._digest(token),
            INVITATIONS.c.ended_at.is_(None),
            INVITATIONS.c.expires_at > moment,
        )
        return self._unit.execute(update(INVITATIONS).where(*open_one).values(ended_at=moment)).rowcount == 1

    def end_all_of(self, person_id: UUID, moment: datetime) -> None:
        self._unit.update(INVITATIONS, {"person_id": person_id, "ended_at": None}, {"ended_at": moment})

    def forget_past(self, moment: datetime) -> None:
        self._unit.execute(delete(INVITATIONS).where(INVITATIONS.c.expires_at < moment))

    def _digest(self, token: str) -> str:
        return self._root.digest("invitation", token)
