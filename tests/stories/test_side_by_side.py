"""Instances of one case run side by side: none goes on about what another has settled, and none does its work twice."""

from __future__ import annotations

from engine.domain.cases import Outcome
from tests.stories.test_appeals import appeals, becomes_final, served, to_court
from tests.stories.test_removal import UNHEARD, assessed
from tests.stories.test_urgent_calls import until_oral_decision
from tests.support.story import Story


def test_two_appeals_that_a_court_sends_back_begin_one_examination(story: Story) -> None:
    """Two drafts of two examinations would replace each other, and one signer would find nothing to sign."""
    served(story)
    becomes_final(story)
    for appellant in ("person", "other"):
        appeals(story, appellant=appellant)
        to_court(story)
    first, second = (task.business_key for task in story.file.tasks if task.form_key == "court_decision")
    story.does("kasittelija", "court_decision", key=first, court_result="annulled")
    story.passes(minutes=1)
    story.does("kasittelija", "court_decision", key=second, court_result="annulled")
    story.passes(minutes=1)
    assert story.events.count("examined_again") == 1
    assert story.forms.count("triage_override") == 1
    assert story.ends() is Outcome.ADMITTED_35_1


def test_a_removal_ends_with_the_clienthood_that_an_oral_decision_began(story: Story) -> None:
    until_oral_decision(story)
    story.does("paattaja", "oral_decision")
    assessed(story, **UNHEARD)
    assert "prepare_removal" in story.forms
    story.hears("application_withdrawn")
    story.does("kasittelija", "withdraw", lapse_reason="death")
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    story.passes(minutes=1)
    assert story.file.clienthood is None
    assert "prepare_removal" not in story.forms, "nobody is asked for a decision about who died"
    assert story.ends() is Outcome.LAPSED
