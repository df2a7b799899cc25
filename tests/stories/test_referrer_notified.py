"""The referrer learns yes or no by a letter that somebody sends: the record says so once it has left (621/1999 26 §)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine.casework.recordings.paper import LetterOvertaken, TellingTakenBack
from engine.commands.applications import SubmitApplication
from engine.commands.consents import ConsentDetails, RecordConsent, WithdrawConsent
from engine.domain.cases import Channel, Outcome
from engine.domain.chronology import DatesRejected
from engine.domain.people import PUBLIC
from engine.domain.safe_contact import PartyNotSafe
from engine.queries.delivery_papers import ReadDeliveryPapers
from tests.stories.test_posted_letters import KEPT, POSTED
from tests.support import answers as plain
from tests.support.browsing import signed_in
from tests.support.party_changes import addressed
from tests.support.story import Story

STOPPED = {"paper_state": "consent_withdrawn", **dict.fromkeys(("paper_way", "sent_on"))}


def written(story: Story, *, has_address: bool = True) -> None:
    """A referral with consent, admitted and served: the letter to the referrer waits for somebody to send it."""
    story.is_referred()
    story.until("record_delivery")
    story.does("kasittelija", "record_delivery")
    story.passes(minutes=1)
    if has_address:
        addressed(story)


def notified(story: Story) -> list[str]:
    return [each for each in story.events if each == "referrer_notified"]


def takes_back(story: Story) -> None:
    given = [each for each in story.file.consents if each.purpose == "tell_referrer_outcome"][-1].id
    command = WithdrawConsent(story.reference, given, story.today, "phone")
    story.world.engine.perform(command, story.world.actor("kasittelija"))


def refuses(story: Story) -> None:
    details = ConsentDetails("tell_referrer_outcome", "referrer", "fi", "phone", story.today)
    command = RecordConsent(story.reference, details, is_given=False)
    story.world.engine.perform(command, story.world.actor("kasittelija"))


def mails_to_referrer(story: Story) -> list[str]:
    return [each.kind for each in story.mails if each.recipient["email"] == "raimo@example.invalid"]


def test_the_referrer_is_notified_when_the_letter_has_left_and_not_before(story: Story) -> None:
    written(story)
    assert "post_paper" in story.forms
    assert notified(story) == [], "the letter lies here"
    assert mails_to_referrer(story) == ["mail_receipt", "mail_letter"], "no earlier message is out of date"
    papers = story.world.engine.answer(
        ReadDeliveryPapers(story.task("post_paper").id), story.world.actor("kasittelija")
    )
    assert papers is not None
    assert [each.kind for each in papers.papers] == ["referrer_notice"]
    story.does("kasittelija", "post_paper", paper_way="secure_mail", envelope_neutral=None)
    assert notified(story) == ["referrer_notified"]
    assert "paper_sent" in story.milestones
    page = signed_in(story.world, "kasittelija").get(f"/cases/{story.reference}").text
    assert "Ilmoitus lähti: tieto ratkaisusta ohjaajalle" in page
    assert "Ohjaajalle kerrottiin ratkaisu suostumuksella" in page
    assert story.ends() is Outcome.ADMITTED_35_1
    assert notified(story) == ["referrer_notified"]


def test_the_referrer_is_mailed_in_the_language_of_the_form_they_filled_in(story: Story) -> None:
    sent = SubmitApplication(Channel.REFERRAL, "k" * 43, data=plain.referral(story.today), language="sv")
    story.reference = story.world.engine.perform(sent, PUBLIC).reference
    story.until("record_delivery")
    story.does("kasittelija", "record_delivery")
    story.passes(minutes=1)
    mails = [each for each in story.mails if each.recipient["email"] == "raimo@example.invalid"]
    assert [(each.kind, each.language) for each in mails] == [("mail_receipt", "sv"), ("mail_letter", "sv")]


def test_a_letter_that_did_not_leave_tells_nobody(story: Story) -> None:
    written(story)
    story.does("kasittelija", "post_paper", **KEPT)
    assert story.ends() is Outcome.ADMITTED_35_1
    assert notified(story) == []
    assert "notice_not_sent" in story.events


@pytest.mark.parametrize("says_no", [takes_back, refuses])
def test_a_consent_taken_back_before_the_letter_left_stops_it(
    story: Story, says_no: Callable[[Story], None]
) -> None:
    written(story)
    says_no(story)
    task = story.task("post_paper").id
    papers = story.world.engine.answer(ReadDeliveryPapers(task), story.world.actor("kasittelija"))
    assert papers is not None
    assert (papers.is_stopped, papers.papers) == (True, ())
    with pytest.raises(DatesRejected):
        story.does("kasittelija", "post_paper", **POSTED)
    story.passes(days=1)
    with pytest.raises(TellingTakenBack) as refused:
        story.does("kasittelija", "post_paper", **POSTED)
    assert refused.value.field == "paper_state"
    story.does("kasittelija", "post_paper", **STOPPED)
    assert notified(story) == []


@pytest.mark.parametrize(("what", "why"), [("unsafe", PartyNotSafe), ("decided", LetterOvertaken)])
def test_no_letter_goes_to_an_unsafe_referrer_or_tells_what_holds_no_more(
    story: Story, what: str, why: Any
) -> None:
    written(story)
    story.passes(minutes=5)
    case_id, at = story.case.id, story.world.clock.moment
    with story.world.engine.database.unit_of_work() as unit:
        stores = story.world.engine.stores(unit)
        if what == "unsafe":
            for party in stores.parties.of_case(case_id):
                if party.kind == "referrer":
                    stores.parties.change(party, is_unsafe=True)
        else:
            decided = stores.resolutions.of_case(case_id)[-1]
            stores.resolutions.sign(decided, decided.signed_by, decided.document_id, at)
    with pytest.raises(why) as refused:
        story.does("kasittelija", "post_paper", **POSTED)
    assert refused.value.field == "paper_state"
    story.does("kasittelija", "post_paper", **KEPT)
    assert notified(story) == []
