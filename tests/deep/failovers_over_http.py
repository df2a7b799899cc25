"""The primary of two PostgreSQL servers is killed while 200 people apply on the pages, and its standby takes over.

VIREILLE_FAILOVER_PEOPLE scales it.
"""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from threading import Event, Semaphore
from typing import Final

from engine.bootstrap import build_engine
from tests.chaos.test_server_killed import lost_or_doubled
from tests.deep.failovers import PATIENCE
from tests.support.applicants import Applicant
from tests.support.browsing import SETTINGS
from tests.support.postgres import cluster, standby
from tests.support.server import served_as_in_earnest
from tests.support.soundness import faults
from tests.support.world import Template, settings_for

PEOPLE: Final = int(os.environ.get("VIREILLE_FAILOVER_PEOPLE", "200"))


def failover_over_http(seed: int, _place: str) -> tuple[list[str], str]:
    """Kill the primary once some have their receipt. Everybody presses until they have it, and then once more."""
    shown, up = Semaphore(0), Event()
    up.set()
    with (
        tempfile.TemporaryDirectory() as name,
        cluster(durable=True) as primary,
        standby(primary) as second,
    ):
        database = Template(Path(name)).copy_on(primary)
        primary.waits_for_standby()
        hosts = f"host={primary.folder},{second.folder}&target_session_attrs=read-write"
        url = f"postgresql+psycopg://{primary.owner}@/{database}?{hosts}"
        with (
            closing(build_engine(settings_for(url, Path(name)))) as engine,
            served_as_in_earnest(engine, replace(SETTINGS, proxies=1)) as address,
            ThreadPoolExecutor(PEOPLE) as pool,
        ):
            people = [Applicant(number, address, up, shown) for number in range(PEOPLE)]
            applying = [pool.submit(person.applies) for person in people]
            before = Random(seed).randint(PEOPLE // 10, PEOPLE // 2)
            for _ in range(before):
                assert shown.acquire(timeout=PATIENCE), "nobody was shown a receipt"
            primary.dies()
            second.promotes()
            for each in applying:
                each.result()
            for each in [pool.submit(person.sends) for person in people]:
                each.result()
            problems = [*faults(engine), *lost_or_doubled(engine, people)]
    again = sum(person.presses - 2 for person in people)
    state = "broken" if problems else "whole"
    return problems, f"{seed}: {state}, killed after {before} receipts, {again} of {PEOPLE} sent again"
