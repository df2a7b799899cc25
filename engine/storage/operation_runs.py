"""Operations that were performed: each occasion, and the result."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, select

from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.processes import OPERATION_RUNS
from engine.storage.unit_of_work import UnitOfWork

_PLACE: Final = "operation_runs.result/{}"
_RESULT = select(OPERATION_RUNS.c.result).where(
    OPERATION_RUNS.c.case_id == bindparam("case"), OPERATION_RUNS.c.run_key == bindparam("occasion")
)


class OperationRuns:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def add(self, case_id: UUID, run_key: str, result: Any, moment: datetime) -> None:
        """Store a result, as tagged JSON."""
        sealed = self._vault.seal_json(case_id, SealingClass.ENGINE, _PLACE.format(run_key), result)
        self._unit.insert(
            OPERATION_RUNS, {"case_id": case_id, "run_key": run_key, "result": sealed, "ran_at": moment}
        )

    def result(self, case_id: UUID, run_key: str) -> Any | None:
        """Return the stored result; None if the operation was not performed for this occasion."""
        row = self._unit.row(_RESULT, case=case_id, occasion=run_key)
        return row and self._vault.open_json(
            case_id, SealingClass.ENGINE, _PLACE.format(run_key), row["result"]
        )
