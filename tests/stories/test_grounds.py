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
from tests.stories.test_appeals import appeals, to_court
from tests.stories.test_children import DEAD, child_until_signature, family
from tests.stories.test_notices import papers
from tests.stories.test_sent_back import sent_back
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
ONLY_VICTIMS = ("may_be_victim", "still_in_danger", "victim_reasons", "needs_help", "help_reasons")
"""Questions that the assessment hides where another ground alone was sought."""


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


@pytest.mark.parametrize(
    ("language", "hearing_says", "letter_says"),
    [
        (
            "fi",
            "mutta ei sillä perusteella, jota haettiin: vanhemman tilanne (746/2011 35 § 3 momentti)",
            "Hakemuksen perusteena oli vanhempasi tilanne",
        ),
        (
            "sv",
            "men inte på den grund som ansökan gällde: förälderns situation (746/2011 35 § 3 mom.)",
            "Grunden i ansökan var din förälders situation",
        ),
    ],
)
def test_who_asked_as_a_parents_child_and_is_admitted_otherwise_reads_of_that_ground(
    story: Story, language: str, hearing_says: str, letter_says: str
) -> None:
    """Nobody sought to be identified as a victim, and nobody assessed it: neither letter says that it is refused."""
    story.applies(ground="35_3")
    story.does("kirjaaja", "register", language=language)
    story.until("assessment")
    hearing = {name: value for name, value in adverse(story).items() if name.startswith("hearing")}
    assesses(story, **{**ASSISTS, **dict.fromkeys(ONLY_VICTIMS)}, **hearing)
    story.does("kasittelija", "post_paper", "HEAR-1")
    story.does("kasittelija", "hearing_reply", "HEAR-1")
    again = {"new_questions": "Entä palkka?", "new_due_on": (story.today + timedelta(days=14)).isoformat()}
    story.does("kasittelija", "review_reply", "HEAR-1", reply_enough="ask_again", **again)
    letters = [" ".join(each.split()) for each in papers(story, "hearing")]
    assert len(letters) == 2
    assert all(hearing_says in each for each in letters), "also when asked again"
    story.until("prepare_resolution")
    reasons = {"language_reasons": "Hän luki kuulemisen tällä kielellä."}
    story.does("kasittelija", "prepare_resolution", resolution_language=language, **reasons)
    story.does("paattaja", "sign_resolution")
    assert "adverse_resolution_signed" in story.milestones
    letters.append(" ".join(resolution_letter(story).split()))
    assert letter_says in letters[-1]
    assert all(each not in " ".join(letters) for each in ("tunnisteta", "identifieras inte"))


def partly_refused_and_appealed(story: Story, hearing: dict[str, Any]) -> None:
    """Admitted without being identified; the decision is served, and the appeal is with the court."""
    assesses(story, **ASSISTS, **{name: each for name, each in hearing.items() if name.startswith("hearing")})
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    story.does("kasittelija", "record_delivery")
    appeals(story)
    to_court(story)


def test_a_partial_refusal_that_comes_back_is_examined_at_once_beside_the_contact(story: Story) -> None:
    """Admitted without being identified: the person appeals while nobody has reached them yet (808/2019 122 §)."""
    story.applies(ground="unknown")
    story.until("assessment")
    partly_refused_and_appealed(story, adverse(story))
    assert "contact_client" in story.forms
    sent_back(story)
    assert story.forms.count("triage_override") == 1
    assert story.forms.count("contact_client") == 1, "whom nobody has reached is reached all the same"
    story.does("kasittelija", "contact_client")
    story.passes(days=1)
    assert story.case.state is not CaseState.CLOSED
    assert story.forms.count("triage_override") == 1
    assert story.ends() is Outcome.ADMITTED_35_1
    assert [each.state for each in story.file.resolutions] == ["signed", "signed"]


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
    story.does("kasittelija", "assessment", **{**ASSISTS, **dict.fromkeys(ONLY_VICTIMS)})
    assert story.forms == ["prepare_resolution"]
    assert story.ends() is Outcome.ADMITTED_35_2
    assert "adverse_resolution_signed" not in story.milestones


def test_the_second_ground_may_still_be_refused(story: Story) -> None:
    """*Voidaan*: heard and reasoned, a refusal stays possible."""
    story.applies(**ASKED_FOR_IT)
    story.until("assessment")
    answers = {**ASSISTS, **dict.fromkeys(ONLY_VICTIMS), **adverse(story), "needs_help": None}
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
    with pytest.raises(AnswersRejected) as raised:
        child.does("paattaja", "sign_resolution")
    assert list(raised.value.problems) == ["parent_met_reasons"]
    child.does("paattaja", "sign_resolution", parent_met_reasons="Vanhempi oli pakkotyössä ja tarvitsi apua.")
    assert child.case.outcome is Outcome.ADMITTED_35_3
    assert "parent_ground_reasoned" in child.milestones
    assert "parent_admitted" not in child.milestones
    assert "vanhempasi on otettu" not in resolution_letter(child)


def test_a_child_waits_while_the_parents_signed_decision_has_not_left(story: Story) -> None:
    child = family(story)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution", hold_until=(story.today + timedelta(days=7)).isoformat())
    child_until_signature(child)
    assert child.forms == [], "who can recall the decision has not decided yet"
    story.hears("new_fact", "paattaja")
    story.does("paattaja", "recall_resolution")
    story.passes(days=8)
    assert child.forms == []
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    story.passes(minutes=1)
    assert child.forms == ["sign_resolution"]
    child.does("paattaja", "sign_resolution")
    assert "parent_admitted" in child.milestones


def appealed(story: Story) -> Story:
    """The parent is admitted to assist an investigation, and appeals: it asked to be helped as a victim."""
    child = family(story)
    story.until("assessment")
    partly_refused_and_appealed(story, UNHEARD)
    return child


def test_an_annulled_admission_of_the_parent_carries_no_childs_decision(story: Story) -> None:
    child = appealed(story)
    child_until_signature(child)
    assert child.forms == ["sign_resolution"]
    sent_back(story)
    with pytest.raises(ParentNotAdmitted) as raised:
        child.does("paattaja", "sign_resolution")
    assert raised.value.field == "signature"
    child.does(
        "paattaja",
        "sign_resolution",
        signature="return",
        return_reason="Oikeus kumosi vanhemman päätöksen.",
        **dict.fromkeys(("delegation_confirmed", "not_disqualified", "letter_read")),
    )
    child.does("kasittelija", "prepare_resolution")
    assert child.forms == [], "the parent's matter is examined again"
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    story.passes(minutes=1)
    child.does("paattaja", "sign_resolution")
    assert child.case.outcome is Outcome.ADMITTED_35_3


def test_a_childs_decision_is_looked_at_again_when_a_court_annuls_the_parents_admission(story: Story) -> None:
    child = appealed(story)
    child_until_signature(child)
    child.ends()
    sent_back(story)
    assert child.forms == ["correct_decision"], "also after the child's case was closed"
    assert child.events[-1] == "parent_admission_ended"
    story.until("assessment")
    assesses(story, **UNHEARD)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    story.passes(minutes=1)
    assert child.forms == ["correct_decision"], "one question is enough"
    child.does("kasittelija", "correct_decision", is_correction="mistake")
    child.passes(minutes=1)
    assert child.case.state is CaseState.CLOSED


def test_a_childs_decision_that_rests_on_reasons_of_its_own_stays_when_the_parent_is_refused(
    story: Story,
) -> None:
    child = appealed(story)
    sent_back(story)
    story.until("assessment")
    assesses(story, **UNHEARD)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    child_until_signature(child, DEAD)
    child.does("paattaja", "sign_resolution", parent_met_reasons="Vanhempi oli pakkotyössä ja tarvitsi apua.")
    story.does("kasittelija", "record_delivery")
    appeals(story)
    to_court(story)
    sent_back(story)
    assert "correct_decision" not in child.forms


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
