"""The receipt of a reply that came by a link: what its sender may quote, and what is still open to them. Of replies that came
before, who comes back by the link sees that they came, never their content."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from engine.casework.official_requests import OfficialRequest, official_request
from engine.casework.texted_codes import code_by_text
from engine.executor.engine import Work
from engine.feel.values import from_json
from engine.storage.attachments import Attachment
from engine.storage.links import BY_CODE, Link
from engine.storage.requests import InformationRequest, receipt_number

_REPLY: Final = "information_reply"


@dataclass(frozen=True, slots=True)
class ReplyReceipt:
    received_at: datetime
    number: str
    """Eight digits to quote when calling; staff see them beside the answer."""
    files: int
    """That came with this reply, not with an earlier part."""
    official: OfficialRequest | None = None
    answered_by: str = ""
    """As a professional named themselves."""
    is_by_code: bool = False
    """They came by the case's code, which goes on working."""
    is_part: bool = False
    """The rest may still be sent in the same way."""
    more_time_until: date | None = None
    has_stopped: bool = False
    """They answered that their safe way has changed, so nothing goes to them until a caseworker has asked."""
    is_code_texted: bool = False
    """The code with which the rest is sent comes by text message, when it is asked for."""


@dataclass(frozen=True, slots=True)
class EarlierReply:
    sent_at: datetime
    answered_by: str
    """Of a professional, as they named themselves; empty for anyone else."""
    is_part: bool
    more_time_until: date | None
    """Which was asked for."""
    is_undecided: bool
    """Nobody has decided on that time yet."""
    files: int


def receipt_of(work: Work, request: InformationRequest, link: Link, received_at: datetime) -> ReplyReceipt:
    case = work.stores.cases.get(request.case_id)
    files = work.stores.attachments.of_case(request.case_id)
    replied = work.stores.timeline.of_case(request.case_id, "reply_received")
    before = [
        each.at
        for each in replied
        if each.at < received_at and each.facts.get("business_key") == request.reference
    ]
    is_unfinished = any(
        each.id != link.id and each.is_alive(work.now) for each in work.stores.links.of_request(request.id)
    )
    earlier = earlier_replies(work, request)
    reports = work.stores.timeline.of_case(request.case_id, "contact_change_reported")
    return ReplyReceipt(
        received_at,
        receipt_number(work.stores.root, request),
        _number_of(files, request, before, received_at),
        official_request(work, case, request),
        answered_by=next((each.answered_by for each in earlier if each.sent_at == received_at), ""),
        is_by_code=link.purpose == BY_CODE,
        is_part=is_unfinished,
        more_time_until=request.more_time_until,
        has_stopped=any(
            each.at == received_at and each.subject == request.recipient_role for each in reports
        ),
        is_code_texted=code_by_text(work, case, request) is not None,
    )


def earlier_replies(work: Work, request: InformationRequest) -> tuple[EarlierReply, ...]:
    """Return the replies that came by the request's links, oldest first. What staff wrote down came another way."""
    sent = [
        each
        for each in work.stores.submissions.of_case(request.case_id, _REPLY)
        if each.business_key == request.reference
    ]
    files = work.stores.attachments.of_case(request.case_id) if sent else ()
    found = []
    for place, each in enumerate(sent):
        if each.sent_by is not None:
            continue
        answers = from_json(dict(each.answers))
        until = answers.get("more_time_until") if answers.get("more_time") == "yes" else None
        found.append(
            EarlierReply(
                each.sent_at,
                str(answers.get("answered_by") or ""),
                answers.get("can_answer") == "partly",
                until if isinstance(until, date) else None,
                each is sent[-1] and request.more_time_until is not None,
                _number_of(files, request, [before.sent_at for before in sent[:place]], each.sent_at),
            )
        )
    return tuple(found)


def _number_of(
    files: Iterable[Attachment], request: InformationRequest, before: Collection[datetime], until: datetime
) -> int:
    """Return how many files came with the reply of a moment, and not with one before."""
    return sum(
        each.business_key == request.reference
        and each.origin == "reply"
        and each.created_at <= until
        and all(earlier < each.created_at for earlier in before)
        for each in files
    )
