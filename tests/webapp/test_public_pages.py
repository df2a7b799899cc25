"""The pages everyone sees before they do anything."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from engine.commands.public_drafts import KEPT_FOR, KEPT_WITHOUT_CODE
from tests.support.browsing import SETTINGS, Visitor
from tests.support.compiled import application_of
from tests.support.world import World

PAGES = ("", "own", "other", "ask", "own/questions", "code", "safety", "privacy", "accessibility", "owner")
SUBJECT = re.compile(
    r"ihmiskau|auttamis|uhri|människohandel|hjälp|offer|traffick|victim|assist|apua", re.IGNORECASE
)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_speaks_every_language(browser: Visitor, language: str, path: str) -> None:
    page = browser.get(f"/{language}/{path}")

    assert page.status == 200
    assert page.tree.get("lang") == language


@pytest.mark.parametrize("path", PAGES)
def test_a_title_and_an_address_tell_nothing_to_who_watches(browser: Visitor, path: str) -> None:
    page = browser.get(f"/fi/{path}")

    assert not SUBJECT.search(page.title)
    assert not SUBJECT.search(page.response.request.path)


@pytest.mark.parametrize("path", PAGES)
def test_no_cookie_is_set_and_the_phone_number_is_there(browser: Visitor, path: str) -> None:
    page = browser.get(f"/fi/{path}")

    assert "Set-Cookie" not in page.response.headers
    assert "tel:+358000000000" in page.links()
    assert "tel:112" in page.links()


def test_the_way_in_follows_the_language_of_the_browser(browser: Visitor) -> None:
    page = browser.get("/", headers={"Accept-Language": "sv-FI, en;q=0.5"})

    assert page.goes_to == "/sv/"


def test_the_start_has_three_doors(browser: Visitor) -> None:
    links = browser.get("/fi/").links()

    assert [link for link in links if link in {"/fi/own", "/fi/other", "/fi/ask"}] == [
        "/fi/own",
        "/fi/other",
        "/fi/ask",
    ]


def test_the_number_to_call_stands_at_the_top_of_the_start(browser: Visitor) -> None:
    """On a small phone the big number is below the first screen."""
    page = browser.get("/fi/")
    (number,) = page.tree.xpath("//a[@class='call-number']/@href")
    assert {number, "tel:112"} <= set(page.tree.xpath("//header//a/@href"))


def test_leaving_quickly_works_without_script_and_clears_what_the_browser_keeps(browser: Visitor) -> None:
    button = browser.get("/fi/code").tree.find_class("leave")[0]

    away = browser.get(button.get("href"))

    assert away.goes_to == "https://example.invalid/"
    assert away.response.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'


@pytest.mark.parametrize(
    "path",
    [
        *("", "own", "own/questions", "other", "ask", "child", "code", "paper"),
        *("safety", "privacy", "accessibility", "owner", "nothing"),
    ],
)
def test_every_page_can_be_left_quickly_from_the_first_on(browser: Visitor, path: str) -> None:
    assert browser.get(f"/fi/{path}").tree.find_class("leave")


def test_the_button_is_explained_before_the_first_question(browser: Visitor) -> None:
    assert browser.get("/fi/own").tree.find_class("leave-picture")


@pytest.mark.parametrize("path", ["/nothing", "/fi/nothing", "/fi/own/nothing", "/r/x/y"])
def test_missing_pages_answer_alike(browser: Visitor, path: str) -> None:
    page = browser.get(path)

    assert page.status == 404
    assert page.heading == "Tätä sivua ei löydy" or page.tree.get("lang") == "en"


def test_an_address_that_was_never_a_links_answers_like_a_spent_one(browser: Visitor) -> None:
    page = browser.get("/fi/r/short")

    assert (page.status, page.heading) == (404, "Linkki ei enää toimi")


def test_the_privacy_page_gives_each_draft_the_days_that_it_is_kept(browser: Visitor) -> None:
    text = browser.get("/fi/privacy").text

    assert f"jonka tallennat, hävitetään {KEPT_FOR.days} päivän kuluttua" in text
    assert KEPT_WITHOUT_CODE.days == 1
    assert "hävitetään vuorokauden kuluessa" in text
    assert "niin kauan kuin linkki toimii" in text


@pytest.mark.parametrize("path", ["/fi/", "/fi/privacy"])
def test_what_is_promised_of_the_police_names_what_the_law_requires_and_allows(
    browser: Visitor, path: str
) -> None:
    text = browser.get(path).text
    assert re.search(
        r"ilmoita asiakkaistamme poliisille(, ellei laki vaadi sitä, tai salli sitä|\. Poikkeuksista, joista laki)",
        text,
    )


@pytest.mark.parametrize("language", ["fi", "sv", "ar"])
def test_the_data_protection_officer_is_never_invented(world: World, language: str) -> None:
    """Without the setting the page gives nobody's name, and says whom to ask (GDPR article 13)."""
    named = replace(SETTINGS, data_protection_officer="Tietosuojavastaava, puh. 029 000 1234")

    unset = Visitor(application_of(world.engine)).get(f"/{language}/privacy")
    asked = Visitor(application_of(world.engine, named)).get(f"/{language}/privacy")

    assert "029 000 1234" not in unset.text
    assert "029 000 1234" in asked.text
    assert len(unset.text) > len(asked.text) - len("Tietosuojavastaava, puh. 029 000 1234")
    assert unset.tree.xpath("//aside//a[starts-with(@href, 'tel:')]")
    complaint = replace(SETTINGS, data_protection_ombudsman="Tietosuojavaltuutettu, puh. 029 000 5678")
    named_both = Visitor(application_of(world.engine, complaint)).get(f"/{language}/privacy").text
    assert "029 000 5678" in named_both
    assert "029 000 5678" not in unset.text
    assert world.engine.settings.authority.spoken(language).name in unset.text, (
        "the controller (GDPR article 13)"
    )
    finnish = ("henkilön perustiedot", "hävitetään valitusajan jälkeen")
    assert all((words in unset.text) == (language == "fi") for words in finnish), (
        "no Finnish in other languages"
    )
