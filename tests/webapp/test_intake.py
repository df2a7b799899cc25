"""Applications on paper or by phone: the public form, with the person who filled it in and the day it came."""

from __future__ import annotations

from datetime import date

import pytest

from engine.clock import day_of
from engine.commands.enquiry_answers import PressingEnquiries, UnansweredEnquiries
from engine.domain.cases import Channel
from engine.domain.people import PUBLIC
from engine.queries.status import StatusByCode
from tests.support.browsing import Page, Visitor, signed_in
from tests.support.story import Story
from tests.support.world import World

CAME = {"arrived_by": "letter", "arrived_on": "29.10.2026", "filled_by": "helped"}
NAMES = {"given_names": "Paperi", "family_name": "Keksitty"}


@pytest.fixture
def desk(world: World) -> Visitor:
    return signed_in(world, "kirjaaja")


def recorded(desk: Visitor, world: World, **answers: str | list[str]) -> tuple[Page, Story]:
    page = desk.get("/tasks/intake/application")
    receipt = desk.submits(page, "go=send", place=FORM, **{**CAME, **NAMES, **answers})
    with world.engine.database.view() as connection:
        found = connection.exec_driver_sql("select max(reference) from cases").scalar()
    return receipt, Story(world, str(found))


FORM = 0
"""The place of the only form in the page's content."""


def test_the_parts_stand_beside_with_what_a_referral_lacks_still(desk: Visitor) -> None:
    page = desk.get("/tasks/intake/referral")
    links = page.tree.xpath("//nav[@aria-label='Lomakkeen kohdat']//a")
    assert [each.get("href") for each in links] == [
        f"#{each.get('id')}" for each in page.tree.xpath("//form//h2[@id]")
    ]
    (referrer,) = [each for each in links if "Ohjaaja" in each.text_content()]
    assert "3 tietoa" in referrer.text_content()
    application = desk.get("/tasks/intake/application")
    assert not application.tree.xpath("//nav//li[@class='is-done' or @class='is-missing']"), (
        "a paper needs nothing"
    )


def test_it_was_received_on_the_day_it_came(desk: Visitor, world: World) -> None:
    receipt, story = recorded(desk, world)

    assert receipt.status == 200
    assert receipt.heading == "Hakemus on kirjattu"
    assert day_of(story.case.received_at) == date(2026, 10, 29)
    assert story.case.channel is Channel.SELF
    assert story.file.applicant is not None
    assert story.file.applicant.name == "Paperi Keksitty"


def test_the_file_says_how_it_came_and_who_filled_it_in(desk: Visitor, world: World) -> None:
    _, story = recorded(desk, world)

    page = desk.get(f"/cases/{story.reference}")

    assert "Kirjattiin paperilta tai puheesta: kirjeenä" in page.text
    assert "Hakija, ja joku auttoi" in page.text


def test_the_code_is_the_persons_and_the_slip_can_be_given(desk: Visitor, world: World) -> None:
    receipt, _ = recorded(desk, world)

    slip = desk.submits(receipt, "kind=card")
    status = desk.submits(desk.get("/fi/code"), code=receipt.code)

    assert slip.response.mimetype == "application/pdf"
    assert status.heading == "Hakemuksesi on meillä"


def test_no_mail_speaks_of_a_code_that_nobody_has_given_yet(desk: Visitor, world: World) -> None:
    _, story = recorded(desk, world, safe_channels=["email"], email="paperi@example.invalid")
    story.passes(minutes=1)
    assert [mail.kind for mail in story.mails if mail.recipient["email"] == "paperi@example.invalid"] == []
    assert "Vastaanottoilmoitusta ei annettu kenellekään" in desk.get(f"/cases/{story.reference}").text


def test_mistakes_of_the_cover_and_the_form_are_shown_at_once(desk: Visitor) -> None:
    page = desk.get("/tasks/intake/application")

    wrong = desk.submits(page, "go=send", place=FORM, arrived_on="1.1.2030", born_on="32.1.2000", **NAMES)

    assert wrong.status == 422
    assert len(wrong.problems) == 4
    assert wrong.tree.xpath("//input[@name='given_names']/@value") == ["Paperi"]


def test_a_referral_on_paper_needs_consent_too(desk: Visitor, world: World) -> None:
    page = desk.get("/tasks/intake/referral")

    refused = desk.submits(page, "go=send", place=FORM, **CAME, consent_given="refused")

    assert refused.status == 422
    with world.engine.database.view() as connection:
        assert connection.exec_driver_sql("select count(*) from cases").scalar_one() == 0


def test_children_are_added_without_script_and_nothing_is_lost(desk: Visitor) -> None:
    page = desk.get("/tasks/intake/child_application")

    more = desk.submits(page, "add_row=children", place=FORM, **CAME, children__0__given_names="Lumi")

    assert more.tree.xpath("//input[@name='children.0.given_names']/@value") == ["Lumi"]
    assert more.tree.xpath("//input[@name='children.1.given_names']")
    assert more.tree.xpath("//input[@name='arrived_on']/@value") == ["29.10.2026"]


def test_a_button_pressed_twice_gives_one_case(desk: Visitor, world: World) -> None:
    page = desk.get("/tasks/intake/application")

    first = desk.submits(page, "go=send", place=FORM, **CAME, **NAMES)
    second = desk.submits(page, "go=send", place=FORM, **CAME, **NAMES)

    assert first.code == second.code
    status = world.engine.answer(StatusByCode("".join(first.code.split())), PUBLIC)
    assert status is not None
    assert [day_of(each.at) for each in status.sent] == [day_of(status.received_at)] == [date(2026, 10, 29)]
    with world.engine.database.view() as connection:
        assert connection.exec_driver_sql("select count(*) from cases").scalar_one() == 1


def test_a_second_person_on_a_page_that_was_gone_back_to_has_a_case_and_a_code(
    desk: Visitor, world: World
) -> None:
    page = desk.get("/tasks/intake/application")
    first = desk.submits(page, "go=send", place=FORM, **CAME, **NAMES)

    anew = desk.submits(page, "go=send", place=FORM, **CAME, **{**NAMES, "given_names": "Toinen"})
    second = desk.submits(desk.follows(anew), "go=send", place=FORM)

    assert second.code != first.code
    status = desk.submits(desk.get("/fi/code"), code=second.code)
    assert status.heading == "Hakemuksesi on meillä"
    assert desk.submits(second, "kind=card").response.mimetype == "application/pdf"
    with world.engine.database.view() as connection:
        assert connection.exec_driver_sql("select count(*) from cases").scalar_one() == 2


@pytest.mark.parametrize("key", ["sign_resolution", "phone_intake", "receipt.pdf", "nothing"])
def test_only_what_people_outside_fill_in_can_be_written_down(desk: Visitor, key: str) -> None:
    assert desk.get(f"/tasks/intake/{key}").status == 404


ASKED = {
    "arrived_by": "letter",
    "arrived_on": "29.10.2026",
    "question": "Mitä voin tehdä?",
    "in_danger": "no",
    "reply_by": "phone",
    "phone": "000 000 0007",
    "contact_language": "sv",
}


def test_a_question_on_paper_is_advised_by_phone_and_stays_until_it_is_heard(
    desk: Visitor, world: World
) -> None:
    (asking,) = (link for link in desk.get("/tasks/intake/").links() if link.endswith("/enquiry"))
    page = desk.get(asking)
    assert not page.tree.xpath("//*[@name='filled_by']"), "its paper has no names"
    receipt = desk.submits(page, "go=send", place=FORM, **ASKED, unclear="Ikää ei voi lukea.")
    assert receipt.heading == "Neuvontapyyntö on kirjattu"
    (enquiry,) = world.engine.answer(UnansweredEnquiries(), world.actor("kirjaaja"))
    assert (day_of(enquiry.received_at), enquiry.language) == (date(2026, 10, 29), "sv")

    shown = desk.get(f"/tasks/enquiries/{enquiry.id}")
    assert "Kirjeenä" in shown.text
    assert "Ikää ei voi lukea." in shown.text
    tried = desk.submits(shown, answer="Soita meille.", call="not_reached")
    assert "ei tavoitettu" in tried.text
    assert world.engine.answer(UnansweredEnquiries(), world.actor("kirjaaja")), (
        "nobody knows if it has its code"
    )
    desk.submits(tried, answer="Soita meille.", call="called")
    assert not world.engine.answer(UnansweredEnquiries(), world.actor("kirjaaja"))
    answered = desk.submits(desk.get("/fi/code"), code=receipt.code)
    assert "Soita meille." in answered.text


def test_a_question_on_paper_to_be_read_by_a_code_says_that_the_code_may_be_missing(
    desk: Visitor, world: World
) -> None:
    asked = {**ASKED, "reply_by": "email", "email": "kysyja@example.invalid", "contact_language": "bn"}
    desk.submits(desk.get("/tasks/intake/enquiry"), "go=send", place=FORM, **asked)
    (enquiry,) = world.engine.answer(UnansweredEnquiries(), world.actor("kirjaaja"))
    shown = desk.get(f"/tasks/enquiries/{enquiry.id}")
    assert "vain, jos koodi on annettu hänelle" in shown.text

    desk.submits(shown, answer="Soita meille.")
    story = Story(world, "")
    story.passes(minutes=1)
    (mail,) = [each for each in story.mails if each.recipient["email"] == "kysyja@example.invalid"]
    assert mail.template_values["link"].endswith("/en/code"), "no page is in Bengali"


def test_a_question_on_paper_from_somebody_in_danger_rings_at_once(desk: Visitor, world: World) -> None:
    desk.submits(desk.get("/tasks/intake/enquiry"), "go=send", place=FORM, **{**ASKED, "in_danger": "yes"})
    (waiting,) = world.engine.answer(PressingEnquiries(), world.actor("paivystaja")).pressing
    assert waiting.acts_by.date() == date(2026, 10, 29)
