"""The search keys of cases, as keyed digests: what finds a case without opening any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Select, literal, select, union_all
from sqlalchemy.types import LargeBinary

from engine.domain.search_keys import VERSION
from engine.storage.keys import RootKey
from engine.storage.tables.cases import BLIND_INDEXES, CASES
from engine.storage.tables.searching import SEARCH_KEYS
from engine.storage.unit_of_work import UnitOfWork

MOST_OF_A_KEY: Final = 60
"""Many share a frequent name: the newest of them are looked at, so that a search costs the same however many there are."""
MOST_KEYS: Final = 200
"""The most telling keys of a search: SQLite joins no more than 500 selects, and nobody's name needs them."""
_PURPOSE: Final = "search keys"
_LENGTH: Final = 20
"""Hexadecimal digits of a digest. Two of a million keys are the same by chance once in a million times."""


class SearchKeys:
    def __init__(self, unit: UnitOfWork, root: RootKey) -> None:
        self._unit = unit
        self._root = root

    def replace(self, case_id: UUID, kept: Mapping[UUID, Iterable[str]]) -> None:
        """Store the keys of a case's parties, by party, in place of those they had. The ending of its code stays.

        The case's row is written first: a worker that makes its keys, and a person who changes a name, take turns.
        """
        self._unit.update(CASES, {"id": case_id}, {"keyed_by": VERSION})
        for party_id in kept:
            self._unit.delete(SEARCH_KEYS, {"case_id": case_id, "subject_id": party_id})
        self._unit.delete(BLIND_INDEXES, {"case_id": case_id})
        self._insert(case_id, ((party_id, each) for party_id, keys in kept.items() for each in keys))

    def add(self, case_id: UUID, kept: Mapping[UUID, Iterable[str]]) -> None:
        """Store the keys of a new case. `kept`: by party, or by the case itself for the ending of its code."""
        self._unit.update(CASES, {"id": case_id}, {"keyed_by": VERSION})
        self._insert(case_id, ((subject, each) for subject, keys in kept.items() for each in keys))

    def add_of_case(self, case_id: UUID, key: str) -> None:
        """Store one more key of the case itself. Who says the ending of an older code is found too."""
        row = {"digest": self.digest(key), "case_id": case_id, "subject_id": case_id}
        self._unit.delete(SEARCH_KEYS, row)
        self._unit.insert(SEARCH_KEYS, row)

    def _insert(self, case_id: UUID, kept: Iterable[tuple[UUID, str]]) -> None:
        rows = sorted({(self.digest(key), subject_id) for subject_id, key in kept})
        self._unit.insert(
            SEARCH_KEYS,
            *({"digest": digest, "case_id": case_id, "subject_id": subject} for digest, subject in rows),
        )

    def forget(self, case_id: UUID) -> None:
        """Delete every key of the case: who was its person is erased."""
        self._unit.update(CASES, {"id": case_id}, {"keyed_by": VERSION})
        self._unit.delete(SEARCH_KEYS, {"case_id": case_id})
        self._unit.delete(BLIND_INDEXES, {"case_id": case_id})

    def found(self, keys: Sequence[str]) -> Mapping[tuple[UUID, UUID], frozenset[str]]:
        """Return case and subject to the keys that found them, in one statement that reads MOST_OF_A_KEY rows of each
        key at most, the newest cases first."""
        if not keys:
            return {}
        digests = {self.digest(each): each for each in keys[:MOST_KEYS]}
        rows = self._unit.execute(union_all(*map(_newest, digests)))
        found: dict[tuple[UUID, UUID], frozenset[str]] = {}
        for digest, case_id, subject_id in rows:
            place = case_id, subject_id
            found[place] = found.get(place, frozenset()) | {digests[bytes(digest)]}
        return found

    def without(self, limit: int) -> tuple[UUID, ...]:
        """Return cases whose keys were never made, or by an older version, and lock them. Another worker's are left out."""
        rows = self._unit.execute(
            select(CASES.c.id)
            .where(CASES.c.keyed_by < VERSION)
            .order_by(CASES.c.keyed_by, CASES.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return tuple(rows.scalars())

    def digest(self, key: str) -> bytes:
        return bytes.fromhex(self._root.digest(_PURPOSE, key)[:_LENGTH])


def _newest(digest: bytes) -> Select[tuple[bytes, UUID, UUID]]:
    keys = SEARCH_KEYS.c
    newest = (
        select(keys.digest, keys.case_id, keys.subject_id)
        .where(keys.digest == literal(digest, LargeBinary))
        .order_by(keys.case_id.desc())
        .limit(MOST_OF_A_KEY)
        .subquery()
    )
    # SQLite takes no limit inside a union, but one inside a table of it.
    return select(newest.c.digest, newest.c.case_id, newest.c.subject_id)
