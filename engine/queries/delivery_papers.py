"""Papers of a delivery as a person posts or hands them over: documents, envelope, the days that follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from engine.casework.appeals import ADMISSION, REMOVAL
from engine.casework.contact_channels import address_of, post_is_safe, receiver_of, receives_no_more, served
from engine.casework.decision_corrections import in_service, instructed, reached_with
from engine.casework.lost_ways import power_ended_on, unsafe_since
from engine.casework.paper_readers import moved_request, reader_of_paper, request_behind, request_of
from engine.casework.postal_addresses import ADDRESS, lacks_address
from engine.casework.posted_letters import returned_from
from engine.casework.posting import POSTING
from engine.casework.withdrawals import lacks_consent, unnotified_since
from engine.clock import day_of
from engine.domain.appeals import appeal_period
from engine.domain.calendar import end_of
from engine.domain.cases import Case
from engine.domain.law import PRESUMED_SERVICE_DAYS
from engine.domain.policy import Action
from engine.domain.tasks import OPEN, UserTask
from engine.executor import Query, Work
from engine.executor.permissions import permit_task, require_scope
from engine.operations.papers import AUTHORITIES
from engine.storage.documents import Document
from engine.storage.parties import Party
from engine.storage.resolutions import Delivery

POSTED, CHOOSING, HANDING = "post_letter", "choose_delivery_way", "record_delivery"
UNREACHED = "no_safe_service"
FORMS = frozenset({POSTED, POSTING, CHOOSING, HANDING, UNREACHED})


@dataclass(frozen=True, slots=True)
class Envelope:
    """A plain envelope: a neutral address for what comes back, the recipient, and no word of the authority."""

    sender: tuple[str, ...]
    recipient: tuple[str, ...]
    is_safe: bool
    """False when post has become unsafe since the letter was made: it stays here."""
    lacks_address: bool = False
    """The reader is a party without an address: it does not leave by post."""
    has_address: bool = True
    came_back_on: date | None = None
    """The day on which post came back from this address; None if none did."""


@dataclass(frozen=True, slots=True)
class SealedRecipient:
    """The recipient of a paper in a case whose content is sealed to the reader, who hands it over and sees the ways to this one
    person while the task is theirs."""

    party: Party
    unsafe: tuple[Party, ...]
    """Those through whom nothing may go."""
    came_back_on: date | None
    """The day on which post came back from their address; None if none did."""


@dataclass(frozen=True, slots=True)
class DeliveryPapers:
    papers: tuple[Document, ...]
    """In the order of the envelope: the recipient's own paper first."""
    signed_on: date | None
    envelope: Envelope | None
    presumed_on: date | None
    """If it were posted today."""
    appeal_until: date | None
    """If it were posted today, and nothing else is shown; none where no appeal lies."""
    barred: str = ""
    """Why nothing is shown to print: the recipient has been marked ``unsafe``, or has ``ceased`` to speak for the person."""
    is_stopped: bool = False
    """The consent with which it asks has been withdrawn: it is not sent, and nothing is shown to print."""
    sealed_recipient: SealedRecipient | None = None


@dataclass(frozen=True)
class ReadDeliveryPapers(Query[DeliveryPapers | None]):
    """Return None for a task that neither posts nor hands over anything, nor chooses a way after post that came back or in a
    sealed case, and for one that is done."""

    task_id: UUID

    def permit(self, work: Work) -> None:
        require_scope(work, "tasks:read")
        permit_task(work, self.task_id, Action.READ_DELIVERY_PAPERS)

    def execute(self, work: Work) -> DeliveryPapers | None:
        case, task = work.task(self.task_id)
        if task.form_key not in FORMS or task.state not in OPEN:
            return None
        if task.form_key == POSTING:
            return _papers_beside(work, case, task)
        if task.form_key in (CHOOSING, UNREACHED):
            return _way_to_choose(work, case, task)
        delivery = work.stores.deliveries.latest(case.id, task.business_key)
        if delivery is None:
            return None
        barred = _barred(work, case, task)
        if barred:
            return DeliveryPapers((), None, None, None, None, barred=barred)
        return _papers(work, case, task, delivery)


def _way_to_choose(work: Work, case: Case, task: UserTask) -> DeliveryPapers | None:
    """Return the envelope that came back, and the recipient where the content is sealed; None if there is neither."""
    envelope = _envelope(work, case, task) if task.form_key == CHOOSING else None
    returned = envelope if envelope is not None and envelope.came_back_on is not None else None
    sealed = _sealed_recipient(work, case, task)
    if returned is None and sealed is None:
        return None
    return DeliveryPapers((), None, returned, None, None, sealed_recipient=sealed)


def _barred(work: Work, case: Case, task: UserTask) -> str:
    if task.form_key == HANDING and unsafe_since(work, case, task.business_key) is not None:
        return "unsafe"
    if task.form_key == HANDING and power_ended_on(work, case, task.business_key) is not None:
        return "ceased"
    return "ceased" if receives_no_more(work, case, task.business_key, work.today) else ""


def _papers(work: Work, case: Case, task: UserTask, delivery: Delivery) -> DeliveryPapers:
    resolutions = work.stores.resolutions.of_case(case.id)
    resolution = reached_with(resolutions, delivery)
    decided = next((each.kind for each in resolutions if each.id == delivery.resolution_id), "")
    wanted = [delivery.document_id, resolution.document_id if resolution else None]
    if decided in (ADMISSION, REMOVAL):
        decision = instructed(work, case, decided)
        new = in_service(work, case, kind=decided)
        # The instructions in the decision are faulty: those in force go with it.
        wanted += [new.document_id] if new and decision and decision.id == delivery.resolution_id else []
    documents = {each.id: each for each in work.stores.documents.of_case(case.id)}
    signed_at = resolution.signed_at if resolution else None
    is_letter = task.form_key == POSTED and delivery.channel == "letter"
    presumed_on = work.today + timedelta(days=PRESUMED_SERVICE_DAYS) if is_letter else None
    is_appealable = decided in (ADMISSION, REMOVAL)
    return DeliveryPapers(
        papers=tuple(
            documents[each] for each in dict.fromkeys(wanted) if each is not None and each in documents
        ),
        signed_on=day_of(signed_at) if signed_at else None,
        envelope=_envelope(work, case, task) if task.form_key == POSTED else None,
        presumed_on=presumed_on,
        appeal_until=_appeal_until(case, presumed_on) if presumed_on and is_appealable else None,
        sealed_recipient=_sealed_recipient(work, case, task),
    )


def _sealed_recipient(work: Work, case: Case, task: UserTask) -> SealedRecipient | None:
    """Return the recipient to the one who has the task and hands over, or chooses a way. A letter has its envelope."""
    is_theirs = task.assignee_id is not None and task.assignee_id == work.actor.person_id
    if (
        task.form_key not in (HANDING, CHOOSING, UNREACHED)
        or not is_theirs
        or not case.is_sealed_to(work.actor)
    ):
        return None
    party = receiver_of(work, case, task.business_key)
    if party is None or _takes_nothing(work, case, task, party):
        return None
    came_back = returned_from(work, case, party)
    unsafe = tuple(each for each in work.stores.parties.of_case(case.id) if each.is_unsafe)
    return SealedRecipient(party, unsafe, came_back.on if came_back else None)


def _takes_nothing(work: Work, case: Case, task: UserTask, party: Party) -> bool:
    """True of one who is dangerous, or speaks for the person no more: no way to them is shown."""
    has_ceased = receives_no_more(work, case, task.business_key, work.today)
    return party.is_unsafe or has_ceased or power_ended_on(work, case, task.business_key) is not None


def _envelope(work: Work, case: Case, task: UserTask) -> Envelope:
    party = served(work, case, task.business_key)
    address = address_of(work, case, task.business_key)
    is_safe = post_is_safe(work, case, task.business_key)
    return _plain(work, case, party, party.name if party else "", address, is_safe=is_safe)


def _plain(
    work: Work, case: Case, party: Party | None, name: str, address: str, *, is_safe: bool
) -> Envelope:
    came_back = returned_from(work, case, party)
    lines = [line.strip() for line in address.replace("\n", ",").split(",")]
    if lines and _is_name(lines[0], name):
        lines = lines[1:]
    return Envelope(
        sender=tuple(line.strip() for line in work.settings.authority.return_address.split(",")),
        recipient=tuple(each for each in (name, *lines) if each),
        is_safe=is_safe,
        lacks_address=lacks_address(party),
        has_address=bool(address.strip()),
        came_back_on=came_back.on if came_back else None,
    )


def _is_name(line: str, name: str) -> bool:
    """Return True if an address begins with its own reader's name, in any order and without every given name."""
    words = frozenset(line.casefold().split())
    return len(words) > 1 and words <= frozenset(name.casefold().split())


def _papers_beside(work: Work, case: Case, task: UserTask) -> DeliveryPapers | None:
    """Return the letter beside a decision, with the envelope of its reader: a party, or who is asked."""
    scope = work.instances.scope_of(case, task.instance_id, task.task_key)
    request = request_of(work, case, scope)
    stopping = request or moved_request(work, case, scope)
    is_stopped = (
        lacks_consent(work, case, stopping)
        if stopping is not None
        else unnotified_since(work, case, str(scope.get("notice") or "")) is not None
    )
    if is_stopped:
        return DeliveryPapers((), None, None, None, None, is_stopped=True)
    wanted = scope.get("request_letter") if request is not None else scope.get("notice_document")
    reader = reader_of_paper(work, case, scope)
    party, is_safe = reader.party, reader.post_is_safe
    if request is None and reader.role == "police":
        # It goes to an authority by a protected way, in no plain envelope; the page shows the document.
        return None
    if party is not None:
        address, name = str(party.contact.get(ADDRESS) or ""), party.name
    else:
        about = request or request_behind(work, case, str(scope.get("notice_id") or ""))
        named = (
            about.recipient if about is not None else {"name": AUTHORITIES.get(reader.role, "").capitalize()}
        )
        address, name = str(named.get("contact") or ""), str(named.get("name") or "")
    return DeliveryPapers(
        papers=tuple(each for each in work.stores.documents.of_case(case.id) if str(each.id) == wanted),
        signed_on=None,
        envelope=_plain(work, case, party, name, address if is_safe else "", is_safe=is_safe),
        presumed_on=work.today + timedelta(days=PRESUMED_SERVICE_DAYS)
        if request is not None and request.kind == "hearing"
        else None,
        appeal_until=None,
    )


def _appeal_until(case: Case, served_on: date) -> date | None:
    """Return the last day of a period that has not begun: as it will stand when that day has come."""
    return appeal_period(case.id, case.id, served_on=served_on, now=end_of(served_on)).due_on
