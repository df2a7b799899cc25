"""The answer is no, or none can be given: people are heard first and learn how to appeal and of other help."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.casework.cited_material import outside_sources
from engine.casework.recordings.assessment import SignsUnanswered
from engine.casework.recordings.preparing import MaterialUnheard, OralUnanswered, OutsideUnheard
from engine.casework.recordings.resolution import CitedUnchecked
from engine.domain.cases import CaseState, Outcome
from engine.errors import AnswersRejected
from engine.queries.case_file import ReadDocument
from engine.queries.resolution_page import ReadLetter
from engine.texts import day
from tests.support.browsing import signed_in
from tests.support.oral_requests import oral_row, refused
from tests.support.party_changes import person
from tests.support.pdf import seen
from tests.support.story import Story


def until_assessment(story: Story, **application: Any) -> None:
    story.applies(**application)
    story.until("assessment")


def adverse(story: Story) -> dict[str, str]:
    return {
        "needs_help": "no",
        "outcome_proposed": "not_admitted",
        "hearing": "needed",
        "hearing_due_on": (story.today + timedelta(days=14)).isoformat(),
        "hearing_told": "Pidetään kielteistä päätöstä mahdollisena.",
        "hearing_material": "Hakijan oma kertomus",
    }


def letter_of(story: Story) -> str:
    document = next(each.document_id for each in story.file.resolutions if each.document_id)
    assert document is not None
    _, content = story.asks(ReadDocument(document))
    # A PDF sets what may not break apart before what follows it.
    return " ".join(seen(content).split())


UNHEARD = {
    "needs_help": "no",
    "outcome_proposed": "not_admitted",
    "hearing": "unnecessary",
    "hearing_exception": "needless",
    "hearing_unnecessary_reasons": "Henkilö on itse kertonut, ettei tarvitse apua.",
}
REASSESS = {
    "signature": "reassess",
    "return_reason": "Avun tarvetta ei ole selvitetty.",
    "delegation_confirmed": None,
    "not_disqualified": None,
    "letter_read": None,
}
NOT_EXAMINED = {"needs_help": "no", "outcome_proposed": "not_examined"}


@pytest.mark.databases
def test_an_adverse_outcome_follows_a_hearing_and_can_be_appealed_for_thirty_days(story: Story) -> None:
    until_assessment(story)
    story.does("kasittelija", "assessment", **adverse(story))
    hearing = story.file.requests[-1]
    assert (hearing.kind, hearing.channel) == ("hearing", "in_person")
    story.passes(minutes=1)
    assert [mail.kind for mail in story.mails] == ["mail_receipt"], "what one is heard on never goes by link"

    assert hearing.sent_at is None, "nobody has met anyone yet"
    story.does("kasittelija", "post_paper", "HEAR-1")
    story.does("kasittelija", "hearing_reply", "HEAR-1")
    story.does("kasittelija", "review_reply", "HEAR-1")
    assert "hearing_held" in story.milestones
    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "sign_resolution")
    assert story.case.outcome is Outcome.NOT_ADMITTED
    assert story.forms == ["other_help", "record_delivery"]
    story.does("kasittelija", "other_help")
    story.does("kasittelija", "record_delivery")

    period = story.file.deadlines[-1]
    assert (period.name, period.due_on) == ("appeal_period", story.today + timedelta(days=30))
    story.passes(days=29)
    assert story.case.state is CaseState.PENDING
    assert "finality_inquiry" not in story.forms
    story.passes(days=2)
    assert story.case.state is CaseState.PENDING, "final is presumed until the courts were asked"
    story.does("kasittelija", "finality_inquiry")
    assert story.case.state is CaseState.CLOSED
    assert "final" in story.milestones
    order = ("hearing_held", "adverse_resolution_signed", "appeal_period_started", "resolution_served")
    assert sorted(order, key=story.milestones.index) == list(order)


def test_a_hearing_may_be_unnecessary_when_it_is_reasoned(story: Story) -> None:
    until_assessment(story)
    with pytest.raises(AnswersRejected):
        story.does("kasittelija", "assessment", **{**UNHEARD, "hearing_unnecessary_reasons": "Ei tarvita."})
    story.does("kasittelija", "assessment", **UNHEARD)
    assert story.file.requests == ()
    assert story.ends() is Outcome.NOT_ADMITTED
    assert "hearing_reasoned_unnecessary" in story.milestones


def test_not_hearing_leaves_its_trace_with_the_signer_and_in_the_letter(story: Story) -> None:
    until_assessment(story)
    groundless = {**UNHEARD, "hearing_exception": "groundless", "indicators": ["threatened", "unpaid"]}
    with pytest.raises(AnswersRejected) as raised:
        story.does("kasittelija", "assessment", **groundless)
    assert list(raised.value.problems) == ["groundless_despite"]
    one = "Uhkailu: se päättyi vuonna 2019, eikä jatku."
    with pytest.raises(SignsUnanswered):
        story.does("kasittelija", "assessment", **groundless, groundless_despite=one)
    despite = f"{one}\nPalkatta tehty työ: sopimus ja palkat nähtiin."
    story.does("kasittelija", "assessment", **groundless, groundless_despite=despite)
    outside = {"clarifications": "Hakijan oma kertomus\nEsitutkintapöytäkirja 5500/R/1"}
    with pytest.raises(OutsideUnheard) as unheard:
        story.does("kasittelija", "prepare_resolution", **outside, outside_information="heard")
    assert unheard.value.field == "outside_information"
    why = "Pöytäkirja toistaa vain hänen oman kertomuksensa."
    story.does(
        "kasittelija",
        "prepare_resolution",
        **outside,
        outside_information="unheard",
        outside_unheard_reasons=why,
    )
    letter = story.world.engine.answer(
        ReadLetter(story.task("sign_resolution").id), story.world.actor("paattaja")
    )
    assert letter is not None
    assert letter.signing is not None
    assert letter.signing.unheard_by == "groundless"
    assert {each.kind: each.reasons for each in letter.signing.explained} == {
        "unheard": UNHEARD["hearing_unnecessary_reasons"],
        "groundless_despite": despite,
        "outside_unheard": why,
    }
    assert letter.signing.unborne == ("Esitutkintapöytäkirja 5500/R/1",), "the case has no such document"
    page = signed_in(story.world, "paattaja").get(f"/tasks/{story.task('sign_resolution').id}").text
    assert "Työtä ilman palkkaa" in page, "what speaks for the person stands beside the signature"
    assert "nojaa muilta saatuun tietoon, josta henkilöä ei ole kuultu" in page
    assert "Päätös viittaa tähän. Tarkista, että se on asiassa, ennen kuin allekirjoitat." in page
    assert page.index("Aineisto, jota ei löytynyt") < page.index("Mitä valmistelija joutui selittämään")
    with pytest.raises(CitedUnchecked) as unseen:
        story.does("paattaja", "sign_resolution", cited_checked=None)
    assert (unseen.value.field, "5500/R/1" in unseen.value.values["lines"]) == ("cited_checked", True)
    story.does("paattaja", "sign_resolution")
    words = letter_of(story)
    assert "Asianosaista ei kuultu ennen päätöstä: vaatimus hylätään heti perusteettomana" in words
    assert UNHEARD["hearing_unnecessary_reasons"] in words


def test_a_wish_to_be_heard_orally_is_answered_and_the_letter_says_how(story: Story) -> None:
    """The letter of the hearing promises it (434/2003 37 §)."""
    until_assessment(story)
    story.does("kasittelija", "assessment", **adverse(story))
    story.does("kasittelija", "post_paper", "HEAR-1")
    story.does("kasittelija", "hearing_reply", "HEAR-1", wants_oral_hearing="yes")
    story.does("kasittelija", "review_reply", "HEAR-1")
    with pytest.raises(OralUnanswered) as unanswered:
        story.does("kasittelija", "prepare_resolution")
    assert (unanswered.value.field, unanswered.value.values["names"]) == ("oral_request", person(story).name)
    preparing = (
        signed_in(story.world, "kasittelija").get(f"/tasks/{story.task('prepare_resolution').id}").text
    )
    assert f"{day('fi', story.today)} saada esittää asiansa suullisesti." in preparing
    why = "Kerroit jo kaiken kirjallisesti, eikä suullinen kertomus toisi lisää."
    story.does("kasittelija", "prepare_resolution", **refused(person(story), why))
    page = signed_in(story.world, "paattaja").get(f"/tasks/{story.task('sign_resolution').id}").text
    assert "Pyyntöä esittää asia suullisesti ei hyväksytä" in page
    assert why in page.partition("Mitä valmistelija joutui selittämään")[2]
    story.does("paattaja", "sign_resolution")
    written = letter_of(story)
    assert "pyysi saada esittää asian suullisesti (hallintolaki 37 §)" in written
    assert f"Pyyntöä ei hyväksytty: {why}" in written
    assert "(pyyntö esittää asia suullisesti)" in written.partition("Sovelletut säännökset")[2]
    assert "(lapsen etu ja mielipide)" not in written


@pytest.mark.parametrize("later", [None, "yes", "no"])
def test_a_wish_to_be_heard_orally_outlives_a_new_assessment(story: Story, later: str | None) -> None:
    """Another assessment answers nothing; who is heard again may take the wish back."""
    until_assessment(story)
    story.does("kasittelija", "assessment", **adverse(story))
    story.does("kasittelija", "post_paper", "HEAR-1")
    story.does("kasittelija", "hearing_reply", "HEAR-1", wants_oral_hearing="yes")
    story.does("kasittelija", "review_reply", "HEAR-1")
    words = "Tapasimme toimistolla, ja hän kertoi tulkin kautta saman kuin kirjeessään."
    held = {"oral_request": "asked", "oral_each": [oral_row(person(story), "held", oral_words=words)]}
    story.does("kasittelija", "prepare_resolution", **held)
    story.does("paattaja", "sign_resolution", **REASSESS)
    if later is None:
        story.does("kasittelija", "assessment", **UNHEARD)
    else:
        story.does("kasittelija", "assessment", **adverse(story))
        story.does("kasittelija", "post_paper", "HEAR-2")
        story.does("kasittelija", "hearing_reply", "HEAR-2", wants_oral_hearing=later)
        story.does("kasittelija", "review_reply", "HEAR-2")
    preparing = (
        signed_in(story.world, "kasittelija").get(f"/tasks/{story.task('prepare_resolution').id}").text
    )
    assert ("saada esittää asiansa suullisesti." in preparing) is (later != "no")
    if later == "no":
        story.does("kasittelija", "prepare_resolution")
        return
    with pytest.raises(OralUnanswered):
        story.does("kasittelija", "prepare_resolution")
    story.does("kasittelija", "prepare_resolution", **held)
    story.does("paattaja", "sign_resolution")
    assert f"ja häntä kuultiin: {words}" in letter_of(story)


def test_a_hearing_that_was_dropped_and_a_source_not_heard_on_reach_the_signer(story: Story) -> None:
    until_assessment(story)
    story.does("kasittelija", "assessment", **adverse(story))
    story.does(
        "kasittelija", "post_paper", "HEAR-1", paper_state="not_sent", not_sent_reason="Osoite puuttui."
    )
    story.does("kasittelija", "assessment", **{**UNHEARD, "indicators": ["forced"]})
    cites = {"reasons": "Kerroit poliisista. Työsuojelun lausunnon mukaan palkka maksettiin."}
    with pytest.raises(MaterialUnheard) as unheard:
        story.does("kasittelija", "prepare_resolution", **cites)
    assert unheard.value.values["lines"] == "Työsuojelun lausunnon mukaan palkka maksettiin."
    why = "Lausunto toistaa vain hakijan oman kertomuksen."
    story.does("kasittelija", "prepare_resolution", **cites, outside_unheard_reasons=why)
    page = signed_in(story.world, "paattaja").get(f"/tasks/{story.task('sign_resolution').id}").text
    for seen_there in (
        "Kuuleminen aloitettiin ja lopetettiin",
        "Osoite puuttui.",
        why,
        "Pakko tehdä jotain vastoin",
    ):
        assert seen_there in page, seen_there
    assert "valmistelijan mukaan ei nojaa muilta saatuun tietoon" in page


def test_material_that_was_not_in_the_hearing_is_declared(story: Story) -> None:
    until_assessment(story)
    story.does(
        "kasittelija", "assessment", **{**adverse(story), "hearing_material": "Hakemuksesi 25.11.2026"}
    )
    for form in ("post_paper", "hearing_reply", "review_reply"):
        story.does("kasittelija", form, "HEAR-1")
    cites = {"clarifications": "Hakemuksesi 25.11.2026\nPoliisin lausunto", "outside_information": "heard"}
    with pytest.raises(MaterialUnheard) as unheard:
        story.does("kasittelija", "prepare_resolution", **cites)
    assert unheard.value.values["lines"] == "Poliisin lausunto"
    assert not outside_sources("Poliisin lausunto 1.11.2026", "", "Mistä kuullaan: poliisin lausunto")
    assert outside_sources("Työsuojelun lausunto", "", "poliisin lausunto"), "another authority's"
    story.does("kasittelija", "prepare_resolution", clarifications="Hakemuksesi 25.11.2026")
    words = signed_in(story.world, "paattaja").get(f"/tasks/{story.task('sign_resolution').id}").text
    assert "Olen eri mieltä." in words, "the signer reads what the person said"


def test_a_cancelled_hearing_leads_back_to_the_assessment(story: Story) -> None:
    until_assessment(story)
    story.does("kasittelija", "assessment", **adverse(story))
    story.does("kasittelija", "post_paper", "HEAR-1")
    story.passes(days=15)
    story.does(
        "kasittelija", "request_follow_up", "HEAR-1", choice="cancel", reason="Arvio onkin myönteinen."
    )
    assert story.forms == ["assessment"]
    assert story.file.requests[-1].closed_as == "cancelled"
    assert story.ends() is Outcome.ADMITTED_35_1
    assert "hearing_held" not in story.milestones


def test_a_hearing_that_nobody_answers_was_still_an_opportunity(story: Story) -> None:
    until_assessment(story)
    story.does("kasittelija", "assessment", **adverse(story))
    story.does("kasittelija", "post_paper", "HEAR-1")
    story.passes(days=15)
    story.does("kasittelija", "request_follow_up", "HEAR-1")
    assert story.forms == ["prepare_resolution"]
    assert "hearing_held" in story.milestones


def test_not_examined_is_a_written_resolution_too(story: Story) -> None:
    until_assessment(story)
    story.does("kasittelija", "assessment", **NOT_EXAMINED)
    assert story.ends() is Outcome.NOT_EXAMINED
    assert "not_examined" in story.milestones
    letter = story.file.resolutions[-1].document_id
    assert letter is not None
    _, content = story.asks(ReadDocument(letter))
    assert content.startswith(b"%PDF-")


def test_the_decision_maker_sends_it_back_to_be_assessed_anew(story: Story) -> None:
    until_assessment(story)
    story.does("kasittelija", "assessment", **UNHEARD)
    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "sign_resolution", **REASSESS)
    assert story.forms == ["assessment"]
    assert story.ends() is Outcome.ADMITTED_35_1
    assert [each.state for each in story.file.resolutions] == ["returned", "signed"]


def test_a_matter_of_another_authority_is_transferred_and_the_sender_notified(story: Story) -> None:
    story.applies()
    story.does(
        "kirjaaja",
        "register",
        competence="transfer",
        transfer_to="migri",
        transfer_reason="Kyse on oleskeluluvasta.",
    )
    story.does("kasittelija", "send_notice")
    assert story.case.outcome is Outcome.TRANSFERRED
    assert story.case.state is CaseState.PENDING, "the person's own letter has not left yet"
    story.passes(minutes=1)
    assert story.forms == ["post_paper"]
    story.does("kasittelija", "post_paper")
    assert story.case.state is CaseState.CLOSED
    assert story.status() == "closed"
    assert [mail.kind for mail in story.mails] == ["mail_receipt", "mail_letter"]
    assert "transferred" in story.milestones


def test_danger_that_is_found_while_a_matter_goes_elsewhere_is_acted_on_here(story: Story) -> None:
    story.applies()
    story.does(
        "kirjaaja",
        "register",
        in_danger="yes",
        competence="transfer",
        transfer_to="police",
        transfer_ground="preventable_offence",
        transfer_reason="Kuuluu poliisille.",
    )
    story.passes(seconds=5)
    assert story.forms == ["transfer_ground", "urgent_measures"]
    assert "on_call_notified" in story.events


def test_an_urgent_matter_is_not_transferred_past_its_urgent_measures(story: Story) -> None:
    story.calls()
    story.does(
        "paivystaja",
        "register",
        competence="transfer",
        transfer_to="police",
        transfer_ground="preventable_offence",
        transfer_reason="Kuuluu poliisille.",
    )
    assert story.case.state is CaseState.PENDING
    assert story.forms == ["transfer_ground", "urgent_measures"]
    story.does(
        "kasittelija",
        "transfer_ground",
        transfer_ground="preventable_offence",
        **dict.fromkeys(("transfer_consent_on", "consent_language")),
    )
    story.does("kasittelija", "send_notice")
    assert story.case.outcome is Outcome.TRANSFERRED
    assert story.case.state is CaseState.PENDING
    story.does("paivystaja", "urgent_measures")
    assert story.case.state is CaseState.PENDING, "the person's own letter has not left yet"
    story.passes(minutes=1)
    assert story.forms == ["post_paper"]
    story.does("kasittelija", "post_paper")
    assert story.case.state is CaseState.CLOSED
    assert story.case.outcome is Outcome.TRANSFERRED
