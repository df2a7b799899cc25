"""The consent ledger: entries that are added and never changed, and what stops when a consent is taken back (746/2011 38 a §)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from engine.casework.recordings.consent import CONSENT_TEXT
from engine.casework.recordings.contact import ConsentWithdrawn, NoConsentToAsk, NotOfApplicant
from engine.casework.recordings.paper import ConsentHolds, ConsentTakenBack
from engine.commands.consents import ConsentDetails, RecordConsent, WithdrawConsent
from engine.commands.requests import DeliverReply
from engine.domain.cases import Outcome
from engine.domain.chronology import DatesRejected
from engine.domain.consents import NotInForce, is_given
from engine.domain.corrections import EXPLANATION
from engine.errors import Forbidden, Invalid, NotFound
from engine.queries.delivery_papers import ReadDeliveryPapers
from engine.queries.resolution_page import ReadLetter
from tests.stories.test_posted_letters import KEPT, POSTED
from tests.stories.test_referrals import REFUSED as REFUSED_REFERRAL
from tests.support.answers import request
from tests.support.story import Story


def referred(story: Story) -> None:
    story.is_referred()
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")
    story.does("kasittelija", "verify_consent", referrer_may_know="yes")


def consents(
    story: Story, purpose: str = "information_request", recipient: str = "outside_authority"
) -> UUID:
    named = "Esimerkkivirasto" if recipient == "outside_authority" else ""
    details = ConsentDetails(purpose, recipient, "fi", "phone", story.today, note=named)
    return story.world.engine.perform(
        RecordConsent(story.reference, details, is_given=True), story.world.actor("kasittelija")
    )


def newest(story: Story, purpose: str) -> UUID:
    return [each for each in story.file.consents if each.purpose == purpose][-1].id


def takes_back(story: Story, consent_id: UUID, who: str = "kasittelija", **changes: Any) -> int:
    facts = {"withdrawn_on": story.today, "how": "phone", **changes}
    return story.world.engine.perform(
        WithdrawConsent(story.reference, consent_id, **facts), story.world.actor(who)
    )


def asks(story: Story, basis: str = "consent", **changes: Any) -> None:
    due = story.today + timedelta(days=14)
    row = {**request("outside_authority", due), "legal_basis": basis, **changes}
    story.does("kasittelija", "new_information_request", requests=[row], round_reason="Työn ehdot puuttuvat.")


STOPPED = {"paper_state": "consent_withdrawn", **dict.fromkeys(("paper_way", "sent_on"))}


def until_requests(story: Story) -> None:
    referred(story)
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")


@pytest.mark.databases
def test_a_withdrawal_is_an_entry_and_the_consent_stays_as_it_was(story: Story) -> None:
    referred(story)
    given = newest(story, "tell_referrer_outcome")

    takes_back(story, given, note="Hän pelkää ohjaajaa.")

    first, last = [each for each in story.file.consents if each.purpose == "tell_referrer_outcome"]
    assert (first.id, first.state, first.withdrawn_at) == (given, "given", None)
    assert (last.state, last.withdraws, last.withdrawn_at) == ("withdrawn", given, story.world.clock.moment)
    assert (last.recipient, last.language, last.text_version) == ("referrer", first.language, CONSENT_TEXT)
    with pytest.raises(NotInForce):
        takes_back(story, given)


def test_the_referrer_learns_nothing_once_that_consent_is_withdrawn(story: Story) -> None:
    referred(story)
    takes_back(story, newest(story, "tell_referrer_outcome"))

    story.ends()

    assert "referrer_notified" not in story.events


def test_one_disclosure_withdrawn_stops_only_that(story: Story) -> None:
    until_requests(story)
    consents(story)
    asks(story)
    key = newest(story, "information_request")

    assert takes_back(story, key) == 1

    with pytest.raises(NotFound):
        story.opens(story.file.requests[0])
    story.passes(days=8)
    assert "request_reminded" not in story.events
    assert [mail.kind for mail in story.mails].count("mail_request") == 0, "it had not left yet"
    assert story.file.consents[0].state == "given", "the referral's consent is another"


def test_the_round_after_a_withdrawal_is_not_sent(story: Story) -> None:
    until_requests(story)
    consents(story)
    asks(story)
    story.passes(hours=1)
    story.answers("REQ-1")
    takes_back(story, newest(story, "information_request"))

    with pytest.raises(NotInForce):
        story.does(
            "kasittelija",
            "review_reply",
            "REQ-1",
            reply_enough="ask_again",
            new_questions="Entä palkka?",
            new_due_on=(story.today + timedelta(days=14)).isoformat(),
        )


@pytest.mark.parametrize(
    "choice", [{"choice": "extend"}, {"choice": "other_channel", "new_channel": "phone"}]
)
def test_nobody_is_given_more_time_with_a_consent_that_was_taken_back(
    story: Story, choice: dict[str, str]
) -> None:
    until_requests(story)
    consents(story)
    asks(story)
    takes_back(story, newest(story, "information_request"))
    story.passes(days=16)
    more = {"new_due_on": (story.today + timedelta(days=14)).isoformat(), "reason": "Ei vastattu."}
    with pytest.raises(NotInForce):
        story.does("kasittelija", "request_follow_up", "REQ-1", **choice, **more)
    story.does("kasittelija", "request_follow_up", "REQ-1", choice="cancel", reason="Suostumus peruttu.")
    assert story.file.requests[0].closed_as == "cancelled"


def test_a_letter_that_waits_to_be_posted_stays_here_once_its_consent_is_withdrawn(story: Story) -> None:
    until_requests(story)
    consents(story)
    asks(story, request_channel="letter")
    takes_back(story, newest(story, "information_request"))
    worker = story.world.actor("kasittelija")
    papers = story.world.engine.answer(ReadDeliveryPapers(story.task("post_paper").id), worker)
    assert papers is not None
    assert (papers.is_stopped, papers.papers, papers.envelope) == (True, (), None), "nothing to print"
    with pytest.raises(ConsentTakenBack) as refused:
        story.does("kasittelija", "post_paper", **KEPT)
    assert refused.value.field == "paper_state"
    with pytest.raises(DatesRejected) as same_day:
        story.does("kasittelija", "post_paper", **POSTED)
    assert same_day.value.need_reasons, "it may have left that morning"
    story.passes(days=1)
    with pytest.raises(ConsentTakenBack):
        story.does("kasittelija", "post_paper", **POSTED)
    story.does("kasittelija", "post_paper", **STOPPED)
    (request,) = story.file.requests
    assert (request.sent_at, request.closed_as) == (None, "cancelled")
    assert "information_reply" not in story.forms, "nor is it asked by phone"
    assert "request_sent" not in [*story.milestones, *story.events]


def test_a_letter_that_left_before_the_withdrawal_had_left(story: Story) -> None:
    until_requests(story)
    consents(story)
    asks(story, request_channel="letter")
    posted_on = story.today
    story.passes(days=2)
    takes_back(story, newest(story, "information_request"))
    story.does("kasittelija", "post_paper", **POSTED, sent_on=posted_on.isoformat())
    assert "request_sent" in story.milestones


def test_a_letter_that_left_on_the_day_of_the_withdrawal_is_recorded_as_sent_with_a_reason(
    story: Story,
) -> None:
    until_requests(story)
    consents(story)
    asks(story, request_channel="letter")
    story.passes(hours=3)
    takes_back(story, newest(story, "information_request"))
    because = {"sent_on": "Vein sen postiin aamulla, hän soitti iltapäivällä."}
    story.does("kasittelija", "post_paper", because=because, **POSTED)
    (request,) = story.file.requests
    assert request.sent_at is not None
    assert "request_sent" in story.milestones
    (explained,) = [each for each in story.file.corrections if each.kind == EXPLANATION]
    assert explained.reason == because["sent_on"]


def test_a_letter_whose_consent_holds_does_not_stay_here_for_its_withdrawal(story: Story) -> None:
    until_requests(story)
    consents(story)
    asks(story, request_channel="letter")
    with pytest.raises(ConsentHolds):
        story.does("kasittelija", "post_paper", **STOPPED)


def test_nobody_is_asked_with_a_consent_that_was_taken_back(story: Story) -> None:
    until_requests(story)
    takes_back(story, consents(story))

    with pytest.raises(ConsentWithdrawn) as refused:
        asks(story)
    assert refused.value.field == "requests.0.legal_basis"
    asks(story, "l615_13_1")
    assert len(story.file.requests) == 1


def test_a_consent_to_ask_that_stands_nowhere_becomes_an_entry(story: Story) -> None:
    until_requests(story)

    with pytest.raises(NoConsentToAsk) as refused:
        asks(story)
    assert refused.value.field == "requests.0.consent_on"
    with pytest.raises(NotOfApplicant):
        asks(story, "admin_31")
    assert not story.file.requests
    talk = {"consent_how": "phone", "interpreter_used": "remote", "consent_language": "en"}
    asks(story, consent_on=story.today.isoformat(), **talk)

    entry = story.file.consents[-1]
    assert (entry.purpose, entry.recipient, entry.state) == (
        "information_request",
        "outside_authority",
        "given",
    )
    assert (entry.given_on, entry.given_how, entry.interpreter) == (story.today, "phone", "remote")
    assert entry.language == "en"


def test_the_referrals_consent_withdrawn_asks_before_it_lapses(story: Story) -> None:
    until_requests(story)
    asks(story, "l615_13_1")

    assert takes_back(story, newest(story, "referral")) == 1

    assert "withdraw" in story.forms, "asked if they apply themselves"
    assert "requests_paused" in story.events
    story.passes(days=8)
    assert "request_reminded" not in story.events
    story.does("kasittelija", "withdraw", withdrawal="confirmed", applies_self="no")
    assert story.ends() is Outcome.LAPSED


def test_a_lapse_tells_of_no_withdrawal_where_only_a_disclosures_consent_was_taken_back(story: Story) -> None:
    story.is_referred()
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")
    takes_back(story, consents(story))
    story.does("kasittelija", "verify_consent", **REFUSED_REFERRAL)
    story.passes(minutes=1)
    story.until("sign_resolution")

    read = ReadLetter(story.task("sign_resolution").id)
    letter = story.world.engine.answer(read, story.world.actor("paattaja"))

    assert letter is not None
    assert "Et ole antanut suostumustasi" in repr(letter.wording)
    assert "Olet peruuttanut" not in repr(letter.wording)


def test_a_late_answer_is_registered(story: Story) -> None:
    until_requests(story)
    asks(story, "l615_13_1")
    assert story.hears("proceed_without_rest")
    assert not story.file.requests[0].is_open
    late = DeliverReply(story.reference, "REQ-1", data={"can_answer": "yes", "answer": "Vasta nyt."})

    story.world.engine.perform(late, story.world.actor("kasittelija"))

    assert "late_reply_received" in story.events
    assert story.file.submissions[-1].answers["answer"] == "Vasta nyt."


def admitted_aloud(story: Story) -> None:
    story.is_referred()
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override", case_class="urgent", differs="yes", reason="Uhkailtu eilen.")
    story.does("kasittelija", "verify_consent")
    story.until("oral_decision")
    story.does("paattaja", "oral_decision")


def admitted_in_writing(story: Story) -> None:
    story.is_referred()
    story.until("record_delivery")


@pytest.mark.parametrize("admitted", [admitted_aloud, admitted_in_writing])
def test_after_an_admission_a_withdrawn_consent_begins_a_removal(
    story: Story, admitted: Callable[[Story], None]
) -> None:
    admitted(story)

    takes_back(story, newest(story, "referral"))
    story.passes(minutes=1)
    if "withdraw" in story.forms:
        story.does("kasittelija", "withdraw", withdrawal="confirmed", applies_self="no")
        story.passes(minutes=1)

    assert "removal_assessment" in story.forms
    assert "wish_to_leave" in story.events
    assert story.file.consents[-1].state == "withdrawn"
    assert story.case.outcome is not Outcome.LAPSED


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"how": "rumour"}, "how"),
        ({"withdrawn_on": None}, "withdrawn_on"),
        ({"withdrawn_on": "tomorrow"}, "withdrawn_on"),
        ({"withdrawn_on": "before"}, "withdrawn_on"),
        ({"note": "x" * 3000}, "note"),
    ],
)
def test_what_can_not_be_is_refused_beside_its_field(
    story: Story, changes: dict[str, Any], field: str
) -> None:
    referred(story)
    days = {"tomorrow": story.today + timedelta(days=1), "before": story.today - timedelta(days=3650)}
    changes = {name: days.get(value, value) for name, value in changes.items()}
    key = consents(story)

    with pytest.raises(Invalid) as refused:
        takes_back(story, key, **changes)

    assert refused.value.field == field
    assert is_given(story.file.consents, "information_request", "outside_authority")


def test_a_consent_for_the_referral_is_recorded_by_its_task_alone(story: Story) -> None:
    referred(story)

    with pytest.raises(Invalid):
        consents(story, "referral", "assistance_system")
    with pytest.raises(Forbidden):
        takes_back(story, newest(story, "referral"), who="kirjaaja")
