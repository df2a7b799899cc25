"""Moving a running case to another version: a judgement over snapshots and drawings, and nothing that moves it."""

from __future__ import annotations

from engine.bpmn.migration.judging import Judge, Version
from engine.bpmn.migration.position import Held, Position
from engine.bpmn.migration.reasons import Reason, reason, told

__all__ = ["Held", "Judge", "Position", "Reason", "Version", "reason", "told"]
