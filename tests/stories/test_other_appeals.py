"""An appeal against a decision that is neither the admission nor the removal goes to the court, and bears on neither."""

from __future__ import annotations

import pytest

from engine.casework.recordings.appeal import NotSigned
from engine.domain.cases import CaseState, Outcome
from engine.errors import AnswersRejected
from engine.queries.task_page import OpenTaskPage
from engine.texts import day
from tests.stories.test_appeals import becomes_final, served, to_court
from tests.stories.test_decision_corrections import REFUSAL, begins, proposes
from tests.stories.test_opinions import opinion
from tests.stories.test_reflection import proposes as proposes_period
from tests.stories.test_reflection import reflecting
from tests.support.story import Story


def reflection_refused(story: Story) -> str:
    """Refuse the period days after the admission, and return the number of the decision."""
    reflecting(story)
    story.passes(days=3)
    proposes_period(story, "not_given")
    story.does("paattaja", "sign_reflection_period")
    story.does("kasittelija", "record_delivery")
    return next(each.number for each in story.file.resolutions if each.kind == "reflection_period")


def against(story: Story, kind: str, number: str) -> None:
    story.hears("appeal_received")
    story.does("kasittelija", "appeal_arrival", appealed=kind, appealed_decision=number)


@pytest.mark.parametrize("result", ["annulled", "returned", "changed", "upheld", "returned_to_court"])
def test_an_appeal_against_a_refused_reflection_period_leaves_the_admission_alone(
    story: Story, result: str
) -> None:
    number = reflection_refused(story)
    decided = day("fi", story.today)
    story.passes(days=2)
    story.hears("appeal_received")
    with pytest.raises(AnswersRejected):
        story.does("kasittelija", "appeal_arrival", appealed=None)
    with pytest.raises(AnswersRejected):
        story.does("kasittelija", "appeal_arrival", appealed="reflection_period")
    page = OpenTaskPage(story.task("appeal_arrival").id)
    offered = story.world.engine.answer(page, story.world.actor("kasittelija"))
    assert [each.number for each in offered.appealable] == [number]
    for kind, field in (("removal", "appealed"), ("correction_refused", "appealed_decision")):
        chosen = {"appealed_decision": number} if field == "appealed_decision" else {}
        with pytest.raises(NotSigned) as refusal:
            story.does("kasittelija", "appeal_arrival", appealed=kind, **chosen)
        assert refusal.value.field == field
    story.does("kasittelija", "appeal_arrival", appealed="reflection_period", appealed_decision=number)
    to_court(story)
    assert f"joka on annettu {decided}" in opinion(story)
    assert "appeal_registered" not in story.events
    last = {
        "court": "Korkein hallinto-oikeus",
        "ruling_court": "other",
        "ruling_court_reasons": "Valitti sinne.",
    }
    story.does(
        "kasittelija",
        "court_decision",
        court_result=result,
        **(last if result == "returned_to_court" else {}),
    )
    story.passes(minutes=1)
    assert "other_appeal_ended" in story.events
    assert "appeal_ended" not in story.events
    assert "examined_again" not in story.events
    assert "own_appeal" not in story.forms
    assert "triage_override" not in story.forms, "the admission stands"
    assert story.case.outcome is Outcome.ADMITTED_35_1
    assert ("appeal_arrival" in story.forms) is (result == "returned_to_court")


def test_an_appeal_against_a_refusal_to_correct_keeps_nothing_from_becoming_final(story: Story) -> None:
    served(story)
    story.passes(days=3)
    begins(story)
    proposes(story, **REFUSAL)
    story.does("paattaja", "sign_correction")
    story.does("kasittelija", "record_delivery")
    refused_on = day("fi", story.today)
    number = next(each.number for each in story.file.resolutions if each.kind == "correction")
    story.passes(days=2)
    against(story, "correction_refused", number)
    to_court(story)
    assert f"joka on annettu {refused_on}" in opinion(story)
    becomes_final(story)
    assert story.case.state is not CaseState.CLOSED, "the court has the other appeal"
    story.does("kasittelija", "court_decision", court_result="annulled")
    story.passes(minutes=1)
    assert story.case.state is CaseState.CLOSED
    assert story.case.outcome is Outcome.NOT_ADMITTED
    assert "examined_again" not in story.events


def test_a_case_with_one_signed_decision_is_not_asked_which_was_appealed(story: Story) -> None:
    served(story)
    story.hears("appeal_received")
    page = OpenTaskPage(story.task("appeal_arrival").id)
    scope = story.world.engine.answer(page, story.world.actor("kasittelija")).scope
    assert not scope["others_signed"]
    assert not scope["removal_signed"]
