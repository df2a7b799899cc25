"""Dates, times and durations as text: parse the forms that FEEL allows, write the canonical one."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .extended_dates import Day, FarDate, FarMoment, day_of, joined, split
from .problems import Unfit
from .value_types import YearsMonths

_DATE = r"(?P<year>-?(?:[1-9]\d{4,8}|\d{4}))-(?P<month>\d\d)-(?P<day>\d\d)"
_TIME = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<fraction>\d+))?"
_ZONE = r"(?P<zone>Z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z][\w+\-/]*)?"
_DATE_ONLY = re.compile(_DATE, re.ASCII)
_TIME_ONLY = re.compile(_TIME + _ZONE, re.ASCII)
_BOTH = re.compile(f"{_DATE}T{_TIME}{_ZONE}", re.ASCII)
_YEARS_MONTHS = re.compile(r"(-?)P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?", re.ASCII)
_DAYS_TIME = re.compile(
    r"(-?)P(?=[\dT])(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d*))?S)?)?", re.ASCII
)
LONGEST_TEXT = 100
FURTHEST_OFFSET = timedelta(hours=18)

Temporal = Day | time | timedelta | YearsMonths


def read_date(text: str) -> date | FarDate | None:
    match = _matched(_DATE_ONLY, text)
    return _date(match) if match else None


def read_time(text: str) -> time | None:
    match = _matched(_TIME_ONLY, text)
    if not match:
        return None
    found, zone = _time(match), zone_of(match["zone"])
    if found is None or (match["zone"] and zone is None):
        return None
    return found.replace(tzinfo=zone)


def read_date_and_time(text: str) -> datetime | FarMoment | None:
    """Parse a date and time; a date alone means its midnight. Return None if the text is neither."""
    if "T24:00:00" in text:
        return _end_of_day(text.replace("T24:", "T00:", 1))
    match = _matched(_BOTH, text)
    if not match:
        day = read_date(text)
        return None if day is None else at(day, time())
    day, clock, zone = _date(match), _time(match), zone_of(match["zone"])
    if day is None or clock is None or (match["zone"] and zone is None):
        return None
    return at(day, clock.replace(tzinfo=zone))


def at(day: date | FarDate, clock: time) -> datetime | FarMoment:
    """Return the date-time of a day and a time, in the time's zone."""
    if isinstance(day, FarDate):
        return FarMoment(day.cycles, datetime.combine(day.near, clock))
    return datetime.combine(day, clock)


def _end_of_day(text: str) -> datetime | FarMoment | None:
    midnight = read_date_and_time(text)
    if midnight is None:
        return None
    cycles, near = split(midnight)
    try:
        following = joined(cycles, near + timedelta(days=1))
    except Unfit:
        return None
    return following if isinstance(following, datetime | FarMoment) else None


def read_duration(text: str) -> timedelta | YearsMonths | None:
    match = _matched(_YEARS_MONTHS, text)
    if match:
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return YearsMonths(-months if match[1] else months)
    match = _matched(_DAYS_TIME, text)
    if not match:
        return None
    days, hours, minutes, seconds = (int(match[group] or 0) for group in (2, 3, 4, 5))
    micros = int(((match[6] or "") + "000000")[:6])
    try:
        length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds, microseconds=micros)
    except OverflowError:
        return None
    return -length if match[1] else length


def read_temporal(text: str) -> Temporal | None:
    """Return the value of `@"…"`; None if the text is no date, time or duration."""
    for read in (read_date, read_date_and_time, read_time, read_duration):
        found = read(text)
        if found is not None:
            return found
    return None


def zone_of(text: str | None) -> tzinfo | None:
    """Parse the zone at the end of a text: Z, an offset, or @ and a name of the IANA database. None if there is none."""
    if not text:
        return None
    if text == "Z":
        return UTC
    if text[0] == "@":
        return _named_zone(text[1:])
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
    if offset > FURTHEST_OFFSET or minutes > 59:
        return None
    return timezone(-offset if text[0] == "-" else offset)


@lru_cache(maxsize=1024)
def _named_zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _matched(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return pattern.fullmatch(text) if len(text) <= LONGEST_TEXT else None


def _date(match: re.Match[str]) -> date | FarDate | None:
    try:
        return day_of(int(match["year"]), int(match["month"]), int(match["day"]))
    except (ValueError, Unfit):
        return None


def _time(match: re.Match[str]) -> time | None:
    micros = int(((match["fraction"] or "") + "000000")[:6])
    try:
        return time(int(match["hour"]), int(match["minute"]), int(match["second"]), micros)
    except ValueError:
        return None


def written(value: Temporal) -> str:
    """Return the canonical text of the value, which the readers parse."""
    if isinstance(value, datetime | FarMoment):
        return (
            f"{_written_date(value)}T{_written_time(value.near if isinstance(value, FarMoment) else value)}"
        )
    if isinstance(value, date | FarDate):
        return _written_date(value)
    if isinstance(value, time):
        return _written_time(value)
    return str(value) if isinstance(value, YearsMonths) else _written_days(value)


def _written_date(value: Day) -> str:
    near, sign = split(value)[1], "-" if value.year < 0 else ""
    return f"{sign}{abs(value.year):04d}-{near.month:02d}-{near.day:02d}"


def _written_time(value: time | datetime) -> str:
    clock = f"{value.hour:02d}:{value.minute:02d}:{value.second:02d}"
    fraction = f".{value.microsecond:06d}".rstrip("0") if value.microsecond else ""
    return clock + fraction + _written_zone(value.tzinfo)


def _written_zone(zone: tzinfo | None) -> str:
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo):
        return f"@{zone.key}"
    offset = zone.utcoffset(None)
    if not offset:
        return "Z"
    sign = "-" if offset < timedelta() else "+"
    minutes, seconds = divmod(int(abs(offset).total_seconds()), 60)
    return f"{sign}{minutes // 60:02d}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")


def _written_days(value: timedelta) -> str:
    sign, length = ("-", -value) if value < timedelta() else ("", value)
    hours, rest = divmod(length.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or length.microseconds:
        fraction = f".{length.microseconds:06d}".rstrip("0") if length.microseconds else ""
        clock += f"{seconds}{fraction}S"
    days = f"{length.days}D" if length.days else ""
    if not days and not clock:
        return "PT0S"
    return f"{sign}P{days}" + (f"T{clock}" if clock else "")
