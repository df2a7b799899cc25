"""Try-outs of tests: they go on by invented answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from engine.bootstrap import shipped_files
from engine.commands.deployments import CreateModelDraft
from engine.commands.try_outs import BeginTryOut, KeepSteps
from engine.domain.cases import Channel
from engine.domain.scenarios import Step, read_steps
from engine.queries.models import ReadModelFiles
from engine.simulation.environment_images import EnvironmentImage
from engine.simulation.try_out import TryOut
from engine.simulation.try_outs import TryOuts
from engine.simulation.view import View, view_of
from tests.support.world import LAID_OUT_ONCE, World

BEGINS = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)


def shipped_image() -> EnvironmentImage:
    return LAID_OUT_ONCE.of(shipped_files())


def begin(try_out: TryOut, channel: Channel = Channel.SELF) -> None:
    _take(try_out, Step("start", channel.value), {})


def does(try_out: TryOut, form: str | None = None, **changes: Any) -> Step:
    """The first open task, or the one with that form, with invented answers."""
    task = next(each for each in view_of(try_out).tasks if form in (None, each.form_key))
    return _take(try_out, Step("form", task.form_key or "", task.element_id), changes)


def _take(try_out: TryOut, step: Step, changes: dict[str, Any]) -> Step:
    """As the page does, which sends all answers."""
    asked = try_out.form_of(step)
    assert asked is not None
    taken = Step(step.kind, step.subject, step.element, sent=asked.invented(changes))
    try_out.take(taken)
    return taken


def until_signed(try_out: TryOut) -> None:
    begin(try_out)
    while "resolution_signed" not in milestones(view_of(try_out)):
        does(try_out)


def milestones(view: View) -> list[str]:
    return [name for name, _, _ in view.milestones]


def try_out_on(world: World, steps: int = 3) -> tuple[Any, Any, tuple[Step, ...]]:
    """A try-out of the owner's on the version in use, with some steps: its id, the draft's, the steps."""
    owner = world.actor("omistaja")
    draft = world.engine.perform(CreateModelDraft("Kokeiltava"), owner)
    try_out_id = world.engine.perform(BeginTryOut(draft), owner)
    files = world.engine.answer(ReadModelFiles(draft), owner)
    with try_outs_of(world).at(try_out_id, files, world.clock.moment, ()) as try_out:
        begin(try_out)
        for _ in range(steps - 1):
            does(try_out)
        taken = read_steps([each.to_json() for each in try_out.steps])
    world.engine.perform(KeepSteps(try_out_id, taken, 1), owner)
    return try_out_id, draft, taken


def try_outs_of(world: World) -> TryOuts:
    return world.engine.simulation.try_outs
