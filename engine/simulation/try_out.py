"""One running try-out: an environment in memory and the steps that were taken in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import RLock
from types import MappingProxyType
from typing import Final

import zstandard

from engine.commands.outbox import DueMessages, MarkSent, TakeMessage
from engine.domain.people import SYSTEM
from engine.domain.scenarios import MOST_STEPS, NEXT, Step
from engine.domain.tasks import UserTask
from engine.errors import Conflict, NotWaiting
from engine.instances import CompiledModels
from engine.queries.case_file import CaseFile
from engine.simulation.environment import Environment
from engine.simulation.environment_images import EnvironmentImage
from engine.simulation.open_form import OpenForm
from engine.simulation.people import with_ids
from engine.simulation.steps import moment_of, start_of, task_of
from engine.storage.outbox import OutboxMessage

MOST_IMAGES: Final = 25
"""Steps that can be taken back at once; one further back is reached by taking the steps again."""
BETWEEN_STEPS: Final = timedelta(minutes=1)
"""No two steps happen at one moment, and what falls due at once is done before the next."""


class TooManySteps(Conflict):
    sentence = "Kokeilussa on jo niin monta vaihetta kuin siinä voi olla. Aloita uusi."


class NoTimer(Conflict):
    sentence = "Mikään ajastin ei ole odottamassa."


@dataclass(slots=True)
class _Before:
    """The state before a step, to return to it."""

    image: bytes | None
    moment: datetime
    reference: str
    mails: int


@dataclass(slots=True)
class TryOut:
    """A running try-out. Only one thread at a time may use it: acquire `turn` first."""

    image: EnvironmentImage
    begins: datetime
    most_images: int = MOST_IMAGES
    turn: RLock = field(default_factory=RLock)
    steps: list[Step] = field(default_factory=list)
    mails: list[OutboxMessage] = field(default_factory=list)
    """Messages that would have gone out."""
    reference: str = ""
    """Of the case that the try-out began with; empty before its first step."""
    is_closed: bool = False
    environment: Environment = field(init=False)
    _before: list[_Before] = field(default_factory=list)
    _files: tuple[CaseFile, ...] | None = None
    _tasks: tuple[UserTask, ...] | None = None

    def __post_init__(self) -> None:
        self.environment = self.image.copy(self.begins)

    @property
    def models(self) -> CompiledModels:
        return self.image.models

    def files(self) -> tuple[CaseFile, ...]:
        """Return the files of the try-out's case and its children, read once between two steps."""
        if self._files is None:
            self._files = self.environment.case_files(self.reference) if self.reference else ()
        return self._files

    def tasks(self) -> tuple[UserTask, ...]:
        """Return the open tasks of the try-out's case and its children, read once between two steps."""
        if self._tasks is None:
            self._tasks = self.environment.open_tasks(self.reference) if self.reference else ()
        return self._tasks

    def form_of(self, step: Step, language: str = "fi") -> OpenForm | None:
        """Return the form that a step hands in; None if its task has none."""
        if step.kind == "start":
            return self.environment.first_form(start_of(step.subject)[1], language)
        return self.environment.form_of(task_of(self.tasks(), step), language)

    def take(self, step: Step) -> None:
        """Take a step; answers that it leaves out are invented. If it is refused, raise and leave all as it was before."""
        if len(self.steps) >= MOST_STEPS:
            raise TooManySteps
        image = self.environment.engine.database.image()
        before = _Before(image, self.environment.clock.moment, self.reference, len(self.mails))
        try:
            _KINDS[step.kind](self, self._filled(step))
            if step.kind != "wait":
                self.environment.pass_until(self.environment.clock.moment + BETWEEN_STEPS)
            self._take_mail()
        except BaseException:
            self._return_to(before, image)
            raise
        self._forget()
        before.image = zstandard.ZstdCompressor(level=1).compress(image)
        self.steps.append(step)
        self._before.append(before)
        if len(self._before) > self.most_images:
            self._before[-self.most_images - 1].image = None

    def go_back_to(self, count: int) -> bool:
        """Take back all but the first `count` steps. Return False if the state then is no longer kept."""
        if count >= len(self.steps):
            return True
        before = self._before[count]
        if before.image is None:
            return False
        self._return_to(before, zstandard.ZstdDecompressor().decompress(before.image))
        del self.steps[count:], self._before[count:]
        return True

    def close(self) -> None:
        with self.turn:
            self.is_closed = True
            self.environment.close()

    def _return_to(self, before: _Before, image: bytes) -> None:
        self.environment.engine.database.become(image)
        self._forget()
        self.environment.clock.moment = before.moment
        self.reference = before.reference
        del self.mails[before.mails :]

    def _forget(self) -> None:
        self._files = self._tasks = None

    def _filled(self, step: Step) -> Step:
        if step.kind not in ("start", "form"):
            return step
        if step.sent is not None:
            return replace(step, sent=with_ids(step.sent))
        form = self.form_of(step)
        if form is None:
            return step
        return replace(step, sent=form.invented(with_ids(step.answers or {})), answers=None)

    def _start(self, step: Step) -> None:
        if self.reference:
            raise Conflict("Kokeilu on jo alkanut.")
        channel, form_key = start_of(step.subject)
        self.reference = self.environment.apply(channel, form_key, sent=step.sent).reference

    def _form(self, step: Step) -> None:
        task = task_of(self.tasks(), step)
        if self.environment.open_letter(task):
            return
        if not (task.is_outside and self.environment.answer_by_link(task, sent=step.sent)):
            self.environment.hand_in(task, self.environment.worker_of(task), sent=step.sent)

    def _wait(self, step: Step) -> None:
        now = self.environment.clock.moment
        if step.subject != NEXT:
            self.environment.pass_until(moment_of(step.subject, now))
            return
        due = self.environment.next_timer()
        if due is None:
            raise NoTimer
        self.environment.pass_until(max(due, now) + timedelta(seconds=1))

    def _message(self, step: Step) -> None:
        if not self.reference:
            raise NotWaiting
        awaited = sorted((key for name, key in self.files()[0].awaited if name == step.subject), key=str)
        keys = awaited or [None]
        self.environment.correlate(self.reference, step.subject, keys[min(step.place, len(keys) - 1)])

    def _take_mail(self) -> None:
        """Take all due messages out of the outbox, as the worker does, but keep them instead of sending."""
        engine = self.environment.engine
        for message_id in engine.answer(DueMessages(), SYSTEM):
            message = engine.perform(TakeMessage(message_id), SYSTEM)
            if message is not None:
                self.mails.append(message)
                engine.perform(MarkSent(message_id), SYSTEM)


_KINDS: Final[Mapping[str, Callable[[TryOut, Step], None]]] = MappingProxyType(
    {
        "start": TryOut._start,
        "form": TryOut._form,
        "wait": TryOut._wait,
        "message": TryOut._message,
    }
)
