"""What a form of a try-out is shown with: its definition, what the process knows at the task, the choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from engine.casework.answers import choices_of
from engine.clock import day_of
from engine.domain.people import SYSTEM
from engine.domain.scenarios import Step
from engine.domain.tasks import UserTask
from engine.errors import AnswersRejected, NotFound
from engine.executor import Query, Work
from engine.executor.permissions import require_system
from engine.simulation.answering import Typed, invented
from engine.simulation.people import with_ids
from engine.simulation.task_actions import start_of, task_of
from engine.simulation.try_out import Sandbox
from forms.definition import FormDefinition
from forms.errors import AnswersRejected as Unacceptable


@dataclass(frozen=True, slots=True)
class Asked:
    definition: FormDefinition
    today: date
    scope: Mapping[str, Any]
    choices: Mapping[str, Any]

    def invented(self, facts: Mapping[str, Any] | None = None) -> Typed:
        """Raises AnswersRejected for facts that the form does not accept."""
        told = facts or {}
        try:
            return invented(self.definition, self.today, given=self.scope, choices=self.choices, facts=told)
        except Unacceptable as refused:
            raise AnswersRejected(refused.problems) from refused


def asked_first(box: Sandbox, start: str, language: str = "fi") -> Asked:
    """The form with which a run begins."""
    definition = box.ground.models.form_in(start_of(start)[1], language)
    choices = box.engine.answer(_Choices(definition, {}), SYSTEM)
    return Asked(definition, day_of(box.clock.moment), {}, choices)


def asked_at(box: Sandbox, task: UserTask, language: str = "fi") -> Asked | None:
    """The form of an open task; None for a task without one."""
    if task.form_key is None:
        return None
    definition = box.ground.models.form_in(task.form_key, language)
    scope = box.engine.answer(_Scope(task), SYSTEM)
    choices = box.engine.answer(_Choices(definition, scope), SYSTEM)
    return Asked(definition, day_of(box.clock.moment), scope, choices)


def take(box: Sandbox, step: Step) -> None:
    """A step of a run or of a scenario: what it does not answer is invented."""
    box.take(step, _filled(box, step))


def _filled(box: Sandbox, step: Step) -> Step:
    if step.sent is not None or step.do not in ("start", "form"):
        return step
    asked = asked_first(box, step.what) if step.do == "start" else asked_at(box, task_of(box.files(), step))
    if asked is None:
        return step
    return replace(step, sent=asked.invented(with_ids(step.answers)), answers=None)


@dataclass(frozen=True)
class _Scope(Query[Mapping[str, Any]]):
    task: UserTask
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> Mapping[str, Any]:
        case = work.stores.cases.get(self.task.case_id)
        try:
            return work.instances.scope_of(case, self.task.instance_id, self.task.key)
        except KeyError:
            raise NotFound from None


@dataclass(frozen=True)
class _Choices(Query[Mapping[str, Any]]):
    definition: FormDefinition
    scope: Mapping[str, Any]
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> Mapping[str, Any]:
        return choices_of(work, self.definition, self.scope)
