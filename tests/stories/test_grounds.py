"""The outcome follows from the tests of 35 §: who meets them is admitted, and a child comes with or after the parent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.casework.recordings.resolution import ParentNotAdmitted
from engine.commands.tasks import ClaimTask, CompleteTask
from engine.domain.cases import CaseState, Outcome
from engine.domain.grounds import GroundNotAssessed, MustBeAdmitted, TestsNotMet
from engine.errors import AnswersRejected, Invalid
from engine.queries.case_file import ReadDocument
from tests.stories.test_adverse_outcomes import UNHEARD, adverse
from tests.stories.test_children import DEAD, child_until_signature, family
from tests.support.pdf import seen
from tests.support.story import Story

NOT_A_VICTIM = {"may_be_victim": "no", "victim_reasons": "Kertomus viittaa riitaan palkasta."}
ASSISTS = {
    **NOT_A_VICTIM,
    "ground_assessed": "35_2",
    "assists_investigation": "yes",
    "needs_special_help": "yes",
    "ground_reasons": "Todistaa toisen asiassa ja tarvitsee turvallisen paikan.",
    "outcome_proposed": "admitted_35_2",
    "outcome_reasons": "Uhrin edellytykset eivät täyty, 2 momentin täyttyvät.",
}
ASKED_FOR_IT = {"ground": "35_2"}


def assesses(story: Story, **answers: Any) -> None:
    story.does("kasittelija", "assessment", **answers)


@pytest.mark.parametrize(
    ("answers", "refused"),
    [
        ({"needs_help": "no"}, TestsNotMet),
        ({"may_be_victim": "no"}, TestsNotMet),
        ({**UNHEARD, "needs_help": "yes"}, MustBeAdmitted),
        ({"outcome_proposed": "not_examined"}, MustBeAdmitted),
        ({**ASSISTS, "may_be_victim": "yes", "hearing": "unnecessary"}, MustBeAdmitted),
        ({**ASSISTS, "needs_special_help": "no", "hearing": "unnecessary"}, TestsNotMet),
        ({**NOT_A_VICTIM, "outcome_proposed": "admitted_35_2", "hearing": "unnecessary"}, GroundNotAssessed),
    ],
)
def test_a_proposal_against_the_assessment_is_refused_beside_it(
    assessed: Story, answers: dict[str, Any], refused: type[Invalid]
) -> None:
    reasons = {
        "hearing_exception": "needless",
        "hearing_unnecessary_reasons": "Henkilö on kertonut kantansa.",
    }
    more = reasons if answers.get("hearing") == "unnecessary" else {}
    with pytest.raises(refused) as raised:
        assesses(assessed, **{**more, **answers})
    assert raised.value.field == "outcome_proposed"
    assert assessed.forms == ["assessment"]


def test_who_meets_both_tests_is_admitted_and_identified(assessed: Story) -> None:
    assesses(assessed)
    assert assessed.ends() is Outcome.ADMITTED_35_1
    assert "adverse_resolution_signed" not in assessed.milestones


def test_who_asked_to_be_helped_as_a_victim_and_is_admitted_otherwise_is_heard_first(story: Story) -> None:
    """No ground was stated, so 35 § 1 was asked: the identification is refused, and can be appealed."""
    story.applies(ground="unknown")
    story.until("assessment")
    with pytest.raises(AnswersRejected) as raised:
        assesses(story, **ASSISTS)
    assert "hearing" in raised.value.problems
    hearing = {name: value for name, value in adverse(story).items() if name.startswith("hearing")}
    assesses(story, **ASSISTS, **hearing)
    story.does("kasittelija", "post_paper", "HEAR-1")
    assert story.forms == ["hearing_reply"]
    story.does("kasittelija", "hearing_reply", "HEAR-1")
    story.does("kasittelija", "review_reply", "HEAR-1")
    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "sign_resolution")
    assert story.case.outcome is Outcome.ADMITTED_35_2
    assert "contact_client" in story.forms, "admitted all the same"
    order = [
        each for each in story.milestones if each in ("hearing_held", "adverse_resolution_signed", "admitted")
    ]
    assert order == ["hearing_held", "adverse_resolution_signed", "admitted"]
    letter = resolution_letter(story)
    assert "Sinua ei tunnisteta ihmiskaupan uhriksi" in letter
    assert "hallinto-oikeu" in letter
    assert story.ends() is Outcome.ADMITTED_35_2


def test_a_partial_refusal_without_a_hearing_names_the_exception(assessed: Story) -> None:
    exception = {
        "hearing": "unnecessary",
        "hearing_exception": "harm",
        "hearing_unnecessary_reasons": "Odottaminen vaarantaisi henkilön terveyden.",
    }
    with pytest.raises(AnswersRejected) as raised:
        assesses(assessed, **ASSISTS, **{**exception, "hearing_exception": None})
    assert "hearing_exception" in raised.value.problems
    assesses(assessed, **ASSISTS, **exception)
    assert assessed.forms == ["prepare_resolution"]
    assert "hearing_reasoned_unnecessary" in assessed.milestones


def test_who_asked_for_the_second_ground_gets_it_without_a_hearing(story: Story) -> None:
    story.applies(**ASKED_FOR_IT)
    story.until("assessment")
    only_victims = ("may_be_victim", "still_in_danger", "victim_reasons", "needs_help", "help_reasons")
    story.does("kasittelija", "assessment", **{**ASSISTS, **dict.fromkeys(only_victims)})
    assert story.forms == ["prepare_resolution"]
    assert story.ends() is Outcome.ADMITTED_35_2
    assert "adverse_resolution_signed" not in story.milestones


def test_the_second_ground_may_still_be_refused(story: Story) -> None:
    """*Voidaan*: heard and reasoned, a refusal stays possible."""
    story.applies(**ASKED_FOR_IT)
    story.until("assessment")
    only_victims = ("may_be_victim", "still_in_danger", "victim_reasons", "needs_help", "help_reasons")
    answers = {**ASSISTS, **dict.fromkeys(only_victims), **adverse(story), "needs_help": None}
    story.does("kasittelija", "assessment", **answers)
    assert story.forms == ["post_paper"]
    assert story.ends() is Outcome.NOT_ADMITTED
    letter = " ".join(resolution_letter(story).split())
    assert "ei velvoita siihen" in letter
    assert "edellytykset eivät täyty" not in letter


# ---------------------------------------------------------------- the child and the parent


@pytest.mark.databases
def test_a_child_is_not_admitted_after_the_parents_refusal(story: Story) -> None:
    child = family(story)
    story.until("assessment")
    story.does("kasittelija", "assessment", **UNHEARD)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    child_until_signature(child, DEAD)
    with pytest.raises(AnswersRejected) as raised:
        child.does("paattaja", "sign_resolution")
    assert list(raised.value.problems) == ["parent_met_reasons"]
    assert child.case.outcome is None
    child.does(
        "paattaja",
        "sign_resolution",
        signature="reassess",
        return_reason="Vanhempi ei täyttänyt edellytyksiä.",
        **dict.fromkeys(("delegation_confirmed", "not_disqualified", "letter_read")),
    )
    assert child.forms == ["assessment"]


def test_a_dead_parent_who_met_the_tests_is_reasoned(story: Story) -> None:
    child = family(story)
    story.does("kasittelija", "triage_override")
    story.hears("application_withdrawn")
    story.does("kasittelija", "withdraw", lapse_reason="death", alone=None)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    child_until_signature(child, DEAD)
    child.does("paattaja", "sign_resolution", parent_met_reasons="Vanhempi oli pakkotyössä ja tarvitsi apua.")
    assert child.case.outcome is Outcome.ADMITTED_35_3
    assert "parent_ground_reasoned" in child.milestones
    assert "parent_admitted" not in child.milestones
    assert "vanhempasi on otettu" not in resolution_letter(child)


def test_a_parent_whose_admission_was_recalled_meanwhile_stops_the_childs_signature(story: Story) -> None:
    child = family(story)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution", hold_until=(story.today + timedelta(days=10)).isoformat())
    child_until_signature(child)
    assert "parent_admitted" in child.milestones
    story.hears("new_fact", "paattaja")
    story.does("paattaja", "recall_resolution")
    with pytest.raises(ParentNotAdmitted) as raised:
        child.does("paattaja", "sign_resolution")
    assert raised.value.field == "signature"
    assert child.case.state is CaseState.PENDING


def test_a_program_is_refused_alike(assessed: Story) -> None:
    """A program meets the same rule as a person at the page."""
    task = assessed.task("assessment")
    actor = assessed.world.actor("kasittelija")
    assessed.world.engine.perform(ClaimTask(task.id), actor)
    with pytest.raises(AnswersRejected):
        assessed.world.engine.perform(
            CompleteTask(task.id, data={"outcome_proposed": "admitted_35_1"}), actor
        )


def resolution_letter(story: Story) -> str:
    letter = next(each.document_id for each in reversed(story.file.resolutions) if each.document_id)
    assert letter is not None
    _, content = story.asks(ReadDocument(letter))
    return " ".join(seen(content).split())
