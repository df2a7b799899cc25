"""Content that was sealed away is read by nobody but the director, whichever way they ask."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain.people import SYSTEM
from engine.errors import NotFound
from engine.executor import Command, Work
from engine.queries.case_state import ReadCaseStatus
from engine.queries.resolution_page import DrawLetter, ReadLetter
from tests.support import answers as plain
from tests.support.story import Story


class SealAway(Command[None]):
    """The same change as the operation makes; in the shipped bundle it ends the case."""

    def __init__(self, reference: str) -> None:
        self.reference = reference

    def permit(self, work: Work) -> None:
        """A test may."""

    def execute(self, work: Work) -> None:
        case = work.stores.cases.by_reference(self.reference)
        work.change_case(case.id, content_sealed_at=work.now)
        work.save_case(case)


def test_a_sealed_cases_content_is_in_no_file_and_no_letter(story: Story) -> None:
    story.calls()
    story.until("sign_resolution")
    task = story.task("sign_resolution")
    engine = story.world.engine
    caseworker, director = story.world.actor("kasittelija"), story.world.actor("johtaja")
    open_file = story.read_by("kasittelija")
    assert open_file.oral_decisions
    assert open_file.resolutions
    assert engine.answer(ReadLetter(task.id), caseworker) is not None

    engine.perform(SealAway(story.reference), SYSTEM)
    file = story.read_by("kasittelija")
    assert not any((file.oral_decisions, file.resolutions, file.return_reasons, file.submissions))
    assert not any((file.parties, file.requests, file.answer_codes, file.documents))
    with pytest.raises(NotFound):
        engine.answer(ReadLetter(task.id), caseworker)
    with pytest.raises(NotFound):
        engine.answer(DrawLetter(task.id), caseworker)
    assert engine.answer(DrawLetter(task.id), director).pdf()
    assert story.read_by("johtaja").resolutions


def test_a_sealed_cases_requests_are_in_no_state_that_is_read(story: Story) -> None:
    story.applies()
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="–", missing="–")
    rows = [plain.request("outside_authority", story.today + timedelta(days=14))]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="–")
    read = ReadCaseStatus(story.reference)
    assert story.asks(read).requests
    story.world.engine.perform(SealAway(story.reference), SYSTEM)
    assert story.asks(read).requests == ()
    assert story.asks(read, "johtaja").requests
