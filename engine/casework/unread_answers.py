"""An answer that came while a letter or a call waited for a person: no task took it, and no review has come after it."""

from __future__ import annotations

from typing import Final

from engine.executor.engine import Work
from engine.storage.requests import InformationRequest
from engine.storage.submissions import Submission

REPLY: Final = "information_reply"
_REVIEW: Final = "review_reply"


def unread_answer(work: Work, request: InformationRequest) -> Submission | None:
    """Return the newest answer to the request; None if nobody has answered, or if a review has come after it."""
    if request.kind != "information":
        return None
    found = work.stores.submissions.latest(request.case_id, REPLY, request.reference)
    review = work.stores.submissions.latest(request.case_id, _REVIEW, request.reference)
    return None if found is None or (review is not None and review.sent_at >= found.sent_at) else found
