"""Corrections: what was recorded, what it is now, who changed it and why. Each is sealed like what it corrects."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, select

from engine.domain.parties import Ground
from engine.domain.people import Actor
from engine.storage.database import new_id
from engine.storage.rows import value_of
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.cases import CORRECTIONS
from engine.storage.unit_of_work import UnitOfWork

CLASSES = (SealingClass.IDENTITY, SealingClass.CONTACT, SealingClass.NARRATIVE, SealingClass.DECISION)


@dataclass(frozen=True, slots=True)
class Correction:
    id: UUID
    case_id: UUID
    subject: str
    """``party``, ``submission``, or ``disqualification`` where one was lifted."""
    subject_id: UUID
    kind: str
    """``change``, ``addition`` or ``removal`` of a party; ``correction`` of staff's own record, ``clarification`` beside what a person wrote,
    ``explanation`` of a day that comes before its neighbour."""
    source: str
    source_on: date | None
    corrects: UUID | None
    """The correction that this one corrects."""
    made_by: UUID | None
    made_by_name: str
    made_at: datetime
    reason: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    """Of the values that changed only; erased classes are missing."""

    def without(self, name: str) -> Correction:
        """Return it as a copy may show it that must not hold one detail."""
        before, after = (
            {key: side[key] for key in side if key != name} for side in (self.before, self.after)
        )
        return replace(self, before=before, after=after)


class Corrections:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def add(
        self,
        case_id: UUID,
        subject: str,
        subject_id: UUID,
        kind: str,
        *,
        ground: Ground,
        changes: Mapping[str, Mapping[str, tuple[Any, Any]]],
        actor: Actor,
        moment: datetime,
        corrects: UUID | None = None,
    ) -> UUID:
        """`changes`: sealing class to field to (before, after), as JSON values."""
        correction_id = new_id()
        seal, columns = self._vault.seal_column, CORRECTIONS.c
        sealed = {
            each.value: seal(columns[each.value], each, case_id, correction_id, _sides(changes[each.value]))
            for each in CLASSES
            if changes.get(each.value)
        }
        self._unit.insert(
            CORRECTIONS,
            {
                "id": correction_id,
                "case_id": case_id,
                "subject": subject,
                "subject_id": subject_id,
                "kind": kind,
                "source": ground.source,
                "source_on": ground.source_on,
                "corrects": corrects,
                "made_by": actor.person_id,
                "made_by_name": actor.name,
                "made_at": moment,
                "reason": seal(columns.reason, SealingClass.NARRATIVE, case_id, correction_id, ground.reason),
                **{each.value: sealed.get(each.value) for each in CLASSES},
            },
        )
        return correction_id

    def of_case(self, case_id: UUID) -> tuple[Correction, ...]:
        """Oldest first."""
        rows = self._unit.rows(
            select(CORRECTIONS)
            .where(CORRECTIONS.c.case_id == case_id)
            .order_by(CORRECTIONS.c.made_at, CORRECTIONS.c.id)
        )
        return tuple(self._opened(row) for row in rows)

    def of_subject(self, case_id: UUID, subject_id: UUID) -> tuple[Correction, ...]:
        return tuple(each for each in self.of_case(case_id) if each.subject_id == subject_id)

    def of_subjects(self, subject_ids: Collection[UUID]) -> Mapping[UUID, tuple[Correction, ...]]:
        """Return those of many subjects, each oldest first."""
        if not subject_ids:
            return {}
        found: dict[UUID, tuple[Correction, ...]] = {}
        for row in self._unit.rows(
            select(CORRECTIONS)
            .where(CORRECTIONS.c.subject_id.in_(subject_ids))
            .order_by(CORRECTIONS.c.made_at, CORRECTIONS.c.id)
        ):
            found[row["subject_id"]] = (*found.get(row["subject_id"], ()), self._opened(row))
        return found

    def _opened(self, row: RowMapping) -> Correction:
        before: dict[str, Any] = {}
        after: dict[str, Any] = {}
        for each in CLASSES:
            opened = self._vault.open_column(CORRECTIONS.c[each.value], each, row) or {}
            before |= opened.get("before", {})
            after |= opened.get("after", {})
        reason = self._vault.open_column(CORRECTIONS.c.reason, SealingClass.NARRATIVE, row) or ""
        return value_of(Correction, row, reason=reason, before=before, after=after)


def _sides(changed: Mapping[str, tuple[Any, Any]]) -> dict[str, dict[str, Any]]:
    return {
        "before": {name: before for name, (before, _) in changed.items()},
        "after": {name: after for name, (_, after) in changed.items()},
    }
