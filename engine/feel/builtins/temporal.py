"""FEEL's functions on dates, times and durations."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

from ..budget import Run
from ..extended_dates import Day, FarDate, FarMoment, day_of, split
from ..problems import Unfit
from ..temporal import FURTHEST_OFFSET, at, read_date, read_date_and_time, read_duration, read_time, zone_of
from ..temporal_math import LOCAL, months_between
from ..value_types import Value, YearsMonths
from .registry import builtin

MONTHS = list(calendar.month_name)
DAYS = list(calendar.day_name)
DAY = "date | date and time | far date | far date and time"


def _twin(day: Day) -> date:
    """Return the day in a year that Python can hold with the same weekdays and leap day."""
    return split(day)[1]


def _found(value: Value, text: str) -> Value:
    if value is None:
        raise Unfit("bad_value", value=text[:40])
    return value


@builtin("date", "from: string")
def date_from_text(run: Run, text: str) -> date | FarDate:
    day: date | FarDate = _found(read_date(text), text)
    return day


@builtin("date", f"from: {DAY}")
def date_from_day(run: Run, day: Day) -> date | FarDate:
    if isinstance(day, FarMoment):
        return FarDate(day.cycles, day.near.date())
    return day.date() if isinstance(day, datetime) else day


@builtin("date", "year: number, month: number, day: number")
def date_from_parts(run: Run, year: Decimal, month: Decimal, day: Decimal) -> date | FarDate:
    try:
        return day_of(_whole(year), _whole(month), _whole(day))
    except ValueError:
        raise Unfit("out_of_range") from None


def _whole(value: Decimal) -> int:
    if value != value.to_integral_value():
        raise Unfit("out_of_range")
    return int(value)


@builtin("time", "from: string")
def time_from_text(run: Run, text: str) -> time:
    moment = read_date_and_time(text)
    clock: time = _found(time_from_moment(run, moment) if moment else read_time(text), text)
    return clock


@builtin("time", "from: time")
def time_from_time(run: Run, clock: time) -> time:
    return clock


@builtin("time", "from: date and time | far date and time")
def time_from_moment(run: Run, moment: datetime | FarMoment) -> time:
    return (moment.near if isinstance(moment, FarMoment) else moment).timetz()


@builtin("time", "from: date | far date")
def time_from_date(run: Run, day: date | FarDate) -> time:
    return time(tzinfo=UTC)


@builtin("time", "hour: number, minute: number, second: number, offset?: days and time duration")
def time_from_parts(
    run: Run, hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None
) -> time:
    if offset is not None and abs(offset) > FURTHEST_OFFSET:
        raise Unfit("out_of_range")
    zone = None if offset is None else timezone(offset) if offset else UTC
    try:
        whole, fraction = divmod(second, 1)
        return time(_whole(hour), _whole(minute), int(whole), int(fraction * 1_000_000), zone)
    except ValueError:
        raise Unfit("out_of_range") from None


@builtin("date and time", "from: string")
def moment_from_text(run: Run, text: str) -> datetime | FarMoment:
    moment: datetime | FarMoment = _found(read_date_and_time(text), text)
    return moment


@builtin("date and time", "from: date and time | far date and time")
def moment_from_moment(run: Run, moment: datetime | FarMoment) -> datetime | FarMoment:
    return moment


@builtin("date and time", f"date: {DAY}, time: time")
def moment_from_parts(run: Run, day: Day, clock: time) -> datetime | FarMoment:
    return at(date_from_day(run, day), clock)


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
) -> datetime | FarMoment:
    on, clock = date_from_parts(run, year, month, day), time_from_parts(run, hour, minute, second, offset)
    return at(on, clock)


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
) -> datetime | FarMoment:
    zone = zone_of(f"@{timezone}")
    if zone is None:
        raise Unfit("bad_value", value=timezone[:40])
    clock = time_from_parts(run, hour, minute, second, None).replace(tzinfo=zone)
    return at(date_from_parts(run, year, month, day), clock)


@builtin("duration", "from: string")
def duration(run: Run, text: str) -> timedelta | YearsMonths:
    length: timedelta | YearsMonths = _found(read_duration(text), text)
    return length


@builtin("duration", "from: days and time duration | years and months duration")
def duration_from_duration(run: Run, length: Value) -> Value:
    return length


@builtin("years and months duration", f"from: {DAY}, to: {DAY}")
def years_and_months_duration(run: Run, start: Day, end: Day) -> YearsMonths:
    return months_between(start, end)


@builtin("now")
def now(run: Run) -> datetime:
    """Return the machine's time. A host that needs a fixed moment passes its own `now`."""
    return datetime.now(LOCAL)


@builtin("today")
def today(run: Run) -> date:
    return datetime.now(LOCAL).date()


@builtin("day of year", f"date: {DAY}")
def day_of_year(run: Run, day: Day) -> Decimal:
    return Decimal(_twin(day).timetuple().tm_yday)


@builtin("day of week", f"date: {DAY}")
def day_of_week(run: Run, day: Day) -> str:
    return DAYS[_twin(day).weekday()]


@builtin("month of year", f"date: {DAY}")
def month_of_year(run: Run, day: Day) -> str:
    return MONTHS[_twin(day).month]


@builtin("week of year", f"date: {DAY}")
def week_of_year(run: Run, day: Day) -> Decimal:
    """Return the ISO 8601 week: week one holds the year's first Thursday."""
    return Decimal(_twin(day).isocalendar().week)


@builtin("last day of month", f"date: {DAY}")
def last_day_of_month(run: Run, day: Day) -> Decimal:
    twin = _twin(day)
    return Decimal(calendar.monthrange(twin.year, twin.month)[1])
