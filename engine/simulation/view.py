"""What is to be seen of a try-out between two steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.commands.cases import FROM_STAFF
from engine.domain.people import SYSTEM
from engine.domain.tasks import UserTask
from engine.executor import Query, Work
from engine.executor.permissions import require_system
from engine.guardrails import Monitor, Status
from engine.mail.composing import wording
from engine.queries.case_file import CaseFile, ReadDocument
from engine.queries.due_timers import ComingTimer, ComingTimers
from engine.queries.resolution_page import PREPARING, SIGNING, DrawLetter
from engine.simulation.people import WATCHER
from engine.simulation.task_actions import open_tasks
from engine.simulation.try_out import Sandbox
from engine.storage.documents import Document


@dataclass(frozen=True, slots=True)
class Post:
    """A message as it would have gone out."""

    at: datetime
    kind: str
    to: str
    subject: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Promise:
    """Where a promise stands."""

    key: str
    sentence: str
    value: Status
    reference: str
    """Of the case it is kept in."""


@dataclass(frozen=True, slots=True)
class Look:
    moment: datetime
    files: tuple[CaseFile, ...]
    """The run's case first, then those of the children; none before the first step."""
    tasks: tuple[UserTask, ...]
    timers: tuple[ComingTimer, ...]
    messages: tuple[str, ...]
    """What staff could tell the case from outside."""
    letters: tuple[Document, ...]
    mails: tuple[Post, ...]
    milestones: tuple[tuple[str, datetime, str], ...]
    """Name, moment and the case's reference."""
    promises: tuple[Promise, ...]

    @property
    def file(self) -> CaseFile | None:
        return self.files[0] if self.files else None


def look(box: Sandbox, language: str = "fi") -> Look:
    files = box.files()
    awaited = {name for name, _ in files[0].awaited} if files else set()
    return Look(
        moment=box.clock.moment,
        files=files,
        tasks=tuple(open_tasks(files)),
        timers=box.engine.answer(ComingTimers(), SYSTEM),
        messages=tuple(name for name in FROM_STAFF if name in awaited),
        letters=tuple(sorted((each for file in files for each in file.documents), key=_when)),
        mails=_post(box),
        milestones=tuple(
            (event.subject or "", event.at, file.case.reference)
            for file in files
            for event in file.timeline
            if event.kind == "milestone_reached"
        ),
        promises=box.engine.answer(_Promises(files, language), SYSTEM),
    )


def _when(document: Document) -> Any:
    return document.created_at, document.id


def _post(box: Sandbox) -> tuple[Post, ...]:
    found = []
    for mail in box.mails:
        subject, paragraphs = wording(mail)
        to = str(mail.recipient.get("email", ""))
        found.append(Post(mail.send_after, mail.kind, to, subject, tuple(paragraphs)))
    return tuple(found)


def read_letter(box: Sandbox, number: int) -> bytes:
    """A letter that was made, by its place among them. IndexError beyond the last."""
    found = sorted((each for file in box.files() for each in file.documents), key=_when)
    _, content = box.engine.answer(ReadDocument(found[number].id), WATCHER)
    return content


def has_letter(task: UserTask) -> bool:
    return task.form_key in PREPARING or task.form_key in SIGNING


def draft_letter(box: Sandbox, number: int) -> bytes:
    """The letter that an open task prepares or signs, marked as a draft. IndexError beyond the last task."""
    task = open_tasks(box.files())[number]
    return box.engine.answer(DrawLetter(task.id), WATCHER)


@dataclass(frozen=True)
class _Promises(Query[tuple[Promise, ...]]):
    files: tuple[CaseFile, ...]
    language: str
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[Promise, ...]:
        return tuple(each for file in self.files for each in self._of(work, file))

    def _of(self, work: Work, file: CaseFile) -> tuple[Promise, ...]:
        guardrails = file.models.guardrails
        if guardrails is None:
            return ()
        by_key = {each.key: each for each in guardrails.on_paths}
        found: dict[str, Status] = {}
        for instance in work.stores.instances.of_case(file.case.id):
            monitor = Monitor(guardrails, file.models.parsed, instance.process_key)
            for (_, key), status in monitor.statuses(instance.guardrails).items():
                found[key] = max(found.get(key, status), status, key=_WEIGHT.index)
        return tuple(
            Promise(key, _said(by_key[key].sentences, key, self.language), status, file.case.reference)
            for key, status in found.items()
        )


_WEIGHT = (Status.KEPT_SO_FAR, Status.KEPT_FOR_GOOD, Status.OWED, Status.BROKEN)


def _said(sentences: Any, key: str, language: str) -> str:
    return str(sentences.get(language) or sentences.get("fi", key))
