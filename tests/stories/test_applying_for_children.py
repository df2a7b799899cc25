"""Somebody applies for their children: each child is a matter of its own, and messages reach the one who applies."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.casework.childs_ground import NotTheParent
from engine.domain.cases import Outcome
from engine.errors import AnswersRejected
from engine.queries.task_page import OpenTaskPage
from tests.stories.test_adverse_outcomes import UNHEARD
from tests.stories.test_children import REGISTERED_CHILD, child_assessment
from tests.stories.test_representatives import adds, removes
from tests.support.answers import request
from tests.support.party_changes import changes
from tests.support.story import Story


def test_the_first_child_is_the_person_and_the_parent_is_reached(story: Story) -> None:
    story.applies_for_children()

    parties = {each.kind: each for each in story.file.parties}
    assert parties["applicant"].name == "Lumi Sepitetty"
    assert parties["applicant"].is_minor
    assert parties["guardian"].name == "Cai Sepitetty"
    assert parties["guardian"].contact["safe_channels"] == ["phone"]
    assert parties["child"].name == "Onni Sepitetty"


@pytest.mark.parametrize("relationship", ["guardian", "representative", "other", None])
def test_the_applicant_for_a_child_gets_the_receipt_once_in_their_language(
    story: Story, relationship: str | None
) -> None:
    story.applies_for_children(**BY_MAIL, relationship=relationship, contact_language="ar")
    story.does("kirjaaja", "register", **REGISTERED)
    story.passes(minutes=1)

    assert story.child().reference != story.reference
    (mail,) = [each for each in story.mails if each.kind == "mail_receipt"]
    assert (mail.recipient["email"], mail.language) == (BY_MAIL["email"], "ar")
    assert "Sepitetty" not in repr(mail.template_values)
    assert "laps" not in repr(mail.template_values)


def test_the_applicant_for_a_child_who_called_no_mailbox_safe_gets_no_mail(story: Story) -> None:
    story.applies_for_children(**{**BY_MAIL, "safe_channels": ["phone"], "phone": "000 000 0000"})
    story.passes(minutes=1)
    assert "mail_receipt" not in [each.kind for each in story.mails]


def test_the_guardian_is_mailed_the_question_its_reminder_and_its_end(story: Story) -> None:
    story.applies_for_children(**BY_MAIL, contact_language="ar")
    story.does("kirjaaja", "register", **REGISTERED)
    story.until("sufficiency")
    story.does(
        "kasittelija", "sufficiency", enough="ask", reason="Työn ehdot puuttuvat.", missing="Työn ehdot"
    )
    due = story.today + timedelta(days=14)
    story.does(
        "kasittelija",
        "new_information_request",
        requests=[request("applicant", due)],
        round_reason="Huoltaja tietää.",
    )
    story.passes(days=8)
    kinds = [
        (each.kind, each.language) for each in story.mails if each.recipient["email"] == BY_MAIL["email"]
    ]
    assert kinds == [("mail_receipt", "ar"), ("mail_request", "ar"), ("mail_reminder", "ar")]


def test_the_guardian_is_mailed_that_a_letter_waits_when_the_matter_goes_elsewhere(story: Story) -> None:
    story.applies_for_children(**BY_MAIL)
    elsewhere = {"competence": "transfer", "transfer_to": "migri", "transfer_reason": "Kuuluu sinne."}
    story.does("kirjaaja", "register", **REGISTERED, **elsewhere)
    story.does("kasittelija", "send_notice")
    story.passes(minutes=1)
    kinds = [each.kind for each in story.mails if each.recipient["email"] == BY_MAIL["email"]]
    assert kinds == ["mail_receipt", "mail_letter"]


def test_a_brother_or_sister_gets_a_case_with_the_same_guardian_and_no_ground_of_the_other(
    story: Story,
) -> None:
    story.applies_for_children()
    story.does("kirjaaja", "register", **REGISTERED)
    story.passes(minutes=1)

    sibling = story.child()
    assert sibling.file.is_of_siblings
    assert not story.file.is_of_siblings

    parties = {each.kind: each for each in sibling.file.parties}
    assert parties["applicant"].name == "Onni Sepitetty"
    assert parties["guardian"].name == "Cai Sepitetty"
    assert len(story.file.children) == 1


def test_a_brother_or_sister_of_a_child_with_an_unsafe_guardian_gets_the_trustee_too(story: Story) -> None:
    """Whom a court has appointed (442/1999 11 §) is served for the child; a trustee of property alone is not."""
    story.applies_for_children()
    adds(story, "trustee", powers=(), authorised_on=story.today)
    trustee = adds(story, "trustee", powers=("receive_decisions",), authorised_on=story.today)
    unsafe = [{"name": "Cai Sepitetty", "part": "guardian", "reason": "Epäily lääkäriltä."}]
    story.does("kirjaaja", "register", **REGISTERED, unsafe_parties=unsafe)
    story.passes(minutes=1)
    sibling = story.child()
    speakers = [each for each in sibling.file.parties if each.kind in ("guardian", "trustee")]
    assert [(each.kind, each.is_unsafe) for each in speakers] == [("guardian", True), ("trustee", False)]
    assert (speakers[1].powers, speakers[1].authorised_on) == (trustee.powers, trustee.authorised_on)
    is_prepared(sibling)
    sibling.does("paattaja", "sign_resolution", parent_met_reasons="Äiti otettiin asiakkaaksi vuonna 2024.")
    assert {each.party_id for each in sibling.file.deliveries} == {speakers[1].id}


def test_the_representative_of_a_child_is_no_guardian_of_another(story: Story) -> None:
    story.applies_for_children()
    guardian = next(each for each in story.file.parties if each.kind == "guardian")
    adds(story)
    removes(story, guardian)
    story.does("kirjaaja", "register", **REGISTERED)
    story.passes(minutes=1)
    kinds = [each.kind for each in story.child().file.parties]
    assert "representative" in kinds
    assert "guardian" not in kinds


def is_prepared(sibling: Story) -> None:
    sibling.does("kirjaaja", "register", **{**REGISTERED_CHILD, "representative_state": "guardian"})
    sibling.until("assessment")
    answers = {name: value for name, value in child_assessment(sibling).items() if value is not None}
    with pytest.raises(NotTheParent):
        sibling.does("kasittelija", "assessment", **{**UNHEARD, **answers})
    answers |= {"parent_reference": None, "parent_unconfirmed": "Äiti otettiin järjestelmään vuonna 2024."}
    sibling.does("kasittelija", "assessment", **{**UNHEARD, **answers})
    sibling.does("kasittelija", "prepare_resolution")


def test_a_siblings_guardian_who_proves_to_be_safe_is_served(story: Story) -> None:
    story.applies_for_children()
    unsafe = [{"name": "Cai Sepitetty", "part": "guardian", "reason": "Epäily lääkäriltä."}]
    story.does("kirjaaja", "register", **REGISTERED, unsafe_parties=unsafe)
    story.passes(minutes=1)
    sibling = story.child()
    guardian = next(each for each in sibling.file.parties if each.kind == "guardian")
    assert guardian.is_unsafe

    changes(sibling, guardian, is_unsafe=False)

    is_prepared(sibling)
    sibling.does("paattaja", "sign_resolution", parent_met_reasons="Äiti otettiin asiakkaaksi vuonna 2024.")
    assert {each.party_id for each in sibling.file.deliveries} == {guardian.id}


def test_a_siblings_case_is_no_parents_and_nobody_waits_for_it(story: Story) -> None:
    """Under 35 § 3 a child is admitted with or after a parent, not with a sister."""
    story.applies_for_children()
    story.does("kirjaaja", "register", **REGISTERED)
    story.until("assessment")
    story.does("kasittelija", "assessment", concerns_child="yes", **INTEREST)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    story.passes(minutes=1)
    sibling = story.child()
    is_prepared(sibling)
    assert "sign_resolution" in sibling.forms, "it waits for no case"
    with pytest.raises(AnswersRejected) as unreasoned:
        sibling.does("paattaja", "sign_resolution")
    assert list(unreasoned.value.problems) == ["parent_met_reasons"]
    reasons = "Äiti otettiin auttamisjärjestelmään uhrina vuonna 2024."
    sibling.does("paattaja", "sign_resolution", parent_met_reasons=reasons)
    assert "parent_admitted" not in sibling.milestones


def test_registration_offers_the_facts_of_the_child_and_not_of_the_parent(story: Story) -> None:
    soon = {"estimate": "ensi viikolla"}
    story.applies_for_children(removal_known="yes", removal_on=soon)

    task = story.task("register")
    page = story.world.engine.answer(OpenTaskPage(task.id), story.world.actor("kirjaaja"))

    assert page.prefilled["given_names"] == "Lumi"
    assert [row["given_names"] for row in page.prefilled["children"]] == ["Onni"]
    assert page.prefilled["removal_on"] == soon, "words stay words until somebody knows the day"


def test_a_child_applied_for_can_be_admitted(story: Story) -> None:
    story.applies_for_children(children=[{"given_names": "Lumi", "born_on": "2016-02-03"}])
    story.does("kirjaaja", "register", **{**REGISTERED, "has_children": "no", "children": None})
    story.until("assessment")
    story.does("kasittelija", "assessment", concerns_child="yes", **INTEREST)

    assert story.ends() is Outcome.ADMITTED_35_1


def test_an_application_for_a_child_needs_no_answer_at_all(story: Story) -> None:
    receipt = story.applies_for_children(**dict.fromkeys(EVERYTHING))

    assert receipt.code
    assert story.file.applicant is not None
    assert story.file.applicant.is_minor


INTEREST = {
    "child_interest": "Lapsen etu puoltaa apua.",
    "child_opinion": "Lapsi haluaa pysyä vanhemman luona.",
    "child_heard": "under_12",
}
REGISTERED = {
    "is_child": "yes",
    "has_children": "yes",
    "children": [{"given_names": "Onni", "family_name": "Sepitetty", "in_finland": "yes"}],
    "representative_state": "guardian",
    "child_welfare_considered": "not_needed",
}
BY_MAIL: dict[str, object] = {
    "safe_channels": ["email"],
    "email": "cai@example.invalid",
    "phone": None,
}
EVERYTHING = (
    "in_danger",
    "accommodation_needed",
    "children",
    "relationship",
    "guardian_given_names",
    "guardian_family_name",
    "contact_language",
    "interpreter_needed",
    "safe_channels",
    "phone",
    "region",
)
