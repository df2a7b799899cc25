"""A step of a try-out, as the web takes it: page to page. `python -m tests.benchmarks.bench_trying`.

In memory alone, and through the web on SQLite and PostgreSQL: the button pressed, the step kept, the next page. Fails
when the median of a kind of step is over the bar of 100 ms of the processor; the clock on a machine that others use tells
more of them and stands beside it. Also says what laying out a bundle, taking a try-out up again from its steps, and running
the shipped scenarios cost.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from engine.bootstrap import shipped_files
from engine.commands.applications import FORMS
from engine.domain.cases import CaseState, Channel
from engine.domain.scenarios import Step
from engine.simulation.simulation import Simulation
from engine.simulation.steps import place_of
from engine.simulation.try_out import TryOut
from engine.simulation.try_outs import TryOuts
from engine.simulation.view import view_of
from tests.support.browsing import signed_in
from tests.support.postgres import cluster
from tests.support.world import Template, World, world_on

BAR = 0.100
ROUNDS = 4
STEPS = 14
Taken = tuple[float, float]
"""Seconds by the clock, and of the processor."""
BEGINS = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)


def main() -> int:
    files = shipped_files()
    simulation = Simulation()
    began = now()
    simulation.images.of(files)
    tell("laying out the shipped bundle", [since(began)])
    steps: dict[str, list[Taken]] = defaultdict(list)
    for channel in FORMS:
        for _ in range(ROUNDS):
            one_case(simulation.try_outs, files, channel, steps)
    met = [
        tell(name, taken, None if name.startswith("a try-out") else BAR)
        for name, taken in sorted(steps.items())
    ]
    began = now()
    found = simulation.scenarios.results_of(files)
    tell(f"running {len(found)} scenarios", [since(began)])
    return 0 if all([*met, *through_the_web()]) else 1


def now() -> Taken:
    return time.perf_counter(), time.process_time()


def since(began: Taken) -> Taken:
    clock, spent = now()
    return clock - began[0], spent - began[1]


def through_the_web() -> list[bool]:
    with tempfile.TemporaryDirectory(prefix="vireille-bench-") as place, cluster() as server:
        template, folder = Template(Path(place)), Path(place)
        template.copy(folder / "ours.db")
        database = template.copy_on(server)
        met = []
        for name, url in (
            ("SQLite", f"sqlite:///{folder / 'ours.db'}"),
            ("PostgreSQL", server.url(database)),
        ):
            with world_on(url, folder) as world:
                taken = pages_of(world)
            met.append(tell(f"{name}: a button, the step kept, the next page", taken, BAR))
    return met


def pages_of(world: World) -> list[Taken]:
    """Forms filled with invented answers and sent, one after another, as a process owner presses through."""
    outi = signed_in(world, "omistaja")
    version = next(link for link in outi.get("/models/").links() if "/models/versions/" in link)
    entrance = outi.get(f"/models/sources/{version.rpartition('/')[2]}/try")
    taken = []
    for _ in range(ROUNDS):
        page = outi.follows(outi.submits(entrance))
        for _ in range(STEPS):
            forms = [form for form in page.tree.xpath("//main//form") if "/form" in form.get("action")]
            if not forms:
                break
            sent = dict(forms[0].form_values()) | {"go": "send"}
            began = now()
            done = outi.client.post(forms[0].get("action"), data=sent)
            outi.client.get(done.headers["Location"])
            taken.append(since(began))
            page = outi.get(done.headers["Location"])
    return taken


def one_case(
    try_outs: TryOuts, files: Mapping[str, bytes], channel: Channel, steps: dict[str, list[Taken]]
) -> None:
    """A whole case: its step and everything that the next page shows."""
    try_out_id, taken = uuid4(), tuple[Step, ...]()
    while (step := following(try_outs, files, try_out_id, taken, channel)) is not None:
        began = now()
        with try_outs.at(try_out_id, files, BEGINS, taken) as try_out:
            try_out.take(step)
            view_of(try_out)
        steps[step.subject if step.kind == "form" else step.kind].append(since(began))
        taken = (*taken, step)
    began = now()
    with try_outs.at(try_out_id, files, BEGINS, taken[:-1]):
        steps["taking a step back"].append(since(began))
    try_outs.forget(try_out_id)
    began = now()
    with try_outs.at(try_out_id, files, BEGINS, taken):
        steps[f"a try-out of {len(taken)} steps taken up again"].append(since(began))


def following(
    try_outs: TryOuts,
    files: Mapping[str, bytes],
    try_out_id: UUID,
    taken: tuple[Step, ...],
    channel: Channel,
) -> Step | None:
    with try_outs.at(try_out_id, files, BEGINS, taken) as try_out:
        if not taken:
            return with_answers(try_out, Step("start", channel.value))
        seen = view_of(try_out)
        if seen.file is None or seen.file.case.state is CaseState.CLOSED or len(taken) > 30:
            return None
        if not seen.tasks:
            return Step("wait", "next")
        task = seen.tasks[0]
        place = place_of(seen.tasks, task)
        return with_answers(try_out, Step("form", task.form_key or "", task.element_id, place))


def with_answers(try_out: TryOut, step: Step) -> Step:
    form = try_out.form_of(step)
    return replace(step, sent=form.invented() if form else {})


def tell(what: str, taken: list[Taken], bar: float | None = None) -> bool:
    clock, middle = (statistics.median(each[n] for each in taken) for n in (0, 1))
    holds = bar is None or middle <= bar
    most = max(spent for _, spent in taken)
    figures = (
        f"median {middle * 1000:6.1f} ms, most {most * 1000:6.1f} ms of the processor, "
        f"{clock * 1000:6.1f} ms by the clock, {len(taken)} times"
    )
    verdict = "" if bar is None else (" ok" if holds else f" OVER {bar * 1000:.0f} ms")
    sys.stdout.write(f"{what:55} {figures}{verdict}\n")
    return holds


if __name__ == "__main__":
    sys.exit(main())
