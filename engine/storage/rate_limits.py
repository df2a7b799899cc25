"""Attempts by their source, counted in the database so that all processes share one count."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date, datetime, timedelta

from sqlalchemy import case, delete, select, update

from engine.storage.keys import RootKey
from engine.storage.tables.people import RATE_BUCKETS, SOURCE_KEYS
from engine.storage.unit_of_work import UnitOfWork

_SOURCE_KEY = "wrap source keys"


class RateLimits:
    """Attempts in a window of time."""

    def __init__(self, unit: UnitOfWork, root: RootKey) -> None:
        self._unit = unit
        self._root = root

    def spend(self, purpose: str, source: str, moment: datetime, *, limit: int, window: timedelta) -> bool:
        """Count one attempt. Return False if the window's limit is exceeded."""
        bucket = self._bucket(purpose, source, moment)
        self._unit.execute(
            delete(RATE_BUCKETS).where(RATE_BUCKETS.c.bucket == bucket, RATE_BUCKETS.c.resets_at <= moment)
        )
        first = {"bucket": bucket, "spent": 1, "resets_at": moment + window}
        return self._unit.count_up(RATE_BUCKETS, first, "spent") <= limit

    def draw(
        self, purpose: str, source: str, moment: datetime, *, limit: int, window: timedelta
    ) -> datetime | None:
        """Count one of the attempts of a window that slides: each comes back after its part of the window, so that who has
        used them up waits for one, and not for all. Return None; from when the next may be, if they are used up: then
        nothing is counted."""
        bucket = self._bucket(purpose, source, moment)
        self._unit.insert_if_absent(RATE_BUCKETS, {"bucket": bucket, "spent": 0, "resets_at": moment})
        one = RATE_BUCKETS.c.bucket == bucket
        whole_at = self._unit.execute(
            select(RATE_BUCKETS.c.resets_at).where(one).with_for_update()
        ).scalar_one()
        then: datetime = max(whole_at, moment) + window / limit
        if then > moment + window:
            return then - window
        self._unit.execute(update(RATE_BUCKETS).where(one).values(resets_at=then))
        return None

    def forgive(self, purpose: str, source: str, moment: datetime) -> int:
        """End the window. Return how many attempts were counted in it."""
        one = delete(RATE_BUCKETS).where(RATE_BUCKETS.c.bucket == self._bucket(purpose, source, moment))
        return self._unit.execute(one.returning(RATE_BUCKETS.c.spent)).scalar_one_or_none() or 0

    def give_back(self, purpose: str, source: str, moment: datetime, attempts: int) -> None:
        """Take attempts off the count; those of other people in the same window stay."""
        spent = RATE_BUCKETS.c.spent
        left = case((spent > attempts, spent - attempts), else_=0)
        one = update(RATE_BUCKETS).where(RATE_BUCKETS.c.bucket == self._bucket(purpose, source, moment))
        self._unit.execute(one.values(spent=left))

    def forget_past(self, moment: datetime) -> None:
        """Delete past windows and the keys of past days. Without its key, a count cannot be traced to an address."""
        self._unit.execute(delete(RATE_BUCKETS).where(RATE_BUCKETS.c.resets_at <= moment))
        self._unit.execute(delete(SOURCE_KEYS).where(SOURCE_KEYS.c.valid_on < moment.date()))

    def _bucket(self, purpose: str, source: str, moment: datetime) -> str:
        key = self._key_of(moment.date())
        return hmac.new(key, f"{purpose}|{source}".encode(), hashlib.sha256).hexdigest()

    def _key_of(self, day: date) -> bytes:
        """Return the random key of a day, shared by all processes. Once it is deleted, not even the master key brings
        back what it hid."""
        known = select(SOURCE_KEYS.c.wrapped).where(SOURCE_KEYS.c.valid_on == day)
        wrapped = self._unit.execute(known).scalar_one_or_none()
        if wrapped is None:
            fresh = self._root.new_wrapped_key(_SOURCE_KEY, day.isoformat())
            self._unit.insert_if_absent(SOURCE_KEYS, {"valid_on": day, "wrapped": fresh})
            wrapped = self._unit.execute(known).scalar_one()
        return self._root.unwrapped(_SOURCE_KEY, day.isoformat(), wrapped)
