"""Fixtures for tests of the pages: the application over a populated engine, and someone to look at it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import insert, select

from engine.casework.incoming_files import ExaminedFile
from engine.commands.attachments import AttachToCase
from engine.commands.bulk_acts import BeginBulk
from engine.commands.case_links import LinkCases
from engine.commands.code_calls import ShowAnswerCode
from engine.commands.given_copies import BeginCopy
from engine.domain.arrivals import ArrivalKind
from engine.domain.bulk_acts import BulkKind
from engine.domain.code_calls import CallDetails, NumberSource
from engine.domain.given_copies import CopyDetails, CopyGround, IdentityProof
from engine.domain.reassignments import Reassignment, Why
from engine.domain.staff_notices import NoticeKind
from engine.storage.database import new_id
from engine.storage.tables.cases import ENQUIRIES, ENQUIRY_NOTICE_CASES
from engine.storage.tables.notes import STAFF_NOTICES
from tests.stories.test_enquiries import asks
from tests.stories.test_meetings import books
from tests.stories.test_registry import arrives
from tests.stories.test_who_sees import incident_in
from tests.support import answers as plain
from tests.support.browsing import Visitor, application
from tests.support.programs import Program, program
from tests.support.samples_of_emergencies import opened
from tests.support.story import Story
from tests.support.world import World


@pytest.fixture
def app(world: World) -> Flask:
    return application(world)


@pytest.fixture
def browser(app: Flask) -> Visitor:
    """Anyone, on any device."""
    return Visitor(app)


@pytest.fixture
def real(story: Story) -> dict[str, str]:
    return values_of(story)


def values_of(story: Story, **application: object) -> dict[str, str]:
    """Apply, and return a value that exists for each variable of an address about that case."""
    story.applies(**application)
    call_id = _called(story)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    world = story.world
    file = ExaminedFile("a.pdf", "application/pdf", b"x", "clean")
    world.engine.perform(AttachToCase(story.reference, file), world.actor("johtaja"))
    other = Story(world)
    other.applies()
    linking = LinkCases(
        story.reference, other.reference, "same_events", "Sama työnantaja ja samat tapahtumat."
    )
    pair_id = world.engine.perform(linking, world.actor("johtaja"))
    seen = story.file
    return {
        "pair_id": str(pair_id),
        "reference": story.reference,
        "other": other.reference,
        "key": "REQ-1",
        "task_id": str(seen.tasks[0].id),
        "document_id": str(seen.documents[0].id),
        "attachment_id": str(seen.attachments[0].id),
        "party_id": str(seen.parties[0].id),
        "submission_id": str(seen.submissions[0].id),
        "resolution_id": str(seen.resolutions[0].id),
        "reassignment_id": str(_given(story)),
        "emergency_id": str(opened(story, world.people["paivystaja"].id)),
        "arrival_id": str(arrives(story, ArrivalKind.OTHER).id),
        "meeting_id": str(books(story)),
        "call_id": str(call_id),
        "copy_id": str(_copied(story)),
        "enquiry": _enquired(story),
        "incident_id": str(incident_in(story)),
        "notice_id": str(notified(story, "kasittelija")),
        "act_id": str(_acted(story)),
        "page": "meeting",
    }


def _called(story: Story) -> UUID:
    """A professional is asked, called with the code and answers. Return the id of the call."""
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="–", missing="–")
    rows = [plain.request("outside_authority", story.today + timedelta(days=14))]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="–")
    details = CallDetails("029 111 2222", NumberSource.SWITCHBOARD, "Vaihde", story.today)
    call = ShowAnswerCode(story.reference, "REQ-1", new_id(), details)
    story.world.engine.perform(call, story.world.actor("kasittelija"))
    story.answers("REQ-1")
    return call.call_id


def _copied(story: Story) -> UUID:
    details = CopyDetails("Aino", CopyGround.OWN, "", IdentityProof.DOCUMENT, "passi", story.today)
    begun = BeginCopy(story.reference, new_id(), details)
    story.world.engine.perform(begun, story.world.actor("johtaja"))
    return begun.copy_id


def _enquired(story: Story) -> str:
    """Return the reference of an enquiry whose notices stand in the case."""
    reference, case_id = asks(story).reference, story.case.id
    with story.world.engine.database.transaction() as connection:
        asked = select(ENQUIRIES.c.id).where(ENQUIRIES.c.reference == reference)
        row = {"case_id": case_id, "enquiry_id": connection.execute(asked).scalar_one()}
        connection.execute(insert(ENQUIRY_NOTICE_CASES).values(row))
    return reference


def notified(story: Story, who: str) -> UUID:
    """Notify somebody of the case. Return the id of the notice."""
    world, person, case_id = story.world, story.world.people[who], story.case.id
    with world.engine.database.unit_of_work() as unit:
        notices = world.engine.stores(unit).staff_notices
        notices.add(NoticeKind.ASSIGNMENT, person.id, case_id, case_id, world.clock())
    with world.engine.database.view() as connection:
        mine = STAFF_NOTICES.c.person_id == person.id, STAFF_NOTICES.c.subject_id == case_id
        return connection.execute(select(STAFF_NOTICES.c.id).where(*mine)).scalar_one()


def _acted(story: Story) -> UUID:
    """Return the id of an act that the director began on a task of the case."""
    begun = BeginBulk(BulkKind.FOLLOW_UP, [story.file.tasks[0].id], on=story.today + timedelta(days=2))
    return story.world.engine.perform(begun, story.world.actor("johtaja"))


def _given(story: Story) -> UUID:
    """Return the id of a giving of the case to its own caseworker, which changed nothing."""
    world = story.world
    person = world.people["kasittelija"].id
    made = Reassignment(
        new_id(), new_id(), story.case.id, None, person, Why.OTHER, (), None, world.clock(), None
    )
    with world.engine.database.unit_of_work() as unit:
        world.engine.stores(unit).reassignments.add(made)
    return made.id


@pytest.fixture
def robot(world: World, app: Flask) -> Program:
    return program(world, app)
