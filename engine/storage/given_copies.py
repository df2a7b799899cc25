"""Copies of case files given out: who got one, on which ground, and what was withheld. Sealed with the case's narrative."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, select

from engine.domain.given_copies import CopyDetails, GivenCopy, Withholding
from engine.errors import NotFound
from engine.storage.rows import row_of, value_of
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.cases import GIVEN_COPIES
from engine.storage.unit_of_work import UnitOfWork

_CHANGING = ("made_at", "document_id", "ended_at", "given_on")


class GivenCopies:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def add(self, copy: GivenCopy) -> bool:
        """Store a copy that is begun. Return False if it is there already: a button pressed twice has one effect."""
        return self._unit.insert_if_absent(
            GIVEN_COPIES, row_of(GIVEN_COPIES, copy, content=self._content(copy))
        )

    def get(self, case_id: UUID, copy_id: UUID) -> GivenCopy:
        of_case = GIVEN_COPIES.c.case_id == case_id
        row = self._unit.row(select(GIVEN_COPIES).where(of_case, GIVEN_COPIES.c.id == copy_id))
        if row is None:
            raise NotFound
        return self._opened(row)

    def of_case(self, case_id: UUID) -> tuple[GivenCopy, ...]:
        """Oldest first."""
        rows = self._unit.rows(
            select(GIVEN_COPIES)
            .where(GIVEN_COPIES.c.case_id == case_id)
            .order_by(GIVEN_COPIES.c.prepared_at, GIVEN_COPIES.c.id)
        )
        return tuple(self._opened(row) for row in rows)

    def change(self, copy: GivenCopy) -> None:
        """Store the copy as changed. The transaction ends with Outdated if somebody changed it since it was read."""
        values = {name: getattr(copy, name) for name in _CHANGING}
        self._unit.update_one(
            GIVEN_COPIES,
            {"id": copy.id, "version": copy.version},
            {**values, "content": self._content(copy), "version": copy.version + 1},
        )

    def _content(self, copy: GivenCopy) -> bytes:
        asked_on = copy.details.asked_on
        content = {
            "details": {**asdict(copy.details), "asked_on": asked_on.isoformat() if asked_on else None},
            "withheld": [asdict(each) for each in copy.withheld],
            "given_by": copy.given_by,
            "not_given_why": copy.not_given_why,
        }
        column = GIVEN_COPIES.c.content
        return self._vault.seal_column(column, SealingClass.NARRATIVE, copy.case_id, copy.id, content)

    def _opened(self, row: RowMapping) -> GivenCopy:
        content = self._vault.open_column(GIVEN_COPIES.c.content, SealingClass.NARRATIVE, row) or {}
        return value_of(
            GivenCopy,
            row,
            details=_details(content.get("details") or {}),
            withheld=tuple(Withholding(**each) for each in content.get("withheld", ())),
            given_by=content.get("given_by", ""),
            not_given_why=content.get("not_given_why", ""),
        )


def _details(kept: Mapping[str, Any]) -> CopyDetails:
    """Return the details; empty once the case's narrative is erased."""
    asked_on = kept.get("asked_on")
    return CopyDetails(
        recipient=kept.get("recipient", ""),
        ground=kept.get("ground", ""),
        ground_words=kept.get("ground_words", ""),
        proof=kept.get("proof", ""),
        proof_words=kept.get("proof_words", ""),
        asked_on=date.fromisoformat(asked_on) if asked_on else None,
    )
