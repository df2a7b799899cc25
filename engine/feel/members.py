"""The members of values: entries of contexts, parts of dates, ends of ranges."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from . import temporal_math as moments
from .budget import Run
from .extended_dates import FarDate, FarMoment
from .numbers import CONTEXT
from .problems import Unfit
from .value_types import Range, Value, YearsMonths

Getter = Callable[[Value], Value]


def _timezone(value: datetime | time) -> str | None:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


def _second(value: datetime | time) -> Decimal:
    return Decimal(value.second)


def _seconds(value: timedelta) -> Decimal:
    whole = abs(value)
    fraction = CONTEXT.divide(Decimal(whole.microseconds), Decimal(1_000_000))
    return _signed(value, whole.seconds % 60 + fraction)


def _signed(value: timedelta, part: int | Decimal) -> Decimal:
    return Decimal(-part if value < timedelta() else part)


def _months(value: YearsMonths) -> Decimal:
    months = abs(value.months) % 12
    return Decimal(-months if value.months < 0 else months)


def _years(value: YearsMonths) -> Decimal:
    years = abs(value.months) // 12
    return Decimal(-years if value.months < 0 else years)


_DAY: dict[str, Getter] = {
    "year": lambda value: Decimal(value.year),
    "month": lambda value: Decimal(value.month),
    "day": lambda value: Decimal(value.day),
    "weekday": lambda value: Decimal(value.isoweekday()),
}
_CLOCK: dict[str, Getter] = {
    "hour": lambda value: Decimal(value.hour),
    "minute": lambda value: Decimal(value.minute),
    "second": _second,
    "time offset": moments.offset_of,
    "timezone": _timezone,
}


def _of_near(getter: Getter) -> Getter:
    return lambda value: getter(value.near)


_FAR_DAY = {name: _of_near(getter) for name, getter in _DAY.items()} | {"year": _DAY["year"]}
MEMBERS: dict[type, dict[str, Getter]] = {
    date: _DAY,
    FarDate: _FAR_DAY,
    FarMoment: _FAR_DAY | {name: _of_near(getter) for name, getter in _CLOCK.items()},
    time: _CLOCK,
    datetime: _DAY | _CLOCK,
    timedelta: {
        "days": lambda value: _signed(value, abs(value).days),
        "hours": lambda value: _signed(value, abs(value).seconds // 3600),
        "minutes": lambda value: _signed(value, abs(value).seconds // 60 % 60),
        "seconds": _seconds,
    },
    YearsMonths: {"years": _years, "months": _months},
    Range: {
        "start": lambda value: value.low,
        "end": lambda value: value.high,
        "start included": lambda value: value.start_included,
        "end included": lambda value: value.end_included,
    },
}


def member(run: Run, value: Value, name: str) -> Value:
    """Return `value.name`; for a list, the list of its items' members. Raise Unfit if the value has no such member."""
    kind = type(value)
    if kind is dict:
        if name in value:
            return value[name]
        raise Unfit("unknown_member", name=name)
    if kind is list:
        run.spend(1 + len(value))
        return [member_or_none(run, item, name) for item in value]
    getter = MEMBERS.get(kind, {}).get(name)
    if getter is None:
        if value is None:
            return None
        raise Unfit("unknown_member", name=name)
    return getter(value)


def member_or_none(run: Run, value: Value, name: str) -> Value:
    """Return `value.name`; null if the value has no such member."""
    try:
        return member(run, value, name)
    except Unfit:
        return None
