"""One's own notices: how many wait, which, and how one is notified."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from engine.domain.people import ANSWERERS, Role
from engine.domain.staff_notices import NoticeChoices, NoticeKind
from engine.executor import Query, Work
from engine.executor.permissions import require_case_staff
from engine.queries.inbox import urgent_and_free

MOST: Final = 100


@dataclass(frozen=True, slots=True)
class NoticeLine:
    id: UUID
    kind: NoticeKind
    reference: str
    """Empty where the reader is kept away from the case."""
    task_name: str
    """Empty where it is about no task."""
    created_at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class NoticeList:
    lines: tuple[NoticeLine, ...]
    """The newest first."""
    unread: int
    urgent: int
    """Urgent tasks that nobody has, or that are late though somebody has them, of an on-call worker."""
    calls: int
    """Urgent calls that were left half written: the reader's own, and of an on-call worker every colleague's."""
    moment: datetime


@dataclass(frozen=True)
class MyNotices(Query[NoticeList]):
    """Return the reader's notices, of cases that they see today."""

    language: str = "fi"

    def permit(self, work: Work) -> None:
        require_case_staff(work)

    def execute(self, work: Work) -> NoticeList:
        rows = work.stores.staff_notices.of(work.actor, MOST)
        names = work.instances.names(self.language)
        named = (row["case_id"] for row in rows if row["kind"] != NoticeKind.BARRED)
        work.stores.access.log_list(dict.fromkeys(named), work.actor, "staff_notices", work.now)
        lines = tuple(
            NoticeLine(
                row["id"],
                NoticeKind(row["kind"]),
                row["reference"] if row["kind"] != NoticeKind.BARRED else "",
                names.of(row["task_name"]) if row["task_name"] else "",
                row["created_at"],
                row["read_at"] is not None,
            )
            for row in rows
        )
        unread = work.stores.staff_notices.count_unread(work.actor)
        return NoticeList(lines, unread, urgent_and_free(work), _calls_left(work), work.now)


@dataclass(frozen=True)
class CountNotices(Query[int]):
    """Return how many notices the reader has not read, how many urgent calls they left half written, and for an on-call worker
    how many urgent tasks nobody has, and calls that colleagues left. The head of each page of staff shows it."""

    shows_cases = False

    def permit(self, work: Work) -> None:
        require_case_staff(work)

    def execute(self, work: Work) -> int:
        return work.stores.staff_notices.count_unread(work.actor) + urgent_and_free(work) + _calls_left(work)


def _calls_left(work: Work) -> int:
    if not work.actor.has(*ANSWERERS):
        return 0
    return sum(
        work.actor.has(Role.ON_CALL) or each.person_id == work.actor.person_id
        for each in work.stores.urgent_calls.under_way()
        if each.is_left(work.now)
    )


@dataclass(frozen=True)
class ReadChoices(Query[NoticeChoices]):
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_case_staff(work)

    def execute(self, work: Work) -> NoticeChoices:
        if work.actor.person_id is None:
            return NoticeChoices()
        return work.stores.staff_notices.choices_of(work.actor.person_id)
