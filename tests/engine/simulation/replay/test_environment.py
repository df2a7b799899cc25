"""Operations give back in a replay what they gave then, moved with its clock; days that the law counts are counted anew."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from engine.bpmn import OperationCall
from engine.casework.replay_facts import Facts
from engine.domain.calendar import end_of
from engine.domain.steps import Called, StepRecord, Trigger
from engine.simulation.replay.environment import ReplayEnvironment

BEGINS = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
"""A Monday."""
THEN = BEGINS + timedelta(days=1)
NAME, PATH = "compute_appeal_period", "appeal_period/compute"


def environment(now: datetime, *called: Called) -> ReplayEnvironment:
    steps = (StepRecord(BEGINS, Trigger("start", "asked")), StepRecord(THEN, Trigger("timer", ""), called))
    facts = Facts("1", BEGINS, THEN, False, None, steps, (), ())
    outputs = {NAME: ("appeal_until", "appeal_until_at")}
    return ReplayEnvironment(models=None, facts=facts, outputs=outputs, now=now)  # type: ignore[arg-type]  # no table is asked


def given(until: int) -> Called:
    """A number of days from the beginning."""
    return Called(NAME, PATH, {"appeal_until": {"$": "day", "v": until}})


def ends(here: ReplayEnvironment, served_on: date | None) -> Any:
    call = OperationCall("compute", "appeal_period", PATH, None, {"served_on": served_on})
    result = here.operate(NAME, call)
    if "appeal_until_at" in result:
        assert result["appeal_until_at"] == end_of(result["appeal_until"])
    return result["appeal_until"]


@pytest.mark.parametrize(
    ("served", "until"),
    [
        (date(2026, 11, 3), date(2026, 12, 3)),
        (date(2026, 11, 4), date(2026, 12, 4)),
        # Thirty days end on a Saturday, on a Sunday, and on Independence Day's Sunday: the Monday.
        (date(2026, 11, 5), date(2026, 12, 7)),
        (date(2026, 11, 6), date(2026, 12, 7)),
        (date(2026, 11, 7), date(2026, 12, 7)),
    ],
)
def test_an_appeal_period_that_moved_ends_on_a_weekday(served: date, until: date) -> None:
    now = datetime(served.year, served.month, served.day, 9, tzinfo=UTC)
    known = environment(now, given(31)) if now.date() != THEN.date() else environment(now)
    assert ends(known, served) == until


def test_a_deadline_that_did_not_move_keeps_its_old_day() -> None:
    assert ends(environment(THEN, given(15)), date(2026, 11, 3)) == date(2026, 11, 17)


def test_one_that_nobody_counted_then_is_counted_from_the_service() -> None:
    assert ends(environment(THEN), date(2026, 11, 3)) == date(2026, 12, 3)
    assert ends(environment(THEN), None) == date(2026, 12, 3)


def test_a_target_that_moved_stands_still_until_the_person_has_answered_and_not_for_others() -> None:
    start = Called("start_deadlines", PATH, {"target_on": {"$": "day", "v": 10}})
    here = environment(BEGINS, start)

    def operates(name: str, days: int, **variables: Any) -> Any:
        here.now = BEGINS + timedelta(days=days)
        return here.operate(name, OperationCall(name, "gather_information", name, None, variables))

    own = {"id": "REQ-1", "kind": "information", "recipient": "applicant"}
    other = {"id": "REQ-2", "kind": "information", "recipient": "outside_authority"}
    operates("start_deadlines", 0, target_days=30)
    operates("pause_target", 2, pausing=True, requests=[own, other])
    here.now = BEGINS + timedelta(days=5)
    here.await_no_more("REQ-1")
    here.await_no_more("REQ-1")
    operates("send_request", 8, request=other)
    operates("send_request", 9, request=own)
    operates("close_request", 13, request=own)
    assert operates("resume_target", 20)["target_on"] == date(2026, 12, 2) + timedelta(days=3 + 4)
