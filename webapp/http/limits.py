"""How often one source may do what is open to everyone, counted in the database: every process counts the same."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from flask import request

from engine.commands.sign_in import SpendAttempt
from engine.domain.people import PUBLIC
from engine.errors import TooManyAttempts
from webapp.http.current import engine, settings


@dataclass(frozen=True, slots=True)
class Limit:
    purpose: str
    times: int
    window: timedelta


SENDING = Limit("public sending", 60, timedelta(hours=1))
"""A reception centre or an NGO helps many from one address on one day; a flood is more than that."""
TYPING = Limit("public draft", 1000, timedelta(hours=1))
CODES = Limit("public code", 20, timedelta(minutes=15))


def source() -> str:
    """Who asks, as a keyed digest of the address that changes daily: enough to count by, useless to look up with."""
    day = engine().now().date().isoformat()
    address = request.remote_addr or ""
    return hmac.new(settings().secret, f"source|{day}|{address}".encode(), hashlib.sha256).hexdigest()


def spend(limit: Limit) -> None:
    if not engine().perform(SpendAttempt(limit.purpose, source(), limit.times, limit.window), PUBLIC):
        raise TooManyAttempts
