"""Staff, their powers, and service accounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, bindparam, exists, func, select, update

from engine.domain.appointments import NO_LIMITS, Appointment, Limits
from engine.domain.people import Absence, Actor, Person, Power, Role
from engine.errors import NotFound
from engine.storage.database import new_id
from engine.storage.keys import RootKey
from engine.storage.rows import row_of, value_of
from engine.storage.tables.people import (
    ABSENCES,
    APPOINTMENTS,
    PEOPLE,
    PERSON_ROLES,
    SERVICE_ACCOUNTS,
)
from engine.storage.tables.sign_in import PASSKEYS
from engine.storage.unit_of_work import UnitOfWork

_WITH_ROLES = (
    select(PEOPLE, PERSON_ROLES.c.role, *(each.label(f"absence_{each.name}") for each in ABSENCES.c))
    .outerjoin(PERSON_ROLES, PERSON_ROLES.c.person_id == PEOPLE.c.id)
    .outerjoin(ABSENCES, ABSENCES.c.person_id == PEOPLE.c.id)
    .order_by(PEOPLE.c.name, PEOPLE.c.id, ABSENCES.c.away_until)
)
_ONE = _WITH_ROLES.where(PEOPLE.c.id == bindparam("wanted"))
_ACCOUNT = select(SERVICE_ACCOUNTS).where(
    SERVICE_ACCOUNTS.c.token_hash == bindparam("digest"), SERVICE_ACCOUNTS.c.revoked_at.is_(None)
)
"""Asked by every request of a program."""


class People:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, person: Person, moment: datetime, password_hash: str | None = None) -> None:
        self._unit.insert(PEOPLE, row_of(PEOPLE, person, password_hash=password_hash, created_at=moment))
        self._add_roles(person.id, person.roles)

    def all(self) -> tuple[Person, ...]:
        return self._found(_WITH_ROLES)

    def get(self, person_id: UUID) -> Person:
        found = self._found(_ONE, wanted=person_id)
        if not found:
            raise NotFound
        return found[0]

    def by_username(self, username: str) -> tuple[Person, str | None] | None:
        """Return the active person and their password hash, if they have a password; None if there is no such
        person."""
        row = self._unit.row(
            select(PEOPLE.c.id, PEOPLE.c.password_hash).where(
                func.lower(PEOPLE.c.username) == username.lower(), PEOPLE.c.is_active
            )
        )
        return None if row is None else (self.get(row["id"]), row["password_hash"])

    def has_password(self, person_id: UUID) -> bool:
        theirs = select(PEOPLE.c.id).where(PEOPLE.c.id == person_id, PEOPLE.c.password_hash.is_not(None))
        return self._unit.row(theirs) is not None

    def without_means(self) -> tuple[Person, ...]:
        """Return the active people who have neither a password nor a passkey, by name."""
        has_passkey = exists().where(PASSKEYS.c.person_id == PEOPLE.c.id)
        return self._found(
            _WITH_ROLES.where(PEOPLE.c.is_active, PEOPLE.c.password_hash.is_(None), ~has_passkey)
        )

    def named(self, username: str) -> Person | None:
        """Return the person with this username, also of a closed account: a username is never reused. None if there is none."""
        found = self._found(_WITH_ROLES.where(func.lower(PEOPLE.c.username) == username.lower()))
        return found[0] if found else None

    def with_role(self, role: Role) -> tuple[Person, ...]:
        """Return the active people with a role, by name."""
        one = PERSON_ROLES.alias()
        has = exists().where(one.c.person_id == PEOPLE.c.id, one.c.role == role.value)
        return self._found(_WITH_ROLES.where(PEOPLE.c.is_active, has))

    def roles_held(self) -> frozenset[Role]:
        """Return the roles of people who may sign in."""
        held = select(PERSON_ROLES.c.role).distinct().join(PEOPLE, PEOPLE.c.id == PERSON_ROLES.c.person_id)
        rows = self._unit.execute(held.where(PEOPLE.c.is_active))
        return frozenset(Role(role) for role in rows.scalars())

    def change(self, person_id: UUID, **values: Any) -> None:
        self._unit.update(PEOPLE, {"id": person_id}, values)

    def set_roles(self, person_id: UUID, roles: Iterable[Role]) -> None:
        """Replace the person's roles."""
        self._unit.delete(PERSON_ROLES, {"person_id": person_id})
        self._add_roles(person_id, roles)

    def add_absence(self, person_id: UUID, absence: Absence) -> None:
        self._unit.insert(ABSENCES, row_of(ABSENCES, absence, person_id=person_id))

    def remove_absence(self, absence_id: UUID) -> None:
        self._unit.delete(ABSENCES, {"id": absence_id})

    def appoint(
        self,
        person_id: UUID,
        power: Power,
        valid_from: date,
        valid_until: date | None,
        appointed_by: UUID | None,
        appointment_id: UUID | None = None,
        limits: Limits = NO_LIMITS,
    ) -> UUID:
        appointed = Appointment(appointment_id or new_id(), person_id, power, valid_from, valid_until, limits)
        row = row_of(APPOINTMENTS, appointed, appointed_by=appointed_by, **row_of_limits(limits))
        self._unit.insert(APPOINTMENTS, row)
        return appointed.id

    def appointments_of(self, person_id: UUID) -> tuple[Appointment, ...]:
        rows = self._unit.rows(select(APPOINTMENTS).where(APPOINTMENTS.c.person_id == person_id))
        return tuple(_appointment(row) for row in rows)

    def appointments(self) -> tuple[Appointment, ...]:
        """Return every appointment, the newest first."""
        rows = self._unit.rows(select(APPOINTMENTS).order_by(APPOINTMENTS.c.valid_from.desc()))
        return tuple(_appointment(row) for row in rows)

    def appointment(self, appointment_id: UUID) -> Appointment:
        row = self._unit.row(select(APPOINTMENTS).where(APPOINTMENTS.c.id == appointment_id))
        if row is None:
            raise NotFound
        return _appointment(row)

    def end_appointment(self, appointment_id: UUID, last_day: date) -> None:
        self._unit.update(APPOINTMENTS, {"id": appointment_id}, {"valid_until": last_day})

    def appointments_on(self, person_id: UUID, power: Power, day: date) -> tuple[Appointment, ...]:
        """Return the person's appointments to a power that are valid on that day."""
        held = self.appointments_of(person_id)
        return tuple(each for each in held if each.power is power and each.holds_on(day))

    def _add_roles(self, person_id: UUID, roles: Iterable[Role]) -> None:
        rows = ({"person_id": person_id, "role": role.value} for role in sorted(roles))
        self._unit.insert(PERSON_ROLES, *rows)

    def _found(self, statement: Select[Any], **bound: Any) -> tuple[Person, ...]:
        """Return each person once, however many roles and absences they have."""
        rows = self._unit.rows(statement, **bound)
        each = (tuple(own) for _, own in groupby(rows, key=itemgetter("id")))
        return tuple(
            value_of(
                Person,
                own[0],
                roles=frozenset(Role(row["role"]) for row in own if row["role"]),
                absences=_absences_in(own),
            )
            for own in each
        )


def row_of_limits(limits: Limits) -> dict[str, list[str] | None]:
    """Return the columns of limits, also of those that are proposed."""
    return {"decisions": sorted(limits.decisions) or None, "teams": sorted(limits.teams) or None}


def limits_in(row: RowMapping) -> Limits:
    return Limits(frozenset(row["decisions"] or ()), frozenset(row["teams"] or ()))


def _appointment(row: RowMapping) -> Appointment:
    return value_of(Appointment, row, limits=limits_in(row))


def _absences_in(rows: Iterable[RowMapping]) -> tuple[Absence, ...]:
    found = {row["absence_id"]: value_of(Absence, row, "absence_") for row in rows if row["absence_id"]}
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Program:
    """A service account as administrators see it."""

    name: str
    scopes: frozenset[str]
    roles: frozenset[Role]
    team: str | None
    created_at: datetime
    revoked_at: datetime | None
    valid_until: date | None
    """The last day on which its token opens anything. None for one that was added before tokens had a last day."""
    used_on: date | None


@dataclass(frozen=True, slots=True)
class FoundProgram:
    actor: Actor
    is_first_use: bool
    """On this day."""


class ServiceAccounts:
    """Programs that use the API, with scoped tokens stored as digests."""

    def __init__(self, unit: UnitOfWork, root: RootKey) -> None:
        self._unit = unit
        self._root = root

    def add(
        self,
        name: str,
        token: str,
        scopes: Iterable[str],
        roles: Iterable[Role],
        team: str | None,
        moment: datetime,
        valid_until: date | None = None,
    ) -> UUID:
        account_id = new_id()
        self._unit.insert(
            SERVICE_ACCOUNTS,
            {
                "id": account_id,
                "name": name,
                "token_hash": self._root.digest("service token", token),
                "scopes": sorted(scopes),
                "roles": sorted(role.value for role in roles),
                "team": team,
                "created_at": moment,
                "valid_until": valid_until,
            },
        )
        return account_id

    def all(self) -> tuple[Program, ...]:
        """Return every service account by name, the ended ones too."""
        rows = self._unit.rows(select(SERVICE_ACCOUNTS).order_by(SERVICE_ACCOUNTS.c.name))
        return tuple(
            value_of(Program, row, roles=frozenset(Role(each) for each in row["roles"])) for row in rows
        )

    def note_use(self, account_id: UUID, day: date) -> None:
        self._unit.update(SERVICE_ACCOUNTS, {"id": account_id}, {"used_on": day})

    def find(self, token: str, day: date) -> FoundProgram | None:
        """Return the account whose token opens something on that day."""
        row = self._unit.row(_ACCOUNT, digest=self._root.digest("service token", token))
        if row is None or not _opens(row, day):
            return None
        return FoundProgram(_program_of(row), is_first_use=row["used_on"] != day)

    def valid(self, name: str, day: date) -> UUID | None:
        """Return the id of the account with this name if it opens anything on that day."""
        row = self._unit.row(select(SERVICE_ACCOUNTS).where(SERVICE_ACCOUNTS.c.name == name))
        return row["id"] if row is not None and _opens(row, day) else None

    def actor_of(self, account_id: UUID, day: date) -> Actor | None:
        """Return the program that acts under this account; None if it opens nothing on that day."""
        row = self._unit.one(select(SERVICE_ACCOUNTS).where(SERVICE_ACCOUNTS.c.id == account_id))
        return _program_of(row) if _opens(row, day) else None

    def is_known(self, name: str) -> bool:
        """Return True if a service account has or had this name: in a log, a name always means one program."""
        of_name = select(SERVICE_ACCOUNTS.c.id).where(SERVICE_ACCOUNTS.c.name == name)
        return self._unit.row(of_name) is not None

    def revoke(self, name: str, moment: datetime) -> bool:
        """Revoke the account. Return False if there is none to revoke."""
        valid = SERVICE_ACCOUNTS.c.revoked_at.is_(None)
        one = update(SERVICE_ACCOUNTS).where(SERVICE_ACCOUNTS.c.name == name, valid)
        return bool(self._unit.execute(one.values(revoked_at=moment)).rowcount)


def _opens(row: RowMapping, day: date) -> bool:
    return row["revoked_at"] is None and (row["valid_until"] is None or day <= row["valid_until"])


def _program_of(row: RowMapping) -> Actor:
    return Actor(
        name=row["name"],
        roles=frozenset(Role(role) for role in row["roles"]),
        team=row["team"],
        program_id=row["id"],
        scopes=frozenset(row["scopes"]),
        session_hash=row["token_hash"],
    )
