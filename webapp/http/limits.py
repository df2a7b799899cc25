"""Limits for what everyone may do, by source. The database counts, so that all processes share one count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from flask import request

from engine.commands.sessions import DrawAttempt, GiveBackAttempt, SpendAttempt
from engine.domain.people import PUBLIC
from engine.errors import TooManyAttempts
from webapp.http.current import engine


@dataclass(frozen=True, slots=True)
class Limit:
    purpose: str
    times: int
    window: timedelta


SENDING = Limit("public sending", 60, timedelta(hours=1))
"""A reception centre or an NGO helps many from one address on one day; a flood is more than that."""
TYPING = Limit("public draft", 1000, timedelta(hours=1))
FILES = Limit("public file", 60, timedelta(hours=1))
ALL_FILES = Limit("public file of all", 3000, timedelta(hours=1))
"""For all sources together: a flood from many addresses fills no disk. Forms go on without files."""
CODES = Limit("public code", 20, timedelta(minutes=15))
ONE_CODE = Limit("one public code", 10, timedelta(minutes=15))
"""Wrong tries of one code from all sources: trying one again and again from many addresses opens nothing sooner."""
IDENTIFYING = Limit("public identification", 20, timedelta(minutes=15))
"""Each return asks the identification service."""
SEARCHING = Limit("search for a person", 30, timedelta(hours=1))
"""By name or birth date, also by those of a case, of one member of staff: more is no search for a client but a walk through the register. The
window slides: one comes back every two minutes."""
EMERGENCIES = Limit("emergency", 10, timedelta(hours=1))
"""Of one member of staff, found or not: a night has not more, a search for one person among all has."""


def source() -> str:
    """Return the caller's address; an IPv6 network counts as one. The engine stores only a digest that changes daily."""
    remote = request.remote_addr or ""
    try:
        address = ip_address(remote)
    except ValueError:
        return remote
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


def attempt(limit: Limit) -> SpendAttempt:
    """Return an attempt that another command counts in its own transaction."""
    return SpendAttempt(limit.purpose, source(), limit.times, limit.window)


def spend(limit: Limit) -> None:
    """Count one attempt. Raise TooManyAttempts beyond the limit."""
    require_within(limit, source())


def require_within(limit: Limit, source_of: str) -> None:
    if not is_within(limit, source_of):
        raise TooManyAttempts(wait=int(limit.window.total_seconds()))


def give_back(limit: Limit, source_of: str = "") -> None:
    """Take off the attempt that was just counted: it was right. Many use one address, and only wrong ones are guesses."""
    engine().perform(GiveBackAttempt(limit.purpose, source_of or source()), PUBLIC)


def draw(limit: Limit, source_of: str, what: str = "") -> datetime | None:
    """Count one attempt of a window that slides; the same one, by `what`, once a day. Return None; from when the next may
    be, if they are used up."""
    return engine().perform(DrawAttempt(limit.purpose, source_of, limit.times, limit.window, what), PUBLIC)


def is_within(limit: Limit, source_of: str) -> bool:
    return engine().perform(SpendAttempt(limit.purpose, source_of, limit.times, limit.window), PUBLIC)
