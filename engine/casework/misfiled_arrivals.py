"""Arrivals that were registered to the wrong case: the document moves to its own, and a mark stays in its place (906/2019 25-26 §)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from engine.casework.hidden_documents import RegisteredDocument, may_hide, require_unused
from engine.casework.target_pauses import pause_again
from engine.domain.arrivals import ONLINE, Arrival, CallsFor, Misfiled, MovedAlready
from engine.domain.cases import Case
from engine.errors import Invalid, NotFound
from engine.executor.engine import Work

INFECTED = "infected"
MOVED_AWAY, MOVED_HERE = "arrival_moved_away", "arrival_moved_here"


def misfiled_in(work: Work, misfiled: Misfiled) -> tuple[Case, Arrival]:
    """Return the arrival that is to move, with the case in which it stands by mistake. Raise NotFound where it is sealed to
    the actor or its content is destroyed."""
    case = work.stores.cases.by_reference(misfiled.reference)
    arrival = work.stores.arrivals.get(case.id, misfiled.arrival_id)
    if arrival is None or case.is_shut_to(work.actor, arrival.registered_at):
        raise NotFound
    if arrival.is_elsewhere:
        raise MovedAlready
    if arrival.hidden_at and not may_hide(work, RegisteredDocument((arrival,), None)):
        raise NotFound
    if arrival.way == ONLINE:
        raise Invalid("Tämän lähetti asian koodin haltija, eikä sitä voi siirtää. Lue se asian lomakkeista.")
    if not arrival.about:
        raise NotFound
    return case, arrival


def move_file(work: Work, arrival: Arrival, to: Case) -> UUID | None:
    """Move the document of an arrival to another case. One that another arrival of its case has too is copied there, and
    hidden here where all that still have it are hidden."""
    files = work.stores.attachments
    if arrival.attachment_id is None:
        return None
    file = files.find(arrival.attachment_id)
    if file.state == INFECTED:
        # The scanner destroyed its content: nothing is left to move.
        return None
    of_case = work.stores.arrivals.of_case(arrival.case_id, hidden=True)
    others = [each for each in of_case if each.attachment_id == file.id and each.id != arrival.id]
    if not others:
        return files.move(file.id, to.id, work.now)
    copy = files.copy(file.id, to.id, work.now)
    if file.hidden_at is None and all(each.hidden_at for each in others):
        files.hide(file.id, work.now)
    return copy


def leave_mark(work: Work, case: Case, arrival: Arrival, misfiled: Misfiled, moved: Arrival) -> None:
    """Put a mark in the place of what moved. It names neither the other case nor its document, since the person of this case
    may read it."""
    require_unused(work, case, RegisteredDocument((arrival,), None), though_cited=misfiled.though_cited)
    mark = replace(
        arrival,
        calls_for=CallsFor.ELSEWHERE,
        settled_at=arrival.settled_at or work.now,
        settled_by=arrival.settled_by if arrival.settled_at else work.actor.person_id,
        attachment_id=None,
        about=misfiled.reason.strip(),
        sender_id=None,
        sender="",
        digest="",
        envelope="",
        hidden_at=None,
    )
    work.save_case(case)
    work.stores.arrivals.leave_mark(mark)
    pause_again(work, case)
    work.record(case.id, MOVED_AWAY, arrival.kind.value)
    work.record(moved.case_id, MOVED_HERE, moved.kind.value)
