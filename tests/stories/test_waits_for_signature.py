"""Nothing that waits for a signature, or for the court, is forgotten: the manager is notified."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.stories.test_appeals import appeals, served
from tests.stories.test_decision_corrections import admitted, begins
from tests.stories.test_reflection import reflecting
from tests.stories.test_removal import UNHEARD, assessed, client
from tests.support.story import Story


def notified(story: Story) -> int:
    return story.events.count("manager_notified")


def test_a_late_opinion_reaches_the_manager_at_each_stage(story: Story) -> None:
    served(story)
    appeals(story)
    story.passes(days=14)
    assert notified(story) == 0, "it is not late on its last day"
    story.passes(days=4)
    assert notified(story) == 1, "nobody has written it"
    story.does("kasittelija", "appeal_opinion")
    story.passes(minutes=1)
    assert notified(story) == 2, "it waits for its signature"
    story.does("paattaja", "sign_opinion")
    story.passes(minutes=1)
    assert notified(story) == 3, "it waits to be sent"
    story.does("kasittelija", "send_to_court")
    story.passes(days=20)
    assert notified(story) == 3


def test_an_opinion_in_time_troubles_no_manager(story: Story) -> None:
    served(story)
    appeals(story)
    story.does("kasittelija", "appeal_opinion")
    story.does("paattaja", "sign_opinion")
    story.does("kasittelija", "send_to_court")
    story.passes(days=30)
    assert notified(story) == 0


def a_decision(story: Story) -> None:
    story.applies()
    story.until("sign_resolution")


def a_removal(story: Story) -> None:
    client(story)
    assessed(story, **UNHEARD)
    story.does("kasittelija", "prepare_removal")


def a_correction(story: Story) -> None:
    admitted(story)
    begins(story)
    story.does("kasittelija", "examine_correction")


def a_reflection_period(story: Story) -> None:
    reflecting(story)
    story.does("kasittelija", "reflection_period")


@pytest.mark.parametrize(
    ("prepared", "form"),
    [
        (a_decision, "sign_resolution"),
        (a_removal, "sign_removal"),
        (a_correction, "sign_correction"),
        (a_reflection_period, "sign_reflection_period"),
    ],
)
def test_the_manager_is_notified_once_of_what_waits_for_its_signature(
    story: Story, prepared: Callable[[Story], None], form: str
) -> None:
    prepared(story)
    before = notified(story)
    story.passes(days=2)
    assert notified(story) == before
    story.passes(days=2)
    assert notified(story) == before + 1
    assert form in story.forms, "the task waits on"
    story.passes(days=10)
    assert notified(story) == before + 1


def test_the_manager_is_notified_when_the_written_decision_after_an_oral_one_is_late(story: Story) -> None:
    story.calls()
    story.until("oral_decision")
    story.does("paattaja", "oral_decision")
    story.passes(days=4)
    before = notified(story)
    story.passes(days=5)
    assert "deadline_breached" in story.events
    assert notified(story) == before + 1, "wherever the decision lies: nobody has assessed yet"
    assert "assessment" not in story.milestones
