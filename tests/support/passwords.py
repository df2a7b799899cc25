"""Passwords hashed with next to no work: with the shipped cost each takes a tenth of a second of a processor, and a run
checks a thousand."""

from __future__ import annotations

from typing import Final

from argon2 import PasswordHasher

from engine.storage import credentials

SHIPPED: Final = credentials._HASHER


def hash_cheaply() -> None:
    """A hash holds its own cost, so one of the shipped cost is still checked as it was made."""
    credentials._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    credentials._NOBODY = credentials._HASHER.hash("no one has this password")
