"""Where try-outs run: the sandboxes that the engine was built with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast
from uuid import UUID

from engine.domain.scenarios import TryOut
from engine.queries.try_outs import OpenTryOut, Source
from engine.simulation.registry import Diverged, Sandboxes
from engine.simulation.try_out import Sandbox
from webapp.http import sessions
from webapp.http.current import engine


def sandboxes() -> Sandboxes:
    return cast("Sandboxes", engine().rehearsing)


def opened(run_id: UUID) -> tuple[TryOut, Source]:
    return engine().answer(OpenTryOut(run_id), sessions.actor())


@contextmanager
def box_as_far(run: TryOut, source: Source) -> Iterator[tuple[Sandbox, Diverged | None]]:
    """The run where it stands; where the models have changed under it, before the step that no longer fits."""
    stopped: Diverged | None = None
    try:
        with box_of(run, source):
            pass
    except Diverged as diverged:
        stopped = diverged
    with box_of(run, source, stopped.number - 1 if stopped else None) as box:
        yield box, stopped


@contextmanager
def box_of(run: TryOut, source: Source, steps: int | None = None) -> Iterator[Sandbox]:
    """The run where it stands, or as it was after so many steps."""
    with sandboxes().at(run.id, source.files, run.begins_at, run.steps[:steps]) as box:
        yield box
