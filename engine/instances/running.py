"""One step of an instance: restore, act, run to the next wait state, store, update the rows of what it waits for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.bpmn import Execution, OperationCall
from engine.bpmn.element_names import Names
from engine.bpmn.errors import OperationFailed
from engine.bpmn.host_functions import FUNCTIONS, functions
from engine.domain.ages import with_age
from engine.domain.cases import Case, CaseState, Outcome
from engine.domain.people import Actor
from engine.domain.retention import RETENTION_OWED
from engine.domain.steps import Called, StepRecord, Trigger
from engine.domain.waiting import WaitState
from engine.errors import CaseErased, NotWaiting, Unsealable
from engine.feel.values import from_json, to_json
from engine.guardrails import Monitor
from engine.instances.compiled_models import CompiledModels, CompiledModelsCache
from engine.instances.matching import Matching
from engine.instances.step_records import assigned, delivered, done_task, gone_off, timers_set
from engine.instances.task_deadlines import TaskDeadlines
from engine.models.bundle import FINNISH, names_read
from engine.storage.database import new_id
from engine.storage.deployments import ProcessDefinition
from engine.storage.instances import StoredInstance
from engine.storage.sealing import SealingClass
from engine.storage.stores import Stores
from engine.storage.wait_state_rows import StoredTimer, Subscription

Operate = Callable[[str, Case, CompiledModels, OperationCall], Mapping[str, Any]]
MOST_MESSAGES = 20
"""Kept messages that one step may deliver: more would mean that they wake each other."""


@dataclass
class StepContext:
    """The parts of the running use case that instances need."""

    stores: Stores
    compiled_models: CompiledModelsCache
    operate: Operate
    actor: Actor
    now: datetime
    cause: str = ""
    """Key of the task, timer or message that began the step under way."""
    called: dict[UUID, list[Called]] = field(default_factory=dict)
    """Operations that the step under way has called, by case."""
    case_changes: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    """Facts of cases that operations changed in this step, stored together with the case's next version."""

    def current(self, case: Case) -> Case:
        """Return the case with the changes that this step has made so far."""
        facts = self.case_changes.get(case.id, {})
        known = {name: value for name, value in facts.items() if name in Case.__dataclass_fields__}
        return replace(case, **known) if known else case


class Instances:
    def __init__(self, context: StepContext) -> None:
        self._context = context
        self._stores = context.stores
        self._loaded: dict[UUID, tuple[Execution, StoredInstance, CompiledModels]] = {}

    def models(self, deployment_id: UUID) -> CompiledModels:
        return self._context.compiled_models.get(deployment_id, self._stores.deployments)

    def names(self, language: str) -> Names:
        """Return the names in diagrams in a language, as the version in use has them: also for cases on an older one."""
        if language == FINNISH.language:
            return FINNISH
        return self.models(self._stores.deployments.current().id).bundle.names_in(language)

    def definitions(self, deployment_id: UUID, language: str) -> tuple[ProcessDefinition, ...]:
        """Return the processes of a version, each with its name in the language."""
        names = self.names(language)
        found = self._stores.deployments.definitions(deployment_id)
        return tuple(replace(each, name=names.of(each.name)) for each in found)

    def start(self, case: Case, message: str, variables: Mapping[str, Any]) -> None:
        """Start the process that begins with this message, and run it to its first wait state."""
        models = self.models(case.deployment_id)
        instance_id = new_id()
        # Two instances of one process pass the same elements: the operations of each run.
        self._context.cause = f"start {message} {instance_id}"
        environment = _Environment(self._context, case, models, instance_id)
        execution = Execution.start(models.parsed, message, variables, environment)
        row = StoredInstance(
            id=instance_id,
            case_id=case.id,
            deployment_id=models.id,
            process_key=models.parsed.starts[message],
            state="running",
            snapshot=b"",
            guardrails={},
            version=1,
        )
        begun = Trigger("start", message, values=to_json(dict(variables)))
        self._finish(case, row, execution, WaitState(), models, begun, is_new=True)

    def complete(self, case: Case, instance_id: UUID, task_key: str, answers: Mapping[str, Any]) -> None:
        """Complete a user task with its form's answers that a process may read."""
        actor = self._context.actor
        completed_by = {"id": None if actor.person_id is None else str(actor.person_id), "name": actor.name}
        self._step(
            case,
            instance_id,
            lambda execution: execution.complete(task_key, answers, completed_by),
            lambda before: done_task(before, task_key, answers),
            cause=task_key,
            done=task_key,
        )

    def fire(self, case: Case, timer: StoredTimer) -> None:
        self._step(
            case,
            timer.instance_id,
            lambda execution: execution.fire(timer.key),
            lambda before: gone_off(before, timer.key),
            cause=timer.key,
        )

    def deliver(self, case: Case, subscription: Subscription, payload: Mapping[str, Any]) -> None:
        """Deliver a message to the one element that waits for it."""
        self._step(
            case,
            subscription.instance_id,
            lambda execution: execution.deliver(subscription.key, payload),
            lambda before: delivered(before, subscription, payload),
            cause=subscription.key,
        )

    def assign(self, case: Case, instance_id: UUID, task_key: str, variables: Mapping[str, Any]) -> None:
        """Set variables of the process in which a task waits. The task stays, with its draft; its due day and timers follow."""
        self._step(
            case,
            instance_id,
            lambda execution: execution.assign(variables, task_key),
            lambda before: assigned(before, task_key, variables),
            cause=f"assign {task_key}",
        )

    def correlate(self, case: Case, name: str, business_key: str | None, payload: Mapping[str, Any]) -> bool:
        """Deliver a message if something in the case waits for it, and return True; else keep it in the case's inbox
        and return False."""
        subscription = self._stores.subscriptions.find(case.id, name, business_key)
        if subscription is None:
            # A step that begins to wait meanwhile would not see what is kept here: one of the two goes second.
            self._stores.cases.advance(case, self._context.now)
            self._stores.inbox_messages.keep(
                case.id, name, business_key, to_json(dict(payload)), self._context.now
            )
            kept = Trigger("message", name, business_key=business_key, values=to_json(dict(payload)))
            self._stores.step_records.add(case.id, StepRecord(self._context.now, kept))
            return False
        self.deliver(case, subscription, payload)
        return True

    def scope_of(self, case: Case, instance_id: UUID, task_key: str) -> Mapping[str, Any]:
        """Return the variables that a waiting task can read."""
        execution, _, _ = self._load(case, instance_id)
        scope: Mapping[str, Any] = execution.scope_of(task_key)
        return scope

    def last_variables(self, case: Case, *messages: str) -> Mapping[str, Any]:
        """Return the top-level variables of the newest instance that began with one of these messages, running or ended;
        empty if there is none or it is erased."""
        starts = self.models(case.deployment_id).parsed.starts
        keys = {starts[each] for each in messages if each in starts}
        newest = self._stores.instances.newest_of(case.id, keys)
        if newest is None:
            return {}
        try:
            execution, _, _ = self._load(case, newest)
        except Unsealable:
            return {}
        top: Mapping[str, Any] = execution.variables
        return top

    def waits_of(self, case: Case, instance_id: UUID) -> WaitState:
        """Return what a running instance waits for by its snapshot, to be compared with the rows."""
        return self._load(case, instance_id)[0].wait_state()

    def _load(self, case: Case, instance_id: UUID) -> tuple[Execution, StoredInstance, CompiledModels]:
        found = self._loaded.get(instance_id)
        if found is None:
            row = self._stores.instances.get(instance_id)
            models = self.models(row.deployment_id)
            found = (self.restored(case, models, row.snapshot, instance_id), row, models)
            self._loaded[instance_id] = found
        return found

    def restored(
        self, case: Case, models: CompiledModels, snapshot: bytes, instance_id: UUID | None = None
    ) -> Execution:
        """Return the instance in a snapshot, in memory, on the version of `models`. Nothing is stored."""
        environment = _Environment(self._context, case, models, instance_id)
        return Execution.restore(models.parsed, snapshot, environment)

    def _step(
        self,
        case: Case,
        instance_id: UUID,
        act: Callable[[Execution], object],
        trigger_of: Callable[[WaitState], Trigger],
        *,
        cause: str,
        done: str | None = None,
    ) -> None:
        execution, row, models = self._load(case, instance_id)
        before = execution.wait_state()
        # Acted on once: a second step of the transaction reads what this one stored.
        self._loaded.pop(instance_id, None)
        self._context.cause = cause
        act(execution)
        self._finish(case, row, execution, before, models, trigger_of(before), is_new=False, done=done)

    def _finish(
        self,
        case: Case,
        row: StoredInstance,
        execution: Execution,
        before: WaitState,
        models: CompiledModels,
        trigger: Trigger,
        *,
        is_new: bool,
        done: str | None = None,
    ) -> None:
        after = self._deliver_kept(case, execution, before)
        row = replace(
            row,
            state="ended" if execution.ended else "running",
            guardrails=self._judged(row, execution, models),
            snapshot=execution.snapshot(),
        )
        ended_at = self._context.now if execution.ended else None
        facts = self._context.case_changes.setdefault(case.id, {})
        if execution.ended and not self._goes_on(case, row):
            # An appeal may end last: its variables hold the outcome that was appealed.
            known = execution.outcome or facts.get("outcome", case.outcome)
            self._close(case, known or execution.variables.get("outcome"), facts)
        current = self._context.current(case)
        # Written before anything else of the step, so that the loser of a race has changed nothing.
        self._stores.cases.advance(case, self._context.now, **facts)
        self._context.case_changes.pop(case.id, None)
        if current.state is CaseState.CLOSED:
            self._owe_retention(current)
        if is_new:
            self._stores.instances.add(row, self._context.now, ended_at)
        else:
            self._stores.instances.save(row, ended_at)
        Matching(self._stores, self._context.actor, self._context.now).match(
            current, row.id, execution, before, after, done
        )
        TaskDeadlines(self._stores, self._context.actor, self._context.now, case.id).follow(
            before, after, done
        )
        called = tuple(self._context.called.pop(case.id, ()))
        record = StepRecord(self._context.now, trigger, called, timers_set(before, after))
        self._stores.step_records.add(case.id, record)

    def _deliver_kept(self, case: Case, execution: Execution, before: WaitState) -> WaitState:
        """Deliver kept messages that something waits for now. Return the wait state after that."""
        known = {message.key for message in before.messages}
        for _ in range(MOST_MESSAGES):
            after = execution.wait_state()
            new = [message for message in after.messages if message.key not in known]
            kept = self._stores.inbox_messages.undelivered(case.id, {m.name for m in new}) if new else ()
            found = next(
                ((k, m) for k in kept for m in new if m.name == k[1] and k[2] in (None, m.business_key)), None
            )
            if found is None:
                return after
            (message_id, _, _, payload), target = found
            self._context.cause = str(message_id)
            execution.deliver(target.key, from_json(payload))
            self._stores.inbox_messages.delivered(message_id, self._context.now)
        raise NotWaiting

    def _judged(self, row: StoredInstance, execution: Execution, models: CompiledModels) -> Any:
        """Return the guardrails' states after the step's milestones. Raise GuardrailBroken, which undoes the whole step."""
        if models.guardrails is None:
            return {}
        monitor = Monitor(models.guardrails, models.parsed, row.process_key)
        return monitor.step(row.guardrails or monitor.start(), execution.happened())

    def close_if_over(self, case: Case) -> None:
        """Close an open case that waited for what was to begin in it, and in which nothing has begun."""
        if case.state is CaseState.CLOSED or self._goes_on(case):
            return
        facts = self._context.case_changes.setdefault(case.id, {})
        self._close(case, case.outcome, facts)
        self._stores.cases.advance(case, self._context.now, **facts)
        self._context.case_changes.pop(case.id, None)
        self._owe_retention(case)

    def reopen(self, case: Case) -> None:
        """Open a closed case for what begins in it now. It closes by itself when that has ended, and until then nothing of
        it is destroyed. Raise CaseErased if nothing can be kept in it any more."""
        if case.state is not CaseState.CLOSED:
            return
        if not self._stores.vault.takes(case.id, SealingClass.ENGINE):
            raise CaseErased
        changes = self._context.case_changes.setdefault(case.id, {})
        changes.update(state=CaseState.PENDING, closed_at=None)
        self._stores.retention.take_back(case.id)

    def _owe_retention(self, case: Case) -> None:
        """Let the days be counted from this closing, unless this step has set them."""
        if self._stores.retention.is_set_before(case.id, self._context.now):
            self._stores.retention.take_back(case.id)
            self._stores.starts.add(case.id, RETENTION_OWED, {}, self._context.now)

    def _goes_on(self, case: Case, ended: StoredInstance | None = None) -> bool:
        """True while another instance runs in the case, or one is due to begin: what is owed is not over."""
        if any(ended is None or other.id != ended.id for other in self._stores.instances.running_in(case.id)):
            return True
        begins = self.models(case.deployment_id).parsed.starts
        return not self._stores.starts.messages_to(case.id).isdisjoint(begins)

    def _close(self, case: Case, outcome: str | None, facts: dict[str, Any]) -> None:
        facts["state"] = CaseState.CLOSED
        facts["closed_at"] = self._context.now
        if outcome is not None:
            if outcome not in list(Outcome):
                raise OperationFailed(operation="outcome")
            facts["outcome"] = Outcome(outcome)
        self._stores.timeline.record(case.id, "case_closed", self._context.actor, self._context.now, outcome)


@dataclass
class _Environment:
    """The surroundings that a model can reach: the moment, the operations, the decision tables. Never the network,
    never Python."""

    _context: StepContext
    _case: Case
    _deployed: CompiledModels
    _instance_id: UUID | None = None
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=lambda: FUNCTIONS)
    _visits: Counter[str] = field(default_factory=Counter)

    @property
    def now(self) -> datetime:
        return self._context.now

    def operate(self, name: str, call: OperationCall) -> Mapping[str, Any]:
        """Call an operation. A fault of a redrawn diagram becomes a refused step that names the element."""
        call = replace(call, visit=self._visit(call.path), instance_id=self._instance_id)
        try:
            result = self._context.operate(name, self._context.current(self._case), self._deployed, call)
        except (LookupError, TypeError, ValueError) as broken:
            raise OperationFailed(operation=name, element=call.element_id) from broken
        called = Called(name, call.path, to_json(dict(result)))
        self._context.called.setdefault(self._case.id, []).append(called)
        return result

    def _of_age_registered(self, read: dict[str, Any]) -> dict[str, Any]:
        person = self._context.stores.parties.applicant_of(self._case.id) if "is_child" in read else None
        return with_age(read, person.identity, is_minor=person.is_minor) if person is not None else read

    def _visit(self, path: str) -> str:
        """Return the key of one passage through an element, for operations that run once a visit: the step's cause,
        the path through calls, a count. A step run again from the same snapshot gives the same key."""
        begun = f"{self._context.cause} {path}"
        self._visits[begun] += 1
        return f"{begun} {self._visits[begun]}"

    def decide(self, table: str, inputs: Mapping[str, Any]) -> Any:
        model = self._deployed.table(table)
        read = {name: inputs[name] for name in sorted(names_read(model)) if name in inputs}
        read = self._of_age_registered(read)
        evaluation = model.evaluate(table, read, functions=functions(self))
        self._context.stores.evaluations.add(
            self._case.id,
            table,
            self._deployed.id,
            to_json(read),
            to_json(evaluation.result),
            list(evaluation.rules),
            self._context.now,
        )
        return evaluation.result
