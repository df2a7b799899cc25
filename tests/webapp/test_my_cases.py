"""The page of one's own cases: what each row says, the lists beside it, and what the page costs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from engine.commands.absences import RecordAbsence
from engine.queries.my_cases import MyCases
from tests.engine.commands.test_statement_budget import counting
from tests.support import answers as plain
from tests.support.browsing import Page, Visitor, signed_in
from tests.support.story import Story
from tests.support.world import World

MOST_STATEMENTS = 28
"""Of the page: the session, the people, three lists with their numbers, one for each kind of row, arrivals and meetings among
them, the keys, the log, reviewed texts, decisions on children that wait for these cases."""


@pytest.fixture
def caseworker(world: World, app: Flask) -> Visitor:
    return signed_in(world, "kasittelija", app)


def registered(world: World, **changes: object) -> Story:
    story = Story(world)
    story.applies(safe_channels=["phone"], phone="000 000 0009", email=None)
    story.does("kirjaaja", "register", caseworker=str(world.people["kasittelija"].id), **changes)
    return story


def row_of(page: Page, story: Story) -> str:
    rows = page.tree.xpath("//tr[@data-task]")
    (found,) = (row for row in rows if story.reference in row.text_content())
    return " ".join(found.text_content().split())


def test_an_empty_list_says_what_will_come_and_where_to_look(caseworker: Visitor) -> None:
    page = caseworker.get("/my-cases/")
    assert page.heading == "Omat asiat"
    assert "Sinulla ei ole avoimia asioita" in page.text
    assert "/tasks/?view=unassigned" in page.links()


def test_a_row_names_the_person_the_step_and_whose_turn_it_is(world: World, caseworker: Visitor) -> None:
    story = registered(world)
    page = caseworker.get("/my-cases/")
    row = row_of(page, story)
    assert "Aino Esimerkki Keksitty" in row
    assert "Vahvista kiireellisyys" in row
    assert "Sinä" in row
    assert "seurantapäivä" in row
    assert f"/tasks/{story.task('triage_override').id}" in page.links()


def test_a_question_by_phone_is_a_step_of_ones_own_and_leads_to_its_form(
    world: World, caseworker: Visitor
) -> None:
    story = registered(world)
    story.does("kasittelija", "triage_override")
    story.does("kasittelija", "sufficiency", enough="ask", missing="Työpaikka", account_known="no")
    due = story.today + timedelta(days=14)
    rows = [plain.request("applicant", due) | {"request_channel": "phone"}]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="Siksi.")
    page = caseworker.get("/my-cases/")
    assert "Kysy ja kerro päivä" in row_of(page, story)
    asking = caseworker.get(f"/tasks/{story.task('ask_aloud').id}")
    assert rows[0]["questions"] in asking.text, "who calls has the questions before them"
    story.does("kasittelija", "ask_aloud", ask_way="phone")
    story.passes(minutes=5)
    page = caseworker.get("/my-cases/")
    assert "Soita ja kirjaa vastaus" in row_of(page, story)
    assert f"/tasks/{story.task('information_reply').id}" in page.links()


def test_what_waits_for_others_has_a_day_and_what_is_late_stands_first(world: World, app: Flask) -> None:
    late = registered(world)
    late.until("sign_resolution")
    late.passes(days=80)
    fresh = registered(world)
    fresh.until("sign_resolution")
    caseworker = signed_in(world, "kasittelija", app)
    page = caseworker.get("/my-cases/")
    groups = [each.text_content() for each in page.tree.xpath("//tr[@class='group']")]
    assert groups == ["Jumissa tai myöhässä", "Odottaa muita"]
    assert "myöhässä" in row_of(page, late)
    assert "Vapaa, päätöksentekijä" in row_of(page, late)
    assert "Yksi asia on jumissa, myöhässä tai seurantapäivä ohi." in page.text
    only_stuck = caseworker.get("/my-cases/?turn=stuck")
    assert late.reference in only_stuck.text
    assert fresh.reference not in only_stuck.text


def test_a_restricted_case_is_named_only_to_one_who_has_just_proved_who_they_are(
    world: World, app: Flask, caseworker: Visitor
) -> None:
    story = registered(world, restricted="yes")
    assert "Aino Esimerkki Keksitty" in row_of(caseworker.get("/my-cases/"), story)
    world.clock.passes(minutes=20)
    row = row_of(caseworker.get("/my-cases/"), story)
    assert "Aino" not in row
    assert "Rajoitettu" in row


def test_a_deputy_sees_the_list_of_the_one_who_is_away(world: World, app: Flask) -> None:
    story = registered(world)
    away = RecordAbsence("kasittelija", story.today, story.today + timedelta(days=5), "toinen")
    world.engine.perform(away, world.actor("johtaja"))
    page = signed_in(world, "toinen", app).get("/my-cases/?whose=standing_in")
    assert "Kerttu Käsittelijä" in page.text
    assert "käsittelijä Kerttu Käsittelijä" in row_of(page, story)


def test_unknown_words_in_the_address_show_ones_own(caseworker: Visitor) -> None:
    assert caseworker.get("/my-cases/?whose=x&turn=y").heading == "Omat asiat"


@pytest.mark.databases
def test_the_page_asks_as_much_for_twelve_cases_as_for_two(world: World, app: Flask) -> None:
    def asked() -> int:
        with counting(world.engine) as counted:
            assert caseworker.get("/my-cases/").status == 200
        return len(counted.statements)

    caseworker = signed_in(world, "kasittelija", app)
    for _ in range(2):
        registered(world)
    caseworker.get("/my-cases/")
    two = asked()
    for _ in range(10):
        registered(world)
    assert len(world.engine.answer(MyCases(), world.actor("kasittelija")).lines) == 12
    assert asked() <= two <= MOST_STATEMENTS


def test_the_filter_of_language_is_that_of_the_decision(world: World, app: Flask) -> None:
    story = registered(world)
    desk = signed_in(world, "kasittelija", app)
    page = desk.get("/my-cases/")
    assert "Päätöksen kieli" in page.text
    assert set(page.tree.xpath("//select[@name='language']/option/@value")) == {"", "fi", "sv"}
    assert story.reference in desk.get("/my-cases/?language=so").text, (
        "no list tells who speaks which language"
    )
    assert story.reference not in desk.get("/my-cases/?language=sv").text


def test_an_empty_list_of_nobodys_says_of_every_case_only_to_heads(world: World, app: Flask) -> None:
    own = signed_in(world, "kasittelija", app).get("/my-cases/?whose=nobodys").text
    assert "Sinulle ei ole vapaita asioita" in own
    assert "Jokaisella asialla" not in own
    assert (
        "Jokaisella asialla on käsittelijä"
        in signed_in(world, "esihenkilo", app).get("/my-cases/?whose=nobodys").text
    )
