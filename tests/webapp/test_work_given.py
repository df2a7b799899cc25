"""To whom a manager can give work: not to one who cannot sign in yet, and to another team with a warning."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from engine.commands.people import AddPerson
from engine.domain.people import OPERATOR, Role
from engine.errors import Refusal
from tests.support.browsing import Visitor, signed_in
from tests.support.story import Story
from tests.support.world import World


@pytest.fixture
def eero(world: World, app: Flask) -> Visitor:
    return signed_in(world, "esihenkilo", app)


def test_no_work_goes_to_one_who_can_not_sign_in_yet(
    world: World, app: Flask, story: Story, eero: Visitor
) -> None:
    ulla = world.engine.perform(AddPerson("ulla", "Ulla Uusi", frozenset({Role.CASEWORKER})), OPERATOR)
    story.applies()
    desk = signed_in(world, "kirjaaja", app)
    assert "Ulla Uusi" not in desk.get(f"/tasks/{story.task('register').id}").tree.xpath(
        "string(//select[@name='caseworker'])"
    )
    with pytest.raises(Refusal, match="not_a_choice"):
        story.does("kirjaaja", "register", caseworker=str(ulla.id))
    story.does("kirjaaja", "register", caseworker=str(world.people["kasittelija"].id))

    overview = eero.get("/oversight/")
    (line,) = (each for each in overview.tree.xpath("//tr") if "Ulla Uusi" in each.text_content())
    assert "ei voi vielä kirjautua" in line.text_content()
    assert not re.search(r"Tilaa on: [^.]*Ulla Uusi", overview.text)
    move = eero.get(f"/oversight/tasks/{story.task('triage_override').id}")
    giving = eero.get(f"/oversight/give?case={story.reference}")
    deputies = eero.get("/oversight/absences/kasittelija")
    assert [page.text.count("Ulla Uusi") for page in (move, giving, deputies)] == [0, 0, 0]

    for place in (0, 1):
        refused = eero.submits(move, place=place, person_id=str(ulla.id))
        assert (refused.status, "kutsua ei ole käytetty" in refused.text) == (422, True)
    refused = eero.submits(
        giving, "go=preview", **{f"person-{story.reference}": str(ulla.id)}, why="workload"
    )
    assert "kutsua ei ole käytetty" in refused.text
    refused = eero.submits(deputies, away_from="2.11.2026", away_until="6.11.2026", deputy="ulla")
    assert "kutsua ei ole käytetty" in " ".join(refused.problems)


def test_a_case_of_another_team_is_given_with_a_warning(world: World, story: Story, eero: Visitor) -> None:
    story.applies()
    story.does("kirjaaja", "register", region="south", caseworker=str(world.people["kasittelija"].id))
    toinen = world.people["toinen"]
    with world.engine.database.unit_of_work() as unit:
        world.engine.stores(unit).people.change(toinen.id, team="west")
    move = eero.get(f"/oversight/tasks/{story.task('triage_override').id}")
    assert move.text.count("toinen alue: Länsi") == 2
    giving = eero.get(f"/oversight/give?case={story.reference}")
    preview = eero.submits(
        giving, "go=preview", **{f"person-{story.reference}": str(toinen.id)}, why="workload"
    )
    assert "Toinen alue: asian alue on Etelä, henkilön Länsi." in preview.text
