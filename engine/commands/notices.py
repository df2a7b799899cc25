"""A notice to an authority, begun by anybody who works on the case."""

from __future__ import annotations

from dataclasses import dataclass

from engine.casework.notices import begin_notice
from engine.domain.people import CASE_STAFF, Role
from engine.executor import Command, Work
from engine.executor.permissions import require_role, require_scope

WRITERS = (
    Role.CASEWORKER,
    Role.ON_CALL,
    Role.INTAKE,
    Role.DECISION_MAKER,
    Role.MANAGER,
    Role.DIRECTOR,
)
"""Roles of a worker, in the order in which one of them writes the notice that the worker begins."""


@dataclass(frozen=True)
class BeginNotice(Command[None]):
    """Open the task in which a notice is written. It needs nobody's approval, and a closed case ends no duty
    (417/2007 25 §)."""

    reference: str

    def permit(self, work: Work) -> None:
        require_role(work, *CASE_STAFF)
        require_scope(work, "messages:deliver")
        work.open_case(work.stores.cases.by_reference(self.reference), "begin_notice")

    def execute(self, work: Work) -> None:
        case = work.stores.cases.by_reference(self.reference)
        begin_notice(work, case, by=next(each for each in WRITERS if work.actor.has(each)))
