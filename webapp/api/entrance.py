"""The program (service account) whose token a request carries. No cookie is read or set."""

from __future__ import annotations

from datetime import timedelta

from flask import g, request

from engine.commands.people import NoteProgramUse
from engine.commands.sessions import SpendAttempt
from engine.domain.people import PUBLIC, Actor
from engine.errors import TooManyAttempts
from engine.queries.service_account import FindServiceAccount
from webapp.api.problems import TokenNeeded
from webapp.http import limits
from webapp.http.current import engine
from webapp.http.languages import LANGUAGES, preferred_language, speak

WRONG_TOKENS = limits.Limit("api token", 60, timedelta(minutes=15))
STARTED_CASES = limits.Limit("api start", 600, timedelta(hours=1))


def authenticate() -> None:
    """Identify the program by its token before anything else is read. Wrong tokens are counted by source."""
    speak(preferred_language(LANGUAGES))
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not token or scheme.lower() != "bearer":
        raise TokenNeeded
    found = engine().answer(FindServiceAccount(token.strip()), PUBLIC)
    if found is None:
        limits.spend(WRONG_TOKENS)
        raise TokenNeeded
    g.program = found.actor
    if found.is_first_use:
        engine().perform(NoteProgramUse(), found.actor)


def program() -> Actor:
    """Return the service account of this request."""
    found: Actor = g.program
    return found


def spend(limit: limits.Limit) -> None:
    """Count one call of this program, from whichever address. Raise TooManyAttempts beyond the limit."""
    asked = SpendAttempt(limit.purpose, program().session_hash, limit.times, limit.window)
    if not engine().perform(asked, PUBLIC):
        raise TooManyAttempts
