"""The program's own role of PostgreSQL does all its work, and can't change the access log."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from engine.readiness import Mistake, mistakes
from engine.storage.database import Database
from engine.storage.durability import wrong_schema
from engine.storage.privileges import APPEND_ONLY
from engine.storage.sealing import SealingClass
from tests.support.postgres import Cluster
from tests.support.story import Story
from tests.support.terminal import refused, run
from tests.support.world import MASTER_KEY, Template, World, key_store_beside, world_on
from tests.support.worlds import MAIL

ROLE = "vireille_program"
CHANGES = (
    "update {} set digest = 'x'",
    "delete from {}",
    "truncate {}",
    "drop table {}",
    "alter table {} add note text",
)


def of_owner(cluster: Cluster, name: str, statement: str) -> None:
    with psycopg.connect(host=str(cluster.folder), user=cluster.owner, dbname=name, autocommit=True) as owner:
        owner.execute(statement)


@pytest.fixture
def name(postgres: Cluster, template: Template) -> Iterator[str]:
    """A populated database on a server that knows the program's role."""
    made = template.copy_on(postgres)
    of_owner(postgres, made, f"create role {ROLE} login")
    yield made
    of_owner(postgres, made, f"drop owned by {ROLE}")
    of_owner(postgres, made, f"drop role {ROLE}")
    postgres.drop_database(made)


def url_of(cluster: Cluster, name: str, role: str) -> str:
    return cluster.url(name).replace(f"//{cluster.owner}@", f"//{role}@")


def about_log(world: World) -> list[Mistake]:
    return [each for each in mistakes(world.engine) if each.about == "log"]


def test_the_programs_own_role_does_all_its_work_and_cannot_change_the_log(
    postgres: Cluster, name: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = key_store_beside(postgres.url(name), place)
    with world_on(postgres.url(name), place, MAIL, keys) as world:
        (remark,) = about_log(world)
        assert postgres.owner in remark.sentence
        assert "'vireille migrate --for" in remark.sentence
        assert not remark.is_grave
    monkeypatch.setenv("VIREILLE_DATABASE_URL", postgres.url(name))
    monkeypatch.setenv("VIREILLE_KEY_STORE", keys)
    monkeypatch.setenv("VIREILLE_MASTER_KEY", b64encode(MASTER_KEY).decode())
    refused(run("migrate", "--for", "nobody_here"), "createuser nobody_here")
    refused(run("migrate", "--for", postgres.owner), "omistaa taulut")
    assert ROLE in run("migrate", "--for", ROLE).stdout

    with world_on(url_of(postgres, name, ROLE), place, MAIL, keys) as world:
        story = Story(world)
        story.applies()
        story.until("sufficiency")
        story.withdraws()
        story.does("kasittelija", "withdraw")
        story.ends()
        story.passes(days=12 * 366)
        assert story.events.count("content_erased") == len(SealingClass), "by the worker, as this role"
        assert about_log(world) == []
        assert world.log_faults() == ()
        for table in APPEND_ONLY:
            for change in CHANGES:
                with (
                    pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
                    world.engine.database.transaction() as connection,
                ):
                    connection.execute(text(change.format(table)))


def test_a_start_without_the_right_to_a_table_is_refused_and_so_is_a_command_with_a_sentence(
    postgres: Cluster, name: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The owner ran migrate without --for: the new tables have no grants."""
    url, keys = url_of(postgres, name, ROLE), key_store_beside(postgres.url(name), place)
    monkeypatch.setenv("VIREILLE_KEY_STORE", keys)
    monkeypatch.setenv("VIREILLE_MASTER_KEY", b64encode(MASTER_KEY).decode())
    monkeypatch.setenv("VIREILLE_DATABASE_URL", postgres.url(name))
    run("migrate", "--for", ROLE)
    with world_on(url, place, MAIL, keys) as world:
        assert "privileges" not in {each.about for each in mistakes(world.engine)}
        for revoked in ("update on rings", "select on alembic_version"):
            of_owner(postgres, name, f"revoke {revoked} from {ROLE}")
            (remark,) = [each for each in mistakes(world.engine) if each.about == "privileges"]
            assert remark.is_grave
            assert revoked.split()[-1] in remark.sentence
            assert f"'vireille migrate --for {ROLE}'" in remark.sentence
    monkeypatch.setenv("VIREILLE_DATABASE_URL", url)
    found = run("doctor")
    assert found.exit_code == 1
    assert "alembic_version" in found.stdout
    refused(run("migrate"), "--for")


def test_the_program_goes_on_with_what_the_owner_has_restored(
    postgres: Cluster, name: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the page for operators has it: an empty database, `restore` and `migrate --for` as the owner of the tables."""
    monkeypatch.setenv("VIREILLE_MASTER_KEY", b64encode(MASTER_KEY).decode())
    monkeypatch.setenv("VIREILLE_KEY_STORE", key_store_beside(postgres.url(name), place))
    monkeypatch.setenv("VIREILLE_DATABASE_URL", postgres.url(name))
    run("migrate", "--for", ROLE)
    program = url_of(postgres, name, ROLE)
    with world_on(program, place, MAIL) as world:
        story = Story(world)
        story.applies()
    monkeypatch.setenv("VIREILLE_DATABASE_URL", program)
    archives = [place / kind / "one" for kind in ("data", "keys")]
    for archive, kind in zip(archives, ((), ("--keys",)), strict=True):
        archive.parent.mkdir()
        assert run("backup", *kind, str(archive)).exit_code == 0, "the program's role takes archives"
    new = postgres.new_database()
    there = url_of(postgres, new, ROLE)
    monkeypatch.setenv("VIREILLE_KEY_STORE", keys := f"sqlite:///{place}/restored.db")

    monkeypatch.setenv("VIREILLE_DATABASE_URL", there)
    refused(run("restore", *map(str, archives)), "migrate --for")
    monkeypatch.setenv("VIREILLE_DATABASE_URL", postgres.url(new))
    restored = run("restore", str(archives[0]))
    assert restored.exit_code == 0, restored.output
    assert run("migrate", "--for", ROLE).exit_code == 0

    with world_on(there, place, MAIL, keys) as world:
        assert not {each.about for each in mistakes(world.engine)} & {"privileges", "schema", "key", "log"}
        story.world = world
        story.does("kirjaaja", "register")
        assert world.log_faults() == ()
    of_owner(postgres, new, f"drop owned by {ROLE}")
    postgres.drop_database(new)


def test_an_old_or_missing_schema_names_the_owner_and_the_role(postgres: Cluster, name: str) -> None:
    of_owner(postgres, name, "update alembic_version set version_num = '2026_11_27_first'")
    with closing(Database(postgres.url(name))) as database:
        assert "vireille migrate --for" in (wrong_schema(database) or "")


def test_a_file_has_no_roles(populated: Path) -> None:
    assert populated.exists()
    refused(run("migrate", "--for", ROLE), "SQLitessä")
