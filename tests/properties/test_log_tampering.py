"""Any change to a signed log or to a file of its checkpoints is found, at the place where it was made."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import Connection, Row, delete, select, update

from engine.domain.access_log import Place
from engine.storage.tables.access import ACCESS_ENTRIES
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
