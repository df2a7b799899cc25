"""Many tasks at once, the next task, and the keys of lists: as staff use them without any script."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.engine.commands.test_statement_budget import counting
from tests.support.browsing import Page, Visitor, signed_in
from tests.support.story import Story
from tests.support.world import World

MOST_STATEMENTS = 22
"""Of the inbox without saved views: the session, the page, five counts, the deployment, the bell, the log,
enquiries and calls that nobody answered."""


@pytest.fixture
def registrar(world: World, app: Flask) -> Visitor:
    return signed_in(world, "kirjaaja", app)


def applications(world: World, number: int) -> list[Story]:
    stories = [Story(world) for _ in range(number)]
    for story in stories:
        story.applies()
    return stories


def place(page: Page, action: str) -> int:
    """Which form of the page goes there."""
    forms = page.tree.xpath("//main//form")
    return next(number for number, form in enumerate(forms) if (form.get("action") or "").endswith(action))


def test_chosen_tasks_are_shown_changed_and_put_back(world: World, registrar: Visitor) -> None:
    alone = applications(world, 1)
    registrar.get("/tasks/?view=unassigned")
    with counting(world.engine) as for_one:
        registrar.get("/tasks/?view=unassigned")
    mine, other, third = stories = [*alone, *applications(world, 2)]
    chosen = [str(story.task("register").id) for story in stories]
    with counting(world.engine) as for_three:
        page = registrar.get("/tasks/?view=unassigned")
    assert len(for_three.statements) <= len(for_one.statements) <= MOST_STATEMENTS
    assert page.tree.xpath("//input[@name='task']/@value") == chosen
    assert set(page.tree.xpath("//input[@name='task']/@form")) == {"bulk"}

    asked = {"form_token": registrar.token(page), "kind": "claim", "task": chosen}
    preview = registrar.post("/tasks/bulk", asked)
    assert "3 tehtävää muuttuu." in preview.text
    assert mine.task("register").assignee_id is None

    done = registrar.follows(registrar.submits(preview, place=place(preview, "/do")))
    assert "3 tehtävää muuttui." in done.text
    me = world.people["kirjaaja"].id
    assert {story.task("register").assignee_id for story in stories} == {me}
    third.does("kirjaaja", "register")

    undone = registrar.follows(registrar.submits(done, place=place(done, "/undo")))
    assert "2 peruttiin." in undone.text
    assert "Yhtä ei voitu perua." in undone.text
    assert "Tehtävä on sen jälkeen tehty, siirretty tai muuttunut." in undone.text
    assert other.task("register").assignee_id is None
    assert "Otettu sinulle" in registrar.get("/tasks/bulk").text


def test_a_choice_that_cannot_be_read_comes_back_with_a_sentence(world: World, registrar: Visitor) -> None:
    (story,) = applications(world, 1)
    token = registrar.token(registrar.get("/tasks/?view=unassigned"))
    task = str(story.task("register").id)
    for sent, sentence in (
        ({"kind": "claim"}, "Valitse ensin ainakin yksi tehtävä."),
        ({"kind": "burn", "task": task}, "Valitse, mitä valituille tehtäville tehdään."),
        ({"kind": "follow_up", "task": task, "on": "ensi viikolla"}, "Kirjoita päivä muodossa 24.12.2026."),
        ({"kind": "follow_up", "task": task, "on": "1.1.2020"}, "Seurantapäivä on jo mennyt."),
    ):
        for address in ("/tasks/bulk", "/tasks/bulk/do"):
            page = registrar.post(address, {"form_token": token, **sent})
            assert page.status == 422
            assert sentence in page.text
            assert page.tree.xpath("//input[@name='task']/@value") == ([task] if "task" in sent else [])


def test_the_next_task_says_why_and_is_taken_once(world: World, registrar: Visitor) -> None:
    assert "Rooleillesi ei ole nyt vapaita tehtäviä." in registrar.get("/tasks/next").text
    (story,) = applications(world, 1)
    page = registrar.get("/tasks/next")
    assert story.reference in page.text
    assert "Määräpäivä on kahden päivän sisällä." in page.text
    assert "Järjestyksen päätti taulukko Seuraava tehtävä, rivi 7." in page.text

    for _ in range(2):
        taken = registrar.submits(page, place=place(page, "/next"))
        assert taken.goes_to == f"/tasks/{story.task('register').id}"
    assert story.task("register").assignee_id == world.people["kirjaaja"].id


def test_the_keys_are_shown_in_full_and_turned_off(world: World, registrar: Visitor) -> None:
    assert registrar.get("/tasks/").tree.xpath("//dialog[@data-keys]//kbd")
    assert "Näppäimet ovat käytössä." in registrar.get("/my-cases/keys").text
    mine = registrar.get("/me")

    registrar.submits(mine, place=place(mine, "/me/shortcuts"), shortcuts="off")

    for address in ("/tasks/", "/my-cases/"):
        page = registrar.get(address)
        assert not page.tree.xpath("//dialog")
        assert "/my-cases/keys" in page.links()
    assert "Näppäimet eivät ole nyt käytössä." in registrar.get("/my-cases/keys").text
