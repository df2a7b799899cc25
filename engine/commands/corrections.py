"""Corrections of what staff recorded, and clarifications beside what a person wrote (434/2003 22, 42 §)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from engine.casework.answers import Sent, judge
from engine.casework.correction_effects import follow
from engine.commands.parties import open_content
from engine.domain.cases import Case
from engine.domain.corrections import (
    CLARIFICATION,
    CORRECTION,
    DECISIONS,
    FOLLOWED,
    AlreadyFollowed,
    NotHere,
    NotOurs,
    NotReadable,
    OnPartyPage,
    RecordChanged,
    differing,
)
from engine.domain.parties import DetailsRejected, Ground, NothingChanged, problems_of_ground
from engine.domain.people import Role
from engine.errors import Invalid, NotFound
from engine.executor import Command, Work
from engine.executor.permissions import require_role
from engine.feel.values import to_json
from engine.storage.corrections import Correction
from engine.storage.submissions import Submission
from forms.definition import FormDefinition, is_staff

CORRECTORS = (Role.INTAKE, Role.ON_CALL, Role.CASEWORKER, Role.MANAGER, Role.DIRECTOR)
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

    def permit(self, work: Work) -> None:
        permit_correcting(work, self.reference, "correct_record")

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
        follow(work, case, record, {name: answers.get(name) for name in changed})
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
        # Two who correct one record at once: the second is run again, and finds another correction.
        work.save_case(case)
        work.record(case.id, "record_corrected", record.form_key)
        return correction_id


@dataclass(frozen=True)
class ClarifyRecord(Command[UUID]):
    """Put beside a record what is known better now, with source and day. The record itself stays as it was written."""

    reference: str
    submission_id: UUID
    text: str
    ground: Ground

    def permit(self, work: Work) -> None:
        permit_correcting(work, self.reference, "correct_record")

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


def permit_correcting(work: Work, reference: str, action: str) -> None:
    require_role(work, *CORRECTORS)
    work.open_case(work.stores.cases.by_reference(reference), action)


def submission_of(work: Work, case: Case, submission_id: UUID) -> Submission:
    """Return the record as it stands today, corrections included. Raise NotFound for one of another case."""
    for each in work.stores.submissions.of_case(case.id):
        if each.id == submission_id and not case.is_shut_to(work.actor, each.sent_at):
            return each
    raise NotFound


def corrections_of(work: Work, case: Case, record: Submission) -> tuple[Correction, ...]:
    """Return the corrections of a record, oldest first, without clarifications."""
    found = work.stores.corrections.of_subject(case.id, record.id)
    return tuple(each for each in found if each.kind == CORRECTION)


def correctable_form(work: Work, case: Case, record: Submission) -> FormDefinition:
    """Return the form of a record that staff may correct. Raise why they may not."""
    if record.sent_by is None:
        raise NotOurs
    if record.form_key in DECISIONS:
        raise NotHere
    definition = work.instances.models(case.deployment_id).form(record.form_key)
    lists = {source for source in definition.option_sources if not is_staff(source)}
    if definition.reads_variables or lists or record.deployment_id != case.deployment_id:
        raise NotReadable
    return definition


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
