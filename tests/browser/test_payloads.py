"""Texts that want to run, typed into every form and looked at in Chromium: nothing runs, nothing leads elsewhere.

VIREILLE_TEST_PAYLOADS widens it from a sample to everything (`make deep NAME=payloads`).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from random import Random

import pikepdf
import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from engine.clock import day_of
from engine.domain.people import SYSTEM
from engine.simulation.environment import Environment
from engine.simulation.invented_person import InventedPerson
from engine.simulation.open_form import OpenForm
from engine.simulation.people import PEOPLE, WATCHER, AddInventedPeople, actor_of
from engine.simulation.random_walk import Answers, WalkResults, answers_by_chance, walk_case
from engine.storage.tables.cases import CASES, DOCUMENTS
from forms.random_answers import Typed
from tests.support.browsing import Visitor, application, signed_in
from tests.support.payloads import COMPUTED, MARK, SECRET, Payloads, Typist, faults_in_pdf
from tests.support.pdf import page_text
from tests.support.story import Story
from tests.support.world import World

SEED = int(os.environ.get("VIREILLE_TEST_PAYLOADS", "0"))
"""0: the sample."""
WALKED = (31, 41) if not SEED else tuple(SEED * 100 + number for number in range(11, 71, 10))
PAGES, LOOKED_AT, LETTERS = (16, 4, 6) if not SEED else (400, 1000, 1000)
"""LOOKED_AT counts the addresses of a person, one of each route, on which a payload is read."""
BEGINNINGS = {
    "": ("/fi/own/questions", "/fi/other/questions", "/fi/ask/questions", "/fi/code"),
    "kasittelija": ("/tasks/", "/cases/", "/my-cases/"),
    "kirjaaja": ("/tasks/intake/", "/tasks/enquiries/", "/tasks/"),
    "paivystaja": ("/tasks/urgent/", "/cases/emergency"),
    "johtaja": ("/cases/", "/oversight/", "/cases/emergencies"),
    "paattaja": ("/tasks/", "/cases/"),
    "omistaja": ("/models/",),
    "yllapitaja": ("/administration/", "/administration/new-person", "/administration/new-program"),
    "tarkastaja": ("/audit/", "/administration/log"),
}


def walk_with(world: World, payloads: Payloads) -> None:
    """Walk cases with a payload for each text, so that every page has something to show. In the sample they are cases of
    invented people, in which little is refused: chance alone contradicts itself a thousand times before it comes to an end."""
    people = [replace(each, username=f"walk-{each.username}") for each in PEOPLE]
    world.engine.perform(AddInventedPeople(people), SYSTEM)
    actors = {each.username: actor_of(each) for each in people}
    environment = Environment(world.engine, world.clock, actors, WATCHER)
    results = WalkResults()
    for number in WALKED:
        by_person = InventedPerson.of(number, day_of(world.clock.moment)).answers

        def answers(
            form: OpenForm, rng: Random, given: Answers = answers_by_chance if SEED else by_person
        ) -> Typed:
            return payloads.put_in(form.definition, given(form, rng))

        walk_case(environment, number, results, answers)
    assert results.problems == []


def letters_of(world: World) -> list[tuple[str, bytes]]:
    """Return the letters of all cases, the newest first."""
    newest = select(DOCUMENTS.c.id).order_by(DOCUMENTS.c.created_at.desc(), DOCUMENTS.c.id)
    with world.engine.database.unit_of_work() as unit:
        documents = world.engine.stores(unit).documents
        read = [documents.read(row["id"]) for row in unit.rows(newest.limit(LETTERS))]
    return [(document.title, content) for document, content in read if content.startswith(b"%PDF")]


@pytest.mark.slow
def test_nothing_that_is_typed_runs(
    world: World, visit: Callable[..., Page], sign_in: Callable[..., Page]
) -> None:
    payloads, app = Payloads(SEED), application(world)
    story = Story(world)
    story.applies()
    walk_with(world, payloads if SEED else Payloads(printable=True))
    with world.engine.database.view() as connection:
        cases = [f"/cases/{each}" for each in connection.execute(select(CASES.c.reference)).scalars()]
    shown: dict[str, dict[str, str]] = {}
    typed: set[tuple[str, str]] = set()
    for number, (username, begins) in enumerate(BEGINNINGS.items()):
        browser = signed_in(world, username, app) if username else Visitor(app)
        typist = Typist(browser, payloads, Random(SEED + number), PAGES)
        typist.goes(*(cases if username in {"kasittelija", "johtaja"} else ()), *begins)
        assert typist.problems == [], username
        shown[username] = typist.shown
        typed |= typist.typed
    assert len(typed) > (30 if not SEED else 100), sorted(typed)

    letters = letters_of(world)
    assert letters
    for title, content in letters:
        assert faults_in_pdf(content) == [], title
        with pikepdf.open(BytesIO(content)) as pdf:
            text = "".join(page_text(each) for each in pdf.pages)
        assert not [each for each in (COMPUTED, SECRET) if each in text], title

    looked_at = 0
    for username, addresses in shown.items():
        if not addresses:
            continue
        page = sign_in(username) if username else visit()
        strange: list[str] = []
        _watch(page, strange)
        for address in list(addresses.values())[:LOOKED_AT]:
            page.goto(address)
            looked_at += MARK in page.content()
            # All that wanted to run has had its turn, as the scripts of the pages have.
            page.wait_for_load_state("load")
            assert strange == [], (username, address)
    assert looked_at >= 5


def _watch(page: Page, strange: list[str]) -> None:
    """Note a dialog, a broken policy and a request to anywhere else."""
    page.on("dialog", lambda dialog: (strange.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda asked: strange.append(asked.url) if MARK in asked.url.split("/")[2:3] else None)
    page.context.on("page", lambda _: strange.append("a window"))
    page.expose_function("noteViolation", lambda directive: strange.append(f"policy {directive}"))
    page.add_init_script(
        "addEventListener('securitypolicyviolation', event => noteViolation(event.effectiveDirective))"
    )
