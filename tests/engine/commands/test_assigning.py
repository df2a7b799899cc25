"""Giving work: never to someone who must be kept from it."""

from __future__ import annotations

import pytest

from engine.commands.claim_task import AssignCase, AssignTask
from engine.errors import Invalid
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
