"""Wait states and element runs: the values between the process engine and the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A user task that is ready for a person."""

    task_key: str
    """The engine's own id of the task: stable through extensions and version changes, new in each round."""
    process_id: str
    element_id: str
    path: str
    """Path below the top process, e.g. ``examine/information/requests[1]/answer``."""
    name: str
    candidate_group: str | None
    """The property `candidate_group` at run time, else the lane's role, else that of the nearest call around it."""
    form_key: str | None
    business_key: str | None
    """The nearest business key upwards: the id of the information request or delivery it belongs to."""
    due_reason: str | None
    """The property of that name: the variable whose date is shown as due. Its name says why."""
    due_at: datetime | None
    not_by: frozenset[str]
    """Ids of people who may not do it (four eyes)."""
    milestones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenTimer:
    """A timer event that waits for its moment."""

    key: str
    process_id: str
    element_id: str
    path: str
    name: str
    kind: str
    """The property `timer`: reminder, due, stalled, escalation, fallback, presumed_service, appeal_period; else ``timer``."""
    business_key: str | None
    due_at: datetime
    interrupting: bool


@dataclass(frozen=True, slots=True)
class OpenMessage:
    """A message event that one waiting task listens for."""

    key: str
    process_id: str
    element_id: str
    path: str
    name: str
    """The message's name, e.g. ``application_withdrawn``."""
    business_key: str | None


@dataclass(frozen=True, slots=True)
class WaitState:
    """Everything that an instance waits for between two steps. An open instance always waits for something."""

    tasks: tuple[OpenTask, ...] = ()
    timers: tuple[OpenTimer, ...] = ()
    messages: tuple[OpenMessage, ...] = ()


@dataclass(frozen=True, slots=True)
class ElementRun:
    """One passage of a token through an element, with the times the engine itself forgets."""

    key: str
    """The engine's task id; unique within the instance."""
    process_id: str
    element_id: str
    path: str
    kind: str
    state: str
    """``ready``, ``completed`` or ``cancelled``."""
    role: str | None
    business_key: str | None
    ready_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class MilestoneReached:
    """A milestone that this step reached, in the order in which the engine reached it."""

    name: str
    process_id: str
    element_id: str
    path: str
    business_key: str | None
