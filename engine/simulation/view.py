"""Everything that a page shows of a try-out between two steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.casework.signers import SIGNATURES
from engine.domain.people import SYSTEM
from engine.domain.tasks import UserTask
from engine.executor import Query, Work
from engine.executor.permissions import require_system
from engine.guardrails import Monitor, Status
from engine.mail.composing import wording
from engine.queries.case_file import CaseFile, ReadDocument
from engine.queries.due_timers import ComingTimer, ComingTimers
from engine.queries.resolution_page import PREPARING, DrawLetter
from engine.simulation.environment import REPORTED
from engine.simulation.try_out import TryOut
from engine.storage.documents import Document

_FROM_BEST = (Status.KEPT_SO_FAR, Status.KEPT_FOR_GOOD, Status.OWED, Status.BROKEN)


@dataclass(frozen=True, slots=True)
class SentMail:
    """A message that would have been sent."""

    at: datetime
    kind: str
    to: str
    subject: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GuardrailState:
    """A guardrail, and how far the case has kept it."""

    key: str
    sentence: str
    value: Status
    reference: str


@dataclass(frozen=True, slots=True)
class View:
    moment: datetime
    files: tuple[CaseFile, ...]
    """The try-out's case first, then its children; none before the first step."""
    tasks: tuple[UserTask, ...]
    timers: tuple[ComingTimer, ...]
    messages: tuple[str, ...]
    """Those that staff could send and something waits for."""
    letters: tuple[Document, ...]
    mails: tuple[SentMail, ...]
    milestones: tuple[tuple[str, datetime, str], ...]
    """Name, moment and the case's reference."""
    guardrails: tuple[GuardrailState, ...]

    @property
    def file(self) -> CaseFile | None:
        return self.files[0] if self.files else None


def view_of(try_out: TryOut, language: str = "fi") -> View:
    names, engine = try_out.models.bundle.names_in(language), try_out.environment.engine
    files = tuple(each.named(names) for each in try_out.files())
    awaited = {name for name, _ in files[0].awaited} if files else set()
    return View(
        moment=try_out.environment.clock.moment,
        files=files,
        tasks=tuple(replace(each, name=names.of(each.name)) for each in try_out.tasks()),
        timers=engine.answer(ComingTimers(), SYSTEM),
        messages=tuple(name for name in REPORTED if name in awaited),
        letters=tuple(_letters(files)),
        mails=tuple(_mails(try_out)),
        milestones=tuple(
            (event.subject or "", event.at, file.case.reference)
            for file in files
            for event in file.timeline
            if event.kind == "milestone_reached"
        ),
        guardrails=engine.answer(_ReadGuardrails(files, language), SYSTEM),
    )


def _letters(files: Sequence[CaseFile]) -> list[Document]:
    found = [each for file in files for each in file.documents]
    return sorted(found, key=lambda each: (each.created_at, each.id))


def _mails(try_out: TryOut) -> list[SentMail]:
    found = []
    for mail in try_out.mails:
        subject, paragraphs = wording(mail)
        to = str(mail.recipient.get("email", ""))
        found.append(SentMail(mail.send_after, mail.kind, to, subject, tuple(paragraphs)))
    return found


def read_letter(try_out: TryOut, number: int) -> bytes:
    """Return a letter that was made, by its index. Raise IndexError beyond the last."""
    letter, environment = _letters(try_out.files())[number], try_out.environment
    return environment.engine.answer(ReadDocument(letter.id), environment.watcher)[1]


def has_letter(task: UserTask) -> bool:
    return task.form_key in PREPARING or task.form_key in SIGNATURES


def draft_letter(try_out: TryOut, number: int) -> bytes:
    """Return the letter that an open task prepares or signs, marked as a draft. Raise IndexError beyond the last task."""
    task, environment = try_out.tasks()[number], try_out.environment
    return environment.engine.answer(DrawLetter(task.id), environment.watcher).pdf()


@dataclass(frozen=True)
class _ReadGuardrails(Query[tuple[GuardrailState, ...]]):
    files: tuple[CaseFile, ...]
    language: str

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[GuardrailState, ...]:
        return tuple(each for file in self.files for each in self._in_case(work, file))

    def _in_case(self, work: Work, file: CaseFile) -> list[GuardrailState]:
        guardrails = file.models.guardrails
        if guardrails is None:
            return []
        worst: dict[str, Status] = {}
        for instance in work.stores.instances.of_case(file.case.id):
            monitor = Monitor(guardrails, file.models.parsed, instance.process_key)
            for (_, key), value in monitor.statuses(instance.guardrails).items():
                worst[key] = max(worst.get(key, value), value, key=_FROM_BEST.index)
        sentences = {each.key: each.sentences for each in guardrails.on_paths}
        return [
            GuardrailState(
                key,
                str(sentences[key].get(self.language) or sentences[key].get("fi", key)),
                value,
                file.case.reference,
            )
            for key, value in worst.items()
        ]
