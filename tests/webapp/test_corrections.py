"""The page on which a record is corrected or clarified."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask

from tests.stories.test_appeals import served
from tests.support.browsing import Page, Visitor, signed_in
from tests.support.story import Story


def record(story: Story, form: str) -> UUID:
    return [each for each in story.file.submissions if each.form_key == form][-1].id


def entries_of(case: Page) -> list[str]:
    return [
        " ".join(each.text_content().split())
        for each in case.tree.xpath("//ol[contains(@class, 'timeline')]/li")
    ]


def in_sight(page: Page) -> str:
    (danger,) = page.tree.find_class("danger")
    return " ".join(danger.text_content().split())


def sends(browser: Visitor, page: Page, ending: str, **typed: str) -> Page:
    form = next(each for each in page.tree.xpath("//main//form") if each.get("action").endswith(f"/{ending}"))
    return browser.post(urlsplit(form.get("action")).path, {**dict(form.form_values()), **typed})


def test_a_day_is_corrected_and_the_first_one_stays_beside_it(story: Story, app: Flask) -> None:
    story.applies()
    story.passes(days=3)
    story.until("triage_override")
    browser = signed_in(story.world, "kasittelija", app)
    address = f"/cases/{story.reference}/submissions/{record(story, 'register')}"
    first = browser.get(address)

    refused = sends(browser, first, "correct", pending_on="3.11.2026", go="save")
    assert refused.status == 422
    assert "Kirjoita, miksi tietoja muutetaan." in refused.text
    assert refused.tree.xpath("//input[@name='pending_on']/@value") == ["3.11.2026"]
    refused = sends(browser, refused, "correct", pending_on="24.12.2099", source="call", why="Virhe.")
    assert refused.status == 422
    assert refused.tree.xpath("//textarea[@name='why']")[0].text_content().strip() == "Virhe."

    ground = {"source": "own_mistake", "source_on": "4.11.2026", "why": "Virhe."}
    done = sends(browser, refused, "correct", pending_on="3.11.2026", **ground, go="save")
    assert done.status == 303
    page = browser.get(address)
    assert "Virhe." in page.text
    assert page.tree.xpath("//ins")[0].text_content() == "3.11.2026"
    assert "korjattu kerran" in browser.get(f"/cases/{story.reference}").text
    case = browser.get(f"/cases/{story.reference}?events=all")
    (entry,) = (each for each in entries_of(case) if "Kirjausta korjattiin" in each)
    assert "Kirjaaminen, oma kirjausvirhe, ke 4.11.2026" in entry
    again = sends(browser, first, "correct", pending_on="4.11.2026", source="call", why="Toinen.", go="save")
    assert again.status == 409
    assert again.tree.xpath("//input[@name='pending_on']/@value") == ["4.11.2026"]


def test_a_persons_own_words_are_only_clarified(story: Story, app: Flask) -> None:
    story.applies()
    browser = signed_in(story.world, "kasittelija", app)
    page = browser.get(f"/cases/{story.reference}/submissions/{record(story, 'application')}")
    assert not page.tree.xpath("//form[contains(@action, '/correct')]")

    refused = sends(browser, page, "clarify", clarification="Hän kertoi vuoden.", source="call", source_on="")
    assert refused.status == 422
    assert "Hän kertoi vuoden." in refused.text
    day = f"{story.today:%d.%m.%Y}"
    assert sends(browser, refused, "clarify", source_on=day).status == 303

    assert "Hän kertoi vuoden." in browser.get(f"/cases/{story.reference}").text


def test_the_danger_in_sight_says_when_its_record_was_corrected(story: Story, app: Flask) -> None:
    story.applies()
    story.does("kirjaaja", "register", in_danger="yes", less_urgent_because=None)
    story.passes(days=1)
    browser = signed_in(story.world, "kasittelija", app)
    address = f"/cases/{story.reference}/submissions/{record(story, 'register')}"
    page = browser.get(address)
    assert "korjattu" not in in_sight(page)

    ground = {"source": "own_mistake", "why": "Päivä oli väärä."}
    done = sends(browser, page, "correct", pending_on="1.11.2026", **ground, go="save")

    assert done.status == 303
    assert "korjattu ti 3.11.2026" in in_sight(browser.get(address))


def test_the_danger_in_sight_leads_to_its_record_those_who_may_correct_it(story: Story, app: Flask) -> None:
    story.applies()
    story.does("kirjaaja", "register", in_danger="yes", less_urgent_because=None)
    case, person = f"/cases/{story.reference}", story.file.parties[0].id
    address = f"{case}/submissions/{record(story, 'register')}"
    browser = signed_in(story.world, "kasittelija", app)

    for page in (browser.get(case), browser.get(f"{case}/parties/{person}")):
        assert page.tree.xpath("//*[@aria-labelledby='danger']//a/@href") == [address]
    assert browser.get(address).status == 200
    (seen,) = signed_in(story.world, "paattaja", app).get(case).tree.xpath("//*[@aria-labelledby='danger']")
    assert not seen.xpath(".//a")


def test_a_day_of_service_is_corrected_from_where_it_is_shown(story: Story, app: Flask) -> None:
    story.applies()
    served(story)
    browser = signed_in(story.world, "kasittelija", app)
    shown = browser.get(f"/cases/{story.reference}").tree.get_element_by_id("resolution")

    (way,) = shown.xpath(".//a[starts-with(., 'Korjaa tai täsmennä')]/@href")

    assert way == f"/cases/{story.reference}/submissions/{record(story, 'record_delivery')}"
    assert browser.get(way).status == 200


def test_all_that_is_wrong_stands_in_one_summary_at_the_top(story: Story, app: Flask) -> None:
    story.applies()
    story.until("triage_override")
    browser = signed_in(story.world, "kasittelija", app)
    page = browser.get(f"/cases/{story.reference}/submissions/{record(story, 'register')}")

    refused = sends(browser, page, "correct", pending_on="joskus", go="save")
    (summary,) = refused.tree.xpath("//div[@class='error-summary']")
    places = [each.get("href") for each in summary.xpath(".//a")]
    assert len(places) == 3
    assert places[1:] == ["#why", "#source"]

    for place in places:
        assert refused.tree.xpath(f"//*[@id='{place[1:]}']"), place

    refused = sends(browser, page, "clarify", clarification="")
    (summary,) = refused.tree.xpath("//div[@class='error-summary']")
    places = [each.get("href") for each in summary.xpath(".//a")]
    assert "#clarification" in places
    assert all(refused.tree.xpath(f"//*[@id='{place[1:]}']") for place in places)
