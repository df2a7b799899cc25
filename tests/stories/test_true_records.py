"""Staff record what happened: an answer that contradicts the case is refused beside the question, or explained."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.casework.notices import ChildInCase
from engine.casework.recordings.appeal import AskedTooEarly, StillOpen
from engine.casework.recordings.delivery import NotThisWay, WithoutCertificate
from engine.casework.recordings.urgency import NotAsProposed
from engine.domain.cases import CaseClass
from engine.domain.deadlines import EntryKind
from engine.domain.grounds import GroundNotAssessed
from engine.errors import AnswersRejected, Invalid
from tests.stories.test_appeals import served, until_court
from tests.stories.test_children import CHILD
from tests.stories.test_corrections import corrects
from tests.stories.test_information_requests import until_requests
from tests.support.answers import request
from tests.support.story import Story


@pytest.mark.parametrize(
    ("application", "less"),
    [
        ({"in_danger": "yes"}, "no"),
        ({"in_danger": "unknown"}, "no"),
        ({"accommodation_needed": "yes"}, "no"),
        ({"in_detention": "yes"}, "unknown"),
    ],
)
def test_a_reason_for_urgency_goes_away_only_with_a_reason(
    story: Story, application: dict[str, str], less: str
) -> None:
    story.is_referred(**application)
    with pytest.raises(Invalid) as refused:
        story.does("kirjaaja", "register", less_urgent_because=None, **dict.fromkeys(application, less))
    assert refused.value.field == "less_urgent_because"
    story.does(
        "kirjaaja", "register", less_urgent_because="Ohjaaja erehtyi.", **dict.fromkeys(application, "no")
    )
    story.does("kasittelija", "triage_override")
    assert story.case.case_class is CaseClass.NORMAL


def test_another_class_than_the_proposed_one_needs_its_reason(story: Story) -> None:
    story.applies()
    story.does("kirjaaja", "register")
    with pytest.raises(NotAsProposed) as refused:
        story.does("kasittelija", "triage_override", case_class="child", differs="no")
    assert refused.value.field == "differs"
    story.does("kasittelija", "triage_override", case_class="urgent", differs="yes", reason="Uhka kasvoi.")
    assert story.case.case_class is CaseClass.URGENT


def test_an_adult_by_the_birth_date_is_a_minor_only_with_an_explained_doubt(story: Story) -> None:
    story.applies()
    with pytest.raises(Invalid) as refused:
        story.does("kirjaaja", "register", is_child="yes")
    assert refused.value.field == "age_doubt"
    story.does(
        "kirjaaja",
        "register",
        is_child="yes",
        child_welfare_considered="made",
        age_doubt="Päivä on salakuljettajan antama.",
    )
    assert story.file.applicant is not None
    assert story.file.applicant.is_minor


def test_who_turns_out_to_be_an_adult_is_no_minor_any_more(story: Story) -> None:
    story.is_referred(is_under_18="yes", born_on=None)
    assert story.file.applicant is not None
    assert story.file.applicant.is_minor
    story.does("kirjaaja", "register", is_child="no", born_on="1990-05-05", representative_state="not_needed")
    assert story.file.applicant is not None
    assert not story.file.applicant.is_minor


def test_a_disqualified_person_is_not_given_the_case(story: Story) -> None:
    story.applies()
    own = str(story.world.actor("kasittelija").person_id)
    barred = {"disqualified_staff": "yes", "disqualified_person": own, "disqualified_reason": "Sukulainen."}
    with pytest.raises(Invalid) as refused:
        story.does("kirjaaja", "register", caseworker=own, **barred)
    assert refused.value.field == "caseworker"


def test_a_case_that_stayed_here_is_registered_again_with_the_same_people(story: Story) -> None:
    """A transfer that was not sent leads back to registration; a disqualification stands once."""
    story.applies()
    other = str(story.world.actor("toinen").person_id)
    barred = {"disqualified_staff": "yes", "disqualified_person": other, "disqualified_reason": "Sukulainen."}
    elsewhere = {"competence": "transfer", "transfer_to": "migri", "transfer_reason": "Kuuluu sinne."}
    story.does("kirjaaja", "register", **elsewhere, **barred)
    story.does(
        "kasittelija", "send_notice", notice_state="not_sent", not_sent_reason="Kuuluu sittenkin meille."
    )
    story.does("kirjaaja", "register", **barred)
    assert story.events.count("staff_disqualified") == 1


def test_a_case_registered_again_is_taken_from_its_disqualified_caseworker(story: Story) -> None:
    story.applies()
    own = str(story.world.actor("kasittelija").person_id)
    elsewhere = {"competence": "transfer", "transfer_to": "migri", "transfer_reason": "Kuuluu sinne."}
    kept = {"notice_state": "not_sent", "not_sent_reason": "Kuuluu sittenkin meille."}
    story.does("kirjaaja", "register", caseworker=own, **elsewhere)
    story.does("kasittelija", "send_notice", **kept)
    barred = {"disqualified_staff": "yes", "disqualified_person": own, "disqualified_reason": "Sukulainen."}
    story.does("kirjaaja", "register", **elsewhere, **barred)
    assert story.case.caseworker_id is None
    assert own not in [str(each.assignee_id) for each in story.file.tasks if each.completed_at is None]
    story.does("toinen", "send_notice", **kept)
    with pytest.raises(Invalid) as refused:
        story.does("kirjaaja", "register", caseworker=own)
    assert refused.value.field == "caseworker"


def test_the_table_names_the_team_that_gets_the_case(story: Story) -> None:
    story.applies(region="aland")
    story.does("kirjaaja", "register", region="aland")
    assert story.case.team == "south"


def test_the_consent_that_an_oral_decision_rests_on_stands_in_the_ledger(story: Story) -> None:
    story.calls()
    story.does("paivystaja", "register", in_danger="yes")
    before = len(story.file.consents)
    story.does("paattaja", "oral_decision", consent_language="fa")
    entry = story.file.consents[-1]
    assert len(story.file.consents) == before + 1
    assert (entry.purpose, entry.state, entry.language) == ("referral", "given", "fa")
    assert entry.recorded_by == story.world.actor("paattaja").person_id


def test_nobody_is_reminded_on_the_due_day_or_after_it(story: Story) -> None:
    """No worker ran for three weeks: the reminder's timer fires after the due day."""
    until_requests(story)
    row = request("referrer", story.today + timedelta(days=14))
    story.does("kasittelija", "new_information_request", requests=[row], round_reason="Ehdot puuttuvat.")
    story.passes(hours=1)
    story.world.clock.moment += timedelta(days=21)
    story.passes(hours=1)
    assert "mail_reminder" not in [mail.kind for mail in story.mails]
    assert story.file.requests[0].reminded_at is None
    assert "request_reminded" not in story.milestones
    assert "request_follow_up" in story.forms


def test_going_on_without_the_rest_is_somebodys_recorded_choice(story: Story) -> None:
    until_requests(story)
    row = request("referrer", story.today + timedelta(days=14))
    story.does("kasittelija", "new_information_request", requests=[row], round_reason="Ehdot puuttuvat.")
    story.hears("proceed_without_rest")
    (choice,) = [each for each in story.file.timeline if each.kind == "message_received"]
    assert (choice.subject, choice.actor_id) == (
        "proceed_without_rest",
        story.world.actor("kasittelija").person_id,
    )


def test_a_target_met_late_was_missed_first(story: Story) -> None:
    """No worker looked at the deadlines between the last day and the signature."""
    story.applies()
    story.until("sign_resolution")
    story.world.clock.moment += timedelta(days=90)
    story.does("paattaja", "sign_resolution")
    target = next(each for each in story.file.deadlines if each.name == "target")
    assert [each.kind for each in target.entries][-2:] == [EntryKind.BREACHED, EntryKind.MET]
    assert "deadline_breached" in story.events


def test_an_admission_rests_on_the_ground_that_was_assessed(story: Story) -> None:
    story.applies()
    story.until("assessment")
    other = {"assists_investigation": "yes", "needs_special_help": "yes", "ground_reasons": "Todistaa."}
    with pytest.raises(GroundNotAssessed) as refused:
        story.does("kasittelija", "assessment", ground_assessed="35_2", **other)
    assert refused.value.field == "outcome_proposed"


def test_a_hand_over_is_recorded_by_the_way_it_went_and_with_its_certificate(story: Story) -> None:
    story.applies()
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    with pytest.raises(NotThisWay) as refused:
        story.does("kasittelija", "record_delivery", delivery_channel="agent")
    assert refused.value.field == "delivery_channel"
    with pytest.raises(WithoutCertificate) as refused:
        story.does("kasittelija", "record_delivery", proof="told")
    assert refused.value.field == "proof"
    story.does("kasittelija", "record_delivery")
    (delivery,) = story.file.deliveries
    assert (delivery.channel, delivery.proof) == ("in_person", "certificate")


def test_an_answer_of_a_court_from_before_the_end_of_the_period_is_no_answer(story: Story) -> None:
    served(story)
    story.passes(days=40)
    early = (story.today - timedelta(days=20)).isoformat()
    with pytest.raises(AskedTooEarly) as refused:
        story.does("kasittelija", "finality_inquiry", courts_asked_on=early)
    assert refused.value.field == "courts_asked_on"


def test_a_decision_is_not_final_while_leave_to_appeal_can_be_asked(story: Story) -> None:
    served(story)
    story.passes(days=40)
    story.hears("appeal_received")
    story.does("kasittelija", "appeal_arrival")
    story.does("kasittelija", "appeal_opinion")
    story.does("paattaja", "sign_opinion")
    story.does("kasittelija", "send_to_court")
    story.does("kasittelija", "court_decision")
    with pytest.raises(StillOpen):
        story.does("kasittelija", "finality_inquiry")
    story.passes(days=25)
    assert "finality_inquiry" not in story.forms, "the time to ask for leave runs"
    story.passes(days=20)
    assert "finality_inquiry" in story.forms


def test_after_the_last_court_there_is_no_leave_to_wait_for(story: Story) -> None:
    until_court(story)
    story.passes(days=60)
    for wrong in ("KHO", "Kuu"):
        with pytest.raises(AnswersRejected) as refused:
            story.does("kasittelija", "court_decision", court=wrong)
        assert set(refused.value.problems) == {"court"}
    last = {"court": "Högsta förvaltningsdomstolen", "ruling_court": "other"}
    story.does("kasittelija", "court_decision", **last, ruling_court_reasons="Hän valitti sinne.")
    story.passes(days=8)
    assert "finality_inquiry" in story.forms


def test_nobody_consents_in_an_adults_place(story: Story) -> None:
    story.is_referred()
    story.until("verify_consent")
    for by in ("guardian", "substitute"):
        with pytest.raises(Invalid) as refused:
            story.does("kasittelija", "verify_consent", minor_maturity="not_minor", consent_by=by)
        assert refused.value.field == "consent_by"
    story.does("kasittelija", "verify_consent", minor_maturity="not_minor", consent_by="person")


def test_a_case_with_children_is_not_one_without(story: Story) -> None:
    """A corrected answer begins the notification (417/2007 25 §)."""
    story.applies(has_children="yes", children=[{**CHILD, "born_on": "2018-03-01"}])
    has = {"has_children": "yes"}
    with pytest.raises(ChildInCase) as refused:
        story.does("kirjaaja", "register", child_welfare_considered="no_child", **has)
    assert refused.value.field == "child_welfare_considered"
    story.does("kirjaaja", "register", child_welfare_considered="not_needed", **has)
    story.passes(minutes=1)
    assert "notice_begun" not in story.events
    with pytest.raises(ChildInCase):
        corrects(story, "register", child_welfare_considered="no_child", child_welfare_reason=None)
    corrects(story, "register", child_welfare_considered="to_be_made", child_welfare_reason=None)
    story.passes(minutes=1)
    assert "write_notice" in story.forms
    corrects(story, "register", 1, child_welfare_considered="not_needed", child_welfare_reason="Ei tarvetta.")
    corrects(story, "register", 2, child_welfare_considered="to_be_made", child_welfare_reason=None)
    story.passes(minutes=1)
    assert story.forms.count("write_notice") == 1
