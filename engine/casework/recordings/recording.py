"""The input of a recording function: the case, the completed task, its accepted answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from engine.casework.resolution_letter import TypesetLetter
from engine.domain.cases import Case
from engine.domain.tasks import UserTask
from engine.instances import CompiledModels
from forms.conditions import shown_fields
from forms.views import RegisterEntry, register_entries


@dataclass(frozen=True, slots=True)
class Recording:
    case: Case
    task: UserTask
    models: CompiledModels
    answers: Mapping[str, Any]
    submission_id: UUID
    seen: str | None
    """Hash of the letter that the signer saw, where the task is a signature."""
    letter: TypesetLetter | None = None
    """The letter typeset before the transaction, where the task is a signature."""

    @property
    def register_entries(self) -> Mapping[str, tuple[RegisterEntry, ...]]:
        """The answers that the form assigns to somebody's details in the party register, by party."""
        return register_entries(self.models.form(self.task.form_key or ""), self.answers)

    def asks(self, question: str) -> bool:
        """False of a question that this version of the form does not have: its answer can't be owed."""
        return question in self.models.form(self.task.form_key or "").by_key

    def shows(self, question: str) -> bool:
        """True of a question that this version of the form asks beside these answers."""
        definition = self.models.form(self.task.form_key or "")
        return question in shown_fields(definition, self.answers).keys

    def lacks(self, question: str) -> bool:
        """True of a question that this version of the form asks and nobody answered."""
        return self.asks(question) and not self.text(question)

    def text(self, name: str) -> str:
        """Return a text answer; empty if it was not given or was skipped."""
        value = self.answers.get(name)
        return value if isinstance(value, str) else ""

    def day(self, name: str) -> date | None:
        value = self.answers.get(name)
        return value if isinstance(value, date) else None

    def rows(self, name: str) -> tuple[Mapping[str, Any], ...]:
        """Return the rows of a repeating list; empty if it was not given."""
        value = self.answers.get(name)
        return (
            tuple(row for row in value if isinstance(row, Mapping)) if isinstance(value, list | tuple) else ()
        )
