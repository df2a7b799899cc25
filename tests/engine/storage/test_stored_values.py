"""A value of any column is read back as it was given, on both databases, and what cannot be kept is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, select
from sqlalchemy.exc import DataError, IntegrityError, StatementError

from engine.storage.database import Database, new_id
from engine.storage.tables.access import ACCESS_ENTRIES
from engine.storage.tables.cases import CASE_EVENTS, PUBLIC_DRAFTS
from engine.storage.tables.people import PEOPLE
from engine.storage.tables.processes import INCIDENTS

pytestmark = pytest.mark.databases

AT = datetime(2026, 11, 27, 9, 30, 15, 123456, tzinfo=UTC)

texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40
) | st.sampled_from(
    ["\\x41", '"', "'; drop table cases; --", "%s", "{}", "null", "[]", "شكرا", "\u2028", "a\r\nb"]
)
moments = st.datetimes(
    AT.replace(tzinfo=None, year=2000),
    AT.replace(tzinfo=None, year=2100),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=3))]),
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(texts, inside, max_size=3),
    max_leaves=6,
)


def rows_of(
    table: Table, **given: st.SearchStrategy[Any]
) -> st.SearchStrategy[tuple[Table, list[dict[str, Any]]]]:
    rows = st.lists(st.fixed_dictionaries(given), min_size=1, max_size=3)
    return rows.map(lambda each: (table, each))


ADDED = (
    rows_of(
        ACCESS_ENTRIES,
        id=st.builds(new_id),
        chain_id=st.builds(new_id),
        seq=st.integers(1, 2**31 - 1),
        case_id=st.none() | st.builds(new_id),
        actor_name=texts,
        roles=st.lists(texts, max_size=2),
        action=texts,
        subjects=values.filter(lambda value: value is not None),
        at=moments,
        previous=texts,
        digest=texts,
    ),
    rows_of(
        PUBLIC_DRAFTS,
        token_hash=st.builds(lambda: str(new_id())),
        form_key=texts,
        typed=st.none() | st.binary(max_size=300),
        created_at=moments,
        expires_at=moments,
    ),
    rows_of(
        PEOPLE,
        id=st.builds(new_id),
        username=st.builds(lambda: str(new_id())),
        name=texts,
        password_hash=st.just("-"),
        is_active=st.booleans(),
        away_until=st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)),
        created_at=moments,
    ),
)


def test_an_added_row_is_read_back_as_it_was(database: Database) -> None:
    @given(st.tuples(*ADDED))
    @settings(max_examples=60, deadline=None)
    def holds(added: tuple[tuple[Table, list[dict[str, Any]]], ...]) -> None:
        with database.unit_of_work() as unit:
            for table, rows in added:
                unit.insert(table, *rows)
            for table, rows in added:
                key = next(iter(table.primary_key))
                for row in rows:
                    asked = select(*(table.c[name] for name in row)).where(key == row[key.name])
                    assert dict(unit.one(asked)) == row

    holds()


def test_defaults_of_a_table_are_filled_in(database: Database) -> None:
    """A column that no row names has its own value, and not nothing."""
    row = {"id": new_id(), "kind": "timer", "message": "seis", "opened_at": AT}
    with database.unit_of_work() as unit:
        unit.insert(INCIDENTS, row)
        assert unit.execute(select(INCIDENTS.c.attempts)).scalar_one() == 0


def adds(database: Database, table: Table, row: dict[str, Any]) -> None:
    with database.unit_of_work() as unit:
        unit.insert(table, row)


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    row = {"id": new_id(), "kind": "timer", "message": "seis", "opened_at": AT.replace(tzinfo=None)}
    with pytest.raises(StatementError, match="zone"):
        adds(database, INCIDENTS, row)


def test_six_letters_that_look_like_nul_are_letters(database: Database) -> None:
    typed = ["\\u0000", "a\\\\u0000"]
    with database.unit_of_work() as unit:
        for each in typed:
            unit.insert(INCIDENTS, {"id": new_id(), "kind": "timer", "message": each, "opened_at": AT})
        assert sorted(unit.execute(select(INCIDENTS.c.message)).scalars()) == sorted(typed)


@pytest.mark.parametrize("secret", ["Salainen\0", "\\\0Salainen"])
def test_a_refusal_does_not_repeat_what_the_database_cannot_keep(database: Database, secret: str) -> None:
    """SQLite keeps it."""
    row = {"id": new_id(), "kind": "timer", "message": secret, "opened_at": AT}
    if database.is_sqlite:
        adds(database, INCIDENTS, row)
        return
    with pytest.raises(DataError, match="NUL") as refused:
        adds(database, INCIDENTS, row)
    assert "Salainen" not in str(refused.value)


def test_the_hour_that_comes_twice_is_two_hours(database: Database) -> None:
    """In Helsinki on 25 October 2026 the clock shows half past three before it is put back and after."""
    shown = datetime(2026, 10, 25, 3, 30, tzinfo=ZoneInfo("Europe/Helsinki"))
    rows = [
        {"id": new_id(), "kind": "timer", "message": message, "opened_at": shown.replace(fold=fold)}
        for fold, message in enumerate(("before", "after"))
    ]
    with database.unit_of_work() as unit:
        unit.insert(INCIDENTS, *rows)
        asked = select(INCIDENTS.c.opened_at).order_by(INCIDENTS.c.opened_at)
        before, after = unit.execute(asked).scalars()
    assert after - before == timedelta(hours=1)


def test_a_reference_to_nothing_is_refused(database: Database) -> None:
    event = {"id": new_id(), "case_id": new_id(), "kind": "a", "facts": {}, "actor_name": "b", "at": AT}
    with pytest.raises(IntegrityError):
        adds(database, CASE_EVENTS, event)
    with database.view() as connection:
        assert connection.execute(select(CASE_EVENTS)).all() == []
