"""Notices: to colleagues that there is work, to a referrer only with consent, of sealed content to nobody."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.domain.retention import period_later
from tests.support.story import Story


def test_the_caseworkers_are_notified_of_work_and_nothing_else(operate: Any) -> None:
    operate("notify_assignee", topic="consent")
    mails = operate.mails()
    assert {mail.recipient["email"] for mail in mails} >= {"kasittelija@example.invalid"}
    assert all(operate.story.reference not in str(mail.template_values) for mail in mails)


def test_the_managers_are_notified(operate: Any) -> None:
    operate("notify_manager", topic="urgent_measures")
    assert [mail.recipient["email"] for mail in operate.mails()] == ["esihenkilo@example.invalid"]


def consents(operate: Any, state: str) -> None:
    operate.read(
        lambda work, case: work.stores.consents.record(
            case.id,
            purpose="tell_referrer_outcome",
            recipient="referrer",
            state=state,
            text_version="1",
            recorded_by_role="caseworker",
            moment=work.now,
        )
    )


@pytest.fixture
def referred(story: Story, operate: Any) -> Any:
    """A referral instead of the person's own application."""
    story.is_referred()
    operate.mails()
    return operate


def test_a_referrer_learns_nothing_without_consent(referred: Any) -> None:
    assert referred("notify_referrer", outcome="admitted_35_1") == {"written": False}
    consents(referred, "given")
    consents(referred, "withdrawn")
    assert referred("notify_referrer", outcome="admitted_35_1") == {"written": False}
    assert referred.mails() == []
    assert referred.papers() == []


def test_a_referrer_who_may_be_the_exploiter_learns_nothing(referred: Any) -> None:
    consents(referred, "given")

    def mark_unsafe(work: Any, case: Any) -> None:
        for party in work.stores.parties.of_case(case.id):
            work.stores.parties.change(party, is_unsafe=True)

    referred.read(mark_unsafe)
    assert referred("notify_referrer", outcome="admitted_35_1") == {"written": False}
    referred("record_transfer", transfer_to="migri")
    assert referred.mails() == []
    assert "transferred_sender" not in referred.papers()
    assert "referrer_notice" not in referred.papers()


def test_with_consent_a_referrer_gets_a_letter_and_a_message_without_the_answer(referred: Any) -> None:
    consents(referred, "given")
    assert referred("notify_referrer", outcome="admitted_35_1") == {"written": True}
    assert referred.papers() == ["referrer_notice"]
    (mail,) = referred.mails()
    assert mail.kind == "mail_letter"
    assert "asiakkaaksi" not in str(mail.template_values)
    assert "kirje" in str(mail.template_values), "no earlier message is out of date"


def test_the_person_and_the_sender_get_a_letter_each_of_a_transfer(referred: Any) -> None:
    referred("record_transfer", transfer_to="migri")
    assert referred.papers() == ["transferred", "transferred_sender"]
    assert referred.read(lambda _, case: case.outcome) == "transferred"


def test_a_transfer_of_an_own_application_has_no_sender_to_notify(operate: Any) -> None:
    operate("record_transfer", transfer_to="county")
    assert operate.papers() == ["transferred"]


def test_people_are_written_to_in_their_own_language_or_in_english(story: Story) -> None:
    for language, written in (("sv", "sv"), ("ar", "ar"), ("bn", "en"), ("fi", "fi")):
        story.applies(contact_language=language)
        story.passes(minutes=1)
        assert story.mails[-1].language == written


def test_sealed_content_is_shut_at_once(operate: Any) -> None:
    operate("seal_content", lapse_reason="no_consent")
    assert operate.read(lambda work, case: case.content_sealed_at == work.now)


@pytest.mark.parametrize(
    ("period", "until"),
    [
        ("P5Y", date(2029, 2, 28)),
        ("P6M", date(2024, 8, 29)),
        ("P30D", date(2024, 3, 30)),
        ("P1Y6M1D", date(2025, 8, 30)),
    ],
)
def test_periods_end_on_the_same_day_or_the_months_last(period: str, until: date) -> None:
    assert period_later(date(2024, 2, 29), period) == until


def test_each_class_of_data_gets_its_own_day(operate: Any) -> None:
    rows = [
        {"data_class": "narrative", "basis": "615/2020 15 §", "keep": "P5Y", "count_from": "closed"},
        {
            "data_class": "identity",
            "basis": "615/2020 15 §",
            "keep": "P10Y",
            "count_from": "death_or_citizenship_or_end",
        },
        {"data_class": "engine_state", "basis": "tarpeeton", "keep": "P6M", "count_from": "closed"},
    ]
    operate("set_retention", retention=rows)
    operate("set_retention", retention=rows)
    plans = operate.read(lambda work, case: work.stores.retention.of_case(case.id))
    assert {plan.sealing_class: plan.destroy_on for plan in plans} == {
        "narrative": date(2031, 11, 2),
        "identity": date(2036, 11, 2),
        "engine": date(2027, 5, 2),
    }
