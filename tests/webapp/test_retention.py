"""Pages of what is destroyed and when: of a case, of all, and the certificates."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from flask import Flask

from engine.clock import day_of
from engine.commands.enquiries import SubmitEnquiry
from engine.commands.enquiry_answers import AnswerEnquiry, UnansweredEnquiries
from engine.domain.arrivals import ArrivalKind
from engine.domain.people import PUBLIC
from engine.storage.sealing import SealingClass
from tests.stories.test_adverse_outcomes import UNHEARD
from tests.stories.test_meetings import books
from tests.stories.test_registry import arrives
from tests.support import answers as plain
from tests.support.browsing import signed_in
from tests.support.key_stores import applied, close_and_plan, erase_due, plan_all
from tests.support.programs import program
from tests.support.story import Story
from tests.support.world import World
from tests.webapp.test_hidden_is_absent import about_a_case, address_of

WHY = "Kantelu eduskunnan oikeusasiamiehelle on vireillä."


def test_a_manager_holds_a_case_and_another_head_lifts_it(world: World, app: Flask, story: Story) -> None:
    applied(story)
    plan_all(story)
    until = (story.today + timedelta(days=30)).strftime("%-d.%-m.%Y")
    eero = signed_in(world, "esihenkilo", app)
    page = eero.get(f"/cases/{story.reference}/retention")
    assert "Kertomus ja liitteet" in page.text
    wrong = eero.submits(page, reason=WHY, held_until="joskus")
    assert wrong.status == 422
    assert "Anna päivä muodossa 5.12.2026." in wrong.text
    assert WHY in wrong.text, "nothing typed is lost"
    short = eero.submits(page, reason="Syy", held_until=until)
    assert short.status == 422
    assert short.tree.xpath("//input[@name='held_until']/@value") == [until]
    held = eero.follows(eero.submits(page, reason=WHY, held_until=until))
    assert "Hävittäminen estetty" in held.text
    assert "Eston poistaa toinen henkilö" in held.text
    assert "Hävittäminen estetty" in eero.get(f"/cases/{story.reference}").text

    coming = eero.get("/oversight/retention")
    assert "Yhdessä asiassa hävittäminen on estetty." in coming.text
    assert story.reference in coming.text
    assert "estetty, viimeinen päivä" in coming.text

    director = signed_in(world, "johtaja", app)
    lifted = director.follows(
        director.submits(director.get(f"/cases/{story.reference}/retention"), reason=WHY)
    )
    assert "Esto on poistettu." in lifted.text
    assert "Hävittäminen estetty" not in eero.get(f"/cases/{story.reference}").text


def test_an_erased_enquiry_says_so_and_asks_for_no_answer(world: World, app: Flask) -> None:
    clerk = world.actor("kirjaaja")
    world.engine.perform(SubmitEnquiry("k" * 43, data=plain.enquiry(day_of(world.clock()))), PUBLIC)
    (asked,) = world.engine.answer(UnansweredEnquiries(), clerk)
    world.engine.perform(AnswerEnquiry(asked.id, "Voit hakea itse."), clerk)
    world.clock.moment += timedelta(days=31 * world.engine.settings.enquiries_kept)
    erase_due(world.engine)
    page = signed_in(world, "kirjaaja", app).get(f"/tasks/enquiries/{asked.id}")
    assert "on hävitetty" in page.text
    assert asked.reference in page.text
    assert not page.tree.xpath("//main//form")


def test_an_auditor_sees_what_goes_by_which_rule_and_reads_the_certificate(
    world: World, app: Flask, story: Story
) -> None:
    applied(story)
    plan_all(story)
    auditor = signed_in(world, "tarkastaja", app)
    page = auditor.get("/oversight/retention")
    assert "15 §" in page.text
    assert story.reference not in page.text
    assert "10 vuotta" in page.text
    assert "Asetus VIREILLE_ENQUIRIES_KEPT, jota ei ole vahvistettu" in page.text
    erase_due(world.engine)
    assert "Todistus 1" in auditor.get("/oversight/retention").text
    certificate = auditor.get("/oversight/retention/1")
    assert "Rivit täsmäävät hallintalokin merkintään." in certificate.text
    assert str(story.case.id) in certificate.text
    assert story.reference not in certificate.text
    assert auditor.get("/oversight/retention/2").status == 404
    assert auditor.get(f"/cases/{story.reference}/retention").status in (403, 404)


IN_TURN = (
    SealingClass.ENGINE,
    SealingClass.NARRATIVE,
    SealingClass.CONTACT,
    SealingClass.DECISION,
    SealingClass.IDENTITY,
)


def refused(story: Story) -> dict[str, list[str]]:
    """A closed case of somebody who never was a client. Return by variable of an address all values that it has there."""
    story.applies()
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="–", missing="–")
    asked = [plain.request("outside_authority", story.today + timedelta(days=14))]
    story.does("kasittelija", "new_information_request", requests=asked, round_reason="–")
    story.answers("REQ-1")
    story.until("assessment")
    story.does("kasittelija", "assessment", **UNHEARD)
    arrival, meeting = arrives(story, ArrivalKind.OTHER), books(story)
    story.ends()
    case_id, seen, world = story.case.id, story.file, story.world
    with world.engine.database.unit_of_work() as unit:
        stores = world.engine.stores(unit)
        tasks = stores.tasks.of_case(case_id)
        for task in tasks:
            # A colleague finished it, or the diagram cancelled it, while somebody else was writing.
            stores.task_drafts.save(task, world.people["kasittelija"].id, {"a": ["b"]}, world.clock())
    many = {
        "task_id": tasks,
        "document_id": seen.documents,
        "party_id": seen.parties,
        "submission_id": seen.submissions,
        "resolution_id": seen.resolutions,
    }
    return {name: [str(each.id) for each in things] for name, things in many.items()} | {
        "reference": [story.reference],
        "key": [each.reference for each in seen.requests],
        "arrival_id": [str(arrival.id)],
        "meeting_id": [str(meeting)],
    }


def addresses(app: Flask, things: dict[str, list[str]]) -> list[str]:
    """Return each address about the case that is read, with each of its things."""
    found = set()
    of_programs = [each for each in app.url_map.iter_rules() if each.rule.startswith("/api/")]
    for rule in (*about_a_case(app), *of_programs):
        names = sorted(rule.arguments)
        if "GET" in (rule.methods or ()) and names and things.keys() >= set(names):
            for values in product(*(things[each] for each in names)):
                found.add(address_of(rule.rule, {"enquiry": "", **dict(zip(names, values, strict=True))}))
    return sorted(found)


@pytest.mark.slow
def test_every_page_of_a_case_answers_after_each_erasure(world: World, app: Flask, story: Story) -> None:
    robot, asked = program(world, app), addresses(app, refused(story))
    readers = [(signed_in(world, each, app).client, {}) for each in ("kasittelija", "johtaja")]
    readers.append((robot.client, robot.headers))
    opened = [
        (client, headers, each)
        for client, headers in readers
        for each in asked
        if client.get(each, headers=headers).status_code == 200
    ]
    assert len(opened) > 100
    for erased in IN_TURN:
        close_and_plan(story, story.today, erased)
        assert erase_due(world.engine) == 1
        failed = [
            each for client, headers, each in opened if client.get(each, headers=headers).status_code >= 500
        ]
        assert failed == [], f"after {erased}"
