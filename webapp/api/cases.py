"""Cases: start one, read its state, deliver a reply or a message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from engine.casework.taken_back import BroughtWithdrawal, WithdrawalBare
from engine.commands.applications import FORMS, SubmitApplication
from engine.commands.cases import CorrelateMessage
from engine.commands.notices import BeginEnquiryNotice
from engine.commands.requests import DeliverReply
from engine.domain.cases import Channel
from engine.domain.deadlines import Deadline
from engine.errors import Invalid, NotFound
from engine.queries.case_state import ReadCaseStatus, ReadDeadlines
from webapp.api import schemas
from webapp.api.document import operation
from webapp.api.entrance import STARTED_CASES, named, program, spend, tagged, tags_of
from webapp.api.problems import Unacceptable
from webapp.http.current import engine
from webapp.rendering.words.catalogues import marked

NO_SUCH_FORM = marked("Tällä tavalla ei voi lähettää tätä lomaketta.")
_REFERENCE = re.compile(r"\A[A-Za-z0-9_.:-]{1,60}\Z", re.ASCII)


@operation(
    "/cases", "Start a case", schemas.ReceiptGiven, "cases:start", "POST", 201,
    body=schemas.NewCase, headers=schemas.IdempotencyKey,
)  # fmt: skip
def start_case(headers: Mapping[str, Any], body: Mapping[str, Any]) -> object:
    """Start a case by an application, a referral with the person's consent, or an urgent call."""
    spend(STARTED_CASES)
    channel, form_key = Channel(body["channel"]), body["form"]
    if form_key and form_key not in FORMS[channel]:
        raise Unacceptable({"form": NO_SUCH_FORM})
    command = SubmitApplication(channel, named(headers["key"]), data=body["answers"], form_key=form_key)
    return engine().perform(command, program())


@operation("/cases/<reference>", "How a case stands", schemas.CaseStatus, "cases:read", is_tagged=True)
def read_case(reference: str) -> object:
    """Read the state of a case, with its open tasks, requests and deadlines. People's answers are left out."""
    found = engine().answer(ReadCaseStatus(well_formed(reference)), program())
    now = engine().now()
    made = {
        **{name: getattr(found.case, name) for name in found.case.__slots__},
        "outcome": None if found.is_sent_back else found.case.outcome,
        "is_sent_back": found.is_sent_back,
        "tasks": found.tasks,
        "requests": found.requests,
        "deadlines": [_deadline(each, now) for each in found.deadlines],
        "waits_for": found.messages,
    }
    return tagged(made, found.case.tag)


@operation(
    "/cases/<reference>/deadlines", "Deadlines and their ledgers", schemas.DeadlineList, "deadlines:read"
)
def read_deadlines(reference: str) -> dict[str, object]:
    """Read the deadlines of a case: every entry with its cause, its actor and the rule that allows it."""
    found = engine().answer(ReadDeadlines(well_formed(reference)), program())
    now = engine().now()
    return {"deadlines": [{**_deadline(each, now), "entries": each.entries} for each in found]}


@operation(
    "/cases/<reference>/requests/<request>/reply", "Deliver a reply", schemas.ReplyReceived, "replies:deliver",
    "POST", 201, body=schemas.Reply, headers=schemas.Condition,
)  # fmt: skip
def deliver_reply(
    headers: Mapping[str, Any], body: Mapping[str, Any], reference: str, request: str
) -> dict[str, object]:
    """Deliver a reply to an information request that did not come through the link."""
    command = DeliverReply(
        well_formed(reference), well_formed(request), data=body["answers"], tags=tags_of(headers["tag"])
    )
    return {"received_at": engine().perform(command, program())}


@operation(
    "/cases/<reference>/messages", "Deliver a message", schemas.MessageTaken, "messages:deliver", "POST", 202,
    body=schemas.Message, headers=schemas.MessageKey,
)  # fmt: skip
def deliver_message(headers: Mapping[str, Any], body: Mapping[str, Any], reference: str) -> dict[str, object]:
    """Deliver an event from outside: a withdrawal, an appeal, a new fact, returned mail."""
    key = headers["key"] and named(headers["key"])
    command = CorrelateMessage(
        well_formed(reference),
        body["name"],
        body["business_key"],
        idempotency_key=key,
        tags=tags_of(headers["tag"]),
        withdrawal=BroughtWithdrawal(**body["withdrawal"]) if body["withdrawal"] else None,
    )
    try:
        return {"was_awaited": engine().perform(command, program())}
    except WithdrawalBare as refusal:
        raise Unacceptable({"withdrawal": refusal.message}) from refusal
    except Invalid as refusal:
        if refusal.field not in (body["withdrawal"] or {}):
            raise
        raise Unacceptable({f"withdrawal.{refusal.field}": refusal.message}) from refusal


@operation(
    "/enquiries/<reference>/notices", "Begin a notice from an enquiry", schemas.NoticeBegun, "messages:deliver",
    "POST", 201,
)  # fmt: skip
def begin_notice(reference: str) -> dict[str, object]:
    """Begin a notice to an authority that an enquiry gives reason for. The task is that in which it is written."""
    return {"task": engine().perform(BeginEnquiryNotice(well_formed(reference)), program())}


def _deadline(deadline: Deadline, now: datetime) -> dict[str, object]:
    status = deadline.status(now)
    return {
        "name": deadline.name,
        "business_key": deadline.business_key,
        "days_left": status.days,
        **asdict(status),
    }


def well_formed(reference: str) -> str:
    """Return the text if it could be the reference of a case or of an information request. Raise NotFound otherwise;
    whether there is one is not asked."""
    if not _REFERENCE.match(reference):
        raise NotFound
    return reference
