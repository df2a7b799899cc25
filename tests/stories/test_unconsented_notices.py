"""A notice to the police with consent that is withdrawn: what has not left stays here, what had left had left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.casework.consents_given_anew import ConsentEnded
from engine.commands.consents import ConsentDetails, RecordConsent, WithdrawConsent
from engine.domain.chronology import DatesRejected
from engine.errors import Invalid
from tests.stories.test_corrections import corrects
from tests.stories.test_notices import begins, to_police, transferred
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


AGREED = {"police_consent_how": "Puhelimessa.", "consent_language": "en"}


def refuses(story: Story, purpose: str, recipient: str) -> None:
    details = ConsentDetails(purpose, recipient, "fi", "phone", story.today)
    refused = RecordConsent(story.reference, details, is_given=False)
    story.world.engine.perform(refused, story.world.actor("kasittelija"))


def test_the_police_are_not_notified_on_a_consent_older_than_the_refusal(story: Story) -> None:
    story.applies()
    begins(story)
    before = story.today
    story.passes(days=2)
    refuses(story, "crime_report", "police")
    older = to_police("consent", police_consent_on=before.isoformat(), **AGREED)
    with pytest.raises(ConsentEnded) as ended:
        story.does("kasittelija", "write_notice", **older)
    assert ended.value.field == "police_consent_on"
    same_day = to_police("consent", police_consent_on=story.today.isoformat(), **AGREED)
    with pytest.raises(DatesRejected) as refused:
        story.does("kasittelija", "write_notice", **same_day)
    assert (refused.value.field, refused.value.need_reasons) == ("police_consent_on", True)
    assert [each.state for each in story.file.consents] == ["refused"]
    reason = {"police_consent_on": "Hän soitti illalla ja pyysi ilmoittamaan."}
    story.does("kasittelija", "write_notice", because=reason, **same_day)
    story.does("kasittelija", "send_notice")
    assert "police_notified" in story.milestones


def test_a_matter_does_not_go_to_the_police_on_a_consent_older_than_the_refusal(story: Story) -> None:
    transferred(story, "police", transfer_ground="preventable_offence")
    before = story.today
    story.passes(days=2)
    refuses(story, "crime_report", "police")
    with pytest.raises(ConsentEnded) as ended:
        story.does(
            "kasittelija",
            "transfer_ground",
            transfer_ground="consent",
            transfer_consent_on=before.isoformat(),
            consent_language="en",
        )
    assert ended.value.field == "transfer_consent_on"


def test_the_referrer_is_not_notified_on_a_talk_older_than_the_refusal(story: Story) -> None:
    story.is_referred()
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")
    talked = story.today
    story.passes(days=1)
    refuses(story, "tell_referrer_outcome", "referrer")
    with pytest.raises(ConsentEnded) as ended:
        story.does("kasittelija", "verify_consent", referrer_may_know="yes", consent_on=talked.isoformat())
    assert ended.value.field == "consent_on"
    story.does("kasittelija", "verify_consent", referrer_may_know="no", consent_on=talked.isoformat())
