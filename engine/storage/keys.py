"""The keys above the data keys: the root key, from which purposes derive, and the versions of the master key.

The master key lies with the operator. Its newest version wraps the root key and the data keys of every case, and
nothing else depends on it: it can be changed. The root key never changes, because keyed digests could not be made anew.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable, Mapping
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engine.errors import MasterKeyMissing, Unavailable, Unsealable

_NONCE = 12
_FIRST = b"\x01"
_VERSIONED = b"\x02"
_NUMBER = 2
_CASE_KEYS = "wrap case keys"
_ROOT_KEY = "wrap root key"


def encrypt(key: bytes, plain: bytes, bound_to: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return _FIRST + nonce + AESGCM(key).encrypt(nonce, plain, bound_to.encode())


def decrypt(key: bytes, sealed: bytes, bound_to: str) -> bytes:
    """Raise Unsealable if it was encrypted with another key, bound to something else, or changed."""
    if sealed[:1] != _FIRST:
        raise Unsealable
    try:
        return AESGCM(key).decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], bound_to.encode())
    except (InvalidTag, ValueError) as broken:  # ValueError: too short for a nonce
        raise Unsealable from broken


def derived(key: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode()).derive(key)


class RootKey:
    """The key from which indexing, logging and sealing outside of cases derive theirs. No key of a case is one of them."""

    def __init__(self, key: bytes | None) -> None:
        """`key`: None as long as the database has no tables, and nothing can be sealed in it."""
        self._key = key
        self._derived: dict[str, bytes] = {}

    @property
    def is_known(self) -> bool:
        return self._key is not None

    @classmethod
    def new(cls) -> RootKey:
        return cls(os.urandom(32))

    def derive(self, purpose: str) -> bytes:
        """Return 32 bytes for a purpose. Each purpose has its own, so that one leak opens one thing."""
        found = self._derived.get(purpose)
        if found is None:
            found = self._derived[purpose] = derived(self._known(), purpose)
        return found

    def _known(self) -> bytes:
        if self._key is None:
            raise Unavailable
        return self._key

    def digest(self, purpose: str, value: str) -> str:
        """Return a keyed digest. Equal values have equal digests, and without the key nobody can try out all values."""
        return hmac.digest(self.derive(purpose), value.encode(), "sha256").hex()

    def fingerprint(self) -> str:
        """Return a digest under the key itself: it tells two keys apart and helps nobody to guess one."""
        return self.digest("fingerprint", "vireille")

    def new_wrapped_key(self, purpose: str, place: str) -> bytes:
        """Return a new random key, wrapped. Deleting the row that holds it destroys it."""
        return encrypt(self.derive(purpose), os.urandom(32), place)

    def unwrapped(self, purpose: str, place: str, wrapped: bytes) -> bytes:
        return decrypt(self.derive(purpose), wrapped, place)

    def wrapped_by(self, master: MasterKey, version: int) -> bytes:
        return master.wrapped(version, _ROOT_KEY, self._known())

    @classmethod
    def unwrapped_by(cls, master: MasterKey, wrapped: bytes) -> RootKey:
        return cls(master.unwrapped(_ROOT_KEY, wrapped))


class MasterKey:
    """The master key in the versions that this process knows. Which one wraps new keys is noted in the key store."""

    def __init__(
        self, versions: Mapping[int, bytes], reread: Callable[[], Mapping[int, bytes]] | None = None
    ) -> None:
        """`reread`: read the versions anew from where they lie, once another process has wrapped with a newer one."""
        self._versions = dict(versions)
        self._reread = reread
        self._derived: dict[tuple[int, str], bytes] = {}

    @property
    def versions(self) -> tuple[int, ...]:
        """The numbers of the versions, the oldest first."""
        return tuple(sorted(self._versions))

    @property
    def newest(self) -> int:
        return self.versions[-1]

    def fingerprint(self, version: int) -> str:
        return RootKey(self._of(version)).fingerprint()

    def as_root(self) -> RootKey:
        """Return the root key of an installation from before there was one: it was the first version itself."""
        return RootKey(self._versions[self.versions[0]])

    def refresh(self) -> None:
        """Read the versions anew."""
        if self._reread is not None:
            self._versions |= self._reread()

    def wrapped_for(self, version: int, case_id: UUID, sealing_class: str, key: bytes) -> bytes:
        return self.wrapped(version, _CASE_KEYS, key, f"{case_id}|{sealing_class}")

    def unwrapped_of(self, case_id: UUID, sealing_class: str, wrapped: bytes) -> bytes:
        return self.unwrapped(_CASE_KEYS, wrapped, f"{case_id}|{sealing_class}")

    def unwraps(self, case_id: UUID, sealing_class: str, wrapped: bytes) -> bool:
        try:
            self.unwrapped_of(case_id, sealing_class, wrapped)
        except Unsealable:
            return False
        return True

    def wrapped(self, version: int, purpose: str, key: bytes, place: str = "") -> bytes:
        sealed = encrypt(self._derived_of(version, purpose), key, place)
        return sealed if version == 1 else _VERSIONED + version.to_bytes(_NUMBER) + sealed

    def unwrapped(self, purpose: str, wrapped: bytes, place: str = "") -> bytes:
        """Raise MasterKeyMissing if this process lacks the version, Unsealable if the key does not open it."""
        version = version_of(wrapped)
        sealed = wrapped if version == 1 else wrapped[1 + _NUMBER :]
        return decrypt(self._derived_of(version, purpose), sealed, place)

    def _derived_of(self, version: int, purpose: str) -> bytes:
        found = self._derived.get((version, purpose))
        if found is None:
            found = self._derived[version, purpose] = derived(self._of(version), purpose)
        return found

    def has(self, version: int) -> bool:
        """Return True if this process knows the version, or can read it from where the versions lie."""
        if version not in self._versions:
            self.refresh()
        return version in self._versions

    def _of(self, version: int) -> bytes:
        if not self.has(version):
            raise MasterKeyMissing(version)
        return self._versions[version]


def version_of(wrapped: bytes) -> int:
    """Return the version of the master key that has wrapped it. The first one leaves no number."""
    return int.from_bytes(wrapped[1 : 1 + _NUMBER]) if wrapped[:1] == _VERSIONED else 1
