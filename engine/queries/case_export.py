"""A case taken out whole, as JSON: everything recorded in it. `docs/reference/case-export.md` documents it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from enum import Enum
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Table, select

from engine.casework.appeals import is_sent_back
from engine.casework.clienthood import clienthood_of
from engine.domain.access_reasons import EXPORT_PURPOSES
from engine.domain.arrivals import Arrival
from engine.domain.cases import Case, Outcome
from engine.domain.clienthood import Clienthood
from engine.domain.code_calls import CodeCall
from engine.domain.consents import Consent
from engine.domain.deadlines import Deadline
from engine.domain.given_copies import GivenCopy
from engine.domain.meetings import Meeting
from engine.domain.notes import Note
from engine.domain.people import Person
from engine.domain.policy import Action
from engine.domain.tasks import UserTask
from engine.errors import Invalid, Unsealable
from engine.executor import Query, Work
from engine.executor.permissions import permit_case
from engine.storage.attachments import Attachment
from engine.storage.corrections import Correction
from engine.storage.documents import Document
from engine.storage.evaluations import DecisionEvaluation
from engine.storage.incidents import Incident
from engine.storage.links import Link
from engine.storage.outbox import QueuedMessage
from engine.storage.parties import Party
from engine.storage.requests import MAILBOXES, InformationRequest
from engine.storage.resolutions import Delivery, OralDecision, Resolution
from engine.storage.retention import RetentionPlan
from engine.storage.rows import value_of
from engine.storage.submissions import StoredApplication, Submission
from engine.storage.tables.cases import DISQUALIFICATIONS
from engine.storage.tables.moves import CASE_MOVES
from engine.storage.tables.processes import ELEMENT_RUNS, INCIDENTS, INSTANCES
from engine.storage.tables.readings import READING_CHOICES
from engine.storage.timeline import CaseEvent

FORMAT: Final = "vireille-case/1"
ACTION: Final = "export_case"


@dataclass(frozen=True, slots=True)
class Milestone:
    """A word of the guardrails that the case has reached. Also an event, `milestone_reached`."""

    name: str
    at: datetime
    element_id: str | None
    """The diagram's element behind which it stands."""
    business_key: str | None
    """The request or the recipient that it concerns; null for the case's own."""


@dataclass(frozen=True, slots=True)
class SentBack:
    """A resolution that a signer sent back to its preparer."""

    resolution_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class ExportedInstance:
    """A run of a process in the case."""

    id: UUID
    deployment_id: UUID
    process_key: str
    state: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ConsentNote:
    """A text beside an entry of the consent ledger: how the talk went, why the will was free."""

    consent_id: UUID
    note: str


@dataclass(frozen=True, slots=True)
class ElementRun:
    """One passage of the case through an element of a diagram."""

    instance_id: UUID
    process_id: str
    element_id: str
    path: str
    """The calls through which the case came there."""
    kind: str
    state: str
    role: str | None
    business_key: str | None
    ready_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Disqualification:
    """A member of staff who sees nothing of the case (434/2003 27-30 §)."""

    person_id: UUID
    reason: str | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ReadingChoice:
    """The last word on whether the person may read the case online."""

    is_open: bool
    chosen_by: UUID | None
    """Null: the person's own choice."""
    chosen_at: datetime


@dataclass(frozen=True, slots=True)
class CaseMove:
    """The case was asked to go on in another version of the models."""

    from_deployment_id: UUID
    state: str
    reasons: Any
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class CaseExport:
    """Everything recorded in one case. Lists are in the order in which things were recorded."""

    format: str
    """Name and number of this format."""
    case: Case
    outcome_in_force: Outcome | None
    """Null before a decision and once a court has annulled or returned it, until the new one is signed."""
    annulled_outcome: Outcome | None
    """The one that a court has annulled or returned and no other has replaced yet; `case.outcome` still names it."""
    deployment_number: int
    """The number of the version of the models it runs on."""
    parent_reference: str | None
    """Of a child's case: the reference of the parent's."""
    child_references: tuple[str, ...]
    application: StoredApplication | None
    """The application that opened the case; a child's own case has none."""
    parties: tuple[Party, ...]
    """Those who have been removed too. The address of a party under turvakielto (661/2009 36-37 §) is left out."""
    corrections: tuple[Correction, ...]
    """Changes of parties, corrections of records and clarifications, oldest first: before and after."""
    notes: tuple[Note, ...]
    """Written down by staff: statements that may matter (434/2003 42 §), contacts, working notes. The person may read them."""
    arrivals: tuple[Arrival, ...]
    """The register of what arrived (906/2019 25-26 §); the document of each is among `attachments`."""
    meetings: tuple[Meeting, ...]
    """Booked, moved, cancelled, held or missed. No place is named in a case in which somebody is under turvakielto."""
    consents: tuple[Consent, ...]
    """The consent ledger."""
    consent_notes: tuple[ConsentNote, ...]
    submissions: tuple[Submission, ...]
    """Every form that was handed in, with its answers; `docs/reference/answers.md` lists the questions."""
    requests: tuple[InformationRequest, ...]
    """Information requests and hearings."""
    links: tuple[Link, ...]
    """Links by which requests are answered, without what opens them."""
    code_calls: tuple[CodeCall, ...]
    """Calls in which the code of a request was to be read aloud: to which number, and from which source it was (906/2019 14 §)."""
    oral_decisions: tuple[OralDecision, ...]
    resolutions: tuple[Resolution, ...]
    """Written decisions, each in every round of its preparation."""
    sent_back: tuple[SentBack, ...]
    deliveries: tuple[Delivery, ...]
    """Attempts to serve a document on a party."""
    documents: tuple[Document, ...]
    given_copies: tuple[GivenCopy, ...]
    """Copies of the file given out: to whom, on which ground, and what was withheld on which provision."""
    attachments: tuple[Attachment, ...]
    deadlines: tuple[Deadline, ...]
    messages: tuple[QueuedMessage, ...]
    """Messages of the outbox."""
    tasks: tuple[UserTask, ...]
    """Every task for a person there has been, open or not."""
    milestones: tuple[Milestone, ...]
    events: tuple[CaseEvent, ...]
    """The timeline."""
    instances: tuple[ExportedInstance, ...]
    element_runs: tuple[ElementRun, ...]
    """The way of the case through the diagrams."""
    decision_evaluations: tuple[DecisionEvaluation, ...]
    incidents: tuple[Incident, ...]
    disqualifications: tuple[Disqualification, ...]
    clienthood: Clienthood | None
    """From an admission, oral or written, until a removal (746/2011 38 f §); null for who was never a client."""
    retention: tuple[RetentionPlan, ...]
    reading_choice: ReadingChoice | None
    moves: tuple[CaseMove, ...]
    people: tuple[Person, ...] = ()
    """Staff whose ids stand anywhere in the case, as they are today."""


LEFT_OUT: Final[Mapping[type, frozenset[str]]] = {
    Link: frozenset({"key_hash"}),
    StoredApplication: frozenset({"is_referrers_code"}),
    Person: frozenset({"email", "phone", "language", "absences", "has_shortcuts"}),
}
"""Fields of values that say nothing of the case, or would open something."""
COMPUTED: Final[Mapping[type, tuple[str, ...]]] = {
    Party: ("name",),
    Deadline: ("started_at", "due_on", "due_at"),
}
"""Properties that are exported beside the fields."""


def names_of(kind: type) -> tuple[str, ...]:
    """Return the keys under which a value of this kind is exported."""
    own = (each.name for each in fields(kind))
    return (*(name for name in own if name not in LEFT_OUT.get(kind, ())), *COMPUTED.get(kind, ()))


def as_json(value: Any) -> Any:
    """Return JSON data: moments with their zone, what FEEL tags as its text, sets in order."""
    match value:
        case Enum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case UUID():
            return str(value)
        case Mapping():
            return (
                as_json(value["v"])
                if "$" in value
                else {str(key): as_json(value[key]) for key in sorted(value)}
            )
        case tuple() | list():
            return [as_json(each) for each in value]
        case frozenset():
            return sorted(as_json(each) for each in value)
        case _ if is_dataclass(value):
            return {name: as_json(getattr(value, name)) for name in names_of(type(value))}
    return value


def export_case(work: Work, case_id: UUID) -> Mapping[str, Any]:
    """Return the case as JSON data. The caller has asked the permission and written the log."""
    found = _gathered(work, work.stores.cases.get(case_id))
    mentioned = set(_texts(as_json(found)))
    people = tuple(each for each in work.stores.people.all() if str(each.id) in mentioned)
    exported: Mapping[str, Any] = as_json(replace(found, people=people))
    return exported


def _gathered(work: Work, case: Case) -> CaseExport:
    stores = work.stores
    events = stores.timeline.of_case(case.id)
    parties = stores.parties.ever_of_case(case.id)
    protected = {each.id for each in parties if each.is_protected}
    requests = stores.requests.of_case(case.id)
    resolutions = stores.resolutions.of_case(case.id)
    reasons = ((each.id, stores.resolutions.return_reason(each)) for each in resolutions)
    is_undone = is_sent_back(work, case)
    return CaseExport(
        format=FORMAT,
        case=case,
        outcome_in_force=None if is_undone else case.outcome,
        annulled_outcome=case.outcome if is_undone else None,
        deployment_number=stores.deployments.get(case.deployment_id).number,
        parent_reference=stores.cases.get(case.parent_id).reference if case.parent_id else None,
        child_references=tuple(each.reference for each in stores.cases.children_of(case.id)),
        application=stores.applications.of_case(case.id),
        parties=tuple(replace(each, contact=each.contact_on_copies) for each in parties),
        corrections=tuple(
            each.without("postal_address") if each.subject_id in protected else each
            for each in stores.corrections.of_case(case.id)
        ),
        notes=stores.notes.of_case(case.id),
        arrivals=stores.arrivals.of_case(case.id),
        meetings=tuple(
            replace(each, place="") if protected else each for each in stores.meetings.of_case(case.id)
        ),
        consents=stores.consents.of_case(case.id),
        consent_notes=tuple(
            ConsentNote(each, note) for each, note in sorted(stores.consents.notes_of(case.id).items())
        ),
        submissions=tuple(
            _without_address(each) if protected else each for each in stores.submissions.of_case(case.id)
        ),
        requests=tuple(_without_link(each) for each in requests),
        links=tuple(link for each in requests for link in stores.links.of_request(each.id)),
        code_calls=stores.code_calls.of_case(case.id),
        oral_decisions=stores.oral_decisions.of_case(case.id),
        resolutions=resolutions,
        sent_back=tuple(SentBack(each, reason) for each, reason in reasons if reason is not None),
        deliveries=stores.deliveries.of_case(case.id),
        documents=tuple(_with_digest(work, each) for each in stores.documents.of_case(case.id)),
        given_copies=stores.given_copies.of_case(case.id),
        attachments=stores.attachments.of_case(case.id),
        deadlines=stores.deadlines.of_case(case.id),
        messages=stores.outbox.of_case(case.id),
        tasks=stores.tasks.of_case(case.id),
        milestones=tuple(_milestone(each) for each in events if each.kind == "milestone_reached"),
        events=events,
        instances=_rows(work, ExportedInstance, INSTANCES, case, "started_at", "id"),
        element_runs=_rows(work, ElementRun, ELEMENT_RUNS, case, "ready_at", "run_key"),
        decision_evaluations=stores.evaluations.of_case(case.id),
        incidents=_rows(work, Incident, INCIDENTS, case, "opened_at", "id"),
        disqualifications=_rows(work, Disqualification, DISQUALIFICATIONS, case, "recorded_at", "person_id"),
        clienthood=clienthood_of(work, case),
        retention=stores.retention.of_case(case.id),
        reading_choice=next(iter(_rows(work, ReadingChoice, READING_CHOICES, case, "chosen_at")), None),
        moves=_rows(work, CaseMove, CASE_MOVES, case, "id"),
    )


def _rows(work: Work, kind: type[Any], table: Table, case: Case, *order: str) -> tuple[Any, ...]:
    ordered = select(table).where(table.c.case_id == case.id).order_by(*(table.c[name] for name in order))
    return tuple(value_of(kind, row) for row in work.stores.unit.rows(ordered))


def _without_link(request: InformationRequest) -> InformationRequest:
    """The address of the link opens the request: it leaves in no file, nor do the mailboxes in which it lies."""
    kept = {name: value for name, value in request.recipient.items() if name not in ("link", MAILBOXES)}
    return replace(request, recipient=kept)


def _without_address(submission: Submission) -> Submission:
    """No copy shows the address of somebody protected (661/2009 36-37 §)."""
    kept = {name: value for name, value in submission.answers.items() if name != "postal_address"}
    return replace(submission, answers=kept)


def _milestone(event: CaseEvent) -> Milestone:
    facts = event.facts
    return Milestone(event.subject or "", event.at, facts.get("element"), facts.get("business_key"))


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, list):
        for each in data:
            yield from _texts(each)
    elif isinstance(data, dict):
        yield from _texts(list(data.values()))


@dataclass(frozen=True)
class ExportCase(Query[Mapping[str, Any]]):
    """Everything recorded in a case, as JSON data, for the director or the operator."""

    reference: str
    purpose: str = ""

    def permit(self, work: Work) -> None:
        let_in(work, self.reference, self.purpose)

    def execute(self, work: Work) -> Mapping[str, Any]:
        return export_case(work, work.stores.cases.by_reference(self.reference).id)


def _with_digest(work: Work, document: Document) -> Document:
    """Return the document with the digest of its content, for a reader without our keys; empty once it is erased."""
    try:
        return replace(document, sha256=sha256(work.stores.documents.read(document.id)[1]).hexdigest())
    except Unsealable:
        return replace(document, sha256="")


def let_in(work: Work, reference: str, purpose: str) -> None:
    """Only the director, who sees every case whole, and the operator; each time with an entry in the access log. Raise
    Invalid for a purpose in words of one's own."""
    if purpose and purpose not in EXPORT_PURPOSES:
        raise Invalid(
            f"Valitse, ketä varten asia otetaan ulos: {', '.join(EXPORT_PURPOSES)}.", field="purpose"
        )
    permit_case(work, reference, Action.EXPORT_CASE, purpose=purpose)
