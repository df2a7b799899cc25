"""Signing in: with a passkey, or with a password and a one-time code. An attempt is counted first."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from engine.casework import sign_in_limits, signing_in
from engine.casework.sign_in_limits import SignInAttempt as SignInAttempt
from engine.casework.signing_in import SignedIn as SignedIn
from engine.errors import PasskeyRefused
from engine.executor import Command, Query, Work
from engine.storage.credentials import password_matches
from engine.storage.passkeys import Site as Site
from engine.storage.sessions import KnownDevices

DEVICE_REMEMBERED = KnownDevices.REMEMBERED
_PURPOSE = "sign in"


@dataclass(frozen=True)
class CountSignIn(Command[bool]):
    """Count an attempt to sign in before anything is proved. Return False if it is one too many.

    A command of its own: an attempt that is refused afterwards must stay counted.
    """

    attempt: SignInAttempt

    def permit(self, work: Work) -> None:
        """Permit anyone: nobody is signed in yet."""

    def execute(self, work: Work) -> bool:
        return sign_in_limits.count(work, self.attempt)


@dataclass(frozen=True)
class SignIn(Command[SignedIn | None]):
    """Begin a session. Return None for a wrong name, password or code, without saying which. Perform CountSignIn
    before."""

    attempt: SignInAttempt
    password: str = field(repr=False)
    code: str = field(default="", repr=False)
    """Of the person's application, or a recovery code."""
    matched_hash: str | None = field(default=None, repr=False)
    """The stored hash that the password matched, found by `prepare`."""

    is_heavy = True

    def permit(self, work: Work) -> None:
        """Permit anyone: password and code decide."""

    def prepare(self, view: Work) -> SignIn:
        _, stored = view.stores.people.by_username(self.attempt.username) or (None, None)
        return replace(self, matched_hash=stored if password_matches(stored, self.password) else None)

    def execute(self, work: Work) -> SignedIn | None:
        begun = self._begun(work)
        if begun is None:
            signing_in.note_refused(work, self.attempt.username)
        return begun

    def _begun(self, work: Work) -> SignedIn | None:
        person, stored = work.stores.people.by_username(self.attempt.username) or (None, None)
        if person is None or stored is None or stored != self.matched_hash:
            return None
        way = signing_in.way_with_password(work, person, self.code)
        return None if way is None else signing_in.begin(work, person, self.attempt, way)


@dataclass(frozen=True)
class AskForPasskey(Query[str]):
    """Return, as JSON for the browser, what a passkey is to sign. It names nobody, and writes nothing."""

    site: Site
    shows_cases = False

    def permit(self, work: Work) -> None:
        """Permit anyone: nobody is signed in yet."""

    def execute(self, work: Work) -> str:
        return work.stores.passkeys.options_to_use(self.site, _PURPOSE, work.now)


@dataclass(frozen=True)
class SignInWithPasskey(Command[SignedIn | None]):
    """Begin a session for the person whose passkey answered. Return None if the answer proves nothing. Perform
    CountSignIn before."""

    attempt: SignInAttempt
    site: Site
    answer: str = field(repr=False)

    def permit(self, work: Work) -> None:
        """Permit anyone: the passkey decides."""

    def execute(self, work: Work) -> SignedIn | None:
        begun = self._begun(work)
        if begun is None:
            signing_in.note_refused(work, "")
        return begun

    def _begun(self, work: Work) -> SignedIn | None:
        try:
            passkey = work.stores.passkeys.use(self.site, _PURPOSE, self.answer, work.now)
        except PasskeyRefused:
            return None
        person = work.stores.people.get(passkey.person_id)
        return signing_in.begin(work, person, self.attempt, "passkey")
