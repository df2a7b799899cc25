"""A person who is refused hears of other help, by a safe way; nobody is recorded as informed who was not."""

from __future__ import annotations

from typing import Any

import pytest

from engine.domain.cases import Outcome
from engine.domain.safe_contact import WayNotSafe
from engine.errors import AnswersRejected
from tests.stories.test_adverse_outcomes import UNHEARD, until_assessment
from tests.support.browsing import signed_in
from tests.support.party_changes import NEW_MAILBOX, ONLY_PHONE, changes, person
from tests.support.story import Story

UNINFORMED: dict[str, Any] = {
    "other_help": "not_told",
    "not_told_reason": "Hän kuoli ennen kuin häneen saatiin yhteys.",
    **dict.fromkeys(("help_told", "told_apply_again", "contact_channel", "told_on")),
}


def test_nobody_is_recorded_as_informed_of_other_help_who_was_not(story: Story) -> None:
    """A death, or that no safe way reaches the person, is a reason to end the task, and no milestone."""
    until_assessment(story)
    story.does("kasittelija", "assessment", **UNHEARD)
    story.until("other_help")
    with pytest.raises(AnswersRejected):
        story.does("kasittelija", "other_help", **{**UNINFORMED, "not_told_reason": None})
    story.does("kasittelija", "other_help", **UNINFORMED)
    assert story.ends() is Outcome.NOT_ADMITTED
    assert "other_help_told" not in story.milestones


def test_other_help_is_explained_by_a_way_that_the_person_called_safe(story: Story) -> None:
    until_assessment(story)
    story.does("kasittelija", "assessment", **UNHEARD)
    story.until("other_help")
    changes(story, person(story), ONLY_PHONE)
    with pytest.raises(WayNotSafe) as refused:
        story.does("kasittelija", "other_help", contact_channel="sms")
    assert refused.value.field == "contact_channel"
    story.does("kasittelija", "other_help", contact_channel="phone")
    assert "other_help_told" in story.milestones


LOST = (("phone", ONLY_PHONE, NEW_MAILBOX), ("email", NEW_MAILBOX, ONLY_PHONE))


@pytest.mark.parametrize(("way", "known", "now"), LOST)
def test_what_was_explained_before_the_way_was_lost_is_recorded_as_it_was(
    story: Story, way: str, known: dict[str, object], now: dict[str, object]
) -> None:
    until_assessment(story)
    changes(story, person(story), known)
    story.does("kasittelija", "assessment", **UNHEARD)
    story.until("other_help")
    explained_on = story.today.isoformat()
    story.passes(days=1)
    changes(story, person(story), {**now, "unsafe_channels": [way]})
    page = signed_in(story.world, "kasittelija").get(f"/tasks/{story.task('other_help').id}")
    assert page.tree.xpath("//*[@name='contact_channel']//option[@value='phone']"), (
        "offered for the day before"
    )
    story.passes(days=1)
    with pytest.raises(WayNotSafe):
        story.does("kasittelija", "other_help", contact_channel=way, told_on=story.today.isoformat())
    story.does("kasittelija", "other_help", contact_channel=way, told_on=explained_on)
    assert "other_help_told" in story.milestones
