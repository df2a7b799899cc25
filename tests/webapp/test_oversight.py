"""Oversight without a browser: what is late is seen, what is seen can be moved, who may not see sees nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from engine.bootstrap import shipped_files
from engine.commands.absences import EndAbsence, RecordAbsence
from engine.guardrails import Status, load_guardrails
from engine.queries import oversight
from engine.storage.tables.processes import INSTANCES, USER_TASKS
from tests.support.answers import request
from tests.support.browsing import Visitor, signed_in
from tests.support.story import Story
from tests.support.world import World
from tests.webapp.test_hidden_is_absent import counted


@pytest.fixture
def eero(world: World, app) -> Visitor:
    """The manager. Sessions last ten hours: signed in anew whenever time has passed."""
    return signed_in(world, "esihenkilo", app)


def later(world: World, app) -> Visitor:
    with world.engine.database.unit_of_work() as unit:
        stores = world.engine.stores(unit)
        stores.sessions.begin(
            "x" * 43, world.people["esihenkilo"], "c" * 43, world.clock(), world.engine.settings.sessions
        )
    visitor = Visitor(app)
    visitor.client.set_cookie("session", "x" * 43)
    return visitor


def registered(story: Story) -> Story:
    story.applies()
    story.does("kirjaaja", "register")
    return story


def numbers(page) -> list[str]:
    """Of the top line: late, soon, stalled, unassigned, incidents."""
    return [each.text_content() for each in page.tree.find_class("signal-number")]


def moving_link(page) -> str:
    return next(link for link in page.links() if "/oversight/tasks/" in link)


def test_an_office_without_cases_has_a_calm_page(eero: Visitor) -> None:
    page = eero.get("/oversight/")

    assert numbers(page) == ["0"] * 5
    assert "Mikään ei odota sinua" in page.text
    for link in ("late", "soon", "stalled", "unassigned", "incidents"):
        assert eero.get(f"/oversight/{link}").status == 200


@pytest.mark.parametrize(
    ("kind", "others"),
    [
        ("late", ("information_requests", "incidents", "instances")),
        ("soon", ("information_requests", "incidents", "instances")),
        ("stalled", ("deadlines", "incidents", "instances")),
        ("incidents", ("deadlines", "information_requests", "instances")),
    ],
)
def test_a_list_asks_its_own_question_only(
    world: World, story: Story, eero: Visitor, kind: str, others: tuple[str, ...]
) -> None:
    registered(story)
    with counted(world) as statements:
        assert eero.get(f"/oversight/{kind}").status == 200
    asked = "\n".join(statements)
    assert [each for each in others if f"FROM {each}" in asked] == []


def test_free_work_is_counted_listed_and_shared_out(story: Story, eero: Visitor) -> None:
    registered(story)
    page = eero.get("/oversight/")

    assert numbers(page)[3] == "1"
    assert "Yksi vapaa tehtävä" in page.text
    listed = eero.get("/oversight/unassigned")
    assert story.reference in listed.text
    move = eero.get(moving_link(listed))
    assert "Kerttu Käsittelijä" in move.text
    assert "Päivi Päättäjä" not in move.text, "has not the role"

    done = eero.submits(move, place=0, person_id=str(story.world.people["toinen"].id))
    assert done.goes_to == "/oversight/"
    assert story.task("triage_override").assignee_id == story.world.people["toinen"].id
    assert numbers(eero.get("/oversight/"))[3] == "0"


@pytest.mark.databases
def test_dated_work_comes_before_undated(story: Story, eero: Visitor) -> None:
    story.applies()
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    dated, undated = story.task("contact_client"), story.task("record_delivery")
    assert dated.due_at is not None
    assert undated.due_at is None

    caseworker = story.world.people["kasittelija"].id
    rows = [
        row.text_content() for row in eero.get(f"/oversight/people/{caseworker}").tree.xpath("//tbody/tr")
    ]

    assert [next(each.name for each in (dated, undated) if each.name in row) for row in rows] == [
        dated.name,
        undated.name,
    ]


def test_moving_to_nobody_or_to_someone_without_the_role_is_explained(story: Story, eero: Visitor) -> None:
    registered(story)
    move = eero.get(moving_link(eero.get("/oversight/unassigned")))

    nobody = eero.submits(move)
    assert (nobody.status, "Valitse, kenelle tehtävä siirtyy." in nobody.text) == (422, True)
    wrong = eero.submits(move, person_id=str(story.world.people["tarkastaja"].id))
    assert (wrong.status, "ei ole tämän tehtävän vaatimaa roolia" in wrong.text) == (422, True)
    assert eero.submits(move, person_id="x").status == 404


def test_a_case_moves_with_the_tasks_of_its_caseworker(story: Story, eero: Visitor) -> None:
    registered(story)
    story.does("kasittelija", "triage_override")
    caseworker = story.world.people["kasittelija"].id
    move = eero.get(moving_link(eero.get(f"/oversight/people/{caseworker}")))
    eero.submits(move, place=1, person_id=str(story.world.people["toinen"].id))

    assert story.case.caseworker_id == story.world.people["toinen"].id
    assert {task.assignee_id for task in story.file.tasks} == {story.world.people["toinen"].id}


def test_late_work_stands_first_with_its_reason(world: World, app, story: Story) -> None:
    registered(story)
    story.does("kasittelija", "triage_override")
    story.passes(days=60)
    page = later(world, app).get("/oversight/")

    assert int(numbers(page)[0]) >= 1
    first = page.tree.xpath("//ol[@class='ranked']/li")[0].text_content()
    assert story.reference in first
    assert "Hakija on odottanut 60 päivää" in first
    assert story.reference in later_list(world, app, "late")


def later_list(world: World, app, kind: str) -> str:
    visitor = Visitor(app)
    visitor.client.set_cookie("session", "x" * 43)
    return visitor.get(f"/oversight/{kind}").text


def test_a_stalled_request_is_seen_with_whom_it_waits_for(world: World, app, story: Story) -> None:
    story.applies(safe_channels=["email"], phone=None, email="bela@example.invalid")
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Tieto puuttuu.", missing="Tieto")
    asked = request("outside_authority", story.today + timedelta(days=7))
    story.does("kasittelija", "new_information_request", requests=[asked], round_reason="Tieto puuttuu.")
    story.passes(days=25)

    page = later(world, app).get("/oversight/")
    assert numbers(page)[2] == "1"
    assert "REQ-1" in later_list(world, app, "stalled")


def test_an_incident_is_tried_again_by_a_manager(world: World, story: Story, eero: Visitor) -> None:
    registered(story)
    case_id = story.case.id
    with world.engine.database.unit_of_work() as unit:
        world.engine.stores(unit).incidents.open(
            "outbox", case_id=case_id, subject_id=None, element_id=None, message="Ei lähtenyt.", moment=world.clock()
        )  # fmt: skip
    assert numbers(eero.get("/oversight/"))[4] == "1"
    page = eero.get("/oversight/incidents")
    assert "Viestiä ei saatu lähetettyä" in page.text

    after = eero.follows(eero.submits(page))
    assert "Järjestelmä yrittää nyt uudelleen" in after.text
    assert numbers(eero.get("/oversight/"))[4] == "0"


def test_all_incidents_of_a_kind_are_tried_again_at_once(world: World, story: Story, eero: Visitor) -> None:
    registered(story)
    case_id = story.case.id
    for kind in ("outbox", "outbox", "timer"):
        with world.engine.database.unit_of_work() as unit:
            world.engine.stores(unit).incidents.open(
                kind, case_id=case_id, subject_id=None, element_id=None, message="", moment=world.clock()
            )  # fmt: skip
    page = eero.get("/oversight/incidents")
    assert page.text.count("Yritä kaikkia uudelleen") == 1, "of the kind that has several"

    after = eero.follows(eero.submits(page))
    assert "Järjestelmä yrittää nyt uudelleen" in after.text
    assert numbers(eero.get("/oversight/"))[4] == "1"
    assert story.events.count("incident_retried") == 2


def test_absent_people_are_named_and_their_work_can_be_moved(
    world: World, story: Story, eero: Visitor
) -> None:
    registered(story)
    story.does("kasittelija", "triage_override")
    person = world.people["kasittelija"]
    today = world.clock().date()
    absence = RecordAbsence("kasittelija", today, date(2026, 11, 30), "toinen")
    world.engine.perform(absence, world.actor("johtaja"))
    page = eero.get("/oversight/")

    assert "poissa 30.11.2026 asti, sijainen Tuomas Toinen" in page.text
    carried = eero.get(f"/oversight/people/{person.id}")
    assert story.reference in carried.text
    assert "Poissa 30.11.2026 asti." in carried.text
    again = eero.get(moving_link(carried))
    assert "Tuomas Toinen" in again.tree.xpath("string(//main//label[input[@name='person_id']][1])")
    world.engine.perform(EndAbsence("kasittelija"), world.actor("johtaja"))
    assert "poissa" not in eero.get("/oversight/").text


def test_waits_of_cases_are_drawn_and_listed_in_a_table(story: Story, eero: Visitor) -> None:
    registered(story)
    story.world.clock.passes(hours=5)
    story.does("kasittelija", "triage_override")
    page = eero.get("/oversight/")

    names = [
        " ".join(row.text_content().split())
        for row in page.tree.xpath("//table[contains(@class, 'heat-table')]//th[@scope='row']")
    ]
    assert names
    drawn = page.tree.xpath(
        "//div[@class='canvas']//*[local-name()='g'][contains(@class, 'heat-')]/@data-element"
    )
    assert len(drawn) == len(names)
    assert page.tree.xpath("//div[@class='canvas']//*[@class='bpmn-step-number']"), (
        "the number is always written"
    )
    other = next(link for link in page.links() if "process=" in link)
    assert eero.get(other.partition("#")[0]).status == 200
    assert eero.get("/oversight/?process=no-such").status == 200


def test_a_wait_too_short_to_be_measured_is_not_called_none(story: Story, eero: Visitor) -> None:
    story.applies()
    story.until("sign_resolution")
    lengths = eero.get("/oversight/").tree.xpath(
        "//table[contains(@class, 'heat-table')]//td[position() > 1]"
    )
    words = {each.text_content() for each in lengths}
    assert "alle tunti" in words
    assert "0 pv" not in words, "hours and days of one row would not fit"


def test_a_disqualified_manager_sees_nothing_of_the_case(world: World, story: Story, eero: Visitor) -> None:
    registered(story)
    link = moving_link(eero.get("/oversight/unassigned"))
    case_id, person_id = story.case.id, world.people["esihenkilo"].id
    with world.engine.database.unit_of_work() as unit:
        stores = world.engine.stores(unit)
        stores.cases.disqualify(case_id, person_id, "esteellinen", world.clock())

    assert story.reference not in eero.get("/oversight/unassigned").text
    assert eero.get(link).status == 404


def test_the_page_speaks_the_managers_language(world: World, app, story: Story) -> None:
    registered(story)
    with world.engine.database.unit_of_work() as unit:
        world.engine.stores(unit).people.change(world.people["esihenkilo"].id, language="en")
    page = signed_in(world, "esihenkilo", app).get("/oversight/")

    assert page.heading == "Overview"
    assert "What to act on first" in page.text


def test_work_is_not_offered_to_people_kept_from_the_case(world: World, story: Story, eero: Visitor) -> None:
    registered(story)
    case_id, person_id = story.case.id, world.people["toinen"].id
    with world.engine.database.unit_of_work() as unit:
        stores = world.engine.stores(unit)
        stores.cases.disqualify(case_id, person_id, "esteellinen", world.clock())
    move = eero.get(moving_link(eero.get("/oversight/unassigned")))

    assert "Tuomas Toinen" not in move.text
    assert "Kerttu Käsittelijä" in move.text


def test_a_signed_resolution_is_owed_until_it_is_served(story: Story, eero: Visitor) -> None:
    registered(story)
    for form in ("triage_override", "sufficiency", "assessment", "prepare_resolution"):
        story.does("kasittelija", form)
    before = eero.get("/oversight/").tree.xpath("//ul[@class='owed']/li")
    story.does("paattaja", "sign_resolution")
    owed = eero.get("/oversight/").tree.xpath("//ul[@class='owed']/li")

    assert len(owed) > len(before)
    assert any(story.reference in each.text_content() for each in owed)


def test_a_list_that_is_cut_says_so_and_the_number_is_the_whole(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oversight, "SHOWN", 2)
    for _ in range(3):
        registered(Story(world))
    with world.engine.database.unit_of_work() as unit:
        for row in unit.rows(USER_TASKS.select()):
            held = {
                "due_at": world.clock() - timedelta(days=1),
                "assignee_id": world.people["kasittelija"].id,
            }
            unit.update(USER_TASKS, {"id": row["id"]}, held)
    eero = signed_in(world, "esihenkilo", app)
    assert numbers(eero.get("/oversight/"))[0] == "3"
    assert "Tässä on ensimmäiset, kaikkiaan 3." in eero.get("/oversight/late").text
    person = f"/oversight/people/{world.people['kasittelija'].id}"
    assert "Tässä on ensimmäiset, kaikkiaan 3." in eero.get(person).text


@pytest.mark.databases
def test_what_is_owed_is_counted_in_every_case_and_named_in_the_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oversight, "NAMED", 1)
    stories = [registered(Story(world)) for _ in range(2)]
    for story in stories:
        for form in ("triage_override", "sufficiency", "assessment", "prepare_resolution"):
            story.does("kasittelija", form)
        story.does("paattaja", "sign_resolution")
    seen = world.engine.answer(oversight.WatchOver(), world.actor("esihenkilo"))
    served = next(each for each in seen.owed if each.guardrail == "served_after_signed")
    assert (served.count, served.references) == (2, (stories[0].reference,))
    assert {each.guardrail for each in seen.owed} == owed_by(world)


def owed_by(world: World) -> set[str]:
    """Return what all running instances owe, by the automata of their guardrails."""
    automata = {
        each.key: each.automaton for each in load_guardrails(shipped_files()["guardrails.json"]).on_paths
    }
    with world.engine.database.view() as connection:
        running = connection.execute(select(INSTANCES.c.guardrails).where(INSTANCES.c.state == "running"))
        states = [each for by_call in running.scalars() for each in by_call.values()]
    return {
        key
        for of_call in states
        for key, state in of_call.items()
        if state != automata[key].start and automata[key].status(state) is Status.OWED
    }
