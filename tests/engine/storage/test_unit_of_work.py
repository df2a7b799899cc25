"""Writes of a transaction are gathered, and nobody can see a difference: they are read, whole, and lose a race as before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Table, event, func, select, update

from engine.domain.people import Power
from engine.domain.waiting import ElementRun
from engine.errors import NotFound, Outdated
from engine.storage.database import Database, new_id
from engine.storage.people import People
from engine.storage.tables.access import ACCESS_ENTRIES
from engine.storage.tables.people import APPOINTMENTS, PEOPLE, SAVED_VIEWS
from engine.storage.tables.processes import ELEMENT_RUNS, INCIDENTS
from engine.storage.unit_of_work import UnitOfWork
from engine.storage.wait_state_rows import ElementRuns
from tests.support.rows import a_case

pytestmark = pytest.mark.databases

AT = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
MESSAGES = select(INCIDENTS.c.message).order_by(INCIDENTS.c.message)


def incident(message: str, **changes: Any) -> dict[str, Any]:
    return {"id": new_id(), "kind": "timer", "message": message, "opened_at": AT, **changes}


def entry(chain: UUID, seq: int) -> dict[str, Any]:
    facts = {"actor_name": "Eero Esihenkilö", "roles": [], "action": "read", "subjects": [], "at": AT}
    return {"id": new_id(), "chain_id": chain, "seq": seq, "previous": "0", "digest": "1", **facts}


def person() -> dict[str, Any]:
    return {"id": new_id(), "username": "kirjaaja", "name": "Kaisa", "password_hash": "-", "created_at": AT}


def inserts(database: Database, *rows: tuple[Table, dict[str, Any]]) -> None:
    with database.unit_of_work() as unit:
        for table, row in rows:
            unit.insert(table, row)


def messages(unit: UnitOfWork) -> list[str]:
    return list(unit.execute(MESSAGES).scalars())


def stored(database: Database) -> list[str]:
    with database.view() as connection:
        return list(connection.execute(MESSAGES).scalars())


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine, "before_cursor_execute", note)


def test_a_read_sees_what_was_gathered(database: Database) -> None:
    with database.unit_of_work() as unit:
        unit.insert(INCIDENTS, incident("first"), incident("second"))
        assert messages(unit) == ["first", "second"]
        unit.insert(INCIDENTS, incident("third"))
        assert messages(unit) == ["first", "second", "third"]


@pytest.mark.parametrize(
    "read",
    [
        select(INCIDENTS.alias().c.message),
        select(select(INCIDENTS.c.message).scalar_subquery()),
        select(select(INCIDENTS.c.message).subquery().c.message),
        select(PEOPLE.c.name).where(PEOPLE.c.name.in_(select(INCIDENTS.c.message))),
        select(PEOPLE.c.name).join(INCIDENTS, INCIDENTS.c.message == PEOPLE.c.name),
        select(INCIDENTS.c.message).union_all(select(PEOPLE.c.name).where(PEOPLE.c.is_active.is_(False))),
    ],
    ids=["alias", "column", "from", "in", "join", "union"],
)
def test_a_read_sees_it_wherever_the_table_stands_in_it(database: Database, read: Any) -> None:
    inserts(database, (PEOPLE, {**person(), "name": "seen"}))
    with database.unit_of_work() as unit:
        unit.insert(INCIDENTS, incident("seen"))
        assert unit.execute(read).scalars().all() == ["seen"]


def test_gathered_rows_are_there_after_the_commit_and_gone_after_a_failure(database: Database) -> None:
    def inserts_and_fails() -> None:
        with database.unit_of_work() as unit:
            unit.insert(INCIDENTS, incident("lost"))
            raise NotFound

    inserts(database, (INCIDENTS, incident("kept")))
    with pytest.raises(NotFound):
        inserts_and_fails()
    assert stored(database) == ["kept"]


def test_writes_to_one_table_keep_their_order(database: Database) -> None:
    row = incident("before")
    with database.unit_of_work() as unit:
        unit.insert(INCIDENTS, row, incident("other"))
        unit.update(INCIDENTS, {"id": row["id"]}, {"message": "after"})
        assert messages(unit) == ["after", "other"]
        unit.delete(INCIDENTS, {"message": "after"})
        unit.insert(INCIDENTS, {**row, "message": "again"})
        assert messages(unit) == ["again", "other"]


def test_a_unique_name_is_free_again_once_its_row_is_removed(database: Database) -> None:
    who = person()
    inserts(database, (PEOPLE, who))
    view = {"person_id": who["id"], "name": "omat", "view": "mine", "narrowed": {}, "created_at": AT}
    inserts(database, (SAVED_VIEWS, {**view, "id": new_id()}))
    with database.unit_of_work() as unit:
        unit.delete(SAVED_VIEWS, {"person_id": who["id"], "name": "omat"})
        unit.insert(SAVED_VIEWS, {**view, "id": new_id()})
        assert unit.execute(select(func.count()).select_from(SAVED_VIEWS)).scalar_one() == 1


def test_a_condition_on_none_compares_with_null(database: Database) -> None:
    with database.unit_of_work() as unit:
        unit.insert(INCIDENTS, incident("open"), incident("closed", resolved_at=AT))
        unit.update(INCIDENTS, {"resolved_at": None}, {"message": "still open"})
        assert messages(unit) == ["closed", "still open"]


def test_rows_of_a_kind_are_one_statement_and_nothing_is_none(database: Database) -> None:
    with statements(database) as sent:
        with database.unit_of_work() as unit:
            unit.insert(INCIDENTS)
            unit.flush()
        assert sent == []
        with database.unit_of_work() as unit:
            for message in "abc":
                unit.insert(INCIDENTS, incident(message))
                unit.insert(PEOPLE, {**person(), "username": message})
            unit.insert(INCIDENTS, incident("with another column", resolved_at=AT))
    assert [each.partition("(")[0] for each in sent] == [
        "INSERT INTO people ",
        "INSERT INTO incidents ",
        "INSERT INTO incidents ",
    ]


def test_a_read_of_another_table_sends_nothing_before_its_time(database: Database) -> None:
    """The case is to be locked before what is in it: a step reads a good deal before its writes are complete."""
    with statements(database) as sent, database.unit_of_work() as unit:
        unit.insert(INCIDENTS, incident("later"))
        unit.execute(select(PEOPLE.c.name)).all()
        assert [each.split()[0] for each in sent] == ["SELECT"]
        unit.execute(update(PEOPLE).values(name="x"))
        unit.execute(update(INCIDENTS).values(message="x"))
        assert [each.split()[0] for each in sent] == ["SELECT", "UPDATE", "INSERT", "UPDATE"]


def test_two_in_one_place_lose_the_race_and_leave_nothing(database: Database) -> None:
    chain = new_id()
    inserts(database, (ACCESS_ENTRIES, entry(chain, 1)))
    with pytest.raises(Outdated):
        inserts(database, (INCIDENTS, incident("lost with it")), (ACCESS_ENTRIES, entry(chain, 1)))
    assert stored(database) == []


def test_a_row_that_is_no_longer_as_it_was_seen_undoes_everything(database: Database) -> None:
    row = incident("as seen")
    inserts(database, (INCIDENTS, row))

    def renames(seen: str, after: str) -> None:
        with database.unit_of_work() as unit:
            unit.insert(INCIDENTS, incident(f"beside {after}"))
            unit.update_one(INCIDENTS, {"id": row["id"], "message": seen}, {"message": after})

    renames("as seen", "changed")
    with pytest.raises(Outdated):
        renames("as seen", "lost")
    assert stored(database) == ["beside changed", "changed"]


def test_a_row_that_one_transaction_changes_twice_from_one_state_is_a_fault_and_no_race(
    database: Database,
) -> None:
    row = incident("as seen")
    inserts(database, (INCIDENTS, row))
    seen = {"id": row["id"], "message": "as seen"}

    def changes_twice() -> None:
        with database.unit_of_work() as unit:
            unit.update_one(INCIDENTS, seen, {"message": "once"})
            unit.update_one(INCIDENTS, seen, {"message": "twice"})

    with pytest.raises(RuntimeError, match="changed twice"):
        changes_twice()
    assert stored(database) == ["as seen"]


def test_a_row_that_is_no_longer_as_it_was_seen_shows_at_the_next_read(database: Database) -> None:
    with database.unit_of_work() as unit:
        unit.update_one(INCIDENTS, {"id": new_id(), "message": "gone"}, {"message": "x"})
        with pytest.raises(Outdated):
            messages(unit)


def test_a_row_may_be_changed_twice_and_beside_another(database: Database) -> None:
    """As when a task is claimed and completed at once: the second change sees what the first has made."""
    row, other = incident("as seen"), incident("other")
    inserts(database, (INCIDENTS, row), (INCIDENTS, other))
    with database.unit_of_work() as unit:
        unit.insert(INCIDENTS, incident("beside"))
        for one, seen, after in ((row, "as seen", "once"), (row, "once", "twice"), (other, "other", "too")):
            unit.update_one(INCIDENTS, {"id": one["id"], "message": seen}, {"message": after})
        assert messages(unit) == ["beside", "too", "twice"]


def test_referenced_rows_are_written_first(database: Database) -> None:
    who, appointment_id = person(), new_id()
    with database.unit_of_work() as unit:
        unit.insert(
            APPOINTMENTS,
            {
                "id": appointment_id,
                "person_id": who["id"],
                "power": Power.SIGN_RESOLUTIONS,
                "valid_from": AT.date(),
            },
        )
        unit.insert(PEOPLE, who)
        assert [each.id for each in People(unit).appointments_of(who["id"])] == [appointment_id]


def test_a_row_that_is_there_is_not_inserted_again(database: Database) -> None:
    row = incident("first")
    with database.unit_of_work() as unit:
        assert unit.insert_if_absent(INCIDENTS, row)
        assert not unit.insert_if_absent(INCIDENTS, {**row, "message": "second"})
        assert messages(unit) == ["first"]


def run(key: str, state: str, ready_at: datetime, ended_at: datetime | None) -> ElementRun:
    return ElementRun(
        key, "intake", "register", "register", "userTask", state, None, None, ready_at, ended_at
    )


def test_an_element_in_two_steps_of_a_transaction_ends_as_in_the_second(database: Database) -> None:
    """Beside another that one step names; and when it was first seen stays."""
    later, instance = AT + timedelta(hours=1), new_id()
    with database.transaction() as connection:
        case_id = a_case(connection)
    with database.unit_of_work() as unit:
        runs = ElementRuns(unit)
        runs.record(case_id, instance, [run("a", "ready", AT, None), run("b", "ready", AT, None)])
        runs.record(case_id, instance, [run("a", "completed", later, later)])
        columns = (ELEMENT_RUNS.c[name] for name in ("run_key", "state", "ready_at", "ended_at"))
        found = unit.execute(select(*columns).order_by(ELEMENT_RUNS.c.run_key))
        assert [tuple(row) for row in found] == [("a", "completed", AT, later), ("b", "ready", AT, None)]
