"""Giving and taking work: nobody who must be kept from it gets it, and nobody is overwritten."""

from __future__ import annotations

import pytest

from engine.commands.assignments import AssignCase, AssignTask
from engine.commands.tasks import ClaimTask
from engine.errors import Invalid, Outdated
from tests.support.story import Story


def test_nobody_disqualified_is_given_a_task_or_the_case(story: Story) -> None:
    kept_away = story.world.people["toinen"].id
    story.applies()
    story.does(
        "kirjaaja",
        "register",
        disqualified_staff="yes",
        disqualified_person=str(kept_away),
        disqualified_reason="sukulainen",
    )
    task = next(each for each in story.file.tasks if each.candidate_group == "caseworker")
    manager = story.world.actor("esihenkilo")
    for command in (AssignTask(task.id, kept_away), AssignCase(story.reference, kept_away)):
        with pytest.raises(Invalid, match="esteellinen"):
            story.world.engine.perform(command, manager)
    assert story.case.caseworker_id != kept_away


@pytest.mark.databases
def test_taking_the_case_with_its_first_task_wins_over_an_older_page(story: Story) -> None:
    """When a manager assigns the case as a caseworker takes its first task, the second write is refused."""
    story.applies()
    story.does("kirjaaja", "register")
    as_the_manager_read_it = story.case
    assert as_the_manager_read_it.caseworker_id is None
    task = next(each for each in story.file.tasks if each.candidate_group == "caseworker")

    story.world.engine.perform(ClaimTask(task.id), story.world.actor("kasittelija"))

    other = story.world.people["toinen"].id
    with pytest.raises(Outdated), story.world.engine.database.unit_of_work() as unit:
        (
            pytest.raises(Outdated),
            story.world.engine.stores(unit).cases.advance(
                as_the_manager_read_it, story.world.clock(), caseworker_id=other
            ),
        )
    assert story.case.caseworker_id == story.world.people["kasittelija"].id
