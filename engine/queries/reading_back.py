"""A case's answers and letters for programs, as far as their scopes go: a scope for each class of data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from engine.domain.policy import Action
from engine.errors import Forbidden
from engine.executor import Query, Work
from engine.executor.permissions import permit_case, require_scope
from engine.feel.values import from_json
from engine.storage.documents import Document
from engine.storage.submissions import ANSWER_CLASSES, Submission
from forms.views import by_class

LETTERS: Final = "documents:read"
ANSWERS: Final[Mapping[str, str]] = {each.value: f"answers:{each.value}" for each in ANSWER_CLASSES}
"""The scope of each class of answers."""


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """Answers that were accepted together, those of the classes that the actor may read."""

    id: UUID
    form_key: str
    business_key: str | None
    sent_at: datetime
    corrected_at: datetime | None
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AnswersOfCase:
    classes: tuple[str, ...]
    submissions: tuple[ReadAnswer, ...]


@dataclass(frozen=True)
class ReadAnswers(Query[AnswersOfCase]):
    """Return what was answered in a case, as corrected since, oldest first. Answers of classes that the program has no
    scope for, that are sealed to it or erased are left out."""

    reference: str

    def permit(self, work: Work) -> None:
        classes = _classes(work)
        if not classes:
            raise Forbidden
        require_scope(work, ANSWERS[classes[0]])
        permit_case(work, self.reference, Action.READ_ANSWERS)

    def execute(self, work: Work) -> AnswersOfCase:
        case = work.stores.cases.by_reference(self.reference)
        classes = _classes(work)
        sent = (
            each
            for each in work.stores.submissions.of_case(case.id)
            if not case.is_shut_to(work.actor, each.sent_at)
        )
        return AnswersOfCase(classes, tuple(_cut(work, each, classes) for each in sent))


def _classes(work: Work) -> tuple[str, ...]:
    scopes = work.actor.scopes
    return tuple(name for name, scope in ANSWERS.items() if not scopes or scope in scopes)


def _cut(work: Work, sent: Submission, classes: tuple[str, ...]) -> ReadAnswer:
    definition = work.instances.models(sent.deployment_id).form(sent.form_key)
    answers = from_json(dict(sent.answers))
    cut = by_class(definition, answers if isinstance(answers, dict) else {})
    plain = {key: _plain(value) for name in classes for key, value in cut[name].items()}
    return ReadAnswer(sent.id, sent.form_key, sent.business_key, sent.sent_at, sent.corrected_at, plain)


def _plain(value: Any) -> Any:
    """Return the value as it is sent: days and numbers as a program would write them."""
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    return value


@dataclass(frozen=True)
class ListDocuments(Query[tuple[Document, ...]]):
    """Return the letters of a case without their content."""

    reference: str

    def permit(self, work: Work) -> None:
        require_scope(work, LETTERS)
        permit_case(work, self.reference, Action.LIST_DOCUMENTS)

    def execute(self, work: Work) -> tuple[Document, ...]:
        case = work.stores.cases.by_reference(self.reference)
        return tuple(
            each
            for each in work.stores.documents.of_case(case.id)
            if not case.is_shut_to(work.actor, each.created_at)
        )
