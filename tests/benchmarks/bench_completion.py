"""A user task completed over HTTP, beside the bare reference, A B C A B C: `python -m tests.benchmarks.bench_completion`.

Each server is a process of its own with one client, as in real life; on SQLite and PostgreSQL. Ours is `vireille serve`, with
sign-in, permission, validation, sealing, projections, access log; once as it is, once with a listener to every statement, as
monitoring tools attach them. VIREILLE_BENCH (1 by default) scales how many cases.
The bar is of the time by the clock. Quote ratios: how fast the machine is differs from hour to hour. Fails when a bar is missed.
"""

from __future__ import annotations

import sys
import tempfile
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path

from engine.storage.database import Database
from tests.benchmarks.reference import FORM, TASKS, Reference
from tests.benchmarks.servers import SCALE, Bench, Client, Server, bare, median, one_case, program, vireille
from tests.support.postgres import cluster
from tests.support.world import Template

CASES = max(3, int(40 * SCALE))
WARMING = 2
MOST = {"SQLite": 3.0, "PostgreSQL": 3.2}
"""Bar against the bare reference; `docs/decisions/unit-of-work.md` says what plain statements cost."""
MOST_LISTENED = 1.1
"""Bar with a listener, against ours without."""


class Side:
    """One of the two: how long its answers took, and what its process spent on them."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._spent = 0.0
        self._answers = 0
        self.took: dict[str, list[float]] = defaultdict(list)

    def __enter__(self) -> None:
        self._began = self._server.processor_ms()

    def __exit__(self, *_: object) -> None:
        self._spent += self._server.processor_ms() - self._began

    def show(self, took: dict[str, float]) -> None:
        for what, milliseconds in took.items():
            self.took[what].append(milliseconds)

    def forget(self) -> None:
        """Drop the warm-up."""
        self.took.clear()
        self._spent = 0.0

    @property
    def all(self) -> list[float]:
        return sorted(each for taken in self.took.values() for each in taken)

    @property
    def processor(self) -> float:
        """Milliseconds an answer."""
        return self._spent / len(self.all)


def compare(bench: Bench) -> None:
    for name, new in bench.databases():
        with ExitStack() as stack:
            bare_url, url = new(), new()
            reference = Reference(Database(bare_url))
            reference.make_tables()
            world = stack.enter_context(bench.world(url))
            beside, server, listened_server = (
                stack.enter_context(each)
                for each in (
                    bare(bare_url),
                    vireille(url, bench.folder),
                    vireille(url, bench.folder, "tests.benchmarks.listened"),
                )
            )
            theirs, own, listened = Side(beside), Side(server), Side(listened_server)
            asks = Client(beside.address)
            token = f"Bearer {program(world)}"
            completions = [
                (own, Client(server.address, Authorization=token)),
                (listened, Client(listened_server.address, Authorization=token)),
            ]
            for number in range(WARMING + CASES):
                if number == WARMING:
                    for side in (theirs, own, listened):
                        side.forget()
                instance_id = reference.start()
                with theirs:
                    took = {task: asks.post(f"/instances/{instance_id}/tasks/{task}", FORM) for task in TASKS}
                theirs.show(took)
                for side, completes in completions:
                    with side:
                        took = one_case(world, completes)
                    side.show(took)
        tell(bench, name, own, theirs)
        ratio = median(listened.all) / median(own.all)
        figures = f"ours {median(listened.all):5.2f} ms: {ratio:.2f}x ours without"
        bar, holds = f"<= {MOST_LISTENED}x", ratio <= MOST_LISTENED
        bench.tell(f"with a listener, {name}", figures, bar, holds=holds)


def tell(bench: Bench, name: str, own: Side, theirs: Side) -> None:
    ratio = median(own.all) / median(theirs.all)
    figures = (
        f"ours {median(own.all):5.2f} ms, bare {median(theirs.all):5.2f} ms: {ratio:.2f}x, "
        f"processor {own.processor:.2f} / {theirs.processor:.2f}: {own.processor / theirs.processor:.2f}x"
    )
    most = MOST[name]
    bench.tell(f"complete a task over HTTP, {name}", figures, f"<= {most}x", holds=ratio <= most)
    for form, took in own.took.items():
        sys.stdout.write(f"    {form:40} {median(took):6.2f} ms\n")
    slowest = own.all[int(len(own.all) * 0.99)], theirs.all[int(len(theirs.all) * 0.99)]
    sys.stdout.write(
        f"    {'one of a hundred is slower than':40} {slowest[0]:6.2f} ms, bare {slowest[1]:.2f} ms\n"
    )


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="vireille-bench-") as folder, cluster(durable=True) as server:
        bench = Bench(Path(folder), Template(Path(folder)), server)
        compare(bench)
    return len(bench.missed)


if __name__ == "__main__":
    sys.exit(main())
