"""Withdrawals and other messages from outside, and cases to be started for another case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from engine.casework.appeals import (
    ADMISSION,
    APPEAL_RECEIVED,
    FINALITY_CHANGED,
    MAIL_RETURNED,
    REMOVAL,
    REMOVAL_CHANGED,
    SERVICE_UNDONE,
    begins_with,
    posted_and_served,
)
from engine.casework.awaited_messages import WITHDRAWN, is_early, waits_for_confirmation
from engine.casework.clienthood import REMOVAL_NEEDED, UNDONE, begin_removal, removal_begins
from engine.casework.clienthood import is_open as removal_is_open
from engine.casework.contact_reports import ask_caseworker
from engine.casework.correction_course import CORRECTION_OVERTAKEN
from engine.casework.decision_corrections import CORRECTION_NEEDED, corrigible, in_service
from engine.casework.letters_under_way import LETTER_LOST, doubt_recorded_late
from engine.casework.party_changes import require_reached
from engine.casework.reaching import HELP_ENDED, PERSON_REACHED, TAKEN_OVER, may_renew_contact, renew_contact
from engine.casework.recordings.oral_decision import SETTLED, give_to_its_giver
from engine.casework.reflection_periods import PERIOD_MOVED, REFLECTION_CHANGE, begin_change, move_tasks
from engine.casework.retention import set_anew
from engine.casework.spoken_decisions import SPOKEN
from engine.casework.taken_back import BroughtWithdrawal, WithdrawalBare
from engine.domain.cases import Case, CaseState
from engine.domain.policy import Action
from engine.domain.retention import RETENTION_OWED
from engine.errors import Forbidden, NotFound, NotWaiting
from engine.executor import Command, Query, Work
from engine.executor.permissions import permit_case, require_scope, require_seen, require_system
from engine.feel.values import from_json
from engine.operations.delivery import recipients_of
from engine.operations.related_cases import WAITS_FOR_PARENT
from engine.operations.serving import removal_again, undo_service
from engine.storage.resolutions import Delivery

FROM_STAFF = (
    WITHDRAWN,
    "proceed_without_rest",
    "appeal_received",
    REMOVAL_NEEDED,
    "correction_needed",
    "new_fact",
    "mail_returned",
    PERSON_REACHED,
    REFLECTION_CHANGE,
)
AFTER_DECISION = (APPEAL_RECEIVED, CORRECTION_NEEDED)
"""Messages that begin an instance of their own, at any time after a decision was signed."""
KEPT_UNTIL_AWAITED = frozenset({"new_fact"})
_ENDS = frozenset({UNDONE, CORRECTION_OVERTAKEN, SETTLED})
"""Messages that end one instance. One that is kept would end another of its kind, begun later."""


@dataclass(frozen=True)
class WithdrawByCode(Command[bool]):
    """Record the applicant's wish to withdraw, given with the receipt's code. It takes effect when a caseworker has
    confirmed it with them. Asked again meanwhile, it is recorded once.

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
        if removal_begins(work, case):
            # After an admission nothing is withdrawn: who wants to leave is removed (746/2011 38 f §).
            work.record(case.id, "withdrawal_received", "code")
            begin_removal(work, case, wished=True)
            return True
        if case.state is CaseState.CLOSED:
            return False
        if waits_for_confirmation(work, case):
            return True
        if work.stores.subscriptions.find(case.id, WITHDRAWN) is None and not is_early(work, case):
            return False
        work.record(case.id, "withdrawal_received", "code")
        work.instances.correlate(case, WITHDRAWN, None, {})
        return True


@dataclass(frozen=True)
class CorrelateMessage(Command[bool]):
    """Deliver a message from staff to the case. Return True when something waited for it, False when it is kept."""

    reference: str
    name: str
    business_key: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    idempotency_key: str | None = None
    """Names the act of a program: sent again, it gives the same answer and no second message."""
    tags: frozenset[str] | None = None
    """Of which one must still be the case's, where a program says what it has read."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """Days and enumerated words for the timeline, of what the register of arrivals knows."""
    withdrawal: BroughtWithdrawal | None = None
    """Way, day and source of a withdrawal that no register of arrivals has: without them it is refused."""

    def permit(self, work: Work) -> None:
        require_scope(work, "messages:deliver")
        permit_case(work, self.reference, Action.CORRELATE_MESSAGE)
        if self.name not in FROM_STAFF:
            raise Forbidden

    def execute(self, work: Work) -> bool:
        case = work.stores.cases.by_reference(self.reference)
        if self.idempotency_key is None:
            require_seen(case.tag, self.tags)
            return self._take(work, case)
        asked = [self.reference, self.name, self.business_key, *self._brought()]
        done = work.stores.program_acts.find(self.idempotency_key, asked)
        if done is not None:
            return bool(done.answer)
        require_seen(case.tag, self.tags)
        was_awaited = self._take(work, case)
        work.stores.program_acts.add(self.idempotency_key, case.id, asked, was_awaited, work.now)
        return was_awaited

    def _take(self, work: Work, case: Case) -> bool:
        if not case.is_application:
            raise NotWaiting
        if self.name == WITHDRAWN and not self.facts:
            if self.withdrawal is None:
                raise WithdrawalBare(field="withdrawal")
            return replace(self, facts=self.withdrawal.facts(work.today))._take(work, case)
        if self.name in AFTER_DECISION:
            return self._begin_instance(work, case)
        if self.name == "proceed_without_rest":
            require_reached(work, case)
        if self.name == MAIL_RETURNED and self._undo_service(work, case):
            return True
        if self.name == PERSON_REACHED and may_renew_contact(work, case):
            return self._renew_contact(work, case)
        return self._begin_beside(work, case) or self._deliver(work, case)

    def _brought(self) -> tuple[str, ...]:
        given = self.withdrawal
        return () if given is None else (given.how, str(given.withdrawn_on), given.brought_by)

    def _begin_beside(self, work: Work, case: Case) -> bool:
        """Begin what runs beside the case's own process. Return False of a message that begins nothing."""
        if self.name == REMOVAL_NEEDED:
            begin_removal(work, case)
            return True
        if self.name == REFLECTION_CHANGE:
            begin_change(work, case)
        elif self.name == WITHDRAWN and self._leaves(work, case):
            begin_removal(work, case, wished=True)
        else:
            return False
        work.record(case.id, "message_received", self.name, **self.facts)
        return True

    @staticmethod
    def _leaves(work: Work, case: Case) -> bool:
        """Return True if a withdrawal is a client's wish to leave: there is nothing else to withdraw."""
        return work.stores.subscriptions.find(case.id, WITHDRAWN) is None and removal_begins(work, case)

    def _deliver(self, work: Work, case: Case) -> bool:
        """Deliver the message to what waits for it, or keep it if it may come early."""
        if case.state is CaseState.CLOSED:
            raise NotFound
        waiting = work.stores.subscriptions.find(case.id, self.name, self.business_key)
        is_kept = self.name in KEPT_UNTIL_AWAITED or (self.name == WITHDRAWN and is_early(work, case))
        if waiting is None and not is_kept:
            raise NotWaiting
        work.record(case.id, "message_received", self.name, business_key=self.business_key, **self.facts)
        return work.instances.correlate(case, self.name, self.business_key, self.payload)

    def _renew_contact(self, work: Work, case: Case) -> bool:
        """Reach the person whom nobody reached before. The same call announces a decision that was kept for them."""
        work.record(case.id, "message_received", self.name)
        kept = work.stores.subscriptions.find(case.id, self.name, self.business_key)
        renew_contact(work, case)
        if kept is not None:
            work.instances.deliver(work.stores.cases.get(case.id), kept, self.payload)
        return True

    def _undo_service(self, work: Work, case: Case) -> bool:
        """Serve one recipient again where nothing waits for returned post any more. Return False where something does,
        or where nothing was posted."""
        if work.stores.subscriptions.find(case.id, MAIL_RETURNED, self.business_key) is not None:
            return False
        posted = posted_and_served(work, case)
        key = self.business_key or (next(iter(posted)) if len(posted) == 1 else None)
        served = posted.get(key or "")
        if key is None or served is None or not may_serve_again(work, case, served):
            return False
        work.record(case.id, "message_received", self.name, business_key=key)
        serve_again(work, case, served)
        return True

    def _begin_instance(self, work: Work, case: Case) -> bool:
        """Begin an instance of its own: appeals and corrections come at any time, also after the case was closed."""
        models = work.instances.models(case.deployment_id)
        signed = any(each.signed_at for each in work.stores.resolutions.of_case(case.id))
        if self.name not in models.parsed.starts or not signed:
            raise NotWaiting
        if self.name == CORRECTION_NEEDED and not corrigible(work, case):
            raise NotWaiting
        work.instances.reopen(case)
        given = begins_with(work, case, self.name)
        work.record(case.id, "message_received", self.name)
        work.instances.start(case, self.name, given)
        return True


def may_serve_again(work: Work, case: Case, served: Delivery) -> bool:
    """False of a recipient to whom the document belongs no more, and in versions of the models without the process."""
    starts = work.instances.models(case.deployment_id).parsed.starts
    return SERVICE_UNDONE in starts and _served_again(work, case, served) is not None


def serve_again(work: Work, case: Case, served: Delivery) -> None:
    """Serve one recipient again in an instance of its own, also after the case was closed."""
    recipient = _served_again(work, case, served)
    document = _document_of(work, case, served)
    work.instances.reopen(case)
    if document == REMOVAL:
        key = str(served.business_key)
        undo_service(work, case, key)
        begun = removal_again(work, case, key, is_added=False)
        work.instances.start(work.stores.cases.get(case.id), REMOVAL_NEEDED, begun)
        return
    outcome = case.outcome.value if case.outcome else None
    given = {"recipient": recipient, "outcome": outcome, "document": document}
    work.instances.start(work.stores.cases.get(case.id), SERVICE_UNDONE, given)


def _served_again(work: Work, case: Case, served: Delivery) -> Mapping[str, Any] | None:
    key = served.business_key or ""
    recipients = recipients_of(work, case, _document_of(work, case, served))
    return next(({**each, "id": key} for each in recipients if _is_same(str(each["id"]), key)), None)


def _document_of(work: Work, case: Case, served: Delivery | None) -> str:
    """Return the name by which processes call what an attempt serves."""
    resolution_id = served.resolution_id if served is not None else None
    kinds = {each.id: each.kind for each in work.stores.resolutions.of_case(case.id)}
    for kind, document in ((ADMISSION, "resolution"), (REMOVAL, REMOVAL)):
        now = in_service(work, case, kind=kind)
        if resolution_id is None or (now is not None and now.id == resolution_id):
            return document
    kind = kinds.get(resolution_id, ADMISSION) if resolution_id is not None else ADMISSION
    return "resolution" if kind == ADMISSION else kind


def _is_same(recipient_id: str, key: str) -> bool:
    """Return True if both are made of the same party: of two decisions side by side each has a key of its own."""
    return recipient_id.rpartition("-")[2] == key.rpartition("-")[2]


TRIES = 3


@dataclass(frozen=True)
class DueStarts(Query[tuple[UUID, ...]]):
    limit: int = 100

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
        # With an entry or a correction it begins from a decision already made, and not from the clienthood.
        is_anew = bool(variables.get("correction_key") or variables.get("removal_entry"))
        if message == REMOVAL_NEEDED and not is_anew:
            is_wished = variables.get("leaving_wished") is True
            if removal_begins(work, case) and (is_wished or not removal_is_open(work, case)):
                begin_removal(work, case, wished=is_wished)
            else:
                work.instances.close_if_over(case)
            return True
        if message in work.instances.models(case.deployment_id).parsed.starts:
            work.instances.reopen(case)
            work.instances.start(case, message, from_json(variables))
            if message == SPOKEN:
                give_to_its_giver(work, case)
        else:
            _tell(work, case, message, variables)
        return True


def _tell(work: Work, case: Case, message: str, variables: Mapping[str, Any]) -> None:
    """Bring a message to the instances that run in the case."""
    if message in (FINALITY_CHANGED, REMOVAL_CHANGED):
        _wake_all(work, case, message)
    elif message in (CORRECTION_OVERTAKEN, TAKEN_OVER, HELP_ENDED) and "instance" in variables:
        _end_in(work, case, message, UUID(str(variables["instance"])))
    elif message == RETENTION_OWED:
        set_anew(work, case)
    elif message == PERIOD_MOVED:
        move_tasks(work, case)
    elif message == LETTER_LOST:
        doubt_recorded_late(work, case, str(variables["recipient_id"]))
        ask_caseworker(work, work.stores.cases.get(case.id), reported=False)
    elif message == WAITS_FOR_PARENT and message not in work.stores.subscriptions.names_in(case.id):
        # Kept, it would outlive a recall or a court's ruling. The case looks for itself before it waits, and a step that
        # begins to wait meanwhile goes second.
        work.stores.cases.advance(case, work.now)
    elif message in _ENDS and message not in work.stores.subscriptions.names_in(case.id):
        pass  # The removal or the correction has ended meanwhile, or waits for its signer.
    else:
        work.instances.correlate(case, message, None, from_json(variables))


def _end_in(work: Work, case: Case, message: str, instance_id: UUID) -> None:
    """End what waits for this message in one instance, of those that go on side by side. A correction that waits for its
    signer hears of it there."""
    waiting = work.stores.subscriptions
    for _ in range(waiting.count(case.id, message, instance_id)):
        subscription = waiting.find(case.id, message, instance_id=instance_id)
        if subscription is not None:
            work.instances.deliver(work.stores.cases.get(case.id), subscription, {})


def _wake_all(work: Work, case: Case, message: str) -> None:
    """Wake each instance that waits for service: the decision's own, and those of its corrections."""
    waiting = work.stores.subscriptions.instances_of(case.id, message)
    if not waiting:
        work.instances.correlate(case, message, None, {})
    for instance_id in waiting:
        subscription = work.stores.subscriptions.find(case.id, message, instance_id=instance_id)
        if subscription is not None:
            work.instances.deliver(work.stores.cases.get(case.id), subscription, {})


@dataclass(frozen=True)
class PostponeStart(Command[None]):
    """Count a failure of the start. From the third on an incident is open as long as it fails, also after a person let it
    go again."""

    start_id: UUID
    message: str

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> None:
        case_id, attempts = work.stores.starts.postpone(self.start_id, work.now)
        if attempts >= TRIES and not work.stores.incidents.is_open("start", self.start_id):
            work.stores.incidents.open(
                "start",
                case_id=case_id,
                subject_id=str(self.start_id),
                element_id=None,
                message=self.message,
                moment=work.now,
            )
