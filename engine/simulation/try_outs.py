"""The try-outs that this process holds in memory. One that is not held is made again from its steps."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from typing import Final
from uuid import UUID

from engine.domain.scenarios import Step
from engine.errors import Refusal
from engine.simulation.environment_images import EnvironmentImage, EnvironmentImages
from engine.simulation.try_out import TryOut

MOST_HELD: Final = 12
"""Each is some three megabytes with what it can take back."""


class Diverged(Refusal):
    """The models have changed, and a step can't be taken any more."""

    def __init__(self, number: int, refused: Refusal) -> None:
        super().__init__(refused.message)
        self.number = number
        self.refused = refused


class TryOuts:
    """The held try-outs. Beyond `most`, the one unused for the longest is closed."""

    def __init__(self, images: EnvironmentImages, most: int = MOST_HELD) -> None:
        self._images = images
        self._most = most
        self._held: OrderedDict[UUID, TryOut] = OrderedDict()
        self._lock = Lock()

    @contextmanager
    def at(
        self, try_out_id: UUID, files: Mapping[str, bytes], begins: datetime, steps: Sequence[Step]
    ) -> Iterator[TryOut]:
        """Give one thread the try-out as it is after these steps.

        Raise Diverged if a step cannot be taken on these files, ModelRejected if they cannot be run at all.
        """
        image = self._images.of(files)
        while True:
            try_out = self._hold(try_out_id, image, begins)
            with try_out.turn:
                # Another thread may have let it go while this one waited for its turn.
                if try_out.is_closed:
                    continue
                if not _bring_to(try_out, steps):
                    self.forget(try_out_id)
                    continue
                yield try_out
                return

    def forget(self, try_out_id: UUID) -> None:
        with self._lock:
            try_out = self._held.pop(try_out_id, None)
        if try_out is not None:
            try_out.close()

    def close(self) -> None:
        for try_out_id in list(self._held):
            self.forget(try_out_id)

    def _hold(self, try_out_id: UUID, image: EnvironmentImage, begins: datetime) -> TryOut:
        with self._lock:
            found = self._held.get(try_out_id)
            fits = found is not None and found.image is image and found.begins == begins
            let_go = [found] if found is not None and not fits else []
            if found is None or not fits:
                found = self._held[try_out_id] = TryOut(image, begins)
            self._held.move_to_end(try_out_id)
            while len(self._held) > self._most:
                let_go.append(self._held.popitem(last=False)[1])
        for each in let_go:
            each.close()
        return found


def _bring_to(try_out: TryOut, steps: Sequence[Step]) -> bool:
    """Take back the steps that differ from `steps`, and take the missing ones. Return False if it cannot go back that far."""
    same = 0
    while same < min(len(steps), len(try_out.steps)) and steps[same] == try_out.steps[same]:
        same += 1
    if not try_out.go_back_to(same):
        return False
    for number, step in enumerate(steps[same:], same + 1):
        try:
            try_out.take(step)
        except Refusal as refused:
            raise Diverged(number, refused) from refused
    return True
