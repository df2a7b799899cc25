"""The open cases of one caseworker."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from engine.domain.cases import Case, CaseState
from engine.executor import Query, Work
from engine.executor.permissions import require_case_staff
from engine.storage.tables.cases import CASES
from engine.storage.visibility import seen_by

MOST = 200


@dataclass(frozen=True)
class MyCases(Query[tuple[Case, ...]]):
    """Return the actor's open cases, those that have waited longest first."""

    def permit(self, work: Work) -> None:
        require_case_staff(work)

    def execute(self, work: Work) -> tuple[Case, ...]:
        ids = work.stores.unit.execute(
            select(CASES.c.id)
            .where(
                CASES.c.caseworker_id == work.actor.person_id,
                CASES.c.state != CaseState.CLOSED.value,
                seen_by(work.actor),
            )
            .order_by(CASES.c.received_at)
            .limit(MOST)
        ).scalars()
        found = tuple(work.stores.cases.get(case_id) for case_id in ids)
        work.stores.access.log_list((case.id for case in found), work.actor, "my_cases", work.now)
        return found
