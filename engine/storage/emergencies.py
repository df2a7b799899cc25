"""Openings of cases in an emergency, and their reviews. The reason is sealed under the case's key and goes with it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from engine.domain.emergencies import Emergency, Verdict
from engine.errors import NotFound, Unsealable
from engine.storage.rows import row_of, value_of
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.cases import CASES, EMERGENCIES
from engine.storage.unit_of_work import UnitOfWork

MOST = 200


class Emergencies:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def add(self, emergency: Emergency, reason: str) -> None:
        sealed = self._vault.seal(
            emergency.case_id, SealingClass.NARRATIVE, _place(emergency), reason.encode()
        )
        self._unit.insert(EMERGENCIES, row_of(EMERGENCIES, emergency, reason=sealed))

    def open_now(self, case_id: UUID, person_id: UUID | None, moment: datetime) -> Emergency | None:
        """Return the opening by which the person sees the case now; None if there is none."""
        one = EMERGENCIES.c.case_id == case_id, EMERGENCIES.c.person_id == person_id
        running = EMERGENCIES.c.closed_at.is_(None), EMERGENCIES.c.ends_at > moment
        return next(iter(self._found(*one, *running)), None)

    def open_of(self, reference: str, person_id: UUID | None, moment: datetime) -> Emergency | None:
        """As `open_now`, by the case's reference: one statement, whether there is such a case or not."""
        wanted = select(CASES.c.id).where(CASES.c.reference == reference).scalar_subquery()
        one = EMERGENCIES.c.case_id == wanted, EMERGENCIES.c.person_id == person_id
        running = EMERGENCIES.c.closed_at.is_(None), EMERGENCIES.c.ends_at > moment
        return next(iter(self._found(*one, *running)), None)

    def known(self, emergency_id: UUID) -> Emergency | None:
        return next(iter(self._found(EMERGENCIES.c.id == emergency_id)), None)

    def get(self, emergency_id: UUID) -> Emergency:
        found = self.known(emergency_id)
        if found is None:
            raise NotFound
        return found

    def of_person(self, person_id: UUID, since: datetime) -> tuple[Emergency, ...]:
        return self._found(EMERGENCIES.c.person_id == person_id, EMERGENCIES.c.opened_at >= since)

    def of_cases(self, case_ids: Collection[UUID]) -> tuple[Emergency, ...]:
        return self._found(EMERGENCIES.c.case_id.in_(case_ids))

    def since(self, moment: datetime) -> tuple[Emergency, ...]:
        return self._found(EMERGENCIES.c.opened_at >= moment)

    def waiting(self) -> tuple[Emergency, ...]:
        """Return those that nobody has reviewed."""
        return self._found(EMERGENCIES.c.reviewed_at.is_(None))

    def overdue(self, today: date) -> tuple[Emergency, ...]:
        """Return those whose week is over, and of which nobody was notified yet."""
        return self._found(
            EMERGENCIES.c.reviewed_at.is_(None),
            EMERGENCIES.c.escalated_at.is_(None),
            EMERGENCIES.c.review_due_on < today,
        )

    def reason_of(self, emergency: Emergency) -> str:
        """Return the reason as it was typed; empty once the case's narrative is erased."""
        row = self._unit.one(select(EMERGENCIES.c.reason).where(EMERGENCIES.c.id == emergency.id))
        place = _place(emergency)
        try:
            return self._vault.open(emergency.case_id, SealingClass.NARRATIVE, place, row["reason"]).decode()
        except Unsealable:
            return ""

    def close(self, emergency: Emergency, moment: datetime) -> None:
        self._unit.update_one(EMERGENCIES, {"id": emergency.id}, {"closed_at": moment})

    def escalate(self, emergency: Emergency, moment: datetime) -> None:
        self._unit.update_one(
            EMERGENCIES, {"id": emergency.id, "escalated_at": None}, {"escalated_at": moment}
        )

    def review(self, emergency: Emergency, verdict: Verdict, by: UUID, moment: datetime) -> None:
        """Store a verdict. The flush raises Outdated if somebody else has reviewed it."""
        self._unit.update_one(
            EMERGENCIES,
            {"id": emergency.id, "reviewed_at": None},
            {"verdict": verdict.value, "reviewed_by": by, "reviewed_at": moment},
        )

    def _found(self, *conditions: ColumnElement[bool]) -> tuple[Emergency, ...]:
        """The newest first."""
        columns: tuple[Any, ...] = tuple(EMERGENCIES.c[name] for name in Emergency.__dataclass_fields__)
        newest = EMERGENCIES.c.opened_at.desc(), EMERGENCIES.c.id
        rows = self._unit.rows(select(*columns).where(*conditions).order_by(*newest).limit(MOST))
        return tuple(value_of(Emergency, row) for row in rows)


def _place(emergency: Emergency) -> str:
    return f"emergencies.reason/{emergency.id}"
