"""Roles that models need and no person holds, for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.bpmn import Finding
from engine.casework.staffing import unheld_roles
from engine.executor import Query, Work
from engine.executor.permissions import require_role
from engine.queries.models import READERS


@dataclass(frozen=True)
class CheckStaffing(Query[tuple[Finding, ...]]):
    """Find lanes whose role nobody holds, in files that need not be stored anywhere."""

    shows_cases = False

    files: Mapping[str, bytes]

    def permit(self, work: Work) -> None:
        require_role(work, *READERS)

    def execute(self, work: Work) -> tuple[Finding, ...]:
        return unheld_roles(work, self.files)
