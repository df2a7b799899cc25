"""A record with its corrections, and the form in which it can be corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from engine.casework.answers import choices_of
from engine.casework.case_records import (
    answered_ever,
    correctable_form,
    open_content,
    permit_correcting,
    submission_of,
)
from engine.casework.page_drafts import own_drafts
from engine.domain.cases import Case
from engine.domain.policy import Action
from engine.errors import Conflict
from engine.executor import Query, Work
from engine.feel.values import from_json
from engine.instances import CompiledModels
from engine.queries.in_sight import PersonInSight, in_sight
from engine.storage.corrections import Correction as Correction
from engine.storage.page_drafts import KeptDraft
from engine.storage.submissions import Submission
from forms.definition import FormDefinition, is_staff


@dataclass(frozen=True, slots=True)
class CorrectionPage:
    case: Case
    record: Submission
    models: CompiledModels
    recorded_by: str
    history: tuple[Correction, ...]
    """Corrections and clarifications, oldest first."""
    why_not: str
    """Why the record can only be clarified; empty when it can be corrected."""
    choices: Mapping[str, Any]
    in_sight: PersonInSight
    drafts: Mapping[str, KeptDraft] = field(default_factory=dict)
    """The reader's own, by form."""

    @property
    def answered(self) -> frozenset[str]:
        return answered_ever(self.record, self.history)


@dataclass(frozen=True)
class OpenRecord(Query[CorrectionPage]):
    reference: str
    submission_id: UUID

    def permit(self, work: Work) -> None:
        permit_correcting(work, self.reference, Action.RECORD_PAGE)

    def execute(self, work: Work) -> CorrectionPage:
        case = open_content(work, self.reference)
        record = submission_of(work, case, self.submission_id)
        why_not = ""
        models = work.instances.models(record.deployment_id)
        try:
            choices = choices_of(work, correctable_form(work, case, record), {})
        except Conflict as refused:
            why_not = refused.message
            choices = _colleagues(work, models.form(record.form_key))
        return CorrectionPage(
            case=case,
            record=replace(record, answers=from_json(dict(record.answers))),
            models=models,
            recorded_by=work.stores.people.get(record.sent_by).name if record.sent_by else "",
            history=tuple(
                replace(each, before=from_json(dict(each.before)), after=from_json(dict(each.after)))
                for each in work.stores.corrections.of_subject(case.id, record.id)
            ),
            why_not=why_not,
            choices=choices,
            in_sight=in_sight(work, case),
            drafts=own_drafts(work, case),
        )


def _colleagues(work: Work, definition: FormDefinition) -> Mapping[str, Mapping[str, str]]:
    """Return the names of all colleagues for each question of one: a record that is only read names who was chosen."""
    names = {str(each.id): each.name for each in work.stores.people.all()}
    return {source: names for source in definition.option_sources if is_staff(source)}
