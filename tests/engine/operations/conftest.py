"""One operation called on a real case, in a transaction of its own, as a service task would call it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from engine.bpmn import OperationCall
from engine.domain.cases import Case
from engine.domain.people import SYSTEM
from engine.executor import Command, Work
from engine.instances import CompiledModels
from engine.operations import OPERATIONS
from engine.storage.outbox import OutboxMessage
from tests.support.story import Story


@dataclass(frozen=True)
class InTransaction(Command[Any]):
    act: Callable[[Work], Any]

    def permit(self, work: Work) -> None:
        """Admit everyone: only tests give this command."""

    def execute(self, work: Work) -> Any:
        return self.act(work)


@dataclass
class Operating:
    """A case, and the calls of operations on it."""

    story: Story
    visits: int = 0
    version: Callable[[CompiledModels], CompiledModels] = lambda models: models
    """Makes the version that the case is on out of the shipped one."""

    def __call__(self, name: str, **variables: Any) -> Mapping[str, Any]:
        """Call an operation; each call is another visit of the element."""
        self.visits += 1
        return self.visit(f"visit {self.visits}", name, variables)

    def visit(self, visit: str, name: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """Call an operation for this visit of the element, which may be an earlier one again."""

        def act(work: Work) -> Mapping[str, Any]:
            case = self.case(work)
            call = OperationCall("element", "process", "path", None, variables, visit)
            models = self.version(work.instances.models(case.deployment_id))
            result = OPERATIONS[name](work, case, models, call)
            work.save_case(case)
            return result

        returned: Mapping[str, Any] = self.inside(act)
        return returned

    def inside(self, act: Callable[[Work], Any]) -> Any:
        return self.story.world.engine.perform(InTransaction(act), SYSTEM)

    def case(self, work: Work) -> Case:
        return work.stores.cases.by_reference(self.story.reference)

    def read(self, ask: Callable[[Work, Case], Any]) -> Any:
        return self.inside(lambda work: ask(work, self.case(work)))

    def mails(self) -> list[OutboxMessage]:
        """Take the due messages out of the outbox and return them."""

        def take(work: Work) -> list[OutboxMessage]:
            due = work.stores.outbox.due(work.now, 100)
            return [found for each in due if (found := work.stores.outbox.take(each, work.now))]

        return list(self.inside(take))

    def papers(self) -> list[str]:
        return [each.kind for each in self.read(lambda work, case: work.stores.documents.of_case(case.id))]


@pytest.fixture
def operate(story: Story) -> Operating:
    """A self-application whose sender can be written to by e-mail; the first mails are taken out already."""
    story.applies()
    operating = Operating(story)
    operating.mails()
    return operating
