"""Commands and queries of those who answer enquiries."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

from engine.commands import enquiry_answers, enquiry_calls
from engine.commands.enquiries import SubmitEnquiry
from engine.domain.people import PUBLIC
from engine.queries import enquiry_notices
from tests.support import answers as plain
from tests.support.samples_of_models import UseCase
from tests.support.world import World


def of_enquiries(world: World) -> Iterator[UseCase]:
    data = plain.merged(plain.enquiry(world.clock().date()), {"in_danger": "unknown"})
    world.engine.perform(SubmitEnquiry("q" * 32, data=data), PUBLIC)
    (asked,) = world.engine.answer(enquiry_answers.UnansweredEnquiries(), world.actor("kasittelija"))
    yield enquiry_answers.AnswerEnquiry(uuid4(), "")
    yield enquiry_answers.AnswerAgain(uuid4(), "", "")
    yield enquiry_answers.UnansweredEnquiries()
    yield enquiry_answers.AnsweredEnquiries()
    yield enquiry_answers.PressingEnquiries()
    yield enquiry_answers.ReadEnquiry(asked.id)
    yield enquiry_calls.RingEnquiry(uuid4())
    yield enquiry_calls.CallsToEnquiry(asked.id)
    yield enquiry_calls.RungNow()
    yield enquiry_notices.NoticesOfEnquiry(asked.id)
