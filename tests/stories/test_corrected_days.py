"""A corrected day reaches what hangs on it: the opinion, the clienthood's end, the days of destruction; or it is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.clock import day_of
from engine.domain.appeals import leave_ends_on
from engine.domain.cases import CaseState
from engine.domain.clienthood import DiedBeforeAdmission
from engine.domain.corrections import LetterReplaced, OpinionSigned, PeriodEnded
from engine.domain.safe_contact import PostNotSafe
from engine.texts import day
from tests.stories.test_appeals import appeals, becomes_final, refused, until_court
from tests.stories.test_appeals import served as refused_and_served
from tests.stories.test_corrections import corrects
from tests.stories.test_delivery import BY_POST
from tests.stories.test_opinions import opinion
from tests.stories.test_removal import NOTHING, assessed, client, clienthood, planned, signed
from tests.support.browsing import signed_in
from tests.support.party_changes import changes, person
from tests.support.story import Story


def test_an_opinion_has_the_corrected_day_on_which_the_appeal_came(story: Story) -> None:
    refused_and_served(story)
    story.passes(days=5)
    appeals(story)
    came_on = story.today - timedelta(days=2)
    corrects(story, "appeal_arrival", appeal_received_on=came_on)
    story.does("kasittelija", "appeal_opinion")
    story.does("paattaja", "sign_opinion")
    assert " ".join(day("fi", came_on).split()) in opinion(story)
    with pytest.raises(OpinionSigned) as refused:
        corrects(story, "appeal_arrival", seen=1, appeal_received_on=came_on - timedelta(days=1))
    assert refused.value.field == "appeal_received_on"


@pytest.mark.parametrize("days", [-3, 2], ids=["earlier", "later"])
@pytest.mark.parametrize("form", ["own_appeal", "send_own_appeal"])
def test_our_own_time_to_appeal_follows_the_corrected_day_on_which_the_ruling_came(
    story: Story, form: str, days: int
) -> None:
    until_court(story)
    story.passes(days=10)
    typed = story.today - timedelta(days=4)
    ruled = {"court_decided_on": str(typed - timedelta(days=5)), "court_decision_arrived_on": str(typed)}
    story.does("kasittelija", "court_decision", court_result="annulled", **ruled)
    story.passes(minutes=1)
    if form == "send_own_appeal":
        story.does("paattaja", "own_appeal", own_appeal="yes")
    corrects(story, "court_decision", court_decision_arrived_on=typed + timedelta(days=days))
    until = leave_ends_on("", typed + timedelta(days=days))
    due_at = story.task(form).due_at
    assert due_at is not None
    assert day_of(due_at) == until
    (clock,) = (each for each in story.file.deadlines if each.name == "own_appeal" and each.is_open)
    assert clock.due_on == until


def test_a_corrected_day_of_death_is_the_clienthoods_end_and_retention_counts_from_it(story: Story) -> None:
    client(story)
    story.passes(days=10)
    typed = (story.today - timedelta(days=1)).isoformat()
    assessed(story, removal_proposal="died", died_on=typed, **NOTHING)
    story.passes(minutes=1)
    died_on = story.today - timedelta(days=4)
    corrects(story, "removal_assessment", died_on=died_on)
    assert (clienthood(story).until, clienthood(story).ground) == (died_on, "death")
    assert planned(story)["identity"] == died_on.replace(year=died_on.year + 10)
    assert planned(story)["engine"] == died_on.replace(year=died_on.year + 5)
    with pytest.raises(DiedBeforeAdmission):
        corrects(story, "removal_assessment", seen=1, died_on=clienthood(story).since - timedelta(days=1))


def test_a_corrected_day_of_service_of_a_removal_is_the_clienthoods_end(story: Story) -> None:
    client(story)
    signed(story)
    story.passes(days=6)
    typed = story.today - timedelta(days=5)
    story.does("kasittelija", "record_delivery", served_on=typed.isoformat())
    story.passes(minutes=1)
    assert clienthood(story).until == typed
    corrects(story, "record_delivery", served_on=typed + timedelta(days=3))
    assert clienthood(story).until == typed + timedelta(days=3)


def test_a_corrected_day_of_service_takes_back_the_question_whether_anybody_appealed(story: Story) -> None:
    refused_and_served(story)
    served_on = story.file.deliveries[-1].served_on
    assert served_on is not None
    story.passes(days=40)
    assert "finality_inquiry" in story.forms
    right = served_on + timedelta(days=30)
    corrects(story, "record_delivery", served_on=right)
    story.passes(minutes=1)
    assert "finality_inquiry" not in story.forms, "the time to appeal runs"
    (clock,) = (each for each in story.file.deadlines if each.name == "appeal_period" and each.is_open)
    assert clock.due_on is not None
    assert clock.due_on > story.today
    page = signed_in(story.world, "kasittelija").get(f"/cases/{story.reference}").text
    assert f"korjattu, oikea päivä ke {right.day}.{right.month}.{right.year}" in page
    story.passes(days=30)
    assert "finality_inquiry" in story.forms


def test_a_corrected_day_of_another_question_leaves_a_day_as_it_was(story: Story) -> None:
    refused_and_served(story)
    story.passes(days=5)
    came_on = story.today - timedelta(days=1)
    both = {"appeal_received_on": str(came_on), "court_received_on": str(came_on)}
    appeals(story, arrival_way="court", **both)
    corrects(story, "appeal_arrival", court_received_on=came_on - timedelta(days=2))
    page = signed_in(story.world, "kasittelija").get(f"/cases/{story.reference}").text
    assert "korjattu, oikea päivä" not in page, "the day on which we received it was right"


def test_no_day_of_service_is_moved_past_the_period_by_which_the_decision_is_final(story: Story) -> None:
    refused_and_served(story)
    becomes_final(story)
    assert story.case.state is CaseState.CLOSED
    served_at = story.file.deliveries[-1].served_on
    assert served_at is not None
    with pytest.raises(PeriodEnded) as refused:
        corrects(story, "record_delivery", served_on=served_at + timedelta(days=9))
    assert refused.value.field == "served_on"
    assert story.file.deliveries[-1].served_on == served_at


def posted(story: Story, *, early: int) -> date:
    """A letter leaves today; its day is recorded this many days too early. Return today."""
    refused(story, **BY_POST)
    story.passes(days=early + 1)
    posted_on = (story.today - timedelta(days=early)).isoformat()
    story.does(
        "kasittelija", "post_letter", because={"posted_on": "Kirjattiin myöhässä."}, posted_on=posted_on
    )
    return story.today


def test_a_letter_is_presumed_received_by_the_corrected_day_on_which_it_left(story: Story) -> None:
    left_on = posted(story, early=3)
    corrects(story, "post_letter", posted_on=left_on)
    (attempt,) = story.file.deliveries
    assert attempt.dispatched_at is not None
    assert (day_of(attempt.dispatched_at), attempt.presumed_on) == (left_on, left_on + timedelta(days=7))
    story.passes(days=6)
    assert story.file.deliveries[-1].state == "dispatched", "the first seventh day has gone by"
    story.passes(days=2)
    assert story.file.deliveries[-1].served_on == left_on + timedelta(days=7)
    (period,) = [each for each in story.file.deadlines if each.name == "appeal_period"]
    assert period.due_on is not None
    assert period.due_on >= left_on + timedelta(days=37)


def test_a_period_that_runs_follows_the_corrected_day_of_posting_later_only(story: Story) -> None:
    left_on = posted(story, early=3)
    story.passes(days=12)
    corrects(story, "post_letter", posted_on=left_on)
    assert story.file.deliveries[-1].served_on == left_on + timedelta(days=7)
    (period,) = [each for each in story.file.deadlines if each.name == "appeal_period"]
    assert period.due_on is not None
    assert period.due_on >= left_on + timedelta(days=37)
    corrects(story, "post_letter", seen=1, posted_on=left_on - timedelta(days=2))
    (delivery,) = story.file.deliveries
    assert delivery.dispatched_at is not None
    assert day_of(delivery.dispatched_at) == left_on - timedelta(days=2)
    assert delivery.served_on == left_on + timedelta(days=7), "nobody's time becomes shorter"
    (after,) = [each for each in story.file.deadlines if each.name == "appeal_period"]
    assert after.due_on == period.due_on


def test_a_day_of_posting_that_lies_after_the_presumed_one_contradicts_nothing(story: Story) -> None:
    left_on = posted(story, early=8)
    story.passes(minutes=1)
    assert story.file.deliveries[-1].state == "served"
    corrects(story, "post_letter", posted_on=left_on)
    assert story.file.deliveries[-1].served_on == left_on + timedelta(days=7)


def test_a_day_of_posting_is_not_moved_of_a_letter_that_counts_no_more_or_of_a_final_decision(
    story: Story,
) -> None:
    left_on = posted(story, early=3)
    story.hears("mail_returned")
    story.does("kasittelija", "choose_delivery_way", next_channel="in_person")
    with pytest.raises(LetterReplaced) as replaced:
        corrects(story, "post_letter", posted_on=left_on)
    assert replaced.value.field == "posted_on"
    story.does("kasittelija", "record_delivery")
    with pytest.raises(LetterReplaced):
        corrects(story, "post_letter", posted_on=left_on)

    other = Story(story.world)
    left_on = posted(other, early=3)
    other.passes(days=45)
    becomes_final(other)
    with pytest.raises(PeriodEnded) as ended:
        corrects(other, "post_letter", posted_on=left_on)
    assert ended.value.field == "posted_on"


def test_a_letter_did_not_leave_after_its_address_was_safe_no_more(story: Story) -> None:
    left_on = posted(story, early=3)
    changes(
        story,
        person(story),
        contact={"safe_channels": ["phone"], "phone": "+358 00 0000000"},
        letters_address="safe",
    )
    story.passes(days=2)
    with pytest.raises(PostNotSafe):
        corrects(story, "post_letter", posted_on=left_on + timedelta(days=1))
