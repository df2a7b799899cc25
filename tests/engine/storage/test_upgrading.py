"""A database of the version before comes to the tables of this one, with everything in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, event, select

from engine.errors import Unavailable
from engine.storage.database import Database
from engine.storage.keys import RootKey
from engine.storage.migrating import Schema, differences, downgrade, migrate, revision_of, schema_of
from engine.storage.migrations import versions
from engine.storage.people import People, ServiceAccounts
from engine.storage.tables.arrivals import MEETINGS
from engine.storage.tables.cases import CASES, CONSENTS, DEADLINES, PARTIES
from engine.storage.tables.people import PEOPLE, SERVICE_ACCOUNTS, SESSIONS
from engine.storage.tables.processes import DEPLOYMENTS, INSTANCES, USER_TASKS
from tests.support.postgres import Cluster

FIRST = "2026_11_27_first"
RUN = {FIRST: "7ad823bea96ebb2bc203ab8b53cbc34280f452ced11b05910ea286ba43e078b2"}
"""Migrations that databases out there have run, and the hash of each."""
MOMENT = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


@pytest.mark.parametrize("revision", RUN)
def test_a_migration_that_was_run_is_never_changed(revision: str) -> None:
    file = Path(versions.__path__[0], f"{revision}.py")
    assert sha256(file.read_bytes()).hexdigest() == RUN[revision], "write a new migration instead"


def not_frozen(changes: str, run: Mapping[str, str]) -> set[str]:
    """Return the migrations that must be in RUN and are not: all of them as soon as nothing is unreleased."""
    if "\n## Unreleased\n" in changes:
        return set()
    return {each.stem for each in Path(versions.__path__[0]).glob("2*.py")} - run.keys()


def test_a_release_freezes_its_migrations() -> None:
    """Somebody's database has run them from then on: put each with its hash into RUN in the commit that names the version."""
    changes = (Path(__file__).parents[3] / "CHANGELOG.md").read_text("utf-8")
    assert not_frozen(changes, RUN) == set(), "put each into RUN with `sha256sum`"
    assert FIRST in not_frozen("# Changes\n\n## 9.9.9\n", {})
    assert FIRST not in not_frozen("# Changes\n\n## 9.9.9\n", RUN)


def test_two_databases_are_upgraded_at_once_without_sharing_a_connection(tmp_path: Path) -> None:
    """Alembic's migration under way is a global: a second one that came to its end in the middle of the first would leave
    the first without a connection, or with the other's."""
    first, second = (Database(f"sqlite:///{tmp_path / name}.db") for name in ("first", "second"))
    other = Thread(target=migrate, args=(second,))

    def at_the_first_table(_c: object, _k: object, statement: str, *_more: object) -> None:
        if statement.lstrip().upper().startswith("CREATE TABLE") and not other.ident:
            other.start()
            # It waits for the first one, which goes on after this; unheld, it would be through by then.
            other.join(1)

    event.listen(first.engine, "before_cursor_execute", at_the_first_table)
    migrate(first)
    other.join()
    assert [schema_of(each) for each in (first, second)] == [Schema.CURRENT] * 2
    first.close()
    second.close()


def test_an_upgrade_gives_up_where_somebody_holds_a_table_and_may_be_run_again(
    postgres: Cluster,
) -> None:
    """The old program serves on meanwhile: who waits for the upgrade's lock would wait with it."""
    name = postgres.new_database()
    waits: list[str] = []

    def impatient(
        _connection: object, _cursor: object, sql: str, given: Any, *_more: object
    ) -> tuple[str, Any]:
        waits.extend(re.findall(r"lock_timeout = '(\w+)'", sql))
        return sql.replace("'10s'", "'10ms'"), given

    with closing(Database(postgres.url(name))) as database, closing(Database(postgres.url(name))) as other:
        migrate(database, FIRST)
        event.listen(database.engine, "before_cursor_execute", impatient, retval=True)
        with other.transaction() as reader:
            reader.execute(select(PEOPLE.c.id)).all()
            with pytest.raises(Unavailable):
                migrate(database)
            assert revision_of(database) == FIRST
        migrate(database)
        assert schema_of(database) is Schema.CURRENT
    postgres.drop_database(name)
    assert waits == ["10s", "10s"]


@pytest.mark.databases
def test_consents_and_parties_of_the_version_before_are_kept(database: Database) -> None:
    migrate(database, FIRST)
    with database.transaction() as connection:
        case_id = _case(connection)
        given = _consent(connection, case_id, "referral", "given", MOMENT)
        _consent(connection, case_id, "crime_report", "given", MOMENT)
        withdrawn = _consent(connection, case_id, "referral", "withdrawn", MOMENT + timedelta(days=1))
        connection.execute(
            PARTIES.insert().values(
                id=uuid4(), case_id=case_id, kind="applicant", identity=b"sealed", added_at=MOMENT
            )
        )

    migrate(database)

    assert differences(database) == []
    with database.transaction() as connection:
        consents = {row.id: row for row in connection.execute(select(CONSENTS))}
        party = connection.execute(select(PARTIES)).one()
    assert {row.recipient for row in consents.values()} == {"assistance_system", "police"}
    assert (consents[withdrawn].withdraws, consents[given].withdraws) == (given, None)
    assert (party.powers, party.version, party.is_protected, party.identity) == ([], 1, False, b"sealed")


@pytest.mark.databases
def test_people_of_the_version_before_keep_their_passwords_and_are_of_no_demonstration(
    database: Database,
) -> None:
    migrate(database, FIRST)
    with database.transaction() as connection:
        connection.execute(
            PEOPLE.insert().values(
                id=uuid4(), username="kerttu", name="Kerttu", password_hash="kept", created_at=MOMENT
            )
        )

    migrate(database)

    with database.transaction() as connection:
        person = connection.execute(select(PEOPLE)).one()
    assert (person.password_hash, person.is_demonstration) == ("kept", False)


@pytest.mark.databases
def test_sessions_of_the_version_before_go_on_without_a_fresh_proof(database: Database) -> None:
    migrate(database, "2026_11_28_sign_in")
    with database.transaction() as connection:
        person_id = uuid4()
        connection.execute(
            PEOPLE.insert().values(id=person_id, username="kerttu", name="Kerttu", created_at=MOMENT)
        )
        connection.execute(
            SESSIONS.insert().values(
                token_hash="x",
                person_id=person_id,
                csrf="y",
                created_at=MOMENT,
                expires_at=MOMENT + timedelta(hours=10),
            )
        )

    migrate(database)

    assert differences(database) == []
    with database.transaction() as connection:
        session = connection.execute(select(SESSIONS)).one()
    assert (session.proved_at, session.browser) == (MOMENT, "")
    assert session.used_at > MOMENT


@pytest.mark.databases
def test_programs_and_absences_of_the_version_before_go_on(database: Database) -> None:
    migrate(database, "2026_11_28_step_up")
    person_id = uuid4()
    kerttu = {"id": person_id, "username": "kerttu", "name": "Kerttu", "created_at": MOMENT}
    robot = {
        "id": uuid4(),
        "name": "robotti",
        "token_hash": "x",
        "scopes": [],
        "roles": [],
        "created_at": MOMENT,
    }
    with database.transaction() as connection:
        connection.execute(PEOPLE.insert().values(**kerttu, away_until=MOMENT.date()))
        connection.execute(SERVICE_ACCOUNTS.insert().values(**robot))

    migrate(database)

    assert differences(database) == []
    with database.unit_of_work() as unit:
        person = People(unit).get(person_id)
        (program,) = ServiceAccounts(unit, RootKey(bytes(32))).all()
    (absence,) = person.absences
    assert (person.is_away(MOMENT.date()), absence.away_from, absence.deputy) == (True, None, "")
    assert (program.name, program.valid_until, program.used_on) == ("robotti", None, None)


@pytest.mark.databases
def test_a_meeting_that_was_moved_goes_up_and_down_with_the_one_before(database: Database) -> None:
    before = "2026_12_01_unsent_indexes"
    migrate(database, before)
    first, second = uuid4(), uuid4()
    with database.transaction() as connection:
        case_id = _case(connection)
        for each, replaces in ((first, None), (second, first)):
            booked = {"case_id": case_id, "state": "booked", "booked_by_name": "Kerttu", "booked_at": MOMENT}
            values = {**booked, "begins_at": MOMENT, "content": b"sealed", "replaces": replaces}
            connection.execute(MEETINGS.insert().values(id=each, **values))

    for revision in ("head", before, "head"):
        if revision == "head":
            migrate(database)
            assert differences(database) == []
        else:
            downgrade(database, revision)
        with database.transaction() as connection:
            moved = select(MEETINGS.c.id, MEETINGS.c.replaces)
            assert {tuple(each) for each in connection.execute(moved)} == {(first, None), (second, first)}


@pytest.mark.databases
def test_open_tasks_that_are_due_with_the_target_move_to_the_ledgers_day(database: Database) -> None:
    """Not one that is done, one that is due for another reason, or one whose target stands still."""
    migrate(database, "2026_12_01_page_drafts")
    late = MOMENT + timedelta(days=9)
    with database.transaction() as connection:
        case_id, paused = _case(connection), _case(connection, "2026-000002")
        _target(connection, case_id, "cancelled", MOMENT)
        _target(connection, case_id, "running", late)
        _target(connection, paused, "paused", None)
        moved = _task(connection, case_id, "claimed", "target_on")
        kept = {
            _task(connection, case_id, "completed", "target_on"),
            _task(connection, case_id, "created", "answer_due_on"),
            _task(connection, paused, "created", "target_on"),
        }

    migrate(database)

    with database.transaction() as connection:
        days = select(USER_TASKS.c.id, USER_TASKS.c.due_at, USER_TASKS.c.follow_up_at, USER_TASKS.c.sort_at)
        found = {task_id: set(moments) for task_id, *moments in connection.execute(days)}
    assert found == {moved: {late}} | {each: {MOMENT} for each in kept}


def _target(connection: Connection, case_id: UUID, state: str, due_at: datetime | None) -> None:
    counted = {"counting": "working_days", "ending": "", "started_at": MOMENT}
    values = {"case_id": case_id, "name": "target", "state": state, "due_at": due_at, **counted}
    connection.execute(DEADLINES.insert().values(id=uuid4(), **values))


def _task(connection: Connection, case_id: UUID, state: str, due_reason: str) -> UUID:
    instance_id, task_id = uuid4(), uuid4()
    deployment_id = connection.execute(
        select(CASES.c.deployment_id).where(CASES.c.id == case_id)
    ).scalar_one()
    instance = {"deployment_id": deployment_id, "process_key": "p", "state": "running", "guardrails": {}}
    connection.execute(
        INSTANCES.insert().values(id=instance_id, case_id=case_id, version=1, started_at=MOMENT, **instance)
    )
    names = dict.fromkeys(("task_key", "process_id", "element_id", "path", "name", "candidate_group"), "x")
    moments = dict.fromkeys(("created_at", "due_at", "follow_up_at", "sort_at"), MOMENT)
    values = {"instance_id": instance_id, "state": state, "due_reason": due_reason, "not_by": []}
    connection.execute(USER_TASKS.insert().values(id=task_id, case_id=case_id, **names, **moments, **values))
    return task_id


def _case(connection: Connection, reference: str = "2026-000001") -> UUID:
    deployment_id, case_id = uuid4(), uuid4()
    connection.execute(
        DEPLOYMENTS.insert().values(
            id=deployment_id,
            number=int(reference[-1]),
            sha256="0",
            note="",
            files=b"",
            specs=b"",
            deployed_at=MOMENT,
        )
    )
    connection.execute(
        CASES.insert().values(
            id=case_id,
            reference=reference,
            channel="referral",
            state="pending",
            language="fi",
            received_at=MOMENT,
            deployment_id=deployment_id,
        )
    )
    return case_id


def _consent(connection: Connection, case_id: UUID, purpose: str, state: str, moment: datetime) -> UUID:
    consent_id = uuid4()
    connection.execute(
        CONSENTS.insert().values(
            id=consent_id,
            case_id=case_id,
            purpose=purpose,
            state=state,
            text_version="1",
            recorded_by_role="caseworker",
            recorded_at=moment,
        )
    )
    return consent_id
