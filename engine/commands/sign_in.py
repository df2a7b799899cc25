"""Signing in: an attempt is counted first, then the password decides."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace

from engine.casework import sign_in_limits
from engine.casework.sign_in_limits import SignInAttempt as SignInAttempt
from engine.errors import SignInRefused
from engine.executor import Command, Work
from engine.storage.credentials import password_matches
from engine.storage.sessions import KnownDevices, Session

DEVICE_REMEMBERED = KnownDevices.REMEMBERED


@dataclass(frozen=True)
class CountSignIn(Command[bool]):
    """Count an attempt to sign in before the password is checked. Return False if it is one too many.

    A command of its own: an attempt that is refused afterwards must stay counted.
    """

    attempt: SignInAttempt

    def permit(self, work: Work) -> None:
        """Permit anyone: nobody is signed in yet."""

    def execute(self, work: Work) -> bool:
        return sign_in_limits.count(work, self.attempt)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has begun. Both tokens are shown to the browser once and stored as digests."""

    token: str
    device: str
    session: Session


@dataclass(frozen=True)
class SignIn(Command[SignedIn]):
    """Begin a session. Raise SignInRefused for a wrong name or password. Perform CountSignIn before, so that failed
    attempts stay counted."""

    attempt: SignInAttempt
    password: str = field(repr=False)
    matched_hash: str | None = field(default=None, repr=False)
    """The stored hash that the password matched, found by `prepare`."""

    is_heavy = True

    def permit(self, work: Work) -> None:
        """Permit anyone: the password decides."""

    def prepare(self, view: Work) -> SignIn:
        _, stored = view.stores.people.by_username(self.attempt.username) or (None, None)
        if not password_matches(stored, self.password):
            raise SignInRefused
        return replace(self, matched_hash=stored)

    def execute(self, work: Work) -> SignedIn:
        person, stored = work.stores.people.by_username(self.attempt.username) or (None, None)
        if person is None or stored is None or stored != self.matched_hash:
            raise SignInRefused
        token = secrets.token_urlsafe(32)
        work.stores.sessions.begin(token, person, secrets.token_urlsafe(32), work.now)
        sign_in_limits.forgive(work, self.attempt)
        device = work.stores.known_devices.remember(self.attempt.device, person.id, work.now)
        session = work.stores.sessions.find(token, work.now)
        if session is None:
            raise SignInRefused
        return SignedIn(token, device, session)
