"""Everything known in a case, for those who work with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import RowMapping

from engine.bpmn.element_names import Names
from engine.casework.appeals import is_open as is_appeal_open
from engine.casework.appeals import is_sent_back
from engine.casework.awaited_messages import awaited_messages
from engine.casework.birth_dates import outdated_in
from engine.casework.case_dates import is_of_siblings
from engine.casework.child_in_application import words_of_child
from engine.casework.clienthood import clienthood_of
from engine.casework.consents_to_ask import in_force_by_name
from engine.casework.contact_channels import open_ways, reached
from engine.casework.court_rulings import CourtRuling, overruled, own_rulings, rulings
from engine.casework.decision_corrections import corrected
from engine.casework.hidden_documents import hidden_in
from engine.casework.overtaken_decisions import Overtaken, Unsettled, overtaken, unsettled
from engine.casework.own_access import reading_of
from engine.casework.party_changes import is_paused_by_report
from engine.casework.posted_letters import returned_from
from engine.casework.taken_back import may_take_back
from engine.clock import day_of
from engine.domain.arrivals import Arrival
from engine.domain.cases import Case
from engine.domain.clienthood import Clienthood
from engine.domain.code_calls import PROFESSIONALS, CodeCall
from engine.domain.consents import Consent, names_one_of_many
from engine.domain.deadlines import Deadline
from engine.domain.hidden_documents import HiddenDocument
from engine.domain.meetings import Meeting
from engine.domain.notes import NoteThread, threads
from engine.domain.own_reading import OwnReading
from engine.domain.people import Person
from engine.domain.policy import Action
from engine.domain.tasks import UserTask
from engine.errors import NotFound, Unsealable
from engine.executor import Query, Work
from engine.executor.permissions import (
    permit_case,
    require_action,
    require_scope,
)
from engine.feel.values import from_json
from engine.instances import CompiledModels
from engine.models.bundle import FINNISH
from engine.operations.asking import channel_of
from engine.queries.arrivals import arrivals_of
from engine.queries.code_calls import code_calls_of, codes_to_read_in
from engine.queries.departures import KnownDeparture, departure_in
from engine.queries.meetings import meetings_of
from engine.queries.notes import notes_of, unheard_statements
from engine.queries.relations import Relations, awaited_by_children, relations_of
from engine.queries.warnings_of_cases import KnownDanger, danger_in
from engine.storage.attachments import Attachment
from engine.storage.call_wishes import CallWish
from engine.storage.corrections import Correction
from engine.storage.documents import Document
from engine.storage.links import Link
from engine.storage.parties import Party
from engine.storage.requests import InformationRequest as InformationRequest
from engine.storage.requests import answer_code, receipt_number
from engine.storage.resolutions import Delivery, DeniedDecision, OralDecision
from engine.storage.resolutions import Resolution as Resolution
from engine.storage.submissions import Submission as Submission
from engine.storage.timeline import CaseEvent as CaseEvent
from engine.storage.withheld_messages import Withheld


@dataclass(frozen=True, slots=True)
class CaseFile:
    case: Case
    parent: Case | None
    is_of_siblings: bool
    """The case that this one was opened from is a child's too: siblings who applied without a parent."""
    children: tuple[Case, ...]
    waiting_children: tuple[Case, ...]
    """Those of the children's cases whose prepared decision waits for the outcome of this one."""
    relations: Relations
    """Cases that it was linked with, or is handled together with."""
    enquiry_id: UUID | None
    """Of a notice's own case: the enquiry that gave reason for it."""
    models: CompiledModels
    names: Names
    """The names in diagrams, in the reader's language."""
    caseworker: Person | None
    parties: tuple[Party, ...]
    is_sealed: bool
    """Content is sealed to the reader: what is missing here is not unknown."""
    consents: tuple[Consent, ...]
    consents_in_force: frozenset[UUID]
    """Those that hold and can be taken back."""
    named_in_consents: Mapping[UUID, str]
    """By consent, or refusal, that others are asked: the words that name whom."""
    tasks: tuple[UserTask, ...]
    requests: tuple[InformationRequest, ...]
    ways_to_ask: Mapping[str, str]
    """By request that has not left the way in which it is asked: a link without an address is a question asked aloud."""
    answer_codes: Mapping[UUID, str]
    """By request to the person: the code that reaches them another way than the link. A professional's is taken to be
    read aloud, never shown here (906/2019 14 §)."""
    code_calls: Mapping[UUID, tuple[CodeCall, ...]]
    """By request to a professional: the calls in which its code was to be read."""
    codes_to_read: frozenset[UUID]
    """Requests whose link stays shut until somebody has read its code aloud."""
    links: Mapping[UUID, Link]
    """By request: its newest link."""
    receipt_numbers: Mapping[UUID, str]
    """By answered request: the number its recipient may quote."""
    deadlines: tuple[Deadline, ...]
    submissions: tuple[Submission, ...]
    words_of_child: tuple[Submission, ...]
    """Words about this child in the application of the case from which theirs was opened; empty for a reader who may not open it."""
    danger: KnownDanger | None
    departure: KnownDeparture | None
    corrections: tuple[Correction, ...]
    """Of parties and submissions, oldest first."""
    notes: tuple[NoteThread, ...]
    """The one with the newest word first."""
    arrivals: tuple[Arrival, ...]
    """Oldest first."""
    hidden_documents: tuple[HiddenDocument, ...]
    """Registered in error, the newest first: what the register keeps of them."""
    came_back: Mapping[UUID, date]
    """By party: the day on which post came back from the address that they have today."""
    meetings: tuple[Meeting, ...]
    """In the order in which they begin."""
    oral_decisions: tuple[OralDecision, ...]
    denied_decisions: tuple[DeniedDecision, ...]
    """Written down in a call as decided, and denied by their giver."""
    resolutions: tuple[Resolution, ...]
    deliveries: tuple[Delivery, ...]
    documents: tuple[Document, ...]
    attachments: tuple[Attachment, ...]
    timeline: tuple[CaseEvent, ...]
    withheld: tuple[Withheld, ...]
    """Messages that never left, because their way had become unsafe."""
    element_runs: tuple[RowMapping, ...]
    call_wish: CallWish | None
    """A call that the person asked for and nobody has made."""
    clienthood: Clienthood | None
    """None for who was never admitted."""
    held_until: date | None
    """The last day of a legal hold in force."""
    awaited: tuple[tuple[str, str | None], ...]
    """Messages that the case would take now: name and business key."""
    may_take_back: bool
    """A withdrawal is asked about or lapses the case, and its decision is not signed."""
    return_reasons: Mapping[UUID, str]
    """By resolution: why it was sent back to its preparer."""
    rulings: Mapping[str, CourtRuling]
    """By appeal: what the court decided."""
    own_rulings: Mapping[str, CourtRuling]
    """By appeal: what was decided on the authority's own appeal that followed."""
    overruled: Mapping[UUID, CourtRuling]
    """By resolution: the ruling that annulled, returned or changed it."""
    overtaken: Mapping[UUID, Overtaken]
    """By signed decision: how it ceased to stand."""
    unsettled: Unsettled | None
    """The decision that a ruling restored, and the one made meanwhile, until somebody settles what becomes of that."""
    outdated: frozenset[UUID]
    """Documents that carry a birth date which was corrected since."""
    is_appealed: bool
    """An appeal, the authority's own too, is on its way or with a court."""
    is_sent_back: bool
    """True from a court's annulling or returning the decision until the new one is signed: no outcome is in force."""
    people: Mapping[UUID, str]
    own_reading: OwnReading
    """True if the person may read their own case online."""
    moment: datetime

    @property
    def applicant(self) -> Party | None:
        return next((party for party in self.parties if party.kind == "applicant"), None)

    @property
    def unreached(self) -> frozenset[str]:
        """References of requests that never reached the person: nobody waits for an answer by their day."""
        return frozenset(
            str(each.business_key) for each in self.deadlines if each.is_open and is_paused_by_report(each)
        )

    @property
    def are_requests_paused(self) -> bool:
        """Return True while requests stand still until a withdrawal is confirmed with the person."""
        kinds = [each.kind for each in self.timeline if each.kind in ("requests_paused", "requests_resumed")]
        return bool(kinds) and kinds[-1] == "requests_paused"

    @property
    def has_agreed(self) -> bool:
        """Return True while a meeting or a contact is agreed: a closed case too comes back for it."""
        of_notes = (note for thread in self.notes for note in (thread.first, *thread.further))
        return any(each.is_booked for each in self.meetings) or any(each.is_open for each in of_notes)

    @property
    def is_left_open(self) -> bool:
        """Return True while a day of the case beside its tasks and the ledger is open (`engine/storage/owed_days.py`)."""
        return self.has_agreed or self.call_wish is not None or any(each.is_open for each in self.arrivals)

    @property
    def corrected(self) -> Mapping[UUID, Resolution]:
        """Return by decision what it was corrected with."""
        return corrected(self.resolutions)

    @property
    def unheard(self) -> tuple[NoteThread, ...]:
        """Return the statements about which the notes do not say that the person was heard (434/2003 34 §)."""
        return unheard_statements(self.case, self.notes, self.parties)

    @property
    def reached(self) -> Party | None:
        """The person to contact in the case: the applicant, or the party who speaks for a child; None if there is none."""
        return reached(self.parties, day_of(self.moment))

    @property
    def open_ways(self) -> frozenset[str]:
        """The ways by which this person may be contacted today."""
        return open_ways(self.parties, day_of(self.moment))

    def named(self, names: Names) -> CaseFile:
        """Return the file, read in Finnish, with the names of its tasks in another language."""
        tasks = tuple(replace(each, name=names.of(each.name)) for each in self.tasks)
        return replace(self, names=names, tasks=tasks)


def read_case_file(work: Work, case: Case) -> CaseFile:
    """Gather the file of a case, with Finnish names. The caller has checked that the actor may open it."""
    stores = work.stores
    people = {person.id: person for person in stores.people.all()}
    requests = stores.requests.of_case(case.id)
    family = stores.cases.family_of(case, work.actor)
    is_open = not case.is_sealed_to(work.actor)
    resolutions = tuple(
        each
        for each in stores.resolutions.of_case(case.id)
        if not case.is_shut_to(work.actor, each.prepared_at)
    )
    submissions = _submissions(work, case)
    timeline = stores.timeline.of_case(case.id)
    ruled, own_ruled = rulings(timeline, submissions), own_rulings(timeline, submissions)
    return CaseFile(
        case=case,
        parent=next((each for each in family if each.id == case.parent_id), None),
        is_of_siblings=case.parent_id is not None and is_of_siblings(work, case.parent_id),
        children=tuple(each for each in family if each.parent_id == case.id),
        waiting_children=awaited_by_children(work, (case.id,)).get(case.id, ()),
        relations=relations_of(work, case),
        enquiry_id=None if case.is_application else stores.enquiries.id_of_notice_case(case.id),
        models=work.instances.models(case.deployment_id),
        names=FINNISH,
        caseworker=people.get(case.caseworker_id) if case.caseworker_id else None,
        parties=stores.parties.of_case(case.id) if is_open else (),
        is_sealed=not is_open,
        consents=(consents := stores.consents.of_case(case.id)),
        consents_in_force=in_force_by_name(consents, notes := stores.consents.notes_of(case.id)),
        named_in_consents=_named(consents, notes) if is_open else {},
        tasks=stores.tasks.open_in(case.id),
        requests=requests if is_open else (),
        ways_to_ask={each.reference: channel_of(work, case, each) for each in requests if _is_unsent(each)}
        if is_open
        else {},
        answer_codes={
            request.id: answer_code(stores.root, request.id)
            for request in requests
            if request.is_open and is_open and request.recipient_role not in PROFESSIONALS
        },
        code_calls=code_calls_of(work, case, requests) if is_open else {},
        codes_to_read=codes_to_read_in(work, requests) if is_open else frozenset(),
        links=_links(work, requests) if is_open else {},
        receipt_numbers={
            each.id: receipt_number(stores.root, each) for each in requests if each.answered_at and is_open
        },
        deadlines=stores.deadlines.of_case(case.id),
        submissions=submissions,
        words_of_child=words_of_child(work, case) if is_open else (),
        danger=danger_in(work, case, submissions),
        departure=departure_in(work, case, submissions),
        corrections=stores.corrections.of_case(case.id) if is_open else (),
        notes=threads(notes_of(work, case)),
        arrivals=arrivals_of(work, case),
        hidden_documents=hidden_in(work, case) if is_open else (),
        came_back=_came_back(work, case) if is_open else {},
        meetings=meetings_of(work, case),
        oral_decisions=stores.oral_decisions.of_case(case.id) if is_open else (),
        denied_decisions=stores.oral_decisions.denied_of_case(case.id) if is_open else (),
        resolutions=resolutions,
        deliveries=stores.deliveries.of_case(case.id),
        documents=tuple(
            each
            for each in stores.documents.of_case(case.id)
            if not case.is_shut_to(work.actor, each.created_at)
        ),
        attachments=tuple(
            each
            for each in stores.attachments.of_case(case.id)
            if not case.is_shut_to(work.actor, each.created_at)
        ),
        timeline=timeline,
        withheld=stores.withheld_messages.of_case(case.id),
        element_runs=stores.element_runs.of_case(case.id),
        call_wish=stores.call_wishes.open_of(case.id),
        clienthood=clienthood_of(work, case),
        held_until=work.stores.legal_holds.held((case.id,), work.today).get(case.id),
        awaited=awaited_messages(work, case),
        may_take_back=may_take_back(work, case),
        return_reasons={each.id: stores.resolutions.return_reason(each) or "" for each in resolutions},
        rulings=ruled,
        own_rulings=own_ruled,
        overruled=overruled(resolutions, ruled, timeline),
        overtaken=overtaken(resolutions, ruled, own_ruled, timeline),
        unsettled=unsettled(resolutions, ruled, own_ruled, timeline),
        outdated=outdated_in(work, case) if is_open else frozenset(),
        is_appealed=is_appeal_open(work, case),
        is_sent_back=is_sent_back(work, case),
        people={person.id: person.name for person in people.values()},
        own_reading=reading_of(work, case),
        moment=work.now,
    )


def _named(consents: Sequence[Consent], notes: Mapping[UUID, str]) -> dict[UUID, str]:
    named = (each.id for each in consents if names_one_of_many(each))
    return {consent_id: notes[consent_id] for consent_id in named if consent_id in notes}


def _is_unsent(request: InformationRequest) -> bool:
    return request.kind == "information" and request.sent_at is None


def _came_back(work: Work, case: Case) -> Mapping[UUID, date]:
    found = {each.id: returned_from(work, case, each) for each in work.stores.parties.of_case(case.id)}
    return {party_id: post.on for party_id, post in found.items() if post is not None}


def _links(work: Work, requests: tuple[InformationRequest, ...]) -> dict[UUID, Link]:
    found = {
        each.id: work.stores.links.of_request(each.id) for each in requests if each.kind == "information"
    }
    return {request_id: links[-1] for request_id, links in found.items() if links}


def _submissions(work: Work, case: Case) -> tuple[Submission, ...]:
    """Return the submissions that the actor may read, with answers as values: dates are dates, not text."""
    found = work.stores.submissions.of_case(case.id)
    read = (each for each in found if not case.is_shut_to(work.actor, each.sent_at))
    return tuple(replace(each, answers=from_json(dict(each.answers))) for each in read)


@dataclass(frozen=True)
class OpenCaseFile(Query[CaseFile]):
    """Return the file of a case. Raise NotFound both for a case that does not exist and for one that the actor may not see."""

    reference: str
    language: str = "fi"

    def permit(self, work: Work) -> None:
        require_scope(work, "cases:read")
        permit_case(work, self.reference, Action.CASE_FILE)

    def execute(self, work: Work) -> CaseFile:
        file = read_case_file(work, work.stores.cases.by_reference(self.reference))
        return file.named(work.instances.names(self.language))


@dataclass(frozen=True)
class ReadDocument(Query[tuple[Document, bytes]]):
    """Return a document of a case with its content. Opening it is logged."""

    document_id: UUID

    def permit(self, work: Work) -> None:
        require_scope(work, "documents:read")
        require_action(work, Action.READ_DOCUMENT)
        document = work.stores.documents.find(self.document_id)
        case = work.open_case_of(document.case_id if document else None, Action.READ_DOCUMENT)
        if document is None or case.is_shut_to(work.actor, document.created_at):
            raise NotFound

    def execute(self, work: Work) -> tuple[Document, bytes]:
        try:
            return work.stores.documents.read(self.document_id)
        except Unsealable:
            # Its key was destroyed with the day of its class: what is erased is not there.
            raise NotFound from None
