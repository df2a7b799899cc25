"""Beginning a session once it is proved who it is, and the proofs that are asked beside a password."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from engine.casework import sign_in_limits
from engine.casework.sign_in_limits import SignInAttempt
from engine.domain.administration import Act
from engine.domain.people import PROOF_LASTS, Person, Role
from engine.errors import Invalid
from engine.executor import Work
from engine.storage.sessions import Session

NO_WAY_IN: Final = "Henkilö ei voi vielä kirjautua: kutsua ei ole käytetty. Valitse joku muu."
SHORTEST_PASSWORD = 12
_FEWEST_CHARACTERS = 5


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has begun. Both tokens are shown to the browser once and stored as digests."""

    token: str
    device: str
    session: Session


@dataclass(frozen=True, slots=True)
class ProvedAtProvider:
    """How the authority's identity provider limits a session that it proves."""

    allowed_roles: frozenset[Role]
    shown_at: datetime | None
    """When the person showed it who they are, which may be this morning; None if it does not say."""


def begin(
    work: Work,
    person: Person,
    attempt: SignInAttempt,
    way: str,
    proved: ProvedAtProvider | None = None,
    facts: tuple[str, ...] = (),
) -> SignedIn | None:
    """Begin a session. Return None for a person who may not have one here, or not in this way. Without what the
    authority's identity provider proved, the way is one of this service's own."""
    if not may_sign_in(person, attempt):
        return None
    if proved is None and not work.settings.is_local_account(person.username):
        return None
    token = secrets.token_urlsafe(32)
    limits = work.settings.sessions
    csrf = secrets.token_urlsafe(32)
    if proved is None:
        work.stores.sessions.begin(token, person, csrf, work.now, limits, attempt.browser)
    else:
        # One who went through without showing anything has proved nothing lately.
        shown_at, allowed = proved.shown_at or work.now - PROOF_LASTS, proved.allowed_roles
        work.stores.sessions.begin(token, person, csrf, work.now, limits, attempt.browser, shown_at, allowed)
    sign_in_limits.forgive(work, attempt)
    device = work.stores.known_devices.remember(attempt.device, person.id, work.now)
    session = work.stores.sessions.find(token, work.now, limits)
    if session is None:
        return None
    if person.came_in_at is None:
        work.stores.people.change(person.id, came_in_at=work.now)
    work.stores.access.log_administration(
        session.actor, Act.SIGNED_IN, work.now, person.username, facts=(f"way {way}", *facts)
    )
    return SignedIn(token, device, session)


def note_refused(work: Work, username: str) -> None:
    """Log a sign-in that proved nothing. A name that nobody has is left out: it may be a password in the wrong field."""
    person = work.stores.people.named(username) if username else None
    about = person.username if person is not None else ""
    work.stores.access.log_administration(work.actor, Act.SIGN_IN_REFUSED, work.now, about)


def may_sign_in(person: Person, attempt: SignInAttempt) -> bool:
    """Return False for a closed account, and for one of the demonstration from anywhere but the machine itself: its
    password is printed."""
    return person.is_active and (attempt.is_local or not person.is_demonstration)


def way_with_password(work: Work, person: Person, code: str) -> str | None:
    """Return the way in that a right password and this code make, as the log names it: the code is the person's next
    one-time code or an unused recovery code, and the demonstration's people need none. None: the code proves nothing."""
    if person.is_demonstration:
        return "password_alone"
    if work.stores.one_time_codes.accept(person.id, code, work.now):
        return "password"
    return "recovery_code" if work.stores.recovery_codes.use(person.id, code, work.now) else None


def has_come_in(work: Work, person: Person) -> bool:
    """Return True if the person has been here, or has a way in."""
    return person.came_in_at is not None or has_way_in(work, person)


def has_way_in(work: Work, person: Person) -> bool:
    return work.stores.people.has_password(person.id) or bool(work.stores.passkeys.of(person.id))


def without_way_in(work: Work) -> frozenset[UUID]:
    """Return the people of open accounts who can't sign in until they have used an invitation: no work goes to them."""
    found = work.stores.people.without_means()
    return frozenset(each.id for each in found if work.settings.is_local_account(each.username))


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
