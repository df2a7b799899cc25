"""The primary of two PostgreSQL servers is killed while people apply and decisions are signed, and its standby takes over."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from random import Random
from threading import Event, Semaphore
from typing import Any, Final

from sqlalchemy import func, select

from engine.bootstrap import build_engine
from engine.commands.applications import SubmitApplication
from engine.domain.cases import Channel
from engine.domain.people import PUBLIC
from engine.errors import Unavailable
from engine.executor import Engine
from engine.storage.tables.cases import APPLICATIONS, CASE_EVENTS, CASES
from tests.support import answers
from tests.support.postgres import cluster, standby
from tests.support.soundness import faults
from tests.support.story import Story
from tests.support.world import Clock, Template, World, settings_for

PEOPLE: Final = 60
SIGNED: Final = 4
AT_ONCE: Final = 12
PATIENCE: Final = 240
"""Seconds; the machine has other work."""


class Office:
    """Everybody who is at work with the primary when it dies, and what each was shown."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self.shown = Semaphore(0)
        self.receipts: defaultdict[int, set[str]] = defaultdict(set)
        world = World(engine, clock)
        self.stories = [Story(world) for _ in range(SIGNED)]
        for story in self.stories:
            story.applies()
            story.until("sign_resolution")

    def acts(self, chance: Random) -> list[Callable[[], None]]:
        acts: list[Callable[[], None]] = [partial(self.applies, number) for number in range(PEOPLE)]
        acts += [partial(self.signs, story) for story in self.stories]
        chance.shuffle(acts)
        return acts

    def applies(self, number: int) -> None:
        """Press the button, and again for as long as nothing can be stored."""
        data = {**answers.application(self.stories[0].today), "given_names": f"Henkilö {number}"}
        command = SubmitApplication(Channel.SELF, f"person number {number} of the failover", data=data)
        self.receipts[number].add(_until_done(lambda: self.engine.perform(command, PUBLIC)).reference)
        self.shown.release()

    def signs(self, story: Story) -> None:
        _until_done(lambda: _signs_if_open(story))
        self.shown.release()

    def lost_or_doubled(self) -> Iterator[str]:
        with self.engine.database.view() as connection:
            stored = set(connection.execute(select(CASES.c.reference)).scalars())
            applications = connection.execute(select(func.count()).select_from(APPLICATIONS)).scalar_one()
            of_cases = select(CASES.c.reference).join(CASE_EVENTS, CASE_EVENTS.c.case_id == CASES.c.id)
            signatures = of_cases.where(CASE_EVENTS.c.kind == "resolution_signed")
            signed = Counter(connection.execute(signatures).scalars())
        for number, shown in self.receipts.items():
            if len(shown) != 1 or not shown <= stored:
                yield f"person {number} was shown {sorted(shown)}"
        if not applications == len(stored) == PEOPLE + SIGNED:
            yield f"{PEOPLE + SIGNED} applied: {applications} applications, {len(stored)} cases"
        for story in self.stories:
            if signed[story.reference] != 1:
                yield f"{story.reference} was signed {signed[story.reference]} times"


def failover(seed: int, _place: str, *, is_synchronous: bool = True) -> tuple[list[str], str]:
    """Kill the primary after some of the people have their receipt; let everybody go on until they have it. With a standby
    that nobody waits for, what was confirmed last is lost: so this can fail."""
    chance, clock = Random(seed), Clock()
    with (
        tempfile.TemporaryDirectory() as name,
        cluster(durable=True) as primary,
        standby(primary) as second,
    ):
        database = Template(Path(name)).copy_on(primary)
        if is_synchronous:
            primary.waits_for_standby()
        hosts = f"host={primary.folder},{second.folder}&target_session_attrs=read-write"
        url = f"postgresql+psycopg://{primary.owner}@/{database}?{hosts}"
        with (
            closing(build_engine(settings_for(url, Path(name)), now=clock)) as engine,
            ThreadPoolExecutor(AT_ONCE) as pool,
        ):
            office = Office(engine, clock)
            if not is_synchronous:
                second.stops_receiving()
            done = [pool.submit(act) for act in office.acts(chance)]
            before = chance.randint(8, PEOPLE // 2)
            for _ in range(before):
                office.shown.acquire(timeout=PATIENCE)
            primary.dies()
            second.promotes()
            for each in done:
                each.result(timeout=PATIENCE)
            for number in range(PEOPLE):
                # Everybody presses once more.
                office.applies(number)
            problems = [*faults(engine), *office.lost_or_doubled()]
    return problems, f"{seed}: {'whole' if not problems else 'broken'}, killed after {before} answers"


def _until_done(act: Callable[[], Any]) -> Any:
    for _ in range(PATIENCE * 10):
        try:
            return act()
        except Unavailable:
            # As a person who reads that they should wait a moment and try again.
            Event().wait(0.1)
    raise AssertionError("nothing can be stored")


def _signs_if_open(story: Story) -> None:
    if "sign_resolution" in {each.form_key for each in story.case_status.tasks}:
        story.does("paattaja", "sign_resolution")
