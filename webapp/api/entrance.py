"""The program (service account) whose token a request carries. No cookie is read or set."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from http import HTTPStatus

from flask import g, request

from engine.commands.people import NoteProgramUse
from engine.commands.sessions import NoteKeptOut, NoteRefusal, SpendAttempt
from engine.domain.people import PUBLIC, Actor
from engine.errors import NotFound, Refusal, TooManyAttempts
from engine.queries.service_account import FindServiceAccount
from webapp.api.problems import TokenNeeded
from webapp.http import limits
from webapp.http.current import engine
from webapp.http.errors import status_of
from webapp.http.languages import LANGUAGES, preferred_language, speak

WRONG_TOKENS = limits.Limit("api token", 60, timedelta(minutes=15))
STARTED_CASES = limits.Limit("api start", 600, timedelta(hours=1))

ABOUT_NO_CASE = frozenset({"api.read_form"})
"""Operations that name something in their address which belongs to no case."""


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


def note(refusal: Refusal) -> None:
    """Log what a known program was refused for lack of a scope or a role, and that it asked for a case that it does not see or
    that does not exist: both alike, so that neither bytes nor time tell which."""
    if "program" not in g:
        return
    if status_of(refusal) is HTTPStatus.FORBIDDEN:
        engine().perform(NoteRefusal(request.endpoint or ""), program())
    is_about_a_case = bool(request.view_args) and request.endpoint not in ABOUT_NO_CASE
    if isinstance(refusal, NotFound) and is_about_a_case:
        engine().perform(NoteKeptOut(refusal.hidden), program())


def named(key: str) -> str:
    """Return the name of an act. Keys of two programs never meet, nor those of a program and a page."""
    return hashlib.sha256(f"{program().session_hash}|{key}".encode()).hexdigest()


def tagged(made: object, tag: str) -> tuple[object, int, dict[str, str]]:
    """Return an answer with the tag of what it shows."""
    return made, HTTPStatus.OK, {"ETag": f'"{tag}"'}


def tags_of(condition: str | None) -> frozenset[str] | None:
    """Return the tags of an If-Match; None where there is none, or where any will do."""
    if condition is None or condition.strip() == "*":
        return None
    return frozenset(each.strip().strip('"') for each in condition.split(","))


def spend(limit: limits.Limit) -> None:
    """Count one call of this program, from whichever address. Raise TooManyAttempts beyond the limit."""
    asked = SpendAttempt(limit.purpose, program().session_hash, limit.times, limit.window)
    if not engine().perform(asked, PUBLIC):
        raise TooManyAttempts
