"""The notices to authorities that an enquiry gave reason for, as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from engine.casework.notices import seen_notice_cases
from engine.domain.cases import Case
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
class NoticesOfEnquiry(Query[tuple[EnquiryNotices, ...]]):
    """Return the notices begun from an enquiry, by the case in which they stand. Those in a case that the actor does not see
    are left out: its enquiry reads as one without."""

    enquiry_id: UUID
    language: str = "fi"

    def permit(self, work: Work) -> None:
        require_action(work, Action.ENQUIRY_NOTICES)

    def execute(self, work: Work) -> tuple[EnquiryNotices, ...]:
        enquiry = work.stores.enquiries.get(self.enquiry_id)
        return tuple(
            self._in(work, case) for case in seen_notice_cases(work, enquiry, Action.ENQUIRY_NOTICES)
        )

    def _in(self, work: Work, case: Case) -> EnquiryNotices:
        names = work.instances.names(self.language)
        return EnquiryNotices(
            case.reference,
            tuple(replace(each, name=names.of(each.name)) for each in work.stores.tasks.open_in(case.id)),
            tuple(
                (each.subject or "", date.fromisoformat(each.facts["sent_on"]))
                for each in work.stores.timeline.of_case(case.id, "notice_sent")
            ),
        )
