"""A form that no longer tells what the registers need is a refused step with a sentence, and nothing is stored."""

from __future__ import annotations

from typing import Any

import pytest

from engine.bpmn.errors import OperationFailed
from engine.commands import tasks
from engine.commands.deployments import CreateModelDraft, SaveModelDraft
from engine.commands.people import AddServiceAccount
from engine.domain.people import OPERATOR, Role
from engine.errors import Invalid
from tests.support.story import Story
from tests.support.world import World


def test_what_a_recording_lacks_is_a_refusal(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    def lacks(*_: Any) -> None:
        raise KeyError("outcome_proposed")

    story.applies()
    monkeypatch.setattr(tasks, "RECORDINGS", {"register": lacks})
    with pytest.raises(OperationFailed):
        story.does("kirjaaja", "register")
    assert story.forms == ["register"]
    assert len(story.file.submissions) == 1


def test_a_file_that_is_no_text_is_refused(world: World) -> None:
    owner = world.actor("omistaja")
    draft = world.engine.perform(CreateModelDraft("Luonnos"), owner)
    with pytest.raises(Invalid, match="UTF-8"):
        world.engine.perform(SaveModelDraft(draft, "intake/process.bpmn", b"\xe4\xf6", 1), owner)


@pytest.mark.parametrize("roles", [frozenset[Role](), frozenset({Role.SYSTEM}), frozenset({Role.APPLICANT})])
def test_a_program_is_given_staff_roles_only(world: World, roles: frozenset[Role]) -> None:
    with pytest.raises(Invalid, match="rooli"):
        world.engine.perform(AddServiceAccount("ohjelma", frozenset({"cases:read"}), roles), OPERATOR)
