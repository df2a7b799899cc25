"""Timing of dead addresses against an unknown one: `python -m tests.benchmarks.bench_links`.

Each round asks for every kind of dead address once, in random order, through the whole application; the slowest tenth
of all is cut away alike, since it shows the machine's other work. Fails when Welch's t against the unknown
address is 4.5 or more, or the medians lie a millisecond apart. VIREILLE_BENCH (1 by default) scales the thousand rounds.
"""

from __future__ import annotations

import os
import random
import secrets
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from tests.support.browsing import Visitor, application
from tests.support.links import DeadLink, dead_links
from tests.support.postgres import cluster
from tests.support.world import Template, World, world_on

ROUNDS = int(1000 * float(os.environ.get("VIREILLE_BENCH", "1")))
MOST_T = 4.5
MOST_APART = 1.0
CHANCE = random.Random(1)

Ask = Callable[[DeadLink], int]


def main() -> int:
    return on_both(measure)


def on_both(measure: Callable[[str, World], int]) -> int:
    """Return the sum of what a measurement missed in a world on each kind of database."""
    missed = 0
    with tempfile.TemporaryDirectory(prefix="vireille-bench-") as folder, cluster(durable=True) as server:
        template = Template(Path(folder))
        for name in ("SQLite", "PostgreSQL"):
            if name == "SQLite":
                url = f"sqlite:///{folder}/world.db"
                template.copy(Path(folder) / "world.db")
            else:
                url = server.url(template.copy_on(server))
            with world_on(url, Path(folder)) as world:
                missed += measure(name, world)
    return missed


def measure(name: str, world: World) -> int:
    links = dead_links(world)
    visitor = Visitor(application(world))
    missed = 0
    for what, ask in (("opening the address", opening(visitor)), ("sending the code", sending(visitor))):
        taken = interleaved(links, ask)
        unknown = taken.pop("unknown")
        for why, times in taken.items():
            missed += tells(f"{name:10} {what:20} {why:12}", times, unknown)
    return missed


def tells(what: str, times: list[float], unknown: list[float]) -> bool:
    """Print how far two answers are apart. Return True if that can be noticed."""
    apart = statistics.median(times) - statistics.median(unknown)
    t = welch(times, unknown)
    holds = abs(t) < MOST_T and abs(apart) < MOST_APART
    sys.stdout.write(
        f"{what} {statistics.median(times):7.3f} ms, unknown {statistics.median(unknown):7.3f}: "
        f"{apart * 1000:+6.1f} µs, t {t:+5.2f} {'ok' if holds else 'TELLS'}\n"
    )
    sys.stdout.flush()
    return not holds


def opening(visitor: Visitor) -> Ask:
    return lambda link: visitor.client.get(f"/fi/r/{link.token}").status_code


def sending(visitor: Visitor) -> Ask:
    """Send the code that would have opened it, each time from another place: guessing is counted by place."""
    form_token = visitor.token(visitor.get("/fi/code"))

    def send(link: DeadLink) -> int:
        sent = {
            "form_token": form_token,
            "token": link.token,
            "key": secrets.token_urlsafe(32),
            "factor": link.code,
        }
        place = f"10.{CHANCE.randrange(256)}.{CHANCE.randrange(256)}.{CHANCE.randrange(256)}"
        return visitor.client.post("/fi/r", data=sent, environ_base={"REMOTE_ADDR": place}).status_code

    return send


def interleaved(links: list[DeadLink], ask: Ask) -> dict[str, list[float]]:
    """Return milliseconds by kind; the unknown address is a new one each time."""
    found: dict[str, list[float]] = defaultdict(list)
    for number in range(ROUNDS + 20):
        for link in CHANCE.sample(links, len(links)):
            asked = (
                link if link.why != "unknown" else DeadLink("unknown", secrets.token_urlsafe(32), link.code)
            )
            began = time.perf_counter_ns()
            status = ask(asked)
            took = (time.perf_counter_ns() - began) / 1e6
            if status != 404:
                raise RuntimeError(f"{link.why}: {status}")
            if number >= 20:  # the first rounds warm everything up
                found[link.why].append(took)
    return trimmed(found)


def trimmed(found: dict[str, list[float]]) -> dict[str, list[float]]:
    every = sorted(took for times in found.values() for took in times)
    most = every[int(len(every) * 0.9)]
    return {why: [took for took in times if took <= most] for why, times in found.items()}


def welch(one: list[float], other: list[float]) -> float:
    spread = statistics.variance(one) / len(one) + statistics.variance(other) / len(other)
    return (statistics.fmean(one) - statistics.fmean(other)) / float(spread**0.5)


if __name__ == "__main__":
    sys.exit(main())
