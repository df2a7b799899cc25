"""How often something was tried from where, counted in the database so that every process counts the same."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from engine.storage.sealing import MasterKey
from engine.storage.tables.people import RATE_BUCKETS, SOURCE_KEYS

_SOURCE_KEY = "wrap source keys"


class RateLimits:
    """Attempts in a window, counted in the database so that every process counts the same."""

    def __init__(self, connection: Connection, master: MasterKey) -> None:
        self._connection = connection
        self._master = master

    def spend(self, purpose: str, source: str, moment: datetime, *, limit: int, window: timedelta) -> bool:
        """Count one attempt; False when the window's limit is passed."""
        bucket = self._bucket(purpose, source, moment)
        dialect = pg_insert if self._connection.dialect.name == "postgresql" else sqlite_insert
        self._connection.execute(
            delete(RATE_BUCKETS).where(RATE_BUCKETS.c.bucket == bucket, RATE_BUCKETS.c.resets_at <= moment)
        )
        spent = self._connection.execute(
            dialect(RATE_BUCKETS)
            .values(bucket=bucket, spent=1, resets_at=moment + window)
            .on_conflict_do_update(
                index_elements=[RATE_BUCKETS.c.bucket], set_={"spent": RATE_BUCKETS.c.spent + 1}
            )
            .returning(RATE_BUCKETS.c.spent)
        ).scalar_one()
        return int(spent) <= limit

    def forgive(self, purpose: str, source: str, moment: datetime) -> None:
        bucket = self._bucket(purpose, source, moment)
        self._connection.execute(delete(RATE_BUCKETS).where(RATE_BUCKETS.c.bucket == bucket))

    def forget_past(self, moment: datetime) -> None:
        """Windows that are over, and the keys of days gone by: after that no count can be traced to an address."""
        self._connection.execute(delete(RATE_BUCKETS).where(RATE_BUCKETS.c.resets_at <= moment))
        self._connection.execute(delete(SOURCE_KEYS).where(SOURCE_KEYS.c.valid_on < moment.date()))

    def _bucket(self, purpose: str, source: str, moment: datetime) -> str:
        key = self._key_of(moment.date())
        return hmac.new(key, f"{purpose}|{source}".encode(), hashlib.sha256).hexdigest()

    def _key_of(self, day: date) -> bytes:
        """Random, so that not even the master key brings back what a deleted one hid. Every process finds the same."""
        known = select(SOURCE_KEYS.c.wrapped).where(SOURCE_KEYS.c.valid_on == day)
        wrapped = self._connection.execute(known).scalar_one_or_none()
        if wrapped is None:
            dialect = pg_insert if self._connection.dialect.name == "postgresql" else sqlite_insert
            fresh = self._master.new_wrapped_key(_SOURCE_KEY, day.isoformat())
            self._connection.execute(
                dialect(SOURCE_KEYS).values(valid_on=day, wrapped=fresh).on_conflict_do_nothing()
            )
            wrapped = self._connection.execute(known).scalar_one()
        return self._master.unwrapped(_SOURCE_KEY, day.isoformat(), wrapped)
