"""The public forms of the version that new cases use."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import NotFound
from engine.executor import Query, Work
from engine.executor.permissions import require_staff
from forms.definition import FormDefinition


@dataclass(frozen=True)
class PublicForm(Query[FormDefinition]):
    """Return a public form in the reader's language, in Finnish where a text has no translation. Raise NotFound for
    any other form."""

    form_key: str
    language: str = "fi"
    any_form: bool = False
    """Staff forms too, such as the phone intake: for staff."""

    def permit(self, work: Work) -> None:
        """Permit anyone: `execute` refuses forms that are not public."""
        if self.any_form:
            require_staff(work)

    def execute(self, work: Work) -> FormDefinition:
        models = work.instances.models(work.stores.deployments.current().id)
        if not (self.any_form or models.form(self.form_key).is_public):
            raise NotFound
        return models.form_in(self.form_key, self.language)
