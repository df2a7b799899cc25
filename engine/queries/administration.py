"""The pages of administration: people and their powers, what waits for a second person, sessions, and the log of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import RowMapping, select

from engine.casework import powers, signing_in
from engine.domain.administration import DECIDERS, PowerProposal, ProposalKind
from engine.domain.appointments import Appointment, Uncovered, uncovered
from engine.domain.inbox import TEAMS
from engine.domain.people import DECISION_POWERS, Absence, Person, Power, Role
from engine.errors import NotFound
from engine.executor import Query, Work
from engine.executor.permissions import require_role
from engine.queries.absences import AbsencePage, absence_page
from engine.storage.access import ADMINISTRATION
from engine.storage.people import Program
from engine.storage.tables.access import ACCESS_ENTRIES
from engine.storage.webhooks import Receiver

PAGE = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal as its reader sees it."""

    proposal: PowerProposal
    person: Person | None
    """None for a program."""
    proposed_by: str
    """Empty for the operator."""
    may_confirm: bool
    confirmers: tuple[str, ...] = ()
    """Names of all who may."""
    replaced: Appointment | None = None
    """The appointment that ends when this one begins."""

    @property
    def facts(self) -> tuple[str, ...]:
        return self.proposal.facts_beside(self.replaced)

    @property
    def name(self) -> str:
        return self.proposal.about if self.person is None else self.person.name


@dataclass(frozen=True, slots=True)
class PersonRow:
    person: Person
    appointments: tuple[Appointment, ...]
    """Those that hold, and those to come."""
    invited_until: datetime | None
    signed_in_at: datetime | None
    """On a device that is remembered."""
    absence: Absence | None
    """The one that lasts, or the next one."""
    is_away: bool
    deputy_name: str
    """Of the absence."""


@dataclass(frozen=True, slots=True)
class PeoplePage:
    rows: tuple[PersonRow, ...]
    waiting: tuple[Waiting, ...]
    uncovered: Mapping[Power, tuple[Uncovered, ...]]
    """Decisions that the director alone makes today. All rows are looked through, also those not asked for."""
    has_director: bool


@dataclass(frozen=True)
class FindPeople(Query[PeoplePage]):
    """Return the people whose name or username contains the text, by name, with everything that waits."""

    shows_cases = False

    text: str = ""
    role: Role | None = None
    is_active: bool = True

    def permit(self, work: Work) -> None:
        require_role(work, *DECIDERS)

    def execute(self, work: Work) -> PeoplePage:
        everyone = work.stores.people.all()
        rows = tuple(each for each in _rows(work, everyone) if self._is_wanted(each.person))
        has_director = bool(work.stores.people.with_role(Role.DIRECTOR))
        return PeoplePage(rows, _waiting(work, everyone), _uncovered(work), has_director)

    def _is_wanted(self, person: Person) -> bool:
        text = self.text.casefold()
        if person.is_active is not self.is_active or (self.role and self.role not in person.roles):
            return False
        return text in person.name.casefold() or text in person.username


@dataclass(frozen=True, slots=True)
class PersonSession:
    """An open session, with its person."""

    person: Person
    browser: str
    created_at: datetime
    used_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PersonPage:
    row: PersonRow
    register: tuple[Appointment, ...]
    """Every appointment, those that have ended too."""
    waiting: tuple[Waiting, ...]
    sessions: tuple[PersonSession, ...]
    open_tasks: int
    absences: AbsencePage
    has_come_in: bool
    """They have been here, or have a way in: a new invitation waits for a second person."""
    has_way_in: bool
    invitation_confirmers: tuple[str, ...]
    """Names of those, beside the reader, who could confirm a new invitation."""


@dataclass(frozen=True)
class OpenPerson(Query[PersonPage]):
    """Return one person's account. Raise NotFound for a username nobody has."""

    shows_cases = False

    username: str

    def permit(self, work: Work) -> None:
        require_role(work, *DECIDERS)

    def execute(self, work: Work) -> PersonPage:
        person = work.stores.people.named(self.username)
        if person is None:
            raise NotFound
        everyone = work.stores.people.all()
        row = next(iter(_rows(work, (person,))))
        waiting = (
            each
            for each in _waiting(work, everyone)
            if each.proposal.is_of_person and each.proposal.about == person.username
        )
        sessions = (each for each in _sessions(work, everyone) if each.person.id == person.id)
        register = (each for each in work.stores.people.appointments() if each.person_id == person.id)
        held = work.stores.tasks.held_by(person.id)
        absences = absence_page(person, everyone, work.today, signing_in.without_way_in(work))
        invitation = powers.proposal(work, ProposalKind.INVITATION, person.username)
        return PersonPage(
            row,
            tuple(register),
            tuple(waiting),
            tuple(sessions),
            held,
            absences,
            signing_in.has_come_in(work, person),
            not work.settings.is_local_account(person.username) or signing_in.has_way_in(work, person),
            tuple(each.name for each in powers.confirmers(invitation, everyone)),
        )


@dataclass(frozen=True)
class OpenSessions(Query[tuple[PersonSession, ...]]):
    """Return the sessions that are open, the one used last first."""

    shows_cases = False

    def permit(self, work: Work) -> None:
        require_role(work, Role.ADMINISTRATOR)

    def execute(self, work: Work) -> tuple[PersonSession, ...]:
        return _sessions(work, work.stores.people.all())


@dataclass(frozen=True, slots=True)
class ProgramsPage:
    programs: tuple[Program, ...]
    receivers: Mapping[str, Receiver]
    """By program, those that have not ended."""
    unheard: Mapping[str, int]
    """Events that wait, by program."""
    waiting: tuple[Waiting, ...]


@dataclass(frozen=True)
class OpenPrograms(Query[ProgramsPage]):
    """Return the service accounts, and those that wait for a second person. Nobody sees a token again."""

    shows_cases = False

    def permit(self, work: Work) -> None:
        require_role(work, *DECIDERS)

    def execute(self, work: Work) -> ProgramsPage:
        waiting = _waiting(work, work.stores.people.all())
        of_programs = (each for each in waiting if not each.proposal.is_of_person)
        receivers = {each.program: each for each in work.stores.webhooks.all() if each.ended_at is None}
        counts = work.stores.webhooks.waiting()
        unheard = {name: counts.get(each.id, 0) for name, each in receivers.items()}
        return ProgramsPage(work.stores.service_accounts.all(), receivers, unheard, tuple(of_programs))


@dataclass(frozen=True, slots=True)
class LoggedAct:
    """One entry of the administration log."""

    at: datetime
    actor_name: str
    """Empty for anyone who is not signed in."""
    roles: tuple[str, ...]
    act: str
    about: str
    """A name, where somebody has the username; else a program's name, or empty."""
    facts: tuple[tuple[str, str], ...]
    """Words for what was given or taken, each with its value."""
    reason: str | None


@dataclass(frozen=True, slots=True)
class LogPage:
    entries: tuple[LoggedAct, ...]
    next_after: int | None
    """Number of the last entry shown, if there are older ones."""


@dataclass(frozen=True)
class ReadAdministrationLog(Query[LogPage]):
    """Return the administration log, the newest entry first, by pages. Reading it is logged in the reader's chain."""

    after: int | None = None

    def permit(self, work: Work) -> None:
        require_role(work, Role.AUDITOR, *DECIDERS)

    def execute(self, work: Work) -> LogPage:
        work.stores.access.log_list([], work.actor, "read_administration_log", work.now)
        entry = ACCESS_ENTRIES.c
        newest = select(ACCESS_ENTRIES).where(entry.chain_id == ADMINISTRATION).order_by(entry.seq.desc())
        if self.after is not None:
            newest = newest.where(entry.seq < self.after)
        rows = work.stores.unit.execute(newest.limit(PAGE + 1)).mappings().all()
        names = {each.username: each.name for each in work.stores.people.all()}
        shown = rows[:PAGE]
        following = shown[-1]["seq"] if len(rows) > PAGE else None
        return LogPage(tuple(_logged(row, names) for row in shown), following)


def _logged(row: RowMapping, names: dict[str, str]) -> LoggedAct:
    about, *facts = row["subjects"]
    split = (each.partition(" ") for each in facts)
    return LoggedAct(
        row["at"].astimezone(UTC),
        row["actor_name"],
        tuple(row["roles"]),
        row["action"],
        names.get(about, about),
        tuple((kind, names.get(value, value) if kind == "deputy" else value) for kind, _, value in split),
        row["purpose"],
    )


def _rows(work: Work, people: tuple[Person, ...]) -> tuple[PersonRow, ...]:
    appointments: dict[UUID, list[Appointment]] = {}
    for each in work.stores.people.appointments():
        if each.valid_until is None or each.valid_until >= work.today:
            appointments.setdefault(each.person_id, []).append(each)
    invited = work.stores.invitations.open_ones(work.now)
    used = work.stores.known_devices.last_used()
    names = {each.username: each.name for each in work.stores.people.all()}
    return tuple(
        PersonRow(
            each,
            tuple(appointments.get(each.id, ())),
            invited.get(each.id),
            used.get(each.id),
            absence,
            each.is_away(work.today),
            names.get(absence.deputy, "") if absence is not None else "",
        )
        for each in people
        for absence in (next(iter(each.absences_from(work.today)), None),)
    )


def _uncovered(work: Work) -> Mapping[Power, tuple[Uncovered, ...]]:
    """Return what no appointment of an active decision-maker covers today, of each power that has any."""
    deciding = {each.id for each in work.stores.people.with_role(Role.DECISION_MAKER)}
    held = [
        each
        for each in work.stores.people.appointments()
        if each.person_id in deciding and each.holds_on(work.today)
    ]
    found = {
        power: uncovered(power, (each.limits for each in held if each.power is power), (*TEAMS, None))
        for power in DECISION_POWERS
    }
    return {power: left for power, left in found.items() if left}


@dataclass(frozen=True)
class CountProposals(Query[int]):
    """Return how many proposals the reader may confirm. The menu of each page shows it."""

    shows_cases = False

    def permit(self, work: Work) -> None:
        require_role(work, *DECIDERS)

    def execute(self, work: Work) -> int:
        proposed = work.stores.power_proposals.waiting()
        if not proposed or work.actor.person_id is None:
            return 0
        username = work.stores.people.get(work.actor.person_id).username
        return sum(each.may_be_confirmed_by(work.actor, username) for each in proposed)


def _waiting(work: Work, people: tuple[Person, ...]) -> tuple[Waiting, ...]:
    by_username = {each.username: each for each in people}
    by_id = {each.id: each for each in people}
    own = by_id[work.actor.person_id].username if work.actor.person_id in by_id else ""
    return tuple(
        Waiting(
            each,
            by_username.get(each.about) if each.is_of_person else None,
            by_id[each.proposed_by].name if each.proposed_by in by_id else "",
            each.may_be_confirmed_by(work.actor, own),
            tuple(other.name for other in powers.confirmers(each, people)),
            powers.replaced_by(work, each),
        )
        for each in work.stores.power_proposals.waiting()
    )


def _sessions(work: Work, people: tuple[Person, ...]) -> tuple[PersonSession, ...]:
    by_id = {each.id: each for each in people}
    return tuple(
        PersonSession(by_id[each.person_id], each.browser, each.created_at, each.used_at, each.expires_at)
        for each in work.stores.sessions.open_ones(work.now, work.settings.sessions)
    )
