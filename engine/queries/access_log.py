"""Search in the access log: by case, by person, by time. It shows who looked at what and when, never the content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Text, and_, cast, func, or_, select

from engine.clock import HELSINKI
from engine.domain.access_log import VERIFIES, Verification
from engine.domain.access_reasons import KEPT_OUT
from engine.domain.cases import Case
from engine.domain.people import Person, Role
from engine.domain.policy import Action
from engine.domain.search_words import reference_in
from engine.errors import Invalid
from engine.executor import Query, Work
from engine.executor.permissions import permit_case, require_role
from engine.storage.access import ADMINISTRATION
from engine.storage.tables.access import ACCESS_ENTRIES
from engine.storage.tables.cases import CASES

PAGE = 50
LATE = timedelta(hours=26)
"""A night's verification, and two hours for it to be done."""


@dataclass(frozen=True, slots=True)
class Looked:
    """One entry of the log."""

    at: datetime
    actor_name: str
    roles: tuple[str, ...]
    action: str
    purpose: str | None
    reference: str | None
    """Of the case that was opened; None for a list."""
    shown: int
    """Number of cases that a list showed."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Someone who has looked at the case, how often, and when last."""

    name: str
    times: int
    """Entries in the case's own log: it was opened, found by a search, or something was done in it."""
    in_lists: int
    """Lists that showed it among others."""
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    entries: tuple[Looked, ...]
    readers: tuple[Reader, ...]
    """Of the one case asked about; empty otherwise."""
    next_after: str | None
    """Key of the next page; None on the last."""
    has_case: bool = True
    """False: no case has the number that was asked for."""


@dataclass(frozen=True)
class SearchAccessLog(Query[Found]):
    """Search the log, newest first, by pages. The search itself is logged: in the case's chain if it asks about one
    case.

    Of one case, the readers are counted over its own log and over the lists that showed it; the entries are its own log's.
    """

    reference: str = ""
    person_id: UUID | None = None
    since: date | None = None
    until: date | None = None
    after: str | None = None

    def permit(self, work: Work) -> None:
        require_role(work, Role.AUDITOR)

    def execute(self, work: Work) -> Found:
        if self.since and self.until and self.until < self.since:
            raise Invalid("Viimeinen päivä on ennen ensimmäistä.", field="until")
        case_id = self._case(work)
        if case_id is not None:
            work.stores.access.log_case(case_id, work.actor, "search_access_log", work.now)
        else:
            subjects = [self.person_id] if self.person_id else []
            work.stores.access.log_list(subjects, work.actor, "search_access_log", work.now)
        if self.reference and case_id is None:
            return Found((), (), None, has_case=False)
        conditions = self._conditions(case_id)
        rows = (
            work.stores.unit.execute(
                select(ACCESS_ENTRIES, CASES.c.reference)
                .outerjoin(CASES, CASES.c.id == ACCESS_ENTRIES.c.case_id)
                .where(*conditions, *_beyond(self.after))
                .order_by(ACCESS_ENTRIES.c.at.desc(), ACCESS_ENTRIES.c.id.desc())
                .limit(PAGE + 1)
            )
            .mappings()
            .all()
        )
        last = rows[PAGE - 1] if len(rows) > PAGE else None
        return Found(
            tuple(_looked(row) for row in rows[:PAGE]),
            self._readers(work, case_id) if case_id is not None else (),
            f"{last['at'].isoformat()}_{last['id']}" if last else None,
        )

    def _case(self, work: Work) -> UUID | None:
        if not self.reference:
            return None
        found: UUID | None = work.stores.unit.execute(
            select(CASES.c.id).where(CASES.c.reference == reference_in(self.reference))
        ).scalar_one_or_none()
        return found

    def _conditions(self, case_id: UUID | None) -> list[ColumnElement[bool]]:
        found = self._narrowing()
        if case_id is not None:
            found.append(ACCESS_ENTRIES.c.case_id == case_id)
        return found

    def _readers(self, work: Work, case_id: UUID) -> tuple[Reader, ...]:
        entry = ACCESS_ENTRIES.c
        own = _counted(work, [*self._narrowing(), entry.case_id == case_id, entry.action != KEPT_OUT])
        received = select(CASES.c.received_at).where(CASES.c.id == case_id).scalar_subquery()
        showing = (
            entry.case_id.is_(None),
            entry.at >= received,
            cast(entry.subjects, Text).contains(str(case_id)),
        )
        lists = _counted(work, [*self._narrowing(), *showing])
        found = (
            Reader(
                name,
                own[name][0] if name in own else 0,
                lists[name][0] if name in lists else 0,
                max(counted[name][1] for counted in (own, lists) if name in counted),
            )
            for name in {*own, *lists}
        )
        return tuple(sorted(found, key=lambda each: (each.last_at, each.name), reverse=True))

    def _narrowing(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = [ACCESS_ENTRIES.c.chain_id != ADMINISTRATION]
        if self.person_id is not None:
            found.append(ACCESS_ENTRIES.c.person_id == self.person_id)
        if self.since is not None:
            found.append(ACCESS_ENTRIES.c.at >= _begins(self.since))
        if self.until is not None:
            found.append(ACCESS_ENTRIES.c.at < _begins(self.until + timedelta(days=1)))
        return found


@dataclass(frozen=True, slots=True)
class LogState:
    """How far the log is proved, and when that was found out."""

    verified: Verification | None
    asked_at: datetime | None
    """When a verification was asked for that is not done yet."""
    signed_at: datetime | None
    """When the last checkpoint was signed."""
    checkpoints: int
    is_late: bool
    """True if the last verification is older than it may be: no worker does what is due each night."""


@dataclass(frozen=True)
class ReadLogState(Query[LogState]):
    """Return the result of the last verification of the log with its age, and of the last checkpoint."""

    shows_cases = False

    def permit(self, work: Work) -> None:
        require_role(work, Role.AUDITOR)

    def execute(self, work: Work) -> LogState:
        verified = work.stores.log_verifications.last(work.now)
        number, _ = work.stores.checkpoints.last()
        return LogState(
            verified,
            work.stores.log_verifications.asked_at(work.now),
            work.stores.checkpoints.signed_at(),
            number,
            verified is None or work.now - verified.done_at > LATE,
        )


@dataclass(frozen=True)
class WhoMayLook(Query[tuple[Person, ...]]):
    """List everyone who has or had an account: the people who can have entries in the log."""

    shows_cases = False

    def permit(self, work: Work) -> None:
        require_role(work, Role.AUDITOR)

    def execute(self, work: Work) -> tuple[Person, ...]:
        return work.stores.people.all()


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=HELSINKI).astimezone(UTC)


def _beyond(after: str | None) -> list[ColumnElement[bool]]:
    if not after:
        return []
    moment, _, entry_id = after.partition("_")
    try:
        at, key = datetime.fromisoformat(moment).astimezone(UTC), UUID(entry_id)
    except (ValueError, OverflowError):
        return []
    return [
        or_(
            ACCESS_ENTRIES.c.at < at,
            and_(ACCESS_ENTRIES.c.at == at, ACCESS_ENTRIES.c.id < key),
        )
    ]


def _looked(row: RowMapping) -> Looked:
    return Looked(
        row["at"],
        row["actor_name"],
        tuple(row["roles"]),
        row["action"],
        row["purpose"],
        row["reference"],
        0 if row["case_id"] or row["action"] == VERIFIES else len(row["subjects"]),
    )


def _counted(work: Work, conditions: list[ColumnElement[bool]]) -> Mapping[str, tuple[int, datetime]]:
    """Return by name how many entries there are, and when the last was made."""
    rows = work.stores.unit.execute(
        select(
            ACCESS_ENTRIES.c.actor_name,
            func.count().label("times"),
            func.max(ACCESS_ENTRIES.c.at).label("last_at"),
        )
        .where(*conditions)
        .group_by(ACCESS_ENTRIES.c.actor_name)
    )
    return {row.actor_name: (row.times, row.last_at) for row in rows}


@dataclass(frozen=True)
class WhoLooked(Query[tuple[RowMapping, ...]]):
    """Return the access log of one case, for auditors and for managers. Reading it is logged too."""

    reference: str

    def permit(self, work: Work) -> None:
        permit_case(work, self.reference, Action.WHO_LOOKED)

    def execute(self, work: Work) -> tuple[RowMapping, ...]:
        return entries_of(work, work.stores.cases.by_reference(self.reference))


def entries_of(work: Work, case: Case) -> tuple[RowMapping, ...]:
    """Return the entries of a case's log, newest first."""
    rows = work.stores.unit.execute(
        select(ACCESS_ENTRIES)
        .where(ACCESS_ENTRIES.c.chain_id == case.id)
        .order_by(ACCESS_ENTRIES.c.seq.desc())
    )
    return tuple(rows.mappings())
