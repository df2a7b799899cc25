"""Acts that programs, or the page of an urgent call, have named by a key: what was asked and what was answered, so that a repeated call does nothing more."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, delete, select

from engine.errors import KeyReused
from engine.storage.keys import RootKey
from engine.storage.tables.webhooks import PROGRAM_ACTS
from engine.storage.unit_of_work import UnitOfWork

KEPT_FOR: Final = timedelta(days=90)
"""A program that got no answer asks again within hours. After this an application's key is refused, and never taken for
another's."""
_PURPOSE: Final = "program acts"
_NAMES: Final = "program acts name"
_DIGESTED: Final = "d:"
"""How a stored name begins: a keyed digest, since the name itself opens a receipt with its code. The version before stored names
in clear, which begin otherwise."""
_KNOWN: Final = select(PROGRAM_ACTS).where(PROGRAM_ACTS.c.name == bindparam("wanted"))
_IN_CLEAR: Final = select(PROGRAM_ACTS).where(~PROGRAM_ACTS.c.name.startswith(_DIGESTED))


@dataclass(frozen=True, slots=True)
class ProgramAct:
    answer: Any
    """JSON; nothing of a person."""


class ProgramActs:
    def __init__(self, unit: UnitOfWork, root: RootKey) -> None:
        self._unit = unit
        self._root = root

    def find(self, name: str, asked: Any) -> ProgramAct | None:
        """Return the act that was done under this name; None if there is none. `asked`: all that the call asks, as JSON.

        Raise KeyReused if the act under this name asked for something else: its answer would hide that this is lost.
        """
        row = self._unit.row(_KNOWN, wanted=self._stored(name)) or self._unit.row(_KNOWN, wanted=name)
        if row is None:
            return None
        if row["asked"] != self._digest(asked):
            raise KeyReused
        return ProgramAct(row["answer"])

    def add(self, name: str, case_id: UUID, asked: Any, answer: Any, moment: datetime) -> None:
        """Note the act. Of two calls that come together the second loses the race, and finds this one."""
        self._unit.insert(
            PROGRAM_ACTS,
            {
                "name": self._stored(name),
                "case_id": case_id,
                "asked": self._digest(asked),
                "answer": answer,
                "done_at": moment,
            },
        )

    def forget_past(self, moment: datetime) -> None:
        """Delete old acts, and the names in clear of those that the version before has stored."""
        for row in self._unit.rows(_IN_CLEAR):
            # The version before, running beside this one, may have named the same act once more.
            self._unit.insert_if_absent(PROGRAM_ACTS, {**row, "name": self._stored(row["name"])})
            self._unit.delete(PROGRAM_ACTS, {"name": row["name"]})
        self._unit.execute(delete(PROGRAM_ACTS).where(PROGRAM_ACTS.c.done_at < moment - KEPT_FOR))

    def forget_case(self, case_id: UUID) -> None:
        """Delete the digests of what somebody wrote: they go with the words."""
        self._unit.delete(PROGRAM_ACTS, {"case_id": case_id})

    def _stored(self, name: str) -> str:
        return _DIGESTED + self._root.digest(_NAMES, name)

    def _digest(self, asked: Any) -> str:
        """Return a keyed digest: without the key nobody can try out what somebody answered."""
        return self._root.digest(_PURPOSE, json.dumps(asked, sort_keys=True))
