"""Days on which a session alone was not enough: what a thief of one can do, and what its owner must show first."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from engine.commands.assignments import AssignCase, AssignTask, ReassignCases
from engine.commands.codes import GiveCode
from engine.commands.parties import ChangeParty
from engine.commands.tasks import ClaimTask, CompleteTask, SaveDraft
from engine.commands.visibility import LiftRestriction, RestrictCase
from engine.domain.people import PROOF_LASTS, Actor
from engine.errors import NotFound, ProofRequired
from engine.queries.case_file import OpenCaseFile
from engine.queries.task_page import OpenTaskPage
from engine.storage.tables.access import ACCESS_ENTRIES
from engine.storage.tables.cases import CASES
from tests.support import answers as plain
from tests.support.party_changes import CALL, details, person
from tests.support.story import Story


def proved(story: Story, who: str, minutes_ago: float) -> Actor:
    """The person, as a session makes them that was proved so long ago."""
    proof = story.world.clock() + PROOF_LASTS * (1 - minutes_ago / 5)
    return replace(story.world.actor(who), proof_ends_at=proof)


def entries(story: Story) -> int:
    with story.world.engine.database.view() as connection:
        return connection.execute(select(func.count()).select_from(ACCESS_ENTRIES)).scalar_one()


def signs(story: Story, actor: Actor, **changes: str | None) -> None:
    task = story.task("sign_resolution")
    story.world.engine.perform(ClaimTask(task.id), actor)
    page = story.world.engine.answer(OpenTaskPage(task.id), actor)
    data = plain.merged(plain.of("sign_resolution", story.today, story.world, page.scope), changes)
    command = CompleteTask(task.id, data=data, seen=page.file.resolutions[-1].content_sha256)
    story.world.engine.perform(command, actor)


@pytest.mark.databases
def test_a_decision_is_signed_only_within_minutes_of_a_proof(story: Story) -> None:
    story.applies()
    story.until("sign_resolution")

    with pytest.raises(ProofRequired):
        signs(story, proved(story, "paattaja", 5))
    assert story.file.resolutions[-1].state == "prepared"

    signs(story, proved(story, "paattaja", 4.9))
    assert story.file.resolutions[-1].state == "signed"


def test_a_restricted_case_is_read_only_within_minutes_of_a_proof(story: Story) -> None:
    story.applies()
    story.does("kirjaaja", "register", restricted="yes")
    task = story.file.tasks[0]
    engine, before = story.world.engine, entries(story)

    for query in (OpenCaseFile(story.reference), OpenTaskPage(task.id)):
        with pytest.raises(ProofRequired):
            engine.answer(query, proved(story, "esihenkilo", 6))
    assert entries(story) == before, "what was not shown is not logged as read"

    for query in (OpenCaseFile(story.reference), OpenTaskPage(task.id)):
        engine.answer(query, proved(story, "esihenkilo", 1))
    assert entries(story) == before + 2


def test_a_case_hidden_from_a_person_asks_them_for_no_proof(story: Story) -> None:
    """A page that asked for one would say that there is a case."""
    story.applies()
    story.does("kirjaaja", "register", restricted="yes")

    with pytest.raises(NotFound):
        story.world.engine.answer(OpenCaseFile(story.reference), proved(story, "toinen", 6))


def test_what_was_typed_into_a_restricted_case_is_saved_without_a_proof(story: Story) -> None:
    story.applies()
    story.does("kirjaaja", "register", restricted="yes")
    task = story.file.tasks[0]

    story.world.engine.perform(SaveDraft(task.id, {"x": ["y"]}), proved(story, "johtaja", 60))


def test_sealed_content_asks_the_director_alone_for_a_proof(story: Story) -> None:
    story.applies()
    story.until("assessment")
    with story.world.engine.database.unit_of_work() as unit:
        unit.update(CASES, {"reference": story.reference}, {"content_sealed_at": story.world.clock()})

    engine = story.world.engine
    with pytest.raises(ProofRequired):
        engine.answer(OpenCaseFile(story.reference), proved(story, "johtaja", 6))
    engine.answer(OpenCaseFile(story.reference), proved(story, "johtaja", 1))
    engine.answer(OpenCaseFile(story.reference), proved(story, "kasittelija", 6))


def test_an_ordinary_case_asks_nobody_for_a_proof(story: Story) -> None:
    story.applies()
    story.does("kirjaaja", "register")

    story.world.engine.answer(OpenCaseFile(story.reference), proved(story, "kasittelija", 60))


def test_a_restriction_is_lifted_only_within_minutes_of_a_proof(story: Story) -> None:
    story.applies()
    story.does("kirjaaja", "register", restricted="yes")
    lift = LiftRestriction(story.reference, "Vaara on ohi nyt.")

    with pytest.raises(ProofRequired):
        story.world.engine.perform(lift, proved(story, "esihenkilo", 6))
    assert story.case.is_restricted

    story.world.engine.perform(lift, proved(story, "esihenkilo", 1))
    assert not story.case.is_restricted


def test_nobody_is_let_into_a_restricted_case_without_a_proof(story: Story) -> None:
    story.applies()
    story.does("kirjaaja", "register")
    task, other = story.file.tasks[0], story.world.people["toinen"].id
    giving = AssignTask(task.id, other), AssignCase(story.reference, other)
    story.world.engine.perform(giving[0], proved(story, "esihenkilo", 6))
    story.world.engine.perform(
        RestrictCase(story.reference, "Tuntee epäillyn henkilön."), story.world.actor("johtaja")
    )

    code = GiveCode(story.reference, "a" * 32, 0)
    for command in (*giving, ReassignCases(((story.reference, other),), "other"), code):
        with pytest.raises(ProofRequired):
            story.world.engine.perform(command, proved(story, "esihenkilo", 6))
    story.world.engine.perform(giving[1], proved(story, "esihenkilo", 1))
    assert story.case.caseworker_id == other


def test_nobody_turns_what_is_sent_in_a_restricted_case_elsewhere_without_a_proof(story: Story) -> None:
    story.applies()
    story.does("kirjaaja", "register", restricted="yes")
    engine, applicant = story.world.engine, person(story)
    changed = details(applicant, {"safe_channels": ["email"], "email": "vieras@example.invalid"})
    command = ChangeParty(story.reference, applicant.id, applicant.version, changed, CALL)

    with pytest.raises(ProofRequired):
        engine.perform(command, proved(story, "esihenkilo", 6))
    assert person(story).contact == applicant.contact

    engine.perform(command, proved(story, "esihenkilo", 1))
    assert person(story).contact["email"] == "vieras@example.invalid"
