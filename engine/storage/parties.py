"""Parties: those with a part in a case."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, bindparam, select

from engine.domain.ages import age_of
from engine.domain.law import ADULT_AGE
from engine.domain.parties import AGE_DOUBTED
from engine.errors import NotFound
from engine.storage.database import new_id
from engine.storage.rows import value_of
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.cases import PARTIES
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
    is_protected: bool
    """Turvakielto (661/2009 36-37 §)."""
    powers: tuple[str, ...]
    """Acts that a party who speaks for the person may do for them."""
    authorised_on: date | None
    identity: Mapping[str, Any]
    contact: Mapping[str, Any]
    added_at: datetime
    held_at: datetime | None
    """Since when nothing goes to them: a reported change of their ways waits for a caseworker."""
    removed_at: datetime | None
    version: int

    @property
    def name(self) -> str:
        """The full name; empty if it was not given or the question was skipped."""
        parts = (self.identity.get(part) for part in ("given_names", "family_name", "referrer_name"))
        return " ".join(part for part in parts if isinstance(part, str))

    def is_minor_on(self, day: date) -> bool:
        """True of a child on the day, by the registered birth date; without one, by what was answered of the age.

        A person whose date staff doubt counts as a child (746/2011 5 §).
        """
        age = age_of(self.identity, day)
        return self.is_minor if age is None else age < ADULT_AGE or self.is_age_doubted

    @property
    def is_age_doubted(self) -> bool:
        return self.identity.get(AGE_DOUBTED) == "yes"

    @property
    def is_silent(self) -> bool:
        """True if nothing may go to them: marked unsafe, waiting for new ways, or no party any more."""
        return self.is_unsafe or self.held_at is not None or self.removed_at is not None

    @property
    def contact_on_copies(self) -> Mapping[str, Any]:
        """Return the contact details that a copy given out may show (661/2009 36-37 §)."""
        if not self.is_protected:
            return self.contact
        return {name: value for name, value in self.contact.items() if name != "postal_address"}


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
        is_protected: bool = False,
        powers: Sequence[str] = (),
        authorised_on: date | None = None,
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
                "is_protected": is_protected,
                "powers": list(powers),
                "authorised_on": authorised_on,
                **self._sealed(case_id, party_id, identity, contact),
                "added_at": moment,
            },
        )
        return party_id

    def of_case(self, case_id: UUID) -> tuple[Party, ...]:
        """Return those who are parties today, read and unsealed once in a transaction."""
        return tuple(each for each in self.ever_of_case(case_id) if each.removed_at is None)

    def ever_of_case(self, case_id: UUID) -> tuple[Party, ...]:
        """Return those who have been removed too: what was sent to them stays theirs."""
        found = self._read.get(case_id)
        if found is None:
            rows = self._unit.rows(_OF_CASE, case=case_id)
            found = self._read[case_id] = tuple(self._opened(row) for row in rows)
        return found

    def of_cases(self, case_ids: Collection[UUID]) -> Mapping[UUID, tuple[Party, ...]]:
        """Return those who are parties of many cases today, read at once."""
        statement = select(PARTIES).where(PARTIES.c.case_id.in_(case_ids), PARTIES.c.removed_at.is_(None))
        found: dict[UUID, tuple[Party, ...]] = {}
        for row in self._unit.rows(statement.order_by(PARTIES.c.id)):
            found[row["case_id"]] = (*found.get(row["case_id"], ()), self._opened(row))
        return found

    def among(self, party_ids: Collection[UUID]) -> tuple[Party, ...]:
        """Return those of the parties that are parties today, of any case, read at once."""
        statement = select(PARTIES).where(PARTIES.c.id.in_(party_ids), PARTIES.c.removed_at.is_(None))
        return tuple(self._opened(row) for row in self._unit.rows(statement.order_by(PARTIES.c.id)))

    def applicant_of(self, case_id: UUID) -> Party | None:
        return next((party for party in self.of_case(case_id) if party.kind == "applicant"), None)

    def get(self, case_id: UUID, party_id: UUID) -> Party:
        """Raise NotFound for a party of another case, and for one that has been removed."""
        for each in self.of_case(case_id):
            if each.id == party_id:
                return each
        raise NotFound

    def change(self, party: Party, **values: Any) -> None:
        """Store other values of columns that are not sealed. The register's history is its caller's."""
        self._read.pop(party.case_id, None)
        self._unit.update(PARTIES, {"id": party.id}, {**values, "version": party.version + 1})

    def rewrite(self, party: Party, identity: Mapping[str, Any], contact: Mapping[str, Any]) -> None:
        self.change(party, **self._sealed(party.case_id, party.id, identity, contact))

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
