"""A client by a decision that was spoken in a call: nothing goes past it before its giver has completed it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.casework.recordings.oral_decision import GivenAlready, GiverIsAsked, NotAsSpoken, NotItsGiver
from engine.casework.spoken_decisions import (
    AdmittedAloud,
    LapsesThoughAdmitted,
    SpokenUnconfirmed,
    SpokenUnfinished,
    SpokenUnmentioned,
)
from engine.clock import day_of
from engine.commands.absences import RecordAbsence
from engine.commands.people import AddPerson, Appoint
from engine.commands.tasks import ReleaseTask
from engine.commands.visibility import LiftDisqualification, RecordDisqualification
from engine.domain.calendar import working_days_later
from engine.domain.cases import Outcome
from engine.domain.people import OPERATOR, Power, Role
from engine.errors import Invalid
from engine.queries.task_page import OpenTaskPage
from tests.stories.test_decision_corrections import letter
from tests.stories.test_notices import NOT_SENT
from tests.stories.test_referrals import REFUSED
from tests.stories.test_urgent_calls import BACK_TO_ASSESSMENT, REFUSAL
from tests.stories.test_urgent_night import NOT_GIVEN, at_night, decided, records
from tests.support.browsing import signed_in
from tests.support.story import Story

BACK = {**BACK_TO_ASSESSMENT, "signature": "return"}


def another_calls(story: Story) -> str:
    """Somebody else calls at night, and Päivi decides aloud. Return the day of that."""
    at_night(story, 2, 45)
    records(story, caller="other", referrer_name="Raimo Soittaja", referrer_kind="ngo")
    return story.today.isoformat()


def test_a_refused_consent_lapses_no_case_of_a_client_whose_decision_waits_for_its_reasons(
    story: Story,
) -> None:
    night = another_calls(story)
    story.does("paattaja", "confirm_spoken")
    story.does("paivystaja", "register", in_danger="yes")
    with pytest.raises(SpokenUnfinished) as refused:
        story.does("kasittelija", "verify_consent", **REFUSED)
    assert refused.value.field == "consent"
    assert "consent_refused" not in story.events

    story.does("paattaja", "oral_decision", told_on=night)
    story.does("kasittelija", "verify_consent", **REFUSED)
    assert story.case.content_sealed_at is None
    assert story.file.clienthood is not None
    assert story.ends() is Outcome.ADMITTED_35_1


def test_a_wish_to_leave_removes_a_client_whose_decision_waited_for_its_reasons(story: Story) -> None:
    night = another_calls(story)
    story.does("paattaja", "confirm_spoken")
    story.does("paivystaja", "register", in_danger="yes")
    assert story.hears("application_withdrawn")
    with pytest.raises(SpokenUnfinished) as refused:
        story.does("kasittelija", "withdraw", applies_self="no")
    assert refused.value.field == "withdrawal"

    story.does("paattaja", "oral_decision", told_on=night)
    story.does("kasittelija", "withdraw", applies_self="no")
    story.passes(minutes=1)
    assert "wish_to_leave" in story.events
    assert "prepare_resolution" not in story.forms, "nothing lapses"


def test_a_lapse_is_not_signed_once_its_person_is_a_client(story: Story) -> None:
    another_calls(story)
    story.does("paivystaja", "register", in_danger="yes")
    story.does("kasittelija", "verify_consent", **REFUSED)
    story.does("kasittelija", "prepare_resolution")
    assert story.file.clienthood is None
    story.does("paattaja", "confirm_spoken")
    with pytest.raises(LapsesThoughAdmitted):
        story.does("paattaja", "sign_resolution")

    story.does("paattaja", "sign_resolution", **BACK_TO_ASSESSMENT)
    assert "oral_decision" in story.forms
    assert story.case.content_sealed_at is None


def test_the_written_decision_is_owed_again_once_it_is_recalled(story: Story) -> None:
    night = another_calls(story)
    story.does("paattaja", "confirm_spoken")
    story.does("paivystaja", "register", in_danger="yes")
    story.does("paattaja", "oral_decision", told_on=night)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution", hold_until=(story.today + timedelta(days=3)).isoformat())
    assert not [each for each in story.file.deadlines if each.name == "written_after_oral" and each.is_open]
    assert story.hears("new_fact")

    story.does("paattaja", "recall_resolution")

    (owed,) = (each for each in story.file.deadlines if each.name == "written_after_oral" and each.is_open)
    assert owed.due_on == working_days_later(day_of(story.file.oral_decisions[0].given_at), 5)


def test_help_that_was_agreed_before_a_recall_is_handed_over_after_it(story: Story) -> None:
    """The person is not called twice, and what they agreed to is not forgotten (746/2011 38 a §)."""
    story.calls()
    story.does("paivystaja", "register", in_danger="yes")
    story.does("paattaja", "oral_decision")
    agreed = {"service_organiser": "county", "organiser_name": "Keksityn hyvinvointialueen sosiaalipalvelut"}
    story.does("kasittelija", "contact_client", **agreed, wants_crime_report_help="yes")
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution", hold_until=(story.today + timedelta(days=3)).isoformat())
    assert story.hears("new_fact")
    story.does("paattaja", "recall_resolution")
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    assert {"crime_report_support", "send_notice"} <= set(story.forms)
    assert "contact_client" not in story.forms


def test_a_letter_that_was_begun_before_the_oral_decision_says_that_it_was_given(story: Story) -> None:
    story.calls()
    story.does("paivystaja", "register", in_danger="yes")
    story.does("kasittelija", "sufficiency")
    story.does("kasittelija", "assessment")
    story.does("paattaja", "oral_decision")
    story.does("kasittelija", "prepare_resolution")
    with pytest.raises(SpokenUnmentioned):
        story.does("paattaja", "sign_resolution")

    story.does("paattaja", "sign_resolution", **BACK)
    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "sign_resolution")
    assert "kerrottiin suullisesti" in letter(story, "resolution")


def decides_in_own_call(story: Story) -> None:
    """One who is on call and may decide aloud takes a call from somebody else, and admits the person in it."""
    taker = AddPerson("yo", "Yrsa Yövuoro", frozenset({Role.ON_CALL, Role.DECISION_MAKER}))
    person = story.world.engine.perform(taker, OPERATOR)
    story.world.engine.perform(
        Appoint(person.id, Power.GIVE_ORAL_DECISIONS, date(2026, 1, 1), date(2026, 12, 31)), OPERATOR
    )
    at_night(story, 2, 45)
    spoken = decided(story, decided_by=str(person.id))
    records(story, spoken, "yo", caller="other", referrer_name="Raimo Soittaja", referrer_kind="ngo")


def test_who_decided_in_their_own_call_completes_it_and_cannot_answer_that_none_was_given(
    story: Story,
) -> None:
    decides_in_own_call(story)
    night = story.today.isoformat()
    assert story.file.clienthood is not None, "it stands at once"
    story.does("paivystaja", "register", in_danger="yes")
    task = story.task("oral_decision")
    page = story.world.engine.answer(OpenTaskPage(task.id), story.world.actor("yo"))
    assert page.withheld["oral_decision"] == {"not_given"}
    shown = signed_in(story.world, "yo").get(f"/tasks/{task.id}").text
    assert "Päätös on annettu puhelussa: tässä täydennetään" in shown
    for who in ("yo", "paattaja", "yo"):
        with pytest.raises(GivenAlready) as refused:
            story.does(who, "oral_decision", **{**NOT_GIVEN, "not_given_reason": "Annettiin jo puhelussa."})
        assert refused.value.field == "oral_decision"
        story.world.engine.perform(ReleaseTask(task.id), story.world.actor(who))

    story.does("yo", "oral_decision", told_on=night, told_hour="2.40")
    assert len(story.file.oral_decisions) == 1, "it was given once"
    assert "contact_client" in story.forms
    story.does("kasittelija", "verify_consent", **REFUSED)
    assert story.case.content_sealed_at is None
    assert story.ends() is Outcome.ADMITTED_35_1


def test_nobody_else_answers_while_the_giver_is_asked(story: Story) -> None:
    another_calls(story)
    story.does("paivystaja", "register", in_danger="yes")
    task, giver = story.task("oral_decision"), story.world.actor("paattaja")
    story.world.engine.perform(ReleaseTask(task.id), giver)
    page = story.world.engine.answer(OpenTaskPage(task.id), story.world.actor("kaksoisrooli"))
    assert page.withheld["oral_decision"] == {"not_given"}
    with pytest.raises(GiverIsAsked) as refused:
        story.does("kaksoisrooli", "oral_decision", **NOT_GIVEN)
    assert refused.value.field == "oral_decision"

    page = story.world.engine.answer(OpenTaskPage(task.id), giver)
    assert "oral_decision" not in page.withheld, "its giver may say that it was not so"


def test_others_answer_where_the_giver_may_not_any_more(story: Story) -> None:
    another_calls(story)
    story.does("paivystaja", "register", in_danger="yes")
    task, giver = story.task("oral_decision"), story.world.actor("paattaja")
    story.world.engine.perform(ReleaseTask(task.id), giver)
    barred = RecordDisqualification(story.reference, story.world.people["paattaja"].id, "other")
    story.world.engine.perform(barred, story.world.actor("johtaja"))

    story.does("kaksoisrooli", "oral_decision", **NOT_GIVEN)

    assert "oral_decision_not_given" in story.events


def test_a_decision_is_spoken_only_in_a_call_that_is_urgent(story: Story) -> None:
    calm = {"urgent": "no", "urgency_reason": None, "in_danger": "no", "accommodation_needed": "no"}
    at_night(story, 2, 45)
    with pytest.raises(Invalid) as refused:
        records(story, decided(story), **calm)
    assert refused.value.field == "urgent"


ELSEWHERE = {
    "in_danger": "yes",
    "competence": "transfer",
    "transfer_to": "migri",
    "transfer_reason": "Kyse on oleskeluluvasta.",
}


def test_a_person_admitted_aloud_is_not_transferred_to_another_authority(story: Story) -> None:
    another_calls(story)
    with pytest.raises(SpokenUnconfirmed) as waiting:
        story.does("paivystaja", "register", **ELSEWHERE)
    assert waiting.value.field == "competence"
    story.does("paattaja", "confirm_spoken")
    with pytest.raises(AdmittedAloud) as refused:
        story.does("paivystaja", "register", **ELSEWHERE)
    assert refused.value.field == "competence"

    story.does("paivystaja", "register", in_danger="yes")
    assert story.file.clienthood is not None


def test_a_matter_is_transferred_once_its_decision_was_denied(story: Story) -> None:
    another_calls(story)
    story.does("paattaja", "confirm_spoken", spoken_confirmed="no", spoken_denied_reason="En päättänyt.")
    story.does("paivystaja", "register", **ELSEWHERE)
    story.does("kasittelija", "send_notice")
    assert story.case.outcome is Outcome.TRANSFERRED


def test_a_transfer_does_not_leave_once_its_person_is_admitted_aloud(story: Story) -> None:
    another_calls(story)
    giver, perform = story.world.people["paattaja"].id, story.world.engine.perform
    perform(RecordDisqualification(story.reference, giver, "other"), story.world.actor("esihenkilo"))
    story.does("paivystaja", "register", **ELSEWHERE)
    perform(LiftDisqualification(story.reference, giver, "Toinen henkilö."), story.world.actor("johtaja"))
    story.does("paattaja", "confirm_spoken")
    with pytest.raises(AdmittedAloud) as refused:
        story.does("kasittelija", "send_notice")
    assert refused.value.field == "notice_state"

    story.does("kasittelija", "send_notice", **NOT_SENT)
    story.does("paivystaja", "register", in_danger="yes")
    assert "oral_decision" in story.forms


def test_nothing_lapses_while_a_giver_is_asked_if_they_admitted_the_person(story: Story) -> None:
    another_calls(story)
    story.does("paivystaja", "register", in_danger="yes")
    story.does("kasittelija", "verify_consent", **REFUSED)
    story.does("kasittelija", "prepare_resolution")
    with pytest.raises(SpokenUnconfirmed) as refused:
        story.does("paattaja", "sign_resolution")
    assert refused.value.field == "signature"

    story.does("paattaja", "confirm_spoken", spoken_confirmed="no", spoken_denied_reason="En päättänyt.")
    story.does("paattaja", "sign_resolution")
    assert story.case.outcome is Outcome.LAPSED


def test_the_manager_hears_of_a_giver_who_does_not_answer(story: Story) -> None:
    another_calls(story)
    story.passes(hours=2)
    assert "spoken" in [each.subject for each in story.file.timeline if each.kind == "manager_notified"]


def signs_what_the_giver_never_confirmed(story: Story) -> None:
    """Päivi does not answer, and another decision-maker signs the same admission; a new fact comes before it leaves."""
    at_night(story, 2, 45)
    records(story)
    story.does("paivystaja", "register", in_danger="yes")
    for form in ("sufficiency", "assessment", "prepare_resolution"):
        story.does("kasittelija", form)
    story.does("kaksoisrooli", "sign_resolution", hold_until=(story.today + timedelta(days=3)).isoformat())
    story.passes(minutes=1)
    assert "confirm_spoken" not in story.forms
    assert story.hears("new_fact")


def withdraws(story: Story) -> None:
    assert story.hears("application_withdrawn")
    story.does("kasittelija", "withdraw", applies_self="no")
    story.does("kasittelija", "prepare_resolution")


def test_a_giver_is_asked_again_once_the_written_decision_is_recalled(story: Story) -> None:
    """Else nobody could ever say if the person who now withdraws is a client, and nothing would lapse."""
    signs_what_the_giver_never_confirmed(story)
    story.does("kaksoisrooli", "recall_resolution")
    owed = [each for each in story.file.deadlines if each.name == "written_after_oral" and each.is_open]
    assert len(owed) == 1
    story.passes(minutes=1)
    assert story.task("confirm_spoken").assignee_id == story.world.people["paattaja"].id
    withdraws(story)
    with pytest.raises(SpokenUnconfirmed):
        story.does("kaksoisrooli", "sign_resolution")

    story.does("paattaja", "confirm_spoken", spoken_confirmed="no", spoken_denied_reason="En päättänyt.")
    story.does("kaksoisrooli", "sign_resolution")
    assert story.case.outcome is Outcome.LAPSED


def test_a_client_by_a_decision_confirmed_after_the_recall_is_removed_and_not_lapsed(story: Story) -> None:
    signs_what_the_giver_never_confirmed(story)
    story.does("kaksoisrooli", "recall_resolution")
    story.passes(minutes=1)
    story.does("paattaja", "confirm_spoken")
    withdraws(story)
    with pytest.raises(LapsesThoughAdmitted):
        story.does("kaksoisrooli", "sign_resolution")
    story.does("kaksoisrooli", "sign_resolution", **BACK_TO_ASSESSMENT)
    story.passes(minutes=1)
    assert "removal_assessment" in story.forms
    story.until("sign_resolution")
    story.does("kaksoisrooli", "sign_resolution")
    assert story.case.outcome is Outcome.ADMITTED_35_1


def recalls_while_nobody_is_asked(story: Story) -> None:
    """The giver may not answer when the decision is recalled, and so nobody asks them again."""
    giver, perform = story.world.people["paattaja"].id, story.world.engine.perform
    signs_what_the_giver_never_confirmed(story)
    perform(RecordDisqualification(story.reference, giver, "other"), story.world.actor("esihenkilo"))
    story.does("kaksoisrooli", "recall_resolution")
    perform(LiftDisqualification(story.reference, giver, "Toinen henkilö."), story.world.actor("johtaja"))
    story.passes(minutes=1)
    assert "confirm_spoken" not in story.forms


def test_a_decision_of_which_nobody_is_asked_bars_no_lapse(story: Story) -> None:
    recalls_while_nobody_is_asked(story)
    withdraws(story)
    story.does("kaksoisrooli", "sign_resolution")
    assert story.case.outcome is Outcome.LAPSED


def test_a_decision_of_which_nobody_is_asked_binds_no_assessment(story: Story) -> None:
    recalls_while_nobody_is_asked(story)
    story.does("kasittelija", "sufficiency")
    story.does("kasittelija", "assessment", **REFUSAL)
    assert "prepare_resolution" in story.forms


def test_what_its_giver_may_not_confirm_binds_no_assessment(story: Story) -> None:
    another_calls(story)
    story.does("paivystaja", "register", in_danger="yes")
    story.does("kasittelija", "verify_consent")
    story.does("kasittelija", "sufficiency")
    with pytest.raises(NotAsSpoken):
        story.does("kasittelija", "assessment", **REFUSAL)
    barred = RecordDisqualification(story.reference, story.world.people["paattaja"].id, "other")
    story.world.engine.perform(barred, story.world.actor("johtaja"))
    story.does("kasittelija", "assessment", **REFUSAL)


def test_the_director_settles_what_a_giver_who_is_away_does_not_confirm(story: Story) -> None:
    another_calls(story)
    story.does("paivystaja", "register", in_danger="yes")
    story.does("kasittelija", "verify_consent", **REFUSED)
    story.does("kasittelija", "prepare_resolution")
    task, perform = story.task("confirm_spoken").id, story.world.engine.perform
    perform(ReleaseTask(task), story.world.actor("esihenkilo"))
    denied = {
        "spoken_confirmed": "no",
        "spoken_denied_reason": "Hän on leikkauksessa, ja soittaja muistaa toisin.",
    }
    with pytest.raises(NotItsGiver):
        story.does("johtaja", "confirm_spoken", **denied)
    perform(
        RecordAbsence("paattaja", story.today, story.today + timedelta(days=30)), story.world.actor("johtaja")
    )
    with pytest.raises(NotItsGiver):
        story.does("johtaja", "confirm_spoken")
    story.does("johtaja", "confirm_spoken", **denied)
    story.does("kaksoisrooli", "sign_resolution")
    assert story.case.outcome is Outcome.LAPSED
    story.passes(minutes=1)
    assert "tell_denied" in story.forms, "the person hears that it was not confirmed"
