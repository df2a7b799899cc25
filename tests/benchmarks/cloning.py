"""Copies cases row by row, under new ids, references and keys: a full register without the days it takes to work one.

Closed cases spread over the years at A_YEAR; those that wait are of today, but were not all read in this minute. What was due to be destroyed by now, is.

Names, contact and other short words of a copy can be opened. Its letters, answers and states are as long as the original's and
can't be opened: lists do not open them.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import Column, Connection, LargeBinary, Uuid, insert, select
from sqlalchemy.engine import RowMapping

from engine.clock import HELSINKI
from engine.storage.database import Database
from engine.storage.sealing import SealingClass, Unsealable, Vault
from engine.storage.tables import METADATA
from engine.storage.tables.cases import CASES
from engine.storage.tables.people import PEOPLE
from engine.storage.unit_of_work import UnitOfWork
from tests.support.world import World

PORTION: Final = 500
LONG: Final = 4096
"""Bytes from which on a sealed value is copied as it is."""
UNIQUE: Final[Mapping[str, tuple[str, ...]]] = {
    "cases": ("reference",),
    "applications": ("idempotency_key", "code_hash", "referrer_code_hash"),
    "links": ("token_hash", "key_hash"),
    "program_acts": ("name",),
    "readings": ("key_hash",),
}
"""Words that no two rows share. A copy's end with its number."""
LEFT_OUT: Final = frozenset({"staff_notices", "webhook_messages", "incidents"})
"""Of these a house has few, however many its cases are."""
A_YEAR: Final = 10_000
"""Cases that a large authority receives: 100,000 are ten years."""
IDS: Final = {
    table.name: [column.name for column in table.columns if isinstance(column.type, Uuid)]
    for table in METADATA.sorted_tables
}
HELD: Final = 50
"""Waiting cases of one person: a list as long as people have, however many cases there are."""
HOLDING: Final = {"cases": "caseworker_id", "user_tasks": "assignee_id"}
Rows = Mapping[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Word:
    """A sealed value in clear, and where it is sealed to."""

    column: Column[Any]
    row_id: UUID
    sealing_class: str
    plain: Any


@dataclass(frozen=True, slots=True)
class Original:
    case_id: UUID
    rows: Rows
    words: tuple[Word, ...]
    waits: bool
    ids: frozenset[UUID]
    """Of the case and its rows: all that a copy has anew."""

    def copy(self, vault: Vault, number: int, colleague: int, age: timedelta, today: date) -> Rows:
        """Return the rows of a copy of this age, with its words sealed under its own keys, which exist. Its cases and tasks are
        held by this colleague of those who hold the original's; 0 is themselves."""
        case_id = moved(self.case_id, number)
        sealed = {
            (each.column.table.name, each.column.name, moved(each.row_id, number)): vault.seal_column(
                each.column, each.sealing_class, case_id, moved(each.row_id, number), each.plain
            )
            for each in self.words
        }
        copies = {
            name: [
                self._copy(name, _aged(name, row, age, today, waits=self.waits), number, colleague)
                for row in rows
            ]
            for name, rows in self.rows.items()
        }
        for (name, column, row_id), value in sealed.items():
            next(row for row in copies[name] if row["id"] == row_id)[column] = value
        return copies

    def _copy(self, table: str, row: Mapping[str, Any], number: int, colleague: int) -> dict[str, Any]:
        anew = {name: moved(row[name], number) for name in IDS[table] if row[name] in self.ids}
        unlike = {name: f"{row[name]}-{number}" for name in UNIQUE.get(table, ()) if row[name] is not None}
        holder = HOLDING.get(table, "")
        held = {holder: moved(row[holder], colleague)} if row.get(holder) else {}
        return {**row, **anew, **unlike, **held}


def _aged(
    table: str, row: Mapping[str, Any], age: timedelta, today: date, *, waits: bool
) -> Mapping[str, Any]:
    if waits and table != "access_entries":
        return row
    aged = {name: value - age if isinstance(value, date) else value for name, value in row.items()}
    day = aged.get("destroy_on") if table == "retention_plans" else None
    return (
        aged
        if day is None or day > today
        else {**aged, "destroyed_at": datetime.combine(day, time(), tzinfo=HELSINKI)}
    )


class Originals:
    """Cases with all their rows, and how many copies of them there are."""

    def __init__(self, world: World, closed: Sequence[str], waiting: Sequence[str]) -> None:
        self._engine = world.engine
        self._made = 0
        with self._engine.database.unit_of_work() as unit:
            vault = self._engine.stores(unit).vault
            self._closed = [_read(unit, vault, each, waits=False) for each in closed]
            self._waiting = [_read(unit, vault, each, waits=True) for each in waiting]
        self._holders = {
            row[column]
            for each in (*self._closed, *self._waiting)
            for table, column in HOLDING.items()
            for row in each.rows[table]
        }

    def grow(self, size: int, *, waiting_in_ten: int) -> None:
        """Copy until there are `size` copies, so many of ten waiting for somebody, and let the database look at its tables."""
        while self._made < size:
            numbers = range(self._made, min(self._made + PORTION, size))
            with self._engine.database.transaction() as connection:
                vault = self._engine.stores(UnitOfWork(connection)).vault
                chosen = [(self._of(number, waiting_in_ten), number + 1) for number in numbers]
                create_keys(vault, [moved(original.case_id, number) for original, number in chosen])
                each_holds = HELD * 10 // max(1, waiting_in_ten)
                copies = [
                    original.copy(
                        vault,
                        number,
                        number // each_holds,
                        timedelta(days=number * 365 / A_YEAR),
                        self._engine.now().date(),
                    )
                    for original, number in chosen
                ]
                _add_colleagues(connection, self._holders, numbers.stop // each_holds)
                for table in METADATA.sorted_tables:
                    if rows := [row for copy in copies for row in copy.get(table.name, ())]:
                        connection.execute(insert(table), rows)
            self._made = numbers.stop
        settle(self._engine.database)

    def _of(self, number: int, waiting_in_ten: int) -> Original:
        originals = self._waiting if number % 10 < waiting_in_ten else self._closed
        return originals[number // 10 % len(originals)]


def _add_colleagues(connection: Connection, holders: Collection[UUID], number: int) -> None:
    """Give each person who holds something so many colleagues, who sign in nowhere. Of others a house needs no more, however
    many its cases are."""
    people = connection.execute(select(PEOPLE)).mappings().all()
    known = {each["id"] for each in people}
    rows = [
        {**each, "id": moved(each["id"], colleague), "username": f"{each['username']}-{colleague}"}
        for each in people
        if each["id"] in holders
        for colleague in range(1, number + 1)
    ]
    if new := [row for row in rows if row["id"] not in known]:
        connection.execute(insert(PEOPLE), new)


def settle(database: Database) -> None:
    """Look at the tables as an installation does: on SQLite the worker each day, on PostgreSQL the server, which would clean
    up beside what is measured."""
    database.refresh_statistics()
    if not database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("vacuum analyze")


def moved(old: UUID, number: int) -> UUID:
    """Return the id of a copy: as old as the original's, and another one for each number."""
    return UUID(int=old.int ^ number)


def create_keys(vault: Vault, ids: Sequence[UUID]) -> None:
    """As `Vault.create_keys`, for many cases with one commit in the key store."""
    store, master = vault._key_store, vault._master
    made, version = {}, store.master_version()
    for case_id in ids:
        vault._keys[case_id] = {each.value: random.randbytes(32) for each in SealingClass}
        for name, key in vault._keys[case_id].items():
            made[case_id, name] = master.wrapped_for(version, case_id, name, key)
    store.add(made)


def _read(unit: UnitOfWork, vault: Vault, reference: str, *, waits: bool) -> Original:
    case_id = unit.execute(select(CASES.c.id).where(CASES.c.reference == reference)).scalar_one()
    rows: dict[str, Sequence[RowMapping]] = {}
    for table in METADATA.sorted_tables:
        own = table.c.id if table is CASES else table.c.get("case_id")
        if own is not None and table.name not in LEFT_OUT:
            rows[table.name] = list(unit.rows(select(table).where(own == case_id)))
    ids = frozenset(row["id"] for each in rows.values() for row in each if isinstance(row.get("id"), UUID))
    return Original(
        case_id,
        {name: [dict(row) for row in each] for name, each in rows.items()},
        tuple(_words(vault, rows)),
        waits,
        ids | {case_id},
    )


def _words(vault: Vault, rows: Mapping[str, Sequence[RowMapping]]) -> Iterator[Word]:
    for table in METADATA.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, LargeBinary):
                for row in rows.get(table.name, ()):
                    yield from _word(vault, column, row)


def _word(vault: Vault, column: Column[Any], row: RowMapping) -> Iterator[Word]:
    """Yield a short value in clear, if it is sealed to its own column and row."""
    if row[column.name] is None or len(row[column.name]) >= LONG or "id" not in row:
        return
    for each in SealingClass:
        try:
            plain = vault.open_column(column, each.value, row)
        except (Unsealable, orjson.JSONDecodeError):
            continue
        yield Word(column, row["id"], each.value, plain)
        return
