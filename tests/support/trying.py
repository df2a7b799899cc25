"""What tests of trying out share: a run that goes on by invented answers."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from engine.bootstrap import shipped_files
from engine.commands.deployments import CreateModelDraft
from engine.commands.try_outs import BeginTryOut, KeepSteps
from engine.domain.cases import Channel
from engine.domain.scenarios import Step, read_steps
from engine.queries.models import ReadModelFiles
from engine.simulation.environment import Ground, Grounds
from engine.simulation.registry import Sandboxes
from engine.simulation.task_forms import asked_at, asked_first
from engine.simulation.try_out import Sandbox
from engine.simulation.view import Look, look
from tests.support.world import World

BEGINS = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)


@cache
def shipped_ground() -> Ground:
    return Grounds().of(shipped_files())


def begin(box: Sandbox, channel: Channel = Channel.SELF) -> None:
    box.take(Step("start", channel.value, sent=asked_first(box, channel.value).invented()))


def does(box: Sandbox, form: str | None = None, **changes: Any) -> Step:
    """The first open task, or the one with that form, with invented answers."""
    task = next(each for each in look(box).tasks if form in (None, each.form_key))
    asked = asked_at(box, task)
    assert asked is not None
    step = Step("form", task.form_key or "", task.element_id, sent=asked.invented(changes))
    box.take(step)
    return step


def until_signed(box: Sandbox) -> None:
    begin(box)
    while "resolution_signed" not in milestones(look(box)):
        does(box)


def milestones(seen: Look) -> list[str]:
    return [name for name, _, _ in seen.milestones]


def run_on(world: World, steps: int = 3) -> tuple[Any, Any, tuple[Step, ...]]:
    """A run of the owner's on the version in use, with some steps."""
    owner = world.actor("omistaja")
    draft = world.engine.perform(CreateModelDraft("Kokeiltava"), owner)
    run = world.engine.perform(BeginTryOut(draft), owner)
    files = world.engine.answer(ReadModelFiles(draft), owner)
    with shelf(world).at(run, files, world.clock.moment, ()) as box:
        begin(box)
        for _ in range(steps - 1):
            does(box)
        taken = read_steps([each.to_json() for each in box.steps])
    world.engine.perform(KeepSteps(run, taken, 1), owner)
    return run, draft, taken


def shelf(world: World) -> Sandboxes:
    kept = world.engine.rehearsing
    assert isinstance(kept, Sandboxes)
    return kept
