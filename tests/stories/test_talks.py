"""After a talk that left the person's will in doubt, another talk is the way (746/2011 38 a § 2 mom.; 434/2003 12 §)."""

from __future__ import annotations

from typing import Any

import pytest

from engine.casework.recordings.consent import UntrueOfPerson
from engine.domain.cases import Outcome
from engine.queries.task_page import OpenTaskPage
from tests.stories.test_opened_again import REASSESSED
from tests.stories.test_referrals import NOT_REACHED, REFUSED, until_consent
from tests.stories.test_sent_back import letter_of
from tests.support.story import Story

UNSURE: dict[str, Any] = {
    **REFUSED,
    "consent": "another_talk",
    "applies_self": None,
    "free_will": "unsure",
    "free_will_reason": "Joku kuiskasi vieressä.",
}
CHOICES = ("accept_referrer", "lapse", "lapse_unconfirmed")


def withheld(story: Story) -> frozenset[str]:
    """The choices that the decision-maker's page does not offer. The command refuses each of them."""
    asks = OpenTaskPage(story.task("consent_without_contact").id)
    page = story.world.engine.answer(asks, story.world.actor("paattaja"))
    hidden = page.withheld["consent_choice"]
    for choice in hidden:
        with pytest.raises(UntrueOfPerson) as refused:
            story.does("paattaja", "consent_without_contact", consent_choice=choice, reason="Kirjallinen.")
        assert refused.value.field == "consent_choice"
    return hidden


def is_not_reached(story: Story) -> None:
    story.does("kasittelija", "verify_consent", **NOT_REACHED)
    story.does("esihenkilo", "consent_not_reached")


def test_an_unsure_will_is_never_replaced_by_what_the_referrer_recorded(story: Story) -> None:
    until_consent(story)
    story.does("kasittelija", "verify_consent", **UNSURE)
    story.passes(days=8)
    story.does("esihenkilo", "consent_not_reached")
    assert withheld(story) == frozenset(CHOICES), "another talk is the way"
    assert "consent_recorded" not in story.milestones
    story.does(
        "paattaja", "consent_without_contact", consent_choice="try_again", reason="Puhutaan uudelleen."
    )

    is_not_reached(story)
    assert withheld(story) == {"accept_referrer", "lapse"}
    story.does("paattaja", "consent_without_contact", consent_choice="lapse_unconfirmed", reason="Yritetty.")
    assert story.case.content_sealed_at is not None
    story.passes(minutes=1)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    letter = letter_of(story, story.file.resolutions[-1])
    assert "Olemme puhuneet kanssasi" in letter
    assert "Emme ole tavoittaneet" not in letter
    assert story.ends() is Outcome.LAPSED


def test_a_refusal_is_not_replaced_either_when_its_lapse_is_sent_back(story: Story) -> None:
    until_consent(story)
    story.does("kasittelija", "verify_consent", **REFUSED)
    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "sign_resolution", **REASSESSED)
    story.does("kasittelija", "triage_override")
    is_not_reached(story)
    assert withheld(story) == {"accept_referrer", "lapse"}


def test_a_withdrawal_that_was_talked_about_is_a_talk(story: Story) -> None:
    until_consent(story)
    assert story.hears("application_withdrawn")
    unsure = {"withdrawal": "not_confirmed", "not_confirmed_reason": "Hän haluaakin jatkaa."}
    story.does("kasittelija", "withdraw", **unsure)
    is_not_reached(story)
    assert withheld(story) == {"accept_referrer", "lapse"}


def test_where_nobody_talked_with_the_person_no_letter_says_so(story: Story) -> None:
    until_consent(story)
    is_not_reached(story)
    assert withheld(story) == {"lapse_unconfirmed"}
    story.does("paattaja", "consent_without_contact")
    story.passes(minutes=1)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    assert "Emme ole tavoittaneet sinua" in letter_of(story, story.file.resolutions[-1])
