"""Parties, the consent ledger, and blind indexes for search."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, Uuid, bindparam, insert, select, update

from engine.storage.database import new_id
from engine.storage.gathering import Gathered, Gathering
from engine.storage.prepared import Found, read
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.cases import BLIND_INDEXES, CONSENTS, PARTIES


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
        """As told; empty when it was not. A skipped question is no name."""
        told = (self.identity.get(part) for part in ("given_names", "family_name", "referrer_name"))
        return " ".join(part for part in told if isinstance(part, str))


class Parties:
    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
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
        self._connection.execute(
            insert(PARTIES).values(
                id=party_id,
                case_id=case_id,
                kind=kind,
                is_unsafe=is_unsafe,
                is_minor=is_minor,
                is_recipient=is_recipient,
                identity=self._vault.seal_json(
                    case_id, SealingClass.IDENTITY, f"parties.identity/{party_id}", dict(identity)
                ),
                contact=self._vault.seal_json(
                    case_id, SealingClass.CONTACT, f"parties.contact/{party_id}", dict(contact)
                ),
                added_at=moment,
            )
        )
        return party_id

    def of_case(self, case_id: UUID) -> tuple[Party, ...]:
        """Read and opened once a transaction."""
        found = self._read.get(case_id)
        if found is None:
            rows = read(self._connection, _of_case(), {"case": case_id})
            found = self._read[case_id] = tuple(self._opened(row) for row in rows)
        return found

    def applicant_of(self, case_id: UUID) -> Party | None:
        return next((party for party in self.of_case(case_id) if party.kind == "applicant"), None)

    def change(self, party: Party, **flags: bool) -> None:
        self._read.pop(party.case_id, None)
        self._connection.execute(update(PARTIES).where(PARTIES.c.id == party.id).values(flags))

    def rewrite(self, party: Party, identity: Mapping[str, Any], contact: Mapping[str, Any]) -> None:
        self._read.pop(party.case_id, None)
        self._connection.execute(
            update(PARTIES)
            .where(PARTIES.c.id == party.id)
            .values(
                identity=self._vault.seal_json(
                    party.case_id, SealingClass.IDENTITY, f"parties.identity/{party.id}", dict(identity)
                ),
                contact=self._vault.seal_json(
                    party.case_id, SealingClass.CONTACT, f"parties.contact/{party.id}", dict(contact)
                ),
            )
        )

    def _opened(self, row: Found) -> Party:
        opened = self._vault.open_json
        return Party(
            id=row["id"],
            case_id=row["case_id"],
            kind=row["kind"],
            is_unsafe=row["is_unsafe"],
            is_minor=row["is_minor"],
            is_recipient=row["is_recipient"],
            identity=opened(
                row["case_id"], SealingClass.IDENTITY, f"parties.identity/{row['id']}", row["identity"]
            )
            or {},
            contact=opened(
                row["case_id"], SealingClass.CONTACT, f"parties.contact/{row['id']}", row["contact"]
            )
            or {},
        )


@lru_cache
def _of_case() -> Select[Any]:
    return select(PARTIES).where(PARTIES.c.case_id == bindparam("case", type_=Uuid)).order_by(PARTIES.c.id)


class BlindIndexes(Gathering):
    """Look-up by name or birth date without opening a case: keyed digests of the normal form."""

    def __init__(self, gathered: Gathered, vault: Vault) -> None:
        super().__init__(gathered, BLIND_INDEXES)
        self._vault = vault

    def add(self, case_id: UUID, values: Iterable[tuple[str, str]]) -> None:
        rows = (
            {"id": new_id(), "case_id": case_id, "kind": kind, "digest": self._digest(kind, value)}
            for kind, value in values
            if value.strip()
        )
        self._gathered.add(BLIND_INDEXES, *rows)

    def cases_with(self, kind: str, value: str) -> frozenset[UUID]:
        rows = self._connection.execute(
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
    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
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
        self._connection.execute(
            insert(CONSENTS).values(
                id=consent_id,
                case_id=case_id,
                purpose=purpose,
                state=state,
                text_version=text_version,
                language=language,
                given_how=given_how,
                given_on=given_on,
                recorded_by_role=recorded_by_role,
                recorded_by=recorded_by,
                recorded_at=moment,
                withdrawn_at=moment if state == "withdrawn" else None,
                note=self._vault.seal_json(
                    case_id, SealingClass.NARRATIVE, f"consents.note/{consent_id}", note
                ),
            )
        )
        return consent_id

    def of_case(self, case_id: UUID) -> tuple[Consent, ...]:
        fields = tuple(Consent.__dataclass_fields__)
        rows = self._connection.execute(
            select(*(CONSENTS.c[name] for name in fields))
            .where(CONSENTS.c.case_id == case_id)
            .order_by(CONSENTS.c.recorded_at, CONSENTS.c.id)
        )
        return tuple(Consent(**row) for row in rows.mappings())
