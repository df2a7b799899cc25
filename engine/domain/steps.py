"""The steps of an instance as facts for replays: what triggered each, and what operations returned. No free text, no identity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Trigger:
    """The event that moved an instance on: a start, a task, a timer, a message, or a day that the record moved."""

    kind: str
    """``start``, ``task``, ``timer``, ``message`` or ``assigned``."""
    name: str
    """The start message, the form's key, the timer's kind, the message's name; the form of the task whose day moved."""
    process_id: str = ""
    element_id: str = ""
    path: str = ""
    """Empty for a start, and for a message that nothing waited for yet."""
    business_key: str | None = None
    due_at: datetime | None = None
    """When a timer was due; it goes off a little later."""
    values: Any = None
    """Variables, answers or what a message carries, as JSON."""

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON, as it is stored."""
        return {
            "kind": self.kind,
            "name": self.name,
            "process_id": self.process_id,
            "element_id": self.element_id,
            "path": self.path,
            "business_key": self.business_key,
            "due_at": None if self.due_at is None else self.due_at.isoformat(),
            "values": self.values,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Trigger:
        due_at = data["due_at"]
        return cls(**{**data, "due_at": None if due_at is None else datetime.fromisoformat(due_at)})


@dataclass(frozen=True, slots=True)
class Called:
    """An operation that a service task called, and its result as JSON."""

    operation: str
    path: str
    result: Any


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One step of a case's instance, or a message kept until something waits for it."""

    at: datetime
    trigger: Trigger
    called: tuple[Called, ...] = ()
    timers: tuple[tuple[str, datetime], ...] = ()
    """Path and due moment of those that began to wait, or moved."""
