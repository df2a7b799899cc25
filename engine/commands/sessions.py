"""Staff sessions: begin, read, end. Attempts are limited in the database, by name and by source."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import timedelta

from engine.errors import SignInRefused, TooManyAttempts
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_staff
from engine.storage.credentials import password_matches
from engine.storage.people import Session as Session

ATTEMPTS_BY_NAME = 10
ATTEMPTS_BY_SOURCE = 30
WINDOW = timedelta(minutes=15)


@dataclass(frozen=True)
class CountSignIn(Command[bool]):
    """Count an attempt before the password is looked at; False when name or source has spent its window."""

    username: str
    source: str

    def permit(self, work: Work) -> None:
        """Anyone may try."""

    def execute(self, work: Work) -> bool:
        spend = work.stores.rate_limits.spend
        by_name = spend(
            "sign-in name", self.username.lower(), work.now, limit=ATTEMPTS_BY_NAME, window=WINDOW
        )
        by_source = spend("sign-in source", self.source, work.now, limit=ATTEMPTS_BY_SOURCE, window=WINDOW)
        return by_name and by_source


@dataclass(frozen=True)
class SpendAttempt(Command[bool]):
    """Count one attempt at something open to everyone; False when the window is spent.

    A command of its own: an attempt that is refused afterwards must stay counted.
    """

    purpose: str
    source: str
    limit: int
    window: timedelta

    def permit(self, work: Work) -> None:
        """Anyone may try."""

    def execute(self, work: Work) -> bool:
        return work.stores.rate_limits.spend(
            self.purpose, self.source, work.now, limit=self.limit, window=self.window
        )

    def require(self, work: Work) -> None:
        """As a part of another command. Refused, the count stays where it was: at its end."""
        if not self.execute(work):
            raise TooManyAttempts(wait=int(self.window.total_seconds()))


@dataclass(frozen=True)
class SignIn(Command[tuple[str, Session]]):
    """Returns the session's token (shown to the browser once, kept here as a digest) and the session.

    Perform CountSignIn before it, so that attempts which fail stay counted.
    """

    username: str
    password: str
    matched_hash: str | None = field(default=None, repr=False)
    """The stored hash that the password matched, found by `prepare`."""

    is_heavy = True

    def permit(self, work: Work) -> None:
        """Anyone may try."""

    def prepare(self, view: Work) -> SignIn:
        _, stored = view.stores.people.by_username(self.username) or (None, None)
        if not password_matches(stored, self.password):
            raise SignInRefused
        return replace(self, matched_hash=stored)

    def execute(self, work: Work) -> tuple[str, Session]:
        person, stored = work.stores.people.by_username(self.username) or (None, None)
        if person is None or stored is None or stored != self.matched_hash:
            raise SignInRefused
        token = secrets.token_urlsafe(32)
        work.stores.sessions.begin(token, person, secrets.token_urlsafe(32), work.now)
        work.stores.rate_limits.forgive("sign-in name", self.username.lower(), work.now)
        session = work.stores.sessions.find(token, work.now)
        if session is None:
            raise SignInRefused
        return token, session


@dataclass(frozen=True)
class CurrentSession(Query[Session | None]):
    """The session a token belongs to; None when it has ended. Reads no case, so it leaves no entry."""

    token: str
    shows_cases = False

    def permit(self, work: Work) -> None:
        """Anyone who holds the token."""

    def execute(self, work: Work) -> Session | None:
        return work.stores.sessions.find(self.token, work.now)


@dataclass(frozen=True)
class SignOut(Command[None]):
    token: str

    def permit(self, work: Work) -> None:
        """Anyone who holds the token."""

    def execute(self, work: Work) -> None:
        work.stores.sessions.end(self.token, work.now)


@dataclass(frozen=True)
class ChooseLanguage(Command[None]):
    token: str
    language: str

    def permit(self, work: Work) -> None:
        require_staff(work)

    def execute(self, work: Work) -> None:
        language = self.language if self.language in ("fi", "sv", "en") else "fi"
        work.stores.sessions.speak(self.token, language)
        if work.actor.person_id is not None:
            work.stores.people.change(work.actor.person_id, language=language)
