"""kill -9 of a change of the master key, five times, while people apply and read: no request fails, and no key is lost.

VIREILLE_ROTATION_KEYS scales it (2,000 keys a database by default).
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from threading import Event
from uuid import UUID

import pytest

from engine.bootstrap import build_engine, new_master_key, rotate_master_key
from engine.domain.people import OPERATOR
from engine.queries.case_export import ExportCase
from engine.settings import EngineSettings, as_word, read_versions
from engine.storage import key_store as key_store_module
from engine.storage.key_rotation import oldest_in_use
from engine.storage.sealing import SealingClass
from tests.support.story import Story
from tests.support.world import MASTER_KEY, Clock, World

KEYS = int(os.environ.get("VIREILLE_ROTATION_KEYS", "2000"))
SEED = int(os.environ.get("VIREILLE_ROTATION_SEED", "1"))
KILLS = 5
PORTIONS = 20
FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(["webapp.cli"])


def rotate(settings: EngineSettings, portion: int, output: Connection) -> None:
    """Change the key, or go on with the change. Report each portion, and wait to be allowed the next."""
    key_store_module.AT_ONCE = portion  # type: ignore[misc]  # this process is the test's own
    engine = build_engine(settings, now=Clock())
    engine.prove_key()
    new_master_key(engine)
    for progress in rotate_master_key(engine):
        output.send(progress.rewrapped)
        output.recv()
    output.send(None)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "master.key"
    path.write_text(as_word(1, MASTER_KEY))
    return path


@pytest.fixture
def settings(world: World, file: Path) -> EngineSettings:
    return replace(world.engine.settings, master_key=read_versions(file.read_text()), master_key_file=file)


@pytest.mark.slow
@pytest.mark.databases
def test_no_request_fails_and_no_key_is_lost(world: World, settings: EngineSettings, file: Path) -> None:
    names = add_keys(world)
    served = World(build_engine(settings, now=world.clock), world.clock)
    first = Story(served)
    first.applies()
    over = Event()
    made: list[str] = []

    def people_work() -> None:
        while not over.is_set():
            story = Story(served)
            story.applies()
            served.engine.answer(ExportCase(first.reference, "tarkastus"), OPERATOR)
            made.append(story.reference)

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(people_work)
        try:
            kills = killed_again_and_again(settings, file, Random(SEED))
        finally:
            over.set()
        working.result()

    print(f"{len(names)} keys, killed {kills} times, {len(made)} people applied meanwhile")
    assert kills == KILLS
    assert made
    later = build_engine(
        replace(settings, master_key={2: read_versions(file.read_text())[2]}, master_key_file=None),
        now=world.clock,
    )
    assert oldest_in_use(later.key_store, later.master) == 2
    opened = later.key_store.of_cases([case_id for case_id, _ in names])
    for (case_id, name), key in names.items():
        assert later.master.unwrapped_of(case_id, name, opened[case_id][name]) == key
    for reference in made:
        assert later.answer(ExportCase(reference, "tarkastus"), OPERATOR)
    later.close()
    served.engine.close()


def add_keys(world: World) -> dict[tuple[UUID, str], bytes]:
    """Add wrapped keys as many cases leave them."""
    random, store, master = Random(SEED), world.engine.key_store, world.engine.master
    keys = {
        (UUID(int=random.getrandbits(128)), SealingClass.NARRATIVE.value): random.randbytes(32)
        for _ in range(KEYS)
    }
    held = list(keys.items())
    for start in range(0, KEYS, 500):
        some = held[start : start + 500]
        store.add(
            {(case_id, name): master.wrapped_for(1, case_id, name, key) for (case_id, name), key in some},
            is_settled=True,
        )
    return keys


def killed_again_and_again(settings: EngineSettings, file: Path, random: Random) -> int:
    """Change the key in processes that are killed at a portion, five times. Let the sixth come to its end."""
    for kills in range(KILLS + 1):
        here, there = FORKS.Pipe()
        current = replace(settings, master_key=read_versions(file.read_text()))
        process = FORKS.Process(target=rotate, args=(current, KEYS // PORTIONS, there))
        process.start()
        there.close()
        left = random.randint(1, 3) if kills < KILLS else 10**9
        while here.recv() is not None:
            left -= 1
            if left == 0:
                process.kill()
                break
            here.send("go on")
        process.join(timeout=120)
        here.close()
        if process.exitcode == 0:
            return kills
        assert process.exitcode == -9, process.exitcode
    return KILLS + 1
