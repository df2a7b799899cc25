"""The page behind a link, before its code: it asks for the codes that open it, and no others."""

from __future__ import annotations

import pytest

from tests.support.browsing import Visitor
from tests.support.story import Story
from tests.support.world import World
from tests.webapp.test_official_requests import asks_person
from tests.webapp.test_replies import Asked


@pytest.fixture
def asked(world: World) -> Asked:
    return Asked(world)


def test_who_is_no_applicant_is_asked_for_the_six_digits_alone(browser: Visitor, asked: Asked) -> None:
    page = browser.get(f"/fi/r/{asked.link}")
    assert "Muu koodi ei käy." in page.text
    assert "oma 16 numeron koodisi" not in page.text, "the receipt's code is refused here, and counted"
    assert "avaat saman osoitteen myöhemmin uudelleen" in page.text
    assert "sama osoite ei enää toimi" not in page.text


def test_the_person_may_open_a_question_by_their_own_code(browser: Visitor, story: Story) -> None:
    story.applies()
    asks_person(story)
    page = browser.get(f"/fi/r/{story.link_of(story.file.requests[0])}")
    assert "oma 16 numeron koodisi" in page.text
    assert "avaat saman osoitteen myöhemmin uudelleen" in page.text
