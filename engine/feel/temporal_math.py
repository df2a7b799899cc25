"""Arithmetic and order of dates, times and durations."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from .extended_dates import CYCLE, CYCLE_MONTHS, Day, FarDate, FarMoment, joined, split
from .numbers import CONTEXT
from .problems import Unfit
from .value_types import YearsMonths

LOCAL: Final = ZoneInfo("Europe/Helsinki")
"""The zone of a time without one when it meets a time with a zone."""
_A_DAY: Final = timedelta(days=1)
_MICRO: Final = timedelta(microseconds=1)
_SOME_DAY: Final = date(2000, 1, 1)
_FIRST_MIDNIGHT: Final = datetime.combine(date.min, time())


def instant(value: datetime) -> timedelta:
    """Return the time since the calendar's first midnight, in UTC. Near both ends of the calendar, a zone may put it outside."""
    return value.replace(tzinfo=None) - _FIRST_MIDNIGHT - (_zoned(value).utcoffset() or timedelta())


def _zoned(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=LOCAL)


def since_midnight(value: time) -> timedelta:
    return timedelta(
        hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond
    )


def offset_of(value: datetime | time) -> timedelta | None:
    """Return the offset from UTC. For a time of day in a named zone, it is that of a winter day."""
    if value.tzinfo is None or isinstance(value, datetime):
        return value.utcoffset()
    return value.tzinfo.utcoffset(datetime.combine(_SOME_DAY, value))


def time_order(left: time, right: time) -> tuple[timedelta, timedelta]:
    """Return two times as durations that compare in the same order: in UTC if both have zones, else by the clock."""
    if left.tzinfo is None and right.tzinfo is None:
        return since_midnight(left), since_midnight(right)
    return _in_utc(left), _in_utc(right)


def _in_utc(value: time) -> timedelta:
    return since_midnight(value) - (
        offset_of(value if value.tzinfo else value.replace(tzinfo=LOCAL)) or timedelta()
    )


def moment_order(left: datetime, right: datetime) -> tuple[timedelta, timedelta]:
    """Return two moments as durations that compare in the same order: in UTC if one has a zone, else by the local clock."""
    if left.tzinfo is None and right.tzinfo is None:
        return left - _FIRST_MIDNIGHT, right - _FIRST_MIDNIGHT
    return instant(left), instant(right)


def position(value: Day) -> tuple[int, date]:
    """Return a sort key (400-year cycles, twin) for a date or date-time, near or far."""
    cycles, near = split(value)
    if not isinstance(near, datetime):
        return cycles, near
    more, near = split(_zoned(near.replace(microsecond=0)).astimezone(UTC))
    return cycles + more, near


def months_later(value: Day, months: int) -> Day:
    """Return the same day that many months later, or that month's last. A date-time keeps its clock and zone."""
    if isinstance(value, FarDate | FarMoment):
        more, rest = divmod(months, CYCLE_MONTHS)
        return joined(value.cycles + more, _months_later(value.near, rest))
    return _months_later(value, months)


def _months_later(value: date, months: int) -> date:
    total = value.year * 12 + value.month - 1 + months
    year, month = divmod(total, 12)
    if not 1 <= year <= 9999:
        raise Unfit("out_of_range")
    day = min(value.day, calendar.monthrange(year, month + 1)[1])
    return value.replace(year=year, month=month + 1, day=day)


def later(value: Day | time, length: timedelta) -> Day | time:
    """Add a duration: a date-time moves along the time line, a date by whole days, a time round the clock."""
    if isinstance(value, FarDate | FarMoment):
        more, rest = divmod(length, CYCLE)
        moved = _moment_later(value.near, rest) if isinstance(value, FarMoment) else value.near + rest
        return joined(value.cycles + more, moved)
    try:
        if isinstance(value, datetime):
            return _moment_later(value, length)
        if isinstance(value, time):
            whole = (since_midnight(value) + length) % _A_DAY
            return (datetime.combine(_SOME_DAY, time()) + whole).time().replace(tzinfo=value.tzinfo)
        return value + timedelta(days=length // _A_DAY)
    except OverflowError:
        raise Unfit("out_of_range") from None


def _moment_later(value: datetime, length: timedelta) -> datetime:
    zone: tzinfo | None = value.tzinfo
    if zone is None:
        return value + length
    return (value.astimezone(UTC) + length).astimezone(zone)


def between(end: Day | time, start: Day | time) -> timedelta:
    """Return the time from `start` to `end`. A date counts as its midnight in UTC."""
    if isinstance(end, FarDate | FarMoment) or isinstance(start, FarDate | FarMoment):
        return _far_between(end, start)
    if isinstance(end, time) and isinstance(start, time):
        upper, lower = time_order(end, start)
        return upper - lower
    if isinstance(end, time) or isinstance(start, time):
        raise Unfit("not_computable", operator="-", left="time", right="date")
    if not isinstance(end, datetime) and not isinstance(start, datetime):
        return end - start
    moments = [
        value if isinstance(value, datetime) else datetime.combine(value, time(), UTC)
        for value in (end, start)
    ]
    last, first = moments
    if (last.tzinfo is None) is not (first.tzinfo is None):
        raise Unfit("not_computable", operator="-", left="date and time", right="date and time")
    return instant(last) - instant(first) if last.tzinfo else last - first


def _far_between(end: Day | time, start: Day | time) -> timedelta:
    if isinstance(end, time) or isinstance(start, time):
        raise Unfit("not_computable", operator="-", left="date", right="time")
    (last, near_end), (first, near_start) = split(end), split(start)
    try:
        return CYCLE * (last - first) + between(near_end, near_start)
    except OverflowError:
        raise Unfit("out_of_range") from None


def months_between(start: Day, end: Day) -> YearsMonths:
    """Return whole months from `start` to `end`, rounded towards zero."""
    (first, begin), (last, finish) = split(start), split(end)
    months = (last - first) * CYCLE_MONTHS + (finish.year - begin.year) * 12 + finish.month - begin.month
    if months > 0 and _clock(finish) < _clock(begin):
        months -= 1
    elif months < 0 and _clock(finish) > _clock(begin):
        months += 1
    return YearsMonths(months)


def _clock(value: date) -> tuple[int, timedelta]:
    return value.day, since_midnight(value.time()) if isinstance(value, datetime) else timedelta()


def micros(value: timedelta) -> Decimal:
    return Decimal(value // _MICRO)


def seconds(value: timedelta) -> Decimal:
    return CONTEXT.divide(micros(value), Decimal(1_000_000))


def length_of(count: Decimal) -> timedelta:
    """Return a duration of that many microseconds."""
    try:
        return timedelta(microseconds=int(count))
    except OverflowError:
        raise Unfit("out_of_range") from None


def months_of(count: Decimal) -> YearsMonths:
    """Return a duration of that many months, without the fraction."""
    if abs(count) > 10**12:
        raise Unfit("out_of_range")
    return YearsMonths(int(count))
