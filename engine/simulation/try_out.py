"""One try-out under way: a database in memory, a clock of its own, and every step that was taken in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock
from typing import Final

import zstandard

from engine.commands.outbox import DueMessages, MarkSent, TakeMessage
from engine.domain.people import SYSTEM
from engine.domain.scenarios import MOST_STEPS, Step
from engine.errors import Conflict
from engine.executor import Engine
from engine.operations import OPERATIONS
from engine.queries.case_file import CaseFile
from engine.simulation.environment import IN_MEMORY, Ground
from engine.simulation.task_actions import Clock, act, files_of
from engine.storage.database import Database
from engine.storage.outbox import OutboxMessage

MOST_IMAGES: Final = 25
"""Steps that can be taken back at once; one further back is reached by taking the steps again."""


class TooManySteps(Conflict):
    """Kokeilussa on jo niin monta vaihetta kuin siinä voi olla. Aloita uusi."""


@dataclass(slots=True)
class _Before:
    """Where everything stood before a step."""

    image: bytes | None
    moment: datetime
    reference: str
    mails: int


@dataclass(slots=True)
class Sandbox:
    """Used by one thread at a time: take `turn` first."""

    ground: Ground
    begins: datetime
    turn: RLock = field(default_factory=RLock)
    steps: list[Step] = field(default_factory=list)
    mails: list[OutboxMessage] = field(default_factory=list)
    """What would have gone out."""
    reference: str = ""
    """Of the case that the run began with; empty before its first step."""
    is_closed: bool = False
    clock: Clock = field(init=False)
    engine: Engine = field(init=False)
    _before: list[_Before] = field(default_factory=list)
    _files: tuple[CaseFile, ...] | None = None

    def __post_init__(self) -> None:
        self.clock = Clock(self.begins)
        self.engine = Engine(Database(IN_MEMORY), self.ground.settings, OPERATIONS, lambda: self.clock.moment)
        self.engine.compiled_models = self.ground.compiled_models
        self.engine.database.become(self.ground.image)

    def take(self, step: Step, acted: Step | None = None) -> None:
        """Whole, or nothing of it happened: a refusal leaves everything as it was before the step.

        `acted` is the step with its answers filled in, where it names only some.
        """
        if len(self.steps) >= MOST_STEPS:
            raise TooManySteps
        image = self.engine.database.image()
        before = _Before(image, self.clock.moment, self.reference, len(self.mails))
        try:
            self.reference = act(self.engine, self.clock, self.reference, self.files, acted or step)
            self._post()
        except BaseException:
            self._return_to(before, image)
            raise
        self._files = None
        before.image = zstandard.ZstdCompressor(level=1).compress(image)
        self.steps.append(step)
        self._before.append(before)
        if len(self._before) > MOST_IMAGES:
            self._before[-MOST_IMAGES - 1].image = None

    def files(self) -> tuple[CaseFile, ...]:
        """The run's case and those of the children, read once between two steps."""
        if self._files is None:
            self._files = files_of(self.engine, self.reference)
        return self._files

    def go_back_to(self, count: int) -> bool:
        """Take back all but the first steps. False when that is too long ago to be remembered."""
        if count >= len(self.steps):
            return True
        before = self._before[count]
        if before.image is None:
            return False
        self._return_to(before, zstandard.ZstdDecompressor().decompress(before.image))
        del self.steps[count:], self._before[count:]
        return True

    def _return_to(self, before: _Before, image: bytes) -> None:
        self.engine.database.become(image)
        self._files = None
        self.clock.moment = before.moment
        self.reference = before.reference
        del self.mails[before.mails :]

    def _post(self) -> None:
        """As the worker does with what is due, except that nothing is sent."""
        for message_id in self.engine.answer(DueMessages(), SYSTEM):
            message = self.engine.perform(TakeMessage(message_id), SYSTEM)
            if message is not None:
                self.mails.append(message)
                self.engine.perform(MarkSent(message_id), SYSTEM)

    def close(self) -> None:
        """With its one connection the database is gone."""
        with self.turn:
            self.is_closed = True
            self.engine.close()
