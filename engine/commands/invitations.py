"""Invitations: the person who is invited chooses how to sign in, and nobody else learns it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.casework import signing_in
from engine.casework.sign_in_limits import SignInAttempt
from engine.casework.signing_in import SignedIn, require_password
from engine.domain.people import Person, Role
from engine.errors import Invalid, NotFound
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_proof, require_role
from engine.storage.credentials import hash_password
from engine.storage.one_time_codes import OfferedSecret
from engine.storage.passkeys import Site


@dataclass(frozen=True, slots=True)
class Invitation:
    """As the inviter sees it, once."""

    token: str
    expires_at: datetime


@dataclass(frozen=True)
class Invite(Command[Invitation]):
    """Invite a person to choose how they sign in. Every way in that they had ends at once, and every session: an
    invitation is also for a lost telephone, and for a password that somebody may know."""

    username: str

    def permit(self, work: Work) -> None:
        require_role(work, Role.ADMINISTRATOR)
        require_proof(work)

    def execute(self, work: Work) -> Invitation:
        person = work.stores.people.named(self.username)
        if person is None:
            raise Invalid("Tätä käyttäjätunnusta ei ole.", field="username")
        signing_in.end_means(work, person)
        token = secrets.token_urlsafe(32)
        ends = work.stores.invitations.add(token, person.id, work.actor.person_id, work.now)
        return Invitation(token, ends)


@dataclass(frozen=True, slots=True)
class Invited:
    person: Person
    expires_at: datetime
    offer: OfferedSecret
    """For one-time codes, if they choose a password."""


@dataclass(frozen=True)
class ReadInvitation(Query[Invited]):
    """Return who is invited. It uses nothing up. Raise NotFound for an invitation that has ended."""

    token: str
    shows_cases = False

    def permit(self, work: Work) -> None:
        """Permit anyone: only the token finds it."""

    def execute(self, work: Work) -> Invited:
        person, expires_at = _invited(work, self.token)
        return Invited(person, expires_at, work.stores.one_time_codes.offer(person, work.now))


@dataclass(frozen=True)
class AskInvitedForPasskey(Query[str]):
    """Return, as JSON for the browser, how to make the passkey of the person who is invited."""

    token: str
    site: Site
    shows_cases = False

    def permit(self, work: Work) -> None:
        """Permit anyone: only the token finds it."""

    def execute(self, work: Work) -> str:
        person, _ = _invited(work, self.token)
        return work.stores.passkeys.options_to_make(self.site, person, work.now)


@dataclass(frozen=True)
class AcceptWithPasskey(Command[SignedIn]):
    """Use the invitation up with the passkey that the browser made, and begin a session."""

    token: str
    attempt: SignInAttempt
    site: Site
    answer: str = field(repr=False)
    name: str = ""

    def permit(self, work: Work) -> None:
        """Permit anyone: only the token finds it."""

    def execute(self, work: Work) -> SignedIn:
        person = _used(work, self.token)
        work.stores.passkeys.add(self.site, person.id, self.answer, self.name, work.now)
        return _begun(work, person, self.attempt)


@dataclass(frozen=True, slots=True)
class Accepted:
    begun: SignedIn
    recovery_codes: tuple[str, ...]


@dataclass(frozen=True)
class AcceptWithPassword(Command[Accepted]):
    """Use the invitation up with a password and one-time codes, and begin a session. Return the recovery codes, which
    are shown this once."""

    token: str
    attempt: SignInAttempt
    password: str = field(repr=False)
    offer: bytes = field(repr=False)
    """The sealed secret that the page offered."""
    code: str = field(repr=False)
    password_hash: str = field(default="", repr=False)

    is_heavy = True

    def permit(self, work: Work) -> None:
        """Permit anyone: only the token finds it."""

    def prepare(self, view: Work) -> AcceptWithPassword:
        person, _ = _invited(view, self.token)
        require_password(self.password, person)
        return replace(self, password_hash=hash_password(self.password))

    def execute(self, work: Work) -> Accepted:
        person = _used(work, self.token)
        if not work.stores.one_time_codes.take_up(person.id, self.offer, self.code, work.now):
            raise Invalid("Kertakoodi ei täsmää. Kirjoita sovelluksen uusin koodi.", field="code")
        work.stores.people.change(person.id, password_hash=self.password_hash)
        codes = work.stores.recovery_codes.renew(person.id)
        return Accepted(_begun(work, person, self.attempt), codes)


def _invited(work: Work, token: str) -> tuple[Person, datetime]:
    found = work.stores.invitations.invited(token, work.now)
    if found is None:
        raise NotFound
    person = work.stores.people.get(found[0])
    if not person.is_active:
        raise NotFound
    return person, found[1]


def _used(work: Work, token: str) -> Person:
    person, _ = _invited(work, token)
    if not work.stores.invitations.use(token, work.now):
        raise NotFound
    return person


def _begun(work: Work, person: Person, attempt: SignInAttempt) -> SignedIn:
    begun = signing_in.begin(work, person, attempt)
    if begun is None:
        raise NotFound
    return begun
