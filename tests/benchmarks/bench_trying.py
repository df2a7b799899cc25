"""A step of a try-out, as the web takes it: page to page. `python -m tests.benchmarks.bench_trying`.

Fails when the median of a kind of step is over the bar of 100 ms. Also tells what laying out a bundle, taking a run up
again from its steps, and running the shipped scenarios cost.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID, uuid4

from engine.bootstrap import shipped_files
from engine.domain.cases import CaseState, Channel
from engine.domain.scenarios import Step
from engine.sandbox.acting import place_of
from engine.sandbox.asking import asked_at, asked_first
from engine.sandbox.looking import look
from engine.sandbox.shelf import Sandboxes

BAR = 0.100
ROUNDS = 8
BEGINS = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)


def main() -> int:
    files = shipped_files()
    shelf = Sandboxes()
    began = time.perf_counter()
    shelf.grounds.of(files)
    tell("laying out the shipped bundle", [time.perf_counter() - began])
    steps: dict[str, list[float]] = defaultdict(list)
    for channel in Channel:
        for _ in range(ROUNDS):
            one_run(shelf, files, channel, steps)
    met = [
        tell(name, taken, None if name.startswith("a run") else BAR) for name, taken in sorted(steps.items())
    ]
    began = time.perf_counter()
    found = shelf.rehearsals.of(files)
    tell(f"running {len(found)} scenarios", [time.perf_counter() - began])
    return 0 if all(met) else 1


def one_run(
    shelf: Sandboxes, files: Mapping[str, bytes], channel: Channel, steps: dict[str, list[float]]
) -> None:
    """A whole case: its step and everything that the next page shows."""
    run, taken = uuid4(), tuple[Step, ...]()
    while (step := following(shelf, files, run, taken, channel)) is not None:
        began = time.perf_counter()
        with shelf.at(run, files, BEGINS, taken) as box:
            box.take(step)
            look(box)
        steps[step.what if step.do == "form" else step.do].append(time.perf_counter() - began)
        taken = (*taken, step)
    began = time.perf_counter()
    with shelf.at(run, files, BEGINS, taken[:-1]):
        steps["taking a step back"].append(time.perf_counter() - began)
    shelf.forget(run)
    began = time.perf_counter()
    with shelf.at(run, files, BEGINS, taken):
        steps[f"a run of {len(taken)} steps taken up again"].append(time.perf_counter() - began)


def following(
    shelf: Sandboxes, files: Mapping[str, bytes], run: UUID, taken: tuple[Step, ...], channel: Channel
) -> Step | None:
    with shelf.at(run, files, BEGINS, taken) as box:
        if not taken:
            return Step("start", channel.value, sent=asked_first(box, channel.value).invented())
        seen = look(box)
        if seen.file is None or seen.file.case.state is CaseState.CLOSED or len(taken) > 30:
            return None
        if not seen.tasks:
            return Step("wait", "next")
        task = seen.tasks[0]
        asked = asked_at(box, task)
        sent = asked.invented() if asked else {}
        return Step("form", task.form_key or "", task.element_id, place_of(seen.files, task), sent)


def tell(what: str, seconds: list[float], bar: float | None = None) -> bool:
    middle = statistics.median(seconds)
    holds = bar is None or middle <= bar
    figures = f"median {middle * 1000:7.1f} ms, most {max(seconds) * 1000:7.1f} ms, {len(seconds)} times"
    verdict = "" if bar is None else (" ok" if holds else f" OVER {bar * 1000:.0f} ms")
    sys.stdout.write(f"{what:55} {figures}{verdict}\n")
    return holds


if __name__ == "__main__":
    sys.exit(main())
