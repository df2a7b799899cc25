"""The lines of a case's record say what happened, to whom, and by whom; none says what did not happen."""

from __future__ import annotations

import pytest
from flask import Flask

from engine.texts import day
from tests.stories.test_appeals import appeals, served
from tests.stories.test_children import child_until_signature, family
from tests.stories.test_delivery import BY_POST
from tests.stories.test_notices import NOT_SENT, reflection_signed
from tests.support.browsing import Visitor, signed_in
from tests.support.story import Story
from tests.support.world import World


@pytest.fixture
def caseworker(world: World, app: Flask) -> Visitor:
    return signed_in(world, "kasittelija", app)


def record(visitor: Visitor, story: Story) -> str:
    return visitor.get(f"/cases/{story.reference}?events=all").text


def test_a_decision_leaves_with_its_number_and_its_recipient(caseworker: Visitor, story: Story) -> None:
    story.applies(**BY_POST)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution", signature="reassess", return_reason="Arvioi uhka uudelleen.")
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    story.does("kasittelija", "post_letter")
    page = record(caseworker, story)
    assert "palautettiin uuteen arviointiin" in page
    assert "palautettiin valmistelijalle" not in page
    assert "Laadittiin kirje: saate" in page
    number = story.file.resolutions[-1].number
    assert f"{number}, Aino Esimerkki Keksitty" in page
    assert "lasten asiat käyty läpi" in page, "it has none to which an outcome could be taken"
    assert "tiedoksiannon aika alkoi" in page
    assert "järjestelmä" in page, "nobody chose the way or the days"


def test_no_receipt_is_recorded_where_nobody_got_one(caseworker: Visitor, story: Story) -> None:
    child = family(story)
    assert "Vastaanottoilmoitus lähti hakemuksen lähettäjälle" in record(caseworker, story)
    page = record(caseworker, child)
    assert "Lapsen asia avattiin vanhemman asiasta" in page
    assert "Vastaanottoilmoitusta ei annettu kenellekään" in page
    assert "Asia saapui: child" not in page


def test_a_childs_prepared_decision_names_the_case_it_waits_for_and_its_signer_sees_the_outcome(
    world: World, app: Flask, caseworker: Visitor, story: Story
) -> None:
    child = family(story)
    child_until_signature(child)
    page = record(caseworker, child)
    assert (
        f"Se on odottanut huoltajan asian {story.reference} ratkaisua ma {day('fi', story.today)} alkaen"
        in page
    )
    assert "Kenenkään ei tarvitse tehdä nyt mitään" not in page
    story.passes(minutes=1)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    story.passes(minutes=1)
    assert "Se on odottanut huoltajan asian" not in record(caseworker, child)
    signer = signed_in(world, "paattaja", app)
    page = signer.get(f"/tasks/{child.task('sign_resolution').id}").text
    assert f"Huoltajan asia ratkaistiin ma {day('fi', story.today)}: " in page
    assert "Se ratkaistiin tämän valmistelun jälkeen" in page


def test_of_an_appeal_that_lies_in_the_court_no_page_says_that_it_was_handed_to_us(
    caseworker: Visitor, story: Story
) -> None:
    served(story)
    appeals(story, arrival_way="court")
    page = caseworker.get(f"/tasks/{story.task('appeal_opinion').id}").text
    assert "Valitusosoitus nimesi tuomioistuimen: " in page
    assert "Valitus on jo tuomioistuimessa, joka pyysi meiltä lausuntoa" in page
    assert "Vastaanottokeskukseen toimitettu valitus" not in page
    story.does("kasittelija", "appeal_opinion")
    story.does("paattaja", "sign_opinion")
    page = caseworker.get(f"/tasks/{story.task('send_to_court').id}").text
    assert "Valitus on jo tuomioistuimessa" in page
    assert "Lähetä valitus, lausunto ja asiakirjat" not in page


def test_of_two_notices_alike_it_is_seen_which_one_left(caseworker: Visitor, story: Story) -> None:
    reflection_signed(story)
    story.does("kasittelija", "send_notice", **NOT_SENT)
    page = record(caseworker, story)
    assert page.count("Ei lähtenyt") == 1
    assert page.count("Lähettämistä ei ole kirjattu") == 1
