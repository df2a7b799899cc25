"""Sealed data: AES-256-GCM under a data key for each case and class, wrapped by a master key.

Master key and wrapped keys lie outside the database. Erasing a class of a case destroys its key; copies left in files
and backups can then no longer be read.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Column, RowMapping

from engine.errors import Unsealable
from engine.storage.key_store import KeyName, KeyStore
from engine.storage.keys import MasterKey, RootKey, decrypt, encrypt

DRAFT_KEY = "wrap draft keys"


class SealingClass(StrEnum):
    """Classes of data, each destroyed together (615/2020 15 §: retention differs by kind of data)."""

    IDENTITY = "identity"
    CONTACT = "contact"
    NARRATIVE = "narrative"
    DECISION = "decision"
    ENGINE = "engine"


def _pad(plain: bytes) -> bytes:
    """Pad to a length of 64·2^k, so that the length of the ciphertext does not reveal an answer."""
    bucket = 64
    while bucket < len(plain) + 4:
        bucket *= 2
    return len(plain).to_bytes(4, "big") + plain.ljust(bucket - 4, b"\0")


def _unpad(padded: bytes) -> bytes:
    return padded[4 : 4 + int.from_bytes(padded[:4], "big")]


class Vault:
    """Seals and unseals data within one transaction; it forgets its unwrapped keys afterwards."""

    def __init__(self, root: RootKey, master: MasterKey, key_store: KeyStore) -> None:
        self.root = root
        self._master = master
        self._key_store = key_store
        self._keys: dict[UUID, dict[str, bytes]] = {}
        self._wrapped: dict[UUID, Mapping[str, bytes]] = {}

    def create_keys(self, case_id: UUID) -> None:
        """Create the keys of a new case. They are in the key store when this returns, so before the case is committed."""
        keys = {each.value: os.urandom(32) for each in SealingClass}
        wrap, version = self._master.wrapped_for, self._key_store.master_version()
        self._key_store.add(
            {(case_id, name): wrap(version, case_id, name, key) for name, key in keys.items()}
        )
        self._keys[case_id] = keys

    def fetch_keys(self, case_ids: Sequence[UUID]) -> None:
        """Read the keys of many cases at once, before each is opened."""
        self._wrapped.update(self._key_store.of_cases(case_ids))

    def _key(self, case_id: UUID, sealing_class: str) -> bytes:
        keys = self._keys.setdefault(case_id, {})
        if sealing_class not in keys:
            wrapped = self._wrapped_key(case_id, sealing_class)
            keys[sealing_class] = self._master.unwrapped_of(case_id, sealing_class, wrapped)
        return keys[sealing_class]

    def _wrapped_key(self, case_id: UUID, sealing_class: str) -> bytes:
        """Return a wrapped key. All keys of a case are read at once, and unwrapped when they are needed."""
        if case_id not in self._wrapped:
            self._wrapped[case_id] = self._key_store.of_case(case_id)
        try:
            return self._wrapped[case_id][sealing_class]
        except KeyError as destroyed:
            raise Unsealable from destroyed

    def has_key(self, case_id: UUID, sealing_class: str) -> bool:
        """Return True if that class of the case can be opened; False once it has been erased."""
        try:
            self._key(case_id, sealing_class)
        except Unsealable:
            return False
        return True

    def seal(self, case_id: UUID, sealing_class: str, place: str, plain: bytes) -> bytes:
        """Encrypt a value. `place` is ``table.column/row id``: ciphertext copied to another row or column can't be opened."""
        return encrypt(self._key(case_id, sealing_class), _pad(plain), f"{case_id}|{sealing_class}|{place}")

    def open(self, case_id: UUID, sealing_class: str, place: str, sealed: bytes) -> bytes:
        return _unpad(
            decrypt(self._key(case_id, sealing_class), sealed, f"{case_id}|{sealing_class}|{place}")
        )

    def seal_json(self, case_id: UUID, sealing_class: str, place: str, value: Any) -> bytes:
        return self.seal(case_id, sealing_class, place, orjson.dumps(value))

    def open_json(self, case_id: UUID, sealing_class: str, place: str, sealed: bytes | None) -> Any:
        """Return the unsealed value; None if nothing is stored or the class has been erased."""
        if sealed is None or not self.has_key(case_id, sealing_class):
            return None
        return orjson.loads(self.open(case_id, sealing_class, place, sealed))

    def seal_column(
        self, column: Column[Any], sealing_class: str, case_id: UUID, row_id: UUID, value: Any
    ) -> bytes:
        return self.seal_json(case_id, sealing_class, _place(column, row_id), value)

    def open_column(self, column: Column[Any], sealing_class: str, row: RowMapping) -> Any:
        """Return the unsealed column; None if nothing is stored or the class has been erased."""
        return self.open_json(row["case_id"], sealing_class, _place(column, row["id"]), row[column.name])

    def seal_apart(self, purpose: str, place: str, value: Any) -> bytes:
        """Encrypt data that belongs to no case: public drafts, enquiries, addresses of outgoing mail."""
        return encrypt(self.root.derive(purpose), _pad(orjson.dumps(value)), place)

    def open_apart(self, purpose: str, place: str, sealed: bytes | None) -> Any:
        if sealed is None:
            return None
        return orjson.loads(_unpad(decrypt(self.root.derive(purpose), sealed, place)))

    def rewrap(self, wrapped: bytes, old_place: str, new_place: str) -> bytes:
        """Wrap a draft's key anew for the draft's new token."""
        key = self.root.unwrapped(DRAFT_KEY, old_place, wrapped)
        return encrypt(self.root.derive(DRAFT_KEY), key, new_place)

    def seal_under(self, wrapped: bytes, key_place: str, place: str, plain: bytes) -> bytes:
        """Encrypt under the key of a draft, before there is a case."""
        return encrypt(self.root.unwrapped(DRAFT_KEY, key_place, wrapped), _pad(plain), place)

    def open_under(self, wrapped: bytes, key_place: str, place: str, sealed: bytes) -> bytes:
        return _unpad(decrypt(self.root.unwrapped(DRAFT_KEY, key_place, wrapped), sealed, place))

    def destroy(self, keys: Iterable[KeyName]) -> None:
        """Destroy keys: erasure (906/2019 21 §). It can't be undone, not by rolling back this transaction either."""
        doomed = tuple(keys)
        self._key_store.destroy(doomed)
        for case_id, _ in doomed:
            self._keys.pop(case_id, None)
            self._wrapped.pop(case_id, None)


def _place(column: Column[Any], row_id: UUID) -> str:
    return f"{column.table.name}.{column.name}/{row_id}"
