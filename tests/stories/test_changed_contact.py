"""A way to reach the person is safe no longer: what was on its way to it stops, and the new way is used from then on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.casework.party_changes import QuestionUnreached
from engine.casework.recordings.contact import NotReached, NoWayToConfirm, StillHeld
from engine.commands.parties import ChangeParty, StopContactByCode
from engine.domain.cases import CaseClass
from engine.domain.deadlines import Deadline
from engine.domain.parties import DetailsRejected, Ground, NothingChanged, PartyChanged
from engine.domain.people import PUBLIC
from engine.domain.safe_contact import WayNotSafe
from engine.errors import AnswersRejected, Forbidden, NotFound
from engine.queries.search import FindCases
from engine.queries.task_page import OpenTaskPage
from tests.support.browsing import signed_in
from tests.support.party_changes import (
    CALL,
    MAILBOX,
    NEW_MAILBOX,
    ONLY_PHONE,
    asks,
    changes,
    code_of,
    details,
    page_of,
    person,
    to,
)
from tests.support.story import Story

# ---------------------------------------------------------------- the person reports it


@pytest.mark.databases
def test_nothing_more_goes_to_a_mailbox_that_a_reply_calls_unsafe(story: Story) -> None:
    story.applies()
    asks(story, "applicant", "applicant")
    story.passes(hours=1)
    before = len(to(story, MAILBOX))

    story.answers("REQ-1", contact_changed="yes", contact_change="Hän lukee nyt sähköpostini.")

    assert person(story).held_at is not None, "the old way stops with the reply"
    with pytest.raises(NotFound):
        story.opens(story.file.requests[1])
    story.passes(days=8)
    assert len(to(story, MAILBOX)) == before, "no reminder, no new date"
    assert "contact_change" in story.forms
    task = story.task("contact_change")
    assert task.due_at is not None
    assert task.created_at + timedelta(hours=8) == task.due_at


def test_a_new_mailbox_gets_the_question_again_and_all_that_follows(story: Story) -> None:
    story.applies()
    asks(story, "applicant", "applicant")
    story.passes(hours=1)
    story.answers("REQ-1", contact_changed="yes", contact_change="Hän lukee nyt sähköpostini.")
    story.passes(hours=1)

    effects = changes(story, person(story), NEW_MAILBOX)

    assert (effects.links_ended, effects.links_sent) == (0, 1)
    assert "contact_change" not in story.forms, "the change is what the task asked for"
    story.passes(hours=1)
    assert to(story, "aino.uusi@example.invalid") == ["mail_request"]
    story.answers("REQ-2")
    assert person(story).held_at is None


def test_an_urgent_case_is_asked_about_within_the_hour(story: Story) -> None:
    story.applies()
    story.until("triage_override")
    story.does("kasittelija", "triage_override", case_class="urgent", differs="yes", reason="Uhkailtu.")
    assert story.world.engine.perform(StopContactByCode(code_of(story)), PUBLIC)

    story.passes(minutes=10)

    assert story.case.case_class is CaseClass.URGENT
    task = story.task("contact_change")
    assert task.due_at == task.created_at + timedelta(hours=1)
    story.passes(hours=2)
    assert "manager_notified" in story.events, "nobody may wait for the caseworker alone"


def test_the_code_stops_everything_and_names_no_new_way(story: Story) -> None:
    story.applies()
    assert story.receipt is not None

    assert story.world.engine.perform(StopContactByCode(story.receipt.code), PUBLIC)
    assert not story.world.engine.perform(StopContactByCode("0000000000000000"), PUBLIC)

    story.passes(hours=1)
    assert to(story, MAILBOX) == [], "the acknowledgement had not left yet"
    assert story.file.open_ways == frozenset()


def test_a_referrers_code_stops_nothing(story: Story) -> None:
    receipt = story.is_referred()

    assert not story.world.engine.perform(StopContactByCode(receipt.code), PUBLIC)

    assert person(story).held_at is None


def test_the_caseworker_can_not_call_it_recorded_before_it_is(story: Story) -> None:
    story.applies()
    story.until("sufficiency")
    story.world.engine.perform(StopContactByCode(code_of(story)), PUBLIC)
    story.passes(hours=1)

    with pytest.raises(StillHeld):
        story.does("kasittelija", "contact_change", contact_outcome="recorded", contact_confirmed_how=None)
    story.does(
        "kasittelija",
        "contact_change",
        contact_outcome="not_reached",
        try_again_on=(story.today + timedelta(days=1)).isoformat(),
    )
    assert "contact_change" in story.forms, "it is tried again"
    story.does("kasittelija", "contact_change", contact_outcome="same")
    assert person(story).held_at is None
    assert "tell_withheld" in story.forms, "the acknowledgement was withheld"


def test_earlier_ways_are_not_confirmed_while_all_of_them_are_marked_unsafe(story: Story) -> None:
    story.applies()
    story.until("sufficiency")
    changes(story, person(story), {"safe_channels": [], "unsafe_channels": ["email", "phone"]})
    story.world.engine.perform(StopContactByCode(code_of(story)), PUBLIC)
    story.passes(hours=1)
    with pytest.raises(NoWayToConfirm) as refused:
        story.does("kasittelija", "contact_change", contact_outcome="same")
    assert refused.value.field == "contact_outcome"
    assert person(story).held_at is not None


def test_withheld_messages_are_passed_on_aloud_by_a_safe_way(story: Story) -> None:
    story.applies()
    changes(story, person(story), ONLY_PHONE)
    story.passes(minutes=10)
    tomorrow = (story.today + timedelta(days=1)).isoformat()
    not_reached = {"told_result": "not_reached", "contact_channel": None, "try_again_on": tomorrow}
    story.does("kasittelija", "tell_withheld", **not_reached)
    story.passes(days=1)
    with pytest.raises(WayNotSafe):
        story.does("kasittelija", "tell_withheld", contact_channel="email")
    assert "contact_change_handled" not in story.milestones
    story.does("kasittelija", "tell_withheld", contact_channel="phone")
    assert "contact_change_handled" in story.milestones
    assert "tell_withheld" not in story.forms


def test_the_ways_are_confirmed_and_nothing_was_withheld(story: Story) -> None:
    story.applies()
    story.until("sufficiency")
    story.passes(hours=1)
    story.world.engine.perform(StopContactByCode(code_of(story)), PUBLIC)
    story.world.engine.perform(StopContactByCode(code_of(story)), PUBLIC)
    story.passes(hours=1)

    story.does("kasittelija", "contact_change")

    assert story.forms == ["sufficiency"], "asked once, and nothing is left to tell"


def test_a_case_with_such_a_task_ends_with_its_outcome(story: Story) -> None:
    story.applies()
    story.until("sign_resolution")
    story.world.engine.perform(StopContactByCode(code_of(story)), PUBLIC)
    story.passes(hours=1)

    outcome = story.ends()

    assert outcome.is_admission


# ---------------------------------------------------------------- staff record it


@pytest.mark.databases
def test_staff_call_a_mailbox_unsafe_and_it_all_stops_in_the_same_moment(story: Story) -> None:
    story.applies()
    asks(story, "applicant")
    assert {each.kind for each in page_of(story, person(story)).unsent} == {"mail_receipt", "mail_request"}

    effects = changes(story, person(story), ONLY_PHONE)

    assert (effects.withheld, effects.links_ended, effects.links_sent) == (2, 1, 0)
    shown = signed_in(story.world, "kasittelija").get(f"/cases/{story.reference}").text
    assert "Vastaanottoilmoitus ei lähtenyt: se pysäytettiin" in shown
    assert "Tietopyyntö (hakija) ei lähtenyt: se pysäytettiin" in shown
    assert "Vastaanottoilmoitus lähti" not in shown
    assert "Tietopyyntö lähti" not in shown
    assert "Kysymys ei ole tavoittanut: hakija, REQ-1. Määräaika seisoo" in shown
    assert "odottaa vastausta" not in shown
    assert "viimeistään" not in shown.lower().partition("pyynnöt ja vastaukset")[2].partition("arviointi")[0]
    story.passes(days=8)
    assert to(story, MAILBOX) == []
    with pytest.raises(NotFound):
        story.opens(story.file.requests[0])
    assert "tell_withheld" in story.forms, "somebody calls and says what the messages would have said"
    assert story.file.open_ways == {"phone"}


def test_a_question_that_never_left_does_not_count_against_the_person(story: Story) -> None:
    story.applies()
    asks(story, "applicant")
    due = story.file.requests[0].due_on
    changes(story, person(story), ONLY_PHONE)

    story.passes(days=40)
    asked = [each for each in story.file.deadlines if each.business_key == story.file.requests[0].reference]
    assert asked
    assert not any(each.is_breached for each in asked), "nobody could answer it"
    assert "request_follow_up" not in story.forms, "nobody is asked to go on without an answer"
    story.does("kasittelija", "tell_withheld", contact_channel="phone")
    later = story.file.requests[0].due_on
    assert due is not None
    assert later is not None
    assert later > due, "the days that were left are left now"


def test_nobody_goes_on_without_an_answer_to_a_question_that_never_arrived(story: Story) -> None:
    story.applies()
    asks(story, "applicant")
    while "request_follow_up" not in story.forms:
        story.passes(days=1)
    changes(story, person(story), ONLY_PHONE)
    with pytest.raises(NotReached):
        story.does("kasittelija", "request_follow_up", choice="proceed")
    story.passes(minutes=10)
    story.does("kasittelija", "tell_withheld", contact_channel="phone")
    story.does("kasittelija", "request_follow_up", choice="proceed")


def test_no_message_counts_a_question_that_never_arrived_as_left_without_an_answer(story: Story) -> None:
    story.applies()
    asks(story, "applicant")
    assert target(story).is_paused, "it stands still for the person's own answer"
    changes(story, person(story), ONLY_PHONE)
    assert not target(story).is_paused, "the person can't give it"
    with pytest.raises(QuestionUnreached):
        story.hears("proceed_without_rest")

    story.passes(minutes=10)
    task = story.task("tell_withheld")
    page = story.world.engine.answer(OpenTaskPage(task.id), story.world.actor("kasittelija"))
    assert {each.kind for each in page.kept_back} >= {"question"}
    assert {each.written_at.date() for each in page.kept_back} == {story.today}
    shown = signed_in(story.world, "kasittelija")
    shown.post(f"/tasks/{task.id}/claim", {"form_token": shown.token(shown.get(f"/tasks/{task.id}"))})
    assert "kysymys, johon ei pääse enää linkillä" in shown.get(f"/tasks/{task.id}").text
    with pytest.raises(AnswersRejected) as rejected:
        story.does("kasittelija", "tell_withheld", contact_channel="phone", told_on=None)
    assert set(rejected.value.problems) == {"told_on"}
    story.does("kasittelija", "tell_withheld", contact_channel="phone")
    assert target(story).is_paused
    assert story.hears("proceed_without_rest")


def target(story: Story) -> Deadline:
    return next(each for each in story.file.deadlines if each.name == "target")


def test_the_open_contact_task_offers_the_new_way(story: Story) -> None:
    story.applies()
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    task = story.task("contact_client")

    changes(story, person(story), ONLY_PHONE)

    page = story.world.engine.answer(OpenTaskPage(task.id), story.world.actor("kasittelija"))
    assert "phone" not in page.withheld["contact_channel"]
    assert "email" in page.withheld["contact_channel"]


def test_an_unsafe_referrer_gets_nothing_more(story: Story) -> None:
    story.is_referred()
    referrer = next(each for each in story.file.parties if each.kind == "referrer")

    effects = changes(story, referrer, is_unsafe=True)

    assert effects.withheld == 1
    story.passes(hours=1)
    assert story.mails == []


def test_a_withheld_message_is_not_sent_by_trying_again(story: Story) -> None:
    story.applies()
    withheld = page_of(story, person(story)).unsent
    changes(story, person(story), ONLY_PHONE)

    with story.world.engine.database.unit_of_work() as unit:
        story.world.engine.stores(unit).outbox.retry(withheld[0].id, story.world.clock.moment)
    story.passes(hours=1)

    assert to(story, MAILBOX) == []


# ---------------------------------------------------------------- history, races, bad input


def test_nothing_is_overwritten(story: Story) -> None:
    story.applies()

    changes(story, person(story), ONLY_PHONE)
    changes(story, person(story), identity={**person(story).identity, "family_name": "Toinen"})

    history = page_of(story, person(story)).history
    assert [(each.before.get("family_name"), each.after.get("family_name")) for each in history] == [
        (None, None),
        ("Keksitty", "Toinen"),
    ]
    assert history[0].before["safe_channels"] == ["email"]
    assert history[0].after["safe_channels"] == ["phone"]
    assert {(each.made_by_name, each.reason, each.source) for each in history} == {
        (story.world.people["kasittelija"].name, CALL.reason, "call")
    }
    caseworker = story.world.actor("kasittelija")
    assert story.world.engine.answer(FindCases("Toinen"), caseworker).cases == (story.case,)
    assert story.world.engine.answer(FindCases("Keksitty"), caseworker).cases == ()


def test_the_second_of_two_is_refused_and_changes_nothing(story: Story) -> None:
    story.applies()
    seen = person(story)
    changes(story, seen, ONLY_PHONE)

    with pytest.raises(PartyChanged):
        changes(story, seen, NEW_MAILBOX, who="johtaja")

    assert person(story).contact["safe_channels"] == ["phone"]


@pytest.mark.parametrize(
    ("contact", "more", "field"),
    [
        ({"safe_channels": ["post"]}, {}, "way_post"),
        ({"safe_channels": ["email"], "email": "ei osoite"}, {}, "way_email"),
        ({"safe_channels": ["email"], "unsafe_channels": ["email"]}, {}, "ways"),
        ({}, {"powers": ("see_documents",)}, "powers"),
        ({}, {"identity": {"born_on": "2099-01-01"}}, "born_on"),
        ({}, {"identity": {"born_on": "eilen"}}, "born_on"),
    ],
)
def test_what_can_not_be_is_refused_beside_its_field(
    story: Story, contact: dict[str, Any], more: dict[str, Any], field: str
) -> None:
    story.applies()

    with pytest.raises(DetailsRejected) as refused:
        changes(story, person(story), contact, **more)

    assert set(refused.value.problems) == {field}
    assert page_of(story, person(story)).history == ()


def test_a_change_needs_a_reason_a_source_and_something_changed(story: Story) -> None:
    story.applies()
    party = person(story)
    bad = Ground("rumour", story.today + timedelta(days=1), " ")
    command = ChangeParty(story.reference, party.id, party.version, details(party, ONLY_PHONE), bad)

    with pytest.raises(DetailsRejected) as refused:
        story.world.engine.perform(command, story.world.actor("kasittelija"))
    with pytest.raises(NothingChanged):
        changes(story, party)

    assert set(refused.value.problems) == {"reason", "source", "source_on"}


def test_who_decides_does_not_rewrite_whom_they_decide_about(story: Story) -> None:
    story.applies()

    with pytest.raises(Forbidden):
        changes(story, person(story), ONLY_PHONE, who="paattaja")
