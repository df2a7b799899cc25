"""Admitted people are contacted, helped as they wish, and given time to think."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.casework.recordings.contact import TooFewAttempts
from engine.domain.cases import CaseState, Outcome
from engine.domain.notes import NoteDetails, NoteKind
from engine.domain.tasks import FourEyes
from engine.domain.waits import WaitKind
from engine.errors import AnswersRejected, Invalid
from engine.letters import Unprintable
from engine.queries.my_cases import NOTED, Turn
from engine.queries.notes import OpenNotes
from engine.queries.resolution_page import ReadLetter
from tests.stories.test_corrections import corrects
from tests.stories.test_notes import line, writes
from tests.support.browsing import signed_in
from tests.support.publishing import published
from tests.support.story import Story
from tests.support.world import files_in_use


def admitted(story: Story) -> None:
    """Sign and hand over, so that only contact is left."""
    story.applies()
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    story.does("kasittelija", "record_delivery")


@pytest.mark.databases
def test_contact_is_reminded_of_in_a_working_day_and_reaches_the_manager_in_three(story: Story) -> None:
    admitted(story)
    reminded = story.events.count("assignee_notified")
    story.passes(days=2)
    assert story.events.count("assignee_notified") == reminded + 1
    assert story.forms == ["contact_client"]
    story.passes(days=2)
    assert story.forms == ["contact_client", "contact_overdue"]
    assert story.work_of("esihenkilo") == ["contact_overdue"]

    story.does("esihenkilo", "contact_overdue", **keep_trying(story, days=5))
    assert story.forms == ["contact_client"]
    assert story.task("contact_client").assignee_id == story.world.people["toinen"].id
    assert "task_assigned" in story.events
    story.passes(days=6)
    assert story.forms == ["contact_client", "contact_overdue"]
    story.does("kasittelija", "contact_client")
    assert story.forms == [], "the manager's question has gone with the answer"
    assert story.ends() is Outcome.ADMITTED_35_1


def test_an_agreed_day_brings_the_case_back_and_the_contact_stands_in_the_story(story: Story) -> None:
    admitted(story)
    agreed = story.today + timedelta(days=7)
    far = (story.today + timedelta(days=500)).isoformat()
    with pytest.raises(Invalid) as refused:
        story.does("kasittelija", "contact_client", next_contact_on=far)
    assert refused.value.field == "next_contact_on"
    story.does(
        "kasittelija", "contact_client", next_contact="Soitan klo 9.", next_contact_on=agreed.isoformat()
    )
    assert story.forms == []
    browser = signed_in(story.world, "kasittelija")
    for page in (f"/cases/{story.reference}", f"/cases/{story.reference}?events=contact"):
        assert "Asiakkaaseen saatiin yhteys" in browser.get(page).text
    story.passes(days=1)
    found = line(story)
    assert (found.back_on, found.back_for) == (agreed, NOTED)

    story.passes(days=6)
    assert (line(story).wait.kind, line(story).turn) == (WaitKind.CONTACT, Turn.MINE)
    notes = story.world.engine.answer(OpenNotes(story.reference), story.world.actor("kasittelija"))
    (thread,) = notes.threads
    assert thread.first.text == "Soitan klo 9."


def test_a_corrected_day_of_the_next_contact_brings_the_case_back_on_the_right_day(story: Story) -> None:
    admitted(story)
    begun = story.today
    typed = {"next_contact": "Soitan klo 9.", "next_contact_on": (begun + timedelta(days=17)).isoformat()}
    story.does("kasittelija", "contact_client", **typed)
    story.passes(days=1)
    for seen, days in enumerate((7, 9)):
        corrects(story, "contact_client", seen=seen, next_contact_on=begun + timedelta(days=days))
        assert line(story).back_on == begun + timedelta(days=days)
    notes = story.world.engine.answer(OpenNotes(story.reference), story.world.actor("kasittelija"))
    (thread,) = notes.threads
    assert [each.text for each in (thread.first, *thread.further)] == ["Soitan klo 9."] * 3
    with pytest.raises(Invalid) as refused:
        corrects(story, "contact_client", seen=2, next_contact_on=begun + timedelta(days=500))
    assert refused.value.field == "next_contact_on"

    story.passes(days=8)
    assert (line(story).wait.kind, line(story).turn) == (WaitKind.CONTACT, Turn.MINE)
    corrects(story, "contact_client", seen=2, next_contact_on=begun + timedelta(days=8))
    assert line(story).wait.kind is WaitKind.CONTACT, "a day that has passed brings it back at once"
    corrects(story, "contact_client", seen=3, next_contact_on=None, next_contact="Emme sopineet päivää.")
    assert line(story).wait.kind is not WaitKind.CONTACT
    corrects(story, "contact_client", seen=4, next_contact_on=story.today + timedelta(days=2))
    assert line(story).back_on == story.today + timedelta(days=2)


def test_a_note_that_took_the_place_of_the_agreed_day_stands_after_its_correction(story: Story) -> None:
    admitted(story)
    agreed, later = (story.today + timedelta(days=each) for each in (7, 30))
    typed = {"next_contact": "Soitan klo 9.", "next_contact_on": agreed.isoformat()}
    story.does("kasittelija", "contact_client", **typed)
    notes = story.world.engine.answer(OpenNotes(story.reference), story.world.actor("kasittelija"))
    first = notes.threads[0].first.id
    further = NoteDetails(NoteKind.WORKING, "Sovimme uuden päivän.", refers_to=first, follow_up_on=later)
    writes(story, "kasittelija", further)
    story.passes(days=1)
    corrects(story, "contact_client", next_contact_on=agreed + timedelta(days=1))
    assert line(story).back_on == later


def test_a_client_whom_nobody_reaches_is_recorded_so_by_the_manager(story: Story) -> None:
    admitted(story)
    story.passes(days=5)
    story.does("esihenkilo", "contact_overdue")
    assert "client_unreachable_recorded" in story.milestones
    assert story.forms == []
    story.passes(days=40)
    story.does("kasittelija", "finality_inquiry")
    assert story.case.state is CaseState.CLOSED
    assert story.case.outcome is Outcome.ADMITTED_35_1


def test_a_caseworker_records_it_after_attempts_on_three_days_by_safe_ways(story: Story) -> None:
    admitted(story)
    story.passes(days=2)
    days = [(story.today - timedelta(days=each)).isoformat() for each in range(3)]

    def attempts(way: str, *on: str) -> dict[str, Any]:
        rows = [{"attempted_on": each, "attempt_channel": way} for each in on]
        return {**UNREACHABLE, "attempts": rows}

    for answers, field in (
        (attempts("in_person"), "attempts"),
        (attempts("in_person", days[0], days[0], days[0]), "attempts"),
        (attempts("post", *days), "attempts.0.attempt_channel"),
    ):
        with pytest.raises(Invalid) as refused:
            story.does("kasittelija", "contact_client", **answers)
        assert refused.value.field == field
    with pytest.raises(AnswersRejected) as rejected:
        story.does(
            "kasittelija", "contact_client", **attempts("in_person", *days) | {"unreachable_reason": None}
        )
    assert list(rejected.value.problems) == ["unreachable_reason"], "giving up has a reason"
    assert "contact_client" in story.forms
    story.does("kasittelija", "contact_client", **attempts("in_person", *days))
    assert "client_unreachable_recorded" in story.milestones


def test_the_table_of_the_version_says_how_many_days(story: Story) -> None:
    path, engine = "reach_client/attempt_days.dmn", story.world.engine
    files = files_in_use()
    files[path] = files[path].replace(b"<text>3</text>", b"<text>2</text>")
    published(engine, files)
    admitted(story)
    story.passes(days=1)
    days = [(story.today - timedelta(days=each)).isoformat() for each in range(2)]
    tried = [{"attempted_on": each, "attempt_channel": "in_person"} for each in days]
    with pytest.raises(TooFewAttempts) as refused:
        story.does("kasittelija", "contact_client", **UNREACHABLE, attempts=tried[:1])
    assert refused.value.values["days"] == 2
    story.does("kasittelija", "contact_client", **UNREACHABLE, attempts=tried)
    assert "client_unreachable_recorded" in story.milestones


UNREACHABLE: dict[str, Any] = {
    **dict.fromkeys(
        ("first_needs", "stay_status", "service_organiser", "wants_crime_report_help", "next_contact")
    ),
    "contact_result": "unreachable",
    "unreachable_reason": "Henkilö on vaihtanut numeroa.",
}


def test_help_with_a_crime_report_is_given_when_the_client_wants_it(story: Story) -> None:
    admitted(story)
    county = {
        "service_organiser": "county",
        "organiser_name": "Hyvinvointialue",
        "organiser_changed_reasons": "Henkilö sai eilen kotikunnan.",
    }
    story.does("kasittelija", "contact_client", wants_crime_report_help="yes", **county)
    story.does("kasittelija", "send_notice")
    assert "service_needs_handed_over" in story.milestones, "help waits for no report"
    story.does("kasittelija", "crime_report_support")
    assert "crime_report_help_given" in story.milestones
    assert "police_notified" not in story.milestones
    assert story.ends() is Outcome.ADMITTED_35_1


def test_what_no_letter_can_print_is_refused_where_it_is_typed(story: Story) -> None:
    """The letter to the organiser of help may be written by a timer, which has nobody to ask."""
    admitted(story)
    with pytest.raises(Unprintable) as refused:
        story.does("kasittelija", "contact_client", first_needs="Turvallinen paikka \U0001f469")
    assert refused.value.field == "first_needs"


def test_a_client_who_changes_their_mind_before_any_help_is_not_recorded_as_helped(story: Story) -> None:
    admitted(story)
    story.does("kasittelija", "contact_client", wants_crime_report_help="yes")
    nothing: dict[str, Any] = {
        "report_help": "not_given",
        **dict.fromkeys(("support_given", "support_result", "support_on")),
    }
    with pytest.raises(AnswersRejected):
        story.does("kasittelija", "crime_report_support", **nothing)
    reason = "Hän ei enää halua ilmoittaa."
    story.does("kasittelija", "crime_report_support", **nothing, not_given_reason=reason)
    assert story.ends() is Outcome.ADMITTED_35_1
    assert "crime_report_help_given" not in story.milestones


def test_a_reflection_period_is_a_decision_of_its_own_and_the_police_hear_of_it_alone(story: Story) -> None:
    admitted(story)
    story.does("kasittelija", "contact_client", stay_status="no_right")
    story.does("kasittelija", "reflection_period")
    assert "police_notified" not in story.milestones
    story.does("paattaja", "sign_reflection_period")
    assert [(each.kind, each.state) for each in story.file.resolutions] == [
        ("admission", "signed"),
        ("reflection_period", "signed"),
    ]
    assert story.forms == ["record_delivery", "reflection_told"], "the person first"
    story.does("kasittelija", "reflection_told")
    assert story.forms == ["record_delivery", "send_notice"]
    assert "police_notified" not in story.milestones, "nobody has sent it"
    story.does("kasittelija", "send_notice")
    order = ("reflection_period_prepared", "reflection_period_decided", "reflection_told", "police_notified")
    assert sorted(order, key=story.milestones.index) == list(order)
    story.does("kasittelija", "record_delivery")
    assert "reflection_notice_served" in story.milestones
    assert story.ends() is Outcome.ADMITTED_35_1


def test_a_reflection_period_that_is_returned_or_not_given_tells_the_police_nothing(story: Story) -> None:
    admitted(story)
    story.does("kasittelija", "contact_client", stay_status="no_right")
    story.does("kasittelija", "reflection_period")
    story.does(
        "paattaja",
        "sign_reflection_period",
        reflection_signature="return",
        delegation_confirmed=None,
        return_reason="Kerro, miten asia selitettiin.",
    )
    only_given = ("reflection_from", "reflection_until", "police_explained")
    story.does(
        "kasittelija",
        "reflection_period",
        reflection_proposal="not_given",
        hearing="unnecessary",
        hearing_exception="needless",
        hearing_unnecessary_reasons="Henkilö sanoi itse, ettei tarvitse aikaa.",
        **dict.fromkeys(only_given),
    )
    refusal = story.world.engine.answer(
        ReadLetter(story.task("sign_reflection_period").id), story.world.actor("paattaja")
    )
    assert refusal is not None
    assert "Henkilö sanoi itse, ettei tarvitse aikaa." in refusal.wording.paragraphs, "why nobody was heard"
    story.does("paattaja", "sign_reflection_period")
    assert story.ends() is Outcome.ADMITTED_35_1
    assert "police_notified" not in story.milestones
    assert "notice_sent" not in story.events


@pytest.mark.parametrize("days", [29, 182])
def test_a_reflection_period_is_a_month_at_least_and_half_a_year_at_most(story: Story, days: int) -> None:
    admitted(story)
    story.does("kasittelija", "contact_client", stay_status="no_right")
    until = (story.today + timedelta(days=days)).isoformat()
    with pytest.raises(Invalid) as refused:
        story.does("kasittelija", "reflection_period", reflection_until=until)
    assert refused.value.field == "reflection_until"


def test_the_preparer_of_the_reflection_period_does_not_sign_it(story: Story) -> None:
    admitted(story)
    story.does("kasittelija", "contact_client", stay_status="no_right")
    story.does("kaksoisrooli", "reflection_period")
    with pytest.raises(FourEyes):
        story.does("kaksoisrooli", "sign_reflection_period")


def keep_trying(story: Story, days: int) -> dict[str, Any]:
    return {
        "contact_choice": "keep_trying",
        "next_person": str(story.world.people["toinen"].id),
        "next_check_on": (story.today + timedelta(days=days)).isoformat(),
        "reason": "Puhelin on ollut kiinni.",
    }
