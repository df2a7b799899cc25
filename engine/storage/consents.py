"""The consent ledger: what was agreed to, for whom, on which text. Entries are added, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from engine.domain.consents import WITHDRAWN, Consent
from engine.domain.interpreters import Interpreter
from engine.storage.database import new_id
from engine.storage.rows import value_of
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.cases import CONSENTS
from engine.storage.unit_of_work import UnitOfWork


class Consents:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def record(
        self,
        case_id: UUID,
        *,
        purpose: str,
        recipient: str,
        state: str,
        text_version: str,
        recorded_by_role: str,
        moment: datetime,
        language: str | None = None,
        given_how: str | None = None,
        given_on: date | None = None,
        interpreter: Interpreter | None = None,
        recorded_by: UUID | None = None,
        note: str = "",
        withdraws: UUID | None = None,
    ) -> UUID:
        consent_id = new_id()
        self._unit.insert(
            CONSENTS,
            {
                "id": consent_id,
                "case_id": case_id,
                "purpose": purpose,
                "recipient": recipient,
                "state": state,
                "text_version": text_version,
                "language": language,
                "given_how": given_how,
                "given_on": given_on,
                "interpreter": interpreter,
                "recorded_by_role": recorded_by_role,
                "recorded_by": recorded_by,
                "recorded_at": moment,
                "withdrawn_at": moment if state == WITHDRAWN else None,
                "withdraws": withdraws,
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

    def notes_of(self, case_id: UUID) -> Mapping[UUID, str]:
        """Return what was written beside each entry of the ledger; nothing of erased ones."""
        rows = self._unit.rows(select(CONSENTS).where(CONSENTS.c.case_id == case_id))
        opened = (
            (row["id"], self._vault.open_column(CONSENTS.c.note, SealingClass.NARRATIVE, row)) for row in rows
        )
        return {consent_id: str(note) for consent_id, note in opened if note}
