"""A decision opened by the person it is about, who has identified themselves."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from engine.commands.complete_task import finish
from engine.domain.people import Role
from engine.errors import AnswersRejected, NotFound
from engine.executor import Command, Work
from engine.executor.answers import judge, sealed_by_class
from engine.executor.own_reading import PERSON, LivingReading, OwnLetter, living_reading, own_letters
from forms.views import variables

OPENING = "open_resolution"
"""The form by which a process waits for the person to open what was sent to them electronically."""


@dataclass(frozen=True)
class OpenOwnLetter(Command[bytes]):
    """The letter as it was signed. Sent electronically with the person's consent, it is served by this (13/2003 18 §)."""

    key: str
    document_id: UUID

    def permit(self, work: Work) -> None:
        """Only the person, while they read, and only what was sent to them."""
        _letter(work, living_reading(work, self.key), self.document_id)

    def execute(self, work: Work) -> bytes:
        reading = living_reading(work, self.key)
        letter = _letter(work, reading, self.document_id)
        case = reading.case
        work.stores.access.opened(case.id, PERSON, "own_letter", work.now, subjects=[self.document_id])
        _, content = work.stores.documents.read(self.document_id)
        work.record(case.id, "own_letter_opened", letter.resolution.kind)
        if letter.delivery.channel == "electronic":
            _serve(work, reading, letter)
        return content


def _letter(work: Work, reading: LivingReading, document_id: UUID) -> OwnLetter:
    for each in own_letters(work, reading):
        if each.resolution.document_id == document_id:
            return each
    raise NotFound


def _serve(work: Work, reading: LivingReading, letter: OwnLetter) -> None:
    """What waits for the opening goes on. A form redrawn so that opening alone no longer fills it stays for a caseworker."""
    case, key = reading.case, letter.delivery.business_key
    waiting = [
        each
        for each in work.stores.tasks.open_in(case.id)
        if each.form_key == OPENING and each.business_key == key
    ]
    if not waiting:
        return
    task = waiting[0]
    definition = work.instances.deployed(case.deployment_id).form(OPENING)
    try:
        answers = judge(work, definition, None, {"opened": True})
    except AnswersRejected:
        return
    work.stores.submissions.add(
        case_id=case.id,
        form_key=OPENING,
        deployment_id=case.deployment_id,
        by_class=sealed_by_class(definition, answers),
        sent_at=work.now,
        task_id=task.id,
        business_key=key,
        sent_by_role=Role.APPLICANT,
    )
    finish(work, case, task, variables(definition, answers))
