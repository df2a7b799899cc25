"""Parties, the consent ledger, and blind indexes for search."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, bindparam, select

from engine.storage.database import new_id
from engine.storage.rows import value_of
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.cases import BLIND_INDEXES, CONSENTS, PARTIES
from engine.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Party:
    """A person with a part in the case: applicant, child, guardian, representative, agent, referrer."""

    id: UUID
    case_id: UUID
    kind: str
    is_unsafe: bool
    is_minor: bool
    is_recipient: bool
    """Resolutions are served on this party separately (434/2003 56 §)."""
    identity: Mapping[str, Any]
    contact: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The full name; empty if it was not given or the question was skipped."""
        parts = (self.identity.get(part) for part in ("given_names", "family_name", "referrer_name"))
        return " ".join(part for part in parts if isinstance(part, str))


_OF_CASE = select(PARTIES).where(PARTIES.c.case_id == bindparam("case")).order_by(PARTIES.c.id)


class Parties:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault
        self._read: dict[UUID, tuple[Party, ...]] = {}

    def add(
        self,
        case_id: UUID,
        kind: str,
        identity: Mapping[str, Any],
        contact: Mapping[str, Any],
        moment: datetime,
        *,
        is_unsafe: bool = False,
        is_minor: bool = False,
        is_recipient: bool = False,
    ) -> UUID:
        party_id = new_id()
        self._read.pop(case_id, None)
        self._unit.insert(
            PARTIES,
            {
                "id": party_id,
                "case_id": case_id,
                "kind": kind,
                "is_unsafe": is_unsafe,
                "is_minor": is_minor,
                "is_recipient": is_recipient,
                **self._sealed(case_id, party_id, identity, contact),
                "added_at": moment,
            },
        )
        return party_id

    def of_case(self, case_id: UUID) -> tuple[Party, ...]:
        """Return the case's parties, read and unsealed once in a transaction."""
        found = self._read.get(case_id)
        if found is None:
            rows = self._unit.rows(_OF_CASE, case=case_id)
            found = self._read[case_id] = tuple(self._opened(row) for row in rows)
        return found

    def applicant_of(self, case_id: UUID) -> Party | None:
        return next((party for party in self.of_case(case_id) if party.kind == "applicant"), None)

    def change(self, party: Party, **flags: bool) -> None:
        self._read.pop(party.case_id, None)
        self._unit.update(PARTIES, {"id": party.id}, flags)

    def rewrite(self, party: Party, identity: Mapping[str, Any], contact: Mapping[str, Any]) -> None:
        self._read.pop(party.case_id, None)
        sealed = self._sealed(party.case_id, party.id, identity, contact)
        self._unit.update(PARTIES, {"id": party.id}, sealed)

    def _sealed(
        self, case_id: UUID, party_id: UUID, identity: Mapping[str, Any], contact: Mapping[str, Any]
    ) -> dict[str, bytes]:
        seal = self._vault.seal_column
        return {
            "identity": seal(PARTIES.c.identity, SealingClass.IDENTITY, case_id, party_id, dict(identity)),
            "contact": seal(PARTIES.c.contact, SealingClass.CONTACT, case_id, party_id, dict(contact)),
        }

    def _opened(self, row: RowMapping) -> Party:
        return value_of(
            Party,
            row,
            identity=self._vault.open_column(PARTIES.c.identity, SealingClass.IDENTITY, row) or {},
            contact=self._vault.open_column(PARTIES.c.contact, SealingClass.CONTACT, row) or {},
        )


class BlindIndexes:
    """Finds cases by name or birth date without unsealing them: stores keyed digests of the normal form."""

    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def add(self, case_id: UUID, values: Iterable[tuple[str, str]]) -> None:
        rows = (
            {"id": new_id(), "case_id": case_id, "kind": kind, "digest": self._digest(kind, value)}
            for kind, value in values
            if value.strip()
        )
        self._unit.insert(BLIND_INDEXES, *rows)

    def cases_with(self, kind: str, value: str) -> frozenset[UUID]:
        rows = self._unit.execute(
            select(BLIND_INDEXES.c.case_id).where(
                BLIND_INDEXES.c.kind == kind, BLIND_INDEXES.c.digest == self._digest(kind, value)
            )
        )
        return frozenset(rows.scalars())

    def _digest(self, kind: str, value: str) -> str:
        folded = unicodedata.normalize("NFKD", value).casefold()
        plain = "".join(character for character in folded if character.isalnum())
        return self._vault.master.digest(f"blind index {kind}", plain)


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
