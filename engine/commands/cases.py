"""Withdrawals and other messages from outside, and cases to be started for another case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from engine.casework.appeals import APPEAL_RECEIVED, FINALITY_CHANGED
from engine.casework.decision_corrections import CORRECTION_NEEDED
from engine.domain.cases import Case, CaseState
from engine.domain.people import CASE_STAFF
from engine.errors import Forbidden, NotFound, NotWaiting
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_role, require_scope, require_system
from engine.feel.values import from_json
from engine.models.gate import MESSAGES, START_VARIABLES

WITHDRAWN = "application_withdrawn"
FROM_STAFF = (
    WITHDRAWN,
    "proceed_without_rest",
    "appeal_received",
    "correction_needed",
    "new_fact",
    "mail_returned",
    "person_reached",
)
AFTER_DECISION = (APPEAL_RECEIVED, CORRECTION_NEEDED)
"""Messages that begin an instance of their own, at any time after a decision was signed."""
KEPT_UNTIL_AWAITED = frozenset({"new_fact"})


@dataclass(frozen=True)
class WithdrawByCode(Command[bool]):
    """Record the applicant's wish to withdraw, given with the receipt's code. It takes effect when a caseworker has
    confirmed it with them.

    Return False if nothing can be withdrawn: a wrong code and a decided matter look the same.
    """

    code: str

    def permit(self, work: Work) -> None:
        """Permit anyone: only the applicant's code has an effect; a referrer's has none."""

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
        work.instances.correlate(case, WITHDRAWN, None, {})
        return True


def is_early(work: Work, case: Case) -> bool:
    """Return True if a withdrawal must be kept: nothing waits for it before the examination begins.

    False while an earlier one is kept or being confirmed, and once an outcome is signed.
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
        if self.name in AFTER_DECISION:
            return self._begin_instance(work, case)
        if case.state is CaseState.CLOSED:
            raise NotFound
        waiting = work.stores.subscriptions.find(case.id, self.name, self.business_key)
        is_kept = self.name in KEPT_UNTIL_AWAITED or (self.name == WITHDRAWN and is_early(work, case))
        if waiting is None and not is_kept:
            raise NotWaiting
        if self.name == WITHDRAWN:
            work.record(case.id, "message_received", self.name, business_key=self.business_key)
        return work.instances.correlate(case, self.name, self.business_key, self.payload)

    def _begin_instance(self, work: Work, case: Case) -> bool:
        """Begin an instance of its own: appeals and corrections come at any time, also after the case was closed."""
        models = work.instances.models(case.deployment_id)
        signed = any(each.signed_at for each in work.stores.resolutions.of_case(case.id))
        if self.name not in models.parsed.starts or not signed:
            raise NotWaiting
        known = work.instances.variables(case)
        given = {name: known.get(name) for name in START_VARIABLES}
        given |= {name: known.get(name) for name in MESSAGES[self.name]}
        given["outcome"] = case.outcome.value if case.outcome else known.get("outcome")
        if case.state is CaseState.CLOSED:
            work.change_case(case.id, state=CaseState.PENDING, closed_at=None)
        work.record(case.id, "message_received", self.name)
        work.instances.start(case, self.name, given)
        return True


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
    """Send a case the message that another case owes it; the message starts its process, or is delivered to it.
    Return False if another worker has done so."""

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
        elif message == FINALITY_CHANGED:
            _wake_all(work, case)
        else:
            work.instances.correlate(case, message, None, from_json(variables))
        return True


def _wake_all(work: Work, case: Case) -> None:
    """Wake each instance that waits for service: the decision's own, and those of its corrections."""
    waiting = work.stores.subscriptions.instances_of(case.id, FINALITY_CHANGED)
    if not waiting:
        work.instances.correlate(case, FINALITY_CHANGED, None, {})
    for instance_id in waiting:
        subscription = work.stores.subscriptions.find(case.id, FINALITY_CHANGED, instance_id=instance_id)
        if subscription is not None:
            work.instances.deliver(work.stores.cases.get(case.id), subscription, {})


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
