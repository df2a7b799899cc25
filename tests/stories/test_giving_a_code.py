"""A person who was referred has no code. A caseworker gives them one, and then they follow their matter as anyone who applied."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.commands.cases import WithdrawByCode
from engine.commands.codes import GiveCode, GivenMeanwhile, NothingToFollow
from engine.commands.public_drafts import new_token
from engine.commands.requests import OpenRequest
from engine.domain.people import PUBLIC
from engine.errors import Forbidden, NotFound
from engine.queries.receipt import DrawGivenCode
from engine.queries.status import StatusByCode
from tests.support import answers as plain
from tests.support.reader import applied, entries
from tests.support.story import Story


def gives(story: Story, act: str = "", given: int = 0, who: str = "kasittelija") -> str:
    return story.world.engine.perform(
        GiveCode(story.reference, act or new_token(), given), story.world.actor(who)
    )


def stage(story: Story, code: str) -> str | None:
    found = story.world.engine.answer(StatusByCode(code), PUBLIC)
    return found.stage if found else None


@pytest.mark.databases
def test_a_referred_person_follows_their_matter_and_the_referrer_still_learns_no_more(story: Story) -> None:
    story.is_referred()

    code = gives(story)

    assert stage(story, code) == "received"
    assert story.status() == "arrived"
    assert "applicant_code_given" in story.events
    assert [each["actor_name"] for each in entries(story, "give_code")] == ["Kerttu Käsittelijä"]
    assert story.world.engine.perform(WithdrawByCode(code), PUBLIC)


def test_with_it_a_question_is_answered(story: Story) -> None:
    story.is_referred()
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="–", missing="–")
    rows = [plain.request("applicant", story.today + timedelta(days=14))]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="–")
    code = gives(story)
    (request,) = story.file.requests

    assert stage(story, code) == "examined", "nobody has asked yet: no mailbox of theirs is known"
    story.does("kasittelija", "ask_aloud")
    assert stage(story, code) == "waiting_for_you"
    opened = OpenRequest(story.link_of(request), code, new_token())
    assert story.world.engine.perform(opened, PUBLIC) is not None


@pytest.mark.databases
def test_an_older_code_opens_nothing_and_what_was_being_read_is_shut(story: Story) -> None:
    reader = applied(story)
    reader.identifies()

    code = gives(story)

    assert stage(story, reader.code) is None
    assert not reader.begins()
    with pytest.raises(NotFound):
        reader.reads()
    assert stage(story, code) == "received"


def test_a_button_pressed_twice_gives_one_code_and_an_old_page_takes_none_away(story: Story) -> None:
    story.is_referred()
    first = new_token()
    code = gives(story, first)
    assert gives(story, first) == code
    newer = gives(story, given=1)

    with pytest.raises(GivenMeanwhile):
        gives(story, first)

    assert stage(story, newer) == "received"
    assert stage(story, code) is None
    assert story.events.count("applicant_code_given") == 2


def test_the_slip_is_for_the_giver_while_the_code_is_in_force(story: Story) -> None:
    story.is_referred()
    act = new_token()
    gives(story, act)
    slip = DrawGivenCode(story.reference, act)
    answer = story.world.engine.answer

    assert answer(slip, story.world.actor("kasittelija")).pdf().startswith(b"%PDF")
    with pytest.raises(NotFound):
        answer(slip, story.world.actor("toinen"))
    gives(story, given=1)
    with pytest.raises(NotFound):
        answer(slip, story.world.actor("kasittelija"))


def test_only_those_whose_work_it_is_give_one(story: Story) -> None:
    story.is_referred()

    for who in ("kirjaaja", "paattaja", "omistaja", "tarkastaja", "yllapitaja"):
        with pytest.raises((Forbidden, NotFound)):
            gives(story, who=who)
    assert "applicant_code_given" not in story.events


def test_a_childs_matter_is_followed_by_the_code_of_its_application(story: Story) -> None:
    story.applies_for_children()
    story.until("sufficiency")
    assert story.file.children

    with pytest.raises(NothingToFollow):
        gives(story.child())
