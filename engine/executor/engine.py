"""One command, one transaction, one actor, one moment. Nothing else begins or commits."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, Protocol, TypeAlias, TypeVar
from uuid import UUID

from engine.bpmn import Finding, OperationCall
from engine.bpmn.checks import OperationShape
from engine.bpmn.guardrails.ground import Surroundings
from engine.clock import day_of
from engine.domain.cases import Case
from engine.domain.people import Actor
from engine.domain.tasks import UserTask
from engine.errors import Forbidden, NotFound, Outdated
from engine.feel.values import from_json, to_json
from engine.instances import CompiledModels, CompiledModelsCache, Instances, Moving, StepContext
from engine.models.gate import MESSAGES
from engine.settings import EngineSettings
from engine.storage.database import Database
from engine.storage.sealing import MasterKey
from engine.storage.stores import Stores
from engine.storage.tasks import TaskInCase
from engine.texts import text

ATTEMPTS = 3
R = TypeVar("R")


class Rehearsing(Protocol):
    """Runs the scenarios of a bundle where nothing is at stake."""

    def findings(self, files: Mapping[str, bytes], language: str) -> tuple[Finding, ...]: ...
    def close(self) -> None: ...


class Work:
    """What a command may use: stores, instances, the actor and the moment. Lives as long as its transaction."""

    def __init__(self, engine: Engine, stores: Stores, actor: Actor, now: datetime) -> None:
        self._engine = engine
        self.stores = stores
        self.actor = actor
        self.now = now
        self.settings = engine.settings
        self.operations = engine.operations
        self._context = StepContext(stores, engine.compiled_models, self._operate, actor, now)
        self.instances = Instances(self._context)
        self._tasks: dict[UUID, TaskInCase] = {}
        self.is_in_scope = False
        """Whether the permission asked for a scope that the program has."""

    @property
    def today(self) -> date:
        return day_of(self.now)

    def record(self, case_id: UUID, kind: str, subject: str | None = None, **facts: Any) -> None:
        """An event in the case's timeline. Facts are dates, numbers and enumerated words."""
        self.stores.timeline.record(case_id, kind, self.actor, self.now, subject, **facts)

    def change_case(self, case_id: UUID, **facts: Any) -> None:
        """Change facts of a case inside a step; stored with the case's next version."""
        self._context.case_changes.setdefault(case_id, {}).update(facts)

    def save_case(self, case: Case) -> None:
        """Take the case's next version for a change that is no step of an instance."""
        self.stores.cases.advance(case, **self._context.case_changes.pop(case.id, {}))

    def open_case(self, case: Case, action: str, *, purpose: str = "") -> None:
        """Only to those who may see it (NotFound for others), and only with an entry in the access log."""
        self.stores.cases.require_visible(case, self.actor)
        self.stores.access.opened(case.id, self.actor, action, self.now, purpose=purpose)

    @property
    def moving(self) -> Moving:
        """Cases that go on in another version."""
        return Moving(self.instances, self._context, Surroundings(messages=MESSAGES))

    @property
    def operation_shapes(self) -> Mapping[str, OperationShape]:
        """What the publish gate knows of the operations, by name."""
        return {name: each.shape for name, each in self.operations.items()}

    def task(self, task_id: UUID) -> tuple[Case, UserTask]:
        """The task with its case, read once a transaction."""
        found = self._task(task_id)
        return found.case, found.task

    def open_task(self, task_id: UUID, action: str) -> None:
        """As `open_case`, for the case that the task is in."""
        found = self._task(task_id)
        if not found.case.is_visible_to(
            self.actor, assigned=found.is_assigned, disqualified=found.is_disqualified
        ):
            raise NotFound
        self.stores.access.opened(found.case.id, self.actor, action, self.now)

    def has_draft(self, task_id: UUID) -> bool:
        """Whether the actor has a draft of the task's form."""
        return self._task(task_id).has_draft

    def _task(self, task_id: UUID) -> TaskInCase:
        found = self._tasks.get(task_id)
        if found is None:
            found = self._tasks[task_id] = self.stores.tasks.in_case(task_id, self.actor.person_id)
        return found

    def rehearse(self, files: Mapping[str, bytes], language: str = "fi") -> tuple[Finding, ...]:
        """What the scenarios among the files expected and did not get."""
        rehearsing = self._engine.rehearsing
        return rehearsing.findings(files, language) if rehearsing is not None else ()

    def _operate(
        self, name: str, case: Case, models: CompiledModels, call: OperationCall
    ) -> Mapping[str, Any]:
        return self._engine.operations[name](self, case, models, call)


Function: TypeAlias = Callable[[Work, Case, CompiledModels, OperationCall], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Once:
    """The occasion for which an operation is performed once."""

    words: str
    """For the reference: once for each …"""
    key: Callable[[Work, Case, OperationCall], str] | None
    """None for an operation that only reads: it may run any number of times."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What a service task may call, declared beside its function (`engine.operations.declaration`).

    Performing it twice for the same occasion changes nothing more: the second call gets the result of the first.
    """

    name: str
    label: str
    sentence: str
    inputs: Mapping[str, str]
    """Variables it reads, each with its kind."""
    outputs: Mapping[str, str]
    """Entries of its `result`, each with its kind."""
    sends: str
    """What goes to someone by it; empty when nothing does."""
    records: tuple[str, ...]
    """Kinds of the events it may record."""
    once: Once
    run: Function

    def __call__(
        self, work: Work, case: Case, models: CompiledModels, call: OperationCall
    ) -> Mapping[str, Any]:
        """Perform it; or return what it returned when it was performed for the same occasion."""
        if self.once.key is None:
            return self.run(work, case, models, call)
        key = f"{self.name} {self.once.key(work, case, call)}"
        runs = work.stores.operation_runs
        known = runs.result(case.id, key)
        if known is None:
            result = self.run(work, case, models, call)
            runs.add(case.id, key, to_json(dict(result)), work.now)
            return result
        found: Mapping[str, Any] = from_json(known)
        return found

    def help_in(self, language: str) -> str:
        """Return what it does, reads and returns."""
        sentences = [text(language, self.sentence)]
        if self.inputs:
            sentences.append(text(language, "Lukee: {names}.", names=", ".join(self.inputs)))
        if self.outputs:
            sentences.append(text(language, "Palauttaa: {names}.", names=", ".join(self.outputs)))
        return " ".join(sentences)

    @property
    def shape(self) -> OperationShape:
        """What the publish gate knows of it."""
        return OperationShape(frozenset(self.outputs))


class Command(ABC, Generic[R]):
    """A use case that changes something. Subclasses are frozen dataclasses."""

    @abstractmethod
    def permit(self, work: Work) -> None:
        """Raise if the actor may not do this. A command without a permission can't exist."""

    @abstractmethod
    def execute(self, work: Work) -> R: ...


class Query(ABC, Generic[R]):
    """A question. It writes one thing: its entry in the access log."""

    shows_cases = True
    """False for the few questions that show nothing of any case: they take no writer's lock and commit nothing."""

    @abstractmethod
    def permit(self, work: Work) -> None: ...

    @abstractmethod
    def execute(self, work: Work) -> R: ...


class Engine:
    """The engine's whole public face: perform a command, answer a query."""

    def __init__(
        self,
        database: Database,
        settings: EngineSettings,
        operations: Mapping[str, Operation],
        now: Callable[[], datetime],
        rehearsing: Rehearsing | None = None,
    ) -> None:
        self.rehearsing = rehearsing
        self.database = database
        self.settings = settings
        self.operations = operations
        self.compiled_models = CompiledModelsCache()
        self._master = MasterKey(settings.master_key)
        self._now = now

    def now(self) -> datetime:
        return self._now()

    def perform(self, command: Command[R], actor: Actor) -> R:
        """Committed whole, or nothing happened. A lost race is run again from the start, three times at most."""
        return self._run(command, actor)

    def answer(self, query: Query[R], actor: Actor) -> R:
        if not query.shows_cases:
            with self.database.view() as connection:
                work = Work(self, Stores(connection, self._master), actor, self._now())
                self._admit(query, work)
                return query.execute(work)
        return self._run(query, actor)

    def _run(self, use_case: Command[R] | Query[R], actor: Actor) -> R:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self.database.transaction() as connection:
                    stores = Stores(connection, self._master)
                    work = Work(self, stores, actor, self._now())
                    self._admit(use_case, work)
                    result = use_case.execute(work)
                    stores.flush()
                    return result
            except Outdated:
                if attempt == ATTEMPTS:
                    raise
        raise Outdated

    def _admit(self, use_case: Command[Any] | Query[Any], work: Work) -> None:
        """A program does only what names one of its scopes: what names none is for people."""
        use_case.permit(work)
        if work.actor.scopes and not work.is_in_scope:
            raise Forbidden

    def close(self) -> None:
        if self.rehearsing is not None:
            self.rehearsing.close()
        self.database.close()
