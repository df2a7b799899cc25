"""The opinion with which an appeal goes to the court: what it says, and to which court it goes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.casework.recordings.own_appeal import AnotherDiaryNumber
from engine.errors import AnswersRejected
from engine.queries.case_file import ReadDocument
from engine.queries.resolution_page import ReadLetter
from engine.queries.task_page import OpenTaskPage
from engine.texts import day
from tests.stories.test_appeals import appeals, refused, served, to_court
from tests.stories.test_delivery import BY_POST
from tests.stories.test_notices import papers
from tests.support.pdf import seen
from tests.support.story import Story


def opinion(story: Story) -> str:
    (found,) = [each.id for each in story.file.documents if each.kind == "appeal_opinion"]
    _, content = story.asks(ReadDocument(found))
    return " ".join(seen(content).split())


def test_an_opinion_that_the_court_asked_for_says_so(story: Story) -> None:
    served(story)
    decided = day("fi", story.today)
    story.passes(days=4)
    story.hears("appeal_received")
    for unsaid in ("appeal_diary_number", "court_received_on"):
        with pytest.raises(AnswersRejected):
            story.does("kasittelija", "appeal_arrival", arrival_way="court", **{unsaid: None})
    story.does("kasittelija", "appeal_arrival", arrival_way="court")
    page = OpenTaskPage(story.task("appeal_opinion").id)
    assert story.world.engine.answer(page, story.world.actor("kasittelija")).scope["arrival_way"] == "court"
    to_court(story)
    head, _, text = opinion(story).partition("Asia koskee")
    assert day("fi", story.today) in head
    assert decided not in head
    assert f"joka on annettu {decided}" in text
    assert "Tuomioistuin on pyytänyt meiltä lausuntoa" in head
    assert "hallinto-oikeuteen" not in text, "the court may be the supreme one"
    assert f"Valitus saapui tuomioistuimeen {day('fi', story.today)}" in text
    assert "diaarinumero on 2/2026" in text
    assert "Valitus saapui meille" not in text
    with pytest.raises(AnotherDiaryNumber) as refusal:
        story.does("kasittelija", "court_decision", court_diary_number="999/2026")
    assert refusal.value.field == "diary_reasons"
    assert "2/2026" in str(refusal.value)
    story.does("kasittelija", "court_decision", court_diary_number="2 / 2026")


def test_the_signer_of_an_opinion_sees_why_it_goes_to_another_court(story: Story) -> None:
    """808/2019 10 §: the court of the domicile, which the instructions name; a move or the appellant may change it."""
    served(story)
    appeals(story)
    writer, signer = (story.world.actor(each) for each in ("kasittelija", "paattaja"))
    named = story.world.engine.answer(OpenTaskPage(story.task("appeal_opinion").id), writer).named_court
    assert named
    other = {"opinion_court": "other", "other_court": "Toinen hallinto-oikeus"}
    with pytest.raises(AnswersRejected):
        story.does("kasittelija", "appeal_opinion", **other)
    story.does("kasittelija", "appeal_opinion", **other, other_court_reasons="Hän on muuttanut.")
    letter = story.world.engine.answer(ReadLetter(story.task("sign_opinion").id), signer)
    assert letter is not None
    assert letter.named_court == named
    assert [(each.kind, each.reasons) for each in letter.explained] == [("other_court", "Hän on muuttanut.")]
    assert not letter.missing
    unconfirmed = dict.fromkeys(("delegation_confirmed", "not_disqualified", "letter_read"))
    with pytest.raises(AnswersRejected) as raised:
        story.does("paattaja", "sign_opinion", **unconfirmed)
    assert set(raised.value.problems) == set(unconfirmed), "confirmed as in any other signature"
    story.does("paattaja", "sign_opinion")
    assert "Toinen hallinto-oikeus" in opinion(story)
    assert named not in opinion(story)


def test_an_opinion_says_of_a_letter_when_it_left_and_when_it_counts_as_received(story: Story) -> None:
    """434/2003 59 §: in a late appeal the day of receipt is what the parties dispute."""
    refused(story, **BY_POST)
    story.does("kasittelija", "post_letter")
    left = story.today
    story.passes(days=8)
    appeals(story)
    story.does("kasittelija", "appeal_opinion")
    story.does("paattaja", "sign_opinion")
    (opinion,) = papers(story, "appeal_opinion")
    sent, received = (day("fi", each) for each in (left, left + timedelta(days=7)))
    assert f"lähetetty tavallisena kirjeenä {sent}, katsotaan saaduksi {received}" in opinion


def test_what_no_other_party_may_be_given_reaches_the_court_and_who_signs_and_sends(story: Story) -> None:
    """621/1999 11 § 2 mom.: a guardian who appeals must not learn from the court where the person is."""
    served(story)
    appeals(story, appellant="guardian")
    writer, signer = (story.world.actor(each) for each in ("kasittelija", "paattaja"))
    page = story.world.engine.answer(OpenTaskPage(story.task("appeal_opinion").id), writer)
    assert page.scope["appellant"] == "guardian"
    assert not page.not_for_parties
    secret = "Isälle ei saa kertoa olinpaikkaa."
    for unsaid in ({"is_withheld": None}, {"is_withheld": "yes", "secrecy_notes": None}):
        with pytest.raises(AnswersRejected):
            story.does("kasittelija", "appeal_opinion", **unsaid)
    story.does("kasittelija", "appeal_opinion", is_withheld="yes", secrecy_notes=secret)
    letter = story.world.engine.answer(ReadLetter(story.task("sign_opinion").id), signer)
    assert letter is not None
    assert secret in letter.wording.paragraphs
    story.does("paattaja", "sign_opinion")
    assert secret in opinion(story)
    assert "Mitä ei saa antaa muille asianosaisille" in opinion(story)
    page = story.world.engine.answer(OpenTaskPage(story.task("send_to_court").id), writer)
    assert page.not_for_parties == secret


def test_an_opinion_protects_the_person_and_the_children_not_the_appellant(story: Story) -> None:
    served(story)
    appeals(story, appellant="guardian")
    to_court(story)
    assert "Sen, jota päätös koskee, ja asiassa mainittujen lasten yhteystietoja ja olinpaikkaa" in opinion(
        story
    )
    assert "Valittajan yhteystietoja" not in opinion(story)
    assert "Mitä ei saa antaa muille asianosaisille" not in opinion(story)
