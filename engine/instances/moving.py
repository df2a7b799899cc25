"""Moves cases to another version: judged many at once, moved and returned one by one."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import orjson

from engine.bpmn import Execution
from engine.bpmn.errors import StepRefused
from engine.clock import day_of
from engine.domain.applications import OPENING, answers_about_person, start_variables
from engine.domain.cases import Case, CaseState
from engine.domain.people import OUTSIDE, Actor
from engine.domain.tasks import groups_of, look_after
from engine.domain.waiting import WaitState
from engine.errors import Conflict, Refusal, Unavailable
from engine.feel.values import from_json, to_json
from engine.guardrails.prover import Surroundings
from engine.instances.compiled_models import CompiledModels
from engine.instances.running import Instances, StepContext
from engine.instances.task_deadlines import by_target
from engine.migration import Held, Judge, Position, Reason, Version, reason
from engine.migration.snapshot_conversion import begun_with
from engine.models.gate import START_VARIABLES
from engine.storage.instances import StoredInstance
from engine.storage.moves import AT_ONCE
from forms.compatibility import may_lose

_CHOICES = frozenset({"eventBasedGateway"})


class Stays(Conflict):
    sentence = "Asiaa ei voi siirtää tähän versioon."

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__()
        self.reasons = tuple(reasons)


@dataclass(frozen=True, slots=True)
class Judged:
    """The judgement on one case: what is open in it, by process and element, and the reasons to stay; without any it may move."""

    case: Case
    waits_in: tuple[tuple[str, str], ...]
    reasons: tuple[Reason, ...]


@dataclass
class Moving:
    """Judges which cases may move to another version, moves them, and takes a move back.

    `around`: the variables that messages carry, which the prover needs and diagrams do not hold.
    """

    instances: Instances
    context: StepContext
    around: Surroundings
    _roles: dict[UUID, frozenset[str]] = field(default_factory=dict)

    # judging

    def judged(self, cases: Sequence[Case], target_id: UUID) -> Iterator[Judged]:
        """Yield a judgement on each open case. Of cases in equal positions one is also tried in the new version."""
        target = self.instances.models(target_id)
        tried: dict[tuple[UUID, Position], tuple[Reason, ...]] = {}
        for start in range(0, len(cases), AT_ONCE):
            some = cases[start : start + AT_ONCE]
            running = self.context.stores.instances.running_in_each([case.id for case in some])
            beside = _Beside(self, [case.id for case in some])
            for case in some:
                yield self._judged(case, running.get(case.id, ()), target, beside, tried)

    def _judged(
        self,
        case: Case,
        rows: tuple[StoredInstance, ...],
        target: CompiledModels,
        beside: _Beside,
        tried: dict[tuple[UUID, Position], tuple[Reason, ...]],
    ) -> Judged:
        waits_in: list[tuple[str, str]] = []
        reasons: list[Reason] = []
        for row in self._begun(case, rows):
            old = self.instances.models(row.deployment_id)
            judge = self.judge(old, target)
            position = judge.position(
                row.snapshot, row.guardrails, beside.held[row.id], tuple(beside.reached(judge, case.id))
            )
            waits_in += _open_in(position, old)
            key = old.id, position
            if key not in tried:
                tried[key] = judge.reasons(position) or self._tried(case, row, judge, target)
            reasons += tried[key]
        if not rows:
            reasons = [reason("closed")]
        return Judged(case, tuple(dict.fromkeys(waits_in)), tuple(dict.fromkeys(reasons)))

    def judge(self, old: CompiledModels, new: CompiledModels) -> Judge:
        return self.context.compiled_models.judge(old, new, self._judge)

    def _judge(self, old: CompiledModels, new: CompiledModels) -> Judge:
        def loses(before: str | None, after: str | None) -> bool:
            if before is None or after is None:
                return before != after
            return may_lose(old.form(before), new.form(after))

        return Judge(
            Version(old.parsed, old.guardrails), Version(new.parsed, new.guardrails), self.around, loses
        )

    def _tried(
        self, case: Case, row: StoredInstance, judge: Judge, target: CompiledModels
    ) -> tuple[Reason, ...]:
        try:
            self._in_version(case, row, judge.snapshot(row.snapshot), target)
        except Stays as stays:
            return stays.reasons
        return ()

    def _begun(self, case: Case, rows: Sequence[StoredInstance]) -> tuple[StoredInstance, ...]:
        """Return the instances with the facts that a case begins with today and those of its version did not have. They
        come from the application, so no act is owed for them."""
        return tuple(
            replace(row, snapshot=begun_with(row.snapshot, self._facts(case)))
            if self._lacks_facts(case, row)
            else row
            for row in rows
        )

    def _lacks_facts(self, case: Case, row: StoredInstance) -> bool:
        parsed = self.instances.models(row.deployment_id).parsed
        if parsed.starts.get(case.channel.message) != row.process_key:
            return False
        return not START_VARIABLES.keys() <= orjson.loads(row.snapshot)["state"].get("vars", {}).keys()

    def _facts(self, case: Case) -> Mapping[str, Any]:
        """Return the facts of the case's application; of a child's own case those of its parent's."""
        stores = self.context.stores
        sent = stores.submissions.of_case(case.parent_id or case.id, *OPENING)[:1]
        facts = answers_about_person(sent[0].form_key, from_json(dict(sent[0].answers))) if sent else {}
        found: Mapping[str, Any] = to_json(start_variables(case, facts, day_of(self.context.now)))
        return found

    # moving

    def move(self, case: Case, target_id: UUID) -> bytes:
        """Move every running instance of the case to the new version. Return what a return needs. Raise Stays."""
        if case.state is CaseState.CLOSED:
            raise Stays([reason("closed")])
        if case.deployment_id == target_id:
            raise Stays([reason("already")])
        target = self.instances.models(target_id)
        rows = self.context.stores.instances.running_in(case.id)
        beside = _Beside(self, [case.id])
        found = self._judged(case, rows, target, beside, {})
        if found.reasons:
            raise Stays(found.reasons)
        self.context.stores.cases.advance(case, self.context.now, deployment_id=target.id)
        for row in self._begun(case, rows):
            judge = self.judge(self.instances.models(row.deployment_id), target)
            position = judge.position(
                row.snapshot, row.guardrails, beside.held[row.id], tuple(beside.reached(judge, case.id))
            )
            guardrails = judge.guardrails(row.guardrails, position) if target.guardrails else {}
            self._put(case, row, judge.snapshot(row.snapshot), target, guardrails)
        return _packed(rows)

    def take_back(self, case: Case, packed: bytes) -> UUID:
        """Restore the case as it was, in its former version. Return that version's id. Raise Stays if it has gone on since."""
        stored = {UUID(each["id"]): each for each in orjson.loads(packed)}
        rows = self.context.stores.instances.running_in(case.id)
        unmoved = all(row.id in stored and row.version == stored[row.id]["version"] + 1 for row in rows)
        if case.state is CaseState.CLOSED or not unmoved or len(rows) != len(stored):
            raise Stays([reason("moved_on")])
        before = self.instances.models(UUID(next(iter(stored.values()))["deployment_id"]))
        self.context.stores.cases.advance(case, self.context.now, deployment_id=before.id)
        for row in rows:
            each = stored[row.id]
            self._put(case, row, b64decode(each["snapshot"]), before, each["guardrails"])
        return before.id

    def _put(
        self, case: Case, row: StoredInstance, snapshot: bytes, target: CompiledModels, guardrails: Any
    ) -> None:
        stores = self.context.stores
        before, execution, after = self._in_version(case, row, snapshot, target)
        known = {task.task_key: task for task in before.tasks}
        stores.tasks.redraw(row.id, (task for task in after.tasks if task != known[task.task_key]))
        moved = {
            task.task_key: (task.due_at, task.due_reason)
            for task in by_target(stores, case.id, after.tasks)
            if task.due_at != known[task.task_key].due_at
        }
        stores.tasks.reschedule(row.id, moved, look_after(self.context.now, case.case_class))
        ticking = {timer.key: timer for timer in before.timers}
        stores.timers.redraw(row.id, (timer for timer in after.timers if timer != ticking[timer.key]))
        self._hear(case, row, before, after)
        for timer in after.timers:
            if timer.due_at != ticking[timer.key].due_at:
                stores.timers.reschedule(row.id, timer)
        put = replace(row, deployment_id=target.id, snapshot=execution.snapshot(), guardrails=guardrails)
        stores.instances.move(put)

    def _hear(self, case: Case, row: StoredInstance, before: WaitState, after: WaitState) -> None:
        """Have the subscriptions follow: a version may hear a message more of a stage in progress, or, taken back, one less."""
        subscriptions = self.context.stores.subscriptions
        known, now = ({each.key for each in waits.messages} for waits in (before, after))
        subscriptions.remove(row.id, known - now)
        subscriptions.add(case.id, row.id, (each for each in after.messages if each.key not in known))
        heard = set(before.messages)
        subscriptions.redraw(
            row.id, (each for each in after.messages if each.key in known and each not in heard)
        )

    def _in_version(
        self, case: Case, row: StoredInstance, snapshot: bytes, target: CompiledModels
    ) -> tuple[WaitState, Execution, WaitState]:
        """Return the present wait state, the instance in the other version, and its wait state there. Both have the same keys, but
        for messages that only one of the versions hears of a stage in progress."""
        now = self.instances.models(row.deployment_id)
        before = self.instances.restored(case, now, row.snapshot).wait_state()
        try:
            execution = self.instances.restored(case, target, snapshot)
            # A date that follows its variables does so by the words of the version it is in.
            execution.refresh()
            after = execution.wait_state()
        except Unavailable:
            # An outage says nothing of the case: it is judged once the keys are there again.
            raise
        except (StepRefused, Refusal, LookupError, TypeError, ValueError) as broken:
            raise Stays([reason("not_restored")]) from broken
        if not _are_alike(before, after):
            raise Stays([reason("differs")])
        return before, execution, after

    def groups(self, person_id: UUID) -> frozenset[str]:
        """Return the groups whose tasks a person may take."""
        if not self._roles:
            for person in self.context.stores.people.all():
                actor = Actor(person.name, person.roles, person.id)
                self._roles[person.id] = frozenset(role.value for role in groups_of(actor))
        return self._roles.get(person_id, frozenset())


class _Beside:
    """The drafts that people have on open tasks, and the milestones reached, of several cases that are judged for a
    move. Milestones are read when a judge first needs them, for all the cases at once."""

    def __init__(self, moving: Moving, case_ids: Sequence[UUID]) -> None:
        self._store = moving.context.stores.moves
        self._case_ids = case_ids
        self._reached: Mapping[UUID, list[str]] | None = None
        self.held: dict[UUID, dict[str, Held]] = _ByInstance()
        for task in self._store.held(case_ids):
            roles = None if task.assignee_id is None else moving.groups(task.assignee_id)
            outside = task.candidate_group in OUTSIDE
            self.held[task.instance_id][task.task_key] = Held(task.drafted, roles, outside)

    def reached(self, judge: Judge, case_id: UUID) -> Sequence[str]:
        if not judge.needs_history:
            return ()
        if self._reached is None:
            self._reached = self._store.reached(self._case_ids)
        return self._reached.get(case_id, ())


class _ByInstance(dict[UUID, dict[str, Held]]):
    def __missing__(self, instance_id: UUID) -> dict[str, Held]:
        made: dict[str, Held] = {}
        self[instance_id] = made
        return made


def _are_alike(before: WaitState, after: WaitState) -> bool:
    *own, heard = _keys(before)
    *others, heard_then = _keys(after)
    return own == others and (heard <= heard_then or heard_then <= heard)


def _keys(waiting: WaitState) -> tuple[set[object], ...]:
    return (
        {(task.task_key, task.element_id, task.path, task.business_key) for task in waiting.tasks},
        {(timer.key, timer.element_id, timer.path, timer.business_key) for timer in waiting.timers},
        {(message.key, message.name, message.path, message.business_key) for message in waiting.messages},
    )


def _open_in(position: Position, models: CompiledModels) -> list[tuple[str, str]]:
    """Return the tasks and timers that are waited for; messages only if there is nothing else."""
    elements = [
        models.parsed.element(standing.scope, each.element_id)
        for standing, each in position.standing.everywhere()
        if each.inside is None
    ]
    waits = [each for each in elements if each.kind == "userTask" or each.timer or each.kind in _CHOICES]
    heard = waits or [each for each in elements if each.message]
    return sorted((each.process_id, each.element_id) for each in heard if each.kind != "boundaryEvent")


def _packed(rows: Sequence[StoredInstance]) -> bytes:
    return orjson.dumps(
        [
            {
                "id": str(row.id),
                "version": row.version,
                "deployment_id": str(row.deployment_id),
                "snapshot": b64encode(row.snapshot).decode(),
                "guardrails": row.guardrails,
            }
            for row in rows
        ]
    )
