"""The trigger of each step: kept in order, sealed with the engine's state, and gone with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.domain.steps import StepRecord
from engine.storage.sealing import SealingClass
from engine.storage.tables.processes import STEP_RECORDS
from engine.storage.unit_of_work import UnitOfWork
from tests.support import answers as plain
from tests.support.story import Story

NARRATIVE = "Minua uhkailtiin ja passini vietiin."


def records(story: Story) -> tuple[StepRecord, ...]:
    with story.world.engine.database.view() as connection:
        stores = story.world.engine.stores(UnitOfWork(connection))
        case_id = stores.cases.by_reference(story.reference).id
        return stores.step_records.of_cases([case_id]).get(case_id, ())


def every_word(value: Any) -> str:
    return repr(value)


@pytest.mark.databases
def test_each_step_says_what_moved_it_where_and_what_was_called(story: Story) -> None:
    story.applies(what_happened=NARRATIVE)
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")
    asked = [plain.request("applicant", story.today + timedelta(days=14))]
    story.does("kasittelija", "new_information_request", requests=asked, round_reason="Tarvitaan.")
    story.passes(days=20)
    story.withdraws()

    kept = records(story)

    assert (kept[0].trigger.kind, kept[0].trigger.name) == ("start", "application_received")
    forms = [each.trigger.name for each in kept if each.trigger.kind == "task"]
    assert forms == ["register", "triage_override", "sufficiency", "new_information_request"]
    assert [each.at for each in kept] == sorted(each.at for each in kept)
    called = [each.operation for record in kept for each in record.called]
    assert called[0] == "issue_receipt"
    assert {"start_deadlines", "open_requests", "send_request", "send_reminder"} <= set(called)
    reminded = next(each for each in kept if each.trigger.name == "reminder")
    assert reminded.trigger.due_at is not None
    assert reminded.trigger.due_at <= reminded.at
    assert (reminded.trigger.path, reminded.trigger.due_at) in {pair for each in kept for pair in each.timers}
    assert (kept[-1].trigger.kind, kept[-1].trigger.name) == ("message", "application_withdrawn")


def test_nothing_that_people_wrote_is_in_it(story: Story) -> None:
    story.applies(what_happened=NARRATIVE, given_names="Salanimi")
    story.ends()
    words = every_word(records(story))
    assert NARRATIVE not in words
    assert "Salanimi" not in words
    with story.world.engine.database.view() as connection:
        rows = connection.execute(select(STEP_RECORDS)).mappings().all()
    assert len(rows) > 5
    assert not any(b"application_received" in row["content"] for row in rows)


def test_it_is_destroyed_with_the_state_of_the_engine(story: Story) -> None:
    story.applies()
    assert len(records(story)) == 1
    with story.world.engine.database.unit_of_work() as unit:
        stores = story.world.engine.stores(unit)
        case = stores.cases.by_reference(story.reference)
        stores.vault.destroy([(case.id, SealingClass.ENGINE)])
    assert records(story) == ()


def test_a_message_that_nothing_waits_for_yet_is_kept_when_it_came(story: Story) -> None:
    story.applies()
    assert story.withdraws()
    last = records(story)[-1]
    assert (last.trigger.kind, last.trigger.name, last.trigger.path) == (
        "message",
        "application_withdrawn",
        "",
    )
