"""From the middle of a form to a page of the footer, from the status to what a press leads to, and back, with all that was typed."""

from __future__ import annotations

import pytest

from engine.commands.public_drafts import ReadPublicDraft
from engine.domain.people import PUBLIC
from tests.support.browsing import Page, Visitor, visitor
from tests.support.story import Story
from tests.support.world import World
from tests.webapp.test_form_steps import to_the_end
from tests.webapp.test_kept_replies import written
from tests.webapp.test_page_addresses import is_over, leaves
from tests.webapp.test_replies import Asked, opened
from tests.webapp.test_talking_by_code import page_of, presses

FOOTER = {
    "safety": "Turvallinen käyttö",
    "privacy": "Tietosi ja tietosuoja",
    "accessibility": "Saavutettavuusseloste",
    "owner": "Kuka palvelusta vastaa",
}
BY_PHONE = {"safe_channels": ["phone"], "phone": "+358401234567", "safe_times": ["weekday_morning"]}
UNSENT = "Passini on\ntyönantajalla."


def typed(page: Page, name: str) -> list[str]:
    return list(page.tree.xpath(f"//input[@name='{name}']/@value"))


def goes_back(browser: Visitor, page: Page) -> Page:
    return presses(browser, page, "/p")


def unsent(page: Page) -> str:
    return (page.tree.xpath("//textarea[@name='addition']")[0].text or "").strip().replace("\r", "")


@pytest.mark.parametrize("page_of_footer", FOOTER)
def test_a_page_of_the_footer_keeps_what_is_typed_and_leads_back_to_it(
    browser: Visitor, page_of_footer: str
) -> None:
    step = browser.submits(browser.get("/fi/own/questions"))

    read = browser.submits(step, f"go={page_of_footer}", given_names="Keksitty", born_on="ei tietoa")

    assert read.heading == FOOTER[page_of_footer]
    assert read.response.request.path.startswith("/fi/p/"), "the address names neither the page nor the form"
    for path in (read.form(), read.tree.xpath("//header//form[@action='/exit']")[0]):
        assert "Keksitty" not in str(dict(path.form_values()))
    back = goes_back(browser, read)
    assert back.heading == step.heading
    assert back.problems == [], "nothing was judged"
    assert (typed(back, "given_names"), typed(back, "born_on")) == (["Keksitty"], ["ei tietoa"])


def test_from_one_page_of_the_footer_to_another_and_in_another_language_the_way_back_stays(
    browser: Visitor,
) -> None:
    step = browser.submits(browser.get("/fi/own/questions"))
    safety = browser.submits(step, "go=safety", given_names="Keksitty")
    (english,) = safety.tree.xpath("//nav//a[@hreflang='en']/@href")

    privacy = browser.submits(browser.get(english), "go=privacy")

    assert privacy.tree.get("lang") == "en"
    assert privacy.heading != browser.get(english).heading
    assert typed(goes_back(browser, privacy), "given_names") == ["Keksitty"]


def test_the_way_back_leads_to_the_same_question_and_to_all_answers(browser: Visitor) -> None:
    easy = browser.submits(browser.submits(browser.get("/fi/own/questions?easy")))
    assert goes_back(browser, browser.submits(easy, "go=safety")).heading == easy.heading
    check = to_the_end(browser, easy)
    assert goes_back(browser, browser.submits(check, "go=privacy")).heading == check.heading
    changed = browser.submits(check, "show=family_name")
    back = goes_back(browser, browser.submits(changed, "go=safety", family_name="Keksitty"))
    assert (typed(back, "change"), typed(back, "family_name")) == (["family_name"], ["Keksitty"])


def test_a_reply_and_its_files_go_along_too(world: World, browser: Visitor) -> None:
    page = opened(browser, Asked(world))
    back = goes_back(browser, browser.submits(page, "go=safety", answer="Kesken."))
    assert written(back) == "Kesken."
    files = browser.submits(back, "go=files", answer="Kesken.")
    assert goes_back(browser, browser.submits(files, "go=owner")).heading == files.heading


def test_leaving_from_a_page_of_the_footer_leaves_no_trace_of_the_form(
    browser: Visitor, world: World
) -> None:
    step = browser.submits(browser.get("/fi/own/questions"))
    read = browser.submits(step, "go=safety", given_names="Keksitty")

    leaves(browser, read)

    assert is_over(browser, step)
    assert is_over(browser, read)
    assert goes_back(browser, read).heading == "Sivu on suljettu"
    assert world.engine.answer(ReadPublicDraft(typed(step, "draft")[0]), PUBLIC) is None


def test_a_page_of_the_footer_read_for_long_still_leads_back(browser: Visitor, world: World) -> None:
    step = browser.submits(browser.get("/fi/own/questions"))
    read = browser.submits(step, "go=privacy", given_names="Keksitty")
    world.clock.passes(minutes=16)

    assert typed(goes_back(browser, read), "given_names") == ["Keksitty"]
    again = browser.get(read.response.request.path)
    assert "Se, mitä kirjoitit, on vielä tallessa." in again.text
    assert typed(goes_back(browser, again), "given_names") == ["Keksitty"]


def test_an_unsent_addition_comes_back_from_what_else_was_pressed(story: Story, world: World) -> None:
    story.applies(**BY_PHONE)
    story.does("kirjaaja", "register")
    browser = visitor(world)
    status = page_of(browser, story)
    for ending in ("/code/call", "/code/stop", "/code/withdraw"):
        led_to = presses(browser, status, ending, addition=UNSENT)
        assert "addition_received" not in story.events
        back = goes_back(browser, led_to)
        assert (back.heading, unsent(back)) == (status.heading, UNSENT)
        assert back.tree.xpath("//details[@open]//textarea")
    asked = presses(browser, status, "/code/stop", addition=UNSENT)
    stopped = presses(browser, asked, "/code/stop", "sure=yes")
    assert stopped.heading == "Viestit on pysäytetty"
    assert unsent(goes_back(browser, stopped)) == UNSENT
    read = presses(browser, status, "/code/add", addition=UNSENT)
    assert unsent(goes_back(browser, read)) == "", "it was sent"
    pressed = [each.get("formaction") for each in status.tree.xpath("//footer//button[@form='tell']")]
    safety = browser.post(
        pressed[0], {**dict(status.form().form_values()), "go": "safety", "addition": UNSENT}
    )
    assert safety.heading == FOOTER["safety"]
    assert unsent(goes_back(browser, safety)) == UNSENT


def test_the_way_back_to_the_status_needs_no_code_and_lasts_a_quarter_of_an_hour(
    story: Story, world: World
) -> None:
    story.applies(**BY_PHONE)
    story.does("kirjaaja", "register")
    assert story.receipt is not None
    browser = visitor(world)
    status = page_of(browser, story)
    called = presses(browser, status, "/code/call")
    asked = presses(browser, status, "/code/stop")
    withdrawing = presses(browser, status, "/code/withdraw")
    withdrawn = presses(browser, withdrawing, "/code/withdraw", "sure=yes")
    stopped = presses(browser, asked, "/code/stop", "sure=yes")
    for page in (called, asked, withdrawing, withdrawn, stopped):
        assert "Viestit on pysäytetty." in goes_back(browser, page).text, page.heading
    assert story.receipt.code not in called.response.get_data(as_text=True)

    world.clock.passes(minutes=16)
    assert goes_back(browser, called).heading == "Sivu on suljettu"
    fresh = presses(browser, page_of(browser, story), "/code/stop")
    leaves(browser, fresh)
    assert goes_back(browser, fresh).heading == "Sivu on suljettu"


def test_the_question_before_a_stop_tells_no_guesser_which_code_is_right(
    browser: Visitor,
) -> None:
    token = browser.token(browser.get("/fi/code"))
    sent = {"form_token": token, "code": "1" * 16}
    answers = [browser.post("/fi/code/stop", sent) for _ in range(11)]
    assert [each.status for each in answers] == [200] * 10 + [429]
    assert goes_back(browser, answers[0]).heading == "Sivu on suljettu"
