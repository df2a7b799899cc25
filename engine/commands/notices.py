"""A notice to an authority, begun by anybody who works on the case or has read the enquiry."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from engine.casework.notices import begin_enquiry_notice, begin_notice, seen_notice_cases
from engine.domain.cases import Case, CaseState, Channel
from engine.domain.people import ANSWERERS, Actor, Role
from engine.domain.policy import Action
from engine.executor import Command, Work
from engine.executor.permissions import permit_case, require_role, require_scope
from engine.instances.opening import open_new_case
from engine.storage.enquiries import Enquiry

WRITERS = (
    Role.CASEWORKER,
    Role.ON_CALL,
    Role.INTAKE,
    Role.DECISION_MAKER,
    Role.MANAGER,
    Role.DIRECTOR,
)
"""Roles of a worker, in the order in which one of them writes the notice that the worker begins."""


@dataclass(frozen=True)
class BeginNotice(Command[None]):
    """Open the task in which a notice is written. It needs nobody's approval, and a closed case ends no duty
    (417/2007 25 §)."""

    reference: str

    def permit(self, work: Work) -> None:
        require_scope(work, "messages:deliver")
        permit_case(work, self.reference, Action.BEGIN_NOTICE)

    def execute(self, work: Work) -> None:
        case = work.stores.cases.by_reference(self.reference)
        begin_notice(work, case, by=_writer(work.actor))


@dataclass(frozen=True)
class BeginEnquiryNotice(Command[UUID]):
    """Begin a notice that an enquiry gives reason for (417/2007 25 §), and return the task in which it is written.

    It needs nobody's approval. An enquiry's notices stand in a case that has no applicant: nothing of the person who asked
    is copied there. A worker who may not see that case begins in another, as if there were none.
    """

    reference: str
    """Of the enquiry."""

    def permit(self, work: Work) -> None:
        require_role(work, *ANSWERERS)
        require_scope(work, "messages:deliver")
        enquiry = work.stores.enquiries.find(self.reference)
        if enquiry is None:
            work.open_case_of(None, Action.BEGIN_NOTICE)
            return
        seen_notice_cases(work, enquiry, Action.BEGIN_NOTICE)

    def execute(self, work: Work) -> UUID:
        enquiry = work.stores.enquiries.by_reference(self.reference)
        work.stores.access.log_list([enquiry.id], work.actor, "begin_notice", work.now)
        case = self._case(work, enquiry)
        return begin_enquiry_notice(work, case, by=_writer(work.actor))

    def _case(self, work: Work, enquiry: Enquiry) -> Case:
        for case in work.stores.cases.begun_from(enquiry.id, work.actor, Action.BEGIN_NOTICE):
            work.instances.reopen(case)
            return case
        case = open_new_case(
            work.stores,
            channel=Channel.ENQUIRY,
            language=_authority_language(enquiry),
            received_at=work.now,
            now=work.now,
            deployment_id=work.stores.deployments.current().id,
        )
        work.stores.enquiries.keep_notice_case(enquiry, case.id)
        work.change_case(case.id, state=CaseState.PENDING)
        work.record(case.id, "begun_from_enquiry", enquiry.reference)
        return case


def _writer(actor: Actor) -> Role:
    return next(each for each in WRITERS if actor.has(each))


def _authority_language(enquiry: Enquiry) -> str:
    """Return the language of letters to the authorities of the region: Swedish on Åland, Finnish elsewhere."""
    return "sv" if enquiry.content.get("region") == "aland" else "fi"
