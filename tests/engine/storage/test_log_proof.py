"""Every tampering with the log or with its checkpoints is found, and named for what it is."""

from __future__ import annotations

import hmac
import shutil
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy import Connection, Row, delete, insert, update

from engine.domain.access_log import FaultKind, Place
from engine.storage.checkpoints import read, signed_lines
from engine.storage.keys import RootKey
from engine.storage.signing import SigningKey, create_signing_key
from engine.storage.tables.access import ACCESS_CHECKPOINTS, ACCESS_ENTRIES
from tests.support.signed_log import SIGNED, Entries, Scene
from tests.support.signed_log import scene as scene
from tests.support.story import Story
from tests.support.world import MASTER_KEY

Tamper = Callable[[Connection, Entries], None]

# ---------------------------------------------------------------- the log


def edits(connection: Connection, chain: Entries) -> None:
    _set(connection, chain[2], actor_name="Joku Toinen")


def moves_a_moment(connection: Connection, chain: Entries) -> None:
    _set(connection, chain[2], at=chain[0].at.replace(year=2020))


def gives_another_reason(connection: Connection, chain: Entries) -> None:
    _set(connection, chain[2], purpose="tarkastus")


def swaps(connection: Connection, chain: Entries) -> None:
    """Swap two entries, each with its digest."""
    one, other = chain[1], chain[2]
    for entry, seq in ((one, -1), (other, one.seq), (one, other.seq)):
        _set(connection, entry, seq=seq)


def takes_out(place: int) -> Tamper:
    def tamper(connection: Connection, chain: Entries) -> None:
        connection.execute(delete(ACCESS_ENTRIES).where(ACCESS_ENTRIES.c.id == chain[place].id))

    return tamper


def takes_out_and_closes_up(connection: Connection, chain: Entries) -> None:
    """Take an entry from the middle, renumber and link the rest; only the holder of the key can make the digests."""
    takes_out(1)(connection, chain)
    for entry in chain[2:]:
        linked = {"previous": chain[0].digest} if entry is chain[2] else {}
        _set(connection, entry, seq=entry.seq - 1, **linked)


def inserts(connection: Connection, chain: Entries) -> None:
    """Add an entry after the last, made as the log's are but without the key."""
    last = dict(chain[-1]._mapping)
    connection.execute(
        insert(ACCESS_ENTRIES).values(
            {**last, "id": uuid4(), "seq": last["seq"] + 1, "previous": last["digest"], "digest": "0" * 64}
        )
    )


def forges(connection: Connection, chain: Entries) -> None:
    """Put another person into an entry, with the digest of another entry."""
    _set(connection, chain[-1], person_id=uuid4(), digest=chain[-2].digest)


def moves_to_another_chain(connection: Connection, chain: Entries) -> None:
    for entry in chain:
        _set(connection, entry, chain_id=UUID(int=5))


def empties(connection: Connection, chain: Entries) -> None:
    connection.execute(delete(ACCESS_ENTRIES).where(ACCESS_ENTRIES.c.chain_id == chain[0].chain_id))


def empties_all(connection: Connection, _chain: Entries) -> None:
    connection.execute(delete(ACCESS_ENTRIES))


def _set(connection: Connection, entry: Row[Any], **values: Any) -> None:
    connection.execute(update(ACCESS_ENTRIES).where(ACCESS_ENTRIES.c.id == entry.id).values(**values))


OF_THE_LOG: dict[str, tuple[Tamper, set[FaultKind]]] = {
    "an entry names another reader": (edits, {FaultKind.CHANGED}),
    "an entry has another moment": (moves_a_moment, {FaultKind.CHANGED}),
    "an entry has another reason": (gives_another_reason, {FaultKind.CHANGED}),
    "two entries are swapped": (swaps, {FaultKind.UNLINKED, FaultKind.CUT}),
    "the first entry is gone": (takes_out(0), {FaultKind.MISSING}),
    "an entry in the middle is gone": (takes_out(2), {FaultKind.MISSING}),
    "the last entry is gone": (takes_out(-1), {FaultKind.CUT}),
    "an entry is gone and the rest closed up": (
        takes_out_and_closes_up,
        {FaultKind.CHANGED, FaultKind.CUT},
    ),
    "an entry is put in": (inserts, {FaultKind.CHANGED}),
    "an entry is forged with another's digest": (forges, {FaultKind.CHANGED, FaultKind.CUT}),
    "a chain is moved to another case": (
        moves_to_another_chain,
        {FaultKind.CHANGED, FaultKind.CUT, FaultKind.UNSIGNED},
    ),
    "a case's chain is gone": (empties, {FaultKind.CUT}),
    "the whole log is gone": (empties_all, {FaultKind.CUT}),
}


def test_a_log_that_nobody_touched_is_whole(scene: Scene) -> None:
    assert scene.faults() == ()
    assert scene.file.read_bytes() == scene.copy.read_bytes()
    assert [oct(each.stat().st_mode & 0o777) for each in (scene.file, scene.copy)] == ["0o600", "0o600"]


@pytest.mark.databases
def test_each_tampering_with_the_log_is_found_and_named(scene: Scene) -> None:
    for name, (tamper, wanted) in OF_THE_LOG.items():
        with scene.world.engine.database.transaction() as connection:
            tamper(connection, scene.chain(connection))
            found = scene.faults_within(connection)
            connection.rollback()
        assert {each.kind for each in found} >= wanted, name
        assert {each.place for each in found} == {Place.LOG}, name
        if tamper not in (empties_all, moves_to_another_chain):
            assert {each.chain_id for each in found} == {scene.case_id}, name
    assert scene.faults() == ()


# ---------------------------------------------------------------- the checkpoints


def rewritten(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Scene, Path], None]:
    def tamper(scene: Scene, file: Path) -> None:
        file.write_bytes(b"".join(change(scene.lines())))

    return tamper


def with_other_heads(line: bytes, **changes: object) -> bytes:
    content = orjson.loads(line)
    content["heads"] = content["heads"][:-1]
    return orjson.dumps({**content, **changes}) + b"\n"


def deletes(_scene: Scene, file: Path) -> None:
    file.unlink()


def signs_anew(scene: Scene, file: Path) -> None:
    """Sign the last checkpoint with a new pair of keys: the file and its keys are of a piece, but not of ours."""
    private = file.parent / "forger" / "checkpoint.key"
    create_signing_key(private, private.with_suffix(".pub"))
    lines = scene.lines()
    file.write_bytes(b"".join([*lines[:-1], signed_again(scene, lines, SIGNED - 1, private)]))


def signed_again(scene: Scene, lines: list[bytes], place: int, private: Path) -> bytes:
    """Return a line for the place of another, in its chain, with fewer heads."""
    found, before, key = read(lines[place]), read(lines[place - 1]), SigningKey.read(private)
    assert found
    assert before
    assert key
    heads = [replace(each, entry_id=found.up_to) for each in found.heads[:1]]
    (line,) = signed_lines(key, heads, (before.number, before.digest), scene.world.clock.moment)
    return line


def signs_as_before(scene: Scene, file: Path) -> None:
    """Sign with what every web host has, the master key, as the version before did."""
    content = {"at": scene.world.clock.moment.isoformat(), "heads": []}
    derived = RootKey(MASTER_KEY).derive("access checkpoints")
    signature = hmac.new(derived, orjson.dumps(content), sha256).hexdigest()
    file.write_bytes(file.read_bytes() + orjson.dumps({**content, "signature": signature}) + b"\n")


def tears(scene: Scene, file: Path) -> None:
    file.write_bytes(scene.file.read_bytes()[:-30])


OF_THE_FILES: dict[str, tuple[Callable[[Scene, Path], None], set[FaultKind]]] = {
    "the file is gone": (deletes, {FaultKind.NO_FILE}),
    "the file is empty": (rewritten(lambda lines: []), {FaultKind.SHORTENED}),
    "the last line is gone": (rewritten(lambda lines: lines[:-1]), {FaultKind.SHORTENED}),
    "the file is an older one": (rewritten(lambda lines: lines[:1]), {FaultKind.SHORTENED}),
    "the first line is gone": (rewritten(lambda lines: lines[1:]), {FaultKind.LOST_LINE}),
    "a line in the middle is gone": (
        rewritten(lambda lines: [lines[0], *lines[2:]]),
        {FaultKind.LOST_LINE},
    ),
    "two lines are swapped": (
        rewritten(lambda lines: [lines[0], lines[2], lines[1], lines[3]]),
        {FaultKind.OUT_OF_ORDER},
    ),
    "a line is there twice": (rewritten(lambda lines: [*lines[:2], *lines[1:]]), {FaultKind.REPEATED}),
    "an old line is repeated at the end": (
        rewritten(lambda lines: [*lines, lines[0]]),
        {FaultKind.REPEATED},
    ),
    "a head is taken out of a line": (
        rewritten(lambda lines: [lines[0], with_other_heads(lines[1]), *lines[2:]]),
        {FaultKind.SIGNATURE},
    ),
    "a line has another number": (
        rewritten(lambda lines: [*lines[:3], with_other_heads(lines[3], number=9)]),
        {FaultKind.SIGNATURE, FaultKind.SHORTENED},
    ),
    "a line is signed with another key": (signs_anew, {FaultKind.OTHER_KEY}),
    "a line is signed with the master key": (signs_as_before, {FaultKind.SIGNATURE}),
    "the last line is torn": (tears, {FaultKind.SIGNATURE, FaultKind.SHORTENED}),
    "something else stands in the file": (
        rewritten(lambda lines: [*lines, b"[]\n"]),
        {FaultKind.SIGNATURE},
    ),
}


@pytest.mark.parametrize("place", [Place.FILE, Place.COPY])
def test_each_tampering_with_the_checkpoints_is_found_and_named(scene: Scene, place: Place) -> None:
    file = scene.file if place is Place.FILE else scene.copy
    whole = file.read_bytes()
    for name, (tamper, wanted) in OF_THE_FILES.items():
        tamper(scene, file)
        assert scene.found() == {(kind, place) for kind in wanted}, name
        file.write_bytes(whole)
    assert scene.faults() == ()


def test_at_least_twenty_kinds_are_tried() -> None:
    assert len(OF_THE_LOG) + len(OF_THE_FILES) >= 20


@pytest.mark.databases
def test_an_older_database_beside_its_checkpoints_is_found(scene: Scene, tmp_path: Path) -> None:
    """As one restored from a copy: the checkpoints know of entries that are gone."""
    with scene.world.engine.database.transaction() as connection:
        last = scene.chain(connection)[-1]
        connection.execute(delete(ACCESS_ENTRIES).where(ACCESS_ENTRIES.c.at >= last.at))
        connection.execute(delete(ACCESS_CHECKPOINTS).where(ACCESS_CHECKPOINTS.c.number > SIGNED - 2))
    assert (FaultKind.CUT, Place.LOG) in scene.found()


def test_log_and_file_that_were_cut_together_are_betrayed_by_the_second_place(scene: Scene) -> None:
    scene.change(takes_out(-1))
    with scene.world.engine.database.transaction() as connection:
        connection.execute(delete(ACCESS_CHECKPOINTS).where(ACCESS_CHECKPOINTS.c.number == SIGNED))
    scene.file.write_bytes(b"".join(scene.lines()[:-1]))
    assert scene.found() == {(FaultKind.CUT, Place.LOG)}
    shutil.copyfile(scene.file, scene.copy)
    assert scene.found() == set(), "who writes both places and the database can take back what was signed"


def test_a_checkpoint_that_is_another_than_was_signed_is_found(scene: Scene) -> None:
    """Even if the private key has made it: the database knows which one it was."""
    with scene.world.engine.database.transaction() as connection:
        connection.execute(
            update(ACCESS_CHECKPOINTS).where(ACCESS_CHECKPOINTS.c.number == 2).values(digest="0" * 64)
        )
    assert scene.found() == {(FaultKind.REPLACED, Place.FILE), (FaultKind.REPLACED, Place.COPY)}


def test_a_checkpoint_that_the_key_itself_has_exchanged_does_not_fit_the_next(scene: Scene) -> None:
    """Everything behind it would have to be signed anew too, in both places."""
    lines = scene.lines()
    other = signed_again(scene, lines, 1, scene.world.engine.settings.checkpoints.key_file)
    scene.file.write_bytes(b"".join([lines[0], other, *lines[2:]]))
    with scene.world.engine.database.transaction() as connection:
        connection.execute(delete(ACCESS_CHECKPOINTS).where(ACCESS_CHECKPOINTS.c.number == 2))
    assert [(each.kind, each.place, each.number) for each in scene.faults()] == [
        (FaultKind.UNLINKED_LINE, Place.FILE, 3)
    ]


def test_without_the_public_key_nothing_is_called_whole(scene: Scene) -> None:
    scene.world.engine.settings.checkpoints.public_key_file.unlink()
    assert {(FaultKind.NO_KEY, Place.FILE), (FaultKind.NO_KEY, Place.COPY)} <= scene.found()


def test_a_log_that_nobody_has_signed_for_a_day_is_no_whole_one(story: Story) -> None:
    story.applies()
    story.read_by("kasittelija")
    assert story.world.log_faults() == (), "there was no time yet"
    story.world.clock.passes(days=2)
    assert [(each.kind, each.place) for each in story.world.log_faults()] == [(FaultKind.NO_FILE, Place.FILE)]


def test_a_line_that_is_just_being_written_is_no_fault(scene: Scene) -> None:
    whole = scene.file.read_bytes()
    scene.file.write_bytes(whole + scene.lines()[-1][:40])
    assert scene.found() == set()
    scene.file.write_bytes(whole + scene.lines()[-1][:40] + b"\n")
    assert scene.found() == {(FaultKind.SIGNATURE, Place.FILE)}
