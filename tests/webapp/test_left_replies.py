"""An answer behind a link that is left quickly: what was typed goes, and who comes back."""

from __future__ import annotations

import pytest

from tests.support.browsing import Visitor
from tests.support.world import World
from tests.webapp.test_replies import Asked, kept, opened


@pytest.fixture
def asked(world: World) -> Asked:
    return Asked(world)


def test_leaving_quickly_destroys_what_was_typed_and_shuts_the_questions(
    browser: Visitor, asked: Asked
) -> None:
    asking = browser.get(f"/fi/r/{asked.link}")
    page = browser.submits(asking, factor=asked.code)
    opening = {**dict(asking.form().form_values()), "factor": asked.code}
    page = browser.submits(page, "go=stay", answer="Hän tulee")
    assert kept(asked) == 1
    (way_out,) = page.tree.xpath("//header//form[@action='/exit']")

    browser.post("/exit", dict(way_out.form_values()))

    assert kept(asked) == 0
    assert browser.submits(page, "go=send", answer="Joku muu").status == 404
    # The browser's Back button repeats the request that opened the page.
    assert browser.post("/fi/r", opening).status == 404
    # The person is not cut off: a reminder brings a new address.
    asked.story.passes(days=8)
    link = asked.story.link_of(asked.request)
    assert link != asked.link
    assert browser.get(f"/fi/r/{link}").status == 200


def test_the_link_of_a_professional_who_left_quickly_opens_by_its_code_once_the_page_would_be_over(
    browser: Visitor, asked: Asked, world: World
) -> None:
    page = browser.submits(opened(browser, asked), "go=stay", answer="Hän tulee")
    (way_out,) = page.tree.xpath("//header//form[@action='/exit']")
    browser.post("/exit", dict(way_out.form_values()))
    assert browser.get(f"/fi/r/{asked.link}").status == 404

    world.clock.passes(minutes=16)

    again = opened(browser, asked)
    assert again.status == 200
    assert "Hän tulee" not in again.response.get_data(as_text=True)
    assert browser.submits(page, "go=send", answer="Joku muu").status == 404


def test_leaving_quickly_keeps_what_was_saved_under_a_code(browser: Visitor, asked: Asked) -> None:
    saved = browser.submits(opened(browser, asked), "go=save", answer="Jatkan myöhemmin")
    page = browser.submits(saved)
    (way_out,) = page.tree.xpath("//header//form[@action='/exit']")

    browser.post("/exit", dict(way_out.form_values()))

    again = browser.submits(browser.get("/fi/code"), code=saved.code)
    assert again.tree.xpath("//textarea[@name='answer']")[0].text_content().strip() == "Jatkan myöhemmin"
