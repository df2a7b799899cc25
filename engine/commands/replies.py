"""A reply to an information request, stored: the first, the rest after a part, and one that came too late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from engine.casework.answers import Sent, judge, sealed_by_class
from engine.casework.arrivals import leave_to_read, settle_replies
from engine.casework.contact_reports import report_in_reply
from engine.casework.target_pauses import end_pause
from engine.commands.tasks import finish
from engine.domain.arrivals import ArrivalKind
from engine.domain.cases import Case
from engine.domain.people import Role
from engine.domain.tasks import UserTask
from engine.errors import AnswersRejected, Invalid, RequestClosed
from engine.executor import Work
from engine.operations.notices import notify_caseworker
from engine.storage.requests import InformationRequest
from forms.definition import FormDefinition
from forms.views import variables

FORM: Final = "information_reply"
ANSWERED_BY: Final = "answered_by"
_SUBSTANCE: Final = ("answer", "attachments_wish", "more_time")


class EmptyReply(Invalid):
    sentence = "Valitse, voitko vastata, tai kirjoita vastaus. Myös se, ettet voi vastata, on vastaus."


def is_part(answers: Mapping[str, Any]) -> bool:
    """Return True if more is to come: a part was answered, or more time is asked for."""
    return answers.get("can_answer") == "partly" or answers.get("more_time") == "yes"


def missing_in(answers: Mapping[str, Any], files: int) -> str:
    """Return the question without whose answer the reply says nothing; empty where it says something."""
    if files or any(answers.get(name) for name in _SUBSTANCE):
        return ""
    if answers.get("can_answer") == "yes":
        return "answer"
    return "" if any(value for key, value in answers.items() if key != ANSWERED_BY) else "can_answer"


def answer(
    work: Work, case: Case, request: InformationRequest, sent: Sent | None, data: Any
) -> Mapping[str, Any]:
    """Accept the answers to a request and run its case on. Return the answers.

    Between two ways of asking no task waits for them: the letter that was chosen is not posted yet, and the link that was sent
    before still opens. Then they are stored, and who would post or ask reads that they have come. The first are: a program that
    delivers them again, unsure if they came, gets RequestClosed.
    """
    task = _waiting_task(work, case, request)
    if task is None:
        if request.kind != "information" or request.round == 1 or request.answered_at is not None:
            raise RequestClosed
        return add_rest(work, case, request, sent, data)
    models = work.instances.models(case.deployment_id)
    definition = models.form(task.form_key or FORM)
    answers = judge(work, definition, sent, data)
    store_reply(work, case, request, definition, answers, task)
    work.stores.requests.answered(request, answers, work.now)
    end_pause(work, case)
    work.record(case.id, "reply_received", request.recipient_role, business_key=request.reference)
    finish(work, case, task, variables(definition, answers))
    report_in_reply(work, work.stores.cases.get(case.id), request, answers)
    return answers


def store_reply(
    work: Work,
    case: Case,
    request: InformationRequest,
    definition: FormDefinition,
    answers: Mapping[str, Any],
    task: UserTask | None = None,
) -> None:
    settle_replies(work, case, request.reference)
    work.stores.submissions.add(
        case_id=case.id,
        form_key=definition.key,
        deployment_id=case.deployment_id,
        by_class=sealed_by_class(definition, answers),
        sent_at=work.now,
        task_id=task.id if task else None,
        business_key=request.reference,
        sent_by=work.actor.person_id,
        sent_by_role=request.recipient_role,
    )


def add_rest(
    work: Work, case: Case, request: InformationRequest, sent: Sent | None, data: Any
) -> Mapping[str, Any]:
    """Store a reply for which no task waits, such as the rest of one of which a part came before: it is left to be read."""
    models = work.instances.models(case.deployment_id)
    definition = models.form(FORM)
    answers = judge(work, definition, sent, data)
    work.save_case(case)
    store_reply(work, case, request, definition, answers)
    work.stores.requests.answered(request, answers, work.now)
    end_pause(work, case)
    work.record(case.id, "reply_received", request.recipient_role, business_key=request.reference)
    leave_reply_to_read(work, case)
    notify_caseworker(work, case, models)
    report_in_reply(work, work.stores.cases.get(case.id), request, answers)
    return answers


def leave_reply_to_read(work: Work, case: Case) -> None:
    """Have somebody read a reply for which no task waits, unless the caseworker typed it."""
    if case.caseworker_id is None or case.caseworker_id != work.actor.person_id:
        leave_to_read(work, case, ArrivalKind.REPLY)


def was_sent(work: Work, request: InformationRequest, moment: datetime, sent: Sent | None, data: Any) -> bool:
    """Return True if these answers are what the reply of that moment says, or if there are none."""
    if not sent and data is None:
        return True
    case = work.stores.cases.get(request.case_id)
    definition = work.instances.models(case.deployment_id).form(FORM)
    try:
        by_class = sealed_by_class(definition, judge(work, definition, sent, data))
    except AnswersRejected:
        return False
    given = {name: value for part in by_class.values() for name, value in part.items() if value is not None}
    return any(
        each.business_key == request.reference and each.sent_at == moment and each.answers == given
        for each in work.stores.submissions.of_case(case.id, FORM)
    )


def _waiting_task(work: Work, case: Case, request: InformationRequest) -> UserTask | None:
    outside = {Role.APPLICANT, Role.REFERRER, Role.OUTSIDE_AUTHORITY}
    for task in work.stores.tasks.of_request(case.id, request.reference):
        if task.candidate_group in outside:
            return task
    return None
