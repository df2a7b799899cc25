"""The public forms of the version that new cases use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.casework.calling_now import asks_to_call_now, is_urgent_by_table
from engine.casework.receipts import ENQUIRY_ACTS_IN, enquiry_urgent_by
from engine.errors import NotFound
from engine.executor import Query, Work
from engine.executor.permissions import require_scope, require_staff
from forms.definition import FormDefinition


@dataclass(frozen=True)
class PublicForm(Query[FormDefinition]):
    """Return a public form in the reader's language, in Finnish where a text has no translation. Raise NotFound for
    any other form."""

    shows_cases = False

    form_key: str
    language: str = "fi"
    any_form: bool = False
    """Staff forms too, such as the phone intake: for staff."""

    def permit(self, work: Work) -> None:
        """Permit anyone: `execute` refuses forms that are not public. A program needs the scope."""
        require_scope(work, "definitions:read")
        if self.any_form:
            require_staff(work)

    def execute(self, work: Work) -> FormDefinition:
        models = work.instances.models(work.stores.deployments.current().id)
        if not (self.any_form or models.form(self.form_key).is_public):
            raise NotFound
        return models.form_in(self.form_key, self.language)


@dataclass(frozen=True)
class AreUrgent(Query[bool]):
    """Return whether the person should call now: the table of urgency calls these answers urgent, as they stand before
    anything is sent, or they speak of a child who may need something at once or of whom it is not known with whom they are."""

    form_key: str
    answers: Mapping[str, Any]
    shows_cases = False

    def permit(self, work: Work) -> None:
        """Permit anyone: the answers are the reader's own."""

    def execute(self, work: Work) -> bool:
        return asks_to_call_now(work, self.form_key, self.answers)


@dataclass(frozen=True)
class UrgentBy(Query[datetime | None]):
    """Return by when an on-call worker begins if these answers are sent now; None where none is notified of them."""

    form_key: str
    answers: Mapping[str, Any]
    shows_cases = False

    def permit(self, work: Work) -> None:
        """Permit anyone: the answers are the reader's own."""

    def execute(self, work: Work) -> datetime | None:
        if self.form_key == "enquiry":
            return enquiry_urgent_by(self.answers, work.now)
        is_urgent = is_urgent_by_table(work, self.form_key, self.answers)
        return work.now + ENQUIRY_ACTS_IN if is_urgent else None
