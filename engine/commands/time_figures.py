"""The manager's figures of waits and phases, counted by the worker ahead of the page that shows them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from engine.domain.people import Role
from engine.errors import NotFound
from engine.executor import Command, Work
from engine.executor.permissions import require_role
from engine.storage.time_figures import KeptFigures, TimeFigures, count_times

EVERY: Final = timedelta(minutes=10)
"""Counting takes SQLite six seconds among 100,000 cases that ended in the window: a hundredth of a core."""


@dataclass(frozen=True)
class CountTimes(Command[bool]):
    """Count and keep the figures. Return False if a count of the version in use is newer than EVERY, unless it is to be counted `anew`, and
    before the first version."""

    anew: bool = False
    figures: TimeFigures | None = None
    """Found by `prepare`: no transaction is open meanwhile."""

    is_heavy = True

    def permit(self, work: Work) -> None:
        require_role(work, Role.SYSTEM)

    def prepare(self, view: Work) -> CountTimes:
        try:
            deployment_id = view.stores.deployments.current().id
        except NotFound:
            return self
        kept = KeptFigures(view.stores.unit).find(deployment_id, view.now - EVERY, view.now)
        if kept is not None and not self.anew:
            return self
        drawn = view.instances.models(deployment_id).parsed.elements
        return replace(self, figures=count_times(view.stores.unit, view.now, deployment_id, drawn))

    def execute(self, work: Work) -> bool:
        if self.figures is None:
            return False
        KeptFigures(work.stores.unit).keep(self.figures)
        return True
