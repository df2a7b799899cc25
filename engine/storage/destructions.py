"""Certificates of destruction: what was destroyed, by which rule and by whom run. No person stands in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, select

from engine.errors import NotFound
from engine.storage.rows import row_of, value_of
from engine.storage.tables.retention import DESTROYED_KEYS, DESTRUCTION_CERTIFICATES
from engine.storage.unit_of_work import UnitOfWork

NEWEST = 100


@dataclass(frozen=True, slots=True)
class DestroyedKey:
    """A key that was destroyed. Its owner's id is its name in the key store and in the logs; it names nobody."""

    owner_id: UUID
    sealing_class: str
    rule: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Certificate:
    number: int
    run_by: str
    issued_at: datetime
    digest: str
    """Of its lines, as the administration log names it."""


class Destructions:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def certify(self, keys: Sequence[DestroyedKey], run_by: str, moment: datetime) -> Certificate:
        """Add a certificate. One that is destroyed a second time, from a key store restored, has its line already."""
        last = self._unit.execute(select(func.max(DESTRUCTION_CERTIFICATES.c.number))).scalar_one_or_none()
        number = (last or 0) + 1
        certificate = Certificate(number, run_by, moment, digest_of(number, keys))
        self._unit.insert(DESTRUCTION_CERTIFICATES, row_of(DESTRUCTION_CERTIFICATES, certificate))
        self._unit.insert(
            DESTROYED_KEYS, *(row_of(DESTROYED_KEYS, each, certificate=number) for each in keys)
        )
        return certificate

    def without_line(self, names: Iterable[tuple[UUID, str]]) -> frozenset[tuple[UUID, str]]:
        """Return those of the keys that no certificate names."""
        wanted = frozenset(names)
        known = select(DESTROYED_KEYS.c.owner_id, DESTROYED_KEYS.c.sealing_class).where(
            DESTROYED_KEYS.c.owner_id.in_({owner for owner, _ in wanted})
        )
        return wanted - {(row.owner_id, row.sealing_class) for row in self._unit.execute(known)}

    def newest(self) -> tuple[Certificate, ...]:
        rows = self._unit.rows(
            select(DESTRUCTION_CERTIFICATES).order_by(DESTRUCTION_CERTIFICATES.c.number.desc()).limit(NEWEST)
        )
        return tuple(value_of(Certificate, row) for row in rows)

    def get(self, number: int) -> tuple[Certificate, tuple[DestroyedKey, ...]]:
        """Return a certificate with its lines. Raise NotFound if there is none."""
        found = select(DESTRUCTION_CERTIFICATES).where(DESTRUCTION_CERTIFICATES.c.number == number)
        row = self._unit.row(found)
        if row is None:
            raise NotFound
        lines = select(DESTROYED_KEYS).where(DESTROYED_KEYS.c.certificate == number)
        rows = self._unit.rows(lines)
        keys = (value_of(DestroyedKey, each) for each in rows)
        return value_of(Certificate, row), tuple(sorted(keys, key=_place))


def digest_of(number: int, keys: Iterable[DestroyedKey]) -> str:
    lines: list[Any] = [
        [each.owner_id.hex, each.sealing_class, each.rule, each.due_on and each.due_on.isoformat()]
        for each in sorted(keys, key=_place)
    ]
    return sha256(orjson.dumps([number, lines])).hexdigest()


def _place(key: DestroyedKey) -> tuple[str, int]:
    return key.sealing_class, key.owner_id.int
