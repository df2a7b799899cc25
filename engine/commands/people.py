"""Staff accounts, appointments and service accounts."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from engine.casework.signing_in import shut_out
from engine.domain.people import STAFF, Person, Power, Role
from engine.errors import Invalid
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_proof, require_role, require_staff
from engine.storage.database import new_id

SCOPES = (
    "cases:start",
    "cases:read",
    "tasks:read",
    "tasks:complete",
    "replies:deliver",
    "messages:deliver",
    "definitions:read",
    "deadlines:read",
)


def require_staff_roles(roles: frozenset[Role]) -> None:
    if not roles or not roles <= STAFF:
        raise Invalid("Anna vähintään yksi henkilökunnan rooli.", field="roles")


@dataclass(frozen=True)
class AddPerson(Command[Person]):
    """Add an account. It opens once the person has used an invitation."""

    username: str
    name: str
    roles: frozenset[Role]
    title: str = ""
    email: str = ""
    phone: str = ""
    team: str | None = None
    language: str = "fi"

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
        if work.stores.people.named(self.username) is not None:
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
            roles=self.roles,
            is_active=True,
        )
        work.stores.people.add(person, work.now)
        return person


@dataclass(frozen=True)
class Appoint(Command[UUID]):
    """Enter a power of an official in the delegation register (746/2011 33 §). Return the entry's id."""

    person_id: UUID
    power: Power
    valid_from: date
    valid_until: date | None = None

    def permit(self, work: Work) -> None:
        require_role(work, Role.DIRECTOR, Role.ADMINISTRATOR)
        require_proof(work)

    def execute(self, work: Work) -> UUID:
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise Invalid("Määräys ei voi päättyä ennen kuin se alkaa.", field="valid_until")
        return work.stores.people.appoint(
            self.person_id, self.power, self.valid_from, self.valid_until, work.actor.person_id
        )


@dataclass(frozen=True)
class AddServiceAccount(Command[str]):
    """Add a service account. Return its token, which is shown once and stored as a digest."""

    name: str
    scopes: frozenset[str]
    roles: frozenset[Role]
    team: str | None = None

    def permit(self, work: Work) -> None:
        require_role(work, Role.ADMINISTRATOR)
        require_proof(work)

    def execute(self, work: Work) -> str:
        unknown = self.scopes - set(SCOPES)
        if unknown or not self.scopes:
            raise Invalid(f"Tuntemattomia oikeuksia: {', '.join(sorted(unknown))}.", field="scopes")
        require_staff_roles(self.roles)
        if work.stores.service_accounts.is_known(self.name):
            raise Invalid("Tämän niminen ohjelma on jo.", field="name")
        token = secrets.token_urlsafe(32)
        work.stores.service_accounts.add(self.name, token, self.scopes, self.roles, self.team, work.now)
        return token


@dataclass(frozen=True)
class ListPeople(Query[tuple[Person, ...]]):
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

    def execute(self, work: Work) -> int:
        person = _named(work, self.username)
        work.stores.people.change(person.id, is_active=False)
        shut_out(work, person)
        work.stores.invitations.end_all_of(person.id, work.now)
        return work.stores.tasks.held_by(person.id)


@dataclass(frozen=True)
class ReopenPerson(Command[None]):
    """Reopen an account with the ways to sign in and the roles it had."""

    username: str

    def permit(self, work: Work) -> None:
        require_role(work, Role.ADMINISTRATOR)
        require_proof(work)

    def execute(self, work: Work) -> None:
        work.stores.people.change(_named(work, self.username).id, is_active=True)


@dataclass(frozen=True)
class SetRoles(Command[None]):
    """Replace a person's roles. It takes effect at their next request, since a session reads the roles each time."""

    username: str
    roles: frozenset[Role]

    def permit(self, work: Work) -> None:
        require_role(work, Role.ADMINISTRATOR)
        require_proof(work)

    def execute(self, work: Work) -> None:
        person = _named(work, self.username)
        require_staff_roles(self.roles)
        work.stores.people.set_roles(person.id, self.roles)


@dataclass(frozen=True)
class RevokeServiceAccount(Command[None]):
    """Revoke a service account: its token opens nothing from now on."""

    name: str

    def permit(self, work: Work) -> None:
        require_role(work, Role.ADMINISTRATOR)

    def execute(self, work: Work) -> None:
        if not work.stores.service_accounts.revoke(self.name, work.now):
            raise Invalid("Tämän nimistä voimassa olevaa ohjelmaa ei ole.", field="name")


def _named(work: Work, username: str) -> Person:
    found = work.stores.people.named(username)
    if found is None:
        raise Invalid("Tätä käyttäjätunnusta ei ole.", field="username")
    return found
