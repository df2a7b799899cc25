"""Commands and queries of those who answer enquiries."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

from engine.commands import enquiry_answers, enquiry_calls
from engine.queries import enquiry_notices
from tests.support.samples_of_models import UseCase


def of_enquiries() -> Iterator[UseCase]:
    yield enquiry_answers.AnswerEnquiry(uuid4(), "")
    yield enquiry_answers.AnswerAgain(uuid4(), "", "")
    yield enquiry_answers.UnansweredEnquiries()
    yield enquiry_answers.AnsweredEnquiries()
    yield enquiry_answers.PressingEnquiries()
    yield enquiry_answers.ReadEnquiry(uuid4())
    yield enquiry_calls.RingEnquiry(uuid4())
    yield enquiry_calls.CallsToEnquiry(uuid4())
    yield enquiry_calls.RungNow()
    yield enquiry_notices.NoticesOfEnquiry(uuid4())
