"""Somebody is referred: never without their own consent, confirmed with them, and free to be taken back."""

from __future__ import annotations

from typing import Any

import pytest

from engine.clock import day_of
from engine.commands.notices import BeginNotice
from engine.commands.visibility import RecordDisqualification
from engine.domain.calendar import end_of, working_days_later
from engine.domain.cases import CaseState, Outcome
from engine.errors import AnswersRejected, Invalid, Refusal
from engine.queries.case_file import ReadDocument
from engine.queries.task_page import OpenTaskPage
from tests.support.story import Story


def until_consent(story: Story, **changes: Any) -> None:
    story.is_referred(**changes)
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")


@pytest.mark.databases
def test_a_referral_with_consent_ends_in_a_letter_and_a_yes_to_the_referrer(story: Story) -> None:
    until_consent(story)
    assert story.forms == ["verify_consent"]
    story.does("kasittelija", "verify_consent")
    assert "consent_recorded" in story.milestones

    assert story.ends() is Outcome.ADMITTED_35_1
    assert story.milestones.index("consent_recorded") < story.milestones.index("assessed")
    assert [(each.purpose, each.state) for each in story.file.consents] == [
        ("referral", "given"),
        ("referral", "given"),
        ("tell_referrer_outcome", "given"),
    ]
    assert "referrer_notified" in story.events
    assert story.status() == "arrived", "the code of the referrer never tells the outcome"


def test_the_first_contact_has_a_day_of_its_own_before_the_target(story: Story) -> None:
    until_consent(story)
    task, target = story.task("verify_consent"), story.file.deadlines
    assert task.due_at is None, "the decision's target is not the day of the first talk"
    assert task.follow_up_at == end_of(working_days_later(story.today, 3))
    assert min(each.due_on for each in target if each.due_on) > day_of(task.follow_up_at)


def test_the_referrer_hears_nothing_when_the_person_does_not_want_it(story: Story) -> None:
    until_consent(story)
    story.does("kasittelija", "verify_consent", referrer_may_know="no")
    story.ends()
    assert "referrer_notified" not in story.events


def test_a_referrer_marked_unsafe_hears_nothing_even_with_consent(story: Story) -> None:
    story.is_referred()
    unsafe = [{"name": "Raimo Ohjaaja", "part": "referrer", "reason": "Mahdollinen hyväksikäyttäjä"}]
    story.does("kirjaaja", "register", unsafe_parties=unsafe)
    assert story.ends() is Outcome.ADMITTED_35_1
    assert "referrer_notified" not in story.events
    kinds = [mail.kind for mail in story.mails if mail.recipient["email"] == "raimo@example.invalid"]
    assert kinds == [], "nor the acknowledgement, which had not left when somebody knew"


def test_a_referral_without_consent_is_not_received(story: Story) -> None:
    for question in ("consent_given", "disclosure_agreed"):
        for answer in (None, False):
            with pytest.raises((AnswersRejected, Refusal)):
                story.is_referred(**{question: answer})
    assert story.work_of("kirjaaja") == []


@pytest.mark.databases
def test_refused_consent_lapses_by_a_signed_resolution_and_seals_the_content(story: Story) -> None:
    until_consent(story)
    story.does("kasittelija", "verify_consent", **REFUSED)
    assert story.case.content_sealed_at is not None
    shown = story.read_by("kasittelija")
    assert (shown.parties, shown.submissions, shown.requests, shown.documents) == ((), (), (), ())
    assert "Ei halua" not in repr((shown.consents, shown.oral_decisions)), "not in a margin either"
    assert story.forms == ["prepare_resolution"]

    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "sign_resolution")
    assert story.case.outcome is Outcome.LAPSED
    assert story.file.resolutions[-1].state == "signed"
    assert story.ends() is Outcome.LAPSED
    assert {"consent_refused", "lapse_established", "lapsed", "resolution_served"} <= set(story.milestones)
    assert "assessed" not in story.milestones

    entry = story.read_by("kasittelija")
    assert entry.case.state is CaseState.CLOSED
    assert entry.case.received_at is not None
    assert entry.parties == entry.submissions == entry.documents == ()
    assert "retention_set" in {event.kind for event in entry.timeline}


def test_the_lapse_of_a_sealed_case_is_readable_until_it_is_served_and_then_shut(story: Story) -> None:
    until_consent(story)
    story.does("kasittelija", "verify_consent", **REFUSED)
    story.passes(minutes=1)
    story.until("sign_resolution")
    signer = story.world.actor("paattaja")
    page = story.world.engine.answer(OpenTaskPage(story.task("sign_resolution").id), signer)
    assert [each.state for each in page.file.resolutions] == ["prepared"], "nobody signs blind"
    assert page.file.parties == ()
    assert page.file.requests == ()
    story.until("record_delivery")
    letter = story.file.resolutions[-1].document_id
    assert letter is not None
    caseworker = story.world.actor("kasittelija")
    _, content = story.world.engine.answer(ReadDocument(letter), caseworker)
    assert content.startswith(b"%PDF-"), "it must be handed over"
    story.ends()
    with pytest.raises(Refusal):
        story.world.engine.answer(ReadDocument(letter), caseworker)


def test_consent_not_reached_is_tried_again_and_then_given(story: Story) -> None:
    until_consent(story)
    story.does("kasittelija", "verify_consent", **NOT_REACHED)
    assert story.work_of("esihenkilo") == ["consent_not_reached"]
    story.does("esihenkilo", "consent_not_reached", **try_again(story))
    assert story.forms == ["verify_consent"]
    assert story.task("verify_consent").assignee_id == story.world.people["toinen"].id
    story.does("toinen", "verify_consent")
    assert story.ends() is Outcome.ADMITTED_35_1


def test_nobody_disqualified_is_named_to_try_next(story: Story) -> None:
    until_consent(story)
    story.does("kasittelija", "verify_consent", **NOT_REACHED)
    toinen = story.world.people["toinen"]
    bars = RecordDisqualification(story.reference, toinen.id, "party")
    story.world.engine.perform(bars, story.world.actor("esihenkilo"))
    with pytest.raises(Invalid) as refused:
        story.does("esihenkilo", "consent_not_reached", **try_again(story))
    assert refused.value.field == "next_person"


def test_the_decision_maker_lets_it_be_tried_once_more(story: Story) -> None:
    until_consent(story)
    story.does("kasittelija", "verify_consent", **NOT_REACHED)
    story.does("esihenkilo", "consent_not_reached")
    story.does("paattaja", "consent_without_contact", consent_choice="try_again", reason="Uusi numero.")
    assert story.forms == ["verify_consent"]
    story.does("kasittelija", "verify_consent")
    assert story.forms == ["sufficiency"]


def test_the_decision_maker_accepts_what_the_referrer_recorded(story: Story) -> None:
    until_consent(story)
    story.does("kasittelija", "verify_consent", **NOT_REACHED)
    story.does("esihenkilo", "consent_not_reached")
    story.does("paattaja", "consent_without_contact", consent_choice="accept_referrer", reason="Kirjallinen.")
    assert "consent_recorded" in story.milestones
    assert story.ends() is Outcome.ADMITTED_35_1


def test_the_decision_maker_lets_it_lapse_when_nobody_reaches_the_person(story: Story) -> None:
    until_consent(story)
    story.does("kasittelija", "verify_consent", **NOT_REACHED)
    story.does("esihenkilo", "consent_not_reached")
    story.does("paattaja", "consent_without_contact")
    assert story.case.content_sealed_at is not None
    assert story.ends() is Outcome.LAPSED


def test_consent_that_waits_reminds_in_three_days_and_reaches_the_manager_in_seven(story: Story) -> None:
    until_consent(story)
    story.passes(days=2, hours=23)
    assert story.forms == ["verify_consent"]
    reminded = story.events.count("assignee_notified")
    story.passes(hours=2)
    assert story.events.count("assignee_notified") == reminded + 1
    story.passes(days=4)
    assert story.forms == ["consent_not_reached"]
    assert story.work_of("esihenkilo") == ["consent_not_reached"]


REFUSED = {
    "consent": "refused",
    "applies_self": "no",
    "consent_by": None,
    "minor_maturity": None,
    "consent_explained": None,
    "referrer_may_know": None,
    "refusal_notes": "Ei halua apua nyt.",
}
NOT_REACHED: dict[str, Any] = {
    **dict.fromkeys(
        (
            "asked_in_private",
            "present",
            "free_will",
            "channel",
            "channel_safe",
            "consent_language",
            "interpreter_used",
            "consent_on",
            "consent_by",
            "minor_maturity",
            "consent_explained",
            "referrer_may_know",
        )
    ),
    "consent": "not_reached",
    "attempts": "Soitettu kolmesti turvalliseen aikaan.",
}


def try_again(story: Story) -> dict[str, Any]:
    return {
        "reaching": "try_again",
        "next_person": str(story.world.people["toinen"].id),
        "reason": "Yritetään toiseen aikaan.",
    }


def verifying(story: Story) -> None:
    story.is_referred()
    story.until("verify_consent")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"asked_in_private": "no"}, "asked_in_private"),
        ({"present": ["interpreter", "unsafe"]}, "present"),
        ({"free_will": "unsure", "free_will_reason": "Puoliso vastasi puhelimeen."}, "free_will"),
        ({"channel_safe": "no"}, "channel_safe"),
        ({"consent_explained": ["who_is_helped"]}, "consent_explained"),
        ({"minor_maturity": "no"}, "consent_by"),
    ],
)
def test_consent_that_lacks_something_is_refused_beside_the_field(
    story: Story, changes: dict[str, Any], field: str
) -> None:
    verifying(story)
    with pytest.raises(Invalid) as refused:
        story.does("kasittelija", "verify_consent", **changes)
    assert refused.value.field == field
    assert "verify_consent" in story.forms
    assert "consent_recorded" not in story.milestones
    assert [each.state for each in story.file.consents if each.recorded_by is not None] == []


def test_a_supporter_whom_the_person_chose_may_stay(story: Story) -> None:
    verifying(story)
    chosen = ["interpreter", "supporter", "lawyer", "representative"]
    story.does("kasittelija", "verify_consent", present=chosen)
    assert "consent_recorded" in story.milestones


def test_a_talk_is_recorded_with_its_language_and_with_the_reason_of_a_doubt(story: Story) -> None:
    verifying(story)
    for changes, question in (
        ({"consent_language": None}, "consent_language"),
        ({"consent": "another_talk", "free_will": "unsure", "free_will_reason": None}, "free_will_reason"),
    ):
        with pytest.raises(AnswersRejected) as refused:
            story.does("kasittelija", "verify_consent", **changes)
        assert question in refused.value.problems


def test_protection_help_and_transfer_wait_for_no_consent(story: Story) -> None:
    """Consent comes before assessment; it is no condition of emergency help, of child protection or of a transfer."""
    story.is_referred(in_danger="yes")
    story.does("paivystaja", "urgent_measures")
    story.world.engine.perform(BeginNotice(story.reference), story.world.actor("paivystaja"))
    story.passes(minutes=1)
    story.does("paivystaja", "write_notice")
    story.does("paivystaja", "send_notice")
    assert "authority_notified" in story.milestones
    elsewhere = {"competence": "transfer", "transfer_to": "migri", "transfer_reason": "Kuuluu sinne."}
    story.does("kirjaaja", "register", in_danger="yes", **elsewhere)
    story.does("kasittelija", "send_notice")
    assert story.case.outcome is Outcome.TRANSFERRED
    assert not {"consent_recorded", "assessed"} & set(story.milestones)


def test_a_refusal_under_pressure_lapses_nothing(story: Story) -> None:
    verifying(story)
    with pytest.raises(Invalid):
        story.does("kasittelija", "verify_consent", **REFUSED, present=["unsafe"])
    assert story.case.content_sealed_at is None


def test_an_uncertain_talk_means_another_talk(story: Story) -> None:
    verifying(story)
    story.does(
        "kasittelija",
        "verify_consent",
        **{**REFUSED, "consent": "another_talk", "applies_self": None},
        free_will="unsure",
        free_will_reason="Joku kuiskasi vieressä.",
    )
    assert "consent_recorded" not in story.milestones
    assert story.forms == ["verify_consent"], "the manager is asked only where nobody was reached"
    story.does("toinen", "verify_consent")
    assert "consent_recorded" in story.milestones


def test_a_person_who_declines_the_referral_may_apply_themselves(story: Story) -> None:
    verifying(story)
    story.does("kasittelija", "verify_consent", **REFUSED | {"applies_self": "yes"})
    assert story.case.content_sealed_at is None
    assert "applies_self" in story.events
    assert story.ends() is Outcome.ADMITTED_35_1


def test_a_third_partys_urgent_call_is_not_assessed_before_the_person_consents(story: Story) -> None:
    story.calls(caller="other", referrer_name="Raimo Soittaja", referrer_kind="ngo")
    assert [each.purpose for each in story.file.consents] == ["referral"]
    story.does("paivystaja", "urgent_measures")
    story.does("kirjaaja", "register")
    assert "verify_consent" in story.forms
    assert "sufficiency" not in story.forms
    story.does("kasittelija", "verify_consent")
    assert "sufficiency" in story.forms or "triage_override" in story.forms


def test_a_withdrawal_with_somebody_unsafe_present_is_not_accepted(story: Story) -> None:
    story.applies()
    story.until("sufficiency")
    assert story.withdraws()
    with pytest.raises(Invalid) as refused:
        story.does("kasittelija", "withdraw", present=["unsafe"])
    assert refused.value.field == "present"
    with pytest.raises(Invalid) as refused:
        story.does("kasittelija", "withdraw", free_will="unsure", free_will_reason="Puhelu katkesi.")
    assert refused.value.field == "free_will"
    assert story.case.outcome is None
    assert "withdraw" in story.forms


def test_a_withdrawn_referral_goes_on_when_the_person_applies_themselves(story: Story) -> None:
    verifying(story)
    story.does("kasittelija", "verify_consent")
    assert story.hears("application_withdrawn")
    with pytest.raises(AnswersRejected) as refused:
        story.does("kasittelija", "withdraw", applies_self=None)
    assert list(refused.value.problems) == ["applies_self"], "asked before anything lapses"
    story.does("kasittelija", "withdraw", applies_self="yes")
    assert "applies_self" in story.events
    assert "sufficiency" in story.forms
    assert story.ends() is Outcome.ADMITTED_35_1
