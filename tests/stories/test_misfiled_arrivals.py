"""Arrivals that were registered to the wrong case: each moves to its own, and leaves nothing but a mark in the first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from engine.commands.arrivals import RegisterArrival
from engine.domain.arrivals import (
    Arrival,
    ArrivalDetails,
    ArrivalKind,
    ArrivalRejected,
    CallsFor,
    Misfiled,
    MovedAlready,
    RegisteredAlready,
)
from engine.errors import Invalid, NotFound
from engine.queries.access_log import WhoLooked
from engine.queries.attachment import ReadAttachment
from engine.queries.case_export import ExportCase
from engine.queries.exported_files import ExportFiles
from engine.queries.preview import PreviewedKind, ReadForPreview
from tests.stories.test_registry import LETTER, arrives, line, register, returns
from tests.support.story import Story


@pytest.fixture
def other(registered: Story) -> Story:
    found = Story(registered.world)
    found.applies(given_names="Toinen", born_on="1990-01-02")
    found.does("kirjaaja", "register", caseworker=str(found.world.people["kasittelija"].id))
    return found


def moves(story: Story, arrival: Arrival, to: Story, who: str = "kirjaaja", **changes: Any) -> Arrival:
    details = ArrivalDetails(
        arrival.kind,
        arrival.way,
        arrival.arrived_on,
        changes.get("about", arrival.about),
        sender=changes.get("sender", "Hallinto-oikeus"),
        due_on=to.today + timedelta(days=2),
    )
    reason = changes.get("reason", "Viitteessä oli väärä numero.")
    misfiled = Misfiled(story.reference, arrival.id, reason, changes.get("though_cited", False))
    command = RegisterArrival(to.reference, uuid4(), details, misfiled=misfiled)
    return story.world.engine.perform(command, story.world.actor(who))


@pytest.mark.databases
def test_a_letter_of_another_person_moves_with_its_file_and_leaves_a_mark(
    registered: Story, other: Story
) -> None:
    wrong = arrives(registered, ArrivalKind.COURT, file=LETTER, about="Kirje, jossa on toisen nimi")
    moved = moves(registered, wrong, other)
    assert moved.attachment_id is not None
    assert moved.digest == wrong.digest
    engine, clerk = registered.world.engine, registered.world.actor("kirjaaja")

    (mark,) = register(registered).arrivals
    assert mark.calls_for is CallsFor.ELSEWHERE
    assert (mark.about, mark.sender, mark.sender_id, mark.digest, mark.attachment_id) == (
        "Viitteessä oli väärä numero.",
        "",
        None,
        "",
        None,
    )
    assert (mark.is_open, mark.may_return(registered.world.clock.moment)) == (False, False)
    with pytest.raises(Invalid):
        returns(registered, mark)
    found = line(registered)
    assert found is not None
    assert found.wait.kind != "arrival"
    assert registered.file.attachments == ()
    assert registered.file.arrivals == ()
    export = engine.answer(ExportCase(registered.reference), registered.world.actor("johtaja"))
    assert (export["arrivals"], export["attachments"]) == ([], [])
    assert "toisen nimi" not in str(export)
    files = engine.answer(ExportFiles(registered.reference), registered.world.actor("johtaja"))
    assert str(moved.attachment_id) not in files
    preview = ReadForPreview(registered.reference, PreviewedKind.ATTACHMENT, moved.attachment_id)
    with pytest.raises(NotFound):
        engine.answer(preview, clerk)

    _, content = engine.answer(ReadAttachment(moved.attachment_id), clerk)
    assert content == LETTER.content
    assert [each.about for each in register(other).arrivals] == ["Kirje, jossa on toisen nimi"]
    assert "arrival_moved_away" in registered.events
    assert "arrival_moved_here" in other.events
    for story in (registered, other):
        looked = engine.answer(WhoLooked(story.reference), registered.world.actor("johtaja"))
        assert any(each["action"] == "register_arrival" for each in looked)


def test_nothing_moves_without_a_reason_to_the_same_case_or_twice(registered: Story, other: Story) -> None:
    wrong = arrives(registered, ArrivalKind.OTHER, file=LETTER)
    with pytest.raises(ArrivalRejected) as refused:
        moves(registered, wrong, other, reason=" ")
    assert set(refused.value.problems) == {"reason"}
    with pytest.raises(Invalid):
        moves(registered, wrong, registered)
    assert register(other).arrivals == ()
    moves(registered, wrong, other)
    with pytest.raises(MovedAlready):
        moves(registered, wrong, other)
    assert len(register(other).arrivals) == 1


def test_a_document_that_another_arrival_has_too_stays_with_that_one(registered: Story, other: Story) -> None:
    first = arrives(registered, ArrivalKind.OTHER, file=LETTER)
    second = arrives(registered, ArrivalKind.OTHER, again=first.id)
    moved = moves(registered, second, other)
    assert moved.attachment_id not in (None, first.attachment_id)
    assert [each.id for each in registered.file.attachments] == [first.attachment_id]
    assert [each.id for each in other.file.attachments] == [moved.attachment_id]


def test_a_letter_on_paper_that_is_registered_twice_is_asked_about(registered: Story) -> None:
    first = arrives(registered, ArrivalKind.OTHER, about="Paperilla")
    with pytest.raises(RegisteredAlready) as asked:
        arrives(registered, ArrivalKind.OTHER, about=" paperilla ")
    assert asked.value.earlier == first.id
    arrives(registered, ArrivalKind.OTHER, about="Toinen paperilla")
    arrives(registered, ArrivalKind.COURT, about="Paperilla")
    assert len(register(registered).arrivals) == 3
