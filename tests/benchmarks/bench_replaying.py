"""Finished cases replayed on a draft: `python -m tests.benchmarks.bench_replaying`.

Six finished matters of different kinds, taken seventeen times over: what reading a hundred costs is what reading six costs
and more. Fails when a hundred take more than five seconds of the processor.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from engine.queries.models import ListModels
from engine.queries.replay_facts import GatherFacts
from engine.simulation.replay.models import ReplayModels, counterparts
from engine.simulation.replay.report import report_on
from engine.simulation.replay.subprocess import replay
from tests.support.finished import finished
from tests.support.second_version import second_version
from tests.support.world import Template, world_on

BAR = 5.0
TIMES = 17


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="vireille-bench-") as place:
        folder = Path(place)
        Template(folder).copy(folder / "ours.db")
        with world_on(f"sqlite:///{folder / 'ours.db'}", folder) as world:
            finished(world)
            owner = world.actor("omistaja")
            version = world.engine.answer(ListModels(), owner).deployments[0].deployment
            began, spent = time.perf_counter(), time.process_time()
            gathered = world.engine.answer(GatherFacts(version.id, 12), owner)
            tell(f"reading {len(gathered.facts)} cases", began, spent)
    facts = gathered.facts * TIMES
    files = second_version(gathered.files)
    old, new = ReplayModels.of(gathered.files), ReplayModels.of(files)
    places = counterparts(old.parsed, new.parsed)
    began, spent = time.perf_counter(), time.process_time()
    for each in facts:
        replay(each, old, new, places, gathered.outputs)
    steps = sum(len(each.steps) for each in facts)
    taken = tell(f"replaying {len(facts)} cases, {steps} steps, here", began, spent)
    request = gathered.request(60.0)
    began, spent = time.perf_counter(), time.process_time()
    report = report_on(replace(request, files=files, facts=facts))
    tell(f"the whole report of {report.done}, in a child that had to start", began, spent)
    return 0 if taken * 100 / len(facts) <= BAR else 1


def tell(what: str, began: float, spent: float) -> float:
    clock, processor = time.perf_counter() - began, time.process_time() - spent
    sys.stdout.write(
        f"{what:60} {processor * 1000:8.1f} ms of the processor, {clock * 1000:8.1f} by the clock\n"
    )
    return processor


if __name__ == "__main__":
    sys.exit(main())
