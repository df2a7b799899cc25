"""The try-outs that this process holds ready. One that is not here is made again from its steps."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from typing import Final
from uuid import UUID

from engine.bpmn import Finding
from engine.domain.scenarios import Step
from engine.errors import Refusal
from engine.simulation.environment import Ground, Grounds
from engine.simulation.scenario_findings import findings
from engine.simulation.scenario_runner import SECONDS, Rehearsals
from engine.simulation.task_forms import take
from engine.simulation.try_out import Sandbox

MOST_LIVE: Final = 12
"""Each is some three megabytes with what it can take back."""


class Diverged(Refusal):
    """The models have changed since, and a step can't be taken any more."""

    def __init__(self, number: int, refused: Refusal) -> None:
        super().__init__(refused.message)
        self.number = number
        self.refused = refused


class Sandboxes:
    """A run lives in the real database as its beginning and its steps; any process can take them again.

    Undo is the same thing: the steps but the last. The one that was used longest ago is forgotten first.
    """

    def __init__(self, most: int = MOST_LIVE, *, seconds: float = SECONDS) -> None:
        """`seconds` is what the scenarios of one bundle may take together."""
        self._most = most
        self._live: OrderedDict[UUID, Sandbox] = OrderedDict()
        self._lock = Lock()
        self.grounds = Grounds()
        self.rehearsals = Rehearsals(self.grounds, seconds=seconds)

    @contextmanager
    def at(
        self, run_id: UUID, files: Mapping[str, bytes], begins: datetime, steps: Sequence[Step]
    ) -> Iterator[Sandbox]:
        """The run as it is after these steps, for one thread at a time.

        Raises Diverged when a step can't be taken on these files, ModelRejected when they can't be run at all.
        """
        ground = self.grounds.of(files)
        while True:
            box = self._box(run_id, ground, begins)
            with box.turn:
                # Another thread may have let it go while this one waited for its turn.
                if box.is_closed:
                    continue
                if not self._bring(box, steps):
                    self.forget(run_id)
                    continue
                yield box
                return

    def forget(self, run_id: UUID) -> None:
        with self._lock:
            box = self._live.pop(run_id, None)
        if box is not None:
            box.close()

    def findings(self, files: Mapping[str, bytes], language: str) -> tuple[Finding, ...]:
        """What the bundle's scenarios expected and did not get."""
        return findings(self.rehearsals.of(files), language)

    def close(self) -> None:
        for run_id in list(self._live):
            self.forget(run_id)

    def _box(self, run_id: UUID, ground: Ground, begins: datetime) -> Sandbox:
        with self._lock:
            found = self._live.get(run_id)
            fits = found is not None and found.ground is ground and found.begins == begins
            let_go = [found] if found is not None and not fits else []
            if found is None or not fits:
                found = self._live[run_id] = Sandbox(ground, begins)
            self._live.move_to_end(run_id)
            while len(self._live) > self._most:
                let_go.append(self._live.popitem(last=False)[1])
        for box in let_go:
            box.close()
        return found

    def _bring(self, box: Sandbox, steps: Sequence[Step]) -> bool:
        """Back to where both agree, and on from there. False when that is further back than is remembered."""
        same = 0
        while same < min(len(steps), len(box.steps)) and steps[same] == box.steps[same]:
            same += 1
        if not box.go_back_to(same):
            return False
        for number, step in enumerate(steps[same:], same + 1):
            try:
                take(box, step)
            except Refusal as refused:
                raise Diverged(number, refused) from refused
        return True
