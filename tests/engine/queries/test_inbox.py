"""The inbox shows each their own, and takes any key that somebody makes up."""

from __future__ import annotations

from uuid import uuid4

import pytest

from engine.commands.people import AddServiceAccount
from engine.domain.inbox import View
from engine.domain.people import OPERATOR, Role
from engine.queries.inbox import OpenInbox
from engine.queries.service_account import FindServiceAccount
from tests.support.story import Story


def test_a_free_task_is_not_a_programs_own(story: Story) -> None:
    story.applies()
    engine = story.world.engine
    command = AddServiceAccount(
        "ohjelma", frozenset({"tasks:read"}), frozenset({Role.AUDITOR, Role.CASEWORKER})
    )
    found = engine.answer(FindServiceAccount(engine.perform(command, OPERATOR)), OPERATOR)
    assert found is not None
    assert engine.answer(OpenInbox(View.MINE), found.actor).items == ()
    assert engine.answer(OpenInbox(View.TEAM), story.world.actor("kirjaaja")).items


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "", "kesä"])
def test_a_key_that_is_none_begins_at_the_beginning(story: Story, moment: str) -> None:
    story.applies()
    inbox = OpenInbox(View.TEAM, after=f"{moment}_{uuid4()}")
    assert story.world.engine.answer(inbox, story.world.actor("kirjaaja")).items
