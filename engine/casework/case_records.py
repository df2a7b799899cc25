"""Records of a case for those who may change them: who may, which record, and if its form lets it be corrected."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from engine.domain.cases import Case
from engine.domain.corrections import CORRECTION, DECISIONS, NotHere, NotReadable, NotWrittenByStaff
from engine.domain.policy import Action
from engine.errors import NotFound
from engine.executor.engine import Work
from engine.executor.permissions import permit_case
from engine.storage.corrections import Correction
from engine.storage.submissions import Submission
from forms.definition import FormDefinition, as_answered, is_staff


def permit_party(work: Work, reference: str, action: Action) -> Case:
    return permit_case(work, reference, action)


def open_content(work: Work, reference: str) -> Case:
    """Return the case. Raise NotFound where its content is sealed to the actor."""
    case = work.stores.cases.by_reference(reference)
    if case.is_shut_to(work.actor, case.received_at):
        raise NotFound
    return case


def permit_correcting(work: Work, reference: str, action: Action) -> None:
    permit_case(work, reference, action)


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


def answered_ever(record: Submission, corrections: Iterable[Correction]) -> frozenset[str]:
    """Return the questions that have had an answer in the record, also those whose answer a correction took away."""
    return frozenset(record.answers).union(*(each.before for each in corrections if each.kind == CORRECTION))


def correctable_form(work: Work, case: Case, record: Submission) -> FormDefinition:
    """Return the form of a record that staff may correct, with the questions asked then. Raise why they may not."""
    if record.sent_by is None:
        raise NotWrittenByStaff
    if record.form_key in DECISIONS:
        raise NotHere
    answered = answered_ever(record, corrections_of(work, case, record))
    definition = as_answered(work.instances.models(case.deployment_id).form(record.form_key), answered)
    lists = {source for source in definition.option_sources if not is_staff(source)}
    if definition.reads_variables or lists or record.deployment_id != case.deployment_id:
        raise NotReadable
    return definition
