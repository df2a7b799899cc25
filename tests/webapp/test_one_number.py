"""One deadline has one number wherever it stands, and a sentence says no more than is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flask import Flask
from sqlalchemy import update

from engine.domain.calendar import Counting
from engine.domain.deadline_kinds import APPEAL_PERIOD
from engine.domain.people import SYSTEM
from engine.domain.tasks import OPEN
from engine.storage.tables.processes import USER_TASKS
from tests.engine.queries.test_sealed_away import SealAway
from tests.support.browsing import signed_in
from tests.support.story import Story
from tests.support.world import World
from webapp.rendering.words.due import deadline_in_words, due_in_words, task_due


def test_a_late_deadline_has_one_number_in_lists_and_on_its_case(story: Story, app: Flask) -> None:
    story.applies()
    story.does("kirjaaja", "register")
    story.until("sufficiency")
    owed = next(each for each in story.file.deadlines if each.is_open and each.due_at is not None)
    story.passes(days=(owed.due_at - story.world.clock()).days + 18)
    now = story.world.clock()
    late = next(each for each in story.file.deadlines if each.id == owed.id)

    with app.test_request_context():
        seen = deadline_in_words(late, now)
        assert seen.text == due_in_words(late.due_at, now).text
        assert "työpäivää myöhässä" in seen.text


def test_a_running_deadline_has_one_number_in_lists_and_on_its_case(story: Story, app: Flask) -> None:
    story.applies()
    story.does("kirjaaja", "register")
    story.until("sufficiency")
    now = story.world.clock()
    running = next(each for each in story.file.deadlines if each.is_open and each.due_at is not None)
    asked = replace(running, counting=Counting.CALENDAR_DAYS)
    own = replace(asked, name=APPEAL_PERIOD)

    with app.test_request_context():
        listed = due_in_words(asked.due_at, now)
        assert listed is not None
        assert deadline_in_words(asked, now) == replace(listed, on=asked.due_on)
        assert deadline_in_words(asked, now).text != deadline_in_words(own, now).text


def test_a_follow_up_day_that_has_passed_is_not_called_late(story: Story, app: Flask) -> None:
    story.applies()
    now = story.world.clock()
    passed = now - timedelta(days=10)
    with story.world.engine.database.transaction() as connection:
        gone = {"due_at": None, "due_reason": None, "follow_up_at": passed, "sort_at": passed}
        connection.execute(update(USER_TASKS).where(USER_TASKS.c.state.in_(OPEN)).values(**gone))

    with app.test_request_context():
        seen = task_due(story.file.tasks[0], (), now)
        assert seen is not None
        assert seen.text.startswith("katsottava, päivä meni")
    registrar = signed_in(story.world, "kirjaaja", app)
    for address in (f"/tasks/{story.file.tasks[0].id}", "/tasks/next", "/tasks/?view=unassigned"):
        page = registrar.get(address).text
        assert "katsottava, päivä meni" in page, address
        assert "työpäivää myöhässä" not in page, address


def test_what_is_sealed_is_not_called_unknown(world: World, story: Story, app: Flask) -> None:
    story.applies(safe_channels=["phone"], phone="000 000 0009")
    story.does("kirjaaja", "register", caseworker=str(world.people["kasittelija"].id))
    world.engine.perform(SealAway(story.reference), SYSTEM)

    caseworker = signed_in(world, "kasittelija", app)
    task, case = f"/tasks/{story.file.tasks[0].id}", f"/cases/{story.reference}"
    for address in (case, task, f"{case}/notes", f"{case}/meetings", f"{case}/arrivals"):
        page = caseworker.get(address).text
        assert "Sinetöity: turvallisia tapoja ei lueta" in page, address
        assert "Turvallista tapaa ei ole kerrottu" not in page, address


def test_a_half_year_that_goes_on_has_no_end(world: World, story: Story, app: Flask) -> None:
    story.applies()
    eero = signed_in(world, "esihenkilo", app)
    going_on, over = eero.get("/oversight/figures"), eero.get("/oversight/figures").tree
    halves = over.xpath("//select[@id='half']/option/@value")

    assert "Avoinna nyt, jakso on kesken" in going_on.text
    assert "Avoinna jakson lopussa" in eero.get(f"/oversight/figures?half={halves[1]}").text
    months = going_on.tree.xpath("//section[@aria-labelledby='table-1']//tbody//th/text()")
    begun = ["heinäkuu", "elokuu", "syyskuu", "lokakuu", "marraskuu", "Yhteensä"]
    assert months == begun, "in order, and none that has not begun"
    assert "Avoinna nyt" in eero.client.get("/oversight/figures.csv").data.decode("utf-8-sig")


def test_a_region_that_only_the_application_names_is_not_called_unknown(
    world: World, story: Story, app: Flask
) -> None:
    story.applies(region="west")
    registrar = signed_in(world, "kirjaaja", app)

    head = registrar.get(f"/cases/{story.reference}").tree.xpath("//p[@class='case-marks']")[0]
    assert "Länsi, hakemuksen mukaan" in head.text_content()
    listed = registrar.get("/tasks/?view=unassigned").text + registrar.get("/tasks/").text
    assert "aluetta ei ole kirjattu" in listed

    story.does("kirjaaja", "register", region="east")
    head = registrar.get(f"/cases/{story.reference}").tree.xpath("//p[@class='case-marks']")[0]
    assert "hakemuksen mukaan" not in head.text_content()


def test_a_task_whose_recipient_the_ledger_calls_late_is_late_on_every_page(
    world: World, story: Story, app: Flask
) -> None:
    story.applies()
    story.does("kirjaaja", "register", caseworker=str(world.people["kasittelija"].id))
    story.until("record_delivery")
    task = story.task("record_delivery")
    owed = next(each for each in story.file.deadlines if each.business_key == task.business_key)
    assert (task.due_at, owed.is_open) == (None, True)
    story.passes(days=40)
    with app.test_request_context():
        words = deadline_in_words(owed, story.world.clock()).text
    assert "työpäivää myöhässä" in words

    caseworker, head = signed_in(world, "kasittelija", app), signed_in(world, "esihenkilo", app)
    named = f"//tr[contains(., '{task.name}')]"
    carried = head.get(f"/oversight/people/{world.people['kasittelija'].id}")
    for place, page in (
        ("//div[contains(@class, 'task-head')]", caseworker.get(f"/tasks/{task.id}")),
        (named, caseworker.get("/tasks/")),
        (named, carried),
    ):
        [seen] = page.tree.xpath(place)
        assert words in seen.text_content(), (place, seen.text_content())
    late = len(carried.tree.xpath("//tbody/tr[contains(., 'myöhässä')]"))
    (load,) = head.get("/oversight/").tree.xpath("//tr[th[contains(., 'Kerttu')]]")
    assert late == 2
    assert f"{late} tehtävää myöhässä" in load.text_content()


def test_a_case_comes_back_on_one_day_for_all_who_read_the_list(world: World, story: Story) -> None:
    story.applies()
    story.does("kirjaaja", "register", caseworker=str(world.people["kasittelija"].id))
    found = {}
    for who, address in (("kasittelija", "/my-cases/"), ("esihenkilo", "/oversight/cases")):
        (cell,) = (
            signed_in(world, who)
            .get(address)
            .tree.xpath(f"//tr[contains(., '{story.reference}')]//*[@data-label='Seurantapäivä']")
        )
        found[who] = cell.text_content()
    assert found["kasittelija"] == found["esihenkilo"] != ""
