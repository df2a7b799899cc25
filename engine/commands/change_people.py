"""What changes for those who work here: they leave, come back, get another password or other roles; a program's token ends."""

from __future__ import annotations

from dataclasses import dataclass

from engine.commands.manage_people import require_password, require_staff_roles
from engine.domain.people import Person, Role
from engine.errors import Invalid
from engine.executor import Command, Work
from engine.executor.permissions import require_role
from engine.storage.credentials import hash_password


@dataclass(frozen=True)
class ClosePerson(Command[int]):
    """Whoever leaves is out at once: no sign-in, no session. What they did keeps their name.

    Returns how many open tasks they still hold; a manager gives those to somebody else.
    """

    username: str

    def permit(self, work: Work) -> None:
        require_role(work, Role.ADMINISTRATOR)

    def execute(self, work: Work) -> int:
        person = _named(work, self.username)
        work.stores.people.change(person.id, is_active=False)
        work.stores.sessions.end_all_of(person.id, work.now)
        return work.stores.tasks.held_by(person.id)


@dataclass(frozen=True)
class ReopenPerson(Command[None]):
    """Somebody comes back, with the password and roles they had."""

    username: str

    def permit(self, work: Work) -> None:
        require_role(work, Role.ADMINISTRATOR)

    def execute(self, work: Work) -> None:
        work.stores.people.change(_named(work, self.username).id, is_active=True)


@dataclass(frozen=True)
class SetPassword(Command[None]):
    """Ends every session of theirs: a password is changed because somebody may know the old one."""

    username: str
    password: str

    def permit(self, work: Work) -> None:
        require_role(work, Role.ADMINISTRATOR)

    def execute(self, work: Work) -> None:
        person = _named(work, self.username)
        require_password(self.password)
        work.stores.people.change(person.id, password_hash=hash_password(self.password))
        work.stores.sessions.end_all_of(person.id, work.now)


@dataclass(frozen=True)
class SetRoles(Command[None]):
    """Instead of those they had; holds from their next request, for a session reads the roles anew each time."""

    username: str
    roles: frozenset[Role]

    def permit(self, work: Work) -> None:
        require_role(work, Role.ADMINISTRATOR)

    def execute(self, work: Work) -> None:
        person = _named(work, self.username)
        require_staff_roles(self.roles)
        work.stores.people.set_roles(person.id, self.roles)


@dataclass(frozen=True)
class RevokeServiceAccount(Command[None]):
    """Its token opens nothing from now on."""

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
