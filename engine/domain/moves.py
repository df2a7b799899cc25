"""States of a move to another version, and of each case in it."""

from __future__ import annotations

from enum import StrEnum


class MoveState(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class LineState(StrEnum):
    """The state of one case in a move."""

    ASKED = "asked"
    WITHDRAWN = "withdrawn"
    DUE = "due"
    MOVED = "moved"
    STAYED = "stayed"
    """The judgement at the moment of moving refused it."""
    FAILED = "failed"
    RETURN_DUE = "return_due"
    RETURNED = "returned"
    SETTLED = "settled"
    """It was to return, but has gone on in the new version."""
