"""The notices to authorities that an enquiry gave reason for, as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from engine.domain.policy import Action
from engine.domain.tasks import UserTask
from engine.executor import Query, Work
from engine.executor.permissions import require_action


@dataclass(frozen=True, slots=True)
class EnquiryNotices:
    reference: str
    """Of the case in which they stand."""
    tasks: tuple[UserTask, ...]
    """Open: a notice to write or to send."""
    sent: tuple[tuple[str, date], ...]
    """Kind and day of each notice that has left."""


@dataclass(frozen=True)
class NoticesOfEnquiry(Query[EnquiryNotices | None]):
    """Return the notices begun from an enquiry; None if there are none. Raise NotFound if the actor may not see them."""

    enquiry_id: UUID
    language: str = "fi"

    def permit(self, work: Work) -> None:
        require_action(work, Action.ENQUIRY_NOTICES)

    def execute(self, work: Work) -> EnquiryNotices | None:
        case_id = work.stores.enquiries.get(self.enquiry_id).notice_case_id
        if case_id is None:
            return None
        case = work.stores.cases.get(case_id)
        work.open_case(case, Action.ENQUIRY_NOTICES)
        names = work.instances.names(self.language)
        return EnquiryNotices(
            case.reference,
            tuple(replace(each, name=names.of(each.name)) for each in work.stores.tasks.open_in(case_id)),
            tuple(
                (each.subject or "", date.fromisoformat(each.facts["sent_on"]))
                for each in work.stores.timeline.of_case(case_id, "notice_sent")
            ),
        )
