"""A decision reaches the person by a way that is safe for them, and it is known when it did."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.casework.recordings.delivery import LetterIncomplete, PostNotSafe
from engine.clock import day_of
from engine.domain.cases import CaseState, Outcome
from engine.domain.chronology import DatesRejected
from engine.errors import NotWaiting
from engine.queries.case_file import ReadDocument
from engine.queries.delivery_papers import ReadDeliveryPapers
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
    story.does("kasittelija", "post_letter")
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


def test_a_letter_that_nobody_has_posted_is_never_served(story: Story) -> None:
    signed(story, **BY_POST)
    story.does("kasittelija", "contact_client")
    story.passes(days=60)
    assert attempts(story) == [("letter", "open")]
    assert story.file.deliveries[-1].dispatched_at is None
    assert not {"dispatched", "resolution_served", "final"} & set(story.milestones)
    assert story.events.count("assignee_notified") == 1, "reminded once, on the day it was due"
    assert "post_letter" in story.forms


def test_the_seventh_day_counts_from_the_day_it_was_posted(story: Story) -> None:
    signed(story, **BY_POST)
    signed_on = story.today
    story.passes(days=3)
    with pytest.raises(DatesRejected) as refused:
        story.does("kasittelija", "post_letter", posted_on=(signed_on - timedelta(days=1)).isoformat())
    assert refused.value.field == "posted_on"
    posted_on = signed_on + timedelta(days=1)
    story.does("kasittelija", "post_letter", posted_on=posted_on.isoformat())
    assert day_of(story.file.deliveries[-1].dispatched_at) == posted_on
    assert story.file.deliveries[-1].presumed_on == posted_on + timedelta(days=7)


def test_the_task_shows_the_papers_the_envelope_and_the_days_that_follow(story: Story) -> None:
    signed(story, **BY_POST)
    task = story.task("post_letter")
    papers = story.world.engine.answer(ReadDeliveryPapers(task.id), story.world.actor("kasittelija"))
    assert papers is not None
    assert [each.kind for each in papers.papers] == ["delivery_cover", "resolution"]
    assert papers.envelope is not None
    assert papers.envelope.recipient[-2:] == ("Esimerkkitie 2", "00000 Esimerkkilä")
    assert papers.envelope.is_safe
    assert papers.presumed_on == story.today + timedelta(days=7)
    assert papers.appeal_until == story.today + timedelta(days=37)


@pytest.mark.parametrize("first", ["Aino Keksitty", "KEKSITTY Aino Esimerkki"])
def test_an_envelope_bears_the_name_once(story: Story, first: str) -> None:
    signed(story, **{**BY_POST, "postal_address": f"{first}\nEsimerkkitie 2, 00000 Esimerkkilä"})
    task = story.task("post_letter")
    papers = story.world.engine.answer(ReadDeliveryPapers(task.id), story.world.actor("kasittelija"))
    assert papers is not None
    assert papers.envelope is not None
    assert papers.envelope.recipient == ("Aino Esimerkki Keksitty", "Esimerkkitie 2", "00000 Esimerkkilä")


def test_a_letter_without_its_resolution_is_not_posted(story: Story) -> None:
    signed(story, **BY_POST)
    with pytest.raises(LetterIncomplete):
        story.does("kasittelija", "post_letter", enclosed=["cover"])
    assert attempts(story) == [("letter", "open")]


def test_a_letter_that_must_not_leave_goes_another_way(story: Story) -> None:
    signed(story, **BY_POST)
    story.does("kasittelija", "post_letter", **NOT_POSTED)
    assert attempts(story) == [("letter", "replaced")]
    story.does("kasittelija", "choose_delivery_way")
    assert attempts(story)[-1] == ("in_person", "open")


def test_no_post_comes_back_of_what_was_handed_over(story: Story) -> None:
    signed(story)
    story.does("kasittelija", "record_delivery")
    delivery = story.file.deliveries[-1]
    with pytest.raises(NotWaiting):
        story.hears("mail_returned", key=delivery.business_key)
    assert attempts(story) == [("in_person", "served")]
    assert "service_rebutted" not in story.milestones


def test_returned_post_undoes_the_presumption_and_it_is_handed_over(story: Story) -> None:
    signed(story, **BY_POST)
    story.does("kasittelija", "post_letter")
    story.passes(days=4)
    assert story.hears("mail_returned")
    assert attempts(story) == [("letter", "returned")]
    story.does("kasittelija", "choose_delivery_way")
    assert attempts(story) == [("letter", "returned"), ("in_person", "open")]
    story.passes(days=10)
    assert "resolution_served" not in story.milestones
    story.does("kasittelija", "record_delivery")
    assert story.ends() is Outcome.ADMITTED_35_1


def test_a_handover_that_fails_is_tried_another_way(story: Story) -> None:
    signed(story, **BY_POST)
    story.does("kasittelija", "post_letter")
    assert story.hears("mail_returned")
    for channel in ("in_person", "in_person"):
        story.does("kasittelija", "choose_delivery_way", next_channel=channel)
        assert attempts(story)[-1] == ("in_person", "open")
        story.does("kasittelija", "record_delivery", **FAILED)
        assert attempts(story)[-1] == ("in_person", "replaced")
    story.does("kasittelija", "choose_delivery_way", next_channel="letter")
    story.does("kasittelija", "post_letter")
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

    story.does("kasittelija", "record_delivery", **FAILED)
    with pytest.raises(PostNotSafe) as refused:
        story.does("kasittelija", "choose_delivery_way", next_channel="letter")

    assert refused.value.field == "next_channel"
    assert len(attempts(story)) == len(before)
    story.does("kasittelija", "choose_delivery_way", next_channel="in_person")
    assert attempts(story)[-1] == ("in_person", "open")


def test_failed_service_never_delays_contact(story: Story) -> None:
    signed(story)
    assert story.forms == ["contact_client", "record_delivery"]
    story.does("kasittelija", "contact_client")
    assert "client_contacted" in story.milestones
    assert "resolution_served" not in story.milestones
    assert story.case.state is CaseState.PENDING


def test_a_certificate_of_the_handover_is_kept(story: Story) -> None:
    signed(story)
    kinds = [each.kind for each in story.file.documents]
    assert "resolution" in kinds
    assert "service_certificate" in kinds, "it is printed before they meet"
    story.does("kasittelija", "record_delivery")
    assert [each.kind for each in story.file.documents] == kinds
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


def test_a_withdrawal_after_a_recall_lapses_and_does_not_serve_the_recalled_decision(story: Story) -> None:
    held(story)
    story.hears("new_fact")
    story.does("paattaja", "recall_resolution")
    story.does("kasittelija", "triage_override")
    assert story.withdraws()
    story.does("kasittelija", "withdraw", withdrawal="confirmed")
    assert story.forms == ["prepare_resolution"]
    assert story.ends() is Outcome.LAPSED
    assert [each.state for each in story.file.resolutions] == ["recalled", "signed"]


def test_the_manager_hears_of_a_signed_decision_that_waits_for_its_recall(story: Story) -> None:
    held(story)
    story.hears("new_fact")
    story.passes(days=2, hours=23)
    assert "manager_notified" not in story.events
    story.passes(hours=2)
    reported = [each.subject for each in story.file.timeline if each.kind == "manager_notified"]
    assert reported == ["recall"]
    assert story.forms == ["recall_resolution"]


def test_a_new_fact_that_changes_nothing_lets_it_go_out(story: Story) -> None:
    held(story)
    story.hears("new_fact")
    story.does("paattaja", "recall_resolution", recall="dispatch")
    assert attempts(story) == [("in_person", "open")]


def test_a_held_resolution_goes_out_by_itself_when_the_time_is_up(story: Story) -> None:
    held(story)
    story.passes(days=2)
    assert story.file.deliveries == ()
    story.passes(days=2)
    assert attempts(story) == [("in_person", "open")]


def test_a_new_fact_after_dispatch_recalls_nothing(story: Story) -> None:
    signed(story)
    assert not story.hears("new_fact"), "kept in the case's inbox"
    assert [each.state for each in story.file.resolutions] == ["signed"]
    assert "recall_resolution" not in story.forms


def test_an_agent_with_power_receives_and_the_period_runs_from_that(story: Story) -> None:
    story.applies()
    story.until("sign_resolution")
    case_id = story.case.id
    with story.world.engine.database.unit_of_work() as unit:
        parties = story.world.engine.stores(unit).parties
        agent = parties.add(
            case_id, "agent", {"given_names": "Aada"}, {}, story.world.clock.moment, is_recipient=True
        )
    story.does("paattaja", "sign_resolution")
    delivery = story.file.deliveries[-1]
    assert (delivery.channel, delivery.state, delivery.party_id) == ("agent", "open", agent)
    assert "service_certificate" in [each.kind for each in story.file.documents]
    story.does("kasittelija", "record_delivery", delivery_channel="agent", handed_to="Aada")
    period = next(each for each in story.file.deadlines if each.name == "appeal_period")
    assert period.due_on is not None
    assert period.due_on >= story.today + timedelta(days=30)
    assert story.ends() is Outcome.ADMITTED_35_1


def test_where_no_way_is_safe_it_is_kept_until_the_next_contact(story: Story) -> None:
    signed(story)
    story.does("kasittelija", "record_delivery", **FAILED)
    story.does("kasittelija", "choose_delivery_way", next_channel="none")
    assert "no_safe_service" in story.work_of("paattaja")
    story.does("paattaja", "no_safe_service")
    assert "no_safe_service_recorded" in story.milestones
    assert attempts(story)[-1] == ("none", "kept")
    story.does("kasittelija", "contact_client")
    story.passes(days=60)
    assert not {"resolution_served", "appeal_period_started", "final"} & set(story.milestones)
    assert story.hears("person_reached")
    story.does("kasittelija", "choose_delivery_way")
    story.does("kasittelija", "record_delivery")
    assert attempts(story)[-1] == ("in_person", "served")
    assert story.ends() is Outcome.ADMITTED_35_1


def test_what_is_kept_is_looked_at_again_by_itself(story: Story) -> None:
    signed(story)
    story.does("kasittelija", "record_delivery", **FAILED)
    story.does("kasittelija", "choose_delivery_way", next_channel="none")
    story.does("paattaja", "no_safe_service", no_safe_why="refuses")
    story.passes(days=89)
    assert "choose_delivery_way" not in story.forms
    story.passes(days=2)
    assert "choose_delivery_way" in story.forms


def test_a_decision_on_somebody_who_has_died_waits_for_no_period(story: Story) -> None:
    signed(story)
    story.does("kasittelija", "contact_client")
    story.does("kasittelija", "record_delivery", **FAILED)
    story.does("kasittelija", "choose_delivery_way", next_channel="none")
    story.does("paattaja", "no_safe_service", no_safe_why="dead")
    assert "choose_delivery_way" not in story.forms, "nobody looks for another way"
    story.passes(days=8)
    assert attempts(story)[-1] == ("none", "kept")
    assert "no_service_possible" in story.milestones
    assert not {"resolution_served", "final"} & set(story.milestones)
    assert story.case.state is CaseState.CLOSED
    story.passes(days=91)
    assert "choose_delivery_way" not in story.forms, "nor later"


def test_a_way_that_the_decision_maker_finds_is_tried(story: Story) -> None:
    signed(story)
    story.does("kasittelija", "record_delivery", **FAILED)
    story.does("kasittelija", "choose_delivery_way", next_channel="none")
    story.does("paattaja", "no_safe_service", no_safe_choice="exists", no_safe_why=None)
    assert "choose_delivery_way" in story.forms
    assert "no_safe_service_recorded" not in story.milestones


FAILED = {
    "delivery_result": "failed",
    "failure": "Henkilö ei tullut sovittuun aikaan.",
    **dict.fromkeys(("served_on", "proof", "handed_by", "handed_to", "handed_where")),
}
NOT_POSTED = {
    "posted": "not_posted",
    "not_posted_reason": "Osoitteessa asuu joku muu.",
    **dict.fromkeys(("enclosed", "posted_on", "envelope_neutral")),
}
RECEIPT = {
    "delivery_channel": "acknowledgement",
    "proof": "receipt",
    **dict.fromkeys(("handed_by", "handed_where")),
}


def held(story: Story) -> None:
    story.applies()
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution", hold_until=(story.today + timedelta(days=3)).isoformat())
