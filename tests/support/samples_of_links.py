"""One of each use case of the link and the code of an information request, by those who work with the case."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

from engine.commands import code_calls, links, texted_codes
from engine.domain.code_calls import CallDetails, CallOutcome, NumberSource
from engine.queries.code_call_page import OpenCodeCalls
from engine.queries.in_sight import ReadInSight
from tests.support.samples_of_models import UseCase
from tests.support.story import Story


def of_links(asked: Story) -> Iterator[UseCase]:
    switchboard = CallDetails("", NumberSource.SWITCHBOARD, "", None)
    yield links.RevokeLink(asked.reference, "REQ-1")
    yield links.RenewLink(asked.reference, "REQ-1")
    yield code_calls.ShowAnswerCode(asked.reference, "REQ-1", uuid4(), switchboard)
    yield texted_codes.LetCodeBeTexted(asked.reference, "REQ-1", uuid4(), switchboard)
    yield texted_codes.EndCodeTexts(asked.reference, "REQ-1")
    yield code_calls.EndCodeCall(asked.reference, uuid4(), CallOutcome.READ)
    yield OpenCodeCalls(asked.reference, "REQ-1")
    yield ReadInSight(asked.reference)
