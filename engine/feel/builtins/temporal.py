"""Dates, times and durations."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

from ..kinds import Value, YearsMonths
from ..problems import Unfit
from ..run import Run
from ..temporal import FURTHEST_OFFSET, read_date, read_date_and_time, read_duration, read_time, zone_of
from ..temporal_math import LOCAL, months_between
from .registry import builtin

MONTHS = list(calendar.month_name)
DAYS = list(calendar.day_name)


def _found(value: Value, text: str) -> Value:
    if value is None:
        raise Unfit("bad_value", value=text[:40])
    return value


@builtin("date", "from: string")
def date_from_text(run: Run, text: str) -> date:
    day: date = _found(read_date(text), text)
    return day


@builtin("date", "from: date and time")
def date_from_moment(run: Run, moment: datetime) -> date:
    return moment.date()


@builtin("date", "from: date")
def date_from_date(run: Run, day: date) -> date:
    return day


@builtin("date", "year: number, month: number, day: number")
def date_from_parts(run: Run, year: Decimal, month: Decimal, day: Decimal) -> date:
    try:
        return date(_whole(year), _whole(month), _whole(day))
    except (ValueError, OverflowError):
        raise Unfit("out_of_range") from None


def _whole(value: Decimal) -> int:
    if value != value.to_integral_value():
        raise Unfit("out_of_range")
    return int(value)


@builtin("time", "from: string")
def time_from_text(run: Run, text: str) -> time:
    moment = read_date_and_time(text)
    clock: time = _found(moment.timetz() if moment else read_time(text), text)
    return clock


@builtin("time", "from: time")
def time_from_time(run: Run, clock: time) -> time:
    return clock


@builtin("time", "from: date and time")
def time_from_moment(run: Run, moment: datetime) -> time:
    return moment.timetz()


@builtin("time", "from: date")
def time_from_date(run: Run, day: date) -> time:
    return time(tzinfo=UTC)


@builtin("time", "hour: number, minute: number, second: number, offset?: days and time duration")
def time_from_parts(
    run: Run, hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None
) -> time:
    whole, fraction = divmod(second, 1)
    if offset is not None and abs(offset) > FURTHEST_OFFSET:
        raise Unfit("out_of_range")
    zone = None if offset is None else timezone(offset) if offset else UTC
    try:
        return time(_whole(hour), _whole(minute), int(whole), int(fraction * 1_000_000), zone)
    except (ValueError, OverflowError):
        raise Unfit("out_of_range") from None


@builtin("date and time", "from: string")
def moment_from_text(run: Run, text: str) -> datetime:
    moment: datetime = _found(read_date_and_time(text), text)
    return moment


@builtin("date and time", "from: date and time")
def moment_from_moment(run: Run, moment: datetime) -> datetime:
    return moment


@builtin("date and time", "date: date | date and time, time: time")
def moment_from_parts(run: Run, day: date, clock: time) -> datetime:
    on = day.date() if isinstance(day, datetime) else day
    return datetime.combine(on, clock)


_PARTS = "year: number, month: number, day: number, hour: number, minute: number, second: number"


@builtin("date and time", f"{_PARTS}, offset?: days and time duration")
def moment_from_numbers(
    run: Run,
    year: Decimal,
    month: Decimal,
    day: Decimal,
    hour: Decimal,
    minute: Decimal,
    second: Decimal,
    offset: timedelta | None = None,
) -> datetime:
    on, clock = date_from_parts(run, year, month, day), time_from_parts(run, hour, minute, second, offset)
    return datetime.combine(on, clock)


@builtin("date and time", f"{_PARTS}, timezone: string")
def moment_in_zone(
    run: Run,
    year: Decimal,
    month: Decimal,
    day: Decimal,
    hour: Decimal,
    minute: Decimal,
    second: Decimal,
    timezone: str,
) -> datetime:
    zone = zone_of(f"@{timezone}")
    if zone is None:
        raise Unfit("bad_value", value=timezone[:40])
    return moment_from_numbers(run, year, month, day, hour, minute, second).replace(tzinfo=zone)


@builtin("duration", "from: string")
def duration(run: Run, text: str) -> timedelta | YearsMonths:
    length: timedelta | YearsMonths = _found(read_duration(text), text)
    return length


@builtin("duration", "from: days and time duration | years and months duration")
def duration_from_duration(run: Run, length: Value) -> Value:
    return length


@builtin("years and months duration", "from: date | date and time, to: date | date and time")
def years_and_months_duration(run: Run, start: date, end: date) -> YearsMonths:
    return months_between(start, end)


@builtin("now")
def now(run: Run) -> datetime:
    """The machine's clock. Whoever needs a fixed moment passes `now` among the functions."""
    return datetime.now(LOCAL)


@builtin("today")
def today(run: Run) -> date:
    return datetime.now(LOCAL).date()


@builtin("day of year", "date: date | date and time")
def day_of_year(run: Run, day: date) -> Decimal:
    return Decimal(day.timetuple().tm_yday)


@builtin("day of week", "date: date | date and time")
def day_of_week(run: Run, day: date) -> str:
    return DAYS[day.weekday()]


@builtin("month of year", "date: date | date and time")
def month_of_year(run: Run, day: date) -> str:
    return MONTHS[day.month]


@builtin("week of year", "date: date | date and time")
def week_of_year(run: Run, day: date) -> Decimal:
    """ISO 8601: week one holds the year's first Thursday."""
    return Decimal(day.isocalendar().week)


@builtin("last day of month", "date: date | date and time")
def last_day_of_month(run: Run, day: date) -> Decimal:
    return Decimal(calendar.monthrange(day.year, day.month)[1])
