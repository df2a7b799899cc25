"""An addition and the rest of a reply come while nothing in the case waits for them: they are somebody's to read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.commands.arrivals import SettleArrival
from engine.commands.by_code import AddByCode, OpenQuestionByCode
from engine.commands.requests import AnswerRequest
from engine.domain.people import PUBLIC
from engine.domain.staff_notices import NoticeKind
from engine.domain.waits import WaitKind
from engine.queries.my_cases import MyCases
from engine.queries.staff_notices import MyNotices
from tests.support import answers as plain
from tests.support.story import Story


@pytest.fixture
def code(story: Story) -> str:
    code = story.applies().code
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="–", missing="–")
    rows = [plain.request("applicant", story.today + timedelta(days=14))]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="–")
    return code


def waiting(story: Story) -> list[str]:
    return [each.kind.value for each in story.file.arrivals if each.is_open]


def test_an_addition_stands_first_in_the_list_of_the_caseworker_until_it_was_read(
    story: Story, code: str
) -> None:
    perform, answer = story.world.engine.perform, story.world.engine.answer
    assert perform(AddByCode(code, "Hän tietää, missä olen."), PUBLIC)

    worker = story.world.actor("kasittelija")
    (line,) = answer(MyCases(), worker).lines
    assert line.wait.kind is WaitKind.ARRIVAL
    assert NoticeKind.ARRIVAL in [each.kind for each in answer(MyNotices(), worker).lines]
    (arrived,) = [each for each in story.file.arrivals if each.is_open]
    perform(SettleArrival(story.reference, arrived.id), worker)
    (after,) = answer(MyCases(), worker).lines
    assert after.wait.kind is not WaitKind.ARRIVAL


def test_the_rest_of_a_reply_is_somebodys_to_read(story: Story, code: str) -> None:
    (request,) = story.file.requests
    for key, can in (("a" * 43, "partly"), ("b" * 43, "yes")):
        assert waiting(story) == [], "a task waits for the first part"
        story.world.engine.perform(OpenQuestionByCode(code, request.reference, key), PUBLIC)
        sent = AnswerRequest(key, data={"can_answer": can, "answer": "Osa."})
        story.world.engine.perform(sent, PUBLIC)
    assert waiting(story) == ["reply"]
