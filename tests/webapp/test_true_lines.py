"""The lines of a case's record say what happened, to whom, and by whom; none says what did not happen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from engine.texts import day
from tests.stories.test_adverse_outcomes import adverse, until_assessment
from tests.stories.test_appeals import appeals, served
from tests.stories.test_children import (
    CHILD,
    REGISTERED_CHILD,
    child_assessment,
    child_until_signature,
    family,
)
from tests.stories.test_delivery import BY_POST
from tests.stories.test_notices import NOT_SENT, reflection_signed
from tests.support.browsing import Visitor, signed_in
from tests.support.party_changes import NEW_MAILBOX, changes, person
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
    assert f"{number}, 746/2011 35 §, Otettu" in page, "on which provision it was signed"
    assert "ratkaisu viety niihin lasten asioihin, jotka odottavat sitä" in page, (
        "it has none to which an outcome could be taken"
    )
    assert "tiedoksiannon aika alkoi" in page
    assert "järjestelmä" in page, "nobody chose the way or the days"


def test_no_receipt_is_recorded_where_nobody_got_one(caseworker: Visitor, story: Story) -> None:
    child = family(story)
    assert "Vastaanottoilmoitus lähti hakemuksen lähettäjälle" in record(caseworker, story)
    page = record(caseworker, child)
    assert "Lapsen asia avattiin toisen asian yhteydessä" in page
    assert "Vastaanottoilmoitusta ei annettu kenellekään" in page
    assert "Asia saapui: child" not in page


def test_a_childs_prepared_decision_names_the_case_it_waits_for_and_its_signer_sees_the_outcome(
    world: World, app: Flask, caseworker: Visitor, story: Story
) -> None:
    child = family(story)
    child_until_signature(child)
    page = record(caseworker, child)
    assert f"Se on odottanut asian {story.reference} ratkaisua ma {day('fi', story.today)} alkaen" in page
    assert "Kenenkään ei tarvitse tehdä nyt mitään" not in page
    story.passes(minutes=1)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    story.passes(minutes=1)
    assert "Se on odottanut asian" not in record(caseworker, child)
    signer = signed_in(world, "paattaja", app)
    page = signer.get(f"/tasks/{child.task('sign_resolution').id}").text
    assert f"Huoltajan asia ratkaistiin ma {day('fi', story.today)}: " in page
    assert "Se ratkaistiin tämän valmistelun jälkeen" in page


def test_of_an_appeal_that_lies_in_the_court_no_page_says_that_it_was_handed_to_us(
    caseworker: Visitor, story: Story
) -> None:
    served(story)
    appeals(story, arrival_way="court")
    assert f"tuomioistuimessa ma {day('fi', story.today)}" in record(caseworker, story)
    page = caseworker.get(f"/tasks/{story.task('appeal_opinion').id}").text
    assert "Valitusosoitus nimesi tuomioistuimen: " in page
    assert "Valitus on jo tuomioistuimessa, joka pyysi meiltä lausuntoa" in page
    assert "Vastaanottokeskukseen toimitettu valitus" not in page
    story.does("kasittelija", "appeal_opinion")
    story.does("paattaja", "sign_opinion")
    page = caseworker.get(f"/tasks/{story.task('send_to_court').id}").text
    assert "Valitus on jo tuomioistuimessa" in page
    assert "Lähetä valitus, lausunto ja asiakirjat" not in page
    story.does("kasittelija", "send_to_court")
    left = f"ma {day('fi', story.today)}, Turvapostilla, Valitus, Lausunto, Päätös"
    assert left in record(caseworker, story), "when, how and with which papers it left"


def test_of_two_notices_alike_it_is_seen_which_one_left(caseworker: Visitor, story: Story) -> None:
    reflection_signed(story)
    story.does("kasittelija", "send_notice", **NOT_SENT)
    page = record(caseworker, story)
    assert NOT_SENT["not_sent_reason"] in page.rpartition("Ilmoitus ei lähtenyt")[2].partition("</li>")[0]
    assert "Henkilölle kerrottiin päätöksestä ennen poliisia" in page
    assert page.count("Ei lähtenyt") == 1
    assert page.count("Lähettämistä ei ole kirjattu") == 1
    story.does("kasittelija", "send_notice")
    assert "turvapostilla, Esimerkkivirasto, kirjaamo" in record(caseworker, story), (
        "how the other left, and where to"
    )


def test_post_that_came_back_has_one_line_with_its_day_and_the_presumption_that_fell(
    world: World, app: Flask, caseworker: Visitor, story: Story
) -> None:
    until_assessment(story, **BY_POST)
    later = (story.today + timedelta(days=30)).isoformat()
    story.does("kasittelija", "assessment", **{**adverse(story), "hearing_due_on": later})
    assert "Odotamme vastausta" not in record(caseworker, story), "the letter has not left"
    story.does("kasittelija", "post_paper", "HEAR-1")
    story.does("kasittelija", "hearing_reply", "HEAR-1")
    story.does("kasittelija", "review_reply", "HEAR-1")
    page = record(caseworker, story)
    assert "Kirje kuulemisesta lähti" in page
    assert "Kuuleminen päättyi: vastaus saatiin" in page
    assert "tietopyynnön kirje" not in page
    assert "Pyyntö päättyi" not in page
    assert "Tilaisuus tulla kuulluksi annettiin: hakija" in page
    assert "Henkilö tuli kuulluksi" in page
    assert "Vastaus saapui" not in page
    assert "Tietopyyntö lähti" not in page
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    story.does("kasittelija", "post_letter")
    presumed = story.today + timedelta(days=7)
    story.passes(days=9)
    assert story.hears("mail_returned", key=story.file.deliveries[-1].business_key)
    page = signed_in(world, "kasittelija", app).get(f"/cases/{story.reference}?events=contact")
    lines = str(page.tree.get_element_by_id("timeline").text_content())
    assert lines.count("Posti palautui") + lines.count("että posti palautui") == 1
    assert f"oletettu tiedoksisaanti ma {day('fi', presumed)} kumoutui" in lines


def test_a_change_of_details_says_which_kinds_and_on_whose_word(caseworker: Visitor, story: Story) -> None:
    story.applies()
    story.until("sufficiency")
    changes(story, person(story), NEW_MAILBOX)
    lines = record(caseworker, story)
    assert "Tietoja muutettiin: Hakija" in lines
    assert "Sähköposti, puhelu henkilön kanssa" in lines


def test_where_a_childs_decision_waits_both_cases_and_every_list_say_so(
    world: World, app: Flask, caseworker: Visitor, story: Story
) -> None:
    child = family(story)
    story.until("sign_resolution")
    signer = signed_in(world, "paattaja", app)
    assert "odottaa tätä" not in signer.get("/tasks/?view=team").text
    child_until_signature(child)

    prepared = [each for each in child.file.submissions if each.form_key == "prepare_resolution"][-1]
    done = caseworker.get(f"/tasks/{prepared.task_id}").text
    assert f"Se on odottanut asian {story.reference} ratkaisua" in done
    assert "Se jatkuu itsestään" not in done
    page = record(caseworker, story)
    assert f"Lapsen päätös odottaa tämän asian ratkaisua {child.reference}" in page
    assert "Lapsen päätös odottaa tätä" in signer.get("/tasks/?view=team").text
    task = signer.get(f"/tasks/{story.task('sign_resolution').id}").text
    assert f"Lapsen päätös odottaa tämän asian ratkaisua {child.reference}" in task
    manager = signed_in(world, "esihenkilo", app).get("/oversight/cases").text
    assert f"Lapsen päätös odottaa asian {story.reference} ratkaisua" in manager

    story.does("paattaja", "sign_resolution")
    story.passes(minutes=1)
    assert "Lapsen päätös odottaa" not in record(caseworker, story)
    assert "odottaa tätä" not in signer.get("/tasks/?view=team").text


def test_an_urgent_decision_that_waits_is_called_urgent(world: World, app: Flask, story: Story) -> None:
    child = family(story)
    story.until("sign_resolution")
    child.does("kirjaaja", "register", **REGISTERED_CHILD)
    child.does(
        "kasittelija", "triage_override", case_class="urgent", differs="yes", reason="Lapsi on vaarassa."
    )
    child.does("kasittelija", "sufficiency", representative_state="guardian")
    child.does("kasittelija", "assessment", **child_assessment(child))
    child.does("kasittelija", "prepare_resolution")
    tasks = signed_in(world, "paattaja", app).get("/tasks/?view=team").text
    assert "Lapsen kiireellinen päätös odottaa tätä" in tasks


def test_what_follows_a_registration_names_the_notice_that_has_just_begun(
    world: World, app: Flask, story: Story
) -> None:
    story.applies(has_children="yes", children=[{**CHILD, "born_on": "2018-03-01"}])
    address = f"/tasks/{story.task('register').id}"
    story.does("kirjaaja", "register", has_children="yes", child_welfare_considered="to_be_made")
    browser = signed_in(world, "kirjaaja", app)
    begins = "Tee ilmoitus viranomaiselle: lastensuojeluilmoitus"
    assert begins in browser.get(address).text
    story.passes(minutes=1)
    after = browser.get(address).text
    assert begins not in after
    assert "Kirjoita ilmoitus" in after


def test_the_head_of_a_case_says_that_an_appeal_is_pending(caseworker: Visitor, story: Story) -> None:
    served(story)
    assert "Valitus vireillä" not in record(caseworker, story)
    appeals(story)
    assert "Valitus vireillä" in record(caseworker, story)


def test_a_consent_given_in_a_call_is_not_called_unrecorded(caseworker: Visitor, story: Story) -> None:
    story.calls()
    assert "annettu puhelussa, vahvistetaan asian edetessä" in record(caseworker, story)
    story.applies()
    assert "annettu puhelussa" not in record(caseworker, story)
