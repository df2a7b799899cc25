"""A decision reaches the person by a way that is safe for them, and it is known when it did."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.casework.recordings.delivery import PostNotSafe
from engine.domain.cases import CaseState, Outcome
from engine.queries.case_file import ReadDocument
from tests.support.story import Story

BY_POST = {"safe_channels": ["post"], "email": None, "postal_address": "Esimerkkitie 2, 00000 Esimerkkilä"}


def signed(story: Story, **application: Any) -> None:
    story.applies(**application)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")


def attempts(story: Story) -> list[tuple[str, str]]:
    return [(each.channel, each.state) for each in story.file.deliveries]


@pytest.mark.databases
def test_a_letter_is_presumed_to_arrive_on_the_seventh_day(story: Story) -> None:
    signed(story, **BY_POST)
    sent_on = story.today
    assert story.forms == ["contact_client"], "nobody has to record what the post does"
    story.passes(days=5)
    assert attempts(story) == [("letter", "dispatched")]
    story.passes(days=3)
    delivery = story.file.deliveries[-1]
    assert (delivery.state, delivery.is_presumed) == ("served", True)
    assert delivery.served_on == sent_on + timedelta(days=7)
    assert story.file.deadlines[-1].name == "appeal_period"
    assert story.ends() is Outcome.ADMITTED_35_1


def test_returned_post_undoes_the_presumption_and_it_is_handed_over(story: Story) -> None:
    signed(story, **BY_POST)
    story.passes(days=4)
    assert story.hears("mail_returned")
    assert attempts(story) == [("letter", "returned"), ("in_person", "dispatched")]
    story.passes(days=10)
    assert "resolution_served" not in story.milestones
    story.does("kasittelija", "record_delivery")
    assert story.ends() is Outcome.ADMITTED_35_1


def test_an_electronic_notice_that_is_opened_is_proof(story: Story) -> None:
    signed(story, electronic_delivery="yes")
    story.passes(minutes=1)
    assert story.mails[-1].kind == "mail_delivery"
    assert "open_resolution" in story.forms
    story.passes(days=2)
    opened_on = story.today
    story.does("kasittelija", "open_resolution")
    delivery = story.file.deliveries[-1]
    assert (delivery.channel, delivery.state, delivery.served_on) == ("electronic", "served", opened_on)
    assert not delivery.is_presumed
    assert story.ends() is Outcome.ADMITTED_35_1


def test_a_notice_not_opened_in_a_week_goes_by_post(story: Story) -> None:
    signed(
        story, **{**BY_POST, "safe_channels": ["post", "email"], "email": "a@example.invalid"} | ELECTRONIC
    )
    story.passes(days=6)
    assert "open_resolution" in story.forms
    story.passes(days=2)
    assert "open_resolution" not in story.forms
    assert attempts(story) == [("electronic", "replaced"), ("letter", "dispatched")]
    story.passes(days=7)
    assert attempts(story)[-1] == ("letter", "served")


def test_without_a_safe_address_an_unopened_notice_is_handed_over(story: Story) -> None:
    signed(story, **ELECTRONIC)
    story.passes(days=8)
    assert attempts(story) == [("electronic", "replaced"), ("in_person", "dispatched")]
    story.does("kasittelija", "record_delivery")
    assert attempts(story)[-1] == ("in_person", "served")


def test_a_handover_that_fails_is_tried_another_way(story: Story) -> None:
    signed(story, **BY_POST)
    assert story.hears("mail_returned")
    story.does("kasittelija", "record_delivery", **failed("in_person"))
    assert attempts(story)[-1] == ("in_person", "dispatched")
    story.does("kasittelija", "record_delivery", **failed("letter"))
    assert attempts(story)[-1] == ("letter", "dispatched")
    story.passes(days=8)
    assert attempts(story)[-1] == ("letter", "served")
    assert story.ends() is Outcome.ADMITTED_35_1


@pytest.mark.parametrize(
    "contact",
    [
        {"safe_channels": ["phone"], "phone": "+358 00 0000000", "email": None},
        {"safe_channels": ["phone"], "phone": "+358 00 0000000", "email": None, "electronic_delivery": "yes"},
    ],
)
def test_no_letter_goes_to_who_has_not_called_post_safe(story: Story, contact: dict[str, Any]) -> None:
    signed(story, **contact)
    story.passes(days=8)
    before = attempts(story)

    with pytest.raises(PostNotSafe) as refused:
        story.does("kasittelija", "record_delivery", **failed("letter"))

    assert refused.value.field == "next_channel"
    assert attempts(story) == before
    story.does("kasittelija", "record_delivery", **failed("in_person"))
    assert attempts(story)[-1] == ("in_person", "dispatched")


def test_failed_service_never_delays_contact(story: Story) -> None:
    signed(story)
    assert story.forms == ["contact_client", "record_delivery"]
    story.does("kasittelija", "contact_client")
    assert "client_contacted" in story.milestones
    assert "resolution_served" not in story.milestones
    assert story.case.state is CaseState.PENDING


def test_a_certificate_of_the_handover_is_kept(story: Story) -> None:
    signed(story)
    story.does("kasittelija", "record_delivery")
    kinds = [each.kind for each in story.file.documents]
    assert "resolution" in kinds
    assert len(kinds) > 1
    for document in story.file.documents:
        reader = story.world.actor("kasittelija")
        _, content = story.world.engine.answer(ReadDocument(document.id), reader)
        assert content.startswith(b"%PDF-")


def test_a_new_fact_before_dispatch_recalls_the_signed_resolution(story: Story) -> None:
    held(story)
    assert story.file.deliveries == ()
    assert story.hears("new_fact")
    story.does("paattaja", "recall_resolution")
    assert [each.state for each in story.file.resolutions] == ["recalled"]
    assert story.case.outcome is None
    assert story.forms == ["triage_override"], "examined again"
    assert story.ends() is Outcome.ADMITTED_35_1
    assert [each.state for each in story.file.resolutions] == ["recalled", "signed"]


def test_a_person_who_consented_is_not_asked_again_after_a_recall(story: Story) -> None:
    story.is_referred()
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution", hold_until=(story.today + timedelta(days=3)).isoformat())
    story.hears("new_fact")
    story.does("paattaja", "recall_resolution")
    story.does("kasittelija", "triage_override")
    assert story.forms == ["sufficiency"]


def test_a_new_fact_that_changes_nothing_lets_it_go_out(story: Story) -> None:
    held(story)
    story.hears("new_fact")
    story.does("paattaja", "recall_resolution", recall="dispatch")
    assert attempts(story) == [("in_person", "dispatched")]


def test_a_held_resolution_goes_out_by_itself_when_the_time_is_up(story: Story) -> None:
    held(story)
    story.passes(days=2)
    assert story.file.deliveries == ()
    story.passes(days=2)
    assert attempts(story) == [("in_person", "dispatched")]


def test_a_new_fact_after_dispatch_recalls_nothing(story: Story) -> None:
    signed(story)
    assert not story.hears("new_fact"), "kept in the case's inbox"
    assert [each.state for each in story.file.resolutions] == ["signed"]
    assert "recall_resolution" not in story.forms


ELECTRONIC = {"electronic_delivery": "yes"}


def failed(next_channel: str) -> dict[str, Any]:
    return {
        "delivery_result": "failed",
        "failure": "Henkilö ei tullut sovittuun aikaan.",
        "next_channel": next_channel,
        **dict.fromkeys(("served_on", "proof", "handed_by", "handed_to", "handed_where")),
    }


def held(story: Story) -> None:
    story.applies()
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution", hold_until=(story.today + timedelta(days=3)).isoformat())
