"""Codes of requests that go to professionals by text message: through a gateway that makes one of a mail.

The number is one that an official took from another source than the request and its mail address (906/2019 14 §). A code
opens one request once, for half an hour. The message holds the code alone: a stranger who picks up the phone learns nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import uuid5

from engine.casework.official_requests import is_official
from engine.clock import HELSINKI
from engine.domain.applications import ARRIVAL, OPENING
from engine.domain.cases import Case
from engine.domain.code_calls import (
    LETS_TEXTS,
    MOST_TEXTS,
    TEXT_LIVES,
    TEXT_RESTS,
    TEXTS_WITHIN,
    CallOutcome,
    CodeCall,
    holds_known,
    number_to_text,
    numbers_in,
)
from engine.executor.engine import Work
from engine.storage.database import new_id
from engine.storage.links import Link
from engine.storage.outbox import OutboxMessage
from engine.storage.requests import InformationRequest, texted_code
from engine.texts import text

TEXT_KIND = "mail_code"
BROUGHT: Final = (*OPENING, ARRIVAL, "information_reply", "hearing_reply", "contact_change")
"""Forms whose answers came from outside, also where staff wrote them down."""
_SENT = (CallOutcome.TEXTED, CallOutcome.TEXT_USED)


@dataclass(frozen=True, slots=True)
class CodeByText:
    """Facts of the code by text message for the page before the code."""

    number_ends: str
    """The last two digits: the reader recognises their phone by them, and nobody learns the number."""
    works_until: datetime | None
    """Of a code that was sent and has opened nothing yet."""
    next_at: datetime | None
    """From when a code may be sent again; None where one may be now."""


def sends_texts(work: Work, case: Case, request: InformationRequest) -> bool:
    """Return True if the code of the request may go by text message at all: there is a gateway, and a professional is asked."""
    return texts_leave(work) and is_official(work, case, request)


def texts_leave(work: Work) -> bool:
    """Return True if there is a gateway, and mail to reach it."""
    return bool(work.settings.sms_gateway) and work.settings.mail is not None


def code_by_text(work: Work, case: Case, request: InformationRequest) -> CodeByText | None:
    """Return how the code goes by text message; None if it does not."""
    number = _number(work, case, request)
    if number is None:
        return None
    texts = _texts(work, request)
    newest = texts[-1] if texts else None
    is_waiting = newest is not None and newest.outcome is CallOutcome.TEXTED and _lives(work, newest)
    return CodeByText(
        number_to_text(number.number)[-2:],
        newest.shown_at + TEXT_LIVES if newest is not None and is_waiting else None,
        _next_at(work, request),
    )


def send_code(work: Work, case: Case, request: InformationRequest) -> bool:
    """Put a new code in the outbox; those before open nothing any more. Return False if none is sent: there is no number, the
    limit is used up, or one left just now."""
    work.stores.code_calls.take_turn(request.id)
    number, texts = _number(work, case, request), _texts(work, request)
    if number is None or not _is_within_limit(work, request):
        return False
    if texts and work.now - texts[-1].shown_at < TEXT_RESTS:
        return False
    texted = CodeCall(
        id=uuid5(request.id, f"text {len(texts)}"),
        case_id=case.id,
        request_id=request.id,
        source=number.source,
        source_on=number.source_on,
        shown_by=None,
        shown_by_name="",
        shown_at=work.now,
        outcome=CallOutcome.TEXTED,
        ended_at=work.now,
        number=number.number,
        source_words=number.source_words,
    )
    if not work.stores.code_calls.add(texted):
        return False
    language, code = request.language, texted_code(work.stores.root, texted.id)
    until = (work.now + TEXT_LIVES).astimezone(HELSINKI)
    words = text(
        language,
        "Koodi {code}. Se toimii klo {until} asti. Jos et pyytänyt koodia, älä anna sitä kenellekään.",
        code=f"{code[:3]} {code[3:]}",
        until=f"{until:%H.%M}",
    )
    work.stores.outbox.add(
        TEXT_KIND,
        recipient={"email": work.settings.sms_gateway.replace("{number}", number_to_text(number.number))},
        language=language,
        template_values={"subject": text(language, "Koodi"), "paragraphs": [words]},
        moment=work.now,
        case_id=case.id,
    )
    work.record(case.id, "answer_code_texted", request.recipient_role, business_key=request.reference)
    return True


def is_late_code(work: Work, message: OutboxMessage) -> bool:
    """Return True if the message is a code that opens nothing any more, since mail was away for so long."""
    return message.kind == TEXT_KIND and work.now >= message.send_after + TEXT_LIVES


def record_late_code(work: Work, message: OutboxMessage) -> None:
    if message.case_id is None:
        return
    calls = work.stores.code_calls.of_case(message.case_id)
    sent = next(
        (each for each in calls if each.shown_at == message.send_after and each.outcome in _SENT), None
    )
    if sent is not None:
        request = work.stores.requests.by_id(sent.request_id)
        work.record(
            message.case_id,
            "answer_code_text_late",
            request.recipient_role,
            business_key=request.reference,
        )


def opens_by_text(work: Work, link: Link, request: InformationRequest, code: str, key: str) -> bool:
    """Use up the newest code that was sent. Return True if this is it, also to the page that it has just opened. One sent to a
    number that takes no text messages any more opens nothing."""
    texts = _texts(work, request)
    if not texts or not _lives(work, texts[-1]) or code != texted_code(work.stores.root, texts[-1].id):
        return False
    number = _number(work, work.stores.cases.get(link.case_id), request)
    if number is None or number.number != texts[-1].number:
        return False
    return work.stores.code_calls.use_text(texts[-1]) or work.stores.links.is_open_with(link, key)


def is_old_code(work: Work, request: InformationRequest, code: str) -> bool:
    """Return True if this code of the request came by text message and is over. It opens nothing, so that it tells a stranger
    nothing; each is counted among the day's messages, and beyond their limit it is a wrong code like any other."""
    texts = _texts(work, request)
    old = next((each for each in texts if code == texted_code(work.stores.root, each.id)), None)
    if old is None:
        return False
    work.stores.code_calls.take_turn(request.id)
    if not _is_within_limit(work, request):
        return False
    given = replace(old, id=new_id(), shown_at=work.now, ended_at=work.now, outcome=CallOutcome.OLD_GIVEN)
    return work.stores.code_calls.add(given)


def known_numbers(work: Work, case: Case, request: InformationRequest) -> frozenset[str]:
    """Return the numbers that came with the case, and those of the request itself. Those of erased answers are known no more."""
    parties = work.stores.parties.ever_of_case(case.id)
    answers = (
        each.answers
        for each in work.stores.submissions.of_case(case.id)
        if each.sent_by is None or each.form_key in BROUGHT
    )
    return numbers_in((request.recipient, request.questions, *(each.contact for each in parties), *answers))


def number_let(work: Work, request: InformationRequest) -> CodeCall | None:
    """Return the number to which staff let text messages go; None if they let none, or have ended it."""
    calls = work.stores.code_calls.of_request(request.case_id, request.id, *LETS_TEXTS)
    return calls[-1] if calls and calls[-1].outcome is CallOutcome.MAY_TEXT else None


def _number(work: Work, case: Case, request: InformationRequest) -> CodeCall | None:
    """Return the number for text messages; None too where the case has come to know it since it was recorded."""
    if not sends_texts(work, case, request):
        return None
    number = number_let(work, request)
    if number is None or not number_to_text(number.number):
        return None
    return None if holds_known(number.number, known_numbers(work, case, request)) else number


def _texts(work: Work, request: InformationRequest) -> tuple[CodeCall, ...]:
    return work.stores.code_calls.of_request(request.case_id, request.id, *_SENT)


def _lives(work: Work, texted: CodeCall) -> bool:
    return work.now < texted.shown_at + TEXT_LIVES


def _is_within_limit(work: Work, request: InformationRequest) -> bool:
    return _next_at(work, request) is None


def _next_at(work: Work, request: InformationRequest) -> datetime | None:
    """Return from when a code may be sent again; None where one may be now. One that opened the request reached its reader, and
    disturbs nobody."""
    wasted = (CallOutcome.TEXTED, CallOutcome.OLD_GIVEN)
    counted = work.stores.code_calls.of_request(request.case_id, request.id, *wasted)
    ends = sorted(each.shown_at + TEXTS_WITHIN for each in counted)[-MOST_TEXTS:]
    return ends[0] if len(ends) == MOST_TEXTS and ends[0] > work.now else None
