"""An information request answered: from its link, or put down by those who got the answer another way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.commands.complete_task import finish
from engine.commands.open_request import FORM, request_of
from engine.domain.cases import Case
from engine.domain.people import Role
from engine.domain.tasks import UserTask
from engine.errors import Invalid, NotFound, RequestClosed
from engine.executor import Command, Work
from engine.executor.answers import Sent, judge, sealed_by_class
from engine.executor.permissions import require_role, require_scope
from engine.storage.links import Link
from engine.storage.requests import InformationRequest, receipt_number
from forms.views import variables


@dataclass(frozen=True, slots=True)
class ReplyReceipt:
    received_at: datetime
    number: str
    """Eight digits to quote when calling; staff see them beside the answer."""
    files: int


class NothingSaid(Invalid):
    """Valitse, voitko vastata, tai kirjoita vastaus. Myös se, ettet voi vastata, on vastaus."""


@dataclass(frozen=True)
class AnswerRequest(Command[ReplyReceipt]):
    """Store the answer and complete the waiting task. Of any number of sendings one is accepted.

    The key that accepted it gets the same receipt again: a button pressed twice must not end on an error.
    A button pressed too early must not use the link up: what says nothing is no answer.
    """

    key: str
    sent: Sent | None = None
    data: Any = None

    def permit(self, work: Work) -> None:
        """Whoever holds the key that proving the code gave."""
        self._link(work)

    def execute(self, work: Work) -> ReplyReceipt:
        link = self._link(work)
        if link.used_at is not None and link.request_id is not None:
            return _receipt(work, work.stores.requests.by_id(link.request_id), link.used_at)
        case, request = request_of(work, link)
        if not work.stores.links.use(link, work.now):
            raise RequestClosed
        answers = answer(work, case, request, self.sent, self.data)
        files = work.stores.attachments.adopt(self.key, case.id, request.reference)
        if not files and not any(answers.values()):
            raise NothingSaid(field="can_answer")
        work.stores.public_drafts.destroy(self.key)
        work.stores.links.revoke_of_request(request.id, work.now)
        return _receipt(work, request, work.now)

    def _link(self, work: Work) -> Link:
        link = work.stores.links.by_key(self.key, work.now)
        if link is None:
            raise NotFound
        return link


@dataclass(frozen=True)
class DeliverReply(Command[datetime]):
    """A reply that came another way, put down by a program or by those who may put down what someone outside says."""

    case_reference: str
    request_reference: str
    data: Any = None
    sent: Sent | None = None

    def permit(self, work: Work) -> None:
        require_scope(work, "replies:deliver")
        require_role(work, Role.CASEWORKER)
        work.open_case(work.stores.cases.by_reference(self.case_reference), "deliver_reply")

    def execute(self, work: Work) -> datetime:
        case = work.stores.cases.by_reference(self.case_reference)
        request = work.stores.requests.get(case.id, self.request_reference)
        answer(work, case, request, self.sent, self.data)
        work.stores.links.revoke_of_request(request.id, work.now)
        return work.now


def answer(
    work: Work, case: Case, request: InformationRequest, sent: Sent | None, data: Any
) -> Mapping[str, Any]:
    """Accept the answers of a request and run its case on."""
    task = _waiting_task(work, case, request)
    deployed = work.instances.deployed(case.deployment_id)
    definition = deployed.form(task.form_key or FORM)
    answers = judge(work, definition, sent, data)
    work.stores.submissions.add(
        case_id=case.id,
        form_key=definition.key,
        deployment_id=case.deployment_id,
        by_class=sealed_by_class(definition, answers),
        sent_at=work.now,
        task_id=task.id,
        business_key=request.reference,
        sent_by=work.actor.person_id,
        sent_by_role=request.recipient_role,
    )
    work.stores.requests.change(request, state="answered", answered_at=work.now)
    work.record(case.id, "reply_received", request.recipient_role, key=request.reference)
    finish(work, case, task, variables(definition, answers))
    return answers


def _receipt(work: Work, request: InformationRequest, received_at: datetime) -> ReplyReceipt:
    files = work.stores.attachments.of_case(request.case_id)
    return ReplyReceipt(
        received_at,
        receipt_number(work.stores.master, request),
        sum(each.business_key == request.reference and each.origin == "reply" for each in files),
    )


def _waiting_task(work: Work, case: Case, request: InformationRequest) -> UserTask:
    outside = {Role.APPLICANT, Role.REFERRER, Role.OUTSIDE_AUTHORITY}
    for task in work.stores.tasks.of_request(case.id, request.reference):
        if task.candidate_group in outside:
            return task
    raise RequestClosed
