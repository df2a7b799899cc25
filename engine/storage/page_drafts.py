"""Drafts of the forms of a case that are neither a task's nor a note: one a person and form, sealed under the case's key for
narrative, kept exactly as typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.notes import PAGE_DRAFTS
from engine.storage.tasks import PAGE_MARK
from engine.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class KeptDraft:
    typed: Mapping[str, Sequence[str]]
    saved_at: datetime
    mark: str
    """Of the page that sent it; empty if a button saved it."""


class PageDrafts:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def save(
        self,
        case_id: UUID,
        person_id: UUID,
        page: str,
        typed: Mapping[str, Sequence[str]],
        moment: datetime,
        mark: str = "",
    ) -> None:
        """Save the draft over any earlier one of the same form."""
        marked: dict[str, Any] = {**{name: list(texts) for name, texts in typed.items()}, PAGE_MARK: mark}
        sealed = self._vault.seal_json(
            case_id, SealingClass.NARRATIVE, _place(case_id, person_id, page), marked
        )
        row = {"case_id": case_id, "person_id": person_id, "page": page, "typed": sealed, "saved_at": moment}
        self._unit.upsert(PAGE_DRAFTS, row, change=("typed", "saved_at"))

    def of_person(self, case_id: UUID, person_id: UUID) -> Mapping[str, KeptDraft]:
        """Return one's own drafts in a case by form. With the narrative they are erased."""
        rows = self._unit.rows(
            select(PAGE_DRAFTS).where(PAGE_DRAFTS.c.case_id == case_id, PAGE_DRAFTS.c.person_id == person_id)
        )
        found = {}
        for row in rows:
            place = _place(case_id, person_id, row["page"])
            typed = self._vault.open_json(case_id, SealingClass.NARRATIVE, place, row["typed"])
            if typed is not None:
                mark = typed.pop(PAGE_MARK, "")
                found[row["page"]] = KeptDraft(typed, row["saved_at"], mark)
        return found

    def discard(self, case_id: UUID, person_id: UUID, page: str) -> None:
        self._unit.delete(PAGE_DRAFTS, {"case_id": case_id, "person_id": person_id, "page": page})


def _place(case_id: UUID, person_id: UUID, page: str) -> str:
    return f"page_drafts.typed/{case_id}/{person_id}/{page}"
