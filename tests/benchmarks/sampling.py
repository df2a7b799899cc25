"""Looks at what the connections to a PostgreSQL database do, while others work."""

from __future__ import annotations

from threading import Event, Thread

import psycopg

from tests.benchmarks.servers import SERVED, Bench


class Sampler:
    """Counts, over and over, the connections of `vireille serve` to a database by their state."""

    def __init__(self, bench: Bench, database: str) -> None:
        self._where = {"host": str(bench.server.folder), "user": bench.server.owner, "dbname": database}
        self._ends = Event()
        self._sampling = Thread(target=self._samples)
        self.taken = 0
        self.idle = self.active = 0.0

    def __enter__(self) -> Sampler:
        self._sampling.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._sampling.join()

    def _samples(self) -> None:
        asked = (
            "select count(*) filter (where state like 'idle in transaction%%'), "
            "count(*) filter (where state = 'active') from pg_stat_activity "
            "where datname = current_database() and application_name = %s"
        )
        idle = active = 0
        with psycopg.connect(**self._where, autocommit=True) as connection:
            while not self._ends.wait(0.005):
                row = connection.execute(asked, [SERVED]).fetchone()
                assert row is not None
                idle, active, self.taken = idle + row[0], active + row[1], self.taken + 1
        self.idle, self.active = idle / max(1, self.taken), active / max(1, self.taken)
