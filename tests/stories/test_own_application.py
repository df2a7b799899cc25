"""Somebody applies for themselves: from the form to a letter that has reached them."""

from __future__ import annotations

from typing import Any

import pytest

from engine.commands.applications import SubmitApplication
from engine.domain.cases import CaseState, Channel, Outcome
from engine.domain.people import PUBLIC
from engine.domain.tasks import FourEyes
from engine.queries.case_file import ReadDocument
from engine.queries.status import StatusByCode
from tests.stories.test_adverse_outcomes import UNHEARD
from tests.support.answers import application
from tests.support.browsing import signed_in
from tests.support.story import Story


@pytest.mark.databases
def test_an_application_ends_in_a_letter_that_has_reached_the_person(story: Story) -> None:
    receipt = story.applies()
    assert len(receipt.code) == 16
    assert story.status() == "received"
    assert story.work_of("kirjaaja") == ["register"]

    story.does("kirjaaja", "register")
    assert story.status() == "examined"
    story.does("kasittelija", "triage_override")
    story.does("kasittelija", "sufficiency")
    story.does("kasittelija", "assessment")
    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "sign_resolution")
    assert story.case.outcome is Outcome.ADMITTED_35_1
    assert story.status() == "decided"
    by_code = story.world.engine.answer(StatusByCode(receipt.code), PUBLIC)
    assert by_code is not None
    assert by_code.decided_on == story.today, "as the receipt promised"

    letter = story.file.resolutions[-1]
    assert letter.document_id is not None
    _, content = story.asks(ReadDocument(letter.document_id))
    assert content.startswith(b"%PDF-")

    assert story.forms == ["contact_client", "record_delivery"]
    story.does("kasittelija", "contact_client")
    story.does("kasittelija", "record_delivery")
    assert story.file.deliveries[-1].state == "served"
    assert story.case.state is CaseState.PENDING

    story.passes(days=40)
    story.does("kasittelija", "finality_inquiry")
    assert story.case.state is CaseState.CLOSED
    assert story.status() == "closed"
    assert story.milestones == [
        "receipt_issued",
        "registered",
        "class_confirmed",
        "deadline_started",
        "sufficiency_judged",
        "assessed",
        "resolution_prepared",
        "resolution_signed",
        "outcome_decided",
        "linked_cases_told",
        "admitted",
        "client_contacted",
        "handed_over",
        "delivery_recorded",
        "appeal_period_started",
        "resolution_served",
        "courts_asked",
        "final",
        "retention_set",
    ]


def test_the_preparer_can_not_sign(story: Story) -> None:
    """Four eyes: one person with both roles prepares, and is refused at the signature."""
    story.applies()
    story.does("kirjaaja", "register")
    for form in ("triage_override", "sufficiency", "assessment", "prepare_resolution"):
        story.does("kaksoisrooli", form)
    with pytest.raises(FourEyes):
        story.does("kaksoisrooli", "sign_resolution")
    assert story.case.outcome is None
    story.does("paattaja", "sign_resolution")
    assert story.case.outcome is Outcome.ADMITTED_35_1


RETURNED: dict[str, Any] = {
    "signature": "return",
    "return_reason": "Perustele avun tarve.",
    **dict.fromkeys(("delegation_confirmed", "not_disqualified", "letter_read")),
}


def test_a_returned_resolution_is_prepared_again(story: Story) -> None:
    story.applies()
    story.does("kirjaaja", "register")
    for form in ("triage_override", "sufficiency", "assessment", "prepare_resolution"):
        story.does("kasittelija", form)
    story.does("paattaja", "sign_resolution", **RETURNED)
    assert story.forms == ["prepare_resolution"]
    preparer, signer = signed_in(story.world, "kasittelija"), signed_in(story.world, "paattaja")
    same = "Lähetätkö sen varmasti muuttamatta?"
    assert same in preparer.get(f"/tasks/{story.task('prepare_resolution').id}").text
    story.does("kasittelija", "prepare_resolution")
    unchanged = "lähetetty uudelleen muuttamatta sanaakaan"
    assert unchanged in signer.get(f"/tasks/{story.task('sign_resolution').id}").text
    story.does("paattaja", "sign_resolution", **RETURNED)
    story.does("kasittelija", "prepare_resolution", reasons="Avun tarve on perusteltu uudelleen.")
    assert unchanged not in signer.get(f"/tasks/{story.task('sign_resolution').id}").text
    story.does("paattaja", "sign_resolution")
    assert [each.state for each in story.file.resolutions] == ["returned", "returned", "signed"]


def test_withdrawal_before_signature_lapses_by_a_signed_resolution(story: Story) -> None:
    story.applies()
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")
    assert story.withdraws()
    assert "withdraw" in story.forms
    story.does("kasittelija", "withdraw")
    assert story.forms == ["prepare_resolution"]
    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "sign_resolution")
    assert story.case.outcome is Outcome.LAPSED
    story.does("kasittelija", "record_delivery")
    story.passes(days=60)
    story.does("kasittelija", "finality_inquiry")
    assert story.case.state is CaseState.CLOSED


def test_a_withdrawal_that_is_not_confirmed_changes_nothing(story: Story) -> None:
    story.applies()
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")
    assert story.withdraws()
    story.does(
        "kasittelija",
        "withdraw",
        withdrawal="not_confirmed",
        lapse_reason=None,
        not_confirmed_reason="Henkilö haluaa jatkaa.",
    )
    assert story.forms == ["sufficiency"]
    assert story.withdraws()


def test_death_lapses_the_case_by_a_signed_resolution(story: Story) -> None:
    story.applies()
    story.does("kirjaaja", "register")
    assert not story.hears("application_withdrawn", "kirjaaja"), "kept until the class is confirmed"
    story.does("kasittelija", "triage_override")
    story.does("kasittelija", "withdraw", lapse_reason="death")
    assert story.ends() is Outcome.LAPSED
    assert story.file.resolutions[-1].state == "signed"


def test_a_lapse_that_is_not_signed_lets_the_case_be_examined_again(story: Story) -> None:
    story.applies()
    story.until("sufficiency")
    story.withdraws()
    story.does("kasittelija", "withdraw")
    story.does("kasittelija", "prepare_resolution")
    story.does(
        "paattaja",
        "sign_resolution",
        signature="reassess",
        return_reason="Henkilö kertoi jatkavansa.",
        delegation_confirmed=None,
        not_disqualified=None,
        letter_read=None,
    )
    assert story.forms == ["triage_override"]
    assert story.ends() is Outcome.ADMITTED_35_1


def test_a_withdrawal_on_the_first_day_is_not_turned_away(story: Story) -> None:
    story.applies()
    assert story.withdraws()
    assert story.withdraws(), "pressed twice it is received, and recorded once"
    assert story.events.count("withdrawal_received") == 1
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")
    assert "withdraw" in story.forms
    assert story.withdraws(), "it is being confirmed, and was received"
    assert story.events.count("withdrawal_received") == 1
    story.does("kasittelija", "withdraw")
    assert story.ends() is Outcome.LAPSED


def test_the_window_for_withdrawal_closes_at_the_signature(story: Story) -> None:
    story.applies()
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    assert story.withdraws(), "a client may wish to leave (746/2011 38 f §)"
    story.passes(minutes=1)
    assert "withdraw" not in story.forms, "nothing is withdrawn any more"
    assert "removal_assessment" in story.forms
    assert (story.case.outcome, story.case.state) == (Outcome.ADMITTED_35_1, CaseState.PENDING)


def test_after_the_signature_of_a_refusal_nothing_is_left_to_withdraw(story: Story) -> None:
    story.applies()
    story.until("assessment")
    story.does("kasittelija", "assessment", **UNHEARD)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    before = story.forms
    assert not story.withdraws()
    story.passes(minutes=1)
    assert story.forms == before
    assert story.case.outcome is Outcome.NOT_ADMITTED


def test_a_form_sent_twice_is_one_case_with_one_code(story: Story) -> None:
    sent = SubmitApplication(Channel.SELF, "k" * 43, data=application(story.today))
    receipts = {story.world.engine.perform(sent, PUBLIC) for _ in range(3)}
    assert len(receipts) == 1
    assert story.work_of("kirjaaja") == ["register"]
