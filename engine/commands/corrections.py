"""Corrections of what staff recorded, and clarifications beside what a person wrote (434/2003 22, 42 §)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from engine.casework.answers import Sent, judge
from engine.casework.case_dates import check_days, keep_explanations
from engine.casework.case_records import (
    correctable_form,
    corrections_of,
    open_content,
    permit_correcting,
    submission_of,
)
from engine.casework.corrected_service import presumed_with
from engine.casework.correction_effects import follow, move_tasks
from engine.casework.dated_questions import written_days
from engine.casework.page_drafts import HeldDraft, end_draft
from engine.domain.cases import Case
from engine.domain.chronology import Explanation
from engine.domain.corrections import (
    CLARIFICATION,
    CORRECTION,
    FOLLOWED,
    AlreadyFollowed,
    OnPartyPage,
    RecordChanged,
    differing,
)
from engine.domain.parties import DetailsRejected, Ground, NothingChanged, problems_of_ground
from engine.domain.policy import Action
from engine.errors import Invalid
from engine.executor import Command, Work
from engine.feel.values import to_json
from engine.storage.submissions import Submission
from forms.definition import FormDefinition

SUBMISSION: Final = "submission"
LONGEST: Final = 4000


@dataclass(frozen=True)
class CorrectRecord(Command[UUID]):
    """Correct answers that staff typed. The first ones stay beside them, and what hangs on the answers follows at once.

    `seen` is how many corrections the page showed: RecordChanged when somebody made another meanwhile.
    """

    reference: str
    submission_id: UUID
    seen: int
    ground: Ground
    sent: Sent | None = None
    data: Any = None
    draft: HeldDraft | None = None

    def permit(self, work: Work) -> None:
        permit_correcting(work, self.reference, Action.CORRECT_RECORD)

    def execute(self, work: Work) -> UUID:
        case = open_content(work, self.reference)
        record = submission_of(work, case, self.submission_id)
        definition = correctable_form(work, case, record)
        earlier = corrections_of(work, case, record)
        if len(earlier) != self.seen:
            raise RecordChanged
        answers = judge(work, definition, self.sent, self.data)
        problems = problems_of_ground(self.ground, work.today)
        if problems:
            raise DetailsRejected(problems)
        changed = differing(record.answers, to_json(dict(answers)))
        if not changed:
            raise NothingChanged(field="reason")
        _check_fields(definition, changed)
        explanations = _explained(work, case, record, answers, changed, self.ground)
        follow(work, case, record, {name: answers.get(name) for name in changed})
        keep_explanations(work, case, record.id, explanations)
        correction_id = work.stores.corrections.add(
            case.id,
            SUBMISSION,
            record.id,
            CORRECTION,
            ground=self.ground,
            changes=_by_class(definition, changed),
            actor=work.actor,
            moment=work.now,
            corrects=earlier[-1].id if earlier else None,
        )
        work.stores.submissions.mark_corrected(record, work.now)
        end_draft(work, case, self.draft)
        # Two who correct one record at once: the second is run again, and finds another correction.
        work.save_case(case)
        work.record(case.id, "record_corrected", record.form_key)
        move_tasks(work, case, record, {name: answers.get(name) for name in changed})
        return correction_id


@dataclass(frozen=True)
class ClarifyRecord(Command[UUID]):
    """Put beside a record what is known better now, with source and day. The record itself stays as it was written."""

    reference: str
    submission_id: UUID
    text: str
    ground: Ground
    draft: HeldDraft | None = None

    def permit(self, work: Work) -> None:
        permit_correcting(work, self.reference, Action.CORRECT_RECORD)

    def execute(self, work: Work) -> UUID:
        case = open_content(work, self.reference)
        record = submission_of(work, case, self.submission_id)
        problems = problems_of_ground(replace(self.ground, reason="."), work.today)
        if not self.text.strip():
            problems["clarification"] = Invalid("Kirjoita täsmennys.")
        elif len(self.text) > LONGEST:
            problems["clarification"] = Invalid("Lyhennä täsmennystä: enintään 4 000 merkkiä.")
        if self.ground.source_on is None:
            problems["source_on"] = Invalid("Kirjoita päivä, jona tieto saatiin.")
        if problems:
            raise DetailsRejected(problems)
        work.save_case(case)
        work.record(case.id, "record_clarified", record.form_key)
        end_draft(work, case, self.draft)
        return work.stores.corrections.add(
            case.id,
            SUBMISSION,
            record.id,
            CLARIFICATION,
            ground=self.ground,
            changes={"narrative": {CLARIFICATION: (None, self.text.strip())}},
            actor=work.actor,
            moment=work.now,
        )


def _explained(
    work: Work,
    case: Case,
    record: Submission,
    answers: Mapping[str, Any],
    changed: Mapping[str, Any],
    ground: Ground,
) -> tuple[Explanation, ...]:
    """The reason of the correction is the reason of its days too. Raise DatesRejected for what cannot be."""
    days = {
        path: each
        for path, each in written_days(record.form_key, answers).items()
        if path.partition(".")[0] in changed
    }
    return check_days(
        work,
        case,
        days,
        dict.fromkeys(days, ground.reason),
        business_key=record.business_key,
        beside=presumed_with(work, case, record, answers),
    )


def _check_fields(definition: FormDefinition, changed: Mapping[str, Any]) -> None:
    followed = FOLLOWED.get(definition.key, frozenset())
    for name in changed:
        field = definition.by_key[name]
        if field.place is not None or any(column.place for column in field.fields):
            raise OnPartyPage(field=name)
        if name in definition.variable_names and name not in followed:
            raise AlreadyFollowed(field=name)


def _by_class(
    definition: FormDefinition, changed: Mapping[str, tuple[Any, Any]]
) -> dict[str, dict[str, tuple[Any, Any]]]:
    cut: dict[str, dict[str, tuple[Any, Any]]] = {}
    for name, sides in changed.items():
        cut.setdefault(definition.by_key[name].sealing_class, {})[name] = sides
    return cut
