"""One word, one count: a number of the coming days opens the cases it counts, and a passed follow-up day is not late."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import update

from engine.clock import HELSINKI
from engine.domain.tasks import OPEN
from engine.storage.tables.processes import USER_TASKS
from tests.support.browsing import signed_in
from tests.support.story import Story
from tests.support.world import World


def test_a_number_of_a_day_opens_the_cases_that_it_counts(world: World, app: Flask) -> None:
    for name in ("kasittelija", "kasittelija", "toinen"):
        story = Story(world)
        story.applies()
        story.does("kirjaaja", "register", caseworker=str(world.people[name].id))
    Story(world).applies()
    eero = signed_in(world, "esihenkilo", app)
    cells = eero.get("/oversight/weeks").tree.xpath(
        "//table[contains(@class,'fortnight')]//a[contains(@class,'due')]"
    )
    assert cells
    for cell in cells:
        counted = int(cell.text_content().split(":")[0])
        page = eero.get(cell.get("href"))
        assert len(page.tree.xpath("//input[@name='case']")) == counted
        assert "Asiat, joissa jotain erääntyy" in page.text
    assert eero.get("/oversight/cases?due=eilen").status == 200


def test_a_follow_up_day_that_has_passed_makes_nothing_late(world: World, app: Flask) -> None:
    story = Story(world)
    story.applies()
    story.does("kirjaaja", "register")
    passed = datetime.combine(story.today - timedelta(days=3), datetime.min.time(), HELSINKI)
    with world.engine.database.transaction() as connection:
        gone = {"due_at": None, "due_reason": None, "follow_up_at": passed, "sort_at": passed}
        connection.execute(update(USER_TASKS).where(USER_TASKS.c.state.in_(OPEN)).values(**gone))
    page = signed_in(world, "kasittelija", app).get("/tasks/?view=team")
    assert "Yhden seurantapäivä on ohi." in page.text
    assert "katsottava, päivä meni" in page.text
    assert "myöhässä" not in page.tree.xpath("//table")[0].text_content()
    assert "asia saapui tänään" in page.text
