"""What a transaction only adds is sent together, and nobody can tell: it is seen, it is whole, it loses a race as before."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Column, MetaData, String, Table, bindparam, event, func, select, update

from engine.domain.people import Power
from engine.errors import Outdated
from engine.storage.database import Database, new_id
from engine.storage.gathering import Gathered, adding
from engine.storage.people import People
from engine.storage.prepared import write
from engine.storage.tables.access import ACCESS_ENTRIES
from engine.storage.tables.people import APPOINTMENTS, PEOPLE
from engine.storage.tables.processes import INCIDENTS

pytestmark = pytest.mark.databases

AT = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)


def incident(message: str, **changes: Any) -> dict[str, Any]:
    return {"id": new_id(), "kind": "timer", "message": message, "opened_at": AT, **changes}


def entry(chain: UUID, seq: int) -> dict[str, Any]:
    told = {"actor_name": "Eero Esihenkilö", "roles": [], "action": "read", "subjects": [], "at": AT}
    return {"id": new_id(), "chain_id": chain, "seq": seq, "previous": "0", "digest": "1", **told}


def writes(database: Database, *rows: tuple[Table, dict[str, Any]]) -> None:
    with database.transaction() as connection:
        gathered = Gathered(connection)
        for table, row in rows:
            gathered.add(table, row)
        gathered.flush()


def messages(gathered: Gathered) -> list[str]:
    read = gathered.reading(INCIDENTS).execute(select(INCIDENTS.c.message).order_by(INCIDENTS.c.message))
    return list(read.scalars())


def test_whoever_reads_sees_what_was_gathered(database: Database) -> None:
    with database.transaction() as connection:
        gathered = Gathered(connection)
        gathered.add(INCIDENTS, incident("first"), incident("second"))
        assert messages(gathered) == ["first", "second"]
        gathered.add(INCIDENTS, incident("third"))
        assert messages(gathered) == ["first", "second", "third"]


def test_a_change_finds_what_was_gathered_before_it(database: Database) -> None:
    row = incident("before")
    rename = update(INCIDENTS).where(INCIDENTS.c.id == bindparam("wanted")).values(message=bindparam("said"))
    with database.transaction() as connection:
        gathered = Gathered(connection)
        gathered.change(rename, [{"wanted": row["id"], "said": "after"}])
        gathered.add(INCIDENTS, row, incident("other"))
        assert messages(gathered) == ["after", "other"]


def test_what_a_statement_says_itself_goes_with_every_row(database: Database) -> None:
    rows = [incident(message) for message in "abc"]
    close = (
        update(INCIDENTS)
        .where(INCIDENTS.c.id == bindparam("wanted"), INCIDENTS.c.kind == "timer")
        .values(message="closed")
    )
    with database.transaction() as connection:
        gathered = Gathered(connection)
        gathered.add(INCIDENTS, *rows)
        gathered.change(close, [{"wanted": row["id"]} for row in rows[:2]])
        assert messages(gathered) == ["c", "closed", "closed"]


def test_a_value_that_python_gives_by_default_is_not_forgotten(database: Database) -> None:
    notes = Table("notes", MetaData(), Column("said", String), Column("by", String, default="nobody"))
    with database.transaction() as connection:
        notes.create(connection)
        write(connection, adding(notes), [{"said": "a"}, {"said": "b"}])
        assert list(connection.execute(select(notes.c.by)).scalars()) == ["nobody", "nobody"]


def test_rows_of_a_kind_are_one_statement_and_nothing_is_none(database: Database) -> None:
    said: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    with database.transaction() as connection:
        gathered = Gathered(connection)
        gathered.flush()
        gathered.add_by(adding(INCIDENTS), [])
        gathered.flush()
        assert [each for each in said if not each.startswith("BEGIN")] == []
        for message in "abc":
            gathered.add(INCIDENTS, incident(message))
        gathered.flush()
    assert len([each for each in said if "incidents" in each]) == 1


def test_two_in_one_place_lose_the_race_and_leave_nothing(database: Database) -> None:
    chain = new_id()
    writes(database, (ACCESS_ENTRIES, entry(chain, 1)))
    with pytest.raises(Outdated):
        writes(database, (INCIDENTS, incident("lost with it")), (ACCESS_ENTRIES, entry(chain, 1)))
    with database.view() as connection:
        assert messages(Gathered(connection)) == []
        assert connection.execute(select(func.count()).select_from(ACCESS_ENTRIES)).scalar_one() == 1


def test_a_row_that_is_no_longer_as_it_was_seen_undoes_everything(database: Database) -> None:
    row = incident("as seen")
    writes(database, (INCIDENTS, row))
    rename = (
        update(INCIDENTS)
        .where(INCIDENTS.c.id == bindparam("wanted"), INCIDENTS.c.message == bindparam("seen"))
        .values(message=bindparam("said"))
    )

    def renames(seen: str, said: str) -> None:
        with database.transaction() as connection:
            gathered = Gathered(connection)
            gathered.add(INCIDENTS, incident(f"beside {said}"))
            gathered.change_seen(rename, {"wanted": row["id"], "seen": seen, "said": said})
            assert said in messages(gathered)

    renames("as seen", "changed")
    with pytest.raises(Outdated):
        renames("as seen", "lost")
    with database.view() as connection:
        assert messages(Gathered(connection)) == ["beside changed", "changed"]


def test_a_row_may_be_changed_twice_and_beside_another(database: Database) -> None:
    """As when a task is claimed and completed at once: the second change sees what the first has made."""
    row, other = incident("as seen"), incident("other")
    writes(database, (INCIDENTS, row), (INCIDENTS, other))
    rename = (
        update(INCIDENTS)
        .where(INCIDENTS.c.id == bindparam("wanted"), INCIDENTS.c.message == bindparam("seen"))
        .values(message=bindparam("said"))
    )
    with database.transaction() as connection:
        gathered = Gathered(connection)
        gathered.add(INCIDENTS, incident("beside"))
        for wanted, seen, said in ((row, "as seen", "once"), (row, "once", "twice"), (other, "other", "too")):
            gathered.change_seen(rename, {"wanted": wanted["id"], "seen": seen, "said": said})
        assert messages(gathered) == ["beside", "too", "twice"]


def test_what_is_pointed_to_is_written_first(database: Database) -> None:
    who = new_id()
    person = {
        "id": who,
        "username": "kirjaaja",
        "name": "Kaisa Kirjaaja",
        "password_hash": "-",
        "created_at": AT,
    }
    appointed = {
        "id": new_id(),
        "person_id": who,
        "power": Power.SIGN_RESOLUTIONS.value,
        "valid_from": AT.date(),
    }
    with database.transaction() as connection:
        gathered = Gathered(connection)
        gathered.add(APPOINTMENTS, appointed)
        gathered.add(PEOPLE, {**person, "title": "", "email": "", "phone": "", "language": "fi"})
        gathered.flush()
        assert [each.id for each in People(connection).appointments_of(who)] == [appointed["id"]]
