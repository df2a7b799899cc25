"""An information request answered from a link. Reading never uses the link up; answering does, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from engine.commands.complete_task import finish
from engine.domain.cases import Case
from engine.domain.people import PUBLIC, Actor, Role
from engine.domain.tasks import UserTask
from engine.errors import NotFound, RequestClosed, SignInRefused
from engine.executor import Command, Query, Work
from engine.executor.answers import Sent, judge, sealed_by_class
from engine.executor.permissions import require_scope
from engine.storage.requests import InformationRequest, Link, answer_code
from forms.definition import FormDefinition
from forms.views import variables

FORM = "information_reply"


@dataclass(frozen=True, slots=True)
class RequestAsShown:
    """What the recipient sees of a request once they have proved they are the recipient: no more of the case than that."""

    definition: FormDefinition
    questions: str
    legal_basis: str
    necessity: str
    due_on: date | None
    recipient_role: str
    language: str
    deployment_id: Any


def _link_of(work: Work, token: str) -> Link:
    link = work.stores.links.find(token, work.now)
    if link is None:
        raise NotFound
    return link


def _recognised(work: Work, token: str, link: Link, factor: str) -> bool:
    """By the code told another way, or by the applicant's own receipt code."""
    plain = "".join(character for character in factor if character.isalnum())
    if link.request_id is not None and plain == answer_code(work.stores.master, link.request_id):
        return True
    application = work.stores.applications.by_code(plain)
    if application is not None and application.case_id == link.case_id and not application.is_referrers_code:
        return True
    return work.stores.links.matches(token, factor)


@dataclass(frozen=True)
class FindLink(Query[datetime]):
    """Whether a link can still be used; tells until when and nothing else. NotFound for every other case alike."""

    token: str
    shows_cases = False

    def permit(self, work: Work) -> None:
        """Whoever holds the token."""

    def execute(self, work: Work) -> datetime:
        return _link_of(work, self.token).expires_at


@dataclass(frozen=True)
class OpenRequest(Command[RequestAsShown | None]):
    """The questions, to whoever holds the link and knows the code. None for a wrong code, which is counted."""

    token: str
    factor: str

    def permit(self, work: Work) -> None:
        """Whoever holds the token."""

    def execute(self, work: Work) -> RequestAsShown | None:
        link = _link_of(work, self.token)
        if not _recognised(work, self.token, link, self.factor):
            work.stores.links.count_attempt(link)
            return None
        case, request = _request_of(work, link)
        work.stores.access.opened(
            case.id, _actor_for(request), "open_request", work.now, subjects=[request.reference]
        )
        deployed = work.instances.deployed(case.deployment_id)
        return RequestAsShown(
            definition=deployed.form(FORM),
            questions=str(request.questions.get("questions", "")),
            legal_basis=request.legal_basis,
            necessity=str(request.questions.get("necessity", "")),
            due_on=request.due_on,
            recipient_role=request.recipient_role,
            language=request.language,
            deployment_id=case.deployment_id,
        )


@dataclass(frozen=True)
class AnswerRequest(Command[datetime]):
    """Store the answer and complete the waiting task. Of any number of sendings one is accepted."""

    token: str
    factor: str
    sent: Sent | None = None
    data: Any = None

    def permit(self, work: Work) -> None:
        """Whoever holds the token and knows the code."""
        if not _recognised(work, self.token, _link_of(work, self.token), self.factor):
            raise SignInRefused

    def execute(self, work: Work) -> datetime:
        link = _link_of(work, self.token)
        case, request = _request_of(work, link)
        if not work.stores.links.use(link, work.now):
            raise RequestClosed
        answer(work, case, request, self.sent, self.data)
        return work.now


@dataclass(frozen=True)
class DeliverReply(Command[datetime]):
    """A reply that came another way, recorded by a program or by staff on the recipient's behalf."""

    case_reference: str
    request_reference: str
    data: Any = None
    sent: Sent | None = None

    def permit(self, work: Work) -> None:
        require_scope(work, "replies:deliver")
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


def _request_of(work: Work, link: Link) -> tuple[Case, InformationRequest]:
    if link.request_id is None:
        raise NotFound
    case = work.stores.cases.get(link.case_id)
    request = work.stores.requests.by_id(link.request_id)
    if not request.is_open or request.state == "answered":
        raise RequestClosed
    return case, request


def _waiting_task(work: Work, case: Case, request: InformationRequest) -> UserTask:
    outside = {Role.APPLICANT, Role.REFERRER, Role.OUTSIDE_AUTHORITY}
    for task in work.stores.tasks.of_request(case.id, request.reference):
        if task.candidate_group in outside:
            return task
    raise RequestClosed


def _actor_for(request: InformationRequest) -> Actor:
    return replace(PUBLIC, name=request.recipient_role, roles=frozenset({Role(request.recipient_role)}))
