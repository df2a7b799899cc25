"""Emergency calls: help at once, a spoken decision, and the same decision in writing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from engine.casework.appointments import NotAppointed
from engine.casework.recordings.oral_decision import HourMissing, HourToCome, NotAsSpoken
from engine.casework.recordings.urgency import NotAsProposed
from engine.commands.nameless_calls import RecordNamelessCall
from engine.commands.people import AddPerson, Appoint
from engine.commands.urgent_calls import CallRecorded, KeepUrgentCall, RecordUrgentCall
from engine.domain.cases import CaseClass, CaseState, Outcome
from engine.domain.chronology import DatesRejected
from engine.domain.people import OPERATOR, Power, Role
from engine.errors import AnswersRejected, Invalid
from tests.stories.test_decision_corrections import FACTUAL, begins, letter, proposes
from tests.stories.test_referrals import REFUSED
from tests.stories.test_urgent_night import call, opened
from tests.support.browsing import signed_in
from tests.support.story import Story


def until_oral_decision(story: Story) -> None:
    story.calls()
    story.does("paivystaja", "register", in_danger="yes", accommodation_needed="yes")


@pytest.mark.databases
def test_an_urgent_call_is_helped_decided_aloud_and_then_in_writing(story: Story) -> None:
    story.calls()
    assert story.forms == ["register", "urgent_measures"]
    story.does("paivystaja", "urgent_measures")
    story.does("paivystaja", "register", in_danger="yes", accommodation_needed="yes")
    assert story.case.case_class is CaseClass.URGENT
    assert story.forms == ["oral_decision", "sufficiency"]

    story.does("paattaja", "oral_decision")
    assert [each.outcome for each in story.file.oral_decisions] == ["admitted_35_1"]
    assert story.case.outcome is None, "the written one is still owed"
    assert story.forms == ["contact_client", "sufficiency"]
    story.does("kasittelija", "contact_client")

    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    assert story.case.outcome is Outcome.ADMITTED_35_1
    assert story.forms == ["record_delivery"], "who has been reached is not reached again"
    assert story.ends() is Outcome.ADMITTED_35_1
    assert story.milestones.index("oral_decision") < story.milestones.index("resolution_signed")


def test_only_the_first_written_decision_is_called_that_of_the_oral_one(story: Story) -> None:
    story.calls()
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    assert "Päätös kerrottiin suullisesti" in letter(story, "resolution")
    story.does("kasittelija", "record_delivery")

    begins(story)
    proposes(story, **FACTUAL)
    story.does("kasittelija", "assessment")
    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "sign_resolution")
    corrected = letter(story, "resolution")
    assert "Tämä päätös korvaa päätöksen" in corrected
    assert "kerrottiin suullisesti" not in corrected, "the oral decision was written long ago (434/2003 43 §)"


def test_only_who_is_appointed_that_day_decides_aloud(story: Story) -> None:
    until_oral_decision(story)
    story.world.engine.perform(AddPerson("uusi", "Ulla Uusi", frozenset({Role.DECISION_MAKER})), OPERATOR)
    with pytest.raises(NotAppointed):
        story.does("uusi", "oral_decision")
    assert story.file.oral_decisions == ()
    assert "oral_decision" not in story.milestones


def test_an_appointment_that_has_ended_decides_nothing(story: Story) -> None:
    until_oral_decision(story)
    person = story.world.engine.perform(
        AddPerson("uusi", "Ulla Uusi", frozenset({Role.DECISION_MAKER})), OPERATOR
    )
    appointed = Appoint(person.id, Power.GIVE_ORAL_DECISIONS, date(2026, 1, 1), date(2026, 11, 1))
    story.world.engine.perform(appointed, OPERATOR)
    with pytest.raises(NotAppointed):
        story.does("uusi", "oral_decision")
    appointed = Appoint(person.id, Power.GIVE_ORAL_DECISIONS, date(2026, 11, 2), date(2026, 11, 2))
    story.world.engine.perform(appointed, OPERATOR)
    story.does("uusi", "oral_decision")
    assert "oral_decision" in story.milestones


def test_the_assessment_may_not_differ_from_the_oral_decision(story: Story) -> None:
    until_oral_decision(story)
    story.does("paattaja", "oral_decision")
    story.until("assessment")
    with pytest.raises(NotAsSpoken) as refused:
        story.does("kasittelija", "assessment", **REFUSAL)
    assert refused.value.field == "outcome_proposed"
    story.does("kasittelija", "assessment")
    assert story.ends() is Outcome.ADMITTED_35_1


def test_a_letter_prepared_earlier_is_not_signed_against_the_oral_decision(story: Story) -> None:
    until_oral_decision(story)
    story.does("kasittelija", "sufficiency")
    story.does("kasittelija", "assessment", **REFUSAL)
    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "oral_decision")
    with pytest.raises(NotAsSpoken):
        story.does("paattaja", "sign_resolution")
    assert story.case.outcome is None

    story.does("paattaja", "sign_resolution", **BACK_TO_ASSESSMENT)
    assert "assessment" in story.forms
    assert story.ends() is Outcome.ADMITTED_35_1


def test_an_oral_decision_not_given_goes_on_in_writing(story: Story) -> None:
    until_oral_decision(story)
    story.does(
        "paattaja",
        "oral_decision",
        oral_decision="not_given",
        not_given_reason="Vaara on ohi.",
        **dict.fromkeys(ONLY_WHEN_ADMITTED),
    )
    assert story.forms == ["sufficiency", "triage_override", "urgent_measures"]
    with pytest.raises(NotAsProposed):
        story.does("kasittelija", "triage_override", case_class="normal")
    story.does("kasittelija", "triage_override", case_class="normal", differs="yes", reason="Vaara on ohi.")
    assert story.case.case_class is CaseClass.NORMAL
    assert story.ends() is Outcome.ADMITTED_35_1


def test_an_oral_decision_not_yet_given_lapses_with_the_written_signature(story: Story) -> None:
    until_oral_decision(story)
    for form in ("sufficiency", "assessment", "prepare_resolution"):
        story.does("kasittelija", form)
    assert "oral_decision" in story.forms
    story.does("paattaja", "sign_resolution")
    assert "oral_decision" not in story.forms


def test_urgent_measures_tell_the_manager_in_four_hours_and_are_joined_before_the_end(story: Story) -> None:
    story.calls()
    story.passes(hours=3, minutes=59)
    assert "manager_notified" not in story.events
    story.passes(minutes=2)
    assert "manager_notified" in story.events

    story.does("paivystaja", "register", in_danger="yes")
    story.does("paattaja", "oral_decision")
    for form in ("contact_client", "sufficiency", "assessment", "prepare_resolution"):
        story.does("kasittelija", form)
    story.does("paattaja", "sign_resolution")
    story.does("kasittelija", "record_delivery")
    story.passes(days=60)
    assert story.case.state is CaseState.PENDING, "urgent measures never lapse"
    story.does("kasittelija", "finality_inquiry")
    assert story.forms == ["urgent_measures"]
    story.does("paivystaja", "urgent_measures")
    assert story.case.state is CaseState.CLOSED


def test_a_case_that_turns_out_urgent_gets_an_oral_decision(story: Story) -> None:
    story.applies()
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override", case_class="urgent", differs="yes", reason="Uhkailtu eilen.")
    assert story.case.case_class is CaseClass.URGENT
    assert story.forms == ["oral_decision", "sufficiency"]
    story.does("paattaja", "oral_decision")
    assert story.ends() is Outcome.ADMITTED_35_1


def test_danger_in_an_application_is_urgent_before_it_is_registered(story: Story) -> None:
    story.applies(in_danger="yes")
    assert story.forms == ["register", "urgent_measures"]


def test_after_an_oral_admission_a_wish_to_leave_is_no_withdrawal_but_death_ends_it(story: Story) -> None:
    until_oral_decision(story)
    story.does("paattaja", "oral_decision")
    assert story.hears("application_withdrawn")
    story.does("kasittelija", "withdraw")
    assert "sufficiency" in story.forms, "the written resolution is owed"

    assert story.hears("application_withdrawn")
    story.does("kasittelija", "withdraw", lapse_reason="death")
    assert story.ends() is Outcome.LAPSED


def test_a_refused_consent_does_not_undo_what_was_decided_aloud(story: Story) -> None:
    story.is_referred(in_danger="yes")
    story.does("kirjaaja", "register", in_danger="yes")
    story.does("paattaja", "oral_decision")
    story.does("kasittelija", "verify_consent", **REFUSED)
    assert story.case.content_sealed_at is None
    assert story.ends() is Outcome.ADMITTED_35_1


def test_an_oral_decision_of_tomorrow_is_explained(story: Story) -> None:
    until_oral_decision(story)
    with pytest.raises(AnswersRejected) as rejected:
        story.does("paattaja", "oral_decision", told_on="2026-11-03")
    assert list(rejected.value.problems) == ["told_on"]
    evening = (story.today - timedelta(days=1)).isoformat()
    for hour, problem in ((None, HourMissing), ("23.59", HourToCome)):
        day = evening if hour is None else story.today.isoformat()
        with pytest.raises(problem) as refused:
            story.does(
                "paattaja", "oral_decision", because={"told_on": "Puhelu."}, told_on=day, told_hour=hour
            )
        assert refused.value.field == "told_hour"
    early = "Puhelu tuli yöllä, ja se kirjattiin aamulla."
    with pytest.raises(DatesRejected) as before_arrival:
        story.does("paattaja", "oral_decision", told_hour="0.05")
    assert list(before_arrival.value.problems) == ["told_hour"]
    story.does("paattaja", "oral_decision", told_hour="0.05", because={"told_hour": early})
    assert story.file.corrections[-1].reason == early
    record = signed_in(story.world, "paattaja").get(f"/cases/{story.reference}").text
    assert "ma 2.11.2026 klo 0.05, asianosaiselle, puhelin" in record


REFUSAL = {
    "needs_help": "no",
    "outcome_proposed": "not_admitted",
    "hearing": "unnecessary",
    "hearing_exception": "needless",
    "hearing_unnecessary_reasons": "Henkilö on jo kertonut kantansa.",
}
BACK_TO_ASSESSMENT = {
    "signature": "reassess",
    "return_reason": "Suullinen päätös oli myönteinen.",
    "delegation_confirmed": None,
    "not_disqualified": None,
    "letter_read": None,
}
ONLY_WHEN_ADMITTED = (
    "oral_ground",
    "test_reasons",
    "need_reasons",
    "consent_confirmed",
    "consent_how",
    "told_to",
    "told_on",
    "told_how",
)


def test_a_person_in_detention_without_a_date_is_urgent_at_once(story: Story) -> None:
    story.applies(in_detention="yes")
    assert story.forms == ["register", "urgent_measures"]
    assert story.triage_reason == "Henkilö on otettu säilöön"
    story.does("kirjaaja", "register", in_detention="yes")
    assert story.case.case_class is CaseClass.URGENT
    assert story.forms == ["oral_decision", "sufficiency", "urgent_measures"]


def test_a_night_without_a_bed_is_urgent_at_once(story: Story) -> None:
    story.applies(accommodation_needed="yes")
    assert story.forms == ["register", "urgent_measures"]
    assert "urgent_measures" in story.work_of("paivystaja")
    story.does("kirjaaja", "register", accommodation_needed="yes")
    assert story.case.case_class is CaseClass.URGENT


@pytest.mark.parametrize(
    ("answers", "calm"),
    [
        ({"in_danger": "unknown"}, {"in_danger": "no"}),
        ({"accommodation_needed": "unknown"}, {"accommodation_needed": "no"}),
        ({"accommodation_needed": None, "help_needed": ["safe_place"]}, {"accommodation_needed": "no"}),
    ],
)
def test_what_is_not_ruled_out_is_urgent_and_goes_away_only_with_a_reason(
    story: Story, answers: dict[str, Any], calm: dict[str, str]
) -> None:
    story.applies(**answers)
    assert story.forms == ["register", "urgent_measures"]
    with pytest.raises(Invalid) as refused:
        story.does("kirjaaja", "register", **calm, less_urgent_because=None)
    assert refused.value.field == "less_urgent_because"

    story.does(
        "kirjaaja", "register", **calm, less_urgent_because="Hän kertoi puhelimessa olevansa turvassa."
    )

    assert "register" not in story.forms


def test_a_child_who_may_need_something_at_once_is_never_ordinary(story: Story) -> None:
    story.applies(
        has_children="yes", children=CHILDREN, children_with="with_parent", children_notes="Hän ei syö."
    )
    story.does("kirjaaja", "register", has_children="yes", children=CHILDREN, children_with="with_parent")
    assert story.triage_reason == "Henkilön lapsi voi tarvita jotakin heti"


@pytest.mark.parametrize("answers", [{"child_with": "unsafe_adult"}, {"guardian_safe": "no"}])
def test_a_child_with_an_unsafe_adult_is_urgent_at_once(story: Story, answers: dict[str, str]) -> None:
    story.applies(is_under_18="yes", born_on="2010-05-17", **answers)
    assert story.forms == ["register", "urgent_measures"]
    story.does("kirjaaja", "register", is_child="yes", child_with="unsafe_adult")
    assert story.case.case_class is CaseClass.URGENT


def test_the_child_of_a_client_who_gives_no_age_and_is_alone_is_urgent_at_once(story: Story) -> None:
    story.applies(is_under_18=None, born_on=None, ground="35_3", child_with="alone")
    assert story.forms == ["register", "urgent_measures"]


def test_a_child_with_a_safe_adult_is_a_childs_case_in_office_hours(story: Story) -> None:
    story.applies(is_under_18="yes", born_on="2010-05-17", child_with="safe_adult", guardian_safe="yes")
    assert story.forms == ["register"]
    story.does("kirjaaja", "register", is_child="yes")
    assert story.triage_reason == "Lapsen asia käsitellään kiireellisesti"
    assert story.forms == ["triage_override"]


def test_a_childs_own_case_inherits_with_whom_the_children_are(story: Story) -> None:
    story.applies(has_children="yes", children=CHILDREN, children_with="alone")
    assert "urgent_measures" in story.forms
    story.does("kirjaaja", "register", has_children="yes", children=CHILDREN, children_with="alone")
    story.passes(minutes=1)
    assert story.child().forms == ["register", "urgent_measures"]


def test_a_referral_for_somebody_to_be_removed_on_a_day_nobody_knows_is_urgent(story: Story) -> None:
    story.is_referred(removal_known="yes")
    assert "urgent_measures" in story.forms


def test_a_call_written_down_as_not_urgent_rings_nobody(story: Story) -> None:
    story.calls(urgent="no", urgency_reason=None, in_danger="no", accommodation_needed="no")
    assert story.forms == ["register"]


def test_a_recorded_call_takes_no_other_words(story: Story) -> None:
    call_id, on_call, perform = uuid4(), story.world.actor("paivystaja"), story.world.engine.perform
    first = RecordUrgentCall(call_id, call(story), UNDECIDED)
    receipt = perform(first, on_call)
    assert perform(first, on_call) == receipt, "the button was pressed twice"
    others = call(story, given_names="Toinen")
    for refused in (
        RecordUrgentCall(call_id, others, UNDECIDED),
        KeepUrgentCall(call_id, others),
        RecordNamelessCall(call_id, {"what_happened": ["Muu puhelu"]}),
    ):
        with pytest.raises(CallRecorded):
            perform(refused, on_call)

    nameless = RecordNamelessCall(uuid4(), SCARED)
    assert perform(nameless, on_call) == perform(nameless, on_call)
    for refused in (
        RecordNamelessCall(nameless.call_id, {"what_happened": ["Toinen puhelu"]}),
        RecordUrgentCall(nameless.call_id, others, UNDECIDED),
    ):
        with pytest.raises(CallRecorded):
            perform(refused, on_call)
    recorded = opened(story, nameless.call_id).recorded
    led = signed_in(story.world, "paivystaja").get(f"/tasks/urgent/{nameless.call_id}")
    assert led.goes_to == f"/tasks/enquiries/{recorded.enquiry_id}"


SCARED = {
    "what_happened": ["Naapuri on peloissaan."],
    "in_danger": ["yes"],
    "ring_back_phone": ["000 000 0009"],
}
UNDECIDED = {"decided": ["no"]}
CHILDREN = [{"given_names": "Lumi", "family_name": "Keksitty", "born_on": "2019-02-03", "in_finland": "yes"}]
