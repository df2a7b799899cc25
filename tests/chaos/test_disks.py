"""A disk that is full or read only: nobody is shown a receipt that is not there, nothing is counted against what waits, and all goes
on once there is room."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import func, select

from engine.commands.access_log import SignCheckpoint
from engine.domain.people import SYSTEM
from engine.errors import StorageFull
from engine.storage.tables.cases import CASES
from engine.storage.tables.processes import OUTBOX_MESSAGES, TIMERS
from engine.worker import Worker
from tests.support.browsing import Visitor, application
from tests.support.postgres import Cluster
from tests.support.small_disk import SmallDisk, small_disk
from tests.support.soundness import faults
from tests.support.story import Story
from tests.support.working import due_timers, incidents, mail_waits, stalled_request
from tests.support.world import Template, World, world_on
from tests.support.worlds import MAIL
from tests.webapp.test_form_steps import SEND, to_the_end
from tests.webapp.test_unavailable import tells_honestly

MEGABYTES = 40
HEADS = 60
"""Of one checkpoint: its line takes more than a page of the disk."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", MEGABYTES) as made:
        yield made


@pytest.fixture
def crowded(disk: SmallDisk, template: Template) -> Iterator[World]:
    """A world whose database, keys and checkpoints lie on the small disk."""
    file = disk.folder / "vireille.db"
    template.copy(file)
    with world_on(f"sqlite:///{file}", disk.folder, MAIL) as world:
        yield world


def cases(world: World) -> int:
    with world.engine.database.view() as connection:
        return int(connection.execute(select(func.count()).select_from(CASES)).scalar_one())


def apply(world: World, count: int) -> None:
    for _ in range(count):
        Story(world).applies()


def knocks(worker: Worker) -> None:
    for name in worker.loops:
        worker.knock(name)


def test_what_finds_no_room_is_kept_by_the_page_and_sent_once_there_is_some(
    crowded: World, disk: SmallDisk, caplog: pytest.LogCaptureFixture
) -> None:
    browser = Visitor(application(crowded))
    check = to_the_end(browser, browser.get("/fi/own/questions"))
    disk.fills_up()
    answer = browser.submits(check, SEND)
    tells_honestly(answer)
    reasons = {getattr(each, "reason", "") for each in caplog.records} - {""}
    assert reasons == {"disk_full"}
    assert browser.get("/fi/").status == 200
    disk.has_room()
    receipt = browser.submits(answer)
    assert len(receipt.code) == 16
    assert len(browser.submits(check, SEND).code) == 16
    assert cases(crowded) == 1
    assert faults(crowded.engine) == []


def test_keys_that_find_no_room_are_not_called_absent(
    world: World, disk: SmallDisk, caplog: pytest.LogCaptureFixture
) -> None:
    """The operator would look at a server, or at a file that is there."""
    before = Path(world.engine.key_store.place)
    world.engine.key_store.close()
    moved = disk.folder / before.name
    shutil.move(before, moved)
    with world_on(world.engine.database.url, disk.folder, MAIL, f"sqlite:///{moved}") as crowded:
        browser = Visitor(application(crowded))
        check = to_the_end(browser, browser.get("/fi/own/questions"))
        disk.fills_up()
        tells_honestly(browser.submits(check, SEND))
        assert {getattr(each, "reason", "") for each in caplog.records} - {""} == {"disk_full"}
        disk.has_room()
        assert len(browser.submits(check, SEND).code) == 16
        assert faults(crowded.engine) == []


@pytest.mark.parametrize("is_full", [True, False], ids=["full", "read only"])
def test_the_worker_counts_nothing_and_goes_on_by_itself(
    crowded: World, disk: SmallDisk, is_full: bool
) -> None:
    story = Story(crowded)
    stalled_request(story)
    post = mail_waits(Story(crowded))
    crowded.clock.passes(days=60)
    due = due_timers(crowded)
    worker = Worker(crowded.engine, post)
    if is_full:
        disk.fills_up()
        for _ in range(4):
            knocks(worker)
            crowded.clock.passes(minutes=20)
        disk.has_room()
    else:
        # Nothing is remounted while it is open for writing.
        crowded.engine.database.close()
        crowded.engine.key_store.close()
        with disk.read_only():
            for _ in range(4):
                knocks(worker)
                crowded.clock.passes(minutes=20)
    assert due_timers(crowded) >= due > 0
    with crowded.engine.database.view() as connection:
        assert set(connection.execute(select(TIMERS.c.attempts)).scalars()) == {0}
        given_up = connection.execute(select(OUTBOX_MESSAGES.c.given_up_at)).scalars()
        assert set(given_up) == {None}
    assert incidents(crowded) == ()
    crowded.clock.passes(hours=1)
    knocks(worker)
    assert due_timers(crowded) == 0
    assert len({each.id for each in post.sent}) == len(post.sent) > 0
    assert faults(crowded.engine) == []
    assert crowded.log_faults() == ()


def test_a_checkpoint_that_finds_no_room_spoils_no_other(crowded: World, disk: SmallDisk) -> None:
    """Half a line between two whole ones would read as a log that was changed."""
    story = Story(crowded)
    story.applies()
    story.read_by("kasittelija")
    assert crowded.engine.perform(SignCheckpoint(), SYSTEM)
    for _ in range(HEADS):
        story = Story(crowded)
        story.applies()
        story.read_by("kirjaaja")
    file = crowded.engine.settings.checkpoints.file
    whole = file.read_bytes()
    elsewhere = disk.folder.parent / "tiny"
    with small_disk(elsewhere, 1) as tiny:
        moved = tiny.folder / file.name
        moved.write_bytes(whole)
        settings = crowded.engine.settings
        crowded.engine.settings = replace(settings, checkpoints=replace(settings.checkpoints, file=moved))
        tiny.fills_up()
        with pytest.raises(OSError, match="space"):
            crowded.engine.perform(SignCheckpoint(), SYSTEM)
        assert moved.read_bytes() == whole
        tiny.has_room()
        assert crowded.engine.perform(SignCheckpoint(), SYSTEM)
        assert crowded.log_faults() == ()


def test_a_checkpoint_that_a_power_cut_broke_off_spoils_no_other(story: Story) -> None:
    engine = story.world.engine
    file = engine.settings.checkpoints.file
    story.applies()
    for who in ("kirjaaja", "kasittelija", "johtaja"):
        story.read_by(who)
        assert engine.perform(SignCheckpoint(), SYSTEM)
        if who == "kasittelija":
            # Its transaction was not committed either.
            *whole, last = file.read_bytes().splitlines(keepends=True)
            file.write_bytes(b"".join(whole) + last + last[: len(last) // 2])
    assert story.world.log_faults() == ()


def test_a_server_without_room_refuses_and_goes_on(
    postgres: Cluster, template: Template, tmp_path: Path
) -> None:
    name = template.copy_on(postgres)
    with small_disk(postgres.folder / "small", MEGABYTES) as disk:
        shutil.chown(disk.folder, postgres.owner)
        with psycopg.connect(
            host=str(postgres.folder), user=postgres.owner, dbname="postgres", autocommit=True
        ) as operator:
            operator.execute(f"create tablespace small location '{disk.folder}'")
            operator.execute(f"alter database {name} set tablespace small")
            with world_on(postgres.url(name), tmp_path, MAIL) as world:
                Story(world).applies()
                disk.fills_up()
                with pytest.raises(StorageFull):
                    apply(world, 200)
                before = cases(world)
                disk.has_room()
                Story(world).applies()
                assert cases(world) == before + 1
                assert faults(world.engine) == []
            postgres.drop_database(name)
            operator.execute("drop tablespace small")
