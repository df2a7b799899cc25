"""Signing in, and proving again who one is, at the authority's identity provider.

The web speaks with the provider and checks what it says; here it becomes a person of the register and a session.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from engine.casework import sign_in_limits, signing_in
from engine.casework.sign_in_limits import SignInAttempt
from engine.casework.signing_in import ProvedAtProvider, SignedIn
from engine.domain.administration import Act, audits_own_acts
from engine.domain.people import STAFF, SYSTEM, Person, Role
from engine.errors import NotFound
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_person
from engine.storage.provider_trips import ON_THE_WAY as ON_THE_WAY
from engine.storage.provider_trips import ProviderTrip as ProviderTrip

LONGEST_ONWARDS: Final = 600
"""Characters of the page to go on to: what the browser keeps must fit into a cookie."""
_WAY: Final = "way provider"


@dataclass(frozen=True)
class SetOut(Query[str]):
    """Return what the browser keeps while its person is at the provider. It writes nothing."""

    trip: ProviderTrip
    to_prove: bool = False
    """Prove within the actor's session; else sign in."""
    shows_cases = False

    def permit(self, work: Work) -> None:
        """Permit anyone to sign in, and people with a session to prove."""
        if self.to_prove:
            require_person(work)

    def execute(self, work: Work) -> str:
        onwards = self.trip.onwards if len(self.trip.onwards) <= LONGEST_ONWARDS else ""
        held = ProviderTrip(self.trip.state, self.trip.nonce, self.trip.verifier, onwards)
        if self.to_prove:
            whose = {"person_id": str(require_person(work)), "session_hash": work.actor.session_hash}
            held = ProviderTrip(held.state, held.nonce, held.verifier, onwards, **whose)
        return work.stores.provider_trips.seal(held, work.now)


@dataclass(frozen=True)
class ComeBack(Command[tuple[ProviderTrip, datetime] | None]):
    """Return the trip that this browser set out on and when, once; None for any other, and for one that took too long.

    A command of its own, before the provider is asked: no return works twice.
    """

    sealed: str = field(repr=False)
    state: str = field(repr=False)

    def permit(self, work: Work) -> None:
        """Permit anyone: only what this service sealed is opened."""

    def execute(self, work: Work) -> tuple[ProviderTrip, datetime] | None:
        return work.stores.provider_trips.take(self.sealed, self.state, work.now)


@dataclass(frozen=True, slots=True)
class ProviderIdentity:
    """A person as the provider's claims and the operator's table name them."""

    username: str
    shown_at: datetime | None
    """When they showed the provider who they are; None if it does not say."""
    allowed: frozenset[Role] | None = None
    """Roles that the claim allows; None where the table reads no roles, and those given here hold as they are."""
    given_by_claim: frozenset[Role] = frozenset()
    """Roles that follow the claim alone."""
    unknown: tuple[str, ...] = ()
    """Values that are in the claim and not in the table. They give nothing."""


class Why(StrEnum):
    """Why somebody whom the provider knows can't come in."""

    UNKNOWN = "unknown"
    CLOSED = "closed"
    WITHOUT_ROLES = "without_roles"


@dataclass(frozen=True, slots=True)
class CameIn:
    """The session that has begun, or why there is none."""

    begun: SignedIn | None
    why: Why | None = None
    withheld: frozenset[Role] = frozenset()
    """Roles that the register gives and the claim does not allow."""


@dataclass(frozen=True)
class SignInAtProvider(Command[CameIn]):
    """Begin a session for the person whom the provider named. Nobody is entered in the register by it."""

    sealed: str = field(repr=False)
    """The trip, which ends with it."""
    attempt: SignInAttempt
    identity: ProviderIdentity

    def permit(self, work: Work) -> None:
        """Permit anyone: only a trip that has come back is opened, once."""

    def execute(self, work: Work) -> CameIn:
        trip = work.stores.provider_trips.finish(self.sealed, work.now)
        if trip is None or trip.session_hash:
            raise NotFound
        came_in = self._came_in(work)
        if came_in.begun is None:
            person = work.stores.people.named(self.identity.username)
            work.stores.access.log_administration(
                work.actor,
                Act.SIGN_IN_REFUSED,
                work.now,
                person.username if person is not None else "",
                facts=(_WAY, *self._unknown()),
            )
        return came_in

    def _came_in(self, work: Work) -> CameIn:
        person = work.stores.people.named(self.identity.username)
        if person is None:
            return CameIn(None, Why.UNKNOWN)
        if not signing_in.may_sign_in(person, self.attempt):
            return CameIn(None, Why.CLOSED)
        person = self._follow_claim(work, person)
        allowed = STAFF if self.identity.allowed is None else self.identity.allowed
        withheld = person.roles - allowed
        if not person.roles & allowed:
            return CameIn(None, Why.WITHOUT_ROLES, withheld)
        proved = ProvedAtProvider(allowed, self.identity.shown_at)
        facts = (*(f"withheld {each.value}" for each in sorted(withheld)), *self._unknown())
        begun = signing_in.begin(work, person, self.attempt, "provider", proved, facts)
        return CameIn(begun, None if begun else Why.CLOSED, withheld)

    def _follow_claim(self, work: Work, person: Person) -> Person:
        """Give and take the roles that follow the claim alone. Return the person as they are then."""
        follows, allowed = self.identity.given_by_claim, self.identity.allowed
        if allowed is None:
            return person
        roles = (person.roles - follows) | (follows & allowed)
        if audits_own_acts(roles):
            roles -= {Role.AUDITOR}
        changes = (Act.ROLES_GIVEN, roles - person.roles), (Act.ROLES_TAKEN, person.roles - roles)
        for act, changed in changes:
            if changed:
                facts = (*(f"role {each.value}" for each in sorted(changed)), _WAY)
                work.stores.access.log_administration(SYSTEM, act, work.now, person.username, facts=facts)
        if roles != person.roles:
            work.stores.people.set_roles(person.id, roles)
        return work.stores.people.get(person.id)

    def _unknown(self) -> tuple[str, ...]:
        return tuple(f"unknown {each}" for each in self.identity.unknown)


@dataclass(frozen=True)
class ProveAtProvider(Command[str | None]):
    """Prove with what the provider says, within the session that set out. Return the session's new token; None if the
    session has ended, or if it is another person's."""

    sealed: str = field(repr=False)
    attempt: SignInAttempt
    identity: ProviderIdentity

    def permit(self, work: Work) -> None:
        """Permit anyone: only a trip that has come back is opened, once, and it names its session."""

    def execute(self, work: Work) -> str | None:
        trip = work.stores.provider_trips.finish(self.sealed, work.now)
        if trip is None or not trip.session_hash:
            raise NotFound
        sign_in_limits.forgive(work, self.attempt)
        person = work.stores.people.named(self.identity.username)
        token = secrets.token_urlsafe(32)
        if (
            person is not None
            and person.is_active
            and person.id == trip.person
            and work.stores.sessions.prove(trip.session_hash, token, work.now)
        ):
            return token
        about = work.stores.people.get(trip.person).username if trip.person is not None else ""
        work.stores.access.log_administration(work.actor, Act.PROOF_REFUSED, work.now, about, facts=(_WAY,))
        return None
