"""Staff, powers, sessions, service accounts and rate limits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, bindparam, delete, exists, func, insert, select, update

from engine.domain.people import Actor, Appointment, Person, Power, Role
from engine.errors import NotFound
from engine.storage.database import new_id
from engine.storage.prepared import Found, read, read_one
from engine.storage.sealing import MasterKey
from engine.storage.tables.people import (
    APPOINTMENTS,
    PEOPLE,
    PERSON_ROLES,
    SERVICE_ACCOUNTS,
    SESSIONS,
)


class People:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, person: Person, password_hash: str, moment: datetime) -> None:
        self._connection.execute(
            insert(PEOPLE).values(
                id=person.id,
                username=person.username,
                name=person.name,
                title=person.title,
                email=person.email,
                phone=person.phone,
                unit=person.unit,
                language=person.language,
                password_hash=password_hash,
                is_active=person.is_active,
                created_at=moment,
            )
        )
        self._add_roles(person.id, person.roles)

    def all(self) -> tuple[Person, ...]:
        return self._found(_with_roles())

    def get(self, person_id: UUID) -> Person:
        found = self._found(_one_with_roles(), wanted=person_id)
        if not found:
            raise NotFound
        return found[0]

    def by_username(self, username: str) -> tuple[Person, str] | None:
        """The active person and their password hash."""
        row = self._connection.execute(
            select(PEOPLE.c.id, PEOPLE.c.password_hash).where(
                func.lower(PEOPLE.c.username) == username.lower(), PEOPLE.c.is_active
            )
        ).one_or_none()
        return None if row is None else (self.get(row.id), row.password_hash)

    def named(self, username: str) -> Person | None:
        """Whether they may sign in or not: a name that was used is never used for somebody else."""
        found = self._found(_named(), name=username.lower())
        return found[0] if found else None

    def with_role(self, role: Role) -> tuple[Person, ...]:
        """The active ones, by name."""
        return self._found(_in_role(), role=role.value)

    def roles_held(self) -> frozenset[Role]:
        """By somebody who may sign in."""
        held = select(PERSON_ROLES.c.role).distinct().join(PEOPLE, PEOPLE.c.id == PERSON_ROLES.c.person_id)
        return frozenset(Role(role) for role in self._connection.scalars(held.where(PEOPLE.c.is_active)))

    def change(self, person_id: UUID, **values: Any) -> None:
        self._connection.execute(update(PEOPLE).where(PEOPLE.c.id == person_id).values(values))

    def set_roles(self, person_id: UUID, roles: Iterable[Role]) -> None:
        """Instead of the ones they have."""
        self._connection.execute(delete(PERSON_ROLES).where(PERSON_ROLES.c.person_id == person_id))
        self._add_roles(person_id, roles)

    def appoint(
        self,
        person_id: UUID,
        power: Power,
        valid_from: date,
        valid_until: date | None,
        appointed_by: UUID | None,
    ) -> UUID:
        appointment_id = new_id()
        self._connection.execute(
            insert(APPOINTMENTS).values(
                id=appointment_id,
                person_id=person_id,
                power=power.value,
                valid_from=valid_from,
                valid_until=valid_until,
                appointed_by=appointed_by,
            )
        )
        return appointment_id

    def appointments_of(self, person_id: UUID) -> tuple[Appointment, ...]:
        rows = self._connection.execute(select(APPOINTMENTS).where(APPOINTMENTS.c.person_id == person_id))
        return tuple(
            Appointment(row.id, row.person_id, Power(row.power), row.valid_from, row.valid_until)
            for row in rows
        )

    def holds_power(self, person_id: UUID | None, power: Power, day: date) -> bool:
        """Whether a valid appointment exists on that day."""
        if person_id is None:
            return False
        return any(each.power is power and each.holds_on(day) for each in self.appointments_of(person_id))

    def _add_roles(self, person_id: UUID, roles: Iterable[Role]) -> None:
        self._connection.execute(
            insert(PERSON_ROLES), [{"person_id": person_id, "role": role.value} for role in sorted(roles)]
        )

    def _found(self, statement: Select[Any], **given: Any) -> tuple[Person, ...]:
        """Each person once, whatever the number of their roles."""
        rows = read(self._connection, statement, given)
        each = (tuple(own) for _, own in groupby(rows, key=itemgetter("id")))
        return tuple(
            _person(own[0], frozenset(Role(row["role"]) for row in own if row["role"])) for own in each
        )


@lru_cache
def _with_roles() -> Select[Any]:
    return (
        select(PEOPLE, PERSON_ROLES.c.role)
        .outerjoin(PERSON_ROLES, PERSON_ROLES.c.person_id == PEOPLE.c.id)
        .order_by(PEOPLE.c.name, PEOPLE.c.id)
    )


@lru_cache
def _in_role() -> Select[Any]:
    one = PERSON_ROLES.alias()
    has = exists().where(one.c.person_id == PEOPLE.c.id, one.c.role == bindparam("role"))
    return _with_roles().where(PEOPLE.c.is_active, has)


@lru_cache
def _named() -> Select[Any]:
    return _with_roles().where(func.lower(PEOPLE.c.username) == bindparam("name"))


@lru_cache
def _one_with_roles() -> Select[Any]:
    return _with_roles().where(PEOPLE.c.id == bindparam("wanted"))


def _person(row: Found, roles: frozenset[Role]) -> Person:
    return Person(
        id=row["id"],
        username=row["username"],
        name=row["name"],
        title=row["title"],
        email=row["email"],
        phone=row["phone"],
        unit=row["unit"],
        language=row["language"],
        roles=roles,
        is_active=row["is_active"],
        away_until=row["away_until"],
    )


@dataclass(frozen=True, slots=True)
class Session:
    actor: Actor
    csrf: str
    language: str
    expires_at: datetime


class Sessions:
    """Sign-ins: the token is stored only as a digest and can be revoked at once."""

    LENGTH = timedelta(hours=10)

    def __init__(self, connection: Connection, master: MasterKey) -> None:
        self._connection = connection
        self._master = master

    def begin(self, token: str, person: Person, csrf: str, moment: datetime) -> None:
        self._connection.execute(
            insert(SESSIONS).values(
                token_hash=self._digest(token),
                person_id=person.id,
                csrf=csrf,
                language=person.language,
                created_at=moment,
                expires_at=moment + self.LENGTH,
            )
        )

    def find(self, token: str, moment: datetime) -> Session | None:
        """The session with its person and roles, in one statement."""
        given = {"digest": self._digest(token), "moment": moment}
        rows = read(self._connection, _session(), given)
        if not rows:
            return None
        first = rows[0]
        actor = Actor(
            name=first["name"],
            roles=frozenset(Role(row["role"]) for row in rows),
            person_id=first["id"],
            unit=first["unit"],
            language=first["language"],
            session_hash=first["token_hash"],
        )
        return Session(actor, first["csrf"], first["language"], first["expires_at"])

    def speak(self, token: str, language: str) -> None:
        self._connection.execute(
            update(SESSIONS).where(SESSIONS.c.token_hash == self._digest(token)).values(language=language)
        )

    def end(self, token: str, moment: datetime) -> None:
        self._connection.execute(
            update(SESSIONS).where(SESSIONS.c.token_hash == self._digest(token)).values(ended_at=moment)
        )

    def end_all_of(self, person_id: UUID, moment: datetime) -> None:
        own = update(SESSIONS).where(SESSIONS.c.person_id == person_id, SESSIONS.c.ended_at.is_(None))
        self._connection.execute(own.values(ended_at=moment))

    def forget_expired(self, moment: datetime) -> None:
        self._connection.execute(delete(SESSIONS).where(SESSIONS.c.expires_at < moment))

    def _digest(self, token: str) -> str:
        return self._master.digest("session", token)


@lru_cache
def _session() -> Select[Any]:
    return (
        select(
            SESSIONS.c.token_hash,
            SESSIONS.c.csrf,
            SESSIONS.c.language,
            SESSIONS.c.expires_at,
            PEOPLE.c.id,
            PEOPLE.c.name,
            PEOPLE.c.unit,
            PERSON_ROLES.c.role,
        )
        .join(PEOPLE, PEOPLE.c.id == SESSIONS.c.person_id)
        .join(PERSON_ROLES, PERSON_ROLES.c.person_id == PEOPLE.c.id)
        .where(
            SESSIONS.c.token_hash == bindparam("digest"),
            SESSIONS.c.ended_at.is_(None),
            SESSIONS.c.expires_at > bindparam("moment"),
            PEOPLE.c.is_active,
        )
    )


@lru_cache
def _account() -> Select[Any]:
    return select(SERVICE_ACCOUNTS).where(
        SERVICE_ACCOUNTS.c.token_hash == bindparam("digest"), SERVICE_ACCOUNTS.c.revoked_at.is_(None)
    )


class ServiceAccounts:
    """Machines that use the API, with scoped tokens stored as digests."""

    def __init__(self, connection: Connection, master: MasterKey) -> None:
        self._connection = connection
        self._master = master

    def add(
        self,
        name: str,
        token: str,
        scopes: Iterable[str],
        roles: Iterable[Role],
        unit: str | None,
        moment: datetime,
    ) -> UUID:
        account_id = new_id()
        self._connection.execute(
            insert(SERVICE_ACCOUNTS).values(
                id=account_id,
                name=name,
                token_hash=self._master.digest("service token", token),
                scopes=sorted(scopes),
                roles=sorted(role.value for role in roles),
                unit=unit,
                created_at=moment,
            )
        )
        return account_id

    def find(self, token: str) -> Actor | None:
        digest = self._master.digest("service token", token)
        row = read_one(self._connection, _account(), {"digest": digest})
        if row is None:
            return None
        return Actor(
            name=row["name"],
            roles=frozenset(Role(role) for role in row["roles"]),
            unit=row["unit"],
            scopes=frozenset(row["scopes"]),
            session_hash=row["token_hash"],
        )

    def is_known(self, name: str) -> bool:
        """Revoked ones too: what a log says of a name is said of one program."""
        of_name = select(SERVICE_ACCOUNTS.c.id).where(SERVICE_ACCOUNTS.c.name == name)
        return self._connection.scalar(of_name) is not None

    def revoke(self, name: str, moment: datetime) -> bool:
        """Whether there was one to revoke."""
        valid = SERVICE_ACCOUNTS.c.revoked_at.is_(None)
        one = update(SERVICE_ACCOUNTS).where(SERVICE_ACCOUNTS.c.name == name, valid)
        return bool(self._connection.execute(one.values(revoked_at=moment)).rowcount)
