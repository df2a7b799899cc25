"""The next attempt to reach the person, which a head gives to a caseworker by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from engine.casework.reassigning import DISQUALIFIED, NO_ROLE
from engine.casework.recordings.recording import Recording
from engine.casework.task_holders import assign
from engine.domain.cases import Case
from engine.domain.people import Role
from engine.errors import Invalid
from engine.executor import Work
from engine.executor.permissions import require_proof_to_let_in

NAMES_NEXT: Final = ("contact_overdue", "consent_not_reached")
"""Forms that ask who tries next."""
_NEXT: Final = "next_person"
_ATTEMPTS: Final = ("contact_client", "verify_consent")


def record_next_attempt(work: Work, recording: Recording) -> None:
    """Raise Invalid of somebody who may not do it; as `require_proof` in a restricted case, which the task shows to them."""
    named = _named(recording.answers)
    if named is None:
        return
    person = work.stores.people.get(named)
    if not person.is_active or Role.CASEWORKER not in person.roles:
        raise Invalid(NO_ROLE, field=_NEXT)
    if work.stores.cases.is_disqualified(recording.case.id, person.id):
        raise Invalid(DISQUALIFIED, field=_NEXT)
    require_proof_to_let_in(work, recording.case)


def give_next_attempt(work: Work, case: Case, answers: Mapping[str, Any]) -> None:
    """Give the task in which the person is reached to the caseworker named, and notify them."""
    named = _named(answers)
    if named is None:
        return
    for task in work.stores.tasks.open_in(case.id):
        if task.form_key in _ATTEMPTS and task.assignee_id != named and str(named) not in task.not_by:
            assign(work, case, task, named, as_from_birth=True)


def _named(answers: Mapping[str, Any]) -> UUID | None:
    named = answers.get(_NEXT)
    return UUID(named) if isinstance(named, str) and named else None
