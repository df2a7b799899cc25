"""A court sends a decision back: it is examined once, and what was begun on it before ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.casework.recordings.delivery import CourtHasDecided
from engine.clock import day_of, noon_of
from engine.domain.cases import CaseState, Outcome
from engine.errors import NotWaiting
from engine.queries.case_export import ExportCase
from engine.queries.case_file import ReadDocument
from engine.queries.followed_cases import FollowCases
from engine.queries.search import FindCases
from engine.queries.side_by_side import CompareCases
from engine.storage.resolutions import Resolution
from tests.stories.test_appeals import appeals, becomes_final, refused, served, to_court, until_court
from tests.stories.test_consents import newest, takes_back
from tests.stories.test_delivery import BY_POST, FAILED
from tests.stories.test_referrals import REFUSED
from tests.support.pdf import seen
from tests.support.story import Story


def sent_back(story: Story, place: int = 0) -> None:
    """The court sends back what one of the appeals was against."""
    tasks = [each for each in story.file.tasks if each.form_key == "court_decision"]
    story.does("kasittelija", "court_decision", key=tasks[place].business_key, court_result="annulled")
    story.passes(minutes=1)


def shown_as_sent_back(story: Story) -> bool:
    """A search, a comparison, a program's list and a program's view of the case say one thing."""
    person, engine = story.world.actor("kasittelija"), story.world.engine
    hits = engine.answer(FindCases("Keksitty"), person).hits
    followed = engine.answer(FollowCases(), person).cases
    other = Story(story.world)
    other.applies()
    beside = engine.answer(CompareCases(other.reference, story.reference), person)
    (shown,) = {
        *(each.is_sent_back for each in hits if each.case.id == story.case.id),
        *(each.is_sent_back for each in followed if each.case.id == story.case.id),
        story.case.id in beside.sent_back,
        story.case_status.is_sent_back,
    }
    return shown


def exported(story: Story) -> tuple[object, object]:
    """The outcome in force and the annulled one, as the export of the case has them."""
    answer = story.world.engine.answer(ExportCase(story.reference), story.world.actor("johtaja"))
    return answer["outcome_in_force"], answer["annulled_outcome"]


def test_an_annulled_decision_is_marked_so_and_the_new_examination_has_a_time_of_its_own(
    story: Story,
) -> None:
    until_court(story)
    story.passes(days=5)
    decided, arrived = story.today - timedelta(days=3), story.today - timedelta(days=1)
    story.does(
        "kasittelija",
        "court_decision",
        court_result="annulled",
        court_diary_number="1234/03.04/2027",
        court_decided_on=decided.isoformat(),
        court_decision_arrived_on=arrived.isoformat(),
    )
    story.passes(minutes=1)
    due_at = story.task("own_appeal").due_at
    assert due_at is not None
    assert day_of(due_at) >= arrived + timedelta(days=30)
    file = story.file
    (ruling,) = file.overruled.values()
    assert file.is_sent_back
    assert shown_as_sent_back(story)
    assert exported(story) == (None, Outcome.NOT_ADMITTED)
    assert (ruling.result, ruling.court) == ("annulled", "Helsingin hallinto-oikeus")
    assert (ruling.decided_on, ruling.diary_number) == (decided, "1234/03.04/2027")
    story.until("sufficiency")
    target = [each for each in story.file.deadlines if each.name == "target"][-1]
    assert target.is_open
    assert target.entries[0].at == noon_of(arrived), (
        "it counts from the ruling's arrival, not from the application"
    )
    story.until("record_delivery")
    first = story.file.resolutions[0]
    assert set(story.file.overruled) == {first.id}, "the new decision is in force"
    assert not story.file.is_sent_back
    assert not shown_as_sent_back(story)
    assert exported(story) == (Outcome.ADMITTED_35_1, None)
    assert [each.attempt for each in story.file.deliveries] == [1, 1]


def test_what_is_examined_again_already_is_examined_once_though_two_had_appealed(story: Story) -> None:
    until_court(story)
    appeals(story, appellant="other")
    to_court(story)
    sent_back(story)
    sent_back(story)
    assert story.forms.count("triage_override") == 1
    assert story.ends() is Outcome.ADMITTED_35_1
    assert [each.state for each in story.file.resolutions] == ["signed", "signed"]


def test_post_that_comes_back_with_a_decision_that_was_sent_back_is_served_no_more(story: Story) -> None:
    refused(story, **BY_POST)
    story.does("kasittelija", "post_letter")
    story.passes(days=8)
    appeals(story)
    to_court(story)
    sent_back(story)
    assert "triage_override" in story.forms
    with pytest.raises(NotWaiting):
        story.hears("mail_returned", key=story.file.deliveries[-1].business_key)
    assert "choose_delivery_way" not in story.forms


def held_beside_another_appeal(story: Story) -> None:
    """One of two appeals is sent back, and the new decision waits to leave while a court has the other."""
    until_court(story)
    appeals(story, appellant="other")
    to_court(story)
    sent_back(story)
    for form in ("triage_override", "sufficiency", "assessment", "prepare_resolution"):
        story.does("kasittelija", form)
    story.does("paattaja", "sign_resolution", hold_until=str(story.today + timedelta(days=5)))


def test_a_new_decision_that_waits_to_leave_is_examined_again_if_the_court_sends_the_matter_back(
    story: Story,
) -> None:
    held_beside_another_appeal(story)
    story.passes(hours=1)
    sent_back(story)
    assert "triage_override" not in story.forms, "nobody examines beside what waits to leave"
    story.passes(days=6)
    assert "record_delivery" not in story.forms, "what the court sent back is served on nobody"
    story.does("kasittelija", "contact_client")
    assert story.forms.count("triage_override") == 1


def test_a_decision_that_waits_to_leave_is_not_recalled_once_the_court_has_sent_the_matter_back(
    story: Story,
) -> None:
    held_beside_another_appeal(story)
    assert story.hears("new_fact")
    story.passes(hours=1)
    sent_back(story)
    with pytest.raises(CourtHasDecided) as refused_recall:
        story.does("paattaja", "recall_resolution")
    assert refused_recall.value.field == "recall"
    story.does("paattaja", "recall_resolution", recall="dispatch")
    assert "record_delivery" not in story.forms, "what the court sent back is served on nobody"
    story.does("kasittelija", "contact_client")
    story.passes(minutes=1)
    assert story.forms.count("triage_override") == 1
    assert story.ends() is Outcome.ADMITTED_35_1


def appealed_and_died_unreached(story: Story) -> None:
    """Refused and appealed; the person died before the decision was served."""
    refused(story)
    appeals(story)
    to_court(story)
    story.does("kasittelija", "record_delivery", **FAILED)
    story.does("kasittelija", "choose_delivery_way", next_channel="none")
    story.does("paattaja", "no_safe_service", no_safe_why="dead")


def test_a_decision_sent_back_is_examined_though_the_person_died_before_it_was_served(story: Story) -> None:
    appealed_and_died_unreached(story)
    story.does("kasittelija", "court_decision", court_result="annulled")
    story.passes(minutes=1)
    assert "returned_by_court" in story.milestones
    assert "triage_override" in story.forms


def test_a_case_does_not_close_while_the_examination_that_the_court_ordered_is_still_to_begin(
    story: Story,
) -> None:
    served(story)
    becomes_final(story)
    appeals(story)
    to_court(story)
    story.does("kasittelija", "court_decision", court_result="returned")
    story.does("paattaja", "own_appeal")
    assert story.case.state is CaseState.PENDING
    assert story.events.count("case_closed") == 1, "the first end, before the appeal"
    story.passes(minutes=1)
    assert "triage_override" in story.forms


def letter_of(story: Story, resolution: Resolution) -> str:
    assert resolution.document_id is not None
    reads = ReadDocument(resolution.document_id)
    _, content = story.world.engine.answer(reads, story.world.actor("kasittelija"))
    return " ".join(seen(content).split())


def admitted_aloud(story: Story, *, annulled: bool = True, **consent: Any) -> None:
    """Referred, admitted aloud with consent, which is asked again, admitted in writing, served; a court annuls it."""
    story.is_referred(in_danger="yes")
    story.does("kirjaaja", "register", in_danger="yes")
    story.does("paattaja", "oral_decision")
    story.does("kasittelija", "verify_consent", **consent)
    story.until("record_delivery")
    story.does("kasittelija", "record_delivery")
    while "contact_client" in story.forms:
        story.does("kasittelija", "contact_client")
    if annulled:
        appeals(story)
        to_court(story)
        sent_back(story)


def test_a_refusal_is_followed_once_the_court_has_annulled_what_was_decided_aloud(story: Story) -> None:
    admitted_aloud(story, **REFUSED)
    assert "oral_decision" not in story.forms
    story.does("kasittelija", "verify_consent", **REFUSED)
    assert "sufficiency" not in story.forms, "nobody is assessed against their will (746/2011 38 a §)"
    assert story.case.content_sealed_at is not None
    assert story.ends() is Outcome.LAPSED


def test_a_refusal_is_followed_also_where_the_court_annuls_after_the_end(story: Story) -> None:
    admitted_aloud(story, annulled=False, **REFUSED)
    assert story.ends() is Outcome.ADMITTED_35_1
    appeals(story)
    to_court(story)
    sent_back(story)
    story.does("kasittelija", "verify_consent", **REFUSED)
    assert "sufficiency" not in story.forms
    assert story.ends() is Outcome.LAPSED


def test_the_new_decision_is_not_called_the_written_form_of_what_was_annulled(story: Story) -> None:
    admitted_aloud(story)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    first, new = [letter_of(story, each) for each in story.file.resolutions if each.signed_at]
    assert "Päätös kerrottiin suullisesti" in first
    assert "Päätös kerrottiin suullisesti" not in new


def test_a_withdrawal_lapses_what_a_court_has_annulled_and_removes_nobody(story: Story) -> None:
    admitted_aloud(story)
    assert story.hears("application_withdrawn")
    story.does("kasittelija", "withdraw", applies_self="no")
    story.passes(minutes=1)
    assert "wish_to_leave" not in story.events
    assert "removal_assessment" not in story.forms
    assert story.ends() is Outcome.LAPSED


def test_a_consent_is_taken_back_once_a_court_has_annulled_what_was_decided_aloud(story: Story) -> None:
    admitted_aloud(story)
    takes_back(story, newest(story, "referral"))
    assert "withdraw" in story.forms, "the person is asked before anything lapses"
    assert "removal_begun" not in story.events


def test_a_client_whom_a_court_sent_back_withdraws_by_code_before_the_examination_begins(
    story: Story,
) -> None:
    story.applies()
    story.until("contact_client")
    while "record_delivery" in story.forms:
        story.does("kasittelija", "record_delivery")
    appeals(story)
    to_court(story)
    sent_back(story)
    assert "contact_client" in story.forms, "what the court sent back waits for the contact"
    assert story.withdraws()
    assert "removal_begun" not in story.events
    story.does("kasittelija", "contact_client")
    story.until("withdraw")
