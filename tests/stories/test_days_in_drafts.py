"""A draft waits for its signer while its days go by: no decision takes a right away from before its signature."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain.clienthood import HelpEndsBeforeSignature
from engine.domain.reflection import EndsBeforeSignature, InterruptedBeforeSignature
from tests.stories.test_reflection import SHOWN, newest_letter, outcomes, proposes, reflecting, running
from tests.stories.test_removal import UNHEARD, assessed, client, letter
from tests.support.story import Story

PERIOD_RETURNED = {
    "reflection_signature": "return",
    "return_reason": "Päivä on mennyt.",
    "delegation_confirmed": None,
}
REMOVAL_RETURNED = {"removal_signature": "return", "return_reason": "Päivä on mennyt.", "cited_checked": None}


def interrupts_today(story: Story) -> None:
    proposes(
        story,
        "interrupt",
        interruption_ground="contact_renewed",
        ground_shown=SHOWN,
        interrupted_from=story.today.isoformat(),
        reflection_until=None,
    )


def test_a_period_is_not_interrupted_from_before_the_signature(story: Story) -> None:
    running(story)
    interrupts_today(story)
    story.passes(days=10)
    with pytest.raises(InterruptedBeforeSignature) as refused:
        story.does("paattaja", "sign_reflection_period")
    assert refused.value.field == "reflection_signature"
    story.does("paattaja", "sign_reflection_period", **PERIOD_RETURNED)
    interrupts_today(story)
    story.does("paattaja", "sign_reflection_period")
    assert outcomes(story)[-1] == "reflection_interrupted"
    assert newest_letter(story)


def test_a_period_that_is_over_is_not_given(story: Story) -> None:
    reflecting(story)
    until = story.today + timedelta(days=30)
    story.does("kasittelija", "reflection_period", reflection_until=until.isoformat())
    story.passes(days=31)
    with pytest.raises(EndsBeforeSignature):
        story.does("paattaja", "sign_reflection_period")
    story.does("paattaja", "sign_reflection_period", **PERIOD_RETURNED)
    later = (story.today + timedelta(days=30)).isoformat()
    story.does("kasittelija", "reflection_period", reflection_until=later)
    story.does("paattaja", "sign_reflection_period")
    assert outcomes(story) == ["reflection_period"]


def test_a_period_is_not_extended_to_a_day_that_has_passed(story: Story) -> None:
    running(story, days=40)
    until = (story.today + timedelta(days=50)).isoformat()
    proposes(story, "extend", reflection_until=until)
    story.passes(days=51)
    with pytest.raises(EndsBeforeSignature):
        story.does("paattaja", "sign_reflection_period")


def test_help_after_a_removal_does_not_end_before_the_signature(story: Story) -> None:
    client(story)
    assessed(story, **UNHEARD)
    story.does("kasittelija", "prepare_removal", help_until=story.today.isoformat())
    story.passes(days=7)
    with pytest.raises(HelpEndsBeforeSignature) as refused:
        story.does("paattaja", "sign_removal")
    assert refused.value.field == "removal_signature"
    story.does("paattaja", "sign_removal", **REMOVAL_RETURNED, delegation_confirmed=None)
    story.does("kasittelija", "prepare_removal", help_until=story.today.isoformat())
    story.does("paattaja", "sign_removal")
    assert f"Saat apua vielä {story.today.day}.{story.today.month}.{story.today.year} asti" in letter(story)


def test_a_removal_that_waits_for_finality_ends_no_help_before_it(story: Story) -> None:
    client(story)
    assessed(story, **UNHEARD, takes_effect="when_final")
    next_week = (story.today + timedelta(days=7)).isoformat()
    story.does("kasittelija", "prepare_removal", help_until=next_week)
    story.does("paattaja", "sign_removal")
    assert "asiakkuutesi päättyy vasta, kun päätös on lainvoimainen" in letter(story).lower()
    assert "Saat apua vielä" not in letter(story), "the question is not asked"
