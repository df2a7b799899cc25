"""The drill: a house is at work, its machine burns, and it goes on from its backups on an empty one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Event, Thread
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.bootstrap import build_engine
from engine.domain.people import SYSTEM
from engine.errors import NotFound
from engine.executor import Command, Engine, Work
from engine.settings import SessionSettings
from engine.storage.own_access_sessions import Identification
from engine.storage.page_addresses import PageAddress
from engine.storage.tables import METADATA
from tests.engine.backups.conftest import House, Machine
from tests.support.key_stores import CANARY, applied, erase_due, exported, plan_all
from tests.support.postgres import Cluster
from tests.support.story import USUAL, Story
from tests.support.terminal import run
from tests.support.world import World
from webapp.doctor import examined

PAPER = b"%PDF-1.7 " + bytes(range(256)) * 400


@dataclass(frozen=True)
class File(Command[UUID]):
    """Put a document into a case."""

    case_id: UUID
    content: bytes

    def permit(self, work: Work) -> None:
        pass

    def execute(self, work: Work) -> UUID:
        return work.stores.documents.add(
            self.case_id, kind="resolution", title="Päätös", content=self.content, moment=work.now
        )


def rows_of(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    with engine.database.view() as connection:
        return {
            table.name: sorted(
                (tuple(row) for row in connection.execute(select(table))), key=lambda row: repr(row)
            )
            for table in METADATA.sorted_tables
        }


@contextmanager
def opened(house: House, machine: Machine) -> Iterator[World]:
    settings = replace(
        house.world.engine.settings, database_url=machine.database, key_store_url=machine.key_store
    )
    with closing(build_engine(settings, now=house.world.clock)) as engine:
        yield World(engine, house.world.clock)


@pytest.mark.databases
def test_a_house_goes_on_from_its_backups_on_an_empty_machine(house: House, story: Story) -> None:
    applied(story)
    story.does("kirjaaja", "register")
    document_id = story.world.engine.perform(File(story.case.id, PAPER), SYSTEM)
    house.sign()
    before = rows_of(story.world.engine)
    assert run("backup", str(house.data)).exit_code == 0
    assert run("backup", "--keys", str(house.keys)).exit_code == 0
    late = Story(story.world)
    late.applies()
    house.sign()

    proved = run("verify", str(house.data), str(house.keys), "--deep")
    assert (proved.exit_code, proved.stdout.count("ehjä")) == (0, 2), proved.output

    machine = house.another_machine()
    restored = run("restore", str(house.data), str(house.keys))

    assert restored.exit_code == 0, restored.output
    assert "jälkeen, on menetetty" in restored.stdout
    assert "Aikaa meni" in restored.stdout
    assert "Lähtevissä on" in restored.stdout
    with opened(house, machine) as world:
        after = rows_of(world.engine)
        assert {name: rows for name, rows in after.items() if rows != before[name]} == {}
        assert CANARY in exported(world.engine, story.reference)
        with pytest.raises(NotFound):
            exported(world.engine, late.reference)
        found, faults = examined(os.environ, opens_instances=True)
        assert faults == ()
        assert [each for each in found if each.about in {"schema", "key", "key_store", "checkpoints"}] == []
        assert world.log_faults() == ()
        with world.engine.database.unit_of_work() as unit:
            assert world.engine.stores(unit).documents.read(document_id)[1] == PAPER
        # The case waits where it waited, and its work goes on.
        story.world = world
        (task,) = story.case_status.tasks
        story.does(USUAL[task.candidate_group], task.form_key or "")


@pytest.mark.databases
def test_who_was_in_or_invited_must_come_in_again(house: House, story: Story) -> None:
    """Since the archive a session may have been ended, an invitation taken back, a page left."""
    applied(story)
    world, moment, limits = story.world, story.world.clock.moment, SessionSettings()
    soon = moment + timedelta(minutes=10)
    person, case_id = world.people["kasittelija"], story.case.id
    with world.engine.database.unit_of_work() as unit:
        stores = world.engine.stores(unit)
        stores.sessions.begin("session", person, "form", moment, limits)
        device = stores.known_devices.remember("", person.id, moment)
        stores.invitations.add("invitation", person.id, None, moment)
        stores.own_access_sessions.begin(
            "way", "browser", Identification(case_id, "n", "v", "fi"), moment, soon
        )
        stores.own_access_sessions.open("reading", case_id, moment, soon)
        stores.page_addresses.add("page", PageAddress("draft", {}, "holder", soon), soon)

    def open_ways(engine: Engine) -> set[str]:
        engine.prove_key()
        with engine.database.unit_of_work() as unit:
            stores = engine.stores(unit)
            found = {
                "session": stores.sessions.find("session", moment, limits),
                "device": stores.known_devices.knows(device, person.username),
                "invitation": stores.invitations.invited("invitation", moment),
                "way": stores.own_access_sessions.take("way", "browser", moment),
                "reading": stores.own_access_sessions.find("reading", moment),
                "page": stores.page_addresses.find("page", moment),
                "form": stores.sessions.origin_of_form("form"),
            }
        return {name for name, each in found.items() if each}

    assert run("backup", str(house.data)).exit_code == 0
    assert run("backup", "--keys", str(house.keys)).exit_code == 0
    assert len(open_ways(world.engine)) == 7
    machine = house.another_machine()
    restored = run("restore", str(house.data), str(house.keys))

    assert restored.exit_code == 0, restored.output
    with opened(house, machine) as there:
        assert open_ways(there.engine) == {"form"}, "what was typed in a session is still its person's"
    for each in (
        "people invite",
        "people appointments",
        "people waiting",
        "people services",
        "webhooks list",
    ):
        assert f"'vireille {each}" in restored.stdout
    for each in ("esteellisyydet", "hävittämisen estot", "turvattomaksi"):
        assert each in restored.stdout


@pytest.mark.databases
def test_what_was_erased_since_stays_erased(house: House, story: Story) -> None:
    """An old archive of the data, restored beside the key store of today."""
    applied(story)
    story.does("kirjaaja", "register")
    plan_all(story)
    assert run("backup", str(house.data)).exit_code == 0
    assert erase_due(story.world.engine) > 0

    machine = house.another_machine(key_store=house.own.key_store)
    restored = run("restore", str(house.data))

    assert restored.exit_code == 0, restored.output
    with opened(house, machine) as world:
        assert CANARY not in exported(world.engine, story.reference)
        # The worker of the restored house notes it anew, and finds nothing left to destroy.
        assert erase_due(world.engine) > 0
        assert CANARY not in exported(world.engine, story.reference)


@pytest.mark.databases
def test_a_backup_is_whole_while_people_apply(house: House, story: Story) -> None:
    """Everything acknowledged before it began is in it, and nothing is there by half."""
    stop, acknowledged = Event(), []

    def apply() -> None:
        person = Story(story.world)
        while not stop.is_set():
            person.applies()
            acknowledged.append(person.reference)

    people = [Thread(target=apply) for _ in range(2)]
    for each in people:
        each.start()
    try:
        while len(acknowledged) < 3:
            stop.wait(0.01)
        before = list(acknowledged)
        assert run("backup", str(house.data)).exit_code == 0
        assert run("backup", "--keys", str(house.keys)).exit_code == 0
    finally:
        stop.set()
        for each in people:
            each.join()

    proved = run("verify", str(house.data), str(house.keys), "--deep")
    assert proved.exit_code == 0, proved.output
    house.another_machine()
    assert run("restore", str(house.data), str(house.keys)).exit_code == 0
    for reference in before:
        assert run("case", "export", reference).exit_code == 0, reference


def test_an_archive_of_one_database_goes_into_the_other_and_back(
    house: House, story: Story, postgres: Cluster
) -> None:
    applied(story)
    story.does("kirjaaja", "register")
    before = rows_of(story.world.engine)
    assert run("backup", str(house.data)).exit_code == 0
    assert run("backup", "--keys", str(house.keys)).exit_code == 0

    server = house.another_machine(on=postgres)
    assert run("restore", str(house.data), str(house.keys)).exit_code == 0
    with opened(house, server) as world:
        assert rows_of(world.engine) == before
        assert CANARY in exported(world.engine, story.reference)
    back, keys_back = house.place("data") / "two", house.place("keys") / "two"
    # Reading it has left an entry in the access log.
    assert run("backup", str(back)).exit_code == 0
    assert run("backup", "--keys", str(keys_back)).exit_code == 0
    folder = house.place("embedded")
    embedded = Machine(folder, f"sqlite:///{folder}/new.db", f"sqlite:///{folder}/keys.db")
    embedded.enter(house.patch)
    assert run("restore", str(back), str(keys_back)).exit_code == 0
    with opened(house, embedded) as world:
        after = rows_of(world.engine)
        assert {name for name, rows in after.items() if rows != before[name]} == {"access_entries"}
        assert CANARY in exported(world.engine, story.reference)
