"""The administrators' pages: somebody joins by two people, a program gets its token, sessions end, refusals are seen."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask

from engine.commands.people import SCOPES, AddPerson
from engine.domain.administration import Act
from engine.domain.appointments import DecisionKind
from engine.domain.people import OPERATOR, Power, Role
from engine.domain.webhooks import EVENTS
from engine.queries.administration import OpenSessions
from engine.settings import SessionSettings
from tests.support.browsing import Page, Visitor, signed_in
from tests.support.programs import program
from tests.support.world import PASSWORD, World
from webapp.rendering.words.administration_labels import (
    ACTS,
    APPOINTMENTS,
    DECISION_KINDS,
    HEARD_EVENTS,
)
from webapp.rendering.words.administration_labels import SCOPES as SCOPE_WORDS


def test_everything_that_the_log_and_the_pages_say_has_a_word() -> None:
    assert set(ACTS) == {each.value for each in Act}
    assert set(APPOINTMENTS) == {each.value for each in Power}
    assert set(SCOPE_WORDS) == set(SCOPES)
    assert set(DECISION_KINDS) == {each.value for each in DecisionKind}
    assert set(HEARD_EVENTS) == set(EVENTS)


PROGRAM: dict[str, str | list[str]] = {"name": "Tilastot", "scopes": ["tasks:read"], "roles": ["caseworker"]}


def place_of(page: Page, action: str) -> int:
    """The place of the form that is sent to an address ending so."""
    forms = page.tree.xpath("//main//form")
    return next(place for place, form in enumerate(forms) if str(form.get("action")).endswith(action))


def presses(browser: Visitor, page: Page, action: str, **fields: str | list[str]) -> Page:
    return browser.submits(page, place=place_of(page, action), **fields)


def test_somebody_joins_by_two_people(world: World, app: Flask) -> None:
    administrator, director = signed_in(world, "yllapitaja", app), signed_in(world, "johtaja", app)
    page = administrator.get("/administration/new-person")
    refused = presses(administrator, page, "/new-person", name="Ulla Uusi", username="Uusi Nimi")
    assert refused.status == 422
    assert "Käyttäjätunnuksessa voi olla" in refused.text
    added = presses(
        administrator, refused, "/new-person", username="ulla", roles=["caseworker"], reason="Aloittaa 1.12."
    )
    assert added.goes_to == "/administration/people/ulla"
    person = administrator.get(added.goes_to)
    assert "Voit kutsua, kun toinen ihminen on vahvistanut roolit." in person.text
    assert "/confirm" not in "".join(str(each.get("action")) for each in person.tree.xpath("//form"))

    waiting = director.get("/administration/")
    assert "Ulla Uusi: rooliksi käsittelijä, koko maa" in waiting.text
    assert "”Aloittaa 1.12.”" in waiting.text
    assert presses(director, waiting, "/confirm").goes_to == "/administration/"

    person = administrator.get("/administration/people/ulla")
    invited = presses(administrator, person, "/invitation")
    token = re.search(r"http://localhost(/sign-in/invitation/[\w-]+)", invited.text)
    assert token
    assert "Ulla Uusi" in Visitor(app).get(token[1]).text
    again = administrator.get("/administration/people/ulla")
    presses(administrator, again, "/take-back")
    assert Visitor(app).get(token[1]).status == 404


def test_a_new_invitation_for_a_working_colleague_is_asked_before_it_is_proposed(
    world: World, app: Flask
) -> None:
    administrator, director = signed_in(world, "yllapitaja", app), signed_in(world, "johtaja", app)
    page = administrator.get("/administration/people/kasittelija")
    assert "Ehdotetaanko uutta kutsua?" in page.text
    assert "Voi vahvistaa: " in page.text
    sent = presses(administrator, page, "/invitation")
    assert "toimivat siihen asti" in administrator.follows(sent).text
    assert signed_in(world, "kasittelija", app).get("/my-cases/").status == 200
    invited = presses(director, director.get("/administration/people/kasittelija"), "/confirm")
    assert "/sign-in/invitation/" in invited.text
    page = administrator.get("/administration/people/kasittelija")
    assert "Ei keinoa kirjautua, ennen kuin kutsu on käytetty" in page.text
    alone = administrator.get("/administration/people/johtaja")
    assert "Nyt kukaan muu ei voi vahvistaa sitä" in alone.text
    assert not alone.tree.xpath("//form[contains(@action, '/invitation')]")


def test_a_role_that_waits_stands_in_the_form_and_stays_with_another(world: World, app: Flask) -> None:
    administrator = signed_in(world, "yllapitaja", app)
    address = "/administration/people/kasittelija"
    added = presses(
        administrator,
        administrator.get(address),
        "/roles",
        roles=["caseworker", "manager"],
        reason="Sijaistaa.",
    )
    assert "Odottaa toista ihmistä: esihenkilö." in administrator.follows(added).text
    page = administrator.get(address)
    ticked = page.tree.xpath("//input[@name='roles'][@checked]/@value")
    assert set(ticked) == {"caseworker", "manager"}
    more = presses(administrator, page, "/roles", roles=[*ticked, "on_call"], reason="Päivystää.")
    assert "Ehdotus ei enää odota" not in administrator.follows(more).text
    left = presses(
        administrator,
        administrator.get(address),
        "/roles",
        roles=["caseworker", "on_call"],
        reason="Päivystää.",
    )
    assert "Ehdotus ei enää odota: esihenkilö." in administrator.follows(left).text


def test_a_newcomer_without_a_role_is_offered_no_empty_appointment(world: World, app: Flask) -> None:
    administrator = signed_in(world, "yllapitaja", app)
    typed = {
        "username": "ulla",
        "name": "Ulla Uusi",
        "email": "ulla@virasto.invalid",
        "phone": "000 000 0009",
    }
    form = administrator.get("/administration/new-person")
    page = administrator.follows(
        presses(administrator, form, "/new-person", **typed, roles=["caseworker"], reason="Aloittaa.")
    )
    assert "Määräystä voi ehdottaa, kun henkilöllä on rooli." in page.text
    assert "Ei vielä vahvistettuja rooleja" in page.text
    assert "Tunnus käytössä" not in page.text
    assert "Mitä hän saa tehdä" not in page.text
    assert typed["email"] in page.text
    assert typed["phone"] in page.text


def test_a_power_has_its_days_and_ends(world: World, app: Flask) -> None:
    administrator, director = signed_in(world, "yllapitaja", app), signed_in(world, "johtaja", app)
    person = administrator.get("/administration/people/kasittelija")
    wrong = presses(administrator, person, "/appointments", power="sign_resolutions", valid_from="huomenna")
    assert wrong.status == 422
    assert "Kirjoita päivä muodossa" in wrong.text
    sent = presses(
        administrator,
        wrong,
        "/appointments",
        power="sign_resolutions",
        valid_from="1.1.2026",
        valid_until="",
        reason="Jonossa",
    )
    assert sent.status == 303
    waiting = director.get("/administration/people/kasittelija")
    assert re.search(r"määräys allekirjoittaa päätökset, \w+\s1\.1\.2026 alkaen", waiting.text)
    presses(director, waiting, "/confirm")
    person = director.get("/administration/people/kasittelija")
    world.clock.passes(minutes=6)
    kept = presses(director, person, "/end")
    assert (kept.status, "Vahvista, että olet sinä" in kept.text) == (403, True)
    assert "päättynyt" not in director.get("/administration/people/kasittelija").text
    director.submits(director.get("/me/proof"), password=PASSWORD)
    assert director.submits(kept).goes_to == "/administration/people/kasittelija"
    assert "päättynyt" in director.get("/administration/people/kasittelija").text


def test_an_absence_is_recorded_with_its_deputy_and_ended(world: World, app: Flask) -> None:
    director = signed_in(world, "johtaja", app)
    person = director.get("/administration/people/kasittelija")
    assert "Tarja Tarkastaja" not in person.tree.xpath("string(//select[@id='deputy'])")
    wrong = presses(director, person, "/absence", away_from="", away_until="6.11.2026")
    assert wrong.status == 422
    sent = presses(
        director, wrong, "/absence", away_from="2.11.2026", away_until="6.11.2026", deputy="toinen"
    )
    assert sent.status == 303
    assert "sijainen Tuomas Toinen" in director.get("/administration/").text
    presses(director, director.get("/administration/people/kasittelija"), "/absence/end")
    assert "sijainen" not in director.get("/administration/").text.replace("Poissa ja sijainen", "")


@pytest.mark.parametrize(
    ("address", "action", "fields", "place"),
    [
        ("/people/kasittelija", "/absence", {"away_from": "7.12.", "away_until": "9.12.2026"}, "away_from"),
        (
            "/people/kasittelija",
            "/absence",
            {"away_from": "30.9.2026", "away_until": "1.10.2026"},
            "away_until",
        ),
        (
            "/people/kasittelija",
            "/absence/end",
            {"absence": "00000000-0000-0000-0000-000000000000"},
            "absence",
        ),
        ("/people/kasittelija", "/roles", {"roles": []}, "roles"),
        ("/people/kasittelija", "/roles", {"roles": ["caseworker", "manager"]}, "reason"),
        ("/people/kasittelija", "/team", {"team": "north"}, "team-reason"),
        ("/people/kasittelija", "/roles", {"roles": ["caseworker"], "reason": "a" * 201}, "reason"),
        ("/people/kasittelija", "/appointments", {"valid_from": "2.11.2026"}, "power"),
        (
            "/people/kasittelija",
            "/appointments",
            {"power": "sign_resolutions", "valid_from": "2.11.2026", "reason": " "},
            "appointment-reason",
        ),
        (
            "/people/kasittelija",
            "/appointments",
            {"power": "sign_resolutions", "valid_from": "2.11.2026", "reason": "a" * 201},
            "appointment-reason",
        ),
        ("/new-person", "/new-person", {"name": "Ulla Uusi", "username": "Ulla Uusi"}, "username"),
        ("/new-person", "/new-person", {"name": "Ulla Uusi", "username": "ulla", "roles": []}, "roles"),
        ("/new-program", "/new-program", {"name": "Tilastot", "scopes": []}, "scopes"),
        ("/new-program", "/new-program", PROGRAM, "reason"),
        ("/new-receiver?name=Tilastot", "/new-receiver", {"address": "https://a.invalid"}, "name"),
    ],
)
def test_a_mistake_stands_at_the_top_and_leads_to_its_field(
    world: World, app: Flask, address: str, action: str, fields: dict[str, str | list[str]], place: str
) -> None:
    administrator = signed_in(world, "yllapitaja", app)
    person = administrator.get("/administration/people/kasittelija")
    presses(administrator, person, "/absence", away_from="2.11.2026", away_until="6.11.2026")
    refused = presses(administrator, administrator.get(f"/administration{address}"), action, **fields)
    assert refused.status == 422
    assert len(refused.problems) == 1
    assert refused.tree.xpath("//div[@class='error-summary']//a/@href") == [f"#{place}"]
    assert len(refused.tree.xpath("//*[@id=$place]", place=place)) == 1
    assert refused.text.count(refused.problems[0]) == 2


def test_only_a_region_that_gets_cases_is_given_to_a_person_or_a_power(world: World, app: Flask) -> None:
    administrator = signed_in(world, "yllapitaja", app)
    page = administrator.get("/administration/people/kasittelija")
    teams = ["south", "west", "east", "north"]
    assert page.tree.xpath("//select[@name='team']/option/@value") == ["", *teams]
    assert page.tree.xpath("//input[@name='teams']/@value") == teams
    assert "Ahvenanmaalla ei ole omaa aluetta" in page.text
    assert not page.tree.xpath("//select[@name='scope']/option[contains(., 'Ahvenanmaa')]")
    refused = administrator.post(
        "/administration/people/kasittelija/team", {"form_token": administrator.token(page), "team": "aland"}
    )
    assert (refused.status, refused.problems) == (422, ["Valitse alue luettelosta."])


def test_people_are_found_and_closed_ones_apart(world: World, app: Flask) -> None:
    administrator = signed_in(world, "yllapitaja", app)
    kerttu = world.people["kasittelija"].name
    assert kerttu in administrator.get("/administration/?text=KERTTU&role=caseworker").text
    assert kerttu not in administrator.get("/administration/?role=auditor").text
    desk = signed_in(world, "kasittelija", app)

    presses(administrator, administrator.get("/administration/people/kasittelija"), "/close")

    assert desk.get("/me").status == 303
    assert kerttu not in administrator.get("/administration/").text
    assert kerttu in administrator.get("/administration/?state=closed").text
    closed = administrator.get("/administration/people/kasittelija")
    assert presses(administrator, closed, "/reopen", reason="Palaa vapaalta.").status == 303
    assert "tunnus avataan uudelleen" in administrator.get("/administration/").text


def test_sessions_of_others_are_seen_and_ended(world: World, app: Flask) -> None:
    administrator, desk = signed_in(world, "yllapitaja", app), signed_in(world, "kasittelija", app)
    page = administrator.get("/administration/sessions")
    assert world.people["kasittelija"].name in page.text

    presses(administrator, page, "/kasittelija/sessions/end")

    assert desk.get("/me").status == 303
    assert world.people["kasittelija"].name not in administrator.get("/administration/sessions").text


def test_a_programs_token_is_shown_once_to_who_confirms(world: World, app: Flask) -> None:
    administrator, director = signed_in(world, "yllapitaja", app), signed_in(world, "johtaja", app)
    page = administrator.get("/administration/new-program")
    page = presses(administrator, page, "/new-program", name="rekisteri")
    assert "Valitse, mitä ohjelma saa tehdä." in page.text
    sent = presses(administrator, page, "/new-program", **{**PROGRAM, "name": "rekisteri"}, reason="Siirto.")
    assert sent.goes_to == "/administration/programs"

    waiting = director.get("/administration/programs")
    shown = presses(director, waiting, "/confirm")

    (token,) = shown.tree.xpath("//code/text()")
    again = presses(director, waiting, "/confirm")
    assert (again.status, token in again.text) == (409, False)
    calls = app.test_client()
    headers = {"Authorization": f"Bearer {token}"}
    assert calls.get("/api/v1/tasks", headers=headers).status_code == 200
    listed = administrator.get("/administration/programs")
    assert token not in listed.text
    assert "ei kertaakaan" not in listed.text
    presses(administrator, listed, "/programs/revoke")
    assert calls.get("/api/v1/tasks", headers=headers).status_code == 401


def test_a_programs_address_is_given_by_two_people_and_its_key_is_shown_once(
    world: World, app: Flask
) -> None:
    program(world, app, name="kumppani")
    administrator, director = signed_in(world, "yllapitaja", app), signed_in(world, "johtaja", app)
    listed = administrator.get("/administration/programs")
    (link,) = listed.tree.xpath("//a[contains(@href, 'new-receiver')]/@href")
    page = administrator.get(link)
    refused = presses(administrator, page, "/new-receiver", address="kumppani.example", events=[])
    assert refused.status == 422
    assert "Kirjoita osoite muodossa https://" in refused.text
    events = ["registered", "case_closed"]
    address = "https://kumppani.example/tapahtumat"
    sent = presses(
        administrator, refused, "/new-receiver", address=address, events=events, reason="Rekisterin pyynnöstä"
    )
    assert sent.goes_to == "/administration/programs"

    waiting = director.get("/administration/programs")
    assert f"tapahtumista kerrotaan osoitteeseen {address}: asia päättyi, kirjattiin vireille" in waiting.text
    shown = presses(director, waiting, "/confirm")
    (key,) = shown.tree.xpath("//code/text()")
    assert "tapahtuma tuli täältä" in shown.text
    listed = administrator.get("/administration/programs")
    assert key not in listed.text
    assert address in listed.text
    changed = presses(administrator, listed, "/receivers/key")
    assert changed.tree.xpath("//code/text()") != [key]
    presses(administrator, listed, "/receivers/end")
    listed = administrator.get("/administration/programs")
    assert address not in listed.text
    again = presses(administrator, page, "/new-receiver", address=address, events=events, reason="Taas.")
    assert again.goes_to == "/administration/programs"
    log = administrator.get("/administration/log")
    assert "vaihtoi ohjelman osoitteen avaimen" in log.text
    assert f"{address}, asia päättyi" in log.text


def test_the_log_shows_who_did_what_and_what_was_refused(world: World, app: Flask) -> None:
    desk, auditor = signed_in(world, "kasittelija", app), signed_in(world, "tarkastaja", app)
    for path in ("/administration/", "/administration/log", "/administration/people/kasittelija"):
        assert desk.get(path).status == 403
    browser = Visitor(app)
    browser.submits(browser.get("/sign-in"), username="kirjaaja", password=PASSWORD)
    program(world, app)

    page = auditor.get("/administration/log")

    assert page.text.count("yritti, mihin ei ollut oikeutta") == 3
    assert "Kaisa Kirjaajakirjautui" in page.text
    assert "lisäsi ohjelman" in page.text
    assert auditor.get("/administration/").status == 403


def test_a_director_confirms_and_appoints_but_administers_nobody(world: World, app: Flask) -> None:
    director = signed_in(world, "johtaja", app)
    page = director.get("/administration/people/kasittelija")
    actions = {str(form.get("action")).rpartition("/")[2] for form in page.tree.xpath("//main//form")}
    assert actions == {"absence", "appointments"}
    token = director.token(page)
    for act in ("roles", "close", "reopen", "invitation", "invitation/take-back", "sessions/end"):
        sent = director.post(f"/administration/people/kasittelija/{act}", {"form_token": token})
        assert sent.status == 403, act


def test_power_is_given_within_minutes_of_a_proof_and_refused_at_any_time(world: World, app: Flask) -> None:
    administrator, director = signed_in(world, "yllapitaja", app), signed_in(world, "johtaja", app)
    command = AddPerson("ulla", "Ulla Uusi", frozenset({Role.CASEWORKER}), reason="Aloittaa.")
    world.engine.perform(command, world.actor("yllapitaja"))
    waiting = director.get("/administration/")
    world.clock.passes(minutes=6)

    for page in ("new-person", "new-program"):
        asked = administrator.get(f"/administration/{page}")
        assert asked.goes_to == f"/me/proof?next=/administration/{page}"
    kept = presses(director, waiting, "/confirm")
    assert (kept.status, "Vahvista, että olet sinä" in kept.text) == (403, True)
    assert world.people["ulla"].roles == frozenset()
    assert presses(director, waiting, "/refuse").goes_to == "/administration/"


def test_a_session_that_nobody_uses_any_more_is_not_listed(world: World, app: Flask) -> None:
    world.engine.settings = replace(world.engine.settings, sessions=SessionSettings())
    signed_in(world, "kasittelija", app)
    assert [each.person.username for each in world.engine.answer(OpenSessions(), OPERATOR)] == ["kasittelija"]

    world.clock.passes(minutes=31)

    assert world.engine.answer(OpenSessions(), OPERATOR) == ()
