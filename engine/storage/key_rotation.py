"""Changes the master key while people work: every key that it wraps is wrapped anew by its newest version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.errors import Unsealable
from engine.storage.key_store import KeyName, KeyStore
from engine.storage.keys import MasterKey, RootKey, version_of


@dataclass(frozen=True, slots=True)
class Progress:
    rewrapped: int
    of: int
    unopened: int = 0
    """Keys that no version opens. They stay as they are."""


def rotate(key_store: KeyStore, master: MasterKey) -> Iterator[Progress]:
    """Wrap the root key, and then every data key, by the newest version. Each portion is committed by itself: when this
    is interrupted, both versions are in use, and the next attempt goes on.

    The root key comes first, because all processes wrap the keys of new cases as it is wrapped. A process may have read
    the version before a moment ago: the rounds end when one finds nothing left.
    """
    version, held = master.newest, key_store.root()
    if held is None:
        raise ValueError("a key store is proved before it is changed")
    if version_of(held) != version:
        key_store.replace_root(held, RootKey.unwrapped_by(master, held).wrapped_by(master, version))
    of, rewrapped = key_store.count(), 0
    while True:
        unopened, is_done = 0, True
        for keys in _portions(key_store):
            older = {name: key for name, key in keys.items() if version_of(key) < version}
            anew = {name: (key, _rewrapped(master, name, key)) for name, key in older.items()}
            opened = {name: (before, after) for name, (before, after) in anew.items() if after is not None}
            key_store.rewrap(opened)
            is_done = is_done and not opened
            rewrapped += len(opened)
            unopened += len(anew) - len(opened)
            yield Progress(rewrapped, max(of, rewrapped), unopened)
        if is_done:
            break
    # Nothing that the old version wraps is left to be found: with that version it would open.
    key_store.forget_before()


def oldest_in_use(key_store: KeyStore, master: MasterKey) -> int:
    """Return the oldest version of the master key that something still needs. Keys that it does not open don't count."""
    oldest = key_store.master_version()
    for keys in _portions(key_store):
        for name, wrapped in keys.items():
            if version_of(wrapped) < oldest and master.unwraps(*name, wrapped):
                oldest = version_of(wrapped)
    return oldest


def _rewrapped(master: MasterKey, name: KeyName, wrapped: bytes) -> bytes | None:
    case_id, sealing_class = name
    try:
        key = master.unwrapped_of(case_id, sealing_class, wrapped)
    except Unsealable:
        return None
    return master.wrapped_for(master.newest, case_id, sealing_class, key)


def _portions(key_store: KeyStore) -> Iterator[dict[KeyName, bytes]]:
    last: KeyName | None = None
    while keys := dict(key_store.following(last)):
        yield keys
        last = next(reversed(keys))
