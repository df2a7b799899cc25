"""The environment of a replayed case: operations return what they returned in the real case.

Moments move with the replay's clock: a reminder sent a week earlier has a date a week earlier. The internal target is
computed anew, since tables and answers decide it; so is an appeal period that moved, since it ends on a weekday.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from engine.bpmn import OperationCall
from engine.bpmn.host_functions import FUNCTIONS, functions
from engine.casework.anonymising import anchored
from engine.casework.replay_facts import Evaluated, Facts
from engine.clock import day_of
from engine.domain import deadlines
from engine.domain.appeals import appeal_period
from engine.domain.calendar import Counting, end_of
from engine.domain.deadlines import ClockEntry, Deadline, EntryKind
from engine.domain.people import Role
from engine.errors import NotFound
from engine.feel.values import to_json
from engine.models.bundle import names_read
from engine.simulation.replay.models import ReplayModels

_NOBODY: Final = UUID(int=0)
TARGET: Final = "target_on"
Results = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Given:
    at: datetime
    result: Any


@dataclass
class ReplayEnvironment:
    models: ReplayModels
    facts: Facts
    outputs: Mapping[str, Iterable[str]]
    """The names of the results that each operation gives back."""
    now: datetime
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=lambda: FUNCTIONS)
    called: list[str] = field(default_factory=list)
    """The operation of every call."""
    evaluated: list[Evaluated] = field(default_factory=list)
    targets: list[date] = field(default_factory=list)
    """Each internal target that was set."""
    _given_at: dict[tuple[str, str], list[_Given]] = field(default_factory=lambda: defaultdict(list))
    """By operation and path, those of later calls last."""
    _last_given: dict[str, _Given] = field(default_factory=dict)
    """By operation: what it gave last, or will give first."""
    _target: Deadline | None = None
    _target_moved: bool = False
    _pauses: bool = False
    """The table of the running round lets the target stand still."""
    _awaited: set[str] = field(default_factory=set)
    """Requests to the person that are not answered."""

    def __post_init__(self) -> None:
        for step in self.facts.steps:
            for call in step.called:
                given = _Given(step.at, self.anchored(call.result))
                self._given_at[call.operation, call.path].append(given)
                self._last_given.setdefault(call.operation, given)

    def anchored(self, fact: Any) -> Any:
        """Return a fact's JSON as a value, with times counted from the case's beginning turned into moments and dates."""
        return anchored(fact, self.facts.begins)

    def operate(self, name: str, call: OperationCall) -> Results:
        self.called.append(name)
        waiting = self._given_at.get((name, call.path))
        given = waiting.pop(0) if waiting else self._last_given.get(name)
        if given is None:
            results = {
                each: self.now if each.endswith("_at") else None for each in self.outputs.get(name, ())
            }
        else:
            self._last_given[name] = given
            results = _moved(given.result, given.at, self.now)
        has_moved = given is None or given.at != self.now
        match name:
            case "compute_appeal_period" if has_moved:
                return self._appeal_period(call, results)
            case "start_deadlines":
                return self._start_target(call, results)
            case "pause_target":
                return self._pause_target(call, results)
            case "resume_target":
                return self._resume_target(results)
            case "send_request" | "extend_request":
                self._ask_again(call)
            case "close_request":
                self.await_no_more(_key_of(call.variables.get("request")))
        return results

    def decide(self, table: str, inputs: Mapping[str, Any]) -> Any:
        model = self.models.bundle.tables.get(table)
        if model is None:
            raise NotFound
        read = {name: inputs[name] for name in sorted(names_read(model)) if name in inputs}
        result = model.evaluate(table, read, functions=functions(self)).result
        self.evaluated.append(Evaluated(table, self.now, to_json(result)))
        return result

    def _appeal_period(self, call: OperationCall, results: Results) -> Results:
        served_on = call.variables.get("served_on")
        began = served_on if isinstance(served_on, date) else day_of(self.now)
        until = appeal_period(_NOBODY, _NOBODY, served_on=began, now=self.now).due_on or began
        return {**results, "appeal_until": until, "appeal_until_at": end_of(until)}

    # The internal target, as `engine.operations.deadlines` keeps it; once it differs, pauses are computed anew too.

    def _start_target(self, call: OperationCall, results: Results) -> Results:
        days, began = call.variables.get("target_days"), call.variables.get("received_at")
        if days is None:
            return results
        working = call.variables.get("target_day_kind") == "working"
        counting = Counting.WORKING_DAYS if working else Counting.CALENDAR_DAYS
        known = self._target
        began = began if isinstance(began, datetime) else self.facts.begins
        entry = ClockEntry(EntryKind.STARTED, began, "received", "", None, "", days=int(days))
        self._target = deadlines.start(
            id=_NOBODY, case_id=_NOBODY, name="target", entry=entry, counting=counting
        )
        is_same = known is not None and known.counting is counting and known.entries[0].days == int(days)
        due = known.due_on if is_same and known is not None else self._target.due_on
        self._pauses = self._pauses and is_same
        if results.get(TARGET) in (None, self._target.due_on, due):
            due = results.get(TARGET) or due
        else:
            self._target_moved = True
        if due is not None:
            self.targets.append(due)
        return {**results, TARGET: due}

    def _pause_target(self, call: OperationCall, results: Results) -> Results:
        pauses = call.variables.get("pausing") is True and self._target is not None
        self._pauses = pauses
        self._awaited = {_key_of(each) for each in call.variables.get("requests") or () if _is_own(each)}
        if pauses and self._target is not None:
            self._target = self._target.paused(self._entry(EntryKind.PAUSED))
        return {"paused_at": self.now if pauses else None} if self._target_moved else results

    def _ask_again(self, call: OperationCall) -> None:
        request = call.variables.get("request")
        if self._pauses and self._target is not None and _is_own(request):
            self._awaited.add(_key_of(request))
            self._target = self._target.paused(self._entry(EntryKind.PAUSED))

    def await_no_more(self, key: str | None) -> None:
        """Let the target go on once each request to the person was answered, has run out or is over."""
        if key in self._awaited:
            self._awaited.discard(key)
            if not self._awaited:
                self._run_target()

    def _run_target(self) -> None:
        if self._target is not None and self._target.is_paused:
            self._target = self._target.resumed(self._entry(EntryKind.RESUMED))

    def _resume_target(self, results: Results) -> Results:
        self._pauses = False
        self._run_target()
        if not self._target_moved or self._target is None:
            return results
        return {TARGET: self._target.due_on}

    def _entry(self, kind: EntryKind) -> ClockEntry:
        return ClockEntry(kind, self.now, "", "", None)


def _key_of(request: Any) -> str:
    return str(request["id"]) if isinstance(request, Mapping) else ""


def _is_own(request: Any) -> bool:
    asked = request if isinstance(request, Mapping) else {}
    return (asked.get("kind"), asked.get("recipient")) == ("information", Role.APPLICANT.value)


def _moved(value: Any, then: datetime, now: datetime) -> Any:
    """Return the value that was given at `then` as if it had been given at `now`: its dates are shifted."""
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
