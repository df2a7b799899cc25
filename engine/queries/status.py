"""The state of a case for the person who holds its code, without its content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from engine.casework.reaching import asks_to_call
from engine.casework.receipts import decided_by, read_by, usually_read_by
from engine.domain.cases import CaseState
from engine.domain.people import Actor, Role
from engine.executor import Query, Work


@dataclass(frozen=True, slots=True)
class Status:
    """The stage of a case as its code shows it, and when more is expected. A referrer sees only that it arrived."""

    stage: str
    """received, examined, waiting_for_you, decided, closed, enquiry_open, enquiry_answered, arrived."""
    received_at: datetime
    expected_on: date | None
    answer: str | None = None
    """Of an enquiry only: the advice, which says nothing of a case."""
    asks_to_call: bool = False


@dataclass(frozen=True)
class StatusByCode(Query[Status | None]):
    """Return the status of the case with this code; None for a wrong and for an expired code, which look the same."""

    code: str

    def permit(self, work: Work) -> None:
        """Permit anyone: only a valid code shows anything."""

    def execute(self, work: Work) -> Status | None:
        code = "".join(character for character in self.code if character.isdigit())
        application = work.stores.applications.by_code(code)
        if application is None:
            return _enquiry(work, code)
        case = work.stores.cases.get(application.case_id)
        reader = Role.REFERRER if application.is_referrers_code else Role.APPLICANT
        actor = Actor(name=reader.value, roles=frozenset({reader}))
        work.stores.access.log_case(case.id, actor, "status_by_code", work.now)
        if application.is_referrers_code:
            return Status("arrived", case.received_at, None)
        expected = decided_by(work, case) or read_by(work, case)
        stage = self._stage(work, case.id, case.state, case.pending_at)
        return Status(stage, case.received_at, expected, asks_to_call=asks_to_call(work, case))

    def _stage(self, work: Work, case_id: UUID, state: CaseState, pending_at: datetime | None) -> str:
        if state is CaseState.CLOSED:
            return "closed"
        if any(each.state == "signed" for each in work.stores.resolutions.of_case(case_id)):
            return "decided"
        waiting = any(
            each.recipient_role == Role.APPLICANT and each.is_open and each.answered_at is None
            for each in work.stores.requests.of_case(case_id)
        )
        if waiting:
            return "waiting_for_you"
        return "examined" if pending_at else "received"


def _enquiry(work: Work, code: str) -> Status | None:
    enquiry = work.stores.enquiries.by_code(code)
    if enquiry is None:
        return None
    stage = "enquiry_answered" if enquiry.answer else "enquiry_open"
    return Status(stage, enquiry.received_at, usually_read_by(enquiry.received_at), enquiry.answer)
