"""What a transaction adds in one statement, as JSON on PostgreSQL, is read back as it was given."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from sqlite3 import IntegrityError
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.errors import ForeignKeyViolation
from sqlalchemy import Table, insert, select

from engine.domain.waiting import ElementRun
from engine.storage.database import Database, new_id
from engine.storage.gathering import Gathered
from engine.storage.tables.access import ACCESS_ENTRIES
from engine.storage.tables.cases import CASE_EVENTS, PUBLIC_DRAFTS
from engine.storage.tables.people import PEOPLE
from engine.storage.tables.processes import ELEMENT_RUNS, INCIDENTS
from engine.storage.waiting import ElementRuns
from tests.support.rows import a_case

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


def told(
    table: Table, **given: st.SearchStrategy[Any]
) -> st.SearchStrategy[tuple[Table, list[dict[str, Any]]]]:
    rows = st.lists(st.fixed_dictionaries(given), min_size=1, max_size=3)
    return rows.map(lambda each: (table, each))


ADDED = (
    told(
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
    told(
        PUBLIC_DRAFTS,
        token_hash=st.builds(lambda: str(new_id())),
        form_key=texts,
        typed=st.none() | st.binary(max_size=300),
        created_at=moments,
        expires_at=moments,
    ),
    told(
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


def test_what_is_added_is_read_back_as_it_was(database: Database) -> None:
    @given(st.tuples(*ADDED))
    @settings(max_examples=60, deadline=None)
    def holds(added: tuple[tuple[Table, list[dict[str, Any]]], ...]) -> None:
        with database.transaction() as connection:
            gathered = Gathered(connection)
            for table, rows in added:
                gathered.add(table, *rows)
            for table, rows in added:
                key = next(iter(table.primary_key))
                for row in rows:
                    asked = select(*(table.c[name] for name in row)).where(key == row[key.name])
                    assert dict(gathered.reading(table).execute(asked).mappings().one()) == row

    holds()


def test_what_a_table_gives_by_itself_is_given(database: Database) -> None:
    """A column that no row names has its own value, and not nothing."""
    row = {"id": new_id(), "kind": "timer", "message": "seis", "opened_at": AT}
    with database.transaction() as connection:
        gathered = Gathered(connection)
        gathered.add(INCIDENTS, row)
        assert gathered.reading(INCIDENTS).execute(select(INCIDENTS.c.attempts)).scalar_one() == 0


def adds(database: Database, table: Table, row: dict[str, Any]) -> None:
    with database.transaction() as connection:
        gathered = Gathered(connection)
        gathered.add(table, row)
        gathered.flush()


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    row = {"id": new_id(), "kind": "timer", "message": "seis", "opened_at": AT.replace(tzinfo=None)}
    with pytest.raises(ValueError, match="zone"):
        adds(database, INCIDENTS, row)


def test_two_ways_to_add_to_one_table_go_together(database: Database) -> None:
    rows = [{"id": new_id(), "kind": "timer", "message": name, "opened_at": AT} for name in "ab"]
    with database.transaction() as connection:
        gathered = Gathered(connection)
        gathered.add(INCIDENTS, rows[0])
        gathered.add_by(insert(INCIDENTS), rows[1:])
        found = gathered.reading(INCIDENTS).scalars(select(INCIDENTS.c.message).order_by(INCIDENTS.c.message))
        assert list(found) == ["a", "b"]


def test_six_letters_that_look_like_nul_are_letters(database: Database) -> None:
    typed = ["\\u0000", "a\\\\u0000"]
    with database.transaction() as connection:
        gathered = Gathered(connection)
        for each in typed:
            gathered.add(INCIDENTS, {"id": new_id(), "kind": "timer", "message": each, "opened_at": AT})
        assert sorted(gathered.reading(INCIDENTS).scalars(select(INCIDENTS.c.message))) == sorted(typed)


@pytest.mark.parametrize("secret", ["Salainen\0", "\\\0Salainen"])
def test_what_a_database_can_not_keep_is_not_told_in_its_refusal(database: Database, secret: str) -> None:
    """SQLite keeps it."""
    row = {"id": new_id(), "kind": "timer", "message": secret, "opened_at": AT}
    if database.is_sqlite:
        adds(database, INCIDENTS, row)
        return
    with pytest.raises(ValueError, match="NUL") as refused:
        adds(database, INCIDENTS, row)
    assert "Salainen" not in str(refused.value)


def test_the_hour_that_comes_twice_is_two_hours(database: Database) -> None:
    """In Helsinki on 25 October 2026 the clock shows half past three before it is put back and after."""
    shown = datetime(2026, 10, 25, 3, 30, tzinfo=ZoneInfo("Europe/Helsinki"))
    rows = [
        {"id": new_id(), "kind": "timer", "message": message, "opened_at": shown.replace(fold=fold)}
        for fold, message in enumerate(("before", "after"))
    ]
    with database.transaction() as connection:
        gathered = Gathered(connection)
        gathered.add(INCIDENTS, *rows)
        asked = select(INCIDENTS.c.opened_at).order_by(INCIDENTS.c.opened_at)
        before, after = gathered.reading(INCIDENTS).scalars(asked)
    assert after - before == timedelta(hours=1)


def test_what_points_to_nothing_is_refused(database: Database) -> None:
    event = {"id": new_id(), "case_id": new_id(), "kind": "a", "facts": {}, "actor_name": "b", "at": AT}
    with pytest.raises((ForeignKeyViolation, IntegrityError)):
        adds(database, CASE_EVENTS, event)
    with database.view() as connection:
        assert connection.execute(select(CASE_EVENTS)).all() == []


def run(key: str, state: str, ready_at: datetime, ended_at: datetime | None) -> ElementRun:
    return ElementRun(
        key, "intake", "register", "register", "userTask", state, None, None, ready_at, ended_at
    )


def test_an_element_that_two_steps_of_a_transaction_tell_of_is_as_the_second_says(database: Database) -> None:
    """Beside another that one tells of; and when it was first seen stays."""
    later, instance = AT + timedelta(hours=1), new_id()
    with database.transaction() as connection:
        case_id, gathered = a_case(connection), Gathered(connection)
        runs = ElementRuns(gathered)
        runs.record(case_id, instance, [run("a", "ready", AT, None), run("b", "ready", AT, None)])
        runs.record(case_id, instance, [run("a", "completed", later, later)])
        found = gathered.reading(ELEMENT_RUNS).execute(
            select(
                ELEMENT_RUNS.c.run_key, ELEMENT_RUNS.c.state, ELEMENT_RUNS.c.ready_at, ELEMENT_RUNS.c.ended_at
            ).order_by(ELEMENT_RUNS.c.run_key)
        )
        assert [tuple(row) for row in found] == [("a", "completed", AT, later), ("b", "ready", AT, None)]
