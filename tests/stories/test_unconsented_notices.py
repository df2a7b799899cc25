"""A notice to the police with consent that is withdrawn: what has not left stays here, what had left had left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.commands.consents import WithdrawConsent
from engine.domain.chronology import DatesRejected
from engine.errors import Invalid
from tests.stories.test_corrections import corrects
from tests.stories.test_notices import begins, to_police
from tests.support.browsing import signed_in
from tests.support.story import Story


@pytest.fixture
def unconsented(story: Story) -> Story:
    """A notice to the police was written with consent, which the person withdrew a day later. It has not been recorded."""
    story.applies()
    begins(story)
    day = story.today.isoformat()
    consent = to_police(
        "consent", police_consent_on=day, police_consent_how="Puhelimessa.", consent_language="en"
    )
    story.does("kasittelija", "write_notice", **consent)
    story.passes(days=1)
    withdrawn = WithdrawConsent(story.reference, story.file.consents[-1].id, story.today, "phone")
    story.world.engine.perform(withdrawn, story.world.actor("kasittelija"))
    story.passes(days=1)
    return story


def test_a_consent_withdrawn_before_the_notice_left_stops_it(unconsented: Story) -> None:
    with pytest.raises(Invalid) as refused:
        unconsented.does("kasittelija", "send_notice")
    assert refused.value.field == "notice_state"
    assert "police_notified" not in unconsented.milestones


def test_a_notice_that_left_before_the_consent_was_withdrawn_had_left(unconsented: Story) -> None:
    left = unconsented.today - timedelta(days=2)
    unconsented.does("kasittelija", "send_notice", sent_on=left.isoformat())
    assert "police_notified" in unconsented.milestones


def test_a_notice_of_the_day_of_the_withdrawal_needs_a_reason(unconsented: Story) -> None:
    left = (unconsented.today - timedelta(days=1)).isoformat()
    with pytest.raises(DatesRejected) as refused:
        unconsented.does("kasittelija", "send_notice", sent_on=left)
    assert refused.value.field == "sent_on"
    reason = {"sent_on": "Kirje haettiin aamulla, henkilö soitti illalla."}
    unconsented.does("kasittelija", "send_notice", sent_on=left, because=reason)
    assert "police_notified" in unconsented.milestones


def test_a_withdrawn_consent_is_shown_as_holding_no_more(unconsented: Story) -> None:
    page = signed_in(unconsented.world, "kasittelija").get(f"/cases/{unconsented.reference}")
    given, withdrawn = page.tree.xpath("//*[@id='consents']//tbody/tr/td[1]")[-2:]
    assert "ei enää voimassa" in given.text_content()
    assert "ei enää voimassa" not in withdrawn.text_content()


def test_the_ledger_gets_a_new_entry_for_the_corrected_consent_to_a_notice(story: Story) -> None:
    story.applies()
    story.passes(days=1)
    begins(story)
    day = (story.today - timedelta(days=1)).isoformat()
    how = {"police_consent_how": "Puhelimessa.", "consent_language": "vi"}
    story.does("kasittelija", "write_notice", **to_police("consent", police_consent_on=day, **how))
    corrects(story, "write_notice", police_consent_on=story.today)
    given = [(each.purpose, each.state, each.language, each.given_on) for each in story.file.consents]
    assert given[-1] == ("crime_report", "given", "vi", story.today)
    assert len(given) == 2
