"""Undoing the giving of a case takes back what came with it: also the tasks born while it was another's."""

from __future__ import annotations

from uuid import UUID

import pytest

from engine.commands.assignments import (
    AssignTask,
    ReassignCases,
    RestrictedMeanwhile,
    Undone,
    UndoReassignment,
)
from engine.commands.tasks import ClaimTask, SaveDraft
from engine.commands.visibility import RestrictCase
from engine.errors import NotFound
from engine.queries.case_reassignment import GivenCases
from tests.support.story import Story

BORN = ("contact_client", "record_delivery")


@pytest.fixture
def given(registered: Story) -> Story:
    """A case that was given from Kerttu to Toinen while it waited for its signature, and was signed since."""
    registered.until("sign_resolution")
    _gives(registered, "toinen")
    registered.does("paattaja", "sign_resolution")
    assert {registered.task(each).assignee_id for each in BORN} == {_id(registered, "toinen")}
    return registered


def _id(story: Story, who: str) -> UUID:
    return story.world.people[who].id


def _gives(story: Story, to: str) -> None:
    command = ReassignCases(((story.reference, _id(story, to)),), "absence")
    story.world.engine.perform(command, story.world.actor("esihenkilo"))


def _undoes(story: Story) -> Undone:
    manager = story.world.actor("esihenkilo")
    newest = story.world.engine.answer(GivenCases(), manager)[0]
    return story.world.engine.perform(UndoReassignment(newest.made.id), manager)


def test_tasks_born_since_go_back(given: Story) -> None:
    undone = _undoes(given)
    assert not undone.is_work_kept
    assert {given.task(each).assignee_id for each in BORN} == {_id(given, "kasittelija")}


def test_a_restricted_case_is_not_given_back_by_undoing(given: Story) -> None:
    """It may be hidden because of the one who had it."""
    given.world.engine.perform(
        RestrictCase(given.reference, "Kerttu tuntee epäillyn."), given.world.actor("toinen")
    )
    with pytest.raises(NotFound):
        given.read_by("kasittelija")

    with pytest.raises(RestrictedMeanwhile):
        _undoes(given)

    assert given.case.caseworker_id == _id(given, "toinen")
    with pytest.raises(NotFound):
        given.read_by("kasittelija")


def test_a_restricted_case_that_was_nobodys_is_taken_back(story: Story) -> None:
    story.applies()
    story.does("kirjaaja", "register", restricted="yes")
    _gives(story, "toinen")
    story.read_by("toinen")

    _undoes(story)

    with pytest.raises(NotFound):
        story.read_by("toinen")


def test_a_task_born_since_stays_where_it_was_begun_and_the_manager_reads_so(given: Story) -> None:
    begun = given.task(BORN[0]).id
    given.world.engine.perform(SaveDraft(begun, {"notes": ["Soitin."]}), given.world.actor("toinen"))
    undone = _undoes(given)
    assert undone.is_work_kept
    assert given.task(BORN[0]).assignee_id == _id(given, "toinen")
    assert given.task(BORN[1]).assignee_id == _id(given, "kasittelija")


def test_a_task_born_since_stays_with_who_was_given_it_by_hand(given: Story) -> None:
    by_hand = AssignTask(given.task(BORN[0]).id, _id(given, "toinen"))
    given.world.engine.perform(by_hand, given.world.actor("esihenkilo"))
    assert _undoes(given).is_work_kept
    assert given.task(BORN[0]).assignee_id == _id(given, "toinen")


def test_tasks_of_a_case_that_was_nobodys_are_free_again(story: Story) -> None:
    story.applies()
    story.does("kirjaaja", "register")
    _gives(story, "toinen")
    story.world.engine.perform(ClaimTask(story.task("triage_override").id), story.world.actor("toinen"))
    story.does("toinen", "triage_override")
    assert story.task("sufficiency").assignee_id == _id(story, "toinen")
    assert _undoes(story).is_work_kept, "the first task was done"
    assert story.case.caseworker_id is None
    assert story.task("sufficiency").assignee_id is None
