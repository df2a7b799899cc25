"""Staff accounts, appointments and service accounts. What gives power waits for a second person."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from engine.casework import powers
from engine.casework.powers import named
from engine.casework.signing_in import shut_out
from engine.domain.administration import DECIDERS, Act, ProposalKind
from engine.domain.appointments import DECISIONS_OF, NO_LIMITS, Limits
from engine.domain.inbox import TEAMS
from engine.domain.people import STAFF, Person, Power, Role
from engine.errors import Forbidden, Invalid
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_proof, require_role, require_staff
from engine.storage.database import new_id

PROGRAM_VALID: Final = timedelta(days=365)
LONGEST_PROGRAM: Final = timedelta(days=731)
SCOPES = (
    "cases:start",
    "cases:read",
    "tasks:read",
    "tasks:complete",
    "replies:deliver",
    "messages:deliver",
    "definitions:read",
    "deadlines:read",
    "answers:identity",
    "answers:contact",
    "answers:narrative",
    "answers:decision",
    "documents:read",
    "files:attach",
)


def require_staff_roles(roles: frozenset[Role]) -> None:
    if not roles or not roles <= STAFF:
        raise Invalid("Anna vähintään yksi henkilökunnan rooli.", field="roles")
    powers.require_other_auditor(roles)


@dataclass(frozen=True)
class AddPerson(Command[Person]):
    """Add an account. Its roles wait for a second person, and it opens once the person has used an invitation."""

    username: str
    name: str
    roles: frozenset[Role]
    title: str = ""
    email: str = ""
    phone: str = ""
    team: str | None = None
    language: str = "fi"
    reason: str = ""

    def permit(self, work: Work) -> None:
        require_role(work, Role.ADMINISTRATOR)
        require_proof(work)

    def execute(self, work: Work) -> Person:
        if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,60}", self.username):
            raise Invalid(
                "Käyttäjätunnuksessa voi olla pieniä kirjaimia, numeroita ja merkkejä . _ -", field="username"
            )
        if not self.name.strip():
            raise Invalid("Nimi puuttuu.", field="name")
        require_staff_roles(self.roles)
        is_program = work.stores.service_accounts.is_known(self.username)
        if is_program or work.stores.people.named(self.username) is not None:
            raise Invalid("Käyttäjätunnus on jo käytössä.", field="username")
        person = Person(
            id=new_id(),
            username=self.username,
            name=self.name.strip(),
            title=self.title,
            email=self.email,
            phone=self.phone,
            team=self.team,
            language=self.language,
            roles=frozenset(),
            is_active=True,
        )
        work.stores.people.add(person, work.now)
        facts = [f"team {self.team}"] if self.team else []
        _note(work, Act.PERSON_ADDED, self.username, *facts)
        given = powers.proposal(work, ProposalKind.ROLES, self.username, self.reason, roles=self.roles)
        powers.give(work, given)
        return replace(person, roles=self.roles if powers.acts_alone(work) else frozenset())


@dataclass(frozen=True)
class Appoint(Command[UUID]):
    """Enter a power of an official in the delegation register (746/2011 33 §), for all decisions or within limits. Return
    the id that the entry has, or gets once a second person has confirmed it."""

    person_id: UUID
    power: Power
    valid_from: date
    valid_until: date | None = None
    reason: str = ""
    limits: Limits = NO_LIMITS
    replaces: UUID | None = None
    """The person's appointment to the same power that ends when this one begins. Without it both hold."""

    def permit(self, work: Work) -> None:
        require_role(work, *DECIDERS)
        require_proof(work)

    def execute(self, work: Work) -> UUID:
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise Invalid("Määräys ei voi päättyä ennen kuin se alkaa.", field="valid_until")
        self._require_limits()
        self._require_replaced(work)
        given = powers.proposal(
            work,
            ProposalKind.APPOINTMENT,
            work.stores.people.get(self.person_id).username,
            self.reason,
            power=self.power,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            limits=self.limits,
            replaces=self.replaces,
        )
        powers.give(work, given)
        return given.id

    def _require_limits(self) -> None:
        """Raise Invalid for a limit to what the power does not decide, which would leave nothing, and to no team there is."""
        decided = DECISIONS_OF.get(self.power, ())
        if not decided and self.limits != NO_LIMITS:
            raise Invalid("Vain päätösvaltaa voi rajata ratkaisuihin ja alueisiin.", field="decisions")
        if not self.limits.decisions <= set(decided):
            raise Invalid(
                "Valta ei koske kaikkia valittuja ratkaisuja. Suullisesti päätetään vain ottamisesta auttamisjärjestelmään.",
                field="decisions",
            )
        if not self.limits.teams <= set(TEAMS):
            raise Invalid("Valitse alue luettelosta.", field="teams")

    def _require_replaced(self, work: Work) -> None:
        if self.replaces is None:
            return
        found = work.stores.people.appointment(self.replaces)
        is_theirs = (found.person_id, found.power) == (self.person_id, self.power)
        if not is_theirs or (found.valid_until is not None and found.valid_until < work.today):
            raise Invalid(
                "Korvata voi vain saman henkilön saman vallan määräyksen, joka ei ole päättynyt.",
                field="replaces",
            )


@dataclass(frozen=True)
class AddServiceAccount(Command[str]):
    """Add a service account. Return its token, which is shown once and stored as a digest; an empty text if it waits
    for a second person, who is then shown it."""

    name: str
    scopes: frozenset[str]
    roles: frozenset[Role]
    team: str | None = None
    reason: str = ""
    valid_until: date | None = None
    """Its last day; a year from now without it."""

    def permit(self, work: Work) -> None:
        require_role(work, Role.ADMINISTRATOR)
        require_proof(work)

    def execute(self, work: Work) -> str:
        if not self.name.strip():
            raise Invalid("Nimi puuttuu.", field="name")
        if not self.scopes:
            raise Invalid("Valitse, mitä ohjelma saa tehdä.", field="scopes")
        unknown = self.scopes - set(SCOPES)
        if unknown:
            raise Invalid(f"Tuntemattomia oikeuksia: {', '.join(sorted(unknown))}.", field="scopes")
        require_staff_roles(self.roles)
        powers.require_new_program(work, self.name)
        last_day = self.valid_until or work.today + PROGRAM_VALID
        if not work.today <= last_day <= work.today + LONGEST_PROGRAM:
            raise Invalid(
                "Viimeinen päivä on tänään tai myöhemmin, enintään kaksi vuotta.", field="valid_until"
            )
        given = powers.proposal(
            work,
            ProposalKind.PROGRAM,
            self.name,
            self.reason,
            roles=self.roles,
            scopes=self.scopes,
            team=self.team,
            valid_until=last_day,
        )
        return powers.give(work, given)


@dataclass(frozen=True)
class NoteProgramUse(Command[None]):
    """Note that a program has used its token today."""

    def permit(self, work: Work) -> None:
        if work.actor.program_id is None:
            raise Forbidden
        work.is_in_scope = True  # It is no act of the program's: each of its calls comes with it.

    def execute(self, work: Work) -> None:
        if work.actor.program_id is not None:
            work.stores.service_accounts.note_use(work.actor.program_id, work.today)


@dataclass(frozen=True)
class ListPeople(Query[tuple[Person, ...]]):
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_staff(work)

    def execute(self, work: Work) -> tuple[Person, ...]:
        return work.stores.people.all()


@dataclass(frozen=True)
class ClosePerson(Command[int]):
    """Close an account at once: no sign-in, no session. Records keep the person's name.

    Return how many open tasks the person still has; a manager reassigns those.
    """

    username: str

    def permit(self, work: Work) -> None:
        require_role(work, Role.ADMINISTRATOR)
        # With a stolen session every account could be closed.
        require_proof(work)

    def execute(self, work: Work) -> int:
        person = named(work, self.username)
        work.stores.people.change(person.id, is_active=False)
        shut_out(work, person)
        work.stores.invitations.end_all_of(person.id, work.now)
        for waiting in work.stores.power_proposals.waiting(person.username):
            if waiting.is_of_person:
                powers.decide(work, waiting, Act.REFUSED)
        _note(work, Act.PERSON_CLOSED, person.username)
        return work.stores.tasks.held_by(person.id)


@dataclass(frozen=True)
class ReopenPerson(Command[None]):
    """Reopen an account with the ways to sign in and the roles it had, once a second person has confirmed it."""

    username: str
    reason: str = ""

    def permit(self, work: Work) -> None:
        require_role(work, Role.ADMINISTRATOR)
        require_proof(work)

    def execute(self, work: Work) -> None:
        person = named(work, self.username)
        if person.is_active:
            raise Invalid("Tunnus on jo käytössä.", field="username")
        powers.give(work, powers.proposal(work, ProposalKind.REOPENING, person.username, self.reason))


@dataclass(frozen=True, slots=True)
class RoleChange:
    """Roles of a person that ended, that wait, and that wait no more."""

    taken: frozenset[Role]
    """Ended at once."""
    waiting: frozenset[Role]
    """Wait for a second person."""
    withdrawn: frozenset[Role]
    """Waited before, and wait no more."""


@dataclass(frozen=True)
class SetRoles(Command[RoleChange]):
    """Replace a person's roles, those that they have and those that wait. Those that are left out end at once, at the
    person's next request, since a session reads the roles each time. New ones wait for a second person."""

    username: str
    roles: frozenset[Role]
    reason: str = ""

    def permit(self, work: Work) -> None:
        require_role(work, Role.ADMINISTRATOR)
        require_proof(work)

    def execute(self, work: Work) -> RoleChange:
        person = named(work, self.username)
        require_staff_roles(self.roles)
        waited = powers.waiting_roles(work.stores.power_proposals.waiting(person.username))
        taken, new = person.roles - self.roles, self.roles - person.roles
        if taken:
            work.stores.people.set_roles(person.id, person.roles - taken)
            facts = (f"role {each.value}" for each in sorted(taken))
            _note(work, Act.ROLES_TAKEN, person.username, *facts, reason=self.reason)
        given = powers.proposal(work, ProposalKind.ROLES, person.username, self.reason, roles=new)
        if new != waited or powers.acts_alone(work):
            powers.replace_earlier(work, given)
            if new:
                powers.give(work, given)
        waits = frozenset() if powers.acts_alone(work) else new
        return RoleChange(taken, waits, waited - new - person.roles)


@dataclass(frozen=True)
class SetTeam(Command[None]):
    """Change the team whose cases a person works with, once a second person has confirmed it."""

    username: str
    team: str | None
    """None is the whole country."""
    reason: str = ""

    def permit(self, work: Work) -> None:
        require_role(work, Role.ADMINISTRATOR)
        require_proof(work)

    def execute(self, work: Work) -> None:
        person = named(work, self.username)
        given = powers.proposal(work, ProposalKind.TEAM, person.username, self.reason, team=self.team)
        powers.replace_earlier(work, given)
        if person.team != self.team:
            powers.give(work, given)


@dataclass(frozen=True)
class RevokeServiceAccount(Command[None]):
    """Revoke a service account: its token opens nothing from now on."""

    name: str

    def permit(self, work: Work) -> None:
        require_role(work, Role.ADMINISTRATOR)

    def execute(self, work: Work) -> None:
        if not work.stores.service_accounts.revoke(self.name, work.now):
            raise Invalid(powers.NO_PROGRAM, field="name")
        for each in work.stores.webhooks.all():
            if each.program == self.name and each.ended_at is None:
                work.stores.webhooks.end(each.id, work.now)
        _note(work, Act.PROGRAM_REVOKED, self.name)


def _note(work: Work, act: Act, about: str, *facts: str, reason: str = "") -> None:
    work.stores.access.log_administration(work.actor, act, work.now, about, facts=facts, reason=reason)
