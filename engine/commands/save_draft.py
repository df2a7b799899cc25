"""Keep what someone typed into a task's form, exactly as typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.errors import Invalid
from engine.executor import Command, Work
from engine.executor.answers import Sent
from engine.executor.permissions import require_case_staff

MOST_CHARACTERS = 300_000


@dataclass(frozen=True)
class SaveDraft(Command[datetime]):
    """Whoever may do the task keeps a draft of their own, even after a lost race or with errors in it."""

    task_id: UUID
    sent: Sent

    def permit(self, work: Work) -> None:
        require_case_staff(work)
        work.open_task(self.task_id, "save_draft")

    def execute(self, work: Work) -> datetime:
        _, task = work.task(self.task_id)
        if sum(len(text) for texts in self.sent.values() for text in texts) > MOST_CHARACTERS:
            raise Invalid("Luonnos on liian pitkä tallennettavaksi.")
        if work.actor.person_id is not None:
            typed: dict[str, Sequence[str]] = {name: list(texts) for name, texts in self.sent.items()}
            work.stores.task_drafts.save(task, work.actor.person_id, typed, work.now)
        return work.now
