"""A program does only what names one of its scopes: what names none is for people."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.commands.tasks import ReleaseTask
from engine.domain.people import Actor, Role
from engine.errors import Forbidden
from engine.queries.case_state import ReadCaseStatus
from engine.queries.search import FindCases
from tests.support.story import Story


def test_an_act_without_a_scope_is_refused_for_every_role_of_a_program(story: Story) -> None:
    story.applies()
    task = story.task("register")
    program = Actor("ohjelma", frozenset({Role.INTAKE, Role.CASEWORKER}), scopes=frozenset({"cases:read"}))
    assert (
        story.world.engine.answer(ReadCaseStatus(story.reference), program).case.reference == story.reference
    )
    for forbidden in (
        lambda: story.world.engine.answer(FindCases(story.reference), program),
        lambda: story.world.engine.perform(ReleaseTask(task.id), program),
    ):
        with pytest.raises(Forbidden):
            forbidden()


def test_a_scope_opens_nothing_that_the_role_does_not(story: Story) -> None:
    story.applies()
    program = Actor("ohjelma", frozenset({Role.AUDITOR}), scopes=frozenset({"cases:read"}))
    with pytest.raises(Forbidden):
        story.world.engine.answer(ReadCaseStatus(story.reference), replace(program))
