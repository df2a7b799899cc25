"""A removal that has left is corrected: its words, its appeal instructions, or the decision itself (434/2003 49-51, 53 §)."""

from __future__ import annotations

import pytest

from engine.domain.cases import CaseState
from engine.domain.decision_corrections import CorrectionPending, FixedWords, NotInFavour, SentBack
from engine.queries.resolution_page import ReadResolution
from engine.queries.task_page import OpenTaskPage
from engine.storage.resolutions import Resolution
from tests.stories.test_appeals import to_court
from tests.stories.test_decision_corrections import (
    FACTUAL,
    INSTRUCTIONS,
    begins,
    letter,
    periods,
    proposes,
)
from tests.stories.test_removal import NOTHING, UNHEARD, assessed, client, clienthood, final, planned, signed
from tests.stories.test_removal import letter as removal_letter
from tests.support.browsing import signed_in
from tests.support.oral_requests import refused
from tests.support.party_changes import person
from tests.support.story import Story

WORDS = {"wrong_text": "kotikunnastasi", "right_text": "hyvinvointialueeltasi"}
KEPT = {"removal_proposal": "keep", **NOTHING}


def removed(story: Story) -> Resolution:
    """A client, removed and served: the clienthood has ended."""
    client(story)
    signed(story)
    story.does("kasittelija", "record_delivery")
    story.passes(minutes=1)
    assert not clienthood(story).runs
    return newest(story, "removal")


def newest(story: Story, kind: str) -> Resolution:
    return [each for each in story.file.resolutions if each.kind == kind and each.state == "signed"][-1]


def reopened(story: Story) -> Resolution:
    decision = removed(story)
    begins(story, which_decision=decision.number)
    proposes(story, **FACTUAL)
    story.passes(minutes=1)
    return decision


def test_a_caseworker_chooses_the_removal_and_its_words_are_corrected(story: Story) -> None:
    decision = removed(story)
    ended, before = clienthood(story), periods(story)
    assert story.hears("correction_needed")
    actor = story.world.actor("kasittelija")
    page = story.world.engine.answer(OpenTaskPage(story.task("correct_decision").id), actor)
    offered = [(each.number, each.decided_on, each.outcome) for each in page.corrigible]
    assert offered == [
        (story.reference, clienthood(story).since, "admitted_35_1"),
        (decision.number, story.today, "removed"),
    ]
    assert set(page.choices["decisions_in_force"]) == {story.reference, decision.number}
    story.does("kasittelija", "correct_decision", which_decision=decision.number)
    examined = story.world.engine.answer(OpenTaskPage(story.task("examine_correction").id), actor)
    assert examined.corrects is not None
    assert examined.corrects.number == decision.number
    fixed = {"wrong_text": "poistaa sinut", "right_text": "ei poista sinua"}
    with pytest.raises(FixedWords) as refusal:
        proposes(story, **fixed)
    assert refusal.value.field == "wrong_text"
    proposes(story, **WORDS)
    story.does("paattaja", "sign_correction")
    assert story.forms == ["record_delivery"], "served on its recipients"
    story.does("kasittelija", "record_delivery")
    copy = letter(story, "corrected_copy")
    for words in (
        f"Päätöksessä {decision.number}",
        "poistaa sinut ihmiskaupan uhrien auttamisjärjestelmästä",
        "palvelut hyvinvointialueeltasi",
        "Aiemmassa luki: kotikunnastasi",
        "valitusaika ei ala uudelleen",
    ):
        assert words in copy
    assert periods(story) == before
    assert clienthood(story) == ended
    replaced_with = newest(story, "correction")
    assert story.file.corrected == {decision.id: replaced_with}, (
        "the removal bears the mark, the admission none"
    )
    original = ReadResolution(story.reference, decision.id)
    assert story.world.engine.answer(original, actor).corrected_by == replaced_with
    final(story)


def test_each_decision_has_one_correction_at_a_time_and_two_go_on_side_by_side(story: Story) -> None:
    decision = removed(story)
    begins(story, which_decision=decision.number)
    begins(story)
    story.hears("correction_needed")
    for number in (decision.number, story.reference):
        with pytest.raises(CorrectionPending) as refusal:
            story.does("kasittelija", "correct_decision", which_decision=number)
        assert refusal.value.field == "which_decision"
    assert story.forms.count("examine_correction") == 2


def test_new_instructions_of_a_removal_begin_a_period_and_end_no_clienthood_again(story: Story) -> None:
    decision = removed(story)
    final(story)
    ended = clienthood(story)
    assert story.case.state is CaseState.CLOSED
    begins(story, which_decision=decision.number)
    proposes(story, **INSTRUCTIONS)
    story.does("paattaja", "sign_correction")
    story.passes(minutes=1)
    assert story.forms == ["record_delivery"]
    assert f"Päätöksen {decision.number}" in letter(story, "reissued_instructions")
    story.does("kasittelija", "record_delivery")
    story.passes(minutes=1)
    assert [key[:8] for key, is_open in periods(story) if is_open] == ["POIKOR1-"]
    final(story)
    assert clienthood(story) == ended
    assert story.case.state is CaseState.CLOSED


def test_a_removal_that_waits_for_finality_waits_for_the_new_instructions_instead(story: Story) -> None:
    decision = removed(story)
    begins(story, which_decision=decision.number)
    proposes(story, **INSTRUCTIONS)
    story.does("paattaja", "sign_correction")
    story.passes(minutes=1)
    story.does("kasittelija", "record_delivery")
    story.passes(days=40)
    assert story.forms == ["finality_inquiry"], "asked once"
    story.does("kasittelija", "finality_inquiry")
    assert story.milestones.count("removal_final") == 1
    assert story.case.state is CaseState.CLOSED


def test_a_removal_made_in_error_is_set_aside_and_the_client_stays(story: Story) -> None:
    decision = reopened(story)
    since = clienthood(story).since
    assert story.forms == ["removal_assessment"]
    assert not clienthood(story).runs, "nothing is decided yet"
    story.does("kasittelija", "removal_assessment", **KEPT)
    story.does("kasittelija", "prepare_removal", reasons="Tarvitset yhä apua. Arviomme oli väärä.")
    story.does("paattaja", "sign_removal")
    restored = clienthood(story)
    assert (restored.since, restored.until) == (since, None)
    assert set(planned(story).values()) <= {None}, "what was to be destroyed is kept"
    anew = newest(story, "removal")
    assert anew.number == f"{story.reference}-P2"
    assert story.file.corrected == {decision.id: anew}
    written = removal_letter(story)
    for words in (
        f"Tämä päätös korvaa päätöksen {decision.number}",
        f"kumoaa päätöksen {decision.number}",
        "Olet edelleen asiakas",
        "Valitusosoitus",
    ):
        assert words in written
    for words in ("poistaa sinut", "Voit hakea auttamisjärjestelmään uudelleen"):
        assert words not in written
    story.does("kasittelija", "record_delivery")
    story.passes(days=40)
    assert story.forms == ["finality_inquiry"], "of the new decision only"
    story.does("kasittelija", "finality_inquiry")
    assert story.case.state is CaseState.CLOSED
    assert clienthood(story).runs
    assert "clienthood_continues" in story.milestones
    record = signed_in(story.world, "kasittelija").get(f"/cases/{story.reference}?events=all").text
    assert "Asiakkuus jatkuu sittenkin: uusi päätös tuli poistamispäätöksen tilalle" in record
    assert "Vaihe saavutettiin: poistamisen kumoamisesta annettu tieto kaikille" in record
    assert f"{anew.number}, 746/2011 38 f §, 434/2003 50 §, Poistaminen kumottu" in record
    assert f"{decision.number}, päätös ei ole enää voimassa" in record, "whose appeal period this was"
    assert "Säilytysajat asetettiin" in record
    set_by = record.partition("Säilytysajat asetettiin")[2].partition("</li>")[0]
    assert "järjestelmä" in set_by, "nobody sets them by hand"


def test_a_copy_of_a_decision_made_anew_names_the_one_that_was_set_aside(story: Story) -> None:
    decision = reopened(story)
    story.does("kasittelija", "removal_assessment", **KEPT)
    story.does("kasittelija", "prepare_removal", reasons="Tarvitset yhä apua. Arviomme oli väärä.")
    story.does("paattaja", "sign_removal")
    anew = newest(story, "removal")
    story.does("kasittelija", "record_delivery")
    in_force = anew
    for wrong, right in (("Arviomme", "Arvio"), ("väärä", "virheellinen")):
        begins(story, which_decision=in_force.number)
        proposes(story, wrong_text=wrong, right_text=right)
        story.does("paattaja", "sign_correction")
        story.does("kasittelija", "record_delivery")
        in_force = [each for each in story.file.resolutions if each.outcome == "corrected_copy"][-1]
        copy = " ".join(letter(story, "corrected_copy").split())
        for words in (
            f"Tämä päätös korvaa päätöksen {decision.number}",
            f"kumoaa päätöksen {decision.number}",
            "oli kirjoitusvirhe",
        ):
            assert words in copy
        assert f"kumoaa päätöksen {anew.number}" not in copy


def test_a_removal_decided_anew_ends_the_clienthood_when_it_is_served(story: Story) -> None:
    reopened(story)
    story.passes(days=5)
    story.does("kasittelija", "removal_assessment", **{**UNHEARD, "removal_ground": "left_country"})
    story.does("kasittelija", "prepare_removal")
    story.does("paattaja", "sign_removal")
    assert clienthood(story).runs, "the decision before removes nobody any more"
    story.does("kasittelija", "record_delivery")
    story.passes(minutes=1)
    assert (clienthood(story).until, clienthood(story).ground) == (story.today, "left_country")
    final(story)


def test_a_court_that_does_not_uphold_the_removal_ends_its_correction(story: Story) -> None:
    removed(story)
    story.hears("appeal_received")
    story.does("kasittelija", "appeal_arrival", appealed="removal")
    to_court(story)
    decision = newest(story, "removal")
    begins(story, which_decision=decision.number)
    story.passes(minutes=1)
    assert "on tullut vireille" in letter(story, "correction_notice"), (
        "the court that has the appeal hears of it"
    )
    assert decision.number in letter(story, "correction_notice")
    proposes(story, **FACTUAL)
    story.passes(minutes=1)
    story.does("kasittelija", "court_decision", court_result="annulled")
    story.passes(minutes=1)
    assert story.forms.count("removal_assessment") == 1
    story.does("kasittelija", "removal_assessment", **KEPT)
    assert "prepare_removal" not in story.forms, "nothing is left to correct"
    assert clienthood(story).runs
    with pytest.raises(SentBack) as refusal:
        begins(story, which_decision=decision.number)
    assert refusal.value.field == "which_decision"


def test_who_was_kept_by_a_correction_is_removed_by_another_only_with_consent(story: Story) -> None:
    reopened(story)
    story.does("kasittelija", "removal_assessment", **KEPT)
    story.does("kasittelija", "prepare_removal")
    story.does("paattaja", "sign_removal")
    story.does("kasittelija", "record_delivery")
    begins(story, which_decision=newest(story, "removal").number)
    proposes(story, **FACTUAL)
    story.passes(minutes=1)
    with pytest.raises(NotInFavour) as refusal:
        story.does("kasittelija", "removal_assessment", **UNHEARD)
    assert refusal.value.field == "removal_proposal"


def test_what_a_court_sends_back_after_the_correction_is_assessed_plainly(story: Story) -> None:
    reopened(story)
    story.does("kasittelija", "removal_assessment", **{**UNHEARD, "removal_ground": "left_country"})
    story.does("kasittelija", "prepare_removal")
    story.does("paattaja", "sign_removal")
    story.does("kasittelija", "record_delivery")
    story.hears("appeal_received")
    story.does("kasittelija", "appeal_arrival", appealed="removal")
    to_court(story)
    story.does("kasittelija", "court_decision", court_result="annulled")
    story.passes(minutes=1)
    story.does("kasittelija", "removal_assessment", **KEPT)
    assert "prepare_removal" not in story.forms, "no decision is left that one would set aside"
    assert clienthood(story).runs


def test_a_slip_in_a_row_of_the_decision_is_corrected(story: Story) -> None:
    client(story)
    assessed(story, **UNHEARD)
    why = "Kerroit jo kaiken kirjalisesti, eikä suullinen kertomus toisi lisää."
    story.does("kasittelija", "prepare_removal", **refused(person(story), why))
    story.does("paattaja", "sign_removal")
    story.does("kasittelija", "record_delivery")
    story.passes(minutes=1)
    begins(story, which_decision=newest(story, "removal").number)
    proposes(story, wrong_text="kirjalisesti", right_text="kirjallisesti")
    story.does("paattaja", "sign_correction")
    copy = " ".join(letter(story, "corrected_copy").split())
    assert f"Pyyntöä ei hyväksytty: {why.replace('kirjalisesti', 'kirjallisesti')}" in copy
