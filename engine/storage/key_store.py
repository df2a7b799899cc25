"""The key store: the wrapped keys of the cases' data, in an SQLite file or a PostgreSQL database apart from the data.

Each call is a transaction of its own, committed before it returns. A key is created before the data that need it are
committed, and destroyed before the database notes it, so that whatever is interrupted, no committed data lack their
key and no erasure is noted that did not happen.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import (
    Connection,
    bindparam,
    delete,
    func,
    insert,
    inspect,
    make_url,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from engine.errors import KeyStoreAway, Unavailable
from engine.storage.database import Database, new_id
from engine.storage.key_rewriting import is_written_anew, rewritten_at
from engine.storage.keys import version_of
from engine.storage.tables.key_store import DATA_KEYS, KEY_STORE, ROOT_KEYS, STORES

KeyName: TypeAlias = tuple[UUID, str]
"""The case and the sealing class of a key; for what belongs to no case the enquiry or the day, and its class."""
_DAY: Final = 32
_FIRST_CASE: Final = UUID(int=1 << 64)
"""Owners before it are days: the ids of cases begin with their time."""
AT_ONCE: Final = 500
"""Cases in one statement, and keys that a migration carries in one transaction."""
_OF_CASE: Final = select(DATA_KEYS.c.sealing_class, DATA_KEYS.c.wrapped).where(
    DATA_KEYS.c.case_id == bindparam("wanted"), DATA_KEYS.c.wrapped.is_not(None)
)
_DESTROY: Final = (
    update(DATA_KEYS)
    .where(
        DATA_KEYS.c.case_id == bindparam("of_case"),
        DATA_KEYS.c.sealing_class == bindparam("of_class"),
        DATA_KEYS.c.wrapped.is_not(None),
    )
    .values(wrapped=None, destroyed_at=bindparam("moment"))
)


_REWRAP: Final = (
    update(DATA_KEYS)
    .where(
        DATA_KEYS.c.case_id == bindparam("of_case"),
        DATA_KEYS.c.sealing_class == bindparam("of_class"),
        # One that was destroyed meanwhile does not come back.
        DATA_KEYS.c.wrapped == bindparam("before"),
    )
    .values(wrapped=bindparam("after"))
)


class KeyStore:
    """One key store. Raise KeyStoreAway from every method if it can't be reached."""

    def __init__(self, url: str, now: Callable[[], datetime]) -> None:
        self.database = Database(url)
        self._now = now
        held = make_url(url).database
        self._inode: tuple[int, int] | None = None
        self._file = Path(held) if self.database.is_sqlite and held and held != ":memory:" else None

    @property
    def place(self) -> str:
        """The file, or the server and the name, as a sentence names it. No password stands in it."""
        return str(self._file or self.database.engine.url.render_as_string(hide_password=True))

    # ---------------------------------------------------------------- the store itself

    def id(self) -> UUID | None:
        """Return the id of the store; None if it has not been created. Looking creates nothing."""
        if self._is_missing():
            return None
        with self._reading() as connection:
            found = inspect(connection)
            if not found.has_table(STORES.name):
                return None
            return connection.execute(select(STORES.c.id)).scalar_one_or_none()

    def create(self) -> UUID:
        """Create the store. Return its id. Of two processes the second finds what the first created."""
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            # Nobody but its owner reads it, from its first byte.
            self._file.touch(mode=0o600, exist_ok=True)
        with self._writing() as connection:
            if not self.database.is_sqlite:
                connection.execute(text("select pg_advisory_xact_lock(826348)"))
            KEY_STORE.create_all(connection)
            found = connection.execute(select(STORES.c.id)).scalar_one_or_none()
            if found is None:
                found = new_id()
                connection.execute(insert(STORES), {"id": found, "created_at": self._now()})
        return found

    def holds_cases_too(self) -> bool:
        """Return True if it is the database of the cases itself, under another address."""
        if self._is_missing():
            return False
        with self._reading() as connection:
            return inspect(connection).has_table("cases")

    # ---------------------------------------------------------------- the root key, and versions of the master key

    def root(self) -> bytes | None:
        """Return the wrapped root key; None in a store of the version before, and where there is no store."""
        if self._is_missing():
            return None
        with self._reading() as connection:
            if not inspect(connection).has_table(ROOT_KEYS.name):
                return None
            return connection.execute(select(ROOT_KEYS.c.wrapped)).scalar_one_or_none()

    def keep_root(self, wrapped: bytes) -> bytes:
        """Keep a wrapped root key. Of two processes that do, both get what the first one kept."""
        insert_of = sqlite.insert if self.database.is_sqlite else postgresql.insert
        with self._writing() as connection:
            ROOT_KEYS.create(connection, checkfirst=True)
            row = {"number": 1, "wrapped": wrapped}
            connection.execute(insert_of(ROOT_KEYS).on_conflict_do_nothing(), row)
            kept: bytes = connection.execute(select(ROOT_KEYS.c.wrapped)).scalar_one()
            return kept

    def replace_root(self, before: bytes, after: bytes) -> None:
        """Replace the wrapped root key, unless another process has. From then on new keys are wrapped as it is."""
        with self._writing() as connection:
            connection.execute(update(ROOT_KEYS).where(ROOT_KEYS.c.wrapped == before).values(wrapped=after))

    def master_version(self) -> int:
        """Return the version of the master key that wraps new keys."""
        with self._reading() as connection:
            return version_of(connection.execute(select(ROOT_KEYS.c.wrapped)).scalar_one())

    def count(self) -> int:
        """Return how many keys there are, without those that are destroyed."""
        with self._reading() as connection:
            held = select(func.count()).select_from(DATA_KEYS).where(DATA_KEYS.c.wrapped.is_not(None))
            return connection.execute(held).scalar_one()

    def following(self, last: KeyName | None) -> Mapping[KeyName, bytes]:
        """Return a portion of all wrapped keys, in the order of their names, from behind `last`."""
        name = tuple_(DATA_KEYS.c.case_id, DATA_KEYS.c.sealing_class)
        keys = select(DATA_KEYS).where(DATA_KEYS.c.wrapped.is_not(None)).order_by(*name)
        if last is not None:
            keys = keys.where(name > tuple_(*last))
        with self._reading() as connection:
            rows = connection.execute(keys.limit(AT_ONCE))
            return {(row.case_id, row.sealing_class): row.wrapped for row in rows}

    def rewrap(self, keys: Mapping[KeyName, tuple[bytes, bytes]]) -> None:
        """Replace wrapped keys by the same keys wrapped otherwise: for each, what it was and what it shall be."""
        rows = [
            {"of_case": case_id, "of_class": name, "before": before, "after": after}
            for (case_id, name), (before, after) in keys.items()
        ]
        if rows:
            with self._writing() as connection:
                connection.execute(_REWRAP, rows)

    # ---------------------------------------------------------------- keys

    def today(self) -> date:
        """Return the day of the keys that are the last to be needed still."""
        return self._now().astimezone(UTC).date()

    def days_before(self, day: date, sealing_class: str, since: datetime) -> tuple[UUID, ...]:
        """Return the names of the keys of this class that are of earlier days, and not destroyed, or not before `since`."""
        owner, wrapped = DATA_KEYS.c.case_id, DATA_KEYS.c.wrapped
        found = (
            select(owner)
            .where(
                owner < owner_of_day(day),
                DATA_KEYS.c.sealing_class == sealing_class,
                wrapped.is_not(None) | (DATA_KEYS.c.destroyed_at >= since),
            )
            .order_by(owner)
        )
        with self._reading() as connection:
            return tuple(connection.execute(found).scalars())

    def of_case(self, case_id: UUID) -> Mapping[str, bytes]:
        """Return the case's wrapped keys by class. Destroyed ones are left out."""
        with self._reading() as connection:
            return {
                row.sealing_class: row.wrapped for row in connection.execute(_OF_CASE, {"wanted": case_id})
            }

    def of_cases(self, case_ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, bytes]]:
        """Return the wrapped keys of many cases. A case without any has an empty entry."""
        found: dict[UUID, dict[str, bytes]] = {each: {} for each in case_ids}
        with self._reading() as connection:
            for some in _portions(case_ids):
                rows = connection.execute(
                    select(DATA_KEYS.c.case_id, DATA_KEYS.c.sealing_class, DATA_KEYS.c.wrapped).where(
                        DATA_KEYS.c.case_id.in_(some), DATA_KEYS.c.wrapped.is_not(None)
                    )
                )
                for case_id, name, wrapped in rows:
                    found[case_id][name] = wrapped
        return found

    def add(self, keys: Mapping[KeyName, bytes | None], *, is_settled: bool = False) -> None:
        """Add wrapped keys; None for one that is destroyed already. A key that the store knows stays as it is: a
        destroyed one is not added again."""
        moment = self._now()
        rows = [
            {
                "case_id": case_id,
                "sealing_class": name,
                "wrapped": wrapped,
                "created_at": moment,
                "is_settled": is_settled,
                "destroyed_at": None if wrapped else moment,
            }
            for (case_id, name), wrapped in keys.items()
        ]
        insert_of = sqlite.insert if self.database.is_sqlite else postgresql.insert
        with self._writing() as connection:
            connection.execute(insert_of(DATA_KEYS).on_conflict_do_nothing(), rows)

    def destroy(self, keys: Iterable[KeyName]) -> None:
        """Destroy keys. It is final when this returns, also if the caller's own transaction is rolled back. Files of a server hold
        their bytes until `forget_before`."""
        moment = self._now()
        doomed = [{"of_case": case_id, "of_class": name, "moment": moment} for case_id, name in keys]
        if not doomed:
            return
        with self._writing() as connection:
            destroyed = connection.execute(_DESTROY, doomed).rowcount
        # A server's tables are written anew at night: with many keys that takes seconds, in which nobody opens a case.
        if destroyed and self.database.is_sqlite:
            self.database.empty_wal()

    def forget_before(self) -> bool:
        """Leave nothing in the store's files of keys as they were before they were destroyed or wrapped anew. Return False if
        something is left, because another uses the tables or the server is away."""
        if self.database.is_sqlite:
            self.database.empty_wal()
            return True
        with suppress(KeyStoreAway), self._reading() as connection:
            return is_written_anew(connection, self._now())
        return False

    def forgotten_at(self) -> datetime | None:
        """Return the moment before which nothing destroyed is left in a server's files; None of SQLite, which keeps nothing."""
        if self.database.is_sqlite:
            return None
        with self._reading() as connection:
            return rewritten_at(connection)

    # ---------------------------------------------------------------- orphans

    def unsettled(self, limit: int) -> Mapping[UUID, datetime]:
        """Return the cases whose keys have not been found to have data, the oldest first, with the keys' moment."""
        with self._reading() as connection:
            rows = connection.execute(
                select(DATA_KEYS.c.case_id, DATA_KEYS.c.created_at)
                .where(DATA_KEYS.c.is_settled.is_(False))
                .order_by(DATA_KEYS.c.created_at)
                .limit(limit)
            )
            return {row.case_id: row.created_at for row in rows}

    def settle(self, case_ids: Collection[UUID]) -> None:
        """Note that these cases are in the database: their keys are never deleted as orphans."""
        if case_ids:
            with self._writing() as connection:
                connection.execute(
                    update(DATA_KEYS).where(DATA_KEYS.c.case_id.in_(case_ids)).values(is_settled=True)
                )

    def delete_orphans(self, case_ids: Collection[UUID]) -> None:
        if case_ids:
            with self._writing() as connection:
                connection.execute(
                    delete(DATA_KEYS).where(
                        DATA_KEYS.c.case_id.in_(case_ids), DATA_KEYS.c.is_settled.is_(False)
                    )
                )

    def oldest(self) -> tuple[KeyName, bytes] | None:
        """Return the oldest key of a case that is not destroyed; None if there is none, or no store."""
        if self.id() is None:
            return None
        with self._reading() as connection:
            found = connection.execute(
                select(DATA_KEYS)
                .where(DATA_KEYS.c.wrapped.is_not(None), DATA_KEYS.c.case_id >= _FIRST_CASE)
                .order_by(DATA_KEYS.c.case_id)
                .limit(1)
            ).one_or_none()
        return found and ((found.case_id, found.sealing_class), found.wrapped)

    def is_used(self) -> bool:
        """Return True if it holds, or held, any key."""
        with self._reading() as connection:
            return connection.execute(select(DATA_KEYS.c.case_id).limit(1)).first() is not None

    def knows(self, case_id: UUID) -> bool:
        """Return True if it holds, or held, keys of the case."""
        return not self.unknown((case_id,))

    def unknown(self, case_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Return the cases of which it never held a key."""
        known: set[UUID] = set()
        with self._reading() as connection:
            for some in _portions(case_ids):
                rows = connection.execute(select(DATA_KEYS.c.case_id).where(DATA_KEYS.c.case_id.in_(some)))
                known.update(rows.scalars())
        return frozenset(case_ids) - known

    def cases_before(self, moment: datetime) -> frozenset[UUID]:
        """Return the cases and enquiries that it has, or had, keys of, made before a moment."""
        with self._reading() as connection:
            found = (
                select(DATA_KEYS.c.case_id)
                .distinct()
                .where(DATA_KEYS.c.created_at < moment, DATA_KEYS.c.case_id >= _FIRST_CASE)
            )
            return frozenset(connection.execute(found).scalars())

    def close(self) -> None:
        self.database.close()

    # ---------------------------------------------------------------- connections

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        self._require_file()
        try:
            with self.database.view() as connection:
                yield connection
        except Unavailable as away:
            raise KeyStoreAway from away

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        self._require_file()
        try:
            with self.database.transaction() as connection:
                yield connection
        except Unavailable as away:
            raise KeyStoreAway from away

    def _is_missing(self) -> bool:
        """Return True if the store is a file that is not there. Raise KeyStoreAway if it lies where nobody may look."""
        try:
            return self._file is not None and not self._file.exists()
        except OSError as refused:
            raise KeyStoreAway from refused

    def _require_file(self) -> None:
        """Raise KeyStoreAway if there is no file: SQLite would create an empty one. Another file is opened anew: a
        connection that stays open would go on writing into one that was moved away, where nobody finds the key."""
        if self._file is None:
            return
        try:
            found = self._file.stat()
        except OSError as missing:
            raise KeyStoreAway from missing
        if (found.st_dev, found.st_ino) != self._inode:
            self.database.engine.dispose()
            self._inode = (found.st_dev, found.st_ino)


def owner_of_day(day: date, again: int = 0) -> UUID:
    """Return the name of a day's keys, or of those that took their place. No case has such an id."""
    return UUID(int=(day.toordinal() << _DAY) + again)


def day_of_owner(owner: UUID) -> date:
    return date.fromordinal(owner.int >> _DAY)


def _portions(of: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (of[start : start + AT_ONCE] for start in range(0, len(of), AT_ONCE))
