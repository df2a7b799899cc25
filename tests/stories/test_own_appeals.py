"""The authority appeals itself against what a court decided: asked for in time, sent, and its ruling recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.casework.recordings.own_appeal import (
    AnotherCourt,
    DecidedBeforeSending,
    NoHigherCourt,
    OnlyOfLastCourt,
    SentBeforeRuling,
)
from engine.domain.cases import Outcome
from tests.stories.test_appeals import becomes_final, refuses_finality, to_court, until_court
from tests.support.story import Story


def appeals_itself(story: Story, result: str) -> None:
    until_court(story)
    story.passes(days=5)
    story.does("kasittelija", "court_decision", court_result=result, outcome_after="admitted_35_1")
    story.passes(minutes=1)
    story.does("paattaja", "own_appeal", own_appeal="yes")


def test_our_own_appeal_has_a_task_a_deadline_and_a_result_in_the_record(story: Story) -> None:
    """Leave is asked within thirty days of being served with the ruling (808/2019 107, 109, 111 §)."""
    appeals_itself(story, "annulled")
    arrived = story.today
    (clock,) = (each for each in story.file.deadlines if each.name == "own_appeal")
    assert clock.due_on is not None
    assert clock.is_open
    assert clock.due_on >= arrived + timedelta(days=30)
    assert story.task("send_own_appeal").due_at is not None
    with pytest.raises(SentBeforeRuling) as early:
        story.does("paattaja", "send_own_appeal", own_appeal_sent_on=str(arrived - timedelta(days=1)))
    assert early.value.field == "own_appeal_sent_on"
    story.passes(days=3)
    story.does("paattaja", "send_own_appeal")
    (clock,) = (each for each in story.file.deadlines if each.name == "own_appeal")
    assert clock.entries[-1].kind == "met"
    with pytest.raises(DecidedBeforeSending):
        story.does("paattaja", "own_appeal_result", court_decided_on=str(story.today - timedelta(days=1)))
    story.passes(days=20)
    story.does("paattaja", "own_appeal_result")
    assert "own_appeal_ended" in story.events
    (ruling,) = story.file.own_rulings.values()
    assert (ruling.result, ruling.diary_number) == ("leave_refused", "3/2026")
    assert story.file.is_sent_back, "the ruling of the administrative court stands"
    assert story.ends() is Outcome.ADMITTED_35_1


def test_nothing_is_final_while_our_own_appeal_is_open(story: Story) -> None:
    appeals_itself(story, "changed")
    story.does("paattaja", "send_own_appeal")
    story.does("kasittelija", "contact_client")
    story.passes(days=60)
    refuses_finality(story)
    story.does("paattaja", "own_appeal_result", own_result="restored", outcome_after="not_admitted")
    assert story.case.outcome is Outcome.NOT_ADMITTED
    assert not story.file.overruled, "our decision is in force again"
    assert story.file.clienthood is None
    story.passes(days=1)
    story.does("kasittelija", "finality_inquiry")
    assert "final" in story.milestones


def test_an_own_appeal_that_comes_back_to_the_court_is_registered_there_again(story: Story) -> None:
    appeals_itself(story, "annulled")
    story.does("paattaja", "send_own_appeal")
    story.does("paattaja", "own_appeal_result", own_result="returned")
    story.passes(minutes=1)
    assert "appeal_arrival" in story.forms


def test_an_own_appeal_that_is_not_sent_after_all_ends_with_its_reason(story: Story) -> None:
    appeals_itself(story, "annulled")
    story.does(
        "paattaja", "send_own_appeal", own_appeal_sent="not_sent", own_appeal_dropped_reason="Myöhässä."
    )
    assert not [each for each in story.forms if each.startswith("own_appeal")]
    assert "own_appeal_dropped" in story.events
    assert story.ends() is Outcome.ADMITTED_35_1


def test_a_ruling_of_a_court_that_had_not_the_appeal_needs_its_reason(story: Story) -> None:
    until_court(story)
    with pytest.raises(AnotherCourt) as refusal:
        story.does("kasittelija", "court_decision", court="Turun hallinto-oikeus")
    assert refusal.value.field == "court"
    last = {"ruling_court": "other", "court": "Korkein hallinto-oikeus", "court_result": "annulled"}
    story.does("kasittelija", "court_decision", **last, ruling_court_reasons="Hän valitti sinne.")
    story.passes(minutes=1)
    with pytest.raises(NoHigherCourt):
        story.does("paattaja", "own_appeal", own_appeal="yes")


KHO = {
    "ruling_court": "other",
    "court": "Korkein hallinto-oikeus",
    "ruling_court_reasons": "Hän valitti sinne hallinto-oikeuden ratkaisusta.",
}


def test_what_the_supreme_court_returns_to_the_administrative_court_is_not_examined_here(
    story: Story,
) -> None:
    """The person's appeal to the supreme court: the appeal is registered again, and the decision stands meanwhile."""
    until_court(story)
    with pytest.raises(OnlyOfLastCourt) as refusal:
        story.does("kasittelija", "court_decision", court_result="returned_to_court")
    assert refusal.value.field == "court_result"
    story.does("kasittelija", "court_decision", **KHO, court_result="returned_to_court")
    story.passes(minutes=1)
    assert story.forms == ["appeal_arrival"], "no new examination, no appeal of our own"
    assert not story.file.is_sent_back
    assert story.case.outcome is Outcome.NOT_ADMITTED
    story.passes(days=60)
    assert "finality_inquiry" not in story.forms, "the court has it again"
    story.does("kasittelija", "appeal_arrival")
    to_court(story)
    story.does("kasittelija", "court_decision")
    becomes_final(story)


def test_leave_that_the_supreme_court_refuses_leaves_the_decision_and_no_further_time(story: Story) -> None:
    until_court(story)
    story.passes(days=60)
    story.does("kasittelija", "court_decision", **KHO, court_result="leave_refused")
    story.passes(days=8)
    story.does("kasittelija", "finality_inquiry")
    assert "final" in story.milestones
