"""Post that comes back: registered with its letter, its day and its envelope, whatever letter it was and whenever it comes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.casework.hearings_held import HeldOut
from engine.casework.posted_letters import AddressReturned
from engine.casework.recordings.contact import LetterCameBack
from engine.casework.recordings.delivery import PostCameBack
from engine.clock import day_of
from engine.domain.arrivals import Arrival, ArrivalKind, CallsFor
from engine.domain.calendar import working_days_later
from engine.queries.delivery_papers import DeliveryPapers, ReadDeliveryPapers
from engine.queries.resolution_page import ReadLetter
from engine.storage.resolutions import Delivery
from tests.stories.test_adverse_outcomes import adverse, until_assessment
from tests.stories.test_delivery import BY_POST, NOT_POSTED, signed
from tests.stories.test_hearings import BY_POST as HEARD_BY_POST
from tests.stories.test_hearings import LETS_GO, SILENT, days_hence
from tests.stories.test_posted_letters import POSTED, asks_by_letter
from tests.stories.test_reflection import proposes
from tests.stories.test_registry import arrives, refusals, register
from tests.stories.test_safe_contact import page_of
from tests.support.browsing import signed_in
from tests.support.party_changes import changes
from tests.support.story import Story


def comes_back(story: Story, key: str | None = None, envelope: str = "moved", days: int = 0) -> Arrival:
    return arrives(
        story,
        ArrivalKind.RETURNED,
        who="kasittelija",
        business_key=key,
        envelope=envelope,
        arrived_on=story.today - timedelta(days=days),
    )


def papers(story: Story, form: str) -> DeliveryPapers | None:
    return story.world.engine.answer(
        ReadDeliveryPapers(story.task(form).id), story.world.actor("kasittelija")
    )


def newest(story: Story, prefix: str) -> Delivery:
    return next(
        each
        for each in reversed(story.file.deliveries)
        if each.business_key is not None and each.business_key.startswith(prefix)
    )


@pytest.mark.databases
def test_the_letter_that_came_back_has_its_day_and_envelope_and_the_next_task_a_day(story: Story) -> None:
    signed(story, **BY_POST)
    story.does("kasittelija", "post_letter")
    story.passes(days=4)
    (letter,) = register(story).letters
    assert letter.number == story.file.resolutions[-1].number
    assert refusals(story, ArrivalKind.RETURNED, business_key=letter.key).keys() == {"envelope"}
    early = letter.left_on - timedelta(days=1)
    refused = refusals(story, ArrivalKind.RETURNED, envelope="moved", arrived_on=early)
    assert refused.keys() == {"arrived_on"}

    arrival = comes_back(story, letter.key, days=1)

    assert (arrival.calls_for, arrival.envelope) == (CallsFor.MESSAGE, "moved")
    delivery = story.file.deliveries[-1]
    assert (delivery.state, delivery.presumed_on) == ("returned", None)
    assert delivery.returned_at is not None
    assert day_of(delivery.returned_at) == arrival.arrived_on
    task = story.task("choose_delivery_way")
    assert task.due_at is not None
    assert day_of(task.due_at) == working_days_later(story.today, 2)
    page = page_of(story, "choose_delivery_way")
    assert page.prefilled == {"returned_on": arrival.arrived_on, "envelope_reason": "moved"}
    assert register(story).letters == ()


def test_nothing_goes_again_to_an_address_from_which_post_came_back_unless_somebody_says_why(
    story: Story,
) -> None:
    signed(story, **BY_POST)
    story.does("kasittelija", "post_letter")
    story.does("kasittelija", "contact_client", stay_status="no_right")
    story.does("kasittelija", "reflection_period")
    story.does("paattaja", "sign_reflection_period")
    story.does("kasittelija", "reflection_told")
    story.does("kasittelija", "send_notice")
    assert "post_letter" in story.forms, "a second letter waits to be posted to the same address"
    shown = papers(story, "post_letter")
    assert shown is not None
    assert shown.envelope is not None
    assert shown.envelope.came_back_on is None
    comes_back(story, newest(story, "DEL").business_key)

    shown = papers(story, "post_letter")
    assert shown is not None
    assert shown.envelope is not None
    assert shown.envelope.came_back_on == story.today
    applicant = story.file.applicant
    assert applicant is not None
    assert story.file.came_back == {applicant.id: story.today}
    banner = signed_in(story.world, "kasittelija").get(f"/tasks/{story.task('post_letter').id}").text
    address = str(applicant.contact["postal_address"])
    assert "Posti palautui tästä osoitteesta" in banner.partition("Turvallinen yhteydenotto")[2][:300]
    assert address not in banner.partition("Turvallinen yhteydenotto")[2][:300]
    with pytest.raises(PostCameBack) as refused:
        story.does("kasittelija", "post_letter")
    assert refused.value.field == "posted"
    story.does("kasittelija", "post_letter", **NOT_POSTED)
    reflection = newest(story, "HAR").business_key
    story.does("kasittelija", "choose_delivery_way", key=reflection, next_channel="letter")
    story.does("kasittelija", "post_letter", key=reflection)
    assert newest(story, "HAR").state == "dispatched"


def test_a_new_address_is_not_marked_with_what_came_back_from_the_old(story: Story) -> None:
    signed(story, **BY_POST)
    story.does("kasittelija", "post_letter")
    story.passes(days=2)
    comes_back(story)
    assert story.file.came_back
    assert story.file.applicant is not None
    changes(story, story.file.applicant, {"postal_address": "Uusikatu 5, 00000 Esimerkkilä"})
    assert story.file.came_back == {}


@pytest.mark.databases
def test_a_decision_on_the_reflection_period_comes_back_after_it_is_presumed_received(story: Story) -> None:
    signed(story, **BY_POST)
    story.does("kasittelija", "post_letter")
    story.does("kasittelija", "contact_client", stay_status="no_right")
    proposes(story, "not_given", reflection_until=None)
    story.does("paattaja", "sign_reflection_period")
    story.does("kasittelija", "post_letter")
    letters = register(story).letters
    assert {each.kind for each in letters} == {"admission", "reflection_period"}
    assert refusals(story, ArrivalKind.RETURNED, envelope="moved").keys() == {"recipient"}
    story.passes(days=9)
    reflection = newest(story, "HAR")
    assert reflection.state == "served"

    for _ in range(2):
        comes_back(story, reflection.business_key, "unclaimed")
        assert newest(story, "HAR").state == "returned"
        assert newest(story, "DEL").state == "served", "the other letter arrived"
        story.does("kasittelija", "choose_delivery_way", next_channel="letter")
        story.does("kasittelija", "post_letter")
        story.passes(days=8)
        assert newest(story, "HAR").state == "served"
    assert story.events.count("appeal_period_started") == 1, "no appeal lies against it"


def test_the_letter_of_a_request_comes_back_to_the_caseworker(story: Story) -> None:
    asks_by_letter(story)
    story.does("kasittelija", "post_paper", **POSTED)
    (letter,) = register(story).letters
    arrival = comes_back(story, letter.key, "unknown_there")
    assert (arrival.calls_for, arrival.business_key) == (CallsFor.READ, letter.key)
    assert arrival.is_open
    assert register(story).letters == ()
    assert "information_reply" in story.forms
    other = comes_back(story, "other", "other")
    assert (other.calls_for, other.business_key) == (CallsFor.READ, None)


def test_a_hearing_whose_letter_came_back_was_not_held(story: Story) -> None:
    until_assessment(story, **BY_POST)
    story.does("kasittelija", "assessment", **{**adverse(story), "hearing_due_on": days_hence(story, 21)})
    story.does("kasittelija", "post_paper", "HEAR-1", **HEARD_BY_POST)
    story.passes(days=5)
    comes_back(story, register(story).letters[0].key)
    story.passes(days=17)
    with pytest.raises(LetterCameBack) as refused:
        story.does("kasittelija", "request_follow_up", "HEAR-1", **LETS_GO, hearing_attempts="Soitettu.")
    assert refused.value.field == "choice"
    with pytest.raises(LetterCameBack) as unheard:
        story.does("kasittelija", "hearing_reply", "HEAR-1", **SILENT)
    assert unheard.value.field == "heard"

    until = days_hence(story, 7)
    story.does("kasittelija", "request_follow_up", "HEAR-1", choice="extend", new_due_on=until)
    story.passes(days=8)
    story.does("kasittelija", "request_follow_up", "HEAR-1", **LETS_GO, hearing_attempts="Käyty paikalla.")
    assert "prepare_resolution" in story.forms


def test_the_person_is_not_contacted_or_asked_where_post_came_back_from(story: Story) -> None:
    signed(story, **BY_POST)
    story.does("kasittelija", "post_letter")
    comes_back(story, newest(story, "DEL").business_key)
    with pytest.raises(AddressReturned) as refused:
        story.does("kasittelija", "contact_client", contact_channel="post", stay_status="no_right")
    assert refused.value.field == "contact_channel"

    story.passes(minutes=1)
    applicant = story.file.applicant
    assert applicant is not None
    changes(story, applicant, {"postal_address": "Uusikatu 2, 00000 Esimerkkilä"})
    story.does("kasittelija", "contact_client", contact_channel="post", stay_status="no_right")


def test_the_signer_sees_no_day_on_which_a_hearing_arrived_whose_letter_came_back_meanwhile(
    story: Story,
) -> None:
    until_assessment(story, **BY_POST)
    story.does("kasittelija", "assessment", **{**adverse(story), "hearing_due_on": days_hence(story, 21)})
    story.does("kasittelija", "post_paper", "HEAR-1", **HEARD_BY_POST)
    story.passes(days=22)
    story.does("kasittelija", "request_follow_up", "HEAR-1", **LETS_GO, hearing_attempts="Soitettu.")
    story.does("kasittelija", "prepare_resolution")
    assert held_by_signer(story).reached_on is not None
    comes_back(story, register(story).letters[0].key)
    assert held_by_signer(story).reached_on is None


def held_by_signer(story: Story) -> HeldOut:
    letter = story.world.engine.answer(
        ReadLetter(story.task("sign_resolution").id), story.world.actor("paattaja")
    )
    assert letter is not None
    assert letter.signing is not None
    (held,) = letter.signing.hearings
    return held
