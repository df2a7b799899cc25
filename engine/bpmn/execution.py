"""One step of an instance: restore it, let one thing happen, run to the next wait state, take a snapshot.

A step that raises leaves the instance half way: discard it and save nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, Protocol, Self

from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import library_internals, scope, snapshots, timers, wait_state
from engine.bpmn.activities import OperationCall, Parallel
from engine.bpmn.errors import NoSuchStart, StepRefused, TooDeep, TooManySteps
from engine.bpmn.journal import Happening, Journal, Reached
from engine.bpmn.parsed_models import ParsedModels
from engine.bpmn.process_instances import Top, position
from engine.domain.waiting import ElementRun, MilestoneReached, WaitState
from engine.errors import AlreadyCompleted, NotWaiting

MOST_STEPS: Final = 300


class Environment(Protocol):
    """The surroundings of a step: the moment, host functions, operations of service tasks, decision tables."""

    @property
    def now(self) -> datetime: ...
    @property
    def functions(self) -> Mapping[str, Callable[..., Any]]: ...
    def operate(self, name: str, call: OperationCall) -> Mapping[str, Any]: ...
    def decide(self, table: str, inputs: Mapping[str, Any]) -> Any: ...


class Execution:
    """An instance in memory, for the length of one command."""

    def __init__(self, top: Top, since: dict[Any, int]) -> None:
        self._top = top
        self._journal = Journal(top, since)
        self._steps = 0

    @classmethod
    def start(
        cls, parsed: ParsedModels, message: str, variables: Mapping[str, Any], environment: Environment
    ) -> Self:
        """Begin an instance by a start message, or by the key of a process that has no start message."""
        process_id = parsed.starts.get(message, message)
        if process_id not in parsed.processes:
            raise NoSuchStart(name=message)
        top = Top(parsed, process_id, environment)
        top.data[scope.VARIABLES] = dict(variables)
        execution = cls(top, {})
        execution._run()
        if message in parsed.starts:
            execution._send(execution._listener(message), {})
        execution._finish()
        return execution

    @classmethod
    def restore(cls, parsed: ParsedModels, snapshot: bytes, environment: Environment) -> Self:
        top, since = snapshots.read(parsed, snapshot, environment)
        return cls(top, since)

    def complete(self, task_key: str, answers: Mapping[str, Any], actor: Mapping[str, Any]) -> None:
        """Complete a person's task. Its `output` mapping turns answers into variables."""
        task = next((each for each in wait_state.ready(self._top) if str(each.id) == task_key), None)
        if task is None:
            raise AlreadyCompleted(task=task_key)
        text = self._top.property_of(task, "output")
        scope.write(task.workflow, scope.context(task, text, {"answers": answers, "actor": actor}))
        self._step(task)
        self._finish()

    def fire(self, timer_key: str) -> bool:
        """Fire one timer. Return False, and change nothing, if it has fired, was cancelled or is not due."""
        task = next((each for each in wait_state.ticking(self._top) if str(each.id) == timer_key), None)
        if task is None or timers.due_at(task) > self._top.environment.now:
            return False
        self._ring(task)
        self._finish()
        return True

    def wake(self) -> int:
        """Fire all timers that are due, interrupting ones first, because they cancel others. Return how many fired."""
        fired = 0
        while due := [
            each for each in wait_state.ticking(self._top) if timers.due_at(each) <= self._top.environment.now
        ]:
            self._ring(min(due, key=self._urgency))
            self.refresh()
            fired += 1
        if fired:
            self._finish()
        return fired

    def deliver(self, message_key: str, payload: Mapping[str, Any]) -> None:
        """Deliver a message to the one task that waits for it; its entries become variables there."""
        for task, definition, element in wait_state.listening(self._top):
            if wait_state.message_key(task, element) == message_key:
                self._send((task, definition), payload)
                self._finish()
                return
        raise NotWaiting(message=message_key)

    def refresh(self) -> bool:
        """Move date timers to the dates that their variables now hold. Return True if one moved."""
        return sum(timers.follow(task) for task in wait_state.ticking(self._top)) > 0

    def add_instance(self, element_id: str, item: Any, *, path: str | None = None) -> None:
        """Add an item to a running multi-instance, e.g. a further information request."""
        for task in self._top.tasks_in(TaskState.STARTED):
            found = isinstance(task.task_spec, Parallel) and task.task_spec.bpmn_id == element_id
            if found and path in (None, self._top.path(task)):
                task.task_spec.add_instance(task, item)
                self._run()
                self._finish()
                return
        raise NotWaiting(element=element_id)

    def assign(self, variables: Mapping[str, Any], task_key: str | None = None) -> None:
        """Set variables from outside, e.g. a corrected date; due days and timers follow. Those of the top process, or of the
        process in which a waiting task stands."""
        instance = self._top
        if task_key is not None:
            task = next((each for each in wait_state.ready(self._top) if str(each.id) == task_key), None)
            if task is None:
                raise NotWaiting(task=task_key)
            instance = task.workflow
        scope.write(instance, variables)
        self._finish()

    def wait_state(self) -> WaitState:
        return wait_state.state_of(self._top)

    def element_runs(self) -> tuple[ElementRun, ...]:
        """Return the runs that began or ended since the restore."""
        return self._journal.runs

    def milestones(self) -> tuple[MilestoneReached, ...]:
        """Return the milestones reached since the restore, in order."""
        return tuple(each.milestone for each in self._journal.happened if isinstance(each, Reached))

    def happened(self) -> tuple[Happening, ...]:
        """Return milestones and ends of calls since the restore, for the guardrails' monitor."""
        return tuple(self._journal.happened)

    @property
    def variables(self) -> Mapping[str, Any]:
        """The variables of the top process."""
        return dict(self._top.data[scope.VARIABLES])

    def scope_of(self, task_key: str) -> Mapping[str, Any]:
        """Return every value that an expression on this open task can read."""
        for task in self._top.tasks_in(TaskState.READY | TaskState.WAITING):
            if str(task.id) == task_key:
                return dict(scope.of_task(task))
        raise NotWaiting(task=task_key)

    def snapshot(self) -> bytes:
        return snapshots.write(self._top, self._journal.since)

    @property
    def ended(self) -> bool:
        return bool(self._top.is_completed())

    @property
    def outcome(self) -> str | None:
        """The property `outcome` of the last end event that had one; None without one."""
        return self._top.outcome

    # ---------------------------------------------------------------- inside

    def _run(self) -> None:
        """Run the tasks that need no person, innermost first, until all that is left waits."""
        while (task := self._next()) is not None:
            self._step(task, run=False)

    def _next(self) -> Any | None:
        found = [each for each in self._top.tasks_in(TaskState.READY) if not each.task_spec.manual]
        if len(found) > 1:
            found.sort(key=lambda each: (-each.workflow.depth, position(each)))
        return found[0] if found else None

    def _step(self, task: Any, *, run: bool = True) -> None:
        # One at a time: the library collects the ready tasks and runs the list, also those that a terminate end of the
        # same list has cancelled meanwhile.
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise TooManySteps(element=task.task_spec.bpmn_id)
        try:
            task.run()
        except SpiffWorkflowException as refused:
            raise StepRefused(
                f"{task.task_spec.bpmn_id}: {refused}", element=task.task_spec.bpmn_id
            ) from refused
        except RecursionError as refused:
            raise TooDeep(element=task.task_spec.bpmn_id) from refused
        self._journal.completed(task)
        if run:
            self._run()

    def _finish(self) -> None:
        self.refresh()
        self._top.get_events()
        # Terminate ends leave an event for callers of the library; nothing listens to it.
        self._journal.settled()

    def _listener(self, message: str) -> tuple[Any, Any]:
        return next((task, each) for task, each, _ in wait_state.listening(self._top) if each.name == message)

    def _send(self, to: tuple[Any, Any], payload: Mapping[str, Any]) -> None:
        task, definition = to
        scope.write(task.workflow, payload)
        task.task_spec.catch(task, BpmnEvent(definition))
        library_internals.update(task)
        self._run()

    def _ring(self, task: Any) -> None:
        task.internal_data[timers.FIRED] = True
        library_internals.update(task)
        self._run()

    def _urgency(self, task: Any) -> tuple[Any, ...]:
        element = self._top.element(task)
        interrupts = element.kind == "boundaryEvent" and element.interrupting
        return (not interrupts, timers.due_at(task), position(task))
