"""Letters that have left for a home: somebody asks if it is safe, and warns the person where it is not."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from engine.casework.party_changes import QuestionUnreached
from engine.casework.recordings.contact import WarnFirst
from engine.domain.cases import CaseClass, CaseState
from engine.domain.parties import DetailsRejected
from engine.errors import AnswersRejected
from engine.queries.task_page import OpenTaskPage
from tests.stories.test_appeals import becomes_final, refused
from tests.stories.test_delivery import BY_POST, signed
from tests.stories.test_posted_letters import POSTED
from tests.stories.test_urgent_calls import ONLY_WHEN_ADMITTED
from tests.support.answers import request
from tests.support.browsing import signed_in
from tests.support.party_changes import ONLY_PHONE, asks, changes, page_of, person
from tests.support.story import Story

DANGER = {"in_danger": "yes", "danger_notes": "Veli tietää asiasta.", "class_raised": "yes"}


def test_of_letters_that_have_left_somebody_asks_if_the_address_is_safe(story: Story) -> None:
    signed(story, **BY_POST)
    story.does("kasittelija", "post_letter")
    (letter,) = page_of(story, person(story)).letters
    assert (letter.kind, letter.left_on) == ("resolution", story.today)
    by_post = {**ONLY_PHONE, "safe_channels": ["phone", "post"]}
    for contact, answer in ((by_post, ""), (by_post, "unsafe")):
        with pytest.raises(DetailsRejected) as rejected:
            changes(story, person(story), contact, letters_address=answer)
        assert set(rejected.value.problems) == {"letters_address"}
    address = f"/cases/{story.reference}/parties/{person(story).id}"
    assert (
        "Onko osoite, johon ne lähtivät, yhä turvallinen?"
        in signed_in(story.world, "kasittelija").get(address).text
    )

    posted_on = story.today
    by_new_post = {**by_post, "postal_address": "Uusikatu 5, 00000 Esimerkkilä"}
    changes(story, person(story), by_new_post, letters_address="unsafe")

    asked = next(each for each in story.file.timeline if each.kind == "letters_address_asked")
    assert asked.subject == "unsafe"
    assert "mail_returned" not in story.events, "nothing came back"
    story.passes(days=9)
    assert story.file.deliveries[0].state == "doubted"
    assert story.file.deliveries[0].presumed_on is None
    assert not {"resolution_served", "appeal_period_started"} & set(story.events), (
        "nobody presumes that she has it"
    )
    task = story.task("choose_delivery_way")
    page = story.world.engine.answer(OpenTaskPage(task.id), story.world.actor("kasittelija"))
    assert page.prefilled == {"envelope_reason": "unsafe_address"}
    with pytest.raises(WarnFirst):
        story.does("kasittelija", "tell_withheld", told_result="nothing", contact_channel=None, told_on=None)
    staff = signed_in(story.world, "kasittelija")
    warning = staff.get(f"/tasks/{story.task('tell_withheld').id}")
    staff.post(f"/tasks/{story.task('tell_withheld').id}/claim", {"form_token": staff.token(warning)})
    shown = staff.get(f"/tasks/{story.task('tell_withheld').id}").text
    assert "Varoita henkilöä: kirje on matkalla osoitteeseen, joka ei ole turvallinen" in shown
    assert re.search(
        rf"Päätös lähti postissa \w\w {posted_on.day}\.{posted_on.month}\.{posted_on.year}", shown
    )
    story.does("kasittelija", "tell_withheld", contact_channel="phone")
    way = {"envelope_reason": "unsafe_address", "returned_on": None, "next_channel": "letter"}
    story.does("kasittelija", "choose_delivery_way", **way)
    story.does("kasittelija", "post_letter")
    story.passes(days=8)
    assert story.file.deliveries[-1].state == "served"
    assert story.events.count("appeal_period_started") == 1, "her period begins with the second letter"


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_letter_presumed_received_is_served_anew_where_the_person_has_not_got_it(
    story: Story, *, is_closed: bool
) -> None:
    """A presumption holds until something else is shown (434/2003 59 §), also after the case was closed."""
    refused(story, **BY_POST)
    story.does("kasittelija", "post_letter")
    story.passes(days=8)
    (served,) = story.file.deliveries
    assert (served.state, served.is_presumed) == ("served", True)
    if is_closed:
        story.does("kasittelija", "other_help")
        becomes_final(story)
        assert story.case.state is CaseState.CLOSED
    assert [each.kind for each in page_of(story, person(story)).presumed] == ["resolution"]
    address = f"/cases/{story.reference}/parties/{person(story).id}"
    assert "Onko henkilö itse saanut kirjeen?" in signed_in(story.world, "kasittelija").get(address).text
    with pytest.raises(DetailsRejected) as rejected:
        changes(story, person(story), ONLY_PHONE)
    assert set(rejected.value.problems) == {"letters_received"}

    changes(story, person(story), ONLY_PHONE, letters_received="opened_by_other")
    story.passes(minutes=1)
    page = signed_in(story.world, "kasittelija").get(f"/cases/{story.reference}").text
    assert "Joku muu avasi kirjeen, joka oli katsottu saaduksi" in page
    assert re.search(r"kerrottu \w+ \d", page), "the day on which she told it"

    doubted = story.file.deliveries[0]
    assert (doubted.state, doubted.presumed_on) == ("doubted", None)
    assert "service_doubted" in story.events
    assert not any(each.is_open for each in story.file.deadlines if each.name == "appeal_period")
    assert {"choose_delivery_way", "tell_withheld"} <= set(story.forms), (
        "it is served anew, and she is warned"
    )
    assert page_of(story, person(story)).presumed == ()
    knows = {"contact_channel": "phone", "in_danger": "yes"}
    with pytest.raises(AnswersRejected) as unasked:
        story.does("kasittelija", "tell_withheld", **knows)
    assert set(unasked.value.problems) == {"danger_notes", "class_raised"}
    story.does(
        "kasittelija", "tell_withheld", **knows, danger_notes="Veli tietää asiasta.", class_raised="yes"
    )
    assert story.case.case_class is CaseClass.URGENT, "somebody knows of the matter: urgency is asked anew"
    page = signed_in(story.world, "kasittelija").get(f"/cases/{story.reference}").text
    assert "Käsittelyluokka muuttui: Kiireellinen" in page
    way = {"envelope_reason": "unsafe_address", "returned_on": None, "next_channel": "in_person"}
    story.does("kasittelija", "choose_delivery_way", **way)
    story.does("kasittelija", "record_delivery")
    assert story.file.deliveries[-1].state == "served"
    assert story.events.count("appeal_period_started") == 2, "her period begins with the second service"


def test_a_letter_that_the_person_confirms_is_not_asked_again(story: Story) -> None:
    refused(story, **BY_POST)
    story.does("kasittelija", "post_letter")
    story.passes(days=8)
    changes(story, person(story), ONLY_PHONE, letters_received="received")
    assert page_of(story, person(story)).presumed == ()
    assert story.file.deliveries[0].state == "served"
    assert "choose_delivery_way" not in story.forms


def test_what_was_confirmed_of_one_letter_is_asked_of_the_next(story: Story) -> None:
    refused(story, **BY_POST)
    story.does("kasittelija", "post_letter")
    story.passes(days=8)
    moved = {"postal_address": "Toinen tie 3, 00000 Esimerkkilä"}
    changes(story, person(story), moved, letters_received="received")
    assert page_of(story, person(story)).presumed == ()
    story.passes(days=1)
    assert story.hears("mail_returned"), "it had not arrived after all"
    story.does("kasittelija", "choose_delivery_way", next_channel="letter")
    story.does("kasittelija", "post_letter")
    story.passes(days=8)
    assert story.file.deliveries[-1].is_presumed

    assert [each.kind for each in page_of(story, person(story)).presumed] == ["resolution"]
    with pytest.raises(DetailsRejected) as rejected:
        changes(story, person(story), ONLY_PHONE)
    assert set(rejected.value.problems) == {"letters_received"}


def test_a_question_on_its_way_to_an_unsafe_address_waits_until_the_person_knows_of_it(story: Story) -> None:
    story.applies(**BY_POST)
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")
    by_letter = request("applicant", story.today + timedelta(days=14), request_channel="letter")
    story.does(
        "kasittelija", "new_information_request", round_reason="Ehdot puuttuvat.", requests=[by_letter]
    )
    story.does("kasittelija", "post_paper", **POSTED)
    (asked,) = [each for each in story.file.requests if each.is_open]

    changes(story, person(story), ONLY_PHONE, letters_address="unsafe")

    story.passes(days=40)
    assert "request_follow_up" not in story.forms
    with pytest.raises(QuestionUnreached):
        story.hears("proceed_without_rest")
    story.does("kasittelija", "tell_withheld", contact_channel="phone")
    later = next(each for each in story.file.requests if each.id == asked.id)
    assert asked.due_on is not None
    assert later.due_on is not None
    assert later.due_on > story.today, "the days that were left are left now"


def test_danger_that_is_heard_late_brings_the_target_of_an_urgent_case(story: Story) -> None:
    story.applies()
    asks(story, "applicant")
    (slow,) = [each for each in story.file.deadlines if each.name == "target"]
    changes(story, person(story), ONLY_PHONE)
    story.passes(minutes=10)
    story.does("kasittelija", "tell_withheld", contact_channel="phone", **DANGER)

    (replaced, urgent) = [each for each in story.file.deadlines if each.name == "target"]
    assert (replaced.id, replaced.is_open, replaced.entries[-1].cause) == (slow.id, False, "class_changed")
    assert slow.is_paused, "it stood still for the person's own answer"
    assert not urgent.is_paused
    days = [each.entries[0].days for each in (slow, urgent)]
    assert days == [30, 7]


def test_danger_that_is_heard_late_counts_from_the_class_that_the_case_has_now(story: Story) -> None:
    """It was urgent when the way was lost, and an ordinary case since."""
    story.applies(in_danger="yes")
    story.does("paivystaja", "register", in_danger="yes", accommodation_needed="yes")
    changes(story, person(story), ONLY_PHONE)
    story.passes(minutes=10)
    unsaid = {**dict.fromkeys(ONLY_WHEN_ADMITTED), "not_given_reason": "Vaara on ohi."}
    story.does("paattaja", "oral_decision", oral_decision="not_given", **unsaid)
    story.does("kasittelija", "triage_override", case_class="normal", differs="yes", reason="Vaara on ohi.")
    assert story.case.case_class is CaseClass.NORMAL
    story.does("kasittelija", "tell_withheld", contact_channel="phone", **DANGER)
    assert story.case.case_class is CaseClass.URGENT
    assert [
        each.entries[0].days for each in story.file.deadlines if each.name == "target" and each.is_open
    ] == [7]


def test_the_target_of_a_case_that_became_urgent_stands_still_for_no_question(story: Story) -> None:
    story.applies()
    story.until("sufficiency")
    changes(story, person(story), ONLY_PHONE)
    story.passes(minutes=10)
    story.does("kasittelija", "tell_withheld", contact_channel="phone", **DANGER)
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")
    row = request("applicant", story.today + timedelta(days=14), request_channel="phone")
    story.does("kasittelija", "new_information_request", round_reason="Ehdot puuttuvat.", requests=[row])
    assert [each.is_paused for each in story.file.deadlines if each.name == "target" and each.is_open] == [
        False
    ]
