"""A case goes on in another version: the words for how far that has come."""

from __future__ import annotations

from enum import StrEnum


class MoveState(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class LineState(StrEnum):
    """Of one case in a move."""

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
