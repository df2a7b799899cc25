"""A thousand running cases go on in a new version: `python -m tests.benchmarks.bench_moving`.

On SQLite and PostgreSQL: the preview that judges them, the move that the worker makes case by case, and the page that tells
how far it has come. VIREILLE_BENCH (1 by default) scales how many. Fails when a bar is missed.
"""

from __future__ import annotations

import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

from engine.commands.moves import ApproveMove
from engine.domain.moves import LineState
from engine.worker import MOVE, Worker
from tests.benchmarks.servers import SCALE, Bench
from tests.support.office import SECOND, Office
from tests.support.postgres import cluster
from tests.support.second_version import only_named_otherwise
from tests.support.world import Template, World

CASES = max(20, int(1_000 * SCALE))
WHERE = ("register",) * 9 + ("sufficiency",)
"""Most wait at the beginning, as a queue does; some stand deep inside the called processes."""
LOOKS = 10
"""Times that the progress is looked at on the way."""


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="vireille-bench-") as name, cluster() as server:
        folder = Path(name)
        bench = Bench(folder, Template(folder), server)
        for database, new in bench.databases():
            with bench.world(new()) as world:
                moves(bench, database, world)
    return len(bench.missed)


def moves(bench: Bench, database: str, world: World) -> None:
    office = Office(world)
    for place in islice(cycle(WHERE), CASES):
        office.begins(place)
    version = office.publishes(only_named_otherwise)

    began = time.perf_counter()
    preview = office.looks(version)
    took = time.perf_counter() - began
    bench.tell(f"{database}: {CASES} cases judged", f"{took:.1f} s", "<= 30 s", holds=took <= 30)
    if preview.movable != CASES:
        raise RuntimeError(f"{preview.staying} of {CASES} would stay")

    move = office.asks(version, *office.stories)
    world.engine.perform(ApproveMove(move), world.actor(SECOND))
    came: list[int] = []
    looking: list[float] = []
    worker, done = Worker(world.engine), 0
    began, spent = time.perf_counter(), time.process_time()
    while True:
        some = 0
        for one in worker.each(MOVE):
            some, done = some + one, done + one
            if done % max(1, CASES // LOOKS) == 0:
                looked = time.perf_counter()
                came.append(office.page(move).count(LineState.MOVED))
                looking.append(time.perf_counter() - looked)
        if not some:
            break
    took, worked = time.perf_counter() - began - sum(looking), time.process_time() - spent
    bar = 60 * CASES / 1_000
    figures = f"{took:.1f} s ({took / CASES * 1e3:.0f} ms each), {worked:.1f} s of the processor"
    bench.tell(f"{database}: {CASES} cases moved", figures, f"<= {bar:.0f} s", holds=took <= bar)
    complete = all(count == (number + 1) * max(1, CASES // LOOKS) for number, count in enumerate(came))
    bench.tell(
        f"{database}: progress complete {len(came)} times",
        f"{max(looking) * 1e3:.0f} ms at most",
        "<= 1,000 ms",
        holds=complete and max(looking) <= 1,
    )
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
