"""Sealed data: AES-256-GCM under a data key for each case and class, wrapped by a master key.

Master key and wrapped keys lie outside the database. Erasing a class of a case destroys its key; copies left in files
and backups can then no longer be read. Data that belong to no case have keys in the same store: an enquiry its own,
what lives for days the key of the day on which it ends.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import Column, RowMapping

from engine.errors import Unsealable
from engine.storage.key_store import KeyName, KeyStore, day_of_owner, owner_of_day
from engine.storage.keys import MasterKey, RootKey, decrypt, derived, encrypt

DRAFT_KEY = "wrap draft keys"
ENQUIRIES: Final = "enquiries"
"""Each enquiry has a key of its own."""
DRAFTS: Final = "public drafts"
MESSAGES: Final = "outbox recipients"
IDENTIFICATIONS: Final = "identification"
TRY_OUTS: Final = "steps of try-outs"
PAGES: Final = "page addresses"
OF_DAYS: Final = (DRAFTS, MESSAGES, IDENTIFICATIONS, TRY_OUTS, PAGES)
"""Classes of what ends on a day: all that ends on one day has one key, which is destroyed when the day is over."""
BY_ROOT: Final = b"\x01"
BY_STORE: Final = b"\x03"
_AGAIN: Final = 10
_OWNER: Final = 16
KEYED: Final = "h1:"
"""Begins digests under a key of their case; the version before stored plain SHA-256."""


class SealingClass(StrEnum):
    """Classes of data, each destroyed together (615/2020 15 §: retention differs by kind of data)."""

    IDENTITY = "identity"
    CONTACT = "contact"
    NARRATIVE = "narrative"
    DECISION = "decision"
    ENGINE = "engine"


_WITH_DECISION: Final = frozenset({SealingClass.NARRATIVE, SealingClass.ENGINE})
"""Classes that may be destroyed before the decision. What is written afterwards, in a case that was opened again, goes with
the decision."""


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
        """Read the keys of many cases at once, before each is opened; those that are read already stay."""
        if unread := [each for each in case_ids if each not in self._wrapped]:
            self._wrapped.update(self._key_store.of_cases(unread))

    def _key(self, case_id: UUID, sealing_class: str) -> bytes:
        keys = self._keys.setdefault(case_id, {})
        if sealing_class not in keys:
            wrapped = self._wrapped_key(case_id, sealing_class)
            keys[sealing_class] = self._master.unwrapped_of(case_id, sealing_class, wrapped)
        return keys[sealing_class]

    def _wrapped_key(self, case_id: UUID, sealing_class: str) -> bytes:
        try:
            return self._wrapped_keys(case_id)[sealing_class]
        except KeyError as destroyed:
            raise Unsealable from destroyed

    def _wrapped_keys(self, case_id: UUID) -> Mapping[str, bytes]:
        """Return the wrapped keys of a case. All are read at once, and unwrapped when they are needed."""
        if case_id not in self._wrapped:
            self._wrapped[case_id] = self._key_store.of_case(case_id)
        return self._wrapped[case_id]

    def has_key(self, case_id: UUID, sealing_class: str) -> bool:
        """Return True if that class of the case can be opened; False once it has been erased."""
        try:
            self._key(case_id, sealing_class)
        except Unsealable:
            return False
        return True

    def takes(self, case_id: UUID, sealing_class: str) -> bool:
        """Return True if something new of that class can be sealed."""
        return self.has_key(case_id, self.class_of_new(case_id, sealing_class))

    def class_of_new(self, case_id: UUID, sealing_class: str) -> str:
        """Return the class under whose key something new of a class is sealed: the class itself until it is erased."""
        # A key that is there and opens nothing was tampered with, not erased.
        is_erased = sealing_class in _WITH_DECISION and sealing_class not in self._wrapped_keys(case_id)
        return SealingClass.DECISION.value if is_erased else sealing_class

    def seal(self, case_id: UUID, sealing_class: str, place: str, plain: bytes) -> bytes:
        """Encrypt a value. `place` is ``table.column/row id``: ciphertext copied to another row or column can't be opened."""
        name = self.class_of_new(case_id, sealing_class)
        return encrypt(self._key(case_id, name), _pad(plain), f"{case_id}|{name}|{place}")

    def open(self, case_id: UUID, sealing_class: str, place: str, sealed: bytes) -> bytes:
        """Raise Unsealable also of what was sealed before its class was erased."""
        name = self.class_of_new(case_id, sealing_class)
        return _unpad(decrypt(self._key(case_id, name), sealed, f"{case_id}|{name}|{place}"))

    def seal_json(self, case_id: UUID, sealing_class: str, place: str, value: Any) -> bytes:
        return self.seal(case_id, sealing_class, place, orjson.dumps(value))

    def open_json(self, case_id: UUID, sealing_class: str, place: str, sealed: bytes | None) -> Any:
        """Return the unsealed value; None if nothing is stored or the class has been erased since."""
        if sealed is None:
            return None
        try:
            return orjson.loads(self.open(case_id, sealing_class, place, sealed))
        except Unsealable:
            if self.has_key(case_id, sealing_class):
                raise
            return None

    def seal_column(
        self, column: Column[Any], sealing_class: str, case_id: UUID, row_id: UUID, value: Any
    ) -> bytes:
        return self.seal_json(case_id, sealing_class, _place(column, row_id), value)

    def open_column(self, column: Column[Any], sealing_class: str, row: RowMapping) -> Any:
        """Return the unsealed column; None if nothing is stored or the class has been erased."""
        return self.open_json(row["case_id"], sealing_class, _place(column, row["id"]), row[column.name])

    def digest(self, case_id: UUID, sealing_class: str, place: str, value: str) -> str:
        """Return a digest under a key of the case, by which something is compared with what was there. It dies with the
        class: afterwards nobody can try out what it was a digest of."""
        key = derived(self._key(case_id, sealing_class), "digest")
        return KEYED + hmac.digest(key, f"{place}|{value}".encode(), "sha256").hex()

    def still_held(self, case_ids: Collection[UUID], sealing_class: str) -> frozenset[UUID]:
        """Return the cases of which that class has not been erased, also if the database is older than the erasure."""
        self.fetch_keys(tuple(case_ids))
        return frozenset(each for each in case_ids if sealing_class in self._wrapped[each])

    # ---------------------------------------------------------------- of no case

    def create_apart_key(self, purpose: str, owner: UUID) -> None:
        """Create the key of something that belongs to no case, before it is stored."""
        self._create(owner, purpose, is_settled=False)

    def seal_apart(self, purpose: str, place: str, value: Any) -> bytes:
        """Encrypt secrets of staff under the root key, which is never destroyed."""
        return encrypt(self.root.derive(purpose), _pad(orjson.dumps(value)), place)

    def seal_until(self, purpose: str, place: str, value: Any, ends: datetime) -> bytes:
        """Encrypt data that belongs to no case under the key of the day on which it ends: afterwards nothing opens it."""
        return self._seal_for(self._owner_of_day(purpose, ends), purpose, place, _pad(orjson.dumps(value)))

    def seal_for(self, owner: UUID, purpose: str, place: str, value: Any) -> bytes:
        """Encrypt data that belongs to no case under the key of its owner."""
        return self._seal_for(owner, purpose, place, _pad(orjson.dumps(value)))

    def open_apart(self, purpose: str, place: str, sealed: bytes | None) -> Any:
        """Raise Unsealable if its key is destroyed."""
        if sealed is None:
            return None
        return orjson.loads(_unpad(self._open_apart(purpose, purpose, place, sealed)))

    def _seal_for(self, owner: UUID, purpose: str, place: str, plain: bytes) -> bytes:
        return BY_STORE + owner.bytes + encrypt(self._key(owner, purpose), plain, place)

    def _owner_of_day(self, purpose: str, ends: datetime) -> UUID:
        """Return the name of the day's key, which is created if need be. Of two that write first for a day, both use the
        one that the store kept."""
        for again in range(_AGAIN):
            owner = owner_of_day(_day(ends), again)
            if self.has_key(owner, purpose):
                return owner
            self._create(owner, purpose, is_settled=True)
            if self.has_key(owner, purpose):
                return owner
            # Destroyed already, by a host whose clock ran ahead: the day gets another one, and nobody is turned away.
        raise Unsealable

    def _open_apart(self, purpose: str, root_purpose: str, place: str, sealed: bytes) -> bytes:
        """`root_purpose`: under which the version before sealed it, from the root key."""
        if sealed[:1] != BY_STORE:
            return decrypt(self.root.derive(root_purpose), sealed, place)
        return decrypt(self._key(_owner_of(sealed), purpose), sealed[1 + _OWNER :], place)

    def _create(self, owner: UUID, purpose: str, *, is_settled: bool) -> None:
        version = self._key_store.master_version()
        wrapped = self._master.wrapped_for(version, owner, purpose, os.urandom(32))
        self._key_store.add({(owner, purpose): wrapped}, is_settled=is_settled)
        self._wrapped.pop(owner, None)

    def new_draft_key(self, place: str, ends: datetime) -> bytes:
        """Return a new random key for the files of a draft, wrapped by the key of the day on which the draft ends."""
        return self._seal_for(self._owner_of_day(DRAFTS, ends), DRAFTS, place, os.urandom(32))

    def ends_then(self, wrapped: bytes, ends: datetime) -> bool:
        """Return True if a draft's key is wrapped by the key of that day."""
        return is_by_store(wrapped) and day_of_owner(_owner_of(wrapped)) == _day(ends)

    def rewrap(self, wrapped: bytes, old_place: str, new_place: str, ends: datetime) -> bytes:
        """Wrap a draft's key anew: for the draft's new token, or for the day on which it ends now."""
        key = self._draft_key(wrapped, old_place)
        return self._seal_for(self._owner_of_day(DRAFTS, ends), DRAFTS, new_place, key)

    def _draft_key(self, wrapped: bytes, place: str) -> bytes:
        return self._open_apart(DRAFTS, DRAFT_KEY, place, wrapped)

    def seal_under(self, wrapped: bytes, key_place: str, place: str, plain: bytes) -> bytes:
        """Encrypt under the key of a draft, before there is a case."""
        return encrypt(self._draft_key(wrapped, key_place), _pad(plain), place)

    def open_under(self, wrapped: bytes, key_place: str, place: str, sealed: bytes) -> bytes:
        return _unpad(decrypt(self._draft_key(wrapped, key_place), sealed, place))

    def destroy(self, keys: Iterable[KeyName]) -> None:
        """Destroy keys: erasure (906/2019 21 §). It can't be undone, not by rolling back this transaction either."""
        doomed = tuple(keys)
        self._key_store.destroy(doomed)
        for case_id, _ in doomed:
            self._keys.pop(case_id, None)
            self._wrapped.pop(case_id, None)


def is_by_store(sealed: bytes | None) -> bool:
    """Return True if its key lies in the key store; the version before used the root key."""
    return sealed is not None and sealed[:1] == BY_STORE


def _day(ends: datetime) -> date:
    return ends.astimezone(UTC).date()


def _owner_of(sealed: bytes) -> UUID:
    return UUID(bytes=sealed[1 : 1 + _OWNER])


def _place(column: Column[Any], row_id: UUID) -> str:
    return f"{column.table.name}.{column.name}/{row_id}"
