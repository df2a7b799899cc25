"""The target pauses for the person's own answer alone: it goes on from that day, though others are asked too."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from engine.commands.requests import AnswerRequest
from engine.domain.arrivals import ArrivalKind
from engine.domain.calendar import Counting, between
from engine.domain.deadlines import Deadline
from engine.domain.people import PUBLIC
from engine.queries.status import Decision, StatusByCode
from tests.stories.test_corrections import corrects
from tests.stories.test_deadline_kinds import BY_POST
from tests.stories.test_hidden_documents import hides, shows
from tests.stories.test_letters_under_way import DANGER
from tests.stories.test_misfiled_arrivals import moves
from tests.stories.test_registry import arrives
from tests.support.answers import request
from tests.support.party_changes import ONLY_PHONE, changes, person
from tests.support.soundness import faults
from tests.support.story import Story

ONCE = ["started", "paused", "resumed"]
AGAIN = [*ONCE, "paused", "resumed"]


def asks(
    story: Story, *recipients: str, days: int = 20, application: Mapping[str, Any] | None = None, **row: str
) -> date:
    """Ask them all in one round. Return the day on which the target ended before."""
    story.applies(**application or {})
    story.until("sufficiency")
    before = target(story).due_on
    assert before is not None
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")
    rows = [request(each, story.today + timedelta(days=days), **row) for each in recipients]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="Ehdot puuttuvat.")
    return before


def target(story: Story) -> Deadline:
    return next(each for each in story.file.deadlines if each.name == "target" and each.is_open)


def entries(story: Story) -> list[str]:
    return [each.kind.value for each in target(story).entries]


def moved(story: Story, before: date) -> int | None:
    """Return by how many working days, which it counts, the target has moved; None while it stands still."""
    due_on = target(story).due_on
    return None if due_on is None else between(before, due_on, Counting.WORKING_DAYS)


def promised(story: Story) -> Decision | None:
    assert story.receipt is not None
    found = story.world.engine.answer(StatusByCode(story.receipt.code), PUBLIC)
    return found.decision if found else None


def asks_the_rest(story: Story, key: str = "REQ-1", days: int = 20) -> None:
    again = {"reply_enough": "ask_again", "new_questions": "Entä palkka?"}
    due = (story.today + timedelta(days=days)).isoformat()
    story.does("kasittelija", "review_reply", key, **again, new_due_on=due)


@pytest.mark.databases
def test_the_target_moves_by_the_days_of_the_persons_answer_and_not_of_the_authoritys(story: Story) -> None:
    before = asks(story, "applicant", "outside_authority")
    assert moved(story, before) is None
    story.passes(days=3)
    story.answers("REQ-1")
    assert moved(story, before) == 3
    assert promised(story) == Decision("on_time", before + timedelta(days=3))
    story.passes(days=9)
    story.answers("REQ-2")
    for key in ("REQ-1", "REQ-2"):
        story.does("kasittelija", "review_reply", key)
    assert (moved(story, before), entries(story)) == (3, ONCE)
    assert story.task("sufficiency").due_at == target(story).due_at


def test_a_task_that_stood_open_meanwhile_is_due_on_the_targets_new_day(registered: Story) -> None:
    """As soon as the answer on paper is registered: its words, by which the procedure goes on, are typed later."""
    story = registered
    asks(story, "applicant", "outside_authority")
    story.passes(days=1)
    story.answers("REQ-2")
    before = story.task("review_reply").due_at
    story.passes(days=4)
    arrives(story, ArrivalKind.REPLY, business_key="REQ-1")
    assert story.task("review_reply").due_at == target(story).due_at != before
    assert faults(story.world.engine) == []


def test_two_questions_to_the_person_let_it_stand_until_the_last_is_answered(story: Story) -> None:
    before = asks(story, "applicant", "applicant", "outside_authority")
    story.passes(days=2)
    story.answers("REQ-1")
    assert moved(story, before) is None
    story.passes(days=2)
    story.answers("REQ-2")
    assert (moved(story, before), entries(story)) == (4, ONCE)


def test_the_rest_that_is_asked_lets_it_stand_again(story: Story) -> None:
    before = asks(story, "applicant", "outside_authority")
    story.passes(days=3)
    story.answers("REQ-1", can_answer="partly")
    story.passes(days=2)
    assert moved(story, before) == 3, "our own reading is our time"
    asks_the_rest(story)
    assert moved(story, before) is None
    story.passes(days=4)
    story.answers("REQ-1")
    story.does("kasittelija", "review_reply", "REQ-1")
    assert story.hears("proceed_without_rest")
    assert (moved(story, before), entries(story)) == (6, AGAIN)


def test_an_answer_that_a_caseworker_hears_and_records_ends_it_and_its_correction_moves_nothing(
    story: Story,
) -> None:
    before = asks(story, "applicant", "outside_authority", request_channel="in_person")
    story.does("kasittelija", "ask_aloud", "REQ-1", ask_way="in_person")
    story.passes(days=3)
    until = story.today + timedelta(days=30)
    wish = {"can_answer": "partly", "more_time": "yes", "more_time_until": until.isoformat()}
    story.does("kasittelija", "information_reply", "REQ-1", **wish)
    assert (moved(story, before), entries(story)) == (3, AGAIN), "what they wish is ours to judge"
    story.passes(days=2)
    corrects(story, "information_reply", more_time_until=story.today + timedelta(days=20))
    assert (moved(story, before), entries(story)) == (3, AGAIN)


def asks_and_waits(story: Story) -> date:
    """Ask the person, and return the target's day from before. Three days pass."""
    story.until("sufficiency")
    before = target(story).due_on
    assert before is not None
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")
    rows = [request("applicant", story.today + timedelta(days=20))]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="Ehdot puuttuvat.")
    story.passes(days=3)
    return before


def test_an_answer_on_paper_ends_it_when_it_is_registered_and_not_when_it_is_typed(
    registered: Story,
) -> None:
    story, other = registered, Story(registered.world)
    other.applies(given_names="Toinen", born_on="1990-01-02")
    other.until("sufficiency")
    before = asks_and_waits(story)
    wrong = arrives(story, ArrivalKind.REPLY, business_key="REQ-1")
    assert moved(story, before) == 3
    story.passes(days=1)
    moves(story, wrong, other)
    assert moved(story, before) is None, "it was somebody else's"
    story.passes(days=3)
    arrives(story, ArrivalKind.REPLY, business_key="REQ-1")
    story.passes(days=2)
    story.does("kasittelija", "information_reply", "REQ-1")
    assert (moved(story, before), entries(story)) == (4, AGAIN)


def test_an_answer_on_paper_that_is_hidden_is_awaited_until_it_is_shown_again(registered: Story) -> None:
    story = registered
    before = asks_and_waits(story)
    paper = arrives(story, ArrivalKind.REPLY, business_key="REQ-1")
    assert moved(story, before) == 3
    hides(story, paper.id)
    assert moved(story, before) is None
    shows(story, paper.id)
    assert (moved(story, before), entries(story)) == (3, AGAIN)


def test_a_day_to_answer_that_passed_ends_it_until_the_person_has_more_time(story: Story) -> None:
    before = asks(story, "applicant", days=5)
    paused = promised(story)
    assert paused is not None
    story.passes(days=8)
    assert moved(story, before) == 4, "from the day after"
    assert promised(story) == Decision("on_time", paused.on), "as it was promised for no answer"
    new_due = (story.today + timedelta(days=10)).isoformat()
    more = {"choice": "extend", "reason": "Pyyntö.", "new_due_on": new_due, "new_channel": None}
    story.does("kasittelija", "request_follow_up", "REQ-1", **more)
    assert moved(story, before) is None
    story.passes(days=4)
    story.answers("REQ-1")
    assert (moved(story, before), entries(story)) == (7, AGAIN)


def test_a_question_that_is_over_ends_it_and_the_end_of_the_round_does_not_end_it_twice(story: Story) -> None:
    before = asks(story, "applicant", "outside_authority", request_channel="in_person")
    story.passes(days=3)
    ended = {"ask_state": "not_asked", "not_asked_reason": "Tieto saatiin muualta."}
    story.does("kasittelija", "ask_aloud", "REQ-1", **ended, ask_way=None, asked_on=None)
    assert moved(story, before) == 0, "nobody asked the person meanwhile"
    story.passes(days=2)
    assert story.hears("proceed_without_rest")
    assert (moved(story, before), entries(story)) == (0, ONCE)


def test_a_round_that_ends_while_the_person_is_still_asked_ends_it_once(story: Story) -> None:
    before = asks(story, "applicant", "outside_authority")
    story.passes(days=3)
    assert story.hears("proceed_without_rest")
    assert (moved(story, before), entries(story)) == (3, ONCE)


def test_a_confirmed_withdrawal_ends_it(story: Story) -> None:
    before = asks(story, "applicant", "outside_authority")
    story.passes(days=3)
    story.hears("application_withdrawn")
    story.does("kasittelija", "withdraw", applies_self="no")
    assert (moved(story, before), entries(story)) == (3, ONCE), "what is left to do is ours"


def test_one_who_answered_before_the_letter_left_and_is_asked_anew_lets_it_stand_again(story: Story) -> None:
    before = asks(story, "applicant", days=10)
    key = story.opens(story.file.requests[0])
    story.passes(days=12)
    assert moved(story, before) == 9
    new_due = (story.today + timedelta(days=10)).isoformat()
    way = {
        "choice": "other_channel",
        "new_channel": "in_person",
        "new_due_on": new_due,
        "reason": "Ei vastannut.",
    }
    story.does("kasittelija", "request_follow_up", "REQ-1", **way)
    assert moved(story, before) == 9, "nobody has asked yet"
    story.passes(days=2)
    story.world.engine.perform(AnswerRequest(key, data={"can_answer": "yes", "answer": "A"}), PUBLIC)
    assert moved(story, before) == 9
    story.passes(days=1)
    story.does("kasittelija", "ask_aloud", "REQ-1", ask_way="in_person")
    assert moved(story, before) is None
    assert entries(story) == [*ONCE, "paused"]


def test_a_letter_that_nobody_has_posted_lets_nothing_stand(story: Story) -> None:
    before = asks(story, "applicant", application=BY_POST, request_channel="letter")
    assert moved(story, before) == 0, "what lies here is ours"
    story.passes(days=4)
    assert moved(story, before) == 0
    story.does("kasittelija", "post_paper")
    assert moved(story, before) is None, "from now on the person's answer is awaited"


def test_one_who_turns_out_to_be_a_child_has_a_target_that_runs_at_once(story: Story) -> None:
    before = asks(story, "applicant")
    story.passes(days=2)
    assert moved(story, before) is None
    born = {**person(story).identity, "born_on": f"{story.today.year - 15}-01-01"}
    changes(story, person(story), identity=born)
    assert moved(story, before) == 2


def test_an_authority_that_is_asked_anew_lets_nothing_stand_while_the_person_is_not_reached(
    story: Story,
) -> None:
    before = asks(story, "applicant", "outside_authority")
    changes(story, person(story), ONLY_PHONE)
    story.answers("REQ-2")
    asks_the_rest(story, "REQ-2")
    assert (moved(story, before), entries(story)) == (0, ONCE)


@pytest.mark.parametrize("case_class", ["urgent", "child"])
def test_an_urgent_or_a_childs_target_never_stands(story: Story, case_class: str) -> None:
    story.applies()
    story.does("kirjaaja", "register")
    quicker: dict[str, Any] = {"case_class": case_class, "differs": "yes", "reason": "Kiire."}
    story.does("kasittelija", "triage_override", **quicker)
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")
    rows = [request("applicant", story.today + timedelta(days=20))]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="Ehdot puuttuvat.")
    story.answers("REQ-1")
    asks_the_rest(story)
    assert entries(story) == ["started"]


def test_a_case_that_became_urgent_stands_for_no_rest_that_is_asked(story: Story) -> None:
    """Its target is a new one; so it is when it is an ordinary case again."""
    asks(story, "applicant", "outside_authority")
    story.answers("REQ-1")
    assert entries(story) == ONCE
    changes(story, person(story), ONLY_PHONE)
    story.passes(minutes=10)
    story.does("kasittelija", "tell_withheld", contact_channel="phone", **DANGER)
    asks_the_rest(story)
    assert entries(story) == ["started"]
