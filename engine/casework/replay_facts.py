"""The facts of a real case that a replay needs, without anyone in them: its way, the values that models read, times
from its beginning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from engine.domain.steps import Called, StepRecord, Trigger

Place: TypeAlias = tuple[str, str]
"""Process and element."""
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage of the case through an element."""

    process_id: str
    element_id: str
    path: str
    kind: str
    state: str
    """``completed`` or ``cancelled``; ``ready`` where an open case stands."""
    ready_at: datetime
    ended_at: datetime | None

    @property
    def place(self) -> Place:
        return self.process_id, self.element_id


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A decision table that was used, and its result as JSON."""

    table: str
    at: datetime
    result: Any


@dataclass(frozen=True, slots=True)
class Facts:
    """One case without anyone in it. Ids and references are numbers counted within the case."""

    version: str
    """The version that it went through, by its name in the request."""
    begins: datetime
    """Weekdays and holidays move deadlines, so the day itself matters; it leaves this value nowhere."""
    until: datetime
    """When it closed; of an open case, the moment of reading."""
    is_closed: bool
    outcome: str | None
    steps: tuple[StepRecord, ...]
    passages: tuple[Passage, ...]
    evaluated: tuple[Evaluated, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the facts as JSON, with moments as microseconds from the beginning."""

        def off(moment: datetime | None) -> int | None:
            return None if moment is None else (moment - self.begins) // _MICROSECOND

        return {
            "version": self.version,
            "begins": self.begins.isoformat(),
            "until": off(self.until),
            "is_closed": self.is_closed,
            "outcome": self.outcome,
            "steps": [
                {
                    "at": off(each.at),
                    "trigger": each.trigger.to_json() | {"due_at": off(each.trigger.due_at)},
                    "called": [[call.operation, call.path, call.result] for call in each.called],
                    "timers": [[path, off(due)] for path, due in each.timers],
                }
                for each in self.steps
            ],
            "passages": [
                [*each.place, each.path, each.kind, each.state, off(each.ready_at), off(each.ended_at)]
                for each in self.passages
            ],
            "evaluated": [[each.table, off(each.at), each.result] for each in self.evaluated],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Facts:
        begins = datetime.fromisoformat(data["begins"])

        def at(offset: int) -> datetime:
            return begins + offset * _MICROSECOND

        def trigger(plain: Mapping[str, Any]) -> Trigger:
            due = plain["due_at"]
            return Trigger.from_json({**plain, "due_at": None if due is None else at(due).isoformat()})

        return cls(
            data["version"],
            begins,
            at(data["until"]),
            data["is_closed"],
            data["outcome"],
            tuple(
                StepRecord(
                    at(each["at"]),
                    trigger(each["trigger"]),
                    tuple(Called(*call) for call in each["called"]),
                    tuple((path, at(due)) for path, due in each["timers"]),
                )
                for each in data["steps"]
            ),
            tuple(
                Passage(
                    process_id, element_id, path, kind, state, at(ready), None if ended is None else at(ended)
                )
                for process_id, element_id, path, kind, state, ready, ended in data["passages"]
            ),
            tuple(Evaluated(table, at(when), result) for table, when, result in data["evaluated"]),
        )


@dataclass(frozen=True, slots=True)
class ReplayRequest:
    files: Mapping[str, bytes]
    """Of the draft or version to replay on."""
    versions: Mapping[str, Mapping[str, bytes]]
    """The files that the cases went through, by the name in their facts."""
    outputs: Mapping[str, Iterable[str]]
    """The names of the results that each operation gives back."""
    facts: Sequence[Facts]
    seconds: float
