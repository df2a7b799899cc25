"""The contact that the person has called safe decides every later message: by page, by command, and weeks later."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from engine.casework.recordings.consent import CallNotSafe
from engine.clock import HELSINKI
from engine.domain.safe_contact import PartyNotSafe, PostNotSafe, WayNotSafe
from engine.errors import AnswersRejected
from engine.queries.task_page import OpenTaskPage, TaskPage
from tests.stories.test_delivery import FAILED, NOT_POSTED, RECEIPT
from tests.stories.test_notices import papers
from tests.support.answers import request as row
from tests.support.party_changes import changes, person
from tests.support.story import Story

ONLY_PHONE: dict[str, Any] = {"safe_channels": ["phone"], "phone": "+358 00 0000000", "email": None}
ONLY_POST: dict[str, Any] = {
    "safe_channels": ["post"],
    "email": None,
    "postal_address": "Esimerkkitie 2, 00000 Esimerkkilä",
}


def asks(story: Story, **changes: Any) -> None:
    due = story.today + timedelta(days=14)
    story.until("sufficiency")
    story.does(
        "kasittelija", "sufficiency", enough="ask", reason="Työn ehdot puuttuvat.", missing="Työn ehdot"
    )
    story.does(
        "kasittelija",
        "new_information_request",
        round_reason="Työn ehdot puuttuvat.",
        requests=[{**row("applicant", due), **changes}],
    )


@pytest.mark.parametrize(
    ("contact", "way"),
    [(ONLY_PHONE, "letter"), (ONLY_POST, "phone"), (ONLY_POST, "link"), ({"safe_channels": None}, "phone")],
)
def test_a_question_is_not_sent_by_a_way_that_is_not_safe(
    story: Story, contact: dict[str, Any], way: str
) -> None:
    story.applies(**contact)

    with pytest.raises(WayNotSafe) as refused:
        asks(story, request_channel=way)

    assert refused.value.field == "requests.0.request_channel"
    assert story.file.requests == ()


@pytest.mark.parametrize(
    ("contact", "way"), [(ONLY_PHONE, "phone"), (ONLY_POST, "letter"), (ONLY_POST, "in_person")]
)
def test_a_question_goes_by_a_way_that_is_safe(story: Story, contact: dict[str, Any], way: str) -> None:
    story.applies(**contact)

    asks(story, request_channel=way)

    if way == "letter":
        assert sent_by(story) == [], "nobody has posted it yet"
        story.does("kasittelija", "post_paper", paper_way="post", envelope_neutral=True)
    else:
        assert sent_by(story) == [], "nobody has asked yet"
        story.does("kasittelija", "ask_aloud", ask_way=way)
    assert sent_by(story) == [way]


def test_a_letter_that_does_not_leave_becomes_no_call_to_whom_none_is_safe(story: Story) -> None:
    story.applies(**ONLY_POST)
    asks(story, request_channel="letter")
    unsent = {"paper_state": "not_sent", "not_sent_reason": "Osoite on muuttunut."}
    story.does("kasittelija", "post_paper", **unsent, **dict.fromkeys(("paper_way", "sent_on")))
    with pytest.raises(WayNotSafe) as refused:
        story.does("kasittelija", "ask_aloud", ask_way="phone")
    assert refused.value.field == "ask_way"
    story.does("kasittelija", "ask_aloud", ask_way="in_person")
    assert sent_by(story) == ["in_person"]
    assert story.file.requests[0].channel == "in_person"


def test_a_consent_is_not_taken_by_a_call_that_the_person_did_not_call_safe(story: Story) -> None:
    story.is_referred(**ONLY_POST)
    story.until("verify_consent")
    with pytest.raises(CallNotSafe) as refused:
        story.does("kasittelija", "verify_consent", channel="phone")
    assert refused.value.field == "channel"
    assert "consent_given" not in story.events
    story.does("kasittelija", "verify_consent", channel="in_person")
    assert "consent_given" in story.events


def test_a_withdrawal_is_not_confirmed_by_a_call_that_the_person_did_not_call_safe(story: Story) -> None:
    story.applies(safe_channels=["email"])
    story.until("sufficiency")
    assert story.withdraws()
    page = story.world.engine.answer(
        OpenTaskPage(story.task("withdraw").id), story.world.actor("kasittelija")
    )
    assert page.withheld["talk_way"] == {"phone"}, "a video call is arranged by e-mail"
    with pytest.raises(CallNotSafe) as refused:
        story.does("kasittelija", "withdraw", talk_way="phone")
    assert refused.value.field == "talk_way"
    changes(story, person(story), {"unsafe_channels": ["phone"]})
    with pytest.raises(CallNotSafe):
        story.does("kasittelija", "withdraw", talk_way="video")
    assert "withdrawal_confirmed" not in story.events
    story.does("kasittelija", "withdraw", talk_way="in_person")
    assert "withdrawal_confirmed" in story.events


def sent_by(story: Story) -> list[str]:
    """The ways by which requests have been sent."""
    return [each.facts["channel"] for each in story.file.timeline if each.kind == "request_sent"]


def test_nothing_is_asked_through_a_referrer_who_is_marked_unsafe(story: Story) -> None:
    story.is_referred()
    unsafe = {"part": "referrer", "name": "Raimo Ohjaaja", "reason": "Voi olla hyväksikäyttäjä."}
    story.does("kirjaaja", "register", unsafe_parties=[unsafe])

    with pytest.raises(PartyNotSafe):
        asks(story, recipient="referrer", is_police="no")


def test_the_contact_task_offers_only_safe_ways_and_refuses_the_rest(story: Story) -> None:
    story.applies(**ONLY_PHONE)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    task = story.task("contact_client")

    page = story.world.engine.answer(OpenTaskPage(task.id), story.world.actor("kasittelija"))

    assert page.withheld == {"contact_channel": {"sms", "email", "post", "via_person"}}
    with pytest.raises(WayNotSafe) as refused:
        story.does("kasittelija", "contact_client", contact_channel="email")
    assert refused.value.field == "contact_channel"
    story.does("kasittelija", "contact_client", contact_channel="phone")
    assert "client_contacted" in story.milestones


@pytest.mark.parametrize(("contact", "offered"), [(ONLY_PHONE, False), (ONLY_POST, True)])
def test_a_letter_is_offered_next_only_where_post_is_safe(
    story: Story, contact: dict[str, Any], offered: bool
) -> None:
    story.applies(**contact)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    if offered:
        story.does("kasittelija", "post_letter")
        assert story.hears("mail_returned")
    else:
        assert page_of(story, "record_delivery").withheld == {
            "delivery_channel": {"letter", "acknowledgement"}
        }
        with pytest.raises(PostNotSafe) as refused:
            story.does("kasittelija", "record_delivery", delivery_channel="acknowledgement")
        assert refused.value.field == "delivery_channel"
        story.does("kasittelija", "record_delivery", **FAILED)

    withheld = page_of(story, "choose_delivery_way").withheld["next_channel"]

    assert ("letter" not in withheld) is offered
    assert "agent" in withheld, "nobody has an agent"


def page_of(story: Story, form: str) -> TaskPage:
    return story.world.engine.answer(OpenTaskPage(story.task(form).id), story.world.actor("kasittelija"))


def no_longer_by_post(story: Story) -> None:
    case_id = story.case.id
    with story.world.engine.database.unit_of_work() as unit:
        parties = story.world.engine.stores(unit).parties
        person = parties.applicant_of(case_id)
        parties.rewrite(person, person.identity, {**person.contact, "safe_channels": ["phone"]})


def test_a_letter_stays_if_post_has_become_unsafe_since_it_was_made(story: Story) -> None:
    story.applies(**ONLY_POST)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    no_longer_by_post(story)
    with pytest.raises(PostNotSafe) as refused:
        story.does("kasittelija", "post_letter")
    assert refused.value.field == "posted"
    assert story.file.deliveries[-1].dispatched_at is None


def test_a_letter_posted_while_post_was_safe_can_be_recorded(story: Story) -> None:
    story.applies(**ONLY_POST)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    story.does("kasittelija", "post_letter", **NOT_POSTED)
    story.does("kasittelija", "choose_delivery_way", next_channel="acknowledgement")
    story.does("kasittelija", "post_letter")
    no_longer_by_post(story)

    story.does("kasittelija", "record_delivery", **RECEIPT | {"proof": "told"})

    assert [(each.channel, each.state) for each in story.file.deliveries] == [
        ("letter", "replaced"),
        ("acknowledgement", "served"),
    ]
    assert story.file.deliveries[-1].proof == "told", "as it was proved, not the way it went"


def test_a_child_is_reached_through_their_representative(story: Story) -> None:
    story.applies_for_children()

    reached = story.file.reached

    assert reached is not None
    assert reached.name == "Cai Sepitetty"


def test_from_the_eighteenth_birthday_nobody_is_reached_through_who_spoke_for_the_child(story: Story) -> None:
    story.applies_for_children()
    person = story.file.applicant
    assert person is not None
    assert person.is_minor, "as it was registered"
    born_on = date.fromisoformat(person.identity["born_on"])
    for day, whom in ((-1, "guardian"), (0, "applicant")):
        eighteenth = born_on.replace(year=born_on.year + 18) + timedelta(days=day)
        story.world.clock.moment = datetime.combine(eighteenth, time(12), HELSINKI)
        assert story.file.reached is not None
        assert story.file.reached.kind == whom
    assert story.file.open_ways == frozenset(), "they have called no way safe"


def test_a_child_is_not_reached_through_a_guardian_who_is_unsafe(story: Story) -> None:
    story.applies_for_children()
    unsafe = {"part": "guardian", "name": "Cai Sepitetty", "reason": "Voi olla hyväksikäyttäjä."}
    story.does("kirjaaja", "register", is_child="yes", unsafe_parties=[unsafe])

    assert story.file.reached == story.file.applicant


@pytest.mark.parametrize(
    ("way", "where"),
    [
        ("phone", "phone"),
        ("sms", "sms_phone"),
        ("email", "email"),
        ("post", "postal_address"),
        ("via_person", "contact_person_name"),
    ],
)
def test_a_way_that_leads_nowhere_is_no_way(story: Story, way: str, where: str) -> None:
    """Nobody waits for a call that can not come. To stay silent, leave the way out: then nothing is needed."""
    contact = {"safe_channels": [way], **dict.fromkeys(NOWHERE)}

    with pytest.raises(AnswersRejected) as refused:
        story.applies(**contact)

    assert set(refused.value.problems) == {where}
    story.applies(**{**contact, "safe_channels": None})
    assert story.file.applicant is not None


NOWHERE = ("phone", "sms_phone", "email", "postal_address", "contact_person_name")


@pytest.mark.parametrize("is_protected", [True, False])
def test_an_address_under_a_protection_order_stands_in_no_document_to_others(
    story: Story, is_protected: bool
) -> None:
    story.applies(safe_channels=["post"], email=None, postal_address="Esimerkkitie 2, 00000 Esimerkkilä")
    if is_protected:
        changes(story, person(story), is_protected=True)
    elsewhere = {"competence": "transfer", "transfer_to": "migri", "transfer_reason": "Asia kuuluu sinne."}
    story.does("kirjaaja", "register", **elsewhere)
    (letter,) = papers(story, "notice_transfer")
    assert ("Esimerkkitie 2" in letter) is not is_protected
    assert ("kysykää osoite meiltä" in letter) is is_protected


@pytest.mark.parametrize("is_unsafe", [True, False])
def test_a_receiving_authority_reads_through_whom_the_person_is_reached_unless_they_are_unsafe(
    story: Story, is_unsafe: bool
) -> None:
    chosen = {"contact_person_name": "Ystävä Keksitty", "contact_person_phone": "+358 00 0000001"}
    story.applies(safe_channels=["via_person"], email=None, **chosen)
    unsafe = [{"name": "Ystävä Keksitty", "part": "contact_person", "reason": "Kertoo hyväksikäyttäjälle."}]
    elsewhere = {"competence": "transfer", "transfer_to": "migri", "transfer_reason": "Asia kuuluu sinne."}
    story.does("kirjaaja", "register", **elsewhere, **({"unsafe_parties": unsafe} if is_unsafe else {}))
    (letter,) = papers(story, "notice_transfer")
    assert ("toisen ihmisen kautta: Ystävä Keksitty" in letter) is not is_unsafe
    assert ("Ystävä Keksitty" in letter) is not is_unsafe
