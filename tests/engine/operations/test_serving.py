"""Service and its date: each recipient separately, nobody unsafe, presumption that can be rebutted."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from engine.domain.calendar import end_of
from engine.storage.resolutions import Delivery
from tests.support.pdf import shown

RECIPIENT = {"id": "DEL-1", "post_is_safe": True, "address_known": True}


def deliveries(operate: Any) -> tuple[Delivery, ...]:
    found: tuple[Delivery, ...] = operate.read(lambda work, case: work.stores.deliveries.of_case(case.id))
    return found


def add_party(operate: Any, kind: str, **flags: Any) -> None:
    operate.read(
        lambda work, case: work.stores.parties.add(
            case.id, kind, {"given_names": "Joku"}, {}, work.now, **flags
        )
    )


def become_minor(operate: Any, born_on: str | None) -> None:
    def act(work: Any, case: Any) -> None:
        person = work.stores.parties.applicant_of(case.id)
        work.stores.parties.rewrite(person, {**person.identity, "born_on": born_on}, person.contact)
        work.stores.parties.change(person, is_minor=True)

    operate.read(act)


def kinds(operate: Any) -> list[str]:
    return [each["kind"] for each in operate("list_recipients", document="resolution")["recipients"]]


def test_an_adult_is_served_alone(operate: Any) -> None:
    assert kinds(operate) == ["person"]


@pytest.mark.parametrize(
    ("born_on", "served"),
    [("2010-01-01", ["minor", "guardian"]), ("2015-01-01", ["guardian"]), (None, ["minor", "guardian"])],
)
def test_from_fifteen_a_minor_and_the_guardian_are_served_separately(
    operate: Any, born_on: str | None, served: list[str]
) -> None:
    become_minor(operate, born_on)
    add_party(operate, "guardian", is_recipient=True)
    assert kinds(operate) == served


@pytest.mark.parametrize("speaker", ["guardian", "representative"])
def test_who_has_come_of_age_is_served_alone(operate: Any, speaker: str) -> None:
    """The register still calls them a minor: the birth date decides on the day of service."""
    become_minor(operate, "2008-11-03")
    add_party(operate, speaker, is_recipient=True)
    operate.story.passes(days=1)
    assert kinds(operate) == ["person"]


def test_a_guardian_of_somebody_who_was_no_child_after_all_is_not_served(operate: Any) -> None:
    add_party(operate, "guardian", is_recipient=True)
    assert kinds(operate) == ["person"]


def test_an_unsafe_guardian_is_never_served_and_a_small_child_needs_a_deputy(operate: Any) -> None:
    become_minor(operate, "2015-01-01")
    add_party(operate, "guardian", is_recipient=True, is_unsafe=True)
    (recipient,) = operate("list_recipients", document="resolution")["recipients"]
    assert (recipient["kind"], recipient["needs_deputy"]) == ("minor", True)


@pytest.mark.parametrize(
    ("flags", "has_agent"),
    [
        ({"is_recipient": True}, True),
        ({"is_recipient": True, "is_unsafe": True}, False),
        ({"is_recipient": False}, False),
    ],
)
def test_an_agent_with_power_receives_for_the_person(
    operate: Any, flags: dict[str, bool], has_agent: bool
) -> None:
    add_party(operate, "agent", **flags)
    (recipient,) = operate("list_recipients", document="resolution")["recipients"]
    assert (recipient["kind"], recipient["has_agent"]) == ("person", has_agent)


def test_what_an_agent_receives_is_certified_in_the_agents_name(operate: Any) -> None:
    add_party(operate, "agent", is_recipient=True)
    recipient = own_id(operate)
    operate("prepare_certificate", recipient=recipient, channel_now="agent", document="resolution")
    (delivery,) = deliveries(operate)
    parties = operate.read(lambda work, case: work.stores.parties.of_case(case.id))
    assert next(each.kind for each in parties if each.id == delivery.party_id) == "agent"
    assert (delivery.business_key, delivery.dispatched_at) == (recipient["id"], None)
    assert operate.papers() == ["service_certificate"]


def test_a_letter_is_presumed_received_on_the_seventh_day_after_it_was_posted(operate: Any) -> None:
    posted = {"recipient": RECIPIENT, "channel_now": "letter"}
    operate("prepare_letter", **posted, document="resolution")
    assert operate.papers() == ["delivery_cover"]
    assert deliveries(operate)[0].dispatched_at is None
    result = operate("record_dispatch", **posted, posted_on=date(2026, 11, 3))
    assert result["presumed_on"] == date(2026, 11, 10)
    assert operate("record_presumed_service", recipient=RECIPIENT, presumed_on=date(2026, 11, 10)) == {
        "served_on": date(2026, 11, 10)
    }
    assert deliveries(operate)[0].is_presumed


def test_nothing_is_presumed_of_what_nobody_has_sent(operate: Any) -> None:
    operate("prepare_letter", recipient=RECIPIENT, channel_now="letter", document="resolution")
    with pytest.raises(LookupError):
        operate("record_presumed_service", recipient=RECIPIENT, presumed_on=date(2026, 11, 10))


def test_the_program_sends_no_letter_by_itself(operate: Any) -> None:
    for channel in ("letter", "acknowledgement", "in_person", "agent"):
        with pytest.raises(ValueError, match="electronically"):
            operate("dispatch_resolution", recipient=RECIPIENT, channel_now=channel, document="resolution")


def test_nothing_is_presumed_of_a_letter_whose_receipt_is_waited_for(operate: Any) -> None:
    posted = {"recipient": RECIPIENT, "channel_now": "acknowledgement"}
    operate("prepare_letter", **posted, document="resolution")
    assert operate("record_dispatch", **posted, posted_on=date(2026, 11, 3))["presumed_on"] is None


def test_returned_post_takes_the_presumption_back(operate: Any) -> None:
    posted = {"recipient": RECIPIENT, "channel_now": "letter"}
    operate("prepare_letter", **posted, document="resolution")
    operate("record_dispatch", **posted, posted_on=date(2026, 11, 2))
    operate("record_returned_mail", recipient=RECIPIENT)
    assert (deliveries(operate)[0].state, deliveries(operate)[0].presumed_on) == ("returned", None)


@pytest.mark.parametrize(
    ("contact", "channel"),
    [
        ({"safe_channels": ["post"], "postal_address": "Keksittykatu 1"}, "letter"),
        ({"safe_channels": ["phone"], "postal_address": "Keksittykatu 1"}, "in_person"),
        ({"safe_channels": ["post"]}, "in_person"),
    ],
)
def test_an_unopened_notice_goes_by_post_only_where_post_is_safe_today(
    operate: Any, contact: dict[str, Any], channel: str
) -> None:
    """The register decides, because the list of recipients is as old as the sending."""

    def tell(work: Any, case: Any) -> str:
        person = work.stores.parties.applicant_of(case.id)
        work.stores.parties.rewrite(person, person.identity, contact)
        return str(person.id.hex[-12:])

    recipient = {**RECIPIENT, "id": f"DEL-{operate.read(tell)}"}
    operate("dispatch_resolution", recipient=recipient, channel_now="electronic", document="resolution")
    assert operate("switch_to_letter", recipient=recipient, channel_now="electronic") == {
        "channel_now": channel
    }
    assert deliveries(operate)[0].state == "replaced"


def test_an_electronic_notice_says_nothing_of_the_case(operate: Any) -> None:
    operate("dispatch_resolution", recipient=own_id(operate), channel_now="electronic", document="resolution")
    (mail,) = operate.mails()
    assert mail.kind == "mail_delivery"
    assert operate.story.reference not in str(mail.template_values)


def own_id(operate: Any) -> dict[str, Any]:
    recipients: list[dict[str, Any]] = operate("list_recipients", document="resolution")["recipients"]
    return recipients[0]


def test_the_appeal_period_ends_on_a_weekday_at_the_end_of_the_day(operate: Any) -> None:
    operate.story.world.clock.passes(days=30)
    result = operate("compute_appeal_period", recipient=RECIPIENT, served_on=date(2026, 11, 24))
    assert result["appeal_until"] == date(2026, 12, 28), "the thirtieth day is Christmas Eve"
    (period,) = operate.read(lambda work, case: work.stores.deadlines.of_case(case.id))
    assert end_of(period.due_on).astimezone(UTC) == datetime(2026, 12, 28, 21, 59, 59, tzinfo=UTC)


def test_served_again_the_period_begins_again(operate: Any) -> None:
    operate("compute_appeal_period", recipient=RECIPIENT, served_on=date(2026, 11, 2))
    operate.story.world.clock.passes(days=3)
    operate("compute_appeal_period", recipient=RECIPIENT, served_on=date(2026, 11, 5))
    periods = operate.read(lambda work, case: work.stores.deadlines.of_case(case.id))
    assert [each.is_open for each in periods] == [False, True]


def test_the_cover_of_a_letter_speaks_to_who_reads_it(operate: Any) -> None:
    guardian = {**RECIPIENT, "kind": "guardian"}
    operate("prepare_letter", recipient=guardian, channel_now="letter", document="resolution")
    (cover,) = operate.read(lambda work, case: work.stores.documents.of_case(case.id))
    content = operate.read(lambda work, case: work.stores.documents.read(cover.id)[1])
    assert "huollettavaasi" in shown(content)
