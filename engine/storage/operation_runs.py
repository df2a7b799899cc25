"""Operations that were performed: for which occasion, and with what result."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from engine.storage.gathering import Gathered, Gathering
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.processes import OPERATION_RUNS

_PLACE: Final = "operation_runs.result/{}"


class OperationRuns(Gathering):
    def __init__(self, gathered: Gathered, vault: Vault) -> None:
        super().__init__(gathered, OPERATION_RUNS)
        self._vault = vault

    def add(self, case_id: UUID, run_key: str, result: Any, moment: datetime) -> None:
        """Remember a result, as tagged JSON."""
        self._gathered.add(
            OPERATION_RUNS,
            {
                "case_id": case_id,
                "run_key": run_key,
                "result": self._vault.seal_json(case_id, SealingClass.ENGINE, _PLACE.format(run_key), result),
                "ran_at": moment,
            },
        )

    def result(self, case_id: UUID, run_key: str) -> Any | None:
        """Return what was remembered; None if the operation was not performed for the occasion."""
        sealed = self._connection.execute(
            select(OPERATION_RUNS.c.result).where(
                OPERATION_RUNS.c.case_id == case_id, OPERATION_RUNS.c.run_key == run_key
            )
        ).scalar_one_or_none()
        return self._vault.open_json(case_id, SealingClass.ENGINE, _PLACE.format(run_key), sealed)
