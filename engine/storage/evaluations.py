"""Decision tables that were asked: inputs, result and the rules that fired, sealed and destroyed with the engine's state."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import RowMapping, Select, select

from engine.storage.database import new_id
from engine.storage.rows import value_of
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.cases import CASES
from engine.storage.tables.decisions import DECISION_EVALUATIONS
from engine.storage.unit_of_work import UnitOfWork

_ROW: Final = DECISION_EVALUATIONS.c
_IN_ORDER: Final = select(DECISION_EVALUATIONS).order_by(_ROW.at, _ROW.id)
_IN_CLEAR: Final[Mapping[str, Any]] = {"inputs": {}, "result": None, "rules": []}
"""How the columns of the version before are left."""
_ERASED: Final = b""


@dataclass(frozen=True, slots=True)
class DecisionEvaluation:
    """A decision table that was asked: what it read, gave, and by which rules. Erased, it is empty."""

    decision: str
    deployment_id: UUID | None
    inputs: Any
    result: Any
    rules: tuple[str, ...]
    at: datetime


class DecisionEvaluations:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def add(
        self,
        case_id: UUID,
        decision: str,
        deployment_id: UUID | None,
        inputs: Any,
        result: Any,
        rules: list[str],
        moment: datetime,
    ) -> None:
        row_id = new_id()
        self._unit.insert(
            DECISION_EVALUATIONS,
            {
                "id": row_id,
                "case_id": case_id,
                "decision": decision,
                "deployment_id": deployment_id,
                "content": self._sealed(
                    case_id, row_id, {"inputs": inputs, "result": result, "rules": rules}
                ),
                "at": moment,
                **_IN_CLEAR,
            },
        )

    def of_case(self, case_id: UUID) -> tuple[DecisionEvaluation, ...]:
        """Oldest first."""
        return self._opened(_IN_ORDER.where(_ROW.case_id == case_id))

    def of_cases(self, case_ids: Collection[UUID]) -> dict[UUID, tuple[DecisionEvaluation, ...]]:
        """Return those of many cases, each oldest first."""
        self._vault.fetch_keys(tuple(case_ids))
        found: dict[UUID, tuple[DecisionEvaluation, ...]] = {}
        for row in self._unit.rows(_IN_ORDER.where(_ROW.case_id.in_(case_ids))):
            found[row["case_id"]] = (*found.get(row["case_id"], ()), self._value(row))
        return found

    def latest(self, case_id: UUID, decision: str) -> DecisionEvaluation | None:
        newest = select(DECISION_EVALUATIONS).where(_ROW.case_id == case_id, _ROW.decision == decision)
        newest = newest.order_by(_ROW.at.desc(), _ROW.id.desc()).limit(1)
        return next(iter(self._opened(newest)), None)

    def latest_of(self, case_ids: Collection[UUID], decision: str) -> Mapping[UUID, DecisionEvaluation]:
        """Return the newest of one table in each of these cases, unless its content is sealed. Only those are opened."""
        asked = _IN_ORDER.join(CASES, CASES.c.id == _ROW.case_id).where(CASES.c.content_sealed_at.is_(None))
        rows = self._unit.rows(asked.where(_ROW.case_id.in_(case_ids), _ROW.decision == decision))
        newest = {row["case_id"]: row for row in rows}
        self._vault.fetch_keys(tuple(newest))
        return {case_id: self._value(row) for case_id, row in newest.items()}

    def forget(self, case_id: UUID) -> None:
        """Delete the content of a case's evaluations, whose key is destroyed already, and what the version before wrote
        in clear."""
        self._unit.update(DECISION_EVALUATIONS, {"case_id": case_id}, {**_IN_CLEAR, "content": _ERASED})

    def seal_older(self, limit: int) -> int:
        """Seal what the version before wrote in clear. Return how many."""
        clear = select(DECISION_EVALUATIONS).where(_ROW.content.is_(None)).order_by(_ROW.case_id, _ROW.id)
        sealed = 0
        for row in self._unit.rows(clear.limit(limit).with_for_update()):
            one = {"case_id": row["case_id"], "id": row["id"]}
            known = {name: row[name] for name in _IN_CLEAR}
            is_held = self._vault.has_key(row["case_id"], SealingClass.ENGINE)
            content = self._sealed(row["case_id"], row["id"], known) if is_held else _ERASED
            self._unit.update(DECISION_EVALUATIONS, one, {**_IN_CLEAR, "content": content})
            sealed += 1
        return sealed

    def _sealed(self, case_id: UUID, row_id: UUID, content: Mapping[str, Any]) -> bytes:
        return self._vault.seal_column(_ROW.content, SealingClass.ENGINE, case_id, row_id, dict(content))

    def _opened(self, statement: Select[Any]) -> tuple[DecisionEvaluation, ...]:
        return tuple(self._value(row) for row in self._unit.rows(statement))

    def _value(self, row: RowMapping) -> DecisionEvaluation:
        known: Mapping[str, Any] = {name: row[name] for name in _IN_CLEAR}
        if row["content"]:
            known = self._vault.open_column(_ROW.content, SealingClass.ENGINE, row) or _IN_CLEAR
        return value_of(
            DecisionEvaluation,
            row,
            inputs=known["inputs"],
            result=known["result"],
            rules=tuple(known["rules"]),
        )
