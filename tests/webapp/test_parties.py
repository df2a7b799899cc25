"""The page of a party: what was typed stays, two at once lose nothing, and the next page says what followed."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask

from engine.commands.parties import StopContactByCode
from engine.domain.parties import LANGUAGES
from engine.domain.people import PUBLIC
from engine.feel import parse
from engine.storage.parties import Party
from forms.catalogue import form_keys, read_form
from tests.support.browsing import Page, Visitor, signed_in, visitor
from tests.support.story import Story
from tests.webapp.test_talking_by_code import presses


def page_of(story: Story, browser: Visitor, party: Party | None = None) -> Page:
    whom = party or story.file.applicant
    assert whom is not None
    return browser.get(f"/cases/{story.reference}/parties/{whom.id}")


def saves(browser: Visitor, page: Page, go: str = "save", **typed: str) -> Page:
    form = page.tree.xpath("//main//form[.//button[@name='go']]")[0]
    sent = {**dict(form.form_values()), "go": go, **typed}
    return browser.post(urlsplit(form.get("action")).path, sent)


WHY = {"source": "call", "reason": "Toinen lukee hänen sähköpostiaan."}


def test_the_mailbox_is_called_unsafe_and_the_case_page_says_what_followed(story: Story, app: Flask) -> None:
    story.applies()
    browser = signed_in(story.world, "kasittelija", app)
    page = page_of(story, browser)
    assert "Yksi viesti odottaa lähtöä" in page.text

    done = saves(browser, page, way_email="unsafe", way_phone="safe", address_phone="+358 00 0000000", **WHY)

    assert done.status == 303
    case = browser.get(f"/cases/{story.reference}")
    assert "Yksi viesti pidätettiin." in case.tree.text_content()
    person = story.file.applicant
    assert person is not None
    assert (person.contact["safe_channels"], person.contact["unsafe_channels"]) == (["phone"], ["email"])
    again = page_of(story, browser)
    assert "Toinen lukee hänen sähköpostiaan." in again.text
    assert "sähköposti" in again.text


def test_of_a_person_without_a_birth_date_all_else_is_changed(story: Story, app: Flask) -> None:
    story.applies(born_on=None, phone="041 111 2233", safe_channels=["phone"])
    story.until("register")
    browser = signed_in(story.world, "kasittelija", app)

    done = saves(
        browser, page_of(story, browser), way_phone="unsafe", way_post="safe", address_post="PL 1", **WHY
    )

    assert done.status == 303
    person = story.file.applicant
    assert person is not None
    assert person.contact["unsafe_channels"] == ["phone"]
    assert saves(browser, page_of(story, browser), born_on="17.5.1994", **WHY).status == 303
    emptied = saves(browser, page_of(story, browser), born_on="", **WHY)
    assert emptied.status == 303
    assert "17.5.1994" in page_of(story, browser).text


def test_mistakes_stand_beside_their_fields_and_what_was_typed_stays(story: Story, app: Flask) -> None:
    story.applies()
    browser = signed_in(story.world, "kasittelija", app)

    page = saves(
        browser,
        page_of(story, browser),
        way_post="safe",
        address_post="",
        born_on="joskus",
        reason="",
        family_name="Uusi",
    )
    assert page.status == 422
    assert page.tree.xpath("//input[@name='family_name']/@value") == ["Uusi"]
    assert page.tree.xpath("//input[@name='born_on']/@value") == ["joskus"]
    assert "Kirjoita päivä muodossa" in page.text

    page = saves(browser, page, born_on="17.5.1994")
    assert page.status == 422
    assert {"Kirjoita, miksi tietoja muutetaan.", "Valitse, mistä tieto tuli."} <= set(sentences(page))
    assert any("Kirjoita osoite tai numero" in each for each in sentences(page))
    person = story.file.applicant
    assert person is not None
    assert person.identity["family_name"] == "Keksitty"


def sentences(page: Page) -> list[str]:
    return [" ".join(each.text_content().split()) for each in page.tree.xpath("//p[@class='error']")]


def test_the_second_of_two_keeps_what_they_typed_and_sees_the_change(story: Story, app: Flask) -> None:
    story.applies()
    first, second = signed_in(story.world, "kasittelija", app), signed_in(story.world, "johtaja", app)
    earlier, later = page_of(story, first), page_of(story, second)
    assert saves(first, earlier, family_name="Ensimmäinen", **WHY).status == 303

    refused = saves(second, later, mother_tongue="thai", source="call", reason="Hän puhuu thaita.")

    assert refused.status == 409
    assert "Joku muutti samoja tietoja" in refused.text
    assert refused.tree.xpath("//input[@name='mother_tongue']/@value") == ["thai"]
    assert "Hän puhuu thaita." in refused.text
    assert "Ensimmäinen" in refused.text, "the history shows what the other one changed"


def test_a_representative_is_added_changed_and_removed(story: Story, app: Flask) -> None:
    story.applies()
    browser = signed_in(story.world, "kasittelija", app)
    new = browser.get(f"/cases/{story.reference}/parties/new")
    shape = {"kind": "agent", "given_names": "Sanna", "family_name": "Satunnainen", **WHY}

    assert saves(browser, new, **{**shape, "kind": ""}).status == 422
    refused = saves(browser, new, **shape, power_see_documents="yes")
    assert refused.status == 422
    assert "mistä päivästä alkaen" in refused.text
    assert saves(browser, refused, authorised_on="2.11.2026").status == 303

    agent = next(each for each in story.file.parties if each.kind == "agent")
    assert (agent.powers, agent.name) == (("see_documents",), "Sanna Satunnainen")
    assert "nähdä asiakirjat" in browser.get(f"/cases/{story.reference}").text
    removed = saves(browser, page_of(story, browser, agent), go="remove", **WHY)
    assert removed.status == 303
    assert all(each.kind != "agent" for each in story.file.parties)


def test_a_reported_change_stands_above_the_form(story: Story, app: Flask) -> None:
    story.applies()
    assert story.receipt is not None
    visitor = signed_in(story.world, "kasittelija", app)
    story.world.engine.perform(StopContactByCode(story.receipt.code), PUBLIC)

    assert "Mitään ei lähde hänelle" in page_of(story, visitor).text
    assert "uudet tavat on kirjattu" in visitor.get(f"/cases/{story.reference}").text


def test_a_referrer_is_shown_by_their_own_details(story: Story, app: Flask) -> None:
    story.is_referred()
    browser = signed_in(story.world, "kirjaaja", app)
    referrer = next(each for each in story.file.parties if each.kind == "referrer")
    page = page_of(story, browser, referrer)
    assert page.tree.xpath("//input[@name='referrer_name']/@value") == [referrer.name]

    assert saves(browser, page, is_unsafe="yes", **WHY).status == 303

    changed = next(each for each in story.file.parties if each.kind == "referrer")
    assert changed.is_unsafe
    assert changed.contact["referrer_email"] == referrer.contact["referrer_email"]


def test_those_who_sign_have_no_such_page(story: Story, app: Flask) -> None:
    story.applies()

    assert page_of(story, signed_in(story.world, "paattaja", app)).status == 403


def test_the_code_page_stops_messages_after_asking(story: Story) -> None:
    receipt = story.applies()
    browser = visitor(story.world)
    status = browser.submits(browser.get("/fi/code"), code=receipt.code)

    asked = presses(browser, status, "/stop")
    assert asked.heading == "Haluatko, että emme lähetä sinulle mitään?"
    assert story.file.open_ways, "nothing has stopped yet"
    assert browser.submits(asked, "sure=yes").heading == "Viestit on pysäytetty"

    assert story.file.open_ways == frozenset()


def test_a_correction_keeps_the_values_that_stand_whether_its_page_offers_them_or_not(
    story: Story, app: Flask
) -> None:
    story.applies(contact_language="uz", interpreter_needed="unknown", mother_tongue={"skipped": "dont_want"})
    browser = signed_in(story.world, "kasittelija", app)
    page = page_of(story, browser)
    assert {"uzbekki", "ei varmaa"} <= set(page.tree.xpath("//option[@selected]/text()"))

    assert saves(browser, page, given_names="Uusi", **WHY).status == 303

    person = story.file.applicant
    assert person is not None
    assert (person.identity["given_names"], person.identity["contact_language"]) == ("Uusi", "uz")
    assert person.identity["interpreter_needed"] == "unknown"
    assert person.identity["mother_tongue"] == {"skipped": "dont_want"}
    history = page_of(story, browser).tree.xpath("//section[h2[@id='history-title']]//td//ins/text()")
    assert history == ["Uusi"]


def test_every_list_of_languages_is_one(story: Story, app: Flask) -> None:
    story.applies()
    browser = signed_in(story.world, "kasittelija", app)
    case = f"/cases/{story.reference}"
    pages = {
        browser.get(f"{case}/parties/new"): "contact_language",
        browser.get(f"{case}/meetings"): "language",
        browser.get(case): "language",
    }
    for page, name in pages.items():
        offered = page.tree.xpath(f"//select[@name='{name}']/option/@value")
        assert [each for each in offered if each] == list(LANGUAGES), page.url

    lists = {
        tuple(option.value for option in field.options)
        for key in form_keys()
        for field in read_form(key, parse=parse).fields
        if "uk" in {option.value for option in field.options}
    }
    assert lists == {LANGUAGES}
