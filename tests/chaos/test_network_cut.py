"""The network between the pages and their database is cut, falls silent, or the server's processes are killed, while people apply:
every receipt shown has its application, and none is there twice.

VIREILLE_CUTS and VIREILLE_CUT_PEOPLE scale it, VIREILLE_CUT_SEED repeats a run.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event, Semaphore

import pytest

from engine.bootstrap import build_engine
from tests.chaos.test_server_killed import lost_or_doubled
from tests.support.applicants import LONGEST, Applicant
from tests.support.browsing import SETTINGS
from tests.support.postgres import Cluster
from tests.support.server import served_as_in_earnest
from tests.support.severed import Line, line
from tests.support.soundness import faults
from tests.support.world import Template, settings_for

PEOPLE = int(os.environ.get("VIREILLE_CUT_PEOPLE", "24"))
CUTS = int(os.environ.get("VIREILLE_CUTS", "4"))
SEED = int(os.environ.get("VIREILLE_CUT_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
LONGEST_CUT = 0.5
"""Seconds."""


def cut(held: Line, _server: Cluster, _database: str, lasts: float) -> None:
    held.cut()
    Event().wait(lasts)
    held.mend()


def silence(held: Line, _server: Cluster, _database: str, lasts: float) -> None:
    """Let no answer come: a message that was sent may have arrived."""
    held.fall_silent()
    Event().wait(lasts)
    held.cut()
    held.mend()


def kill(_held: Line, server: Cluster, database: str, _lasts: float) -> None:
    server.admit(database, admitted=False)
    server.admit(database, admitted=True)


@pytest.mark.slow
@pytest.mark.parametrize("breaks", [cut, silence, kill])
def test_every_receipt_shown_has_its_application_and_none_is_there_twice(
    breaks: Callable[[Line, Cluster, str, float], None],
    postgres: Cluster,
    template: Template,
    tmp_path: Path,
) -> None:
    print(f"VIREILLE_CUT_SEED={SEED}")
    chance, name = random.Random(SEED), template.copy_on(postgres)
    shown, up = Semaphore(0), Event()
    up.set()
    with line(postgres.folder / ".s.PGSQL.5432") as held:
        settings = settings_for(held.url(postgres.owner, name), tmp_path)
        with (
            closing(build_engine(settings)) as engine,
            served_as_in_earnest(engine, replace(SETTINGS, proxies=1)) as address,
            ThreadPoolExecutor(PEOPLE) as pool,
        ):
            people = [Applicant(number, address, up, shown) for number in range(PEOPLE)]
            applying = [pool.submit(person.applies) for person in people]
            for _ in range(CUTS):
                for _ in range(max(1, PEOPLE // (CUTS * 2))):
                    assert shown.acquire(timeout=LONGEST), "nobody was shown a receipt"
                breaks(held, postgres, name, chance.uniform(0, LONGEST_CUT))
            for each in applying:
                each.result()
            for each in [pool.submit(person.sends) for person in people]:
                each.result()
            found = [*faults(engine), *lost_or_doubled(engine, people)]
    again = sum(person.presses - 2 for person in people)
    print(f"{CUTS} times; {again} sendings of {PEOPLE} were sent again")
    postgres.drop_database(name)
    assert found == []
