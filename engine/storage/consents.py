"""The consent ledger: what was agreed to, for whom, on which text. Entries are added, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from engine.storage.database import new_id
from engine.storage.rows import value_of
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.cases import CONSENTS
from engine.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Consent:
    """One entry of the consent ledger."""

    id: UUID
    purpose: str
    state: str
    """``given``, ``refused`` or ``withdrawn``."""
    text_version: str
    language: str | None
    given_how: str | None
    given_on: date | None
    recorded_by_role: str
    recorded_by: UUID | None
    recorded_at: datetime
    withdrawn_at: datetime | None


class Consents:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def record(
        self,
        case_id: UUID,
        *,
        purpose: str,
        state: str,
        text_version: str,
        recorded_by_role: str,
        moment: datetime,
        language: str | None = None,
        given_how: str | None = None,
        given_on: date | None = None,
        recorded_by: UUID | None = None,
        note: str = "",
    ) -> UUID:
        consent_id = new_id()
        self._unit.insert(
            CONSENTS,
            {
                "id": consent_id,
                "case_id": case_id,
                "purpose": purpose,
                "state": state,
                "text_version": text_version,
                "language": language,
                "given_how": given_how,
                "given_on": given_on,
                "recorded_by_role": recorded_by_role,
                "recorded_by": recorded_by,
                "recorded_at": moment,
                "withdrawn_at": moment if state == "withdrawn" else None,
                "note": self._vault.seal_column(
                    CONSENTS.c.note, SealingClass.NARRATIVE, case_id, consent_id, note
                ),
            },
        )
        return consent_id

    def of_case(self, case_id: UUID) -> tuple[Consent, ...]:
        rows = self._unit.rows(
            select(CONSENTS)
            .where(CONSENTS.c.case_id == case_id)
            .order_by(CONSENTS.c.recorded_at, CONSENTS.c.id)
        )
        return tuple(value_of(Consent, row) for row in rows)
