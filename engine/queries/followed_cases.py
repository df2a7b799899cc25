"""Cases that a program follows, in the order in which they changed last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from engine.casework.appeals import sent_back_among
from engine.domain.cases import Case, CaseClass, CaseState, Channel
from engine.domain.inbox import NO_TEAM
from engine.executor import Query, Work
from engine.executor.permissions import require_case_staff, require_scope
from engine.storage.rows import value_of
from engine.storage.tables.cases import CASES
from engine.storage.visibility import seen_by

PAGE: Final = 50
FOLLOW: Final = "follow_cases"
SETTLED: Final = timedelta(minutes=1)
"""A change shows after so long. Its moment is that at which its transaction began: of two at once the earlier may be stored later,
and hosts' clocks differ a little. Who had gone on to the later one would never hear of it."""


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Narrows the list. It is written into addresses, so no part of it identifies a person."""

    changed_since: datetime | None = None
    channel: Channel | None = None
    state: CaseState | None = None
    case_class: CaseClass | None = None
    team: str = ""


@dataclass(frozen=True, slots=True)
class FollowedCase:
    case: Case
    changed_at: datetime
    is_sent_back: bool
    """A court annulled or returned the decision: the outcome is in force no longer."""


@dataclass(frozen=True, slots=True)
class FollowedCases:
    cases: tuple[FollowedCase, ...]
    last: str | None
    """Position behind the last case shown. A list that is asked from there later holds what has changed since."""
    is_end: bool


@dataclass(frozen=True)
class FollowCases(Query[FollowedCases]):
    """Return a page of the cases that the actor sees, those that changed longest ago first. A case that changes moves to
    the end, so that nothing is missed by who goes on from the last position."""

    after: str | None = None
    narrowed: CaseFilter = CaseFilter()
    most: int = PAGE

    def permit(self, work: Work) -> None:
        require_case_staff(work)
        require_scope(work, "cases:read")

    def execute(self, work: Work) -> FollowedCases:
        found = (
            select(CASES)
            .where(seen_by(work.actor), CASES.c.changed_at <= work.now - SETTLED, *_narrowed(self.narrowed))
            .order_by(CASES.c.changed_at, CASES.c.id)
            .limit(self.most + 1)
        )
        if (key := position(self.after)) is not None:
            moment, case_id = key
            later = CASES.c.changed_at > moment
            found = found.where(
                CASES.c.changed_at >= moment,
                or_(later, and_(CASES.c.changed_at == moment, CASES.c.id > case_id)),
            )
        rows = work.stores.unit.rows(found)
        cases = [(value_of(Case, row), row["changed_at"]) for row in rows[: self.most]]
        sent_back = sent_back_among(work, (case for case, _ in cases))
        shown = tuple(FollowedCase(case, changed_at, case.id in sent_back) for case, changed_at in cases)
        work.stores.access.log_list((each.case.id for each in shown), work.actor, FOLLOW, work.now)
        last = _key(shown[-1]) if shown else self.after
        return FollowedCases(shown, last, is_end=len(rows) <= self.most)


def _key(last: FollowedCase) -> str:
    """Return the key behind a case. It has no plus sign, which stands for a space in addresses."""
    return f"{last.changed_at.isoformat().replace('+00:00', 'Z')}_{last.case.id}"


def position(after: str | None) -> tuple[datetime, UUID] | None:
    """Return the position that a page's key names; None for one that no list has given."""
    moment, _, case_id = (after or "").partition("_")
    try:
        found = datetime.fromisoformat(moment).astimezone(UTC), UUID(case_id)
    except (ValueError, OverflowError):
        return None
    return found if 2000 <= found[0].year < 9000 else None


def _narrowed(narrowed: CaseFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if narrowed.changed_since is not None:
        found.append(CASES.c.changed_at >= narrowed.changed_since)
    for column, wanted in (
        (CASES.c.channel, narrowed.channel),
        (CASES.c.state, narrowed.state),
        (CASES.c.case_class, narrowed.case_class),
    ):
        if wanted is not None:
            found.append(column == wanted)
    if narrowed.team:
        is_here = CASES.c.team.is_(None) if narrowed.team == NO_TEAM else CASES.c.team == narrowed.team
        found.append(is_here)
    return found
