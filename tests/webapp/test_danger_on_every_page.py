"""Danger, and the safe ways to the person, stand on every page of a case: a page that forgets them fails here."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from engine.domain.arrivals import ArrivalKind
from tests.stories.test_registry import arrives
from tests.support import answers as plain
from tests.support.browsing import Page, signed_in
from tests.support.story import Story
from tests.support.world import World
from tests.webapp.conftest import values_of
from tests.webapp.test_hidden_is_absent import about_a_case, address_of

NOTE = "Hän asuu samassa asunnossa ja lukee puhelintani."
IN_DANGER = {"in_danger": "yes", "danger_notes": NOTE, "safe_channels": ["phone"], "phone": "000 000 0009"}
WITHOUT = {
    "cases.readers": "the log: an auditor reads it, and nothing else of the case",
    "cases.log_extract": "the log as well, for the person themselves",
    "inbox.bulk_act": "an act on many tasks",
    "oversight.move": "the manager's desk: who gets the work",
}
"""Pages that name a case and nothing of its person, with the reason."""
BESIDE = {"cases.code_call", "cases.hidden_document", "cases.emergency_file"}
"""Pages that this case does not reach: two in the test below, and the one that an emergency opens (`test_emergencies.py`)."""


def warned(page: Page) -> bool:
    shown = [" ".join(each.text_content().split()) for each in page.tree.find_class("pinned")]
    return any(NOTE in each for each in shown) and "tel:+358000000009" in page.links()


def test_every_page_of_a_case_keeps_danger_and_the_safe_ways_in_sight(
    world: World, app: Flask, story: Story
) -> None:
    real = values_of(story, **IN_DANGER)
    workers = [signed_in(world, who, app) for who in ("kasittelija", "johtaja")]
    forgotten, unreached = set(), set()
    for rule in about_a_case(app):
        is_page = "GET" in (rule.methods or ()) and not rule.rule.startswith("/api/")
        if not is_page or rule.rule.endswith(".pdf") or rule.endpoint in WITHOUT:
            continue
        read = [worker.get(address_of(rule.rule, real)) for worker in workers]
        if all(each.status >= 400 for each in read):
            unreached.add(rule.endpoint)
        pages = [each for each in read if each.status == 200 and each.response.mimetype == "text/html"]
        if not all(map(warned, pages)):
            forgotten.add(rule.endpoint)
    assert not forgotten
    assert unreached == BESIDE


def test_pages_about_a_code_and_a_document_in_error_keep_them_in_sight(
    world: World, app: Flask, story: Story
) -> None:
    story.applies(**IN_DANGER)
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="–", missing="–")
    rows = [plain.request("outside_authority", story.today + timedelta(days=14))]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="–")
    arrived = arrives(story, ArrivalKind.OTHER).id
    worker = signed_in(world, "kasittelija", app)
    case, token = f"/cases/{story.reference}", worker.token(worker.get("/me"))

    assert warned(worker.get(f"{case}/registered/{arrived}/hidden"))
    call = worker.get(f"{case}/requests/REQ-1/code")
    assert warned(call)
    numbered = {"number": "029 111 2222", "source": "switchboard", "source_words": "Vaihde"}
    aloud = worker.submits(call, place=form_to(call, "/code"), **numbered)
    assert (aloud.heading, warned(aloud)) == ("Lue koodi puhelimessa", True)
    assert aloud.code, "the code itself is there"
    given = worker.post(f"{case}/code", {"form_token": token, "act": "a" * 32, "given": "0"})
    assert (given.heading, warned(given)) == ("Hakijan koodi", True)
    (printed,) = given.tree.find_class("pinned")
    assert "no-print" in printed.getparent().get("class"), "the page is printed for the person"


def form_to(page: Page, ending: str) -> int:
    actions = [form.get("action") for form in page.tree.xpath("//main//form")]
    return next(place for place, action in enumerate(actions) if action.endswith(ending))
