"""What a replay stands on instead of people, tables of cases and the post: what operations gave back when it happened.

Moments move with the clock of the replay: a reminder that goes out a week earlier was sent a week earlier. The internal
target is reckoned anew, since tables and answers decide it; so is an appeal period that moved, since it ends on a weekday.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from engine.bpmn import OperationCall
from engine.bpmn.host_functions import functions
from engine.casework.anonymising import anchored
from engine.casework.replay_facts import Evaluated, Facts
from engine.clock import day_of
from engine.domain import deadlines
from engine.domain.appeals import appeal_period
from engine.domain.calendar import Counting, end_of
from engine.domain.deadlines import ClockEntry, Deadline, EntryKind
from engine.domain.steps import StepRecord
from engine.errors import NotFound
from engine.feel.values import to_json
from engine.simulation.replay.model import Model

_NOBODY: Final = UUID(int=0)
TARGET: Final = "target_on"


@dataclass(frozen=True, slots=True)
class Given:
    """A result, and when it was given."""

    at: datetime
    result: Any


@dataclass
class Around:
    """The environment of one replayed case."""

    model: Model
    facts: Facts
    outputs: Mapping[str, Iterable[str]]
    """What each operation gives back, by name."""
    now: datetime
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    called: list[tuple[str, str, str]] = field(default_factory=list)
    """Operation, process and element of every call."""
    evaluated: list[Evaluated] = field(default_factory=list)
    targets: list[date] = field(default_factory=list)
    """Each internal target that was set."""
    _at_path: dict[tuple[str, str], list[Given]] = field(default_factory=lambda: defaultdict(list))
    _any: dict[str, Given] = field(default_factory=dict)
    _target: Deadline | None = None
    _target_moved: bool = False
    _has_moved: bool = False
    """Whether the last operation was called then, and at that moment."""

    def __post_init__(self) -> None:
        for step in self.facts.steps:
            self._remember(step)

    def _remember(self, step: StepRecord) -> None:
        for call in step.called:
            given = Given(step.at, anchored(call.result, self.facts.begins))
            self._at_path[call.operation, call.path].append(given)
            self._any.setdefault(call.operation, given)

    def operate(self, name: str, call: OperationCall) -> Mapping[str, Any]:
        self.called.append((name, call.process_id, call.element_id))
        given = self._given(name, call.path)
        reckoned = _RECKONED.get(name)
        return given if reckoned is None else reckoned(self, call, given)

    def _given(self, name: str, path: str) -> Mapping[str, Any]:
        waiting = self._at_path.get((name, path))
        given = waiting.pop(0) if waiting else self._any.get(name)
        self._has_moved = given is None or given.at != self.now
        if given is None:
            return {each: self.now if each.endswith("_at") else None for each in self.outputs.get(name, ())}
        self._any[name] = given
        moved: Mapping[str, Any] = _moved(given.result, given.at, self.now)
        return moved

    def decide(self, table: str, inputs: Mapping[str, Any]) -> Any:
        model = self.model.tables.get(table)
        if model is None:
            raise NotFound
        read = {
            name: inputs[name]
            for name in sorted({name for each in model.compiled.values() for name in each.names})
            if name in inputs
        }
        result = model.evaluate(table, read, functions=functions(self)).result
        self.evaluated.append(Evaluated(table, self.now, to_json(result)))
        return result

    def appeal_period(self, call: OperationCall, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """As it was given where nothing has moved. Otherwise its last day, which is a weekday, is reckoned anew."""
        if not self._has_moved:
            return given
        served_on = call.variables.get("served_on")
        began = served_on if isinstance(served_on, date) else day_of(self.now)
        until = appeal_period(_NOBODY, _NOBODY, served_on=began, now=self.now).due_on or began
        return {**given, "appeal_until": until, "appeal_until_at": end_of(until)}

    # the internal target, as `engine.operations.deadlines` keeps it; once it differs, pauses are reckoned anew too

    def start_target(self, call: OperationCall, given: Mapping[str, Any]) -> Mapping[str, Any]:
        days, began = call.variables.get("target_days"), call.variables.get("received_at")
        if days is None:
            return given
        working = call.variables.get("target_day_kind") == "working"
        counting = Counting.WORKING_DAYS if working else Counting.CALENDAR_DAYS
        known = self._target
        began = began if isinstance(began, datetime) else self.facts.begins
        entry = ClockEntry(EntryKind.STARTED, began, "received", "", None, "", days=int(days))
        self._target = deadlines.start(
            id=_NOBODY, case_id=_NOBODY, name="target", entry=entry, counting=counting
        )
        alike = known is not None and known.counting is counting and known.entries[0].days == int(days)
        due = known.due_on if alike and known is not None else self._target.due_on
        if given.get(TARGET) in (None, self._target.due_on, due):
            due = given.get(TARGET) or due
        else:
            self._target_moved = True
        if due is not None:
            self.targets.append(due)
        return {**given, TARGET: due}

    def pause_target(self, call: OperationCall, given: Mapping[str, Any]) -> Mapping[str, Any]:
        pauses = call.variables.get("pausing") is True and self._target is not None
        if pauses and self._target is not None:
            self._target = self._target.paused(self._entry(EntryKind.PAUSED))
        return {"paused_at": self.now if pauses else None} if self._target_moved else given

    def resume_target(self, call: OperationCall, given: Mapping[str, Any]) -> Mapping[str, Any]:
        if self._target is not None and self._target.is_paused:
            self._target = self._target.resumed(self._entry(EntryKind.RESUMED))
        if not self._target_moved or self._target is None:
            return given
        return {TARGET: self._target.due_on}

    def _entry(self, kind: EntryKind) -> ClockEntry:
        return ClockEntry(kind, self.now, "", "", None)


_RECKONED: Final[Mapping[str, Callable[[Around, OperationCall, Mapping[str, Any]], Mapping[str, Any]]]] = {
    "compute_appeal_period": Around.appeal_period,
    "start_deadlines": Around.start_target,
    "pause_target": Around.pause_target,
    "resume_target": Around.resume_target,
}


def _moved(value: Any, then: datetime, now: datetime) -> Any:
    """As if it had been given now."""
    if then == now:
        return value
    if isinstance(value, datetime):
        return value + (now - then)
    if isinstance(value, date):
        return value + timedelta(days=(day_of(now) - day_of(then)).days)
    if isinstance(value, list):
        return [_moved(each, then, now) for each in value]
    if isinstance(value, Mapping):
        return {key: _moved(each, then, now) for key, each in value.items()}
    return value
