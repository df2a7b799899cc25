"""A deadline is what its entries say, and says it again for any moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.calendar import Counting, Ending, between, is_working_day
from engine.domain.deadlines import (
    ClockEntry,
    Deadline,
    EntryKind,
    NotAnExtension,
    NotRunning,
    OutOfOrder,
    Standing,
    start,
)
from engine.errors import Invalid

NOON = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
"""A Monday."""


def entry(kind: EntryKind, day: int = 0, cause: str = "target", **values: Any) -> ClockEntry:
    return replace(ClockEntry(kind, NOON + timedelta(days=day), cause, "Vireille"), **values)


def deadline(
    days: int | None = 10,
    counting: Counting = Counting.CALENDAR_DAYS,
    ending: Ending = Ending.STAYS,
    **values: Any,
) -> Deadline:
    first = entry(EntryKind.STARTED, days=days, **values)
    return start(
        id=UUID(int=1),
        case_id=UUID(int=2),
        name="decision_target",
        entry=first,
        counting=counting,
        ending=ending,
    )


def at(day: int) -> datetime:
    return NOON + timedelta(days=day)


def test_it_is_on_time_then_due_soon_then_late_with_the_reason_recorded() -> None:
    target = deadline()
    assert target.due_on == date(2026, 11, 12)
    assert (target.status(at(1)).standing, target.status(at(1)).days) == (Standing.ON_TIME, 9)
    assert target.status(at(8)).standing is Standing.DUE_SOON
    assert target.status(at(10)).days == 0
    late = target.breached(entry(EntryKind.BREACHED, 12, "the police have not answered"))
    status = late.status(at(13))
    assert (status.standing, status.late_by, status.reason) == (
        Standing.LATE,
        3,
        "the police have not answered",
    )


def test_working_days_skip_the_weekend() -> None:
    assert deadline(5, Counting.WORKING_DAYS).due_on == date(2026, 11, 9)


def test_late_since_friday_is_late_by_one_on_saturday() -> None:
    status = deadline(4, Counting.WORKING_DAYS).status(at(5))
    assert (status.standing, status.late_by) == (Standing.LATE, 1)


def test_a_pause_keeps_the_days_that_were_left() -> None:
    target = deadline().paused(entry(EntryKind.PAUSED, 4, "request:1"))
    assert (target.due_at, target.status(at(30)).standing, target.status(at(30)).days) == (
        None,
        Standing.PAUSED,
        6,
    )
    resumed = target.resumed(entry(EntryKind.RESUMED, 30, "request:1"))
    assert resumed.due_on == date(2026, 12, 8)


def test_the_age_counts_the_waiting_too() -> None:
    target = deadline().paused(entry(EntryKind.PAUSED, 4, "request:1"))
    assert target.status(at(30)).age == 30


def test_two_waitings_end_one_by_one() -> None:
    target = (
        deadline()
        .paused(entry(EntryKind.PAUSED, 2, "request:1"))
        .paused(entry(EntryKind.PAUSED, 3, "request:2"))
    )
    target = target.resumed(entry(EntryKind.RESUMED, 5, "request:1"))
    assert target.is_paused
    assert target.resumed(entry(EntryKind.RESUMED, 9, "request:2")).due_on == date(2026, 11, 19)


def test_pausing_and_resuming_again_for_the_same_cause_changes_nothing() -> None:
    paused = deadline().paused(entry(EntryKind.PAUSED, 2, "request:1"))
    assert paused.paused(entry(EntryKind.PAUSED, 3, "request:1")) == paused
    assert deadline().resumed(entry(EntryKind.RESUMED, 3, "request:1")) == deadline()


def test_an_extension_gives_days_or_a_later_day() -> None:
    assert deadline().extended(entry(EntryKind.EXTENDED, 3, days=7)).due_on == date(2026, 11, 19)
    assert deadline().extended(entry(EntryKind.EXTENDED, 3, until=date(2026, 12, 1))).due_on == date(
        2026, 12, 1
    )
    paused = deadline().paused(entry(EntryKind.PAUSED, 4, "r")).extended(entry(EntryKind.EXTENDED, 5, days=2))
    assert paused.resumed(entry(EntryKind.RESUMED, 10, "r")).due_on == date(2026, 11, 20)


def test_an_extension_never_shortens() -> None:
    for wrong in ({"days": 0}, {"days": -1}, {"until": date(2026, 11, 12)}, {}):
        with pytest.raises(NotAnExtension):
            deadline().extended(entry(EntryKind.EXTENDED, 3, **wrong))


def test_an_extension_after_the_day_brings_it_back_to_time_but_the_breach_stays_written() -> None:
    late = deadline().breached(entry(EntryKind.BREACHED, 11, "we forgot"))
    extended = late.extended(entry(EntryKind.EXTENDED, 12, days=10))
    assert extended.status(at(12)).standing is Standing.ON_TIME
    assert extended.status(at(12)).reason is None
    assert [each.kind for each in extended.entries].count(EntryKind.BREACHED) == 1
    assert not extended.is_breached
    again = extended.breached(entry(EntryKind.BREACHED, 30, "again"))
    assert again.status(at(30)).reason == "again"


def test_only_a_late_deadline_is_breached_and_only_once() -> None:
    assert deadline().breached(entry(EntryKind.BREACHED, 10)) == deadline()
    late = deadline().breached(entry(EntryKind.BREACHED, 11))
    assert late.breached(entry(EntryKind.BREACHED, 12)) == late


def test_met_in_time_stays_met_and_met_late_stays_late() -> None:
    in_time = deadline().met(entry(EntryKind.MET, 10))
    assert (in_time.status(at(90)).standing, in_time.status(at(90)).age) == (Standing.MET, 10)
    too_late = deadline().met(entry(EntryKind.MET, 14)).status(at(90))
    assert (too_late.standing, too_late.late_by) == (Standing.MET_LATE, 4)


def test_an_ended_deadline_cannot_be_moved() -> None:
    for ended in (
        deadline().met(entry(EntryKind.MET, 3)),
        deadline().cancelled(entry(EntryKind.CANCELLED, 3)),
    ):
        assert not ended.is_open
        assert ended.met(entry(EntryKind.MET, 4)) == ended
        with pytest.raises(NotRunning):
            ended.extended(entry(EntryKind.EXTENDED, 4, days=1))
        with pytest.raises(NotRunning):
            ended.paused(entry(EntryKind.PAUSED, 4))


def test_no_entry_is_dated_before_the_last_one() -> None:
    with pytest.raises(OutOfOrder):
        deadline().extended(entry(EntryKind.EXTENDED, 3, days=1)).paused(entry(EntryKind.PAUSED, 2))


def test_a_deadline_has_days_or_a_day_and_never_both() -> None:
    for wrong in ({"days": None}, {"days": 3, "until": date(2026, 12, 1)}, {"days": -1}):
        with pytest.raises(Invalid):
            deadline(**wrong)
    assert deadline(None, until=date(2026, 12, 1)).due_on == date(2026, 12, 1)


def test_a_past_moment_shows_the_state_of_that_time() -> None:
    target = deadline().extended(entry(EntryKind.EXTENDED, 9, days=30))
    assert target.status(at(9) - timedelta(hours=1)).standing is Standing.DUE_SOON
    assert target.status(at(9)).standing is Standing.ON_TIME


@given(
    allowance=st.integers(1, 200),
    counting=st.sampled_from(Counting),
    ending=st.sampled_from(Ending),
    first=st.integers(0, 300),
    waits=st.integers(0, 300),
)
def test_waiting_costs_exactly_the_waiting(
    allowance: int, counting: Counting, ending: Ending, first: int, waits: int
) -> None:
    target = deadline(allowance, counting, ending)
    paused = target.paused(entry(EntryKind.PAUSED, first, "r"))
    resumed = paused.resumed(entry(EntryKind.RESUMED, first + waits, "r"))
    left = paused.status(at(first + waits)).days
    assert resumed.due_on is not None
    if counting is Counting.WORKING_DAYS:
        assert is_working_day(resumed.due_on)
        if left > 0:
            assert between(at(first + waits).date(), resumed.due_on, counting) == left
    elif ending is Ending.STAYS:
        assert resumed.due_on == date(2026, 11, 2) + timedelta(days=allowance + waits)
    if waits == 0 and left > 0:
        assert resumed.due_on == target.due_on


STEPS = st.lists(
    st.tuples(
        st.sampled_from([kind for kind in EntryKind if kind is not EntryKind.STARTED]),
        st.integers(0, 20),
        st.sampled_from(["a", "b"]),
    ),
    max_size=12,
)
METHODS = {
    EntryKind.PAUSED: Deadline.paused,
    EntryKind.RESUMED: Deadline.resumed,
    EntryKind.EXTENDED: Deadline.extended,
    EntryKind.BREACHED: Deadline.breached,
    EntryKind.MET: Deadline.met,
    EntryKind.CANCELLED: Deadline.cancelled,
}


@given(STEPS, st.sampled_from(Counting))
def test_every_status_agrees_with_its_ledger_after_any_entries(
    steps: list[tuple[EntryKind, int, str]], counting: Counting
) -> None:
    target, day = deadline(7, counting), 0
    for kind, gap, cause in steps:
        day += gap
        before = target
        try:
            target = METHODS[kind](
                target, entry(kind, day, cause, days=3 if kind is EntryKind.EXTENDED else None)
            )
        except NotRunning:
            assert not before.is_open
        assert target.entries[: len(before.entries)] == before.entries
        status = target.status(at(day))
        assert (status.standing is Standing.PAUSED) == (target.is_paused and target.is_open)
        assert (status.due_on is None) == target.is_paused == (target.due_at is None)
        assert status.age == day or not target.is_open
        assert (status.late_by > 0) == (status.standing in {Standing.LATE, Standing.MET_LATE})
