"""Hidden cases stay hidden: in totals, incidents, previews, lists beside a case, searches, and what is erased."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from engine.commands.incidents import RetryIncident, RetryIncidents
from engine.commands.moves import RequestMove
from engine.errors import NotFound
from engine.queries.access_log import WhoLooked
from engine.queries.case_file import OpenCaseFile, ReadDocument
from engine.queries.insight import WhereTimeGoes
from engine.queries.moves import PreviewMove
from engine.queries.oversight import Oversight, WatchOver
from engine.queries.reassignment import OpenReassignment
from engine.queries.search import FindCases
from engine.storage.tables.access import ACCESS_ENTRIES
from engine.storage.tables.cases import CASES, DEADLINES
from engine.storage.tables.processes import USER_TASKS
from tests.support.browsing import signed_in
from tests.support.office import OWNER, Office
from tests.support.story import Story
from tests.support.world import World

MANAGER = "esihenkilo"


def disqualified(story: Story, who: str) -> None:
    case_id, person_id = story.case.id, story.world.people[who].id
    with story.world.engine.database.unit_of_work() as unit:
        cases = story.world.engine.stores(unit).cases
        cases.disqualify(case_id, person_id, "esteellinen", story.world.clock())


def restricted(story: Story) -> None:
    case_id = story.case.id
    with story.world.engine.database.transaction() as connection:
        connection.execute(update(CASES).where(CASES.c.id == case_id).values(is_restricted=True))


def incident_in(story: Story) -> UUID:
    case_id = story.case.id
    with story.world.engine.database.unit_of_work() as unit:
        return story.world.engine.stores(unit).incidents.open(
            "timer",
            case_id=case_id,
            subject_id=None,
            element_id=None,
            message="",
            moment=story.world.clock(),
        )


def watched(world: World, who: str = MANAGER) -> Oversight:
    return world.engine.answer(WatchOver(), world.actor(who))


@pytest.mark.databases
def test_a_disqualified_manager_knows_the_case_from_no_total_and_no_incident(story: Story) -> None:
    world, manager = story.world, story.world.actor(MANAGER)
    empty = watched(world)
    story.applies()
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    incident = incident_in(story)
    before, waits = watched(world), world.engine.answer(WhereTimeGoes(), manager)
    assert [each.id for each in before.incidents] == [incident]
    assert {each.references for each in before.owed} == {(story.reference,)}
    assert (before.open_cases, before.received_last_30_days) == (1, 1)

    disqualified(story, MANAGER)

    after = watched(world)
    assert (after.incidents, after.owed) == ((), ())
    assert (after.open_cases, after.received_last_30_days, after.unassigned) == (0, 0, 0)
    assert [(each.person.id, each.open_tasks) for each in after.load] == [
        (each.person.id, each.open_tasks) for each in empty.load
    ]
    assert waits.waits
    assert not world.engine.answer(WhereTimeGoes(), manager).waits
    with pytest.raises(NotFound):
        world.engine.perform(RetryIncident(incident), manager)
    world.engine.perform(RetryIncidents("timer"), manager)
    assert watched(world, "johtaja").incidents == before.incidents


def test_nobody_learns_from_others_loads_of_a_case_kept_from_them(story: Story) -> None:
    other, world = Story(story.world), story.world
    for each in (story, other):
        each.applies()
        each.does("kirjaaja", "register", caseworker=str(world.people["kasittelija"].id))
        each.does("kasittelija", "triage_override")
    disqualified(other, MANAGER)

    page = world.engine.answer(OpenReassignment(story.file.tasks[0].id), world.actor(MANAGER))
    carried = {each.person.username: each.open_tasks for each in page.for_task}
    assert sum(carried.values()) <= len(story.file.tasks)


def test_owed_guardrails_of_a_case_are_a_reading_of_it(story: Story) -> None:
    story.applies()
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    nothing_is_due(story)
    seen = watched(story.world)
    assert seen.owed
    assert (*seen.late, *seen.soon, *seen.late_deadlines, *seen.soon_deadlines, *seen.stalled) == ()

    assert str(story.case.id) in last_list(story.world, "oversight")


def test_an_incident_of_a_case_is_a_reading_of_it(story: Story) -> None:
    story.applies()
    nothing_is_due(story)
    incident_in(story)
    seen = watched(story.world)
    assert seen.incidents
    assert seen.owed == ()

    assert str(story.case.id) in last_list(story.world, "oversight")


def nothing_is_due(story: Story) -> None:
    """Move every due moment away, so that only a promise and an incident tell of the case."""
    case_id, far = story.case.id, story.world.clock() + timedelta(days=1000)
    with story.world.engine.database.transaction() as connection:
        for table in (USER_TASKS, DEADLINES):
            connection.execute(update(table).where(table.c.case_id == case_id).values(due_at=far))


def last_list(world: World, action: str) -> list[str]:
    with world.engine.database.view() as connection:
        rows = connection.execute(ACCESS_ENTRIES.select().where(ACCESS_ENTRIES.c.action == action))
        return max(rows.mappings(), key=lambda row: row["at"])["subjects"]


def test_a_process_owner_neither_sees_nor_moves_a_restricted_case(world: World) -> None:
    office = Office(world)
    hidden, known = office.begins("sufficiency"), office.begins("sufficiency")
    version = office.publishes()
    restricted(hidden)
    owner = world.actor(OWNER)

    shown = {ref for group in office.looks(version).groups for ref in group.references}
    assert shown == {known.reference}
    for reference in (hidden.reference, "2026-999999"):
        with pytest.raises(NotFound):
            world.engine.perform(RequestMove(version, (reference,)), owner)
    assert world.engine.answer(PreviewMove(version), owner).movable == 1


def test_who_found_a_case_by_a_name_stands_in_its_log(story: Story) -> None:
    story.applies()
    name = story.file.applicant.name
    found = story.world.engine.answer(FindCases(name), story.world.actor("toinen"))
    assert [each.reference for each in found.cases] == [story.reference]

    looks = story.world.engine.answer(WhoLooked(story.reference), story.world.actor("tarkastaja"))
    assert ("find_cases", story.world.people["toinen"].name) in [
        (each["action"], each["actor_name"]) for each in looks
    ]


def test_a_search_finds_only_what_one_may_see(story: Story) -> None:
    story.applies()
    name = story.file.applicant.name
    restricted(story)
    for wanted in (name, story.reference):
        assert story.world.engine.answer(FindCases(wanted), story.world.actor("toinen")).cases == ()
        assert story.world.engine.answer(FindCases(wanted), story.world.actor(MANAGER)).cases


def test_a_restricted_sibling_is_not_named_on_the_page_of_its_parent(story: Story) -> None:
    story.applies(
        has_children="yes",
        children=[
            {
                "given_names": "Eeli",
                "family_name": "Keksitty",
                "in_finland": "yes",
                "born_on": "2018-03-01",
            }
        ],
    )
    story.does("kirjaaja", "register", has_children="yes", child_welfare_considered="not_needed")
    story.passes(minutes=1)
    child = story.child()
    reader = story.world.actor("toinen")
    assert story.world.engine.answer(OpenCaseFile(story.reference), reader).children
    restricted(child)
    page = signed_in(story.world, "toinen").get(f"/cases/{story.reference}")
    assert "Lapselle avattiin oma asia" in page.text
    assert child.reference not in page.text

    assert not story.world.engine.answer(OpenCaseFile(story.reference), reader).children
    assert story.world.engine.answer(OpenCaseFile(story.reference), story.world.actor(MANAGER)).children


def test_an_erased_document_answers_as_one_that_never_was(story: Story) -> None:
    story.applies()
    story.ends()
    document = story.file.documents[-1]
    reader = story.world.actor("kasittelija")
    story.world.engine.answer(ReadDocument(document.id), reader)
    with story.world.engine.database.unit_of_work() as unit:
        story.world.engine.stores(unit).vault.destroy([(document.case_id, document.sealing_class)])

    for document_id in (document.id, uuid4()):
        with pytest.raises(NotFound):
            story.world.engine.answer(ReadDocument(document_id), reader)
