"""The auditor's pages: who looked at what, and whether the log is whole. Looking leaves its own entry."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

import engine
from engine.commands.access_log import SignCheckpoint
from engine.domain.access_reasons import REASONS
from engine.domain.people import SYSTEM
from engine.domain.policy import Action
from engine.queries.all_cases import AllCases
from engine.queries.case_file import OpenCaseFile
from engine.storage.tables.access import ACCESS_ENTRIES
from engine.worker import Worker
from tests.support import answers
from tests.support.browsing import Page, Visitor, signed_in
from tests.support.story import Story
from tests.support.world import World
from webapp.rendering.words.labels import TABLES


@pytest.fixture
def tarja(world: World, app) -> Visitor:
    return signed_in(world, "tarkastaja", app)


@pytest.fixture
def looked_at(story: Story) -> Story:
    """A case that two people have looked at."""
    story.applies()
    for username in ("kasittelija", "toinen"):
        story.world.engine.answer(OpenCaseFile(story.reference), story.world.actor(username))
    return story


def test_nothing_is_shown_before_something_is_asked(tarja: Visitor, looked_at: Story) -> None:
    page = tarja.get("/audit/")

    assert looked_at.reference not in page.text
    assert "Hae asiatunnuksella" in page.text


def test_readers_of_a_case_are_listed_without_its_content(tarja: Visitor, looked_at: Story) -> None:
    page = tarja.get(f"/audit/?reference={looked_at.reference}")

    assert "Kerttu Käsittelijä" in page.text
    assert "Tuomas Toinen" in page.text
    assert "luki asian" in page.text
    for value in answers.application(looked_at.today).values():
        if isinstance(value, str) and len(value) > 8:
            assert value not in page.text


def test_the_search_is_itself_in_the_log(tarja: Visitor, looked_at: Story) -> None:
    address = f"/audit/?reference={looked_at.reference}"
    tarja.get(address)
    page = tarja.get(address)

    assert "Tarja Tarkastaja" in page.text
    assert "haki käyttölokista" in page.text


def test_a_person_and_a_time_narrow_the_search(world: World, tarja: Visitor, looked_at: Story) -> None:
    person = world.people["toinen"].id
    page = tarja.get(f"/audit/?person={person}&since=2.11.2026&until=02.11.2026")
    assert page.tree.xpath("//input[@id='since']/@value") == ["2.11.2026"], "as it was typed"
    rows = page.tree.xpath("//table//tbody//th")

    assert rows
    assert all("Tuomas Toinen" in row.text_content() for row in rows)
    assert "Haulla ei löytynyt" in tarja.get(f"/audit/?person={person}&since=2026-11-03").text


@pytest.mark.parametrize("typed", ["2026-999999", "000003"])
def test_a_number_of_no_case_is_not_answered_as_if_nobody_had_looked(tarja: Visitor, typed: str) -> None:
    page = tarja.get(f"/audit/?reference={typed}")
    assert page.status == 422
    assert page.tree.xpath("//*[@id='reference-problem']")
    assert "Tällä tunnuksella ei ole asiaa." in page.text
    assert "Haulla ei löytynyt" not in page.text


@pytest.mark.databases
def test_who_saw_the_case_in_a_list_is_counted_among_its_readers(
    world: World, tarja: Visitor, looked_at: Story
) -> None:
    head = world.actor("esihenkilo")
    for _ in range(2):
        shown = world.engine.answer(AllCases(), head).lines
        assert looked_at.reference in [each.case.reference for each in shown]
    year, number = looked_at.reference.split("-")
    page = tarja.get(f"/audit/?reference={year}-{int(number)}")
    rows = page.tree.xpath("//section[@aria-labelledby='readers-title']//tbody/tr")
    counts = {
        row.xpath("th")[0].text_content(): [cell.text_content() for cell in row.xpath("td")[:2]]
        for row in rows
    }
    assert counts[head.name] == ["0", "2"]


@pytest.mark.parametrize(
    "query, problem",
    [
        ("since=x", "Kirjoita päivä muodossa"),
        ("until=0001-01-01", "Kirjoita päivä muodossa"),
        ("person=x", "Valitse henkilö luettelosta."),
        ("since=2026-11-03&until=2026-11-02", "Viimeinen päivä on ennen ensimmäistä."),
    ],
)
def test_a_search_that_makes_no_sense_is_explained(tarja: Visitor, query: str, problem: str) -> None:
    page = tarja.get(f"/audit/?{query}")

    assert page.status == 422
    assert problem in page.text


PLACES = {"open_case": 1, "open_task": 1, "log_case": 2, "log_list": 2}
"""The place of the action among the arguments of each call that logs."""


NOT_LOGGED = {Action.SEE}
"""Lists have words of their own."""


@cache
def actions_in_the_log() -> frozenset[str]:
    found = {each.value for each in Action if each not in NOT_LOGGED}
    for file in Path(engine.__file__).parent.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        if not any(name in text for name in PLACES):
            continue
        for call in ast.walk(ast.parse(text)):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                place = PLACES.get(call.func.attr, len(call.args))
                argument = call.args[place] if place < len(call.args) else None
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    found.add(argument.value)
    return frozenset(found)


def test_every_act_on_a_case_has_a_word() -> None:
    """The auditor and the manager read it; a bare key would mean nothing to them."""
    done = actions_in_the_log()

    assert "claim_task" in done
    assert done - set(TABLES["action"]) == set()


def test_every_act_has_a_reason_for_the_person_whose_matter_it_is() -> None:
    assert set(REASONS) == set(TABLES["action"]) >= actions_in_the_log()


def test_older_entries_come_on_the_next_page(world: World, tarja: Visitor, looked_at: Story) -> None:
    for _ in range(60):
        world.engine.answer(OpenCaseFile(looked_at.reference), world.actor("kasittelija"))
        world.clock.passes(seconds=1)
    first = tarja.get(f"/audit/?reference={looked_at.reference}")
    following = next(link for link in first.links() if "after=" in link)
    second = tarja.get(following)

    assert len(first.tree.xpath("//section[3]//tbody/tr")) == 50
    assert 10 <= len(second.tree.xpath("//section[3]//tbody/tr")) <= 20
    assert tarja.get(f"/audit/?reference={looked_at.reference}&after=xx").status == 404


def verified(world: World, tarja: Visitor) -> Page:
    """Ask for a verification, let the worker do it, and look at the page again."""
    asked = tarja.follows(tarja.submits(tarja.get("/audit/chain")))
    assert "Tarkistus on pyydetty" in asked.text
    assert not asked.tree.xpath("//main//form"), "one question is enough"
    Worker(world.engine).verify_log()
    page = tarja.get("/audit/chain")
    assert "Tarkistus on pyydetty" not in page.text
    return page


def test_before_the_first_night_nothing_is_called_whole(tarja: Visitor) -> None:
    for page in (tarja.get("/audit/"), tarja.get("/audit/chain")):
        assert "Lokia ei ole vielä tarkistettu" in page.text
        assert "ehjä" not in page.text


def test_a_whole_log_is_called_whole_with_its_age(
    world: World, app: Flask, tarja: Visitor, looked_at: Story
) -> None:
    world.engine.perform(SignCheckpoint(), SYSTEM)
    page = verified(world, tarja)
    assert "Loki on ehjä" in page.text
    assert page.tree.xpath("//dt[.='Tarkistuspisteitä']/following-sibling::dd/text()") == ["1"]
    first = tarja.get("/audit/")
    assert "Loki on ehjä." in first.text
    assert "Viimeksi tarkistettu" in first.text
    assert "myöhässä" not in first.text
    world.clock.passes(hours=27)
    later = signed_in(world, "tarkastaja", app)
    assert "Tarkistus on myöhässä" in later.get("/audit/").text
    assert "Tarkistus on myöhässä" in later.get("/audit/chain").text


def test_a_changed_entry_is_found_and_named(world: World, tarja: Visitor, looked_at: Story) -> None:
    with world.engine.database.transaction() as connection:
        connection.execute(
            update(ACCESS_ENTRIES)
            .where(ACCESS_ENTRIES.c.actor_name == "Tuomas Toinen")
            .values(actor_name="Joku Muu")
        )
    page = verified(world, tarja)
    assert "Loki ei ole ehjä" in page.text
    assert "merkintää on muutettu" in page.text
    assert "Loki ei ole ehjä." in tarja.get("/audit/").text


def test_a_fault_of_the_checkpoints_says_where(world: World, tarja: Visitor, looked_at: Story) -> None:
    world.engine.perform(SignCheckpoint(), SYSTEM)
    world.engine.settings.checkpoints.file.unlink()
    page = verified(world, tarja)
    (row,) = page.tree.xpath("//table/tbody/tr")
    assert [cell.text_content() for cell in row] == ["tarkistuspisteitä ei ole", "tarkistuspisteet", "–", "1"]
