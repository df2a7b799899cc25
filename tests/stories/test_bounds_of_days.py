"""A day that stands years off is refused beside its question, or explained: it was past, or is far ahead."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.domain.chronology import DatesRejected
from engine.errors import AnswersRejected
from tests.stories.test_appeals import served
from tests.stories.test_children import child_assessment, family
from tests.stories.test_chronology import WHY, reasons_in
from tests.stories.test_notes import contact, refusals
from tests.stories.test_notices import begins, to_police
from tests.stories.test_reflection import reflecting
from tests.stories.test_removal import UNHEARD, assessed, client
from tests.support.story import Story

YEARS_AGO = "2020-01-01"


def needs_reason(story: Story, who: str, form: str, question: str, **answers: Any) -> None:
    """The day is refused beside its question, and taken with a reason that stays in the record."""
    with pytest.raises(DatesRejected) as refused:
        story.does(who, form, **answers)
    assert (refused.value.field, refused.value.need_reasons) == (question, True)
    story.does(who, form, because={question: WHY}, **answers)
    assert reasons_in(story)[-1] == WHY


def test_consent_to_notify_the_police_from_before_the_matter(story: Story) -> None:
    story.applies()
    begins(story)
    consent = to_police("consent", police_consent_how="Puhelimessa.", consent_language="vi")
    with pytest.raises(DatesRejected) as refused:
        story.does("kasittelija", "write_notice", **{**consent, "police_consent_on": "1900-01-01"})
    assert not refused.value.need_reasons, "nobody consents before they are born"
    needs_reason(
        story,
        "kasittelija",
        "write_notice",
        "police_consent_on",
        **{**consent, "police_consent_on": YEARS_AGO},
    )


def test_nobody_hears_of_a_decision_before_it_was_signed(story: Story) -> None:
    reflecting(story)
    story.does("kasittelija", "reflection_period")
    story.passes(days=1)
    story.does("paattaja", "sign_reflection_period")
    before = (story.today - timedelta(days=1)).isoformat()
    with pytest.raises(DatesRejected) as refused:
        story.does("kasittelija", "reflection_told", told_on=before, because={"told_on": WHY})
    assert (refused.value.field, refused.value.need_reasons) == ("told_on", False)
    story.does("kasittelija", "reflection_told")


def test_a_period_that_begins_months_ahead(story: Story) -> None:
    reflecting(story)
    first = story.today + timedelta(days=90)
    days = {"reflection_from": first.isoformat(), "reflection_until": str(first + timedelta(days=60))}
    needs_reason(story, "kasittelija", "reflection_period", "reflection_from", **days)


def test_a_child_heard_before_the_matter_came(story: Story) -> None:
    child = family(story)
    child.until("assessment")
    answers = {**child_assessment(child), "child_heard": "heard", "child_heard_on": YEARS_AGO}
    needs_reason(child, "kasittelija", "assessment", "child_heard_on", **answers)


def test_consent_in_an_urgent_call_is_of_these_days(story: Story) -> None:
    with pytest.raises(AnswersRejected, match="consent_on"):
        story.calls(consent_on=YEARS_AGO)


def test_a_day_for_the_statement_that_has_passed(story: Story) -> None:
    served(story)
    assert story.hears("appeal_received")
    passed = (story.today - timedelta(days=1)).isoformat()
    answers = {"arrival_way": "court", "statement_due_on": passed}
    needs_reason(story, "kasittelija", "appeal_arrival", "statement_due_on", **answers)


def test_help_for_ten_years_after_a_removal(story: Story) -> None:
    client(story)
    assessed(story, **UNHEARD)
    needs_reason(story, "kasittelija", "prepare_removal", "help_until", help_until="2036-12-31")


def test_a_contact_older_than_the_person(story: Story) -> None:
    story.applies(born_on="1990-05-05")
    called = contact(story)
    assert called.contact is not None
    older = replace(
        called, contact=replace(called.contact, on=story.today.replace(year=1990, month=5, day=4))
    )
    assert set(refusals(story, "kasittelija", older)) == {"on"}


def test_a_signed_decision_held_for_more_than_a_week(story: Story) -> None:
    story.applies()
    story.until("sign_resolution")
    week = story.today + timedelta(days=7)
    needs_reason(story, "paattaja", "sign_resolution", "hold_until", hold_until=str(week + timedelta(days=1)))
    (notified,) = [each for each in story.file.timeline if each.kind == "manager_notified"]
    assert notified.subject == "held_decision", "the manager hears of it at once"
    story.passes(days=9)
    assert "record_delivery" in story.forms


def test_a_signed_decision_held_for_a_week_needs_no_reason(story: Story) -> None:
    story.applies()
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution", hold_until=str(story.today + timedelta(days=7)))
    assert "manager_notified" not in story.events
