"""Opens try-outs in the engine: from the stored record to a running try-out after its steps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from engine.domain.scenarios import TryOutRecord
from engine.queries.try_outs import OpenTryOut, Source
from engine.simulation.try_out import TryOut
from engine.simulation.try_outs import Diverged
from webapp.http import sessions
from webapp.http.current import engine


def opened(try_out_id: UUID) -> tuple[TryOutRecord, Source]:
    return engine().answer(OpenTryOut(try_out_id), sessions.actor())


@contextmanager
def brought_on(record: TryOutRecord, source: Source, steps: int | None = None) -> Iterator[TryOut]:
    """Give the try-out after all recorded steps, or after the first `steps`. Raise Diverged if one no longer fits the models."""
    try_outs = engine().simulation.try_outs
    with try_outs.at(record.id, source.files, record.begins_at, record.steps[:steps]) as try_out:
        yield try_out


@contextmanager
def brought_as_far(record: TryOutRecord, source: Source) -> Iterator[tuple[TryOut, Diverged | None]]:
    """Give the try-out after all recorded steps and None; or, if the models have changed, after the last step that
    fits, and the Diverged."""
    stopped: Diverged | None = None
    try:
        with brought_on(record, source):
            pass
    except Diverged as diverged:
        stopped = diverged
    with brought_on(record, source, stopped.number - 1 if stopped else None) as try_out:
        yield try_out, stopped
