"""One word, one count: a number of the coming days opens the cases it counts, and a passed follow-up day is not late."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import Flask
from sqlalchemy import insert, select, update

from engine.clock import HELSINKI, day_of
from engine.domain.tasks import OPEN
from engine.queries.falling_due import next_days
from engine.queries.look_ahead import LookAhead
from engine.storage.database import new_id
from engine.storage.tables.processes import USER_TASKS
from tests.support.browsing import signed_in
from tests.support.story import Story
from tests.support.world import World


def _falls_due_for_two(story: Story) -> None:
    """Two tasks of one case fall due on one day, one for each of two people."""
    story.applies()
    story.does("kirjaaja", "register", caseworker=str(story.world.people["kasittelija"].id))
    story.until("sufficiency")
    plain = {"due_at": story.world.clock() + timedelta(days=3), "sort_at": story.world.clock()}
    first, second = story.file.tasks[0], story.world.people["toinen"].id
    with story.world.engine.database.transaction() as connection:
        row = connection.execute(select(USER_TASKS).where(USER_TASKS.c.id == first.id)).mappings().one()
        connection.execute(update(USER_TASKS).where(USER_TASKS.c.id == first.id).values(**plain))
        other = {**row, **plain, "id": new_id(), "task_key": "another", "assignee_id": second}
        connection.execute(insert(USER_TASKS).values(**other))


def _due_on(story: Story) -> date:
    due_at = story.case_status.tasks[0].due_at
    assert due_at is not None
    return max(day for day in next_days(story.today) if day <= day_of(due_at))


def test_a_number_of_a_day_opens_the_cases_that_it_counts(world: World, app: Flask) -> None:
    for name in ("kasittelija", "kasittelija", "toinen"):
        story = Story(world)
        story.applies()
        story.does("kirjaaja", "register", caseworker=str(world.people[name].id))
    Story(world).applies()
    _falls_due_for_two(shared := Story(world))
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
        assert page.heading.startswith("Erääntyy "), "not all cases"
        assert page.tree.xpath("//table/@aria-label")[0].startswith("Erääntyy ")
        for row in page.tree.xpath("//tbody/tr"):
            falling = row.xpath(".//*[contains(@class,'case-falling')]")
            assert falling, "what falls due then, also where something else of the case is late"
            assert all(": " in each.text_content() for each in falling)
    assert eero.get("/oversight/cases?due=eilen").status == 200
    ahead = world.engine.answer(LookAhead(), world.actor("esihenkilo"))
    day = next(number for number, on in enumerate(ahead.days) if on == _due_on(shared))
    assert sum(row.cells[day].due for row in ahead.rows) > ahead.totals[day], "one case, two people"


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


def test_each_number_beside_my_cases_opens_as_many_also_while_they_are_narrowed(
    world: World, app: Flask
) -> None:
    for _each in range(3):
        story = Story(world)
        story.applies()
        story.does("kirjaaja", "register", caseworker=str(world.people["kasittelija"].id))
    story.until("sufficiency")
    kerttu = signed_in(world, "kasittelija", app)
    for address in ("/my-cases/", narrowed := "/my-cases/?form_key=sufficiency"):
        page = kerttu.get(address)
        beside = page.tree.xpath("//nav[contains(@class,'views')]//a")
        assert beside
        for link in beside:
            counted = int(link.xpath(".//span[@class='views-count']")[0].text_content())
            opened = kerttu.get(link.get("href"))
            assert len(opened.tree.xpath("//tr[@data-task]")) == counted, (address, link.get("href"))
    assert len(kerttu.get(narrowed).tree.xpath("//tr[@data-task]")) == 1


def test_the_number_of_a_persons_open_cases_is_that_of_the_cases_behind_their_name(
    world: World, app: Flask
) -> None:
    story = Story(world)
    story.applies()
    story.does("kirjaaja", "register", caseworker=str(world.people["kasittelija"].id))
    story.until("sufficiency")
    task = story.file.tasks[0]
    with world.engine.database.transaction() as connection:
        taken = {"assignee_id": world.people["toinen"].id, "state": "claimed"}
        connection.execute(update(USER_TASKS).where(USER_TASKS.c.id == task.id).values(**taken))
    eero = signed_in(world, "esihenkilo", app)
    rows = eero.get("/oversight/weeks").tree.xpath("//table[contains(@class,'fortnight')]/tbody/tr")
    numbers = []
    for row in rows:
        number = row.xpath("./td[contains(@class,'open-now')]")[0].text_content().strip()
        opened = eero.get(row.xpath("./th/a")[0].get("href")).tree.xpath("//input[@name='case']")
        numbers.append(number)
        assert int(number or 0) == len(opened), row.text_content()
    assert "1" in numbers
