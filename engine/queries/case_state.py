"""The state of a case without its content, for programs and for lists of what waits."""

from __future__ import annotations

from dataclasses import dataclass

from engine.casework.appeals import is_sent_back
from engine.domain.cases import Case
from engine.domain.deadlines import Deadline
from engine.domain.policy import Action
from engine.domain.tasks import UserTask
from engine.executor import Query, Work
from engine.executor.permissions import permit_case, require_scope
from engine.storage.requests import InformationRequest


@dataclass(frozen=True, slots=True)
class CaseStatus:
    case: Case
    tasks: tuple[UserTask, ...]
    requests: tuple[InformationRequest, ...]
    """Empty where the content is sealed to the reader, as on the case's page."""
    deadlines: tuple[Deadline, ...]
    messages: tuple[str, ...]
    """Names of the messages that something in the case waits for."""
    is_sent_back: bool
    """A court annulled or returned the decision: the outcome is in force no longer."""


@dataclass(frozen=True)
class ReadCaseStatus(Query[CaseStatus]):
    """Return the state of a case. Raise NotFound both for a case that does not exist and for one that the actor may not see."""

    reference: str

    def permit(self, work: Work) -> None:
        require_scope(work, "cases:read")
        permit_case(work, self.reference, Action.CASE_STATUS)

    def execute(self, work: Work) -> CaseStatus:
        case = work.stores.cases.by_reference(self.reference)
        return CaseStatus(
            case,
            work.stores.tasks.open_in(case.id),
            () if case.is_sealed_to(work.actor) else work.stores.requests.of_case(case.id),
            work.stores.deadlines.of_case(case.id),
            work.stores.subscriptions.names_in(case.id),
            is_sent_back(work, case),
        )


@dataclass(frozen=True)
class ReadDeadlines(Query[tuple[Deadline, ...]]):
    """Return the deadlines of a case, each with its whole ledger."""

    reference: str

    def permit(self, work: Work) -> None:
        require_scope(work, "deadlines:read")
        permit_case(work, self.reference, Action.DEADLINES)

    def execute(self, work: Work) -> tuple[Deadline, ...]:
        case = work.stores.cases.by_reference(self.reference)
        return work.stores.deadlines.of_case(case.id)
