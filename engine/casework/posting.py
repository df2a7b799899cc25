"""Letters beside a decision that a person posts: a closed request, a transfer. Each is a task beside the case."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from engine.domain.cases import Case
from engine.executor.engine import Work
from engine.feel.values import to_json

BEGINS: Final = "paper_to_post"
"""Message with which the process begins in which a letter is posted."""
POSTING: Final = "post_paper"
"""The form in which a person says on which day a letter left."""


def begin_posting(
    work: Work, case: Case, paper: str, document_id: UUID | None, recipient: str, key: str | None = None
) -> None:
    """Open the task of posting a letter that has been written, in a transaction of its own.

    A version of the models from before that process has no task for it.
    """
    models = work.instances.models(case.deployment_id)
    if document_id is None or BEGINS not in models.parsed.starts:
        return
    begun = {
        "notice": paper,
        "notice_id": key or paper,
        "notice_document": str(document_id),
        "paper_to": recipient,
    }
    work.stores.starts.add(case.id, BEGINS, to_json(begun), work.now)
