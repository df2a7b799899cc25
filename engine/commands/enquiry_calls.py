"""Calls to enquirers: who rings now, and what came of earlier calls. They stand in the access log alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from engine.domain.people import ANSWERERS
from engine.errors import Conflict, NotFound
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_role
from engine.storage.enquiry_calls import RINGING, RINGING_FOR, EnquiryCall


class RungByColleague(Conflict):
    sentence = "Työkaveri soittaa hänelle juuri nyt."


@dataclass(frozen=True)
class RingEnquiry(Command[None]):
    """Say that the actor rings an enquirer now: colleagues see it, and the on-call workers are not notified for half an
    hour. Raise RungByColleague while another rings, NotFound where nobody waits for a call."""

    enquiry_id: UUID

    def permit(self, work: Work) -> None:
        require_role(work, *ANSWERERS)

    def execute(self, work: Work) -> None:
        enquiry = work.stores.enquiries.get(self.enquiry_id)
        if enquiry.state != "open" or not enquiry.content.get("phone"):
            raise NotFound
        rung = rung_now(work).get(enquiry.id)
        if rung is not None and rung.person_id != work.actor.person_id:
            raise RungByColleague
        work.stores.access.log_list([enquiry.id], work.actor, RINGING, work.now)
        work.stores.rings.hold(enquiry.id, work.now + RINGING_FOR)


@dataclass(frozen=True)
class CallsToEnquiry(Query[tuple[EnquiryCall, ...]]):
    """Return the calls and answers to an enquirer, the newest first; the first one may be under way."""

    enquiry_id: UUID

    def permit(self, work: Work) -> None:
        require_role(work, *ANSWERERS)

    def execute(self, work: Work) -> tuple[EnquiryCall, ...]:
        enquiry = work.stores.enquiries.get(self.enquiry_id)
        work.stores.access.log_list([enquiry.id], work.actor, "read_enquiry", work.now)
        return work.stores.enquiry_calls.since(enquiry.received_at, enquiry.id)


@dataclass(frozen=True)
class RungNow(Query[Mapping[UUID, EnquiryCall]]):
    """Return the call that is under way, by enquiry."""

    shows_cases = False

    def permit(self, work: Work) -> None:
        require_role(work, *ANSWERERS)

    def execute(self, work: Work) -> Mapping[UUID, EnquiryCall]:
        return rung_now(work)


def rung_now(work: Work) -> Mapping[UUID, EnquiryCall]:
    newest: dict[UUID, EnquiryCall] = {}
    for each in work.stores.enquiry_calls.since(work.now - RINGING_FOR):
        newest.setdefault(each.enquiry_id, each)
    return {key: each for key, each in newest.items() if each.is_ringing}
