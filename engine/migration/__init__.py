"""Moving a running case to another version: a judgement over snapshots and drawings, and nothing that moves it."""

from __future__ import annotations

from engine.migration.judgement import Judge, Version
from engine.migration.position import Held, Position
from engine.migration.reasons import Reason, reason, sentence_of

__all__ = ["Held", "Judge", "Position", "Reason", "Version", "reason", "sentence_of"]
