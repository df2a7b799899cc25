"""Invitations: the person who is invited chooses how to sign in, and nobody else learns it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.casework import powers, signing_in
from engine.casework.powers import active, named
from engine.casework.sign_in_limits import SignInAttempt
from engine.casework.signing_in import SignedIn, require_password
from engine.domain.administration import Act, ProposalKind
from engine.domain.people import Person, Role
from engine.errors import Invalid, NotFound
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_proof, require_role
from engine.storage.credentials import hash_password
from engine.storage.invitations import VALID_FOR
from engine.storage.one_time_codes import OfferedSecret
from engine.storage.passkeys import Site


@dataclass(frozen=True, slots=True)
class Invitation:
    """As the inviter sees it, once."""

    token: str
    expires_at: datetime


class NoLocalAccount(Invalid):
    sentence = "Tällä tunnuksella kirjaudutaan viraston kirjautumispalvelussa. Kutsua ei tarvita."


@dataclass(frozen=True)
class Invite(Command[Invitation | None]):
    """Invite a person to choose how they sign in. With the link, every way in that they had ends, and every session.

    Return None for a person who has come in before: who has the link has all their powers, so it waits for a second
    person, who is shown it. Until then nothing ends, unless somebody else may have a way in.
    """

    username: str
    reason: str = ""
    ends_ways_now: bool = False
    """A telephone is lost, or somebody may know the password: end every way in and every session at once."""

    def permit(self, work: Work) -> None:
        require_role(work, Role.ADMINISTRATOR)
        require_proof(work)

    def execute(self, work: Work) -> Invitation | None:
        person = active(work, self.username)
        if not person.roles:
            raise Invalid("Toinen ihminen vahvistaa ensin roolit. Kutsu sitten.", field="username")
        if not work.settings.is_local_account(person.username):
            raise NoLocalAccount(field="username")
        given = powers.proposal(work, ProposalKind.INVITATION, person.username, self.reason)
        if signing_in.has_come_in(work, person) and not powers.acts_alone(work):
            if not powers.confirmers(given, work.stores.people.all()):
                raise Invalid(
                    "Kukaan muu ei voi vahvistaa kutsua, joten mitään ei lopetettu. Siihen tarvitaan toinen ylläpitäjä tai johtaja.",
                    field="username",
                )
            powers.propose(work, given)
            if self.ends_ways_now:
                signing_in.end_means(work, person)
                work.stores.invitations.end_all_of(person.id, work.now)
                work.stores.access.log_administration(work.actor, Act.WAYS_ENDED, work.now, person.username)
            return None
        return Invitation(powers.carry_out(work, given), work.now + VALID_FOR)


@dataclass(frozen=True)
class TakeBackInvitation(Command[None]):
    """End a person's open invitation: its link opens nothing."""

    username: str

    def permit(self, work: Work) -> None:
        require_role(work, Role.ADMINISTRATOR)

    def execute(self, work: Work) -> None:
        person = named(work, self.username)
        if person.id not in work.stores.invitations.open_ones(work.now):
            raise Invalid("Avointa kutsua ei ole.", field="username")
        work.stores.invitations.end_all_of(person.id, work.now)
        act = Act.INVITATION_TAKEN_BACK
        work.stores.access.log_administration(work.actor, act, work.now, person.username)


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
    work.stores.access.log_administration(work.actor, Act.INVITATION_USED, work.now, person.username)
    return person


def _begun(work: Work, person: Person, attempt: SignInAttempt) -> SignedIn:
    begun = signing_in.begin(work, person, attempt, "invitation")
    if begun is None:
        raise NotFound
    return begun
