"""Documents registered in error: which they are, who may hide them, and what the register shows of them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from engine.casework.cited_material import rests_on
from engine.clock import day_of
from engine.domain.arrivals import ONLINE, Arrival, MovedAlready
from engine.domain.cases import Case
from engine.domain.hidden_documents import (
    ARRIVAL,
    BY_STAFF,
    FILE,
    HIDDEN,
    DecisionRests,
    HiddenDocument,
    NotYours,
    SentFromOutside,
)
from engine.domain.parties import Ground
from engine.domain.people import Role
from engine.domain.policy import HEADS
from engine.errors import NotFound
from engine.executor.engine import Work
from engine.storage.attachments import Attachment
from engine.storage.corrections import Correction

REMOVED_THOUGH_CITED = "removed_though_cited"


@dataclass(frozen=True, slots=True)
class RegisteredDocument:
    """A document as it stands in a case: its file, and the arrivals that have it."""

    arrivals: tuple[Arrival, ...]
    file: Attachment | None

    @property
    def is_hidden(self) -> bool:
        return all(each.hidden_at for each in self.arrivals) and (
            self.file is None or self.file.hidden_at is not None
        )

    @property
    def registered_by(self) -> frozenset[UUID | None]:
        found = {each.registered_by for each in self.arrivals}
        return frozenset(found or {self.file.author_id if self.file else None})


def document_in(work: Work, case: Case, document_id: UUID) -> RegisteredDocument:
    """Return the document with this id, of an arrival or of a file. An arrival brings its file along unless another one that
    is shown has it too; a file brings all its arrivals.

    Raise NotFound where it is sealed to the actor, moved elsewhere or erased; SentFromOutside for what staff did not register.
    """
    arrivals = work.stores.arrivals.of_case(case.id, hidden=True)
    files = {each.id: each for each in work.stores.attachments.of_case(case.id, hidden=True)}
    arrival = next((each for each in arrivals if each.id == document_id), None)
    if arrival is not None:
        others = [each for each in arrivals if each.id != arrival.id and not each.hidden_at]
        is_shared = any(each.attachment_id == arrival.attachment_id for each in others)
        file = None if is_shared or arrival.attachment_id is None else files.get(arrival.attachment_id)
        found = RegisteredDocument((arrival,), file)
    else:
        of_file = tuple(each for each in arrivals if each.attachment_id == document_id)
        found = RegisteredDocument(of_file, files.get(document_id))
    _require_readable(work, case, found)
    return found


def _require_readable(work: Work, case: Case, found: RegisteredDocument) -> None:
    moments = [each.registered_at for each in found.arrivals] + (
        [found.file.created_at] if found.file else []
    )
    if not moments or any(case.is_shut_to(work.actor, each) for each in moments):
        raise NotFound
    if any(each.is_elsewhere for each in found.arrivals):
        raise MovedAlready
    if any(each.way == ONLINE for each in found.arrivals):
        raise SentFromOutside
    if found.file is not None and found.file.origin not in BY_STAFF:
        raise SentFromOutside
    words = [each.about for each in found.arrivals] or [found.file.name if found.file else ""]
    if not all(words):
        raise NotFound


def may_hide(work: Work, document: RegisteredDocument) -> bool:
    """Return True for who registered it, the caseworkers and the heads: who meets the data of another person in a case
    stops it at once."""
    is_own = work.actor.person_id is not None and work.actor.person_id in document.registered_by
    return is_own or work.actor.has(Role.CASEWORKER, *HEADS)


def require_hider(work: Work, document: RegisteredDocument) -> None:
    if not may_hide(work, document):
        raise NotYours


def is_cited(work: Work, case: Case, document: RegisteredDocument) -> bool:
    """Return True if a signed decision cites the document and nothing else in the case bears what it cites."""
    texts = [f"{each.about} {each.sender}" for each in document.arrivals]
    moments = [each.registered_at for each in document.arrivals]
    if document.file is not None:
        texts.append(f"{document.file.name} {document.file.description}")
        moments.append(document.file.created_at)
    ids = {each.id for each in document.arrivals} | {each.attachment_id for each in document.arrivals}
    ids |= {document.file.id} if document.file else set()
    return rests_on(work, case, " ".join(texts), ids, min(moments))


def require_unused(work: Work, case: Case, document: RegisteredDocument, *, though_cited: bool) -> None:
    """Raise DecisionRests if a signed decision cites the document. A head goes past that, and the case keeps it: words
    alike are no proof, and the data of another person must not stay because of them (EU 2016/679 art. 5.1 d and f)."""
    if not is_cited(work, case, document):
        return
    if not (though_cited and work.actor.has(*HEADS)):
        raise DecisionRests
    work.record(case.id, REMOVED_THOUGH_CITED)


def keep_reason(work: Work, case: Case, document: RegisteredDocument, kind: str, reason: str) -> None:
    """Keep who hid the document or showed it again, when and why."""
    subjects = [(ARRIVAL, each.id) for each in document.arrivals]
    if document.file is not None and not subjects:
        subjects.append((FILE, document.file.id))
    for subject, subject_id in subjects:
        work.stores.corrections.add(
            case.id,
            subject,
            subject_id,
            kind,
            ground=Ground("", None, reason.strip()),
            changes={},
            actor=work.actor,
            moment=work.now,
        )


def hidden_in(work: Work, case: Case) -> tuple[HiddenDocument, ...]:
    """Return what the register keeps of the hidden documents that the actor may know of, the newest first."""
    arrivals = work.stores.arrivals.of_case(case.id, hidden=True)
    files = work.stores.attachments.of_case(case.id, hidden=True)
    hidden = [each for each in arrivals if each.hidden_at]
    alone = [
        each for each in files if each.hidden_at and each.id not in {one.attachment_id for one in arrivals}
    ]
    if not hidden and not alone:
        return ()
    why = {each.subject_id: each for each in work.stores.corrections.of_case(case.id) if each.kind == HIDDEN}
    people: dict[UUID | None, str] = {each.id: each.name for each in work.stores.people.all()}
    rows = [_of_arrival(work, each, why.get(each.id)) for each in hidden]
    rows += [_of_file(work, each, why.get(each.id), people.get(each.author_id, "")) for each in alone]
    seen = (each for each in rows if not case.is_shut_to(work.actor, each.registered_at))
    return tuple(sorted(seen, key=lambda each: each.hidden_at, reverse=True))


def _of_arrival(work: Work, arrival: Arrival, why: Correction | None) -> HiddenDocument:
    return HiddenDocument(
        arrival.id,
        arrival.kind,
        arrival.arrived_on,
        arrival.registered_by,
        arrival.registered_by_name,
        arrival.registered_at,
        arrival.hidden_at or work.now,
        why.made_by_name if why else "",
        why.reason if why else "",
        arrival.had_moved_case,
        bool(arrival.about) and may_hide(work, RegisteredDocument((arrival,), None)),
    )


def _of_file(work: Work, file: Attachment, why: Correction | None, author: str) -> HiddenDocument:
    return HiddenDocument(
        file.id,
        None,
        day_of(file.created_at),
        file.author_id,
        author,
        file.created_at,
        file.hidden_at or work.now,
        why.made_by_name if why else "",
        why.reason if why else "",
        had_moved_case=False,
        may_show=bool(file.name) and may_hide(work, RegisteredDocument((), file)),
    )
