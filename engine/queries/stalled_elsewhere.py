"""The reader's own cases that stand still while the open tasks in them are other people's: no view of the inbox shows these."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, func, or_, select, text

from engine.domain.tasks import groups_of
from engine.executor import Query, Work
from engine.executor.permissions import require_case_staff
from engine.storage.open_rows import CASE_IS_OPEN, TASK_IS_OPEN
from engine.storage.tables.cases import CASES
from engine.storage.tables.processes import USER_TASKS


@dataclass(frozen=True)
class StalledElsewhere(Query[int]):
    """Count the cases of which the reader is the caseworker, that stand still, and in which they may do no task now."""

    shows_cases = False

    def permit(self, work: Work) -> None:
        require_case_staff(work)

    def execute(self, work: Work) -> int:
        me = work.actor.person_id
        if me is None:
            return 0
        groups = [group.value for group in groups_of(work.actor)]
        within_reach = exists().where(
            USER_TASKS.c.case_id == CASES.c.id,
            TASK_IS_OPEN,
            or_(
                USER_TASKS.c.assignee_id == me,
                USER_TASKS.c.assignee_id.is_(None) & USER_TASKS.c.candidate_group.in_(groups),
            ),
        )
        # As it stands in the index of those that stand still: a comparison with true would not use it.
        counted = (
            select(func.count())
            .select_from(CASES)
            .where(text("is_stalled"), CASES.c.caseworker_id == me, CASE_IS_OPEN, ~within_reach)
        )
        return int(work.stores.unit.execute(counted).scalar_one())
