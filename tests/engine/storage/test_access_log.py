"""The access log: every tampering shows, and nothing is read without an entry in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import orjson
import pytest
from sqlalchemy import Connection, Row, delete, event, insert, select, update

from engine.commands.access_log import SignCheckpoint, VerifyAccessLog
from engine.domain.inbox import View
from engine.domain.people import SYSTEM
from engine.queries.case_file import FindCases, OpenCaseFile, OpenTaskPage, ReadDocument
from engine.queries.case_state import ReadCaseStatus, ReadDeadlines
from engine.queries.inbox import OpenInbox
from engine.storage.access import ChainFault
from engine.storage.tables.access import ACCESS_ENTRIES
from tests.support.story import Story
from tests.support.world import World

Entries = list[Row[Any]]
Tamper = Callable[[Connection, Entries], None]


def edits(connection: Connection, chain: Entries) -> None:
    connection.execute(
        update(ACCESS_ENTRIES).where(ACCESS_ENTRIES.c.id == chain[2].id).values(actor_name="Joku Toinen")
    )


def moves_a_moment(connection: Connection, chain: Entries) -> None:
    connection.execute(
        update(ACCESS_ENTRIES)
        .where(ACCESS_ENTRIES.c.id == chain[2].id)
        .values(at=chain[0].at.replace(year=2020))
    )


def swaps(connection: Connection, chain: Entries) -> None:
    """Swap two entries, each with its digest."""
    one, other = chain[1], chain[2]
    for entry, seq in ((one, -1), (other, one.seq), (one, other.seq)):
        connection.execute(update(ACCESS_ENTRIES).where(ACCESS_ENTRIES.c.id == entry.id).values(seq=seq))


def takes_out(place: int) -> Tamper:
    def tamper(connection: Connection, chain: Entries) -> None:
        connection.execute(delete(ACCESS_ENTRIES).where(ACCESS_ENTRIES.c.id == chain[place].id))

    return tamper


def takes_out_and_closes_up(connection: Connection, chain: Entries) -> None:
    """Take an entry from the middle, renumber and link the rest; only the holder of the key can make the digests."""
    takes_out(1)(connection, chain)
    for entry in chain[2:]:
        linked = {"previous": chain[0].digest} if entry is chain[2] else {}
        connection.execute(
            update(ACCESS_ENTRIES).where(ACCESS_ENTRIES.c.id == entry.id).values(seq=entry.seq - 1, **linked)
        )


def inserts(connection: Connection, chain: Entries) -> None:
    """Add an entry after the last, made as ours are but without the key."""
    last = dict(chain[-1]._mapping)
    connection.execute(
        insert(ACCESS_ENTRIES).values(
            {**last, "id": uuid4(), "seq": last["seq"] + 1, "previous": last["digest"], "digest": "0" * 64}
        )
    )


def forges(connection: Connection, chain: Entries) -> None:
    """Put another person into an entry, with the digest of another entry."""
    connection.execute(
        update(ACCESS_ENTRIES)
        .where(ACCESS_ENTRIES.c.id == chain[-1].id)
        .values(person_id=uuid4(), digest=chain[-2].digest)
    )


def empties(connection: Connection, chain: Entries) -> None:
    connection.execute(delete(ACCESS_ENTRIES).where(ACCESS_ENTRIES.c.chain_id == chain[0].chain_id))


KINDS = [
    edits,
    moves_a_moment,
    swaps,
    pytest.param(takes_out(0), id="takes_out_the_head"),
    pytest.param(takes_out(2), id="takes_out_the_middle"),
    pytest.param(takes_out(-1), id="takes_out_the_tail"),
    takes_out_and_closes_up,
    inserts,
    forges,
    empties,
]


def test_a_log_nobody_touched_holds_together(read: Story) -> None:
    assert verified(read.world) == ()


@pytest.mark.parametrize("tamper", KINDS)
def test_every_change_to_the_log_shows(read: Story, tamper: Tamper) -> None:
    world = read.world
    world.engine.perform(SignCheckpoint(), SYSTEM)
    case_id = read.case.id
    with world.engine.database.transaction() as connection:
        chain = connection.execute(
            select(ACCESS_ENTRIES).where(ACCESS_ENTRIES.c.chain_id == case_id).order_by(ACCESS_ENTRIES.c.seq)
        ).all()
        # Reading the case to find its id added an entry after the checkpoint; the tampering must not meet it.
        chain, after = chain[:-1], chain[-1]
        connection.execute(delete(ACCESS_ENTRIES).where(ACCESS_ENTRIES.c.id == after.id))
    assert verified(world) == ()
    with world.engine.database.transaction() as connection:
        tamper(connection, list(chain))
    assert {fault.chain_id for fault in verified(world)} == {case_id}


def test_a_changed_checkpoint_shows(read: Story) -> None:
    """Cutting the tail and the checkpoint with it needs a new signature, which nobody can make."""
    world = read.world
    world.engine.perform(SignCheckpoint(), SYSTEM)
    file = world.engine.settings.checkpoint_file
    signed = orjson.loads(file.read_bytes())
    signed["heads"] = [[chain, seq - 1, digest] for chain, seq, digest in signed["heads"]]
    file.write_bytes(orjson.dumps(signed) + b"\n")
    assert [fault.fault for fault in verified(world)] == ["checkpoint"]


@pytest.fixture
def read(story: Story) -> Story:
    """A case that several people have looked into."""
    story.applies()
    for who in ("kirjaaja", "kasittelija", "johtaja", "esihenkilo"):
        story.read_by(who)
    return story


def verified(world: World) -> tuple[ChainFault, ...]:
    return world.engine.answer(VerifyAccessLog(), world.actor("tarkastaja"))


class Full(Exception):
    """The disk of the log is full."""


@pytest.mark.databases
def test_no_entry_no_data(world: World) -> None:
    """Everything that shows a case fails and gives nothing when its entry can't be written."""
    story = Story(world)
    story.applies()
    story.until("record_delivery")
    task, document = story.task("record_delivery").id, story.file.documents[0].id
    asked = [
        OpenCaseFile(story.reference),
        OpenTaskPage(task),
        ReadDocument(document),
        FindCases(story.reference),
        ReadCaseStatus(story.reference),
        ReadDeadlines(story.reference),
        OpenInbox(View.TEAM),
    ]
    actor = world.actor("kasittelija")

    def refuse(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "INSERT INTO ACCESS_ENTRIES" in statement.upper():
            raise Full

    engine = world.engine.database.engine
    for query in asked:
        assert world.engine.answer(query, actor) is not None
    event.listen(engine, "before_cursor_execute", refuse)
    try:
        for query in asked:
            with pytest.raises(Full):
                world.engine.answer(query, actor)
    finally:
        event.remove(engine, "before_cursor_execute", refuse)
    assert verified(world) == ()
