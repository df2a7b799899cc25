"""Roles, people, and the actor for whom a use case runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID


class Role(StrEnum):
    INTAKE = "intake"
    ON_CALL = "on_call"
    CASEWORKER = "caseworker"
    DECISION_MAKER = "decision_maker"
    DIRECTOR = "director"
    MANAGER = "manager"
    PROCESS_OWNER = "process_owner"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    REVIEWER = "reviewer"
    """Reviews translations of the texts for people outside, in the languages of their appointments."""
    APPLICANT = "applicant"
    REFERRER = "referrer"
    OUTSIDE_AUTHORITY = "outside_authority"
    SYSTEM = "system"


STAFF = frozenset(
    {
        Role.INTAKE,
        Role.ON_CALL,
        Role.CASEWORKER,
        Role.DECISION_MAKER,
        Role.DIRECTOR,
        Role.MANAGER,
        Role.PROCESS_OWNER,
        Role.AUDITOR,
        Role.ADMINISTRATOR,
        Role.REVIEWER,
    }
)
CASE_STAFF = frozenset(
    {Role.INTAKE, Role.ON_CALL, Role.CASEWORKER, Role.DECISION_MAKER, Role.DIRECTOR, Role.MANAGER}
)
"""Roles whose work is with cases. Process owners, auditors, administrators and reviewers see none."""
ANSWERERS = (Role.INTAKE, Role.ON_CALL, Role.CASEWORKER)
"""Roles that read and answer enquiries."""
SIGNERS = (Role.DECISION_MAKER, Role.DIRECTOR)
"""Roles whose tasks decide: they sign what was prepared, or send it back."""
OUTSIDE = frozenset({Role.APPLICANT, Role.REFERRER, Role.OUTSIDE_AUTHORITY})


PROOF_LASTS = timedelta(minutes=5)
"""Time for which a person counts as proved after showing a passkey, or a password with a code."""


class Power(StrEnum):
    """Powers by appointment. The first two are those of 746/2011 33 §: the director, or an official the director has
    appointed. The others let a reviewer word the texts of one language."""

    SIGN_RESOLUTIONS = "sign_resolutions"
    GIVE_ORAL_DECISIONS = "give_oral_decisions"
    REVIEW_SELKO = "review_selko"
    REVIEW_SV = "review_sv"
    REVIEW_EN = "review_en"
    REVIEW_RU = "review_ru"
    REVIEW_UK = "review_uk"
    REVIEW_AR = "review_ar"
    REVIEW_FA = "review_fa"
    REVIEW_SO = "review_so"
    REVIEW_VI = "review_vi"
    REVIEW_FR = "review_fr"
    REVIEW_ES = "review_es"


DECISION_POWERS: Final = (Power.SIGN_RESOLUTIONS, Power.GIVE_ORAL_DECISIONS)
REVIEW_POWERS: Final[Mapping[str, Power]] = MappingProxyType(
    {each.value.removeprefix("review_"): each for each in Power if each not in DECISION_POWERS}
)
"""The power to review the translations of a language, by the language."""


@dataclass(frozen=True, slots=True)
class Actor:
    """The person or program for whom something is done."""

    name: str
    roles: frozenset[Role]
    person_id: UUID | None = None
    team: str | None = None
    """The team whose cases the person works with; None is the whole country."""
    language: str = "fi"
    link_id: UUID | None = None
    """The information request link through which someone outside acts."""
    program_id: UUID | None = None
    """The service account of a program."""
    scopes: frozenset[str] = field(default_factory=frozenset)
    """Scopes of a service account; empty for people."""
    session_hash: str = ""
    session_mark: str = ""
    """Names the session in the log, and stays when a proof gives the session another token."""
    proof_ends_at: datetime | None = None
    """Until when it counts as proved who the person is. None for the worker, the terminal and programs, which prove
    nothing. Only `Sessions.find` sets it: everyone who acts over a session has one."""

    def has_proof(self, moment: datetime) -> bool:
        return self.proof_ends_at is None or moment < self.proof_ends_at

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)

    @property
    def is_staff(self) -> bool:
        return not self.roles.isdisjoint(STAFF)

    @property
    def account_id(self) -> UUID | None:
        """Return the id of the account that acts, a person's or a program's; None for anyone without one."""
        return self.person_id or self.program_id


SYSTEM = Actor(name="Vireille", roles=frozenset({Role.SYSTEM}))
PUBLIC = Actor(name="", roles=frozenset())
"""Anyone, before we know who."""
OPERATOR = Actor(name="komentorivi", roles=frozenset({Role.ADMINISTRATOR, Role.SYSTEM}))
"""The person with a shell on the server; recorded as the operator."""


@dataclass(frozen=True, slots=True)
class Absence:
    """From when until when a person is away, and who stands in."""

    id: UUID
    away_from: date | None
    """None: it was recorded by a program that asked for the last day only."""
    away_until: date
    deputy: str = ""
    """Username of who stands in meanwhile."""
    deputy_scope: str = ""
    """In which cases: see `engine/domain/absences.py`. Empty: in all."""

    def holds_on(self, day: date) -> bool:
        return (self.away_from is None or self.away_from <= day) and day <= self.away_until


@dataclass(frozen=True, slots=True)
class Person:
    id: UUID
    username: str
    name: str
    title: str
    email: str
    phone: str
    team: str | None
    language: str
    roles: frozenset[Role]
    is_active: bool
    absences: tuple[Absence, ...] = ()
    """The first to begin first. No two hold on one day."""
    is_demonstration: bool = False
    """Signs in with a printed password, on the machine itself only."""
    has_shortcuts: bool = True
    """Single keys act in lists, until the person turns them off: they disturb some screen readers and spoken input."""
    came_in_at: datetime | None = None
    """When they began their first session."""

    def absence_on(self, day: date) -> Absence | None:
        return next((each for each in self.absences if each.holds_on(day)), None)

    def absences_from(self, day: date) -> tuple[Absence, ...]:
        """Return the absences that last on that day or are to come."""
        return tuple(each for each in self.absences if each.away_until >= day)

    def is_away(self, day: date) -> bool:
        return self.absence_on(day) is not None

    def is_there_as(self, role: Role, day: date) -> bool:
        """Return True if they work in this role on that day, as far as the program knows."""
        return self.is_active and role in self.roles and not self.is_away(day)
