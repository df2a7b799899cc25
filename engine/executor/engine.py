"""One command, one transaction, one actor, one moment. No other module begins or commits."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Generic, Protocol, Self, TypeAlias
from uuid import UUID

from typing_extensions import TypeVar

from engine.bpmn import Finding, OperationCall
from engine.bpmn.checks import OperationShape
from engine.clock import day_of
from engine.domain.cases import Case
from engine.domain.people import Actor
from engine.domain.policy import Action, Decision, Part, Relation, asks_proof, decision
from engine.domain.tasks import UserTask
from engine.errors import Forbidden, KeyTaken, NotFound, Outdated, ProofRequired
from engine.executor.kept_out import noting_kept_out
from engine.feel.values import from_json, to_json
from engine.guardrails.prover import Surroundings
from engine.instances import CompiledModels, CompiledModelsCache, Instances, Moving, StepContext
from engine.models.gate import MESSAGES
from engine.settings import EngineSettings
from engine.storage.database import Database
from engine.storage.key_store import KeyStore
from engine.storage.key_store_proof import prove_key_store
from engine.storage.keys import MasterKey, RootKey
from engine.storage.master_keys import prove_key
from engine.storage.stores import Stores
from engine.storage.tasks import TaskInCase
from engine.storage.text_reviews import ReviewedTextsCache
from engine.storage.unit_of_work import UnitOfWork
from engine.texts import text

ATTEMPTS = 3
R = TypeVar("R")
S = TypeVar("S", bound="Simulator", default="Simulator", covariant=True)


class Simulator(Protocol):
    """Runs a bundle in memory. `engine.simulation` is above the executor in the layers, so the executor knows only
    this protocol."""

    def scenario_findings(self, files: Mapping[str, bytes], language: str) -> tuple[Finding, ...]: ...
    def reproduced(
        self, files: Mapping[str, bytes], found: tuple[Finding, ...], seconds: float
    ) -> tuple[Finding, ...]: ...
    def close(self) -> None: ...


class Work:
    """The stores, instances, actor and moment that a use case works with. It lives as long as its transaction."""

    def __init__(
        self,
        engine: Engine,
        stores: Stores,
        actor: Actor,
        now: datetime,
        *,
        is_view: bool = False,
        is_reading: bool = False,
    ) -> None:
        self._engine = engine
        self.is_view = is_view
        self._is_reading = is_reading
        self.stores = stores
        self.actor = actor
        self.now = now
        self.settings = engine.settings
        self.operations = engine.operations
        self._context = StepContext(stores, engine.compiled_models, self._operate, actor, now)
        self.instances = Instances(self._context)
        self._tasks: dict[UUID, TaskInCase] = {}
        self.is_in_scope = False
        """True once the permission has asked for a scope that the program holds."""

    @property
    def today(self) -> date:
        return day_of(self.now)

    def record(self, case_id: UUID, kind: str, subject: str | None = None, **facts: Any) -> None:
        """Add an event to the case's timeline. `facts` are dates, numbers and enumerated words."""
        self.stores.timeline.record(case_id, kind, self.actor, self.now, subject, **facts)

    def change_case(self, case_id: UUID, **facts: Any) -> None:
        """Change attributes of a case within a step; stored with the case's next version."""
        self._context.case_changes.setdefault(case_id, {}).update(facts)

    def save_case(self, case: Case) -> None:
        """Store the case's next version, for a change without a step of an instance."""
        self.stores.cases.advance(case, self.now, **self._context.case_changes.pop(case.id, {}))

    def open_reference(self, reference: str, action: Action, *, purpose: str = "") -> Case:
        """Return the case with this reference. Log and raise as `open_case`: a hidden case costs the same as none."""
        case, relation = self.stores.cases.of_reference(reference, self.actor)
        self._open(case, relation, action, purpose)
        return case

    def open_case_of(self, case_id: UUID | None, action: Action) -> Case:
        """Return the case to which something belongs; None: there is no such thing. Log and raise as `open_case`."""
        case, relation = self.stores.cases.of_id(case_id, self.actor)
        self._open(case, relation, action)
        return case

    def open_case(self, case: Case, action: Action, *, purpose: str = "") -> None:
        """Log that the actor opens the case. Raise NotFound where the policy does not let them, ProofRequired without a proof."""
        self._open(case, self.stores.cases.relation_of(case, self.actor), action, purpose)

    def _open(self, case: Case, relation: Relation, action: Action, purpose: str = "", *about: UUID) -> None:
        found = decision(action, self.actor.roles, relation, case.standing)
        if not found.allowed:
            raise NotFound.hiding(case.id)
        self._require_proof_to_read(case, found)
        if self.is_view:
            return
        self.stores.access.log_case(case.id, self.actor, action, self.now, purpose=purpose, subjects=about)

    def open_in_emergency(self, case: Case, action: Action, *, purpose: str) -> frozenset[Part]:
        """Return what an emergency shows of the case to the actor, who has opened it so. Log and raise as `open_case`."""
        relation = self.stores.cases.relation_of(case, self.actor, in_emergency=True)
        self._open(case, relation, action, purpose)
        return decision(action, self.actor.roles, relation, case.standing).parts

    def may(self, case: Case, action: Action) -> bool:
        """Return True if the policy table lets the actor do this with the case. Nothing is logged."""
        relation = self.stores.cases.relation_of(case, self.actor)
        return decision(action, self.actor.roles, relation, case.standing).allowed

    @property
    def moving(self) -> Moving:
        """Moves cases to another version."""
        return Moving(self.instances, self._context, Surroundings(messages=MESSAGES))

    @property
    def operation_shapes(self) -> Mapping[str, OperationShape]:
        """The operations by name, as the publish gate needs them."""
        return {name: each.shape for name, each in self.operations.items()}

    def task(self, task_id: UUID) -> tuple[Case, UserTask]:
        """Return the task with its case, read once in a transaction."""
        found = self._task(task_id)
        return found.case, found.task

    def open_task(self, task_id: UUID, action: Action) -> None:
        """Log that the actor opens the task's case, and which task. Raise as `open_case`."""
        found = self._task(task_id)
        self._open(found.case, found.relation_of(self.actor), action, "", task_id)

    def may_with_task(self, task_id: UUID, action: Action) -> bool:
        """Return `may` for the task's case, from what was read with the task."""
        found = self._task(task_id)
        relation = found.relation_of(self.actor)
        return decision(action, self.actor.roles, relation, found.case.standing).allowed

    def _require_proof_to_read(self, case: Case, found: Decision) -> None:
        """Raise ProofRequired if content of the case would be shown to someone without a fresh proof. Commands show
        nothing: what was typed is saved without one; nor does the log."""
        shows_content = not found.parts.isdisjoint((Part.CONTENT, Part.CONTACT))
        if not self._is_reading or not shows_content:
            return
        if asks_proof(found.parts, case.standing) and not self.actor.has_proof(self.now):
            raise ProofRequired

    def has_draft(self, task_id: UUID) -> bool:
        """Return True if the actor has a draft of the task's form."""
        return self._task(task_id).has_draft

    def _task(self, task_id: UUID) -> TaskInCase:
        found = self._tasks.get(task_id)
        if found is None:
            found = self._tasks[task_id] = self.stores.tasks.in_case(task_id, self.actor.person_id)
        return found

    def scenario_findings(self, files: Mapping[str, bytes], language: str = "fi") -> tuple[Finding, ...]:
        """Run the scenarios among the files. Return a finding for each expectation that was not met."""
        return self._engine.simulation.scenario_findings(files, language)

    def reproduced(
        self, files: Mapping[str, bytes], found: tuple[Finding, ...], seconds: float
    ) -> tuple[Finding, ...]:
        """Walk the counterexamples among the findings on the real engine; what it does not go is only possible."""
        return self._engine.simulation.reproduced(files, found, seconds)

    def _operate(
        self, name: str, case: Case, models: CompiledModels, call: OperationCall
    ) -> Mapping[str, Any]:
        return self._engine.operations[name](self, case, models, call)


Function: TypeAlias = Callable[[Work, Case, CompiledModels, OperationCall], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Once:
    """Names the occasion for which an operation is performed once."""

    words: str
    """For the reference: once for each …"""
    key: Callable[[Work, Case, OperationCall], str] | None
    """None for an operation that only reads: it may run any number of times."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A function that service tasks call, with what the reference and the publish gate know of it.

    It runs once for each occasion that `once` names, and a later call for that occasion gets the stored result; one
    that only reads runs every time.
    """

    name: str
    label: str
    sentence: str
    inputs: Mapping[str, str]
    """Variables it reads, each with its kind."""
    outputs: Mapping[str, str]
    """Entries of its `result`, each with its kind."""
    sends: str
    """Word for the message it sends; empty when it sends none."""
    records: tuple[str, ...]
    """Kinds of the events it may record."""
    once: Once
    run: Function

    def __call__(
        self, work: Work, case: Case, models: CompiledModels, call: OperationCall
    ) -> Mapping[str, Any]:
        """Perform the operation, or return the stored result if it was performed for the same occasion."""
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
        """Return, in a language, what the operation does, reads and returns."""
        sentences = [text(language, self.sentence)]
        if self.inputs:
            sentences.append(text(language, "Lukee: {names}.", names=", ".join(self.inputs)))
        if self.outputs:
            sentences.append(text(language, "Palauttaa: {names}.", names=", ".join(self.outputs)))
        return " ".join(sentences)

    @property
    def shape(self) -> OperationShape:
        """The operation as the publish gate needs it."""
        return OperationShape(frozenset(self.outputs))


class UseCase(ABC, Generic[R]):
    """Something that an actor asks of the engine. Subclasses are frozen dataclasses."""

    @abstractmethod
    def permit(self, work: Work) -> None:
        """Raise if the actor may not do this. Every use case must define it."""

    @abstractmethod
    def execute(self, work: Work) -> R: ...


class Command(UseCase[R]):
    """A use case that changes something."""

    @property
    def is_heavy(self) -> bool:
        """True if `prepare` has work to do before the transaction."""
        return False

    def prepare(self, view: Work) -> Self:
        """Return the command with its heavy work done: hashes, typeset letters, proofs.

        It reads a view that holds no lock and writes nothing; what it read may have changed by the time of `execute`, which
        checks that it still holds. It runs after `permit`, and again at each attempt after a lost race.
        """
        return self


class Query(UseCase[R]):
    """A use case that reads, without a lock. Its entry in the access log is appended in a transaction of its own before
    the answer is given."""

    shows_cases: ClassVar[bool] = True
    """False: its answer says nothing of one case, and it leaves no entry."""


class Engine(Generic[S]):
    """The engine's public interface: perform a command, answer a query. Generic in the simulation it is built with."""

    def __init__(
        self,
        database: Database,
        key_store: KeyStore,
        settings: EngineSettings,
        operations: Mapping[str, Operation],
        now: Callable[[], datetime],
        simulation: S,
    ) -> None:
        self.simulation = simulation
        self.database = database
        self.key_store = key_store
        self.settings = settings
        self.operations = operations
        self.compiled_models = CompiledModelsCache()
        self.master = MasterKey(settings.master_key, settings.master_key_anew)
        self._root = RootKey(None)
        self._is_key_proved = False
        self.reviewed_texts = ReviewedTextsCache(database)
        self._now = now

    def now(self) -> datetime:
        return self._now()

    def prove_key(self) -> None:
        """Raise WrongKey if the database is sealed with another master key, or its keys lie in another key store.

        A process asks when it starts; one that did not, or could not, asks before it first reads or writes.
        """
        if not self._is_key_proved:
            self._is_key_proved = prove_key_store(self.database, self.key_store) and self.prove_master_key()

    def prove_master_key(self) -> bool:
        """Raise WrongKey if the database is sealed with another master key. Return False if it can't note one yet."""
        place, moment = self.settings.master_key_place, self._now()
        self._root = prove_key(self.database, self.key_store, self.master, place, moment) or self._root
        return self._root.is_known

    def stores(self, unit: UnitOfWork) -> Stores:
        """Return the stores of a transaction, with this engine's keys."""
        return Stores(unit, self._root, self.master, self.key_store)

    @noting_kept_out
    def answer(self, query: Query[R], actor: Actor) -> R:
        """Answer a query. Nothing is given before its entry in the access log is committed."""
        with self._view(query, actor, notes=True) as view:
            answer = query.execute(view)
        if view.stores.access.has_noted:
            with self.database.unit_of_work() as unit:
                view.stores.access.append(unit)
        return answer

    @contextmanager
    def _view(self, use_case: UseCase[Any], actor: Actor, *, notes: bool = False) -> Iterator[Work]:
        """Give what may be read without a lock; `notes`: cases that are opened are noted for the access log."""
        self.prove_key()
        with self.database.view() as connection:
            stores = self.stores(UnitOfWork(connection))
            view = Work(self, stores, actor, self._now(), is_view=not notes, is_reading=notes)
            self._admit(use_case, view)
            yield view
            stores.unit.require_nothing_to_write()

    def _prepared(self, command: Command[R], actor: Actor) -> Command[R]:
        if not command.is_heavy:
            return command
        with self._view(command, actor) as view:
            return command.prepare(view)

    @noting_kept_out
    def perform(self, command: Command[R], actor: Actor) -> R:
        """Perform a command in one transaction and return its result. After a lost race it is run again, three times at most."""
        self.prove_key()
        for attempt in range(1, ATTEMPTS + 1):
            try:
                prepared = self._prepared(command, actor)
                with self.database.unit_of_work() as unit:
                    stores = self.stores(unit)
                    work = Work(self, stores, actor, self._now())
                    self._admit(prepared, work)
                    result = prepared.execute(work)
                    stores.access.append(unit)
                    return result
            except Outdated as lost:
                if attempt == ATTEMPTS:
                    if isinstance(lost, KeyTaken) and actor.roles and not actor.scopes:  # others bring keys
                        raise RuntimeError(f"a key of our own, and no race: {lost.constraint}") from lost
                    raise
        raise Outdated

    def _admit(self, use_case: UseCase[Any], work: Work) -> None:
        """Raise unless the use case permits the actor. Those that ask for none of a program's scopes are for people."""
        use_case.permit(work)
        if work.actor.scopes and not work.is_in_scope:
            raise Forbidden

    def close(self) -> None:
        self.simulation.close()
        self.database.close()
        self.key_store.close()
