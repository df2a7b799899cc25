"""An installation of the version before, whose checkpoints had no numbers and were signed under the master key."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import orjson
import pytest
from sqlalchemy import delete

from engine.bootstrap import build_engine
from engine.commands.access_log import SignCheckpoint
from engine.domain.access_log import FaultKind, Head, Place
from engine.domain.people import SYSTEM
from engine.storage.checkpoint_files import SecondPlace
from engine.storage.keys import RootKey
from engine.storage.tables.access import ACCESS_ENTRIES
from engine.storage.unit_of_work import UnitOfWork
from tests.support.story import Story
from tests.support.world import MASTER_KEY, World

OLD = 2
"""Lines that the version before has written."""


def heads(world: World) -> tuple[Head, ...]:
    with world.engine.database.view() as connection:
        return world.engine.stores(UnitOfWork(connection)).access.heads()


def old_line(world: World, of: Sequence[Head]) -> bytes:
    """A line as version 0.2.0 wrote it."""
    content: dict[str, object] = {
        "at": world.clock.moment.isoformat(),
        "heads": [[str(each.chain_id), each.seq, each.digest] for each in of],
        "up_to": str(max(each.entry_id for each in of if each.entry_id)),
    }
    key = RootKey(MASTER_KEY).derive("access checkpoints")
    signature = hmac.new(key, orjson.dumps(content), sha256).hexdigest()
    return orjson.dumps({**content, "signature": signature}) + b"\n"


@pytest.fixture
def before(story: Story) -> Story:
    """A case that was read and signed by the version before; its file could be read by all."""
    story.applies()
    file = story.world.engine.settings.checkpoints.file
    for who in ("kirjaaja", "kasittelija"):
        story.read_by(who)
        story.world.clock.passes(minutes=1)
        with file.open("ab") as opened:
            opened.write(old_line(story.world, heads(story.world)))
    file.chmod(0o644)
    return story


def file_of(story: Story) -> Path:
    return story.world.engine.settings.checkpoints.file


def signs(story: Story) -> None:
    """The new version signs, after somebody has looked."""
    story.read_by("esihenkilo")
    story.world.clock.passes(minutes=1)
    assert story.world.engine.perform(SignCheckpoint(), SYSTEM)


def found(story: Story) -> list[tuple[FaultKind, Place, int]]:
    return [(each.kind, each.place, each.number) for each in story.world.log_faults()]


@pytest.mark.databases
def test_the_old_lines_stay_and_the_first_new_one_names_them(before: Story) -> None:
    old = file_of(before).read_bytes()
    assert found(before) == []
    signs(before)
    signs(before)
    assert file_of(before).read_bytes().startswith(old)
    new = [orjson.loads(line) for line in file_of(before).read_bytes()[len(old) :].splitlines()]
    assert [(line["number"], len(line["signature"])) for line in new] == [(1, 128), (2, 128)]
    assert new[0]["previous"] == sha256(old).hexdigest()
    assert file_of(before).stat().st_mode & 0o077 == 0
    before.world.clock.passes(days=2)
    assert found(before) == []


@pytest.mark.databases
def test_a_cut_that_only_an_old_line_proves_is_still_found(before: Story) -> None:
    signs(before)
    case_id = before.case.id
    with before.world.engine.database.transaction() as connection:
        connection.execute(delete(ACCESS_ENTRIES).where(ACCESS_ENTRIES.c.chain_id == case_id))
    cut = [each for each in before.world.log_faults() if each.kind is FaultKind.CUT]
    (its,) = [each.number for each in cut if each.chain_id == case_id]
    first = orjson.loads(file_of(before).read_bytes().splitlines()[0])
    assert its == next(seq for chain_id, seq, _ in first["heads"] if chain_id == str(case_id))


def without_one(lines: list[bytes]) -> list[bytes]:
    return lines[1:]


def without_any(lines: list[bytes]) -> list[bytes]:
    return lines[OLD:]


def swapped(lines: list[bytes]) -> list[bytes]:
    return [lines[1], lines[0], *lines[2:]]


def with_other_heads(lines: list[bytes]) -> list[bytes]:
    content = orjson.loads(lines[0])
    return [orjson.dumps({**content, "heads": []}) + b"\n", *lines[1:]]


UNLINKED, FORGED = (FaultKind.UNLINKED_LINE, Place.FILE, 1), (FaultKind.SIGNATURE, Place.FILE, 1)


@pytest.mark.parametrize(
    "change, wanted",
    [
        (without_one, [UNLINKED]),
        (without_any, [UNLINKED]),
        (swapped, [UNLINKED]),
        (with_other_heads, [FORGED, UNLINKED]),
    ],
)
def test_the_old_lines_can_no_longer_be_changed(
    before: Story, change: Callable[[list[bytes]], list[bytes]], wanted: list[tuple[FaultKind, Place, int]]
) -> None:
    """Nor by who holds the master key, with which each of these could be signed anew."""
    signs(before)
    assert found(before) == []
    lines = file_of(before).read_bytes().splitlines(keepends=True)
    assert len(lines) == OLD + 1
    file_of(before).write_bytes(b"".join(change(lines)))
    assert found(before) == wanted


def test_a_last_old_line_that_broke_off_is_named_and_the_chain_goes_on_from_it(before: Story) -> None:
    file_of(before).write_bytes(file_of(before).read_bytes()[:-20])
    signs(before)
    signs(before)
    assert found(before) == [FORGED]


def test_a_second_place_that_is_named_later_gets_the_old_lines_too(before: Story, tmp_path: Path) -> None:
    settings = before.world.engine.settings
    places = replace(settings.checkpoints, copy=tmp_path / "elsewhere" / "checkpoints.jsonl")
    engine = build_engine(replace(settings, checkpoints=places), now=before.world.clock)
    before.read_by("esihenkilo")
    assert engine.perform(SignCheckpoint(), SYSTEM)
    SecondPlace(places).bring_up()
    assert places.copy
    assert places.copy.read_bytes() == places.file.read_bytes()
    assert World(engine, before.world.clock).log_faults() == ()
    engine.close()


@pytest.mark.databases
def test_until_there_is_a_key_the_old_lines_prove_what_they_have_signed(before: Story) -> None:
    """Nothing is called broken at once; a day later it is named that nobody signs."""
    for half in (
        before.world.engine.settings.checkpoints.key_file,
        before.world.engine.settings.checkpoints.public_key_file,
    ):
        half.unlink()
    assert found(before) == []
    before.read_by("esihenkilo")
    before.world.clock.passes(days=2)
    assert {(kind, place) for kind, place, _ in found(before)} == {(FaultKind.UNSIGNED, Place.LOG)}
