"""The trigger of each step of an instance, and the results of its operations: sealed and destroyed with the engine's state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import RowMapping, select

from engine.domain.steps import Called, StepRecord, Trigger
from engine.storage.database import new_id
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.processes import STEP_RECORDS
from engine.storage.unit_of_work import UnitOfWork

AT_ONCE: Final = 500


class StepRecords:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def add(self, case_id: UUID, record: StepRecord) -> None:
        record_id = new_id()
        content = self._vault.seal_column(
            STEP_RECORDS.c.content, SealingClass.ENGINE, case_id, record_id, _plain(record)
        )
        self._unit.insert(
            STEP_RECORDS, {"id": record_id, "case_id": case_id, "at": record.at, "content": content}
        )

    def of_cases(self, case_ids: Sequence[UUID]) -> Mapping[UUID, tuple[StepRecord, ...]]:
        """Return the records of many cases, each in order. Cases whose keys are destroyed are left out."""
        found: dict[UUID, tuple[StepRecord, ...]] = {}
        for start in range(0, len(case_ids), AT_ONCE):
            some = case_ids[start : start + AT_ONCE]
            self._vault.fetch_keys(some)
            rows = self._unit.rows(
                select(STEP_RECORDS)
                .where(STEP_RECORDS.c.case_id.in_(some))
                .order_by(STEP_RECORDS.c.at, STEP_RECORDS.c.id)
            )
            opened: dict[UUID, list[StepRecord]] = {}
            for row in rows:
                if self._vault.has_key(row["case_id"], SealingClass.ENGINE):
                    opened.setdefault(row["case_id"], []).append(self._opened(row))
            found.update((case_id, tuple(records)) for case_id, records in opened.items())
        return found

    def _opened(self, row: RowMapping) -> StepRecord:
        data = self._vault.open_column(STEP_RECORDS.c.content, SealingClass.ENGINE, row)
        return StepRecord(
            row["at"],
            Trigger.from_json(data["trigger"]),
            tuple(Called(*each) for each in data["called"]),
            tuple((path, datetime.fromisoformat(due)) for path, due in data["timers"]),
        )


def _plain(record: StepRecord) -> dict[str, Any]:
    return {
        "trigger": record.trigger.to_json(),
        "called": [[each.operation, each.path, each.result] for each in record.called],
        "timers": _timers(record.timers),
    }


def _timers(timers: Iterable[tuple[str, datetime]]) -> list[list[str]]:
    return [[path, due.isoformat()] for path, due in timers]
