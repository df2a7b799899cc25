"""An appeal against a removal is one against the removal, whichever way the authority hears of it."""

from __future__ import annotations

from datetime import timedelta

from engine.domain.cases import CaseState, Outcome
from tests.stories.test_appeals import to_court
from tests.stories.test_corrections import corrects
from tests.stories.test_delivery import BY_POST
from tests.stories.test_removal import client, clienthood, planned, signed
from tests.support.story import Story


def appealed(story: Story) -> list[object]:
    """The decisions against which appeals are registered, in their order."""
    return [each.facts["appealed"] for each in story.file.timeline if each.kind == "appeal_registered"]


def removed(story: Story) -> None:
    client(story)
    signed(story)
    story.does("kasittelija", "record_delivery")
    story.passes(days=40)


def test_an_appeal_of_which_the_court_tells_in_the_removals_inquiry_annuls_the_removal(story: Story) -> None:
    removed(story)
    story.does("kasittelija", "finality_inquiry", courts_answer="appeal")
    story.passes(minutes=1)
    story.does("kasittelija", "appeal_arrival", appealed="removal", arrival_way="court")
    assert appealed(story) == ["removal"]
    to_court(story)
    story.does("kasittelija", "court_decision", court_result="annulled")
    story.passes(minutes=1)
    assert clienthood(story).runs
    assert "removal_assessment" in story.forms
    assert "triage_override" not in story.forms, "the admission stands"
    assert story.case.outcome is Outcome.ADMITTED_35_1


def test_an_own_appeal_on_a_removal_that_comes_back_to_the_court_is_again_about_the_removal(
    story: Story,
) -> None:
    removed(story)
    story.hears("appeal_received")
    story.does("kasittelija", "appeal_arrival", appealed="removal")
    to_court(story)
    story.does("kasittelija", "court_decision", court_result="annulled")
    story.passes(minutes=1)
    story.does("paattaja", "own_appeal", own_appeal="yes")
    story.does("paattaja", "send_own_appeal")
    story.does("paattaja", "own_appeal_result", own_result="returned")
    story.passes(minutes=1)
    story.does("kasittelija", "appeal_arrival", appealed="removal", arrival_way="court")
    assert appealed(story) == ["removal", "removal"]


def test_a_court_that_tells_of_an_appeal_on_the_other_decision_gets_it_registered(story: Story) -> None:
    removed(story)
    story.hears("appeal_received")
    story.does("kasittelija", "appeal_arrival", appealed="admission")
    to_court(story)
    assert "finality_inquiry" in story.forms
    story.does("kasittelija", "finality_inquiry", courts_answer="appeal")
    story.passes(minutes=1)
    story.does("kasittelija", "appeal_arrival", appealed="removal", arrival_way="court")
    assert appealed(story) == ["admission", "removal"]


def final_and_its_letter_came_back(story: Story) -> None:
    client(story, **BY_POST)
    signed(story)
    story.does("kasittelija", "post_letter")
    story.passes(days=50)
    assert clienthood(story).until is not None
    story.does("kasittelija", "finality_inquiry")
    assert story.case.state is CaseState.CLOSED
    letter = story.file.deliveries[-1].business_key
    assert letter is not None
    assert letter.startswith("POI")
    assert ("mail_returned", letter) in story.file.awaited
    assert story.hears("mail_returned", key=letter)
    assert clienthood(story).runs


def test_a_removals_letter_that_comes_back_because_the_person_died_ends_the_clienthood_on_that_day(
    story: Story,
) -> None:
    final_and_its_letter_came_back(story)
    died_on = story.today - timedelta(days=2)
    story.does("kasittelija", "choose_delivery_way", next_channel="none")
    story.does("paattaja", "no_safe_service", no_safe_why="dead", died_on=died_on.isoformat())
    story.passes(days=8)
    assert (clienthood(story).until, clienthood(story).ground) == (died_on, "death")
    right = died_on - timedelta(days=1)
    corrects(story, "no_safe_service", died_on=right)
    assert (clienthood(story).until, clienthood(story).ground) == (right, "death")
    assert planned(story)["identity"] == right.replace(year=right.year + 10)


def test_a_removals_letter_that_comes_back_after_all_is_served_again_and_ends_nothing_before(
    story: Story,
) -> None:
    final_and_its_letter_came_back(story)
    assert set(planned(story).values()) <= {None}
    story.does("kasittelija", "choose_delivery_way", next_channel="in_person")
    story.does("kasittelija", "record_delivery")
    story.passes(minutes=1)
    assert clienthood(story).until == story.today
    story.passes(days=40)
    story.does("kasittelija", "finality_inquiry")
    assert story.case.state is CaseState.CLOSED
    assert planned(story)["identity"] is not None
