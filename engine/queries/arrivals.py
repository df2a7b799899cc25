"""The register of a case: what has arrived, what it called for, how long it is kept, and what a new arrival would call for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from engine.casework.arrivals import setting_of
from engine.casework.hidden_documents import RegisteredDocument, document_in, hidden_in, is_cited, may_hide
from engine.casework.misfiled_arrivals import misfiled_in
from engine.casework.posted_letters import PostedLetter, letters_out
from engine.domain.arrivals import Arrival, ArrivalKind, ArrivalSetting, Misfiled, calls_for
from engine.domain.cases import Case
from engine.domain.hidden_documents import HiddenDocument
from engine.domain.people import CASE_STAFF
from engine.domain.policy import HEADS, Action
from engine.executor import Query, Work
from engine.executor.permissions import permit_case, require_role
from engine.queries.in_sight import PersonInSight, in_sight
from engine.queries.search import seen_by_reference
from engine.storage.attachments import Attachment
from engine.storage.parties import Party
from engine.storage.requests import InformationRequest
from engine.storage.retention import RetentionPlan
from engine.storage.sealing import SealingClass


@dataclass(frozen=True, slots=True)
class MovingArrival:
    """An arrival that was registered to another case by mistake, and is about to be registered here."""

    reference: str
    arrival: Arrival
    """A hidden one has no words here, and its file no name: they move unread."""
    file: Attachment | None
    is_cited: bool
    """A signed decision of that case names it: only a head may move it."""
    goes_past: bool
    """The reader is a head."""


@dataclass(frozen=True, slots=True)
class ArrivalsPage:
    case: Case
    arrivals: tuple[Arrival, ...]
    """The newest first."""
    files: Mapping[UUID, Attachment]
    setting: ArrivalSetting
    letters: tuple[PostedLetter, ...]
    """Those that left by post and have not come back, the newest first."""
    requests: tuple[InformationRequest, ...]
    parties: tuple[Party, ...]
    kept: RetentionPlan | None
    """Until when what arrived is kept; None as long as the case has no such day."""
    tasks: Mapping[str, UUID]
    """The open task of each request, and of each form."""
    may_register: bool
    may_settle: bool
    in_sight: PersonInSight
    moment: datetime
    person: str
    """The name of whose case it is; empty where it is sealed to the reader or not known."""
    moving: MovingArrival | None
    hidden: tuple[HiddenDocument, ...]
    """Registered in error, the newest first."""

    def calls(self, kind: ArrivalKind) -> str:
        """Return what a new arrival of this kind would call for; of a reply and returned post, in the likeliest case."""
        keys = {
            ArrivalKind.REPLY: tuple(sorted(self.setting.open_requests))
            or tuple(sorted(self.setting.ended_requests)),
            ArrivalKind.RETURNED: self.setting.returned_keys,
        }.get(kind, ())
        return calls_for(kind, self.setting, next(iter(keys), None)).value


@dataclass(frozen=True)
class OpenArrivals(Query[ArrivalsPage]):
    reference: str
    misfiled: tuple[str, UUID] | None = None
    """The case and the arrival that moves here from there."""

    def permit(self, work: Work) -> None:
        permit_case(work, self.reference, Action.ARRIVALS_PAGE)
        if self.misfiled is not None:
            permit_case(work, self.misfiled[0], Action.REGISTER_ARRIVAL)

    def execute(self, work: Work) -> ArrivalsPage:
        case = work.stores.cases.by_reference(self.reference)
        seen = in_sight(work, case)
        plans = work.stores.retention.of_case(case.id)
        is_open = not case.is_sealed_to(work.actor)
        requests = work.stores.requests.of_case(case.id) if is_open else ()
        return ArrivalsPage(
            case=case,
            arrivals=tuple(reversed(arrivals_of(work, case, marks=True))),
            files={each.id: each for each in work.stores.attachments.of_case(case.id)},
            setting=setting_of(work, case),
            letters=letters_out(work, case) if is_open and case.is_application else (),
            requests=tuple(each for each in requests if each.sent_at is not None),
            parties=seen.parties,
            kept=next((each for each in plans if each.sealing_class == SealingClass.NARRATIVE), None),
            tasks=_tasks(work, case),
            may_register=work.actor.person_id is not None and work.may(case, Action.REGISTER_ARRIVAL),
            may_settle=work.actor.person_id is not None and work.may(case, Action.SETTLE_ARRIVAL),
            in_sight=seen,
            moment=work.now,
            person=next((each.name for each in seen.parties if each.kind == "applicant"), ""),
            moving=self._moving(work),
            hidden=hidden_in(work, case) if is_open else (),
        )

    def _moving(self, work: Work) -> MovingArrival | None:
        if self.misfiled is None:
            return None
        wrong, arrival = misfiled_in(work, Misfiled(*self.misfiled, reason=""))
        files = work.stores.attachments
        file = files.find(arrival.attachment_id) if arrival.attachment_id else None
        cited = is_cited(work, wrong, RegisteredDocument((arrival,), None))
        if arrival.hidden_at:
            arrival, file = arrival.without_words, replace(file, name="", description="") if file else None
        return MovingArrival(self.misfiled[0], arrival, file, cited, work.actor.has(*HEADS))


def arrivals_of(work: Work, case: Case, *, marks: bool = False) -> tuple[Arrival, ...]:
    """Return the arrivals that the actor may read, oldest first. `marks`: also those in place of what moved elsewhere."""
    found = work.stores.arrivals.of_case(case.id, marks=marks)
    return tuple(each for each in found if not case.is_shut_to(work.actor, each.registered_at))


def _tasks(work: Work, case: Case) -> Mapping[str, UUID]:
    found: dict[str, UUID] = {}
    for each in work.stores.tasks.open_in(case.id):
        for name in (each.business_key, each.form_key):
            if name:
                found.setdefault(name, each.id)
    return found


@dataclass(frozen=True, slots=True)
class HidingPage:
    """A document that may be hidden, or one that is hidden already and may be shown again."""

    case: Case
    document: RegisteredDocument | None
    """None of a hidden one: its content is not shown here either."""
    file: Attachment | None
    hidden: HiddenDocument | None
    may_act: bool
    is_cited: bool
    """A signed decision names it: only a head may hide it."""
    goes_past: bool
    """The reader is a head."""
    in_sight: PersonInSight


@dataclass(frozen=True)
class OpenHiding(Query[HidingPage]):
    reference: str
    document_id: UUID

    def permit(self, work: Work) -> None:
        permit_case(work, self.reference, Action.ARRIVALS_PAGE)

    def execute(self, work: Work) -> HidingPage:
        case = work.stores.cases.by_reference(self.reference)
        document = document_in(work, case, self.document_id)
        files = {each.id: each for each in work.stores.attachments.of_case(case.id)}
        attached = (each.attachment_id for each in document.arrivals if each.attachment_id)
        ids = {self.document_id} | {each.id for each in document.arrivals}
        hidden = (each for each in hidden_in(work, case) if each.id in ids)
        return HidingPage(
            case,
            None if document.is_hidden else document,
            None if document.is_hidden else document.file or files.get(next(attached, case.id)),
            next(hidden, None) if document.is_hidden else None,
            may_hide(work, document),
            not document.is_hidden and is_cited(work, case, document),
            work.actor.has(*HEADS),
            in_sight(work, case),
        )


@dataclass(frozen=True)
class FindCaseOfArrival(Query[bool]):
    """Return True if the actor sees a case with this reference. One that does not exist and one that is hidden from them
    are answered alike; the log of the hidden one says that somebody met it."""

    reference: str

    def permit(self, work: Work) -> None:
        require_role(work, *CASE_STAFF)

    def execute(self, work: Work) -> bool:
        return bool(seen_by_reference(work, self.reference))
