"""Acts on many tasks at once: what can be done so, and what becomes of each line."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final

MOST: Final = 50
"""Tasks of one act: a page of the list."""
UNDO_WITHIN: Final = timedelta(hours=24)
KEPT_FOR: Final = timedelta(days=30)
"""The lines are only a way to undo and to look again; what was done stands in the timeline of each case."""
FARTHEST: Final = timedelta(days=30)
"""A follow-up is not put off for longer: no case may be forgotten in an orderly way."""


class BulkKind(StrEnum):
    CLAIM = "claim"
    ASSIGN = "assign"
    FOLLOW_UP = "follow_up"


class BulkState(StrEnum):
    DUE = "due"
    DONE = "done"
    REFUSED = "refused"
    UNDONE = "undone"
    KEPT = "kept"
    """Not undone, because something has happened since."""


class Hindrance(StrEnum):
    """The reason for which a task stays as it is."""

    GONE = "gone"
    """It, or its case, is not the actor's to see."""
    CLOSED = "closed"
    SAME = "same"
    """It is already as the act would make it."""
    TAKEN = "taken"
    """A colleague has it."""
    FOUR_EYES = "four_eyes"
    OTHER_GROUP = "other_group"
    DISQUALIFIED = "disqualified"
    RESTRICTED = "restricted"
    """A restricted case is given to one person after thought, not among others."""
    HAS_DUE_DAY = "has_due_day"
    MOVED_ON = "moved_on"
    """Since then the task was completed, cancelled or given to somebody."""
    DRAFTED = "drafted"
    """Its holder has begun to write."""
