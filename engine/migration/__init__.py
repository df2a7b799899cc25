"""Judges whether a running case can move to another version, from snapshots and diagrams. Moves nothing itself.

A *standing* is one process instance with all that is open in it; a *position* is all standings of a case, without its
identity.
"""

from __future__ import annotations

from engine.migration.judgement import Judge, Version
from engine.migration.position import Held, Position
from engine.migration.reasons import Reason, reason, sentence_of

__all__ = ["Held", "Judge", "Position", "Reason", "Version", "reason", "sentence_of"]
