"""The internal target: started, replaced with the class, paused only where the table says so."""

from __future__ import annotations

from datetime import date
from typing import Any

from engine.domain.deadlines import Deadline, EntryKind


def targets(operate: Any) -> tuple[Deadline, ...]:
    found: tuple[Deadline, ...] = operate.read(lambda work, case: work.stores.deadlines.of_case(case.id))
    return found


NORMAL = {"case_class": "normal", "target_days": 30, "target_day_kind": "calendar"}
URGENT = {"case_class": "urgent", "target_days": 2, "target_day_kind": "working"}


def test_a_target_is_counted_from_the_day_the_matter_came(operate: Any) -> None:
    assert operate("start_deadlines", **NORMAL)["target_on"] == date(2026, 12, 2)
    assert operate.read(lambda _, case: case.case_class) == "normal"


def test_started_twice_it_is_one_target(operate: Any) -> None:
    assert operate("start_deadlines", **NORMAL) == operate("start_deadlines", **NORMAL)
    assert len(targets(operate)) == 1


def test_a_changed_class_begins_a_new_target_and_the_old_one_stays_written(operate: Any) -> None:
    operate("start_deadlines", **NORMAL)
    assert operate("start_deadlines", **URGENT)["target_on"] == date(2026, 11, 4)
    old, new = targets(operate)
    assert old.entries[-1].kind is EntryKind.CANCELLED
    assert new.is_open


def test_waiting_for_the_applicant_gives_the_days_back(operate: Any) -> None:
    operate("start_deadlines", **NORMAL)
    operate("pause_target", pausing=True)
    operate.story.world.clock.passes(days=10)
    assert operate("resume_target", paused_at=None)["target_on"] == date(2026, 12, 12)


def test_nothing_pauses_unless_the_table_says_so(operate: Any) -> None:
    operate("start_deadlines", **NORMAL)
    for pausing in (False, None, "yes"):
        assert operate("pause_target", pausing=pausing)["paused_at"] is None
    assert not targets(operate)[0].is_paused
    assert operate("resume_target", paused_at=None)["target_on"] == date(2026, 12, 2)


def test_a_case_without_a_target_is_left_alone(operate: Any) -> None:
    assert operate("pause_target", pausing=True)["paused_at"] is None
    assert operate("resume_target", target_on=date(2027, 1, 1))["target_on"] == date(2027, 1, 1)
