"""A worker's sign of life."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.executor import Command, Work
from engine.executor.permissions import require_system


@dataclass(frozen=True)
class Beat(Command[None]):
    """Note that the worker lives, and when each of its loops last came to an end."""

    worker_id: UUID
    loops: Mapping[str, datetime]

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> None:
        work.stores.health.beat(self.worker_id, self.loops, work.now)
