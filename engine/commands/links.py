"""The link of an information request, revoked or renewed by those who work with the case."""

from __future__ import annotations

from dataclasses import dataclass

from engine.casework.links import LINK_OUTLIVES_DUE, new_link, send_address
from engine.casework.withdrawals import lacks_consent
from engine.domain.calendar import end_of
from engine.domain.cases import Case
from engine.domain.consents import NotInForce
from engine.domain.policy import Action
from engine.errors import Conflict
from engine.executor import Command, Work
from engine.executor.permissions import permit_case, require_proof_to_let_in
from engine.storage.requests import InformationRequest


class NotByLink(Conflict):
    sentence = "Tähän pyyntöön ei vastata linkillä, tai siihen on jo vastattu."


@dataclass(frozen=True)
class RevokeLink(Command[None]):
    """Revoke a link that may be in the wrong hands. It stops working, and what was typed behind it is destroyed."""

    case_reference: str
    request_reference: str

    def permit(self, work: Work) -> None:
        _permit(work, self.case_reference)

    def execute(self, work: Work) -> None:
        case, request = _open_request(work, self.case_reference, self.request_reference)
        work.stores.links.revoke_of_request(request.id, work.now)
        work.record(case.id, "request_link_revoked", request.recipient_role, business_key=request.reference)


@dataclass(frozen=True)
class RenewLink(Command[str | None]):
    """Make a new link for a recipient who lost the page or the message. It is mailed if that is safe; what they typed
    stays.

    Return the address if it could not be mailed: the caller passes it on another safe way. Raise NotInForce if the person
    has taken back their consent to the request.
    """

    case_reference: str
    request_reference: str

    def permit(self, work: Work) -> None:
        require_proof_to_let_in(work, _permit(work, self.case_reference))

    def execute(self, work: Work) -> str | None:
        case, request = _open_request(work, self.case_reference, self.request_reference)
        if lacks_consent(work, case, request):
            raise NotInForce
        due_at = max(end_of(request.due_on), work.now) if request.due_on else work.now
        address = new_link(work, request, due_at + LINK_OUTLIVES_DUE, keep_drafts=True)
        models = work.instances.models(case.deployment_id)
        is_sent = send_address(work, case, models, request, address, due_at)
        work.record(case.id, "request_link_renewed", request.recipient_role, business_key=request.reference)
        return None if is_sent else address


def _permit(work: Work, case_reference: str) -> Case:
    return permit_case(work, case_reference, Action.MANAGE_LINK)


def _open_request(work: Work, case_reference: str, request_reference: str) -> tuple[Case, InformationRequest]:
    case = work.stores.cases.by_reference(case_reference)
    request = work.stores.requests.get(case.id, request_reference)
    # Hearing material never travels by link.
    if request.kind != "information" or not request.is_open or request.answered_at is not None:
        raise NotByLink
    return case, request
