"""A decision is sent electronically only to somebody who can open it, and only they open it (13/2003 18 §)."""

from __future__ import annotations

from typing import Any

import pytest

from engine.commands.own_access import CloseReadingByCode
from engine.commands.tasks import ClaimTask
from engine.domain.cases import Outcome
from engine.domain.tasks import OutsideGroup
from tests.stories.test_appeals import appeals, to_court
from tests.stories.test_children import CHILD, PARENT, REGISTERED_CHILD, child_assessment
from tests.stories.test_delivery import BY_POST, attempts
from tests.support.reader import AGREED, Reader, applied, chooses
from tests.support.story import Story


def signed(story: Story, **application: Any) -> Reader:
    """Somebody who has shown who they are agreed to get the decision online; it is signed."""
    reader = applied(story, **application)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    return reader


def opened_by(reader: Reader) -> None:
    assert reader.identifies()
    (letter,) = reader.reads().letters
    reader.opens_letter(letter.document_id)


def test_an_electronic_notice_is_opened_by_the_person_alone(story: Story) -> None:
    reader = signed(story)
    story.passes(minutes=1)
    assert "mail_delivery" in {each.kind for each in story.mails}
    task = story.task("open_resolution")
    story.passes(days=2)
    opened_on = story.today
    for who in ("kasittelija", "paattaja", "johtaja"):
        with pytest.raises(OutsideGroup):
            story.world.engine.perform(ClaimTask(task.id), story.world.actor(who))

    opened_by(reader)

    delivery = story.file.deliveries[-1]
    assert (delivery.channel, delivery.state, delivery.served_on) == ("electronic", "served", opened_on)
    assert not delivery.is_presumed
    assert story.ends() is Outcome.ADMITTED_35_1


def test_a_notice_not_opened_in_a_week_goes_by_post(story: Story) -> None:
    signed(story, **{**BY_POST, "safe_channels": ["post", "email"], "email": "a@example.invalid"})
    story.passes(days=6)
    assert "open_resolution" in story.forms
    story.passes(days=2)
    assert "open_resolution" not in story.forms
    assert attempts(story) == [("electronic", "replaced"), ("letter", "open")]
    story.does("kasittelija", "post_letter")
    story.passes(days=8)
    assert attempts(story)[-1] == ("letter", "served")


def test_without_a_safe_address_an_unopened_notice_is_handed_over(story: Story) -> None:
    signed(story)
    story.passes(days=8)
    assert attempts(story) == [("electronic", "replaced"), ("in_person", "open")]
    story.does("kasittelija", "record_delivery")
    assert attempts(story)[-1] == ("in_person", "served")


@pytest.mark.parametrize("closed_by", ["code", "staff", "no_identity_code"])
def test_nothing_is_sent_to_a_page_that_is_closed(story: Story, closed_by: str) -> None:
    if closed_by == "no_identity_code":
        story.applies(**AGREED)
    else:
        reader = applied(story)
        if closed_by == "code":
            assert reader.perform(CloseReadingByCode(reader.code))
        else:
            chooses(story, is_open=False)
    story.until("sign_resolution")
    before = len(story.mails)
    story.does("paattaja", "sign_resolution")
    story.passes(minutes=1)
    assert "open_resolution" not in story.forms
    assert attempts(story) == [("in_person", "open")]
    assert "mail_delivery" not in [each.kind for each in story.mails[before:]]


def test_a_guardian_who_agreed_for_themselves_gets_the_childs_decision_by_hand(story: Story) -> None:
    reader = applied(story, has_children="yes", children=[{**CHILD, "born_on": "2018-03-01"}])
    story.does("kirjaaja", "register", **PARENT)
    story.passes(minutes=1)
    child = story.child()
    child.does("kirjaaja", "register", **REGISTERED_CHILD)
    child.does("kasittelija", "triage_override", case_class="child")
    child.does("kasittelija", "sufficiency", representative_state="guardian")
    child.does("kasittelija", "assessment", **child_assessment(child))
    child.does("kasittelija", "prepare_resolution")
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    story.passes(minutes=1)
    child.does("paattaja", "sign_resolution")
    assert attempts(story) == [("electronic", "dispatched")]
    assert attempts(child) == [("in_person", "open")], "no page of theirs shows the child's letter"
    opened_by(reader)


def test_a_decision_opened_online_has_that_for_its_proof_after_an_earlier_one_was_handed_over(
    story: Story,
) -> None:
    """Both are served under one key; the form of the hand-over belongs to the first attempt (434/2003 59, 60 §)."""
    reader = signed(story)
    story.passes(days=8)
    story.does("kasittelija", "record_delivery")
    handed = story.file.deliveries[-1]
    assert handed.proof not in (None, "electronic")
    appeals(story)
    to_court(story)
    story.does("kasittelija", "court_decision", court_result="annulled")
    story.passes(minutes=1)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    story.passes(minutes=1)
    assert reader.identifies()
    reader.opens_letter(max(reader.reads().letters, key=lambda each: each.is_served_by_opening).document_id)

    opened = story.file.deliveries[-1]
    assert (opened.business_key, opened.state) == (handed.business_key, "served")
    assert (opened.channel, opened.proof) == ("electronic", "electronic")
