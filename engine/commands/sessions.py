"""Staff sessions: begin, read, end. Attempts to sign in are limited, by name and by source."""

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
    """Count an attempt to sign in before the password is checked. Return False if the name or source has used up its attempts."""

    username: str
    source: str

    def permit(self, work: Work) -> None:
        """Permit anyone: nobody is signed in yet."""

    def execute(self, work: Work) -> bool:
        spend = work.stores.rate_limits.spend
        by_name = spend(
            "sign-in name", self.username.lower(), work.now, limit=ATTEMPTS_BY_NAME, window=WINDOW
        )
        by_source = spend("sign-in source", self.source, work.now, limit=ATTEMPTS_BY_SOURCE, window=WINDOW)
        return by_name and by_source


@dataclass(frozen=True)
class SpendAttempt(Command[bool]):
    """Count an attempt at something open to everyone. Return False if the source has used up its attempts in the
    window.

    A command of its own: an attempt that is refused afterwards must stay counted.
    """

    purpose: str
    source: str
    limit: int
    window: timedelta

    def permit(self, work: Work) -> None:
        """Permit anyone: what is counted is open to everyone."""

    def execute(self, work: Work) -> bool:
        return work.stores.rate_limits.spend(
            self.purpose, self.source, work.now, limit=self.limit, window=self.window
        )

    def require(self, work: Work) -> None:
        """Count the attempt as a part of another command. Raise TooManyAttempts if they are used up; then the count
        stays as it is."""
        if not self.execute(work):
            raise TooManyAttempts(wait=int(self.window.total_seconds()))


@dataclass(frozen=True)
class SignIn(Command[tuple[str, Session]]):
    """Begin a session. Return its token, which is shown to the browser once and stored as a digest, and the session.

    Raise SignInRefused for a wrong name or password. Perform CountSignIn before, so that failed attempts stay
    counted.
    """

    username: str
    password: str
    matched_hash: str | None = field(default=None, repr=False)
    """The stored hash that the password matched, found by `prepare`."""

    is_heavy = True

    def permit(self, work: Work) -> None:
        """Permit anyone: the password decides."""

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
    """Return the session of a token; None if it has ended. Reads no case, so it is not logged."""

    token: str

    def permit(self, work: Work) -> None:
        """Permit anyone: only the session's token finds it."""

    def execute(self, work: Work) -> Session | None:
        return work.stores.sessions.find(self.token, work.now)


@dataclass(frozen=True)
class SignOut(Command[None]):
    """End the session of a token."""

    token: str

    def permit(self, work: Work) -> None:
        """Permit anyone: only the session's token has an effect."""

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
