"""A client admitted as a victim is decided on also when the need of a reflection period shows after the contact, or again after
a refusal (746/2011 33 §; 301/2004 52 b §)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.casework.reflection_periods import REFLECTION_CHANGE
from engine.domain.cases import CaseState
from engine.errors import NotWaiting
from tests.stories.test_clients_who_left import dies, leaves
from tests.stories.test_contact import admitted
from tests.stories.test_reflection import SHOWN, announced, outcomes, proposes, reflecting
from tests.stories.test_removal import client
from tests.support.story import Story

GIVE = {"reflection_proposal": "give", "police_explained": "yes"}
NOT_ASKED = (REFLECTION_CHANGE, None)


def gives(story: Story) -> None:
    until = (story.today + timedelta(days=60)).isoformat()
    story.does(
        "kasittelija",
        "reflection_period",
        **GIVE,
        reflection_from=story.today.isoformat(),
        reflection_until=until,
    )
    story.does("paattaja", "sign_reflection_period")
    announced(story)


@pytest.mark.parametrize("stay", ["unknown", "asylum_seeker"])
def test_who_had_a_right_to_stay_at_the_contact_is_given_a_period_weeks_later(
    story: Story, stay: str
) -> None:
    admitted(story)
    assert NOT_ASKED not in story.file.awaited, "the contact asks first"
    story.does("kasittelija", "contact_client", stay_status=stay)
    story.passes(days=40)
    story.does("kasittelija", "finality_inquiry")
    assert story.case.state is CaseState.CLOSED
    assert story.hears(REFLECTION_CHANGE)
    assert story.case.state is CaseState.PENDING
    with pytest.raises(NotWaiting):
        story.hears(REFLECTION_CHANGE)
    gives(story)
    assert "police_notified" in story.milestones
    assert story.forms == ["reflection_period"], "open as long as the period runs"
    story.passes(days=70)
    assert story.case.state is CaseState.CLOSED


@pytest.mark.parametrize("ends", [leaves, dies])
def test_an_interruption_of_a_client_no_more_is_still_signed_and_one_of_the_dead_is_not(
    story: Story, ends: Callable[[Story], None]
) -> None:
    admitted(story)
    story.does("kasittelija", "contact_client", stay_status="asylum_seeker")
    story.passes(days=1)
    assert story.hears(REFLECTION_CHANGE)
    gives(story)
    later = (story.today + timedelta(days=20)).isoformat()
    proposes(
        story,
        "interrupt",
        interruption_ground="contact_renewed",
        ground_shown=SHOWN,
        interrupted_from=later,
        reflection_until=None,
    )
    ends(story)
    story.passes(minutes=1)
    assert ("sign_reflection_period" in story.forms) == (ends is leaves)
    if ends is leaves:
        story.does("paattaja", "sign_reflection_period")
        assert outcomes(story)[-1] == "reflection_interrupted"


def test_a_refusal_can_be_followed_by_a_period(story: Story) -> None:
    reflecting(story)
    assert NOT_ASKED not in story.file.awaited, "its task is open"
    proposes(story, "not_given", reflection_until=None)
    story.does("paattaja", "sign_reflection_period")
    story.does("kasittelija", "record_delivery")
    assert story.hears(REFLECTION_CHANGE)
    gives(story)
    assert outcomes(story) == ["reflection_refused", "reflection_period"]


def test_nobody_else_is_decided_on(story: Story) -> None:
    client(story)
    story.passes(days=1)
    assert NOT_ASKED in story.file.awaited
    leaves(story)
    story.passes(minutes=1)
    assert NOT_ASKED not in story.file.awaited
    with pytest.raises(NotWaiting):
        story.hears(REFLECTION_CHANGE)
