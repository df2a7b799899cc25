"""The receipt of a reply that came by a link: what its sender may quote, and what is still open to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from engine.casework.official_requests import OfficialRequest, official_request
from engine.executor.engine import Work
from engine.storage.links import BY_CODE, Link
from engine.storage.requests import InformationRequest, receipt_number


@dataclass(frozen=True, slots=True)
class ReplyReceipt:
    received_at: datetime
    number: str
    """Eight digits to quote when calling; staff see them beside the answer."""
    files: int
    """That came with this reply, not with an earlier part."""
    official: OfficialRequest | None = None
    is_by_code: bool = False
    """They came by the case's code, which goes on working."""
    is_part: bool = False
    """The rest may still be sent in the same way."""
    more_time_until: date | None = None
    has_stopped: bool = False
    """They answered that their safe way has changed, so nothing goes to them until a caseworker has asked."""


def receipt_of(work: Work, request: InformationRequest, link: Link, received_at: datetime) -> ReplyReceipt:
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
    reports = work.stores.timeline.of_case(request.case_id, "contact_change_reported")
    return ReplyReceipt(
        received_at,
        receipt_number(work.stores.root, request),
        sum(
            each.business_key == request.reference
            and each.origin == "reply"
            and each.created_at <= received_at
            and all(earlier < each.created_at for earlier in before)
            for each in files
        ),
        official_request(work, work.stores.cases.get(request.case_id), request),
        is_by_code=link.purpose == BY_CODE,
        is_part=is_unfinished,
        more_time_until=request.more_time_until,
        has_stopped=any(
            each.at == received_at and each.subject == request.recipient_role for each in reports
        ),
    )
