"""Instances that begin in a closed case know what the case knew."""

from __future__ import annotations

from datetime import timedelta

from engine.domain.cases import CaseState, Outcome
from engine.domain.deadline_kinds import COURT_STATEMENT
from tests.stories.test_adverse_outcomes import adverse
from tests.stories.test_appeals import appeals
from tests.stories.test_children import family
from tests.stories.test_decision_corrections import COPY, FACTUAL, begins, proposes
from tests.stories.test_grounds import ASKED_FOR_IT, ASSISTS, resolution_letter
from tests.stories.test_referrals import REFUSED, until_consent
from tests.stories.test_removal import planned
from tests.support.story import Story

ONLY_VICTIMS = dict.fromkeys(
    ("may_be_victim", "still_in_danger", "victim_reasons", "needs_help", "help_reasons")
)


def test_who_asked_for_the_second_ground_gets_it_by_a_correction_without_a_hearing(story: Story) -> None:
    story.applies(**ASKED_FOR_IT)
    story.until("assessment")
    refusal = {**ASSISTS, **ONLY_VICTIMS, **adverse(story), "needs_help": None}
    story.does("kasittelija", "assessment", **refusal)
    assert story.ends() is Outcome.NOT_ADMITTED
    assert story.case.state is CaseState.CLOSED
    begins(story)
    proposes(story, **FACTUAL)
    story.does("kasittelija", "assessment", **{**ASSISTS, **ONLY_VICTIMS})
    assert story.forms == ["prepare_resolution"], "nobody is heard of what they asked for"
    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "sign_resolution")
    assert story.case.outcome is Outcome.ADMITTED_35_2
    assert "Sinua ei tunnisteta ihmiskaupan uhriksi" not in resolution_letter(story)


def test_the_opinion_on_a_late_appeal_in_a_childs_case_is_due_in_a_week(story: Story) -> None:
    child = family(story)
    story.ends()
    child.ends()
    assert child.case.state is CaseState.CLOSED
    appeals(child)
    (statement,) = [each for each in child.file.deadlines if each.name == COURT_STATEMENT]
    assert statement.due_on == child.today + timedelta(days=7)


def test_a_corrected_copy_keeps_the_days_of_a_lapse_without_consent(story: Story) -> None:
    until_consent(story)
    story.does("kasittelija", "verify_consent", **REFUSED)
    assert story.ends() is Outcome.LAPSED
    assert story.case.state is CaseState.CLOSED
    before = planned(story)
    assert before["narrative"] == story.today.replace(year=story.today.year + 1, month=story.today.month - 6)
    begins(story)
    proposes(story, **COPY)
    story.does("paattaja", "sign_correction")
    story.until("record_delivery")
    story.does("kasittelija", "record_delivery")
    assert story.case.state is CaseState.CLOSED
    assert planned(story)["narrative"] == before["narrative"]
