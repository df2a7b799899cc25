"""Finnish working days and the ends of periods."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.clock import day_of
from engine.domain.calendar import (
    Counting,
    Ending,
    between,
    calendar_days_later,
    end_of,
    is_working_day,
    later,
    next_working_day,
    working_days_between,
    working_days_later,
)

DAYS = st.dates(date(2022, 1, 1), date(2033, 12, 31))


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 1),
        date(2026, 1, 6),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 14),
        date(2026, 6, 19),
        date(2024, 12, 6),
        date(2026, 12, 24),
        date(2026, 12, 25),
        date(2026, 11, 28),
    ],
)
def test_on_holidays_and_their_eves_no_authority_works(day: date) -> None:
    assert not is_working_day(day)


def test_an_ordinary_tuesday_is_a_working_day() -> None:
    assert is_working_day(date(2026, 11, 24))


def test_three_working_days_from_before_christmas() -> None:
    assert working_days_later(date(2026, 12, 22), 3) == date(2026, 12, 29)
    assert working_days_later(date(2026, 12, 29), -3) == date(2026, 12, 22)
    assert working_days_between(date(2026, 12, 22), date(2026, 12, 29)) == 3


def test_thirty_days_that_end_on_christmas_eve_end_on_the_next_weekday() -> None:
    served = date(2026, 11, 24)
    assert calendar_days_later(served, 30) == date(2026, 12, 24)
    assert calendar_days_later(served, 30, Ending.MOVES) == date(2026, 12, 28)


def test_a_day_ends_at_midnight_in_finland_in_summer_and_winter() -> None:
    assert end_of(date(2026, 7, 1)).astimezone(UTC) == datetime(2026, 7, 1, 20, 59, 59, tzinfo=UTC)
    assert end_of(date(2026, 11, 24)).astimezone(UTC) == datetime(2026, 11, 24, 21, 59, 59, tzinfo=UTC)
    assert day_of(end_of(date(2026, 10, 25))) == date(2026, 10, 25)


def test_a_period_no_one_means_is_refused_instead_of_counted() -> None:
    with pytest.raises(ValueError, match="too many"):
        working_days_later(date(2026, 1, 1), 10**9)


@given(DAYS, st.integers(-300, 300))
def test_counting_there_and_reading_the_distance_agree(day: date, days: int) -> None:
    if days < 0:
        day = next_working_day(day)
    assert working_days_between(day, working_days_later(day, days)) == days


@given(DAYS, DAYS.filter(is_working_day), st.sampled_from(Counting))
def test_the_distance_leads_back_to_the_day(first: date, last: date, counting: Counting) -> None:
    if last < first:
        first = next_working_day(first)
    assert later(first, between(first, last, counting), counting) == last


@given(DAYS, st.integers(1, 60))
def test_a_period_of_working_days_ends_on_one(day: date, days: int) -> None:
    assert is_working_day(working_days_later(day, days))
    assert is_working_day(calendar_days_later(day, days, Ending.MOVES))
