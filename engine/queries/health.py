"""Backlog, workers, incidents and the log's age: numbers for those who watch the machine, nothing of a case."""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain.calendar import end_of
from engine.domain.retention import last_answered
from engine.executor import Query, Work
from engine.executor.permissions import require_system
from engine.storage.health import SILENT, Health

__all__ = ["SILENT", "Health", "ReadHealth"]


@dataclass(frozen=True)
class ReadHealth(Query[Health]):
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> Health:
        answered = last_answered(work.today, work.settings.enquiries_kept)
        return work.stores.health.read(work.now, end_of(answered))
