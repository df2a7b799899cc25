"""An extract of the access log for the person whose matter it is: when, in which role, for what reason somebody looked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import RowMapping, Text, cast, select

from engine.casework.messages import language_of
from engine.clock import day_of
from engine.domain.access_reasons import KEPT_OUT, REASONS, WITH_PURPOSE, Reason, Who
from engine.domain.cases import Case
from engine.domain.people import STAFF, Role
from engine.domain.policy import Action
from engine.executor import Query, Work
from engine.executor.permissions import permit_case
from engine.storage.tables.access import ACCESS_ENTRIES
from engine.texts import LANGUAGES
from forms.translations import locale_of


@dataclass(frozen=True, slots=True)
class Look:
    """A reading of the matter, without the reader's name."""

    at: datetime
    roles: tuple[Role, ...]
    """Of a member of staff; empty for others."""
    who: Who | None
    """None for a member of staff."""
    reason: Reason
    purpose: str = ""
    """The sentence that the reader wrote down as the reason; mostly empty."""


@dataclass(frozen=True, slots=True)
class Listings:
    """Lists, on one day, in which the matter was seen among others."""

    on: date
    roles: tuple[Role, ...]
    who: Who | None
    reason: Reason
    times: int


@dataclass(frozen=True, slots=True)
class LogExtract:
    reference: str
    language: str
    """Of a letter to the person: Finnish, Swedish or English."""
    made_at: datetime
    looks: tuple[Look, ...]
    listings: tuple[Listings, ...]


@dataclass(frozen=True)
class TakeLogExtract(Query[LogExtract]):
    """Return who looked at a case, newest first, for its person to have. Nobody is named; the extract is logged too."""

    reference: str

    def permit(self, work: Work) -> None:
        permit_case(work, self.reference, Action.TAKE_LOG_EXTRACT)

    def execute(self, work: Work) -> LogExtract:
        return extract_of(work, work.stores.cases.by_reference(self.reference))


def extract_of(work: Work, case: Case) -> LogExtract:
    looks = tuple(_look(row) for row in _entries_of(work, case))
    counted = Counter(_place(row) for row in _lists_with(work, case))
    listings = tuple(Listings(*place, times) for place, times in counted.items())
    return LogExtract(case.reference, _language(work, case), work.now, looks, listings)


def _language(work: Work, case: Case) -> str:
    own = locale_of(language_of(work.stores.parties.applicant_of(case.id), case))
    return own if own in LANGUAGES else "en"


def _entries_of(work: Work, case: Case) -> Iterator[RowMapping]:
    is_reading = ACCESS_ENTRIES.c.action != KEPT_OUT
    entries = select(ACCESS_ENTRIES).where(ACCESS_ENTRIES.c.case_id == case.id, is_reading)
    newest = entries.order_by(ACCESS_ENTRIES.c.at.desc(), ACCESS_ENTRIES.c.id.desc())
    yield from work.stores.unit.execute(newest).mappings()


def _lists_with(work: Work, case: Case) -> Iterator[RowMapping]:
    """Yield the lists that showed the case, newest first. No list has shown it before it was received."""
    entry = ACCESS_ENTRIES.c
    lists = select(ACCESS_ENTRIES).where(entry.case_id.is_(None), entry.at >= case.received_at)
    showing = lists.where(cast(entry.subjects, Text).contains(str(case.id)))
    yield from work.stores.unit.execute(showing.order_by(entry.at.desc(), entry.id.desc())).mappings()


def _look(row: RowMapping) -> Look:
    purpose = row["purpose"] if row["action"] in WITH_PURPOSE else None
    return Look(row["at"], _roles(row), _who(row), _reason(row), purpose or "")


def _place(row: RowMapping) -> tuple[date, tuple[Role, ...], Who | None, Reason]:
    return day_of(row["at"]), _roles(row), _who(row), _reason(row)


def _reason(row: RowMapping) -> Reason:
    # The log keeps actions of versions long gone.
    return REASONS.get(row["action"], Reason.HANDLING)


def _roles(row: RowMapping) -> tuple[Role, ...]:
    return tuple(role for role in Role if role in STAFF and role in row["roles"])


def _who(row: RowMapping) -> Who | None:
    if _roles(row):
        return None
    if Role.SYSTEM in row["roles"]:
        return Who.SYSTEM
    return Who.SELF if Role.APPLICANT in row["roles"] else Who.OTHER
