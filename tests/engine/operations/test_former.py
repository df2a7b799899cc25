"""Versions from before letters were posted by a person: their cases go on, and nothing is recorded that nobody did."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.instances import CompiledModels
from engine.models.bundle import Bundle
from engine.operations.delivery import NoPostingTask
from tests.engine.operations.test_requests import ask, stored
from tests.support.answers import request as row

IN_TWO_WEEKS = date(2026, 11, 16)


def without_posting(models: CompiledModels) -> CompiledModels:
    kept = {path: data for path, data in models.bundle.files.items() if "post_paper" not in path}
    return replace(models, bundle=Bundle(kept))


@pytest.fixture
def before(operate: Any) -> Any:
    operate.version = without_posting
    return operate


def events(operate: Any) -> list[str]:
    return [each.kind for each in operate.read(lambda work, case: work.stores.timeline.of_case(case.id))]


def prefer_post(operate: Any) -> None:
    def act(work: Any, case: Any) -> None:
        person = work.stores.parties.applicant_of(case.id)
        contact = {"safe_channels": ["post"], "postal_address": "Keksittykatu 1, 00000 Esimerkkilä"}
        work.stores.parties.rewrite(person, person.identity, {**person.contact, **contact})

    operate.read(act)


def test_nobody_is_served_by_a_letter_that_no_task_waits_for(operate: Any) -> None:
    prefer_post(operate)
    (now,) = operate("list_recipients", document="resolution")["recipients"]
    operate.version = without_posting
    (earlier,) = operate("list_recipients", document="resolution")["recipients"]
    assert (now["post_is_safe"], earlier["post_is_safe"]) == (True, False)
    assert operate("switch_to_letter", recipient=earlier) == {"channel_now": "in_person"}


def test_handing_over_opens_an_attempt_and_sends_nothing(before: Any) -> None:
    (recipient,) = before("list_recipients", document="resolution")["recipients"]
    before("dispatch_resolution", recipient=recipient, channel_now="in_person")
    (delivery,) = before.read(lambda work, case: work.stores.deliveries.of_case(case.id))
    assert delivery.dispatched_at is None
    assert "resolution_dispatched" not in events(before)


def test_a_letter_that_somebody_chooses_is_refused_with_the_way_on(before: Any) -> None:
    (recipient,) = before("list_recipients", document="resolution")["recipients"]
    with pytest.raises(NoPostingTask) as refused:
        before("dispatch_resolution", recipient=recipient, channel_now="letter")
    assert refused.value.field == "next_channel"


def test_a_request_by_letter_is_left_to_the_managers(before: Any) -> None:
    (request,) = ask(before, row("outside_authority", IN_TWO_WEEKS, request_channel="letter"))
    before("send_request", request=request, round=1)
    assert stored(before, "REQ-1").state == "sent"
    assert events(before).count("left_to_people") == 1
    before("close_request", request=request, choice="proceed", reply_state=None)
    assert events(before).count("left_to_people") == 2
    assert "mail_task" in [mail.kind for mail in before.mails()]
