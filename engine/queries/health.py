"""Backlog, workers, incidents and the log's age: numbers for those who watch the machine, nothing of a case."""

from __future__ import annotations

from dataclasses import dataclass

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
        return work.stores.health.read(work.now)
