"""Beginning a session once it is proved who it is, and the proofs that are asked beside a password."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from engine.casework import sign_in_limits
from engine.casework.sign_in_limits import SignInAttempt
from engine.domain.people import Person
from engine.errors import Invalid
from engine.executor import Work
from engine.storage.sessions import Session

SHORTEST_PASSWORD = 12
_FEWEST_CHARACTERS = 5


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has begun. Both tokens are shown to the browser once and stored as digests."""

    token: str
    device: str
    session: Session


def begin(work: Work, person: Person, attempt: SignInAttempt) -> SignedIn | None:
    """Begin a session. Return None for a person who may not have one here."""
    if not may_sign_in(person, attempt):
        return None
    token = secrets.token_urlsafe(32)
    limits = work.settings.sessions
    work.stores.sessions.begin(token, person, secrets.token_urlsafe(32), work.now, limits, attempt.browser)
    sign_in_limits.forgive(work, attempt)
    device = work.stores.known_devices.remember(attempt.device, person.id, work.now)
    session = work.stores.sessions.find(token, work.now, limits)
    return None if session is None else SignedIn(token, device, session)


def may_sign_in(person: Person, attempt: SignInAttempt) -> bool:
    """Return False for a closed account, and for one of the demonstration from anywhere but the machine itself: its
    password is printed."""
    return person.is_active and (attempt.is_local or not person.is_demonstration)


def proves_second(work: Work, person: Person, code: str) -> bool:
    """Return True if the code is the person's next one-time code or an unused recovery code. The demonstration's
    people need none."""
    if person.is_demonstration:
        return True
    return work.stores.one_time_codes.accept(person.id, code, work.now) or work.stores.recovery_codes.use(
        person.id, code, work.now
    )


def end_means(work: Work, person: Person) -> None:
    """End every session of the person and every way in: passwords, passkeys, codes, and what is known of devices."""
    work.stores.people.change(person.id, password_hash=None)
    work.stores.passkeys.remove_all_of(person.id)
    work.stores.one_time_codes.remove(person.id)
    work.stores.recovery_codes.remove(person.id)
    shut_out(work, person)


def shut_out(work: Work, person: Person) -> None:
    """End every session of the person, and forget on which devices they have signed in."""
    work.stores.sessions.end_all_of(person.id, work.now)
    work.stores.known_devices.forget_all_of(person.id)


def require_password(password: str, person: Person) -> None:
    """Raise Invalid for a password that is guessed first: a short one, one of few characters, one with the name in
    it."""
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(
            "Salasanassa pitää olla vähintään %(least)s merkkiä.", field="password", least=SHORTEST_PASSWORD
        )
    if len(set(password)) < _FEWEST_CHARACTERS:
        raise Invalid("Salasanassa pitää olla useita eri merkkejä.", field="password")
    if person.username.lower() in password.lower():
        raise Invalid("Salasanassa ei saa olla käyttäjätunnustasi.", field="password")
