"""A person whom nobody reaches safely: the page behind their code asks them to call, and contact begins again when they do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.domain.cases import CaseState, Outcome
from engine.domain.people import PUBLIC
from engine.domain.safe_contact import WayNotSafe
from engine.errors import NotFound
from engine.queries.status import StatusByCode
from tests.stories.test_contact import UNREACHABLE, admitted
from tests.stories.test_delivery import FAILED, signed
from tests.support.browsing import visitor
from tests.support.story import Story
from tests.webapp.test_talking_by_code import page_of, presses

NO_WAY: dict[str, Any] = {"safe_channels": None, "email": None}


def asks_to_call(story: Story) -> bool:
    assert story.receipt is not None
    status = story.world.engine.answer(StatusByCode(story.receipt.code), PUBLIC)
    assert status is not None
    return status.asks_to_call


def given_up(story: Story) -> None:
    """Tried on three days and recorded, before the manager is asked."""
    story.passes(days=2)
    days = [(story.today - timedelta(days=each)).isoformat() for each in range(3)]
    attempts = [{"attempted_on": each, "attempt_channel": "in_person"} for each in days]
    story.does("kasittelija", "contact_client", **{**UNREACHABLE, "attempts": attempts})


@pytest.mark.parametrize(("contact", "asked"), [(NO_WAY, True), ({}, False)])
def test_where_no_way_is_safe_the_code_asks_the_person_to_call(
    story: Story, contact: dict[str, Any], asked: bool
) -> None:
    story.applies(**contact)
    assert asks_to_call(story) is asked, "from the beginning: nobody else can begin the contact"
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    assert asks_to_call(story) is asked
    page = page_of(visitor(story.world), story).text
    assert ("valitsemallasi tavalla" in page) is not asked, "no way was chosen that we know"
    assert ("Emme tiedä, miten saamme sinuun turvallisesti yhteyden" in page) is asked


def test_a_decision_that_waits_to_be_collected_is_asked_after_behind_the_code(story: Story) -> None:
    signed(story)
    story.does("kasittelija", "contact_client")
    story.does("kasittelija", "record_delivery", **FAILED)
    story.does("kasittelija", "choose_delivery_way", next_channel="none")
    assert not asks_to_call(story)
    story.does("paattaja", "no_safe_service")
    assert asks_to_call(story)
    assert story.hears("person_reached")
    story.does("kasittelija", "choose_delivery_way")
    story.does("kasittelija", "record_delivery")
    assert not asks_to_call(story)


def test_a_client_is_reached_through_whom_they_chose_and_in_no_other_way(story: Story) -> None:
    chosen = {"contact_person_name": "Ystävä Keksitty", "contact_person_phone": "+358 00 0000001"}
    story.applies(safe_channels=["via_person"], email=None, **chosen)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    assert not asks_to_call(story), "somebody leads to them"
    with pytest.raises(WayNotSafe) as refused:
        story.does("kasittelija", "contact_client", contact_channel="phone")
    assert refused.value.field == "contact_channel"
    story.does("kasittelija", "contact_client", contact_channel="via_person")
    assert "client_contacted" in story.milestones


@pytest.mark.databases
def test_a_client_given_up_is_contacted_when_they_call_later(story: Story) -> None:
    admitted(story)
    given_up(story)
    story.passes(days=40)
    story.does("kasittelija", "finality_inquiry")
    assert story.case.state is CaseState.CLOSED
    assert asks_to_call(story)
    assert ("person_reached", None) in story.file.awaited

    assert story.hears("person_reached")
    assert story.case.state is CaseState.PENDING
    assert story.forms == ["contact_client"]
    given_up(story)
    assert story.case.state is CaseState.CLOSED
    assert asks_to_call(story), "given up once more"

    assert story.hears("person_reached")
    story.does("kasittelija", "contact_client", wants_crime_report_help="yes")
    story.does("kasittelija", "crime_report_support")
    assert "client_contacted" in story.milestones
    assert story.case.state is CaseState.CLOSED
    assert story.case.outcome is Outcome.ADMITTED_35_1
    assert not asks_to_call(story)
    with pytest.raises(NotFound):
        story.hears("person_reached")


def test_one_call_begins_contact_and_tells_of_the_kept_decision(story: Story) -> None:
    signed(story)
    story.does("kasittelija", "record_delivery", **FAILED)
    story.does("kasittelija", "choose_delivery_way", next_channel="none")
    story.does("paattaja", "no_safe_service")
    given_up(story)

    assert story.hears("person_reached")

    assert story.forms == ["choose_delivery_way", "contact_client"]
    assert story.file.deliveries[-1].state == "kept"


def test_a_relative_who_applied_reads_that_their_way_is_known_and_who_speaks_for_the_child_is_not(
    story: Story,
) -> None:
    receipt = story.applies_for_children(relationship="other")
    assert (receipt.is_unreached, receipt.lacks_speaker) == (True, True)
    browser = visitor(story.world)
    page = page_of(browser, story).text
    assert page.count("Emme vielä tiedä, kuka voi puhua lapsen puolesta.") == 2, "beside the call too"
    assert "Emme tiedä, miten saamme sinuun turvallisesti yhteyden" not in page
    assert "Emme tiedä numeroa" not in page

    presses(browser, page_of(browser, story), "/code/stop", "sure=yes")
    stopped = page_of(browser, story).text
    assert "Emme vielä tiedä" not in stopped
    assert "Emme tiedä, miten saamme sinuun turvallisesti yhteyden" in stopped


def test_a_guardian_who_gave_no_way_is_asked_to_call(story: Story) -> None:
    receipt = story.applies_for_children(safe_channels=None)
    assert (receipt.is_unreached, receipt.lacks_speaker) == (True, False)
