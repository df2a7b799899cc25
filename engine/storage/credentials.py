"""Passwords, hashed with Argon2id. No other module knows the algorithm."""

from __future__ import annotations

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

_HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
# 64 MiB a verification: more than two at once would make signing in the way to exhaust the server.
_AT_ONCE = BoundedSemaphore(2)
_NOBODY = _HASHER.hash("no one has this password")


def hash_password(password: str) -> str:
    with _AT_ONCE:
        return _HASHER.hash(password)


def password_matches(stored: str | None, password: str) -> bool:
    """Return True if the password fits the stored hash. Takes as long for None (an unknown name) as for a known one."""
    with _AT_ONCE:
        try:
            _HASHER.verify(stored or _NOBODY, password)
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False
    return stored is not None
