"""Letters beside a decision that a person posts: a closed request, a transfer. Each is a task beside the case."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from engine.casework.messages import send_to_staff
from engine.domain.cases import Case
from engine.domain.people import Role
from engine.executor.engine import Work
from engine.feel.values import to_json
from engine.instances import CompiledModels

BEGINS: Final = "paper_to_post"
"""Message with which the process begins in which a letter is posted."""
POSTING: Final = "post_paper"
"""The form in which a person says on which day a letter left."""


def begin_posting(
    work: Work,
    case: Case,
    models: CompiledModels,
    paper: str,
    document_id: UUID | None,
    recipient: str,
    key: str | None = None,
) -> None:
    """Open the task of posting a letter that has been written, in a transaction of its own.

    A version of the models from before that process has no task for it: the managers have it done.
    """
    if document_id is None:
        return
    if not has_posting_task(models):
        leave_to_people(work, case, models, paper)
        return
    begun = {
        "notice": paper,
        "notice_id": key or paper,
        "notice_document": str(document_id),
        "paper_to": recipient,
    }
    work.stores.starts.add(case.id, BEGINS, to_json(begun), work.now)


def has_posting_task(models: CompiledModels) -> bool:
    """Return whether the version waits for the person who posts a letter. Versions before took it for posted."""
    return POSTING in models.bundle.forms


def leave_to_people(work: Work, case: Case, models: CompiledModels, notice: str) -> None:
    """Ask the managers to have done what the version of the case has no task for."""
    for person in work.stores.people.with_role(Role.MANAGER):
        send_to_staff(work, models, case.id, person)
    work.record(case.id, "left_to_people", notice)
