"""New appeal instructions replace no words of a decision: whose decision came back is served with it again (434/2003 49, 59 §)."""

from __future__ import annotations

from typing import Any

import pytest

from engine.domain.arrivals import CallsFor
from tests.stories.test_added_after_signature import comes, key_of
from tests.stories.test_adverse_outcomes import UNHEARD, until_assessment
from tests.stories.test_appeals import appeals, becomes_final, refused, refuses_finality, served, to_court
from tests.stories.test_decision_corrections import INSTRUCTIONS, REFUSAL, begins, letter, periods, proposes
from tests.stories.test_delivery import BY_POST, FAILED
from tests.stories.test_grounds import ASSISTS
from tests.stories.test_returned_post import comes_back, newest, papers
from tests.support.story import Story


def proposed(story: Story) -> str:
    """Refused, presumed received by post, and new instructions proposed. Return the key of the decision's letter."""
    refused(story, **BY_POST)
    story.does("kasittelija", "post_letter")
    if "other_help" in story.forms:
        story.does("kasittelija", "other_help")
    story.passes(days=9)
    begins(story, asked_by="authority")
    proposes(story, **INSTRUCTIONS)
    return str(newest(story, "DEL").business_key)


def is_open(story: Story, key: str) -> bool:
    return dict(periods(story)).get(key, False)


def served_by_hand(story: Story, key: str) -> None:
    while "choose_delivery_way" in story.forms:
        story.does("kasittelija", "choose_delivery_way", next_channel="in_person")
    story.does("kasittelija", "record_delivery", key=key)
    story.passes(minutes=1)
    assert is_open(story, key), "the period of who had it not begins anew"


def test_a_decision_that_comes_back_after_new_instructions_is_served_again_before_it_is_final(
    story: Story,
) -> None:
    key = proposed(story)
    story.does("paattaja", "sign_correction")
    story.passes(minutes=1)
    story.does("kasittelija", "post_letter")
    assert comes_back(story, key).calls_for is CallsFor.MESSAGE
    story.passes(days=8)
    assert newest(story, "KOR1").state == "served"
    assert story.milestones.count("resolution_served") == 1, "not of the instructions alone"
    story.passes(days=40)
    refuses_finality(story)
    story.does("kasittelija", "choose_delivery_way", next_channel="in_person")
    shown = papers(story, "record_delivery")
    assert shown is not None
    assert [each.kind for each in shown.papers][1:] == ["resolution", "reissued_instructions"]
    served_by_hand(story, key)
    refuses_finality(story)
    becomes_final(story)
    assert story.milestones.count("final") == 1


def test_a_decision_that_came_back_before_new_instructions_were_signed_is_served_again(story: Story) -> None:
    key = proposed(story)
    comes_back(story, key)
    story.does("paattaja", "sign_correction")
    story.passes(minutes=1)
    assert "choose_delivery_way" in story.forms
    story.does("kasittelija", "record_delivery", key=newest(story, "KOR1").business_key)
    story.passes(days=40)
    refuses_finality(story)
    served_by_hand(story, key)
    becomes_final(story)
    assert story.milestones.count("final") == 1


def test_a_decision_that_comes_back_after_finality_with_new_instructions_becomes_final_again(
    story: Story,
) -> None:
    key = proposed(story)
    story.does("paattaja", "sign_correction")
    story.does("kasittelija", "post_letter")
    becomes_final(story)
    comes_back(story, key)
    story.passes(minutes=1)
    served_by_hand(story, key)
    becomes_final(story)
    assert story.milestones.count("final") == 2


def test_who_comes_to_speak_after_new_instructions_gets_the_decision_with_them(story: Story) -> None:
    proposed(story)
    story.does("paattaja", "sign_correction")
    story.passes(minutes=1)
    trustee = comes(story, "trustee", story.today)
    own = key_of(story, "record_delivery", trustee)
    assert own.startswith("DEL-")
    shown = papers(story, "record_delivery")
    assert shown is not None
    assert [each.kind for each in shown.papers][1:] == ["resolution", "reissued_instructions"]
    story.does("kasittelija", "post_letter")
    story.passes(days=40)
    refuses_finality(story)
    served_by_hand(story, own)
    becomes_final(story)
    assert story.milestones.count("final") == 1
    assert story.events.count("recipient_added") == 1


@pytest.mark.parametrize("is_kept", [False, True], ids=["under way", "kept"])
def test_who_has_the_decision_gets_new_instructions_while_another_is_out_of_reach(
    story: Story, is_kept: bool
) -> None:
    """434/2003 49 §: the one who has faulty instructions does not wait for another."""
    served(story)
    trustee = comes(story, "trustee", story.today)
    key = key_of(story, "record_delivery", trustee)
    if is_kept:
        story.does("kasittelija", "record_delivery", key, **FAILED)
        story.does("kasittelija", "choose_delivery_way", next_channel="none")
        story.does("paattaja", "no_safe_service", no_safe_why="refuses", died_on=None)
    begins(story, asked_by="authority")
    proposes(story, **INSTRUCTIONS)
    story.does("paattaja", "sign_correction")
    story.passes(minutes=1)
    reissued = [each.business_key for each in story.file.tasks if str(each.business_key).startswith("KOR1-")]
    (first,) = [each for each in reissued if each and not each.endswith(trustee)]
    story.does("kasittelija", "record_delivery", first)
    story.passes(minutes=1)
    assert is_open(story, first), "a period of its own from the new instructions"
    story.does("kasittelija", "record_delivery", f"KOR1-{trustee}")
    story.passes(days=40)
    refuses_finality(story)
    if is_kept:
        assert story.hears("person_reached")
        story.does("kasittelija", "choose_delivery_way", next_channel="in_person")
    served_by_hand(story, key)
    refuses_finality(story)
    becomes_final(story)
    assert story.milestones.count("final") == 1


def explained(story: Story, language: str, **assessment: Any) -> None:
    """Refused or otherwise assessed, and served, with an explanation in the person's language."""
    until_assessment(story)
    story.does("kasittelija", "assessment", **(assessment or UNHEARD))
    story.until("prepare_resolution")
    story.does(
        "kasittelija",
        "prepare_resolution",
        explanation_needed="yes",
        explanation_language=language,
        explanation_how="written",
    )
    story.does("paattaja", "sign_resolution")
    story.does("kasittelija", "record_delivery")


def test_new_instructions_their_annex_and_their_explanation_count_the_period_from_one_day(
    story: Story,
) -> None:
    explained(story, "en")
    begins(story, asked_by="authority")
    proposes(story, **INSTRUCTIONS)
    story.does("paattaja", "sign_correction")
    written = letter(story, "reissued_instructions")
    for words in (
        "Valitusaika lasketaan tämän kirjeen tiedoksisaannista",
        "30 päivän kuluessa tämän kirjeen tiedoksisaannista (434/2003 49 §, 808/2019 13 §)",
        "milloin sait kirjeen tiedoksi",
        "within 30 days of receiving these new instructions",
        "An explanation in this language is at the end of this letter.",
    ):
        assert words in written
    for words in ("päätöksen tiedoksisaannista", "sait päätöksen tiedoksi", "30 days of receiving it"):
        assert words not in written


def test_new_instructions_to_a_decision_that_also_refuses_are_explained_so(story: Story) -> None:
    urgent = {
        "hearing_exception": "harm",
        "hearing_unnecessary_reasons": "Odottaminen vaarantaisi terveyden.",
    }
    explained(story, "en", **ASSISTS, hearing="unnecessary", **urgent)
    begins(story, asked_by="authority")
    proposes(story, **INSTRUCTIONS)
    story.does("paattaja", "sign_correction")
    assert "partly negative" in " ".join(letter(story, "reissued_instructions").split())


def test_a_refusal_to_correct_is_not_explained_as_a_decision_that_can_be_appealed(story: Story) -> None:
    explained(story, "en")
    begins(story)
    proposes(story, **REFUSAL)
    story.does("paattaja", "sign_correction")
    refusal = letter(story, "correction_refused")
    assert "ei saa hakea muutosta valittamalla" in refusal
    assert "can be appealed" not in refusal
    assert "Epävirallinen selitys" not in refusal
    assert "An explanation in this language" not in refusal


def test_a_refusal_that_a_court_sends_back_within_its_new_instructions_is_examined_once(story: Story) -> None:
    served(story)
    becomes_final(story)
    begins(story, asked_by="authority")
    proposes(story, **INSTRUCTIONS)
    story.does("paattaja", "sign_correction")
    story.does("kasittelija", "record_delivery")
    appeals(story)
    to_court(story)
    story.does("kasittelija", "court_decision", court_result="returned")
    story.passes(minutes=1)
    assert story.forms.count("triage_override") == 1
    assert "matter_begun_anew" in story.milestones
