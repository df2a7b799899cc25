"""Hide a document that was registered in error, so that nobody reads it, and show it again."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from engine.casework.arrivals import leave_to_read
from engine.casework.hidden_documents import (
    RegisteredDocument,
    document_in,
    keep_reason,
    require_hider,
    require_unused,
)
from engine.casework.misfiled_arrivals import MOVED_HERE
from engine.casework.target_pauses import end_pause, pause_again
from engine.clock import day_of
from engine.domain.arrivals import ArrivalKind
from engine.domain.cases import Case
from engine.domain.hidden_documents import HIDDEN, SHOWN, problem_of_reason
from engine.domain.policy import Action
from engine.errors import Invalid, NotFound
from engine.executor import Command, Work
from engine.executor.permissions import permit_case, require_person
from engine.storage.sealing import SealingClass

DOCUMENT_HIDDEN, DOCUMENT_SHOWN = "document_hidden", "document_shown"


@dataclass(frozen=True)
class HideDocument(Command[None]):
    """Hide a document that was registered to the wrong case or twice. Harmless if it is hidden already.

    A file without an arrival can be added to its own case at once; an arrival moves there (see RegisterArrival).
    """

    reference: str
    document_id: UUID
    """Of an arrival or of a file."""
    reason: str
    into: str = ""
    """The case to which the file belongs, if it is known."""
    though_cited: bool = False
    """A head knows that a signed decision names it."""

    def permit(self, work: Work) -> None:
        require_person(work)
        permit_case(work, self.reference, Action.HIDE_DOCUMENT)
        if self.into:
            permit_case(work, self.into, Action.ATTACH_FILE)

    def execute(self, work: Work) -> None:
        case = work.stores.cases.by_reference(self.reference)
        document = document_in(work, case, self.document_id)
        require_hider(work, document)
        if document.is_hidden:
            return
        problem = problem_of_reason(self.reason)
        if problem is not None:
            raise problem
        work.save_case(case)
        require_unused(work, case, document, though_cited=self.though_cited)
        if self.into:
            self._add_to_its_own(work, case, document)
        for each in document.arrivals:
            work.stores.arrivals.hide(each, work.now)
        if document.file is not None:
            work.stores.attachments.hide(document.file.id, work.now)
        pause_again(work, case)
        keep_reason(work, case, document, HIDDEN, self.reason)
        work.record(case.id, DOCUMENT_HIDDEN)

    def _add_to_its_own(self, work: Work, case: Case, document: RegisteredDocument) -> None:
        own = work.stores.cases.by_reference(self.into)
        if own.id == case.id:
            raise Invalid("Asiakirja on jo tässä asiassa. Valitse asia, johon se kuuluu.", field="into")
        if document.file is None or document.arrivals:
            raise NotFound
        is_kept = work.stores.vault.takes(own.id, SealingClass.NARRATIVE)
        if own.is_shut_to(work.actor, work.now) or not is_kept:
            raise Invalid("Asian sisältö on sinetöity. Siihen ei lisätä tiedostoja.", field="into")
        work.save_case(own)
        end_pause(work, own)
        # A decision signed there before today did not have it: somebody reads it, as what moves with its arrival. The
        # register has the day on which it came to the house.
        leave_to_read(
            work,
            own,
            ArrivalKind.OTHER,
            way="",
            arrived_on=day_of(document.file.created_at),
            attachment_id=work.stores.attachments.copy(document.file.id, own.id, work.now),
            about=document.file.description or document.file.name,
        )
        work.record(own.id, MOVED_HERE, ArrivalKind.OTHER.value)


@dataclass(frozen=True)
class ShowDocument(Command[None]):
    """Show a document again that was hidden by mistake. What it called for waits again, if it did."""

    reference: str
    document_id: UUID
    reason: str

    def permit(self, work: Work) -> None:
        require_person(work)
        permit_case(work, self.reference, Action.SHOW_DOCUMENT)

    def execute(self, work: Work) -> None:
        case = work.stores.cases.by_reference(self.reference)
        document = document_in(work, case, self.document_id)
        require_hider(work, document)
        if not document.is_hidden:
            return
        problem = problem_of_reason(self.reason)
        if problem is not None:
            raise problem
        work.save_case(case)
        for each in document.arrivals:
            work.stores.arrivals.show(each)
        if document.file is not None:
            work.stores.attachments.show(document.file.id)
        end_pause(work, case)
        keep_reason(work, case, document, SHOWN, self.reason)
        work.record(case.id, DOCUMENT_SHOWN)
