"""A form that no longer tells what the registers need is a refused step with a sentence, and nothing is stored."""

from __future__ import annotations

from typing import Any

import pytest

from engine.bootstrap import shipped_files
from engine.bpmn.errors import OperationFailed
from engine.commands import tasks
from engine.commands.deployments import CreateModelDraft, DeployProcesses, SaveModelDraft
from engine.commands.people import AddServiceAccount
from engine.domain.people import OPERATOR, Role
from engine.errors import Invalid, ModelRejected
from engine.queries.models import ReadModelFile
from engine.queries.public_form import PublicForm
from tests.support.story import Story
from tests.support.world import World


def test_a_missing_answer_of_a_recording_is_a_refusal(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_a_changed_part_shows_in_every_form_of_the_new_version_and_in_none_of_the_old(story: Story) -> None:
    engine, path = story.world.engine, "forms/parts/own_safe_contact.form"
    story.applies()
    began_with = story.case.deployment_id
    files = shipped_files()
    before, after = "Mikä tapa on turvallinen?", "Miten sinuun saa yhteyden?"
    changed = {**files, path: files[path].replace(before.encode(), after.encode())}

    engine.perform(DeployProcesses(changed, "Toisin sanoin"), OPERATOR)

    for key in ("application", "child_application"):
        form = engine.answer(PublicForm(key), story.world.actor("omistaja"))
        assert form.by_key["safe_channels"].label == after
    assert before in engine.answer(ReadModelFile(began_with, path), story.world.actor("omistaja")).decode()


def test_a_version_without_a_part_that_a_form_includes_is_refused(world: World) -> None:
    files = {path: data for path, data in shipped_files().items() if path != "forms/parts/reason.form"}

    with pytest.raises(ModelRejected) as refused:
        world.engine.perform(DeployProcesses(files, "Osa puuttuu"), OPERATOR)
    assert {each.code for each in refused.value.findings} == {"part_unknown"}
