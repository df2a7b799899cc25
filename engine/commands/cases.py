"""Cases as wholes: a withdrawal or another message from outside, cases that another case owes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from engine.casework.withdrawals import pause_requests
from engine.domain.cases import Case, CaseState
from engine.domain.people import CASE_STAFF
from engine.errors import Forbidden, NotFound, NotWaiting
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_role, require_scope, require_system
from engine.feel.values import from_json

WITHDRAWN = "application_withdrawn"
FROM_STAFF = (WITHDRAWN, "proceed_without_rest", "appeal_received", "new_fact", "mail_returned")
KEPT_UNTIL_AWAITED = frozenset({"new_fact"})


@dataclass(frozen=True)
class WithdrawByCode(Command[bool]):
    """The applicant asks to withdraw, with the receipt's code. A caseworker confirms it with them before it holds.

    False when the code opens nothing that could be withdrawn: a wrong code and a decided matter look the same.
    """

    code: str

    def permit(self, work: Work) -> None:
        """Anyone who knows the applicant's code; a referrer's code opens nothing here."""

    def execute(self, work: Work) -> bool:
        plain = "".join(character for character in self.code if character.isdigit())
        application = work.stores.applications.by_code(plain)
        if application is None or application.is_referrers_code:
            return False
        case = work.stores.cases.get(application.case_id)
        if case.state is CaseState.CLOSED:
            return False
        if work.stores.subscriptions.find(case.id, WITHDRAWN) is None and not is_early(work, case):
            return False
        work.record(case.id, "withdrawal_received", "code")
        pause_requests(work, case)
        work.instances.correlate(case, WITHDRAWN, None, {})
        return True


def is_early(work: Work, case: Case) -> bool:
    """Nothing waits for it before the examination begins, and the person is not turned away for that: it is kept.

    Not while an earlier one is being confirmed or is kept already, and not once an outcome is signed.
    """
    asked = any(task.form_key == "withdraw" for task in work.stores.tasks.open_in(case.id))
    return not (asked or case.outcome or work.stores.inbox_messages.undelivered(case.id, (WITHDRAWN,)))


@dataclass(frozen=True)
class CorrelateMessage(Command[bool]):
    """Deliver a message from staff to the case. Return True when something waited for it, False when it is kept."""

    reference: str
    name: str
    business_key: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)

    def permit(self, work: Work) -> None:
        require_role(work, *CASE_STAFF)
        require_scope(work, "messages:deliver")
        work.open_case(work.stores.cases.by_reference(self.reference), "correlate_message")
        if self.name not in FROM_STAFF:
            raise Forbidden

    def execute(self, work: Work) -> bool:
        case = work.stores.cases.by_reference(self.reference)
        if case.state is CaseState.CLOSED:
            raise NotFound
        waiting = work.stores.subscriptions.find(case.id, self.name, self.business_key)
        is_kept = self.name in KEPT_UNTIL_AWAITED or (self.name == WITHDRAWN and is_early(work, case))
        if waiting is None and not is_kept:
            raise NotWaiting
        if self.name == WITHDRAWN:
            pause_requests(work, case)
        work.record(case.id, "message_received", self.name, business_key=self.business_key)
        return work.instances.correlate(case, self.name, self.business_key, self.payload)


TRIES = 3


@dataclass(frozen=True)
class DueStarts(Query[tuple[UUID, ...]]):
    limit: int = 100
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[UUID, ...]:
        return work.stores.starts.due(work.now, self.limit)


@dataclass(frozen=True)
class StartDue(Command[bool]):
    """False when another worker started it."""

    start_id: UUID

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> bool:
        taken = work.stores.starts.take(self.start_id)
        if taken is None:
            return False
        case_id, message, variables = taken
        case = work.stores.cases.get(case_id)
        if message in work.instances.models(case.deployment_id).parsed.starts:
            work.instances.start(case, message, from_json(variables))
        else:
            work.instances.correlate(case, message, None, from_json(variables))
        return True


@dataclass(frozen=True)
class PostponeStart(Command[None]):
    start_id: UUID
    message: str

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> None:
        case_id, attempts = work.stores.starts.postpone(self.start_id, work.now + timedelta(minutes=5))
        if attempts == TRIES:
            work.stores.incidents.open(
                "start",
                case_id=case_id,
                subject_id=str(self.start_id),
                element_id=None,
                message=self.message,
                moment=work.now,
            )
