"""Any change to a signed log, to a file of its checkpoints or to what was found of them is found, at the place where it was made."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import Connection, Row, Update, delete, insert, select, update

from engine.domain.access_log import Place
from engine.domain.people import SYSTEM
from engine.queries.access_log import ReadLogState
from engine.queries.health import ReadHealth
from engine.storage.database import new_id
from engine.storage.tables.access import ACCESS_ENTRIES, LOG_VERIFICATIONS
from engine.worker import Worker
from tests.support.signed_log import Scene
from tests.support.signed_log import scene as scene

COUNT: Final = int(os.environ.get("VIREILLE_TAMPERINGS", "5"))
SEED: Final = int(os.environ.get("VIREILLE_TAMPERING_SEED", "1"))

Entry = Row[Any]
OfTheLog = Callable[[Random, Connection, list[Entry]], None]
OfAFile = Callable[[Random, list[bytes]], bytes]


def places_found(scene: Scene, connection: Connection) -> set[Place]:
    return {each.place for each in scene.faults_within(connection)}


# ---------------------------------------------------------------- the log


def sets(connection: Connection, entry: Entry, **values: object) -> None:
    connection.execute(update(ACCESS_ENTRIES).where(ACCESS_ENTRIES.c.id == entry.id).values(**values))


def changes_a_column(random: Random, connection: Connection, entries: list[Entry]) -> None:
    entry = random.choice(entries)
    name = random.choice(
        ["case_id", "person_id", "actor_name", "roles", "session", "action", "purpose", "subjects", "at"]
    )
    others: dict[str, object] = {
        "case_id": UUID(int=random.getrandbits(128)),
        "person_id": UUID(int=random.getrandbits(128)),
        "roles": [*entry.roles, "auditor"],
        "subjects": [*entry.subjects, str(UUID(int=random.getrandbits(128)))],
        "at": entry.at + timedelta(microseconds=random.choice([-1, 1]) * random.randint(1, 10**9)),
    }
    sets(connection, entry, **{name: others.get(name, f"{getattr(entry, name)}x")})


def changes_a_link(random: Random, connection: Connection, entries: list[Entry]) -> None:
    name = random.choice(["previous", "digest"])
    sets(connection, random.choice(entries), **{name: f"{random.getrandbits(256):064x}"})


def takes_some_out(random: Random, connection: Connection, entries: list[Entry]) -> None:
    gone = random.sample(entries, random.randint(1, len(entries)))
    connection.execute(delete(ACCESS_ENTRIES).where(ACCESS_ENTRIES.c.id.in_([each.id for each in gone])))


def cuts_a_chain(random: Random, connection: Connection, entries: list[Entry]) -> None:
    last = random.choice(entries)
    beyond = ACCESS_ENTRIES.c.seq >= last.seq
    connection.execute(delete(ACCESS_ENTRIES).where(ACCESS_ENTRIES.c.chain_id == last.chain_id, beyond))


def swaps_two(random: Random, connection: Connection, entries: list[Entry]) -> None:
    one, other = random.sample(entries, 2)
    for entry, seq in ((one, -1), (other, one.seq), (one, other.seq)):
        chain = other.chain_id if entry is one else one.chain_id
        sets(connection, entry, seq=seq, chain_id=chain)


OF_THE_LOG: Final[tuple[OfTheLog, ...]] = (
    changes_a_column,
    changes_a_link,
    takes_some_out,
    cuts_a_chain,
    swaps_two,
)


@pytest.mark.databases
def test_whatever_is_done_to_the_log_is_found(scene: Scene) -> None:
    random = Random(SEED)
    for act in OF_THE_LOG * COUNT:
        with scene.world.engine.database.transaction() as connection:
            assert places_found(scene, connection) == set()
            # Only what is signed: what came after the last checkpoint has nobody to prove it yet.
            entries = list(
                connection.execute(select(ACCESS_ENTRIES).where(ACCESS_ENTRIES.c.at < scene.signed_until))
            )
            act(random, connection, entries)
            found = places_found(scene, connection)
            connection.rollback()
        assert found == {Place.LOG}, act


# ---------------------------------------------------------------- the files


def changes_a_byte(random: Random, lines: list[bytes]) -> bytes:
    content = bytearray(b"".join(lines))
    # The newline at the end is no part of a line.
    content[random.randrange(len(content) - 1)] ^= random.randint(1, 255)
    return bytes(content)


def takes_bytes_out(random: Random, lines: list[bytes]) -> bytes:
    content = b"".join(lines)
    first, last = sorted(random.sample(range(len(content)), 2))
    return content[:first] + content[last:]


def cuts(random: Random, lines: list[bytes]) -> bytes:
    content = b"".join(lines)
    return content[: random.randrange(len(content) - 1)]


def takes_lines_out(random: Random, lines: list[bytes]) -> bytes:
    gone = random.sample(range(len(lines)), random.randint(1, len(lines)))
    return b"".join(line for place, line in enumerate(lines) if place not in gone)


def mixes(random: Random, lines: list[bytes]) -> bytes:
    mixed = [*lines, *random.choices(lines, k=random.randint(1, 3))]
    random.shuffle(mixed)
    return b"".join(mixed)


OF_A_FILE: Final[tuple[OfAFile, ...]] = (changes_a_byte, takes_bytes_out, cuts, takes_lines_out, mixes)


@pytest.mark.parametrize("place", [Place.FILE, Place.COPY])
def test_whatever_is_done_to_a_file_is_found(scene: Scene, place: Place) -> None:
    random = Random(SEED)
    file: Path = scene.file if place is Place.FILE else scene.copy
    lines = scene.lines()
    with scene.world.engine.database.view() as connection:
        for act in OF_A_FILE * COUNT:
            file.write_bytes(act(random, lines))
            assert places_found(scene, connection) - {Place.LOG} == {place}, file.read_bytes()
            file.write_bytes(b"".join(lines))
            assert places_found(scene, connection) == set()


# ---------------------------------------------------------------- results of verifications


def last_result(connection: Connection) -> Row[Any]:
    done = LOG_VERIFICATIONS.c.done_at
    return connection.execute(select(LOG_VERIFICATIONS).order_by(done.desc()).limit(1)).one()


def of_result(result: Row[Any]) -> Update:
    return update(LOG_VERIFICATIONS).where(LOG_VERIFICATIONS.c.id == result.id)


def invents_one(connection: Connection, at: datetime) -> None:
    values = {**last_result(connection)._asdict(), "id": new_id(), "done_at": at, "faults": 0, "found": []}
    connection.execute(insert(LOG_VERIFICATIONS).values(values))


def invents_one_of_today(scene: Scene, connection: Connection) -> None:
    invents_one(connection, scene.world.clock.moment)


def invents_one_of_the_future(_scene: Scene, connection: Connection) -> None:
    invents_one(connection, datetime(2040, 1, 1, tzinfo=UTC))


def invents_one_of_its_moment(_scene: Scene, connection: Connection) -> None:
    invents_one(connection, last_result(connection).done_at)


def hides_what_was_found(_scene: Scene, connection: Connection) -> None:
    connection.execute(of_result(last_result(connection)).values(faults=0, found=[]))


def moves_one_to_another_day(_scene: Scene, connection: Connection) -> None:
    result = last_result(connection)
    connection.execute(of_result(result).values(done_at=result.done_at + timedelta(days=1)))


@pytest.mark.databases
@pytest.mark.parametrize(
    "act",
    [
        invents_one_of_today,
        invents_one_of_the_future,
        invents_one_of_its_moment,
        hides_what_was_found,
        moves_one_to_another_day,
    ],
)
def test_a_result_that_no_verification_gave_is_found_and_switches_nothing_off(
    scene: Scene, act: Callable[[Scene, Connection], None]
) -> None:
    scene.change(lambda connection, chain: sets(connection, chain[0], actor_name="Joku Muu"))
    faults = scene.faults()
    assert faults
    scene.world.clock.passes(days=2)
    auditor = scene.world.actor("tarkastaja")
    with scene.world.engine.database.transaction() as connection:
        act(scene, connection)
    state = scene.world.engine.answer(ReadLogState(), auditor)
    health = scene.world.engine.answer(ReadHealth(), SYSTEM)
    assert (state.verified.faults if state.verified else len(faults), state.is_late) == (len(faults), True)
    assert (health.verified_at is None, health.log_faults) == (
        state.verified is None,
        state.verified.faults if state.verified else 0,
    )
    assert health.verified_at is None or health.verified_at < scene.world.clock.moment
    worker = Worker(scene.world.engine)
    assert worker.verify_log() == 1
    state = scene.world.engine.answer(ReadLogState(), auditor)
    assert state.verified
    assert Place.RESULT in {each.place for each in state.verified.found}
    assert set(faults) <= set(state.verified.found)
    assert worker.verify_log() == 0, "named once a night, as every other fault"


def test_a_request_of_the_future_is_nobodys(scene: Scene) -> None:
    scene.faults()
    with scene.world.engine.database.transaction() as connection:
        values = {"id": new_id(), "asked_at": datetime(2040, 1, 1, tzinfo=UTC), "asked_by": "", "found": []}
        connection.execute(insert(LOG_VERIFICATIONS).values(values))
    assert scene.world.engine.answer(ReadLogState(), scene.world.actor("tarkastaja")).asked_at is None
    assert Worker(scene.world.engine).verify_log() == 0
