"""A form that can be answered now: that of an open task, or one with which a case begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.casework.answers import choices_of
from engine.domain.tasks import UserTask
from engine.errors import AnswersRejected
from engine.executor import Query, Work
from engine.executor.permissions import require_system
from engine.simulation.sample_answers import invented_answers
from forms.conditions import NOTHING
from forms.definition import FormDefinition
from forms.errors import AnswersRejected as RefusedByForm
from forms.random_answers import Typed


@dataclass(frozen=True, slots=True)
class OpenForm:
    definition: FormDefinition
    today: date
    scope: Mapping[str, Any]
    """The variables that the form's task sees."""
    choices: Mapping[str, Any]

    def invented(self, fixed: Mapping[str, Any] = NOTHING) -> Typed:
        """Return answers that the form accepts, as a page would send them. `fixed` answers are kept; raise
        AnswersRejected if one is refused."""
        try:
            return invented_answers(
                self.definition, self.today, given=self.scope, choices=self.choices, fixed=fixed
            )
        except RefusedByForm as refused:
            raise AnswersRejected(refused.problems) from refused


@dataclass(frozen=True)
class ReadForm(Query[OpenForm]):
    form_key: str
    task: UserTask | None
    """None for a form with which a case begins."""
    language: str

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> OpenForm:
        scope: Mapping[str, Any] = {}
        case = None
        if self.task is None:
            deployment_id = work.stores.deployments.current().id
        else:
            case = work.stores.cases.get(self.task.case_id)
            deployment_id = case.deployment_id
            scope = work.instances.scope_of(case, self.task.instance_id, self.task.task_key)
        definition = work.instances.models(deployment_id).form_in(self.form_key, self.language)
        return OpenForm(definition, work.today, scope, choices_of(work, definition, scope, case))
