"""Meetings: book, move, cancel one, note how it went; remind the person by a way that is safe at that moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from engine.casework.clienthood import has_died
from engine.casework.contact_channels import open_ways, reached
from engine.casework.messages import language_of, safe_email_of, send_to
from engine.casework.page_drafts import HeldDraft, end_draft
from engine.casework.staff_notices import notify_colleague, sees
from engine.casework.standing_in import notify_who_is_there, who_is_there
from engine.clock import day_of
from engine.domain.calendar import working_days_later
from engine.domain.cases import Case, CaseState
from engine.domain.meetings import (
    BY_MAIL,
    CONTACT_WAYS,
    ENDINGS,
    LONGEST,
    NO_SAFE_WAY,
    NOT_OF_DEAD,
    CompanyBarred,
    InterpreterBarred,
    InterpreterBarredBefore,
    InterpreterKnown,
    Meeting,
    MeetingAtSameHour,
    MeetingDetails,
    MeetingOver,
    MeetingRejected,
    MeetingState,
    MeetingWay,
    MeetingWayNotSafe,
    WorkerKeptOut,
    barred_names,
    is_barred,
    is_known,
    problems_of,
    reminder_of,
    wishes_of,
)
from engine.domain.notes import Note, NoteKind
from engine.domain.policy import Action
from engine.domain.staff_notices import NoticeKind
from engine.errors import Conflict, Invalid, NotFound
from engine.executor import Command, Query, Work
from engine.executor.permissions import permit_case, require_person, require_system
from engine.operations.notices import notify_caseworker
from engine.storage.database import new_id
from engine.storage.parties import Party
from engine.storage.sealing import SealingClass

MAIL: Final = "mail_meeting"
_ENDED: Final = {
    MeetingState.HELD: "meeting_held",
    MeetingState.MISSED: "meeting_missed",
    MeetingState.CANCELLED: "meeting_cancelled",
}

_TO_TELL: Final = {
    MeetingState.MOVED: "Tapaaminen siirrettiin, kun siitä oli jo muistutettu. Kerro uusi aika henkilölle turvallisella tavalla.",
    MeetingState.CANCELLED: "Tapaaminen peruttiin, kun siitä oli jo muistutettu. Kerro se henkilölle turvallisella tavalla.",
    MeetingState.MISSED: "Henkilö ei tullut tapaamiseen. Kysy turvallisella tavalla, onko hänellä kaikki hyvin.",
}
"""Words of the notes that bring the case back; they are kept as every note is, in the language of the record."""


@dataclass(frozen=True)
class BookMeeting(Command[None]):
    """Book a meeting, or move one: `moves` ends, and this takes its place. Booked twice under one id, it is there once.

    `despite`: the person who books has seen that the way or the interpreter needs a second look.
    """

    reference: str
    meeting_id: UUID
    details: MeetingDetails
    moves: UUID | None = None
    reason: str = ""
    """Why it is moved."""
    despite: bool = False
    draft: HeldDraft | None = None

    def permit(self, work: Work) -> None:
        require_person(work)
        permit_case(work, self.reference, Action.BOOK_MEETING)

    def execute(self, work: Work) -> None:
        case = work.stores.cases.by_reference(self.reference)
        if work.stores.meetings.get(case.id, self.meeting_id) is not None:
            return
        _require_keys(work, case)
        problems = problems_of(self.details, work.now)
        if case.state is CaseState.CLOSED:
            problems["on"] = Invalid("Päättyneessä asiassa ei sovita tapaamisia.")
        if len(self.reason) > LONGEST:
            problems["reason"] = Invalid("Lyhennä tätä: enintään 4 000 merkkiä.")
        problems |= _not_safe(work, case, self.details, despite=self.despite)
        problems |= _who_may_not_come(work, case, self.details)
        if "hour" not in problems and not self.despite and self._is_double(work, case):
            problems["hour"] = MeetingAtSameHour()
        if problems:
            raise MeetingRejected(problems)
        moved = work.stores.meetings.get(case.id, self.moves) if self.moves else None
        knew_of_it = self.moves is not None and _end(work, case, self.moves, MeetingState.MOVED, self.reason)
        work.save_case(case)
        end_draft(work, case, self.draft)
        meeting = self._meeting(work, case)
        work.stores.meetings.add(meeting)
        work.record(case.id, "meeting_moved" if self.moves else "meeting_booked", self.details.way)
        if knew_of_it:
            _ask_to_tell(work, case, MeetingState.MOVED, work.today)
        _notify(work, case, self.meeting_id, meeting.worker_id, moved.worker_id if moved else None)

    def _is_double(self, work: Work, case: Case) -> bool:
        """Return True if the person or the one who goes is to meet somebody less than an hour before or after."""
        begins_at = self.details.begins_at
        if begins_at is None:
            return False
        worker_id = self.details.worker_id or work.actor.person_id
        near = work.stores.meetings.booked_near(case.id, worker_id, begins_at)
        return any(each != self.moves for each in near)

    def _meeting(self, work: Work, case: Case) -> Meeting:
        details, begins_at = self.details, self.details.begins_at
        if begins_at is None:
            raise NotFound
        worker_id = details.worker_id or work.actor.person_id
        met = [each for each in work.stores.parties.of_case(case.id) if each.id in details.parties]
        is_reminded = _is_of_person(work, case, {each.id for each in met})
        return Meeting(
            id=self.meeting_id,
            case_id=case.id,
            state=MeetingState.BOOKED,
            begins_at=begins_at,
            replaces=self.moves,
            booked_by=work.actor.person_id,
            booked_by_name=work.actor.name,
            booked_at=work.now,
            ended_at=None,
            ended_by=None,
            remind_at=reminder_of(begins_at, work.now) if is_reminded else None,
            reminded_at=None,
            reminder=None,
            way=details.way,
            place=details.place.strip(),
            language=details.language.strip(),
            interpreter=details.interpreter.strip(),
            barred=details.barred.strip(),
            about=details.about.strip(),
            outcome="",
            worker_id=worker_id,
            worker_name=work.stores.people.get(worker_id).name if worker_id else work.actor.name,
            parties={str(each.id): each.name for each in met},
            others=details.others.strip(),
        )


@dataclass(frozen=True)
class EndMeeting(Command[bool]):
    """Note that a meeting was held, that the person did not come, or that it is cancelled. Return True if the case comes back,
    a closed one too, so that somebody asks after the person or tells them."""

    reference: str
    meeting_id: UUID
    state: MeetingState
    outcome: str = ""
    draft: HeldDraft | None = None

    def permit(self, work: Work) -> None:
        require_person(work)
        permit_case(work, self.reference, Action.END_MEETING)

    def execute(self, work: Work) -> bool:
        case = work.stores.cases.by_reference(self.reference)
        _require_keys(work, case)
        if self.state not in ENDINGS:
            raise Invalid("Valitse, miten tapaamisessa kävi.", field="state")
        if len(self.outcome) > LONGEST:
            raise Invalid("Lyhennä tätä: enintään 4 000 merkkiä.", field="outcome")
        meeting = work.stores.meetings.get(case.id, self.meeting_id)
        if meeting is not None and self.state is not MeetingState.CANCELLED and meeting.begins_at > work.now:
            raise Invalid(
                "Tapaaminen ei ole vielä alkanut. Peru se, tai siirrä se toiseen aikaan.", field="state"
            )
        if meeting is not None and self.state is MeetingState.MISSED and not meeting.is_with_parties:
            raise Invalid(
                "Tapaamiseen ei ollut tulossa ketään asian osallista. Kirjaa, että se peruttiin.",
                field="state",
            )
        work.save_case(case)
        knew_of_it = _end(work, case, self.meeting_id, self.state, self.outcome)
        work.record(case.id, _ENDED[self.state])
        end_draft(work, case, self.draft)
        comes_back = False
        if self.state is MeetingState.MISSED:
            comes_back = _ask_to_tell(work, case, self.state, working_days_later(work.today, 1))
        elif self.state is MeetingState.CANCELLED and knew_of_it and meeting is not None:
            soon = min(working_days_later(work.today, 1), day_of(meeting.begins_at))
            comes_back = _ask_to_tell(work, case, self.state, max(soon, work.today))
        _notify(work, case, self.meeting_id, meeting.worker_id if meeting else None)
        return comes_back


@dataclass(frozen=True)
class DueReminders(Query[tuple[UUID, ...]]):
    limit: int = 100

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[UUID, ...]:
        return work.stores.meetings.to_remind(work.now, self.limit)


@dataclass(frozen=True)
class RemindOfMeeting(Command[bool]):
    """Remind the person, by mail if that is safe now, without a word about the matter. If no message may leave, the
    caseworker reminds them; a person who has died nobody. Return False if another worker did, if the meeting has begun or
    ended, or its case has closed: it stands in the caseworker's list."""

    meeting_id: UUID

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> bool:
        meeting = work.stores.meetings.find(self.meeting_id)
        if meeting is None:
            return False
        case = work.stores.cases.get(meeting.case_id)
        if case.state is CaseState.CLOSED or meeting.begins_at <= work.now:
            return False
        if has_died(work, case):
            return work.stores.meetings.reminded(meeting.id, NOT_OF_DEAD, work.now)
        party = reached(work.stores.parties.of_case(case.id), work.today)
        awaited = frozenset(map(UUID, meeting.parties))
        email = safe_email_of(party) if not awaited or _is_of_person(work, case, awaited) else None
        way = NO_SAFE_WAY if email is None else BY_MAIL
        if not work.stores.meetings.reminded(meeting.id, way, work.now):
            return False
        models = work.instances.models(case.deployment_id)
        if email is None:
            work.record(case.id, "meeting_to_remind")
            notify_caseworker(work, case, models)
            _notify(work, case, meeting.id, meeting.worker_id)
        else:
            work.record(case.id, "meeting_reminded")
            send_to(work, models, case.id, MAIL, email=email, language=language_of(party, case), values={})
        return True


def _is_of_person(work: Work, case: Case, party_ids: Collection[UUID]) -> bool:
    """Return True if the person of the case, or who is contacted for them, is among these: nobody else is written to."""
    parties = work.stores.parties.of_case(case.id)
    whom = reached(parties, work.today)
    return any(each.id in party_ids for each in parties if each == whom or each.kind == "applicant")


def _notify(work: Work, case: Case, meeting_id: UUID, *workers: UUID | None) -> None:
    """Notify those who are there for the case, and the workers who go or went, or their deputies."""
    notify_who_is_there(work, NoticeKind.MEETING, case, meeting_id)
    for worker_id in dict.fromkeys(each for each in workers if each not in (None, case.caseworker_id)):
        for person in who_is_there(work, case, worker_id):
            if sees(work, case, person):
                work.stores.staff_notices.forget(NoticeKind.MEETING, person.id, meeting_id)
                notify_colleague(work, NoticeKind.MEETING, person.id, case.id, meeting_id)


def _require_keys(work: Work, case: Case) -> None:
    if not work.stores.vault.has_key(case.id, SealingClass.CONTACT):
        raise Conflict("Asian yhteystiedot on hävitetty säilytysajan päätyttyä. Tapaamista ei voi kirjata.")


def _end(work: Work, case: Case, meeting_id: UUID, state: MeetingState, outcome: str) -> bool:
    """End a booked meeting; a reminder of it that has not left stays here. Return True if the person was reminded of it, by
    mail or by a worker who was asked to. Raise MeetingOver if it has ended."""
    meeting = work.stores.meetings.get(case.id, meeting_id)
    if meeting is None:
        raise NotFound
    if not work.stores.meetings.end(meeting, state, outcome.strip(), work.actor.person_id, work.now):
        raise MeetingOver
    email = safe_email_of(reached(work.stores.parties.of_case(case.id), work.today))
    if meeting.reminder == BY_MAIL and email is not None:
        unsent = [each for each in work.stores.outbox.unsent_to(case.id, {email}) if each.kind == MAIL]
        work.stores.outbox.withhold(unsent, work.now)
        return not unsent
    return meeting.reminder in (BY_MAIL, NO_SAFE_WAY)


def _ask_to_tell(work: Work, case: Case, state: MeetingState, on: date) -> bool:
    """Have the case come back on the day, so that somebody tells the person or asks after them; no message says it. Return
    False of the dead, and where no word of the case can be kept."""
    if has_died(work, case) or not work.stores.vault.takes(case.id, SealingClass.NARRATIVE):
        return False
    note = Note(
        id=new_id(),
        case_id=case.id,
        kind=NoteKind.WORKING,
        refers_to=None,
        settles=None,
        follow_up_on=on,
        followed_up_at=None,
        written_by=work.actor.person_id,
        written_by_name=work.actor.name,
        written_at=work.now,
        text=_TO_TELL[state],
        contact=None,
    )
    work.stores.notes.add(note)
    work.record(case.id, "note_written", note.kind.value)
    return True


def _who_may_not_come(work: Work, case: Case, details: MeetingDetails) -> dict[str, Invalid]:
    """Return what is wrong with those who are to meet. Nobody marked unsafe and nobody barred comes, whatever was seen."""
    parties = work.stores.parties.of_case(case.id)
    met = [each for each in parties if each.id in details.parties]
    problems: dict[str, Invalid] = {}
    if len(met) < len(set(details.parties)):
        problems["parties"] = Invalid("Joku heistä ei ole enää asian osallinen. Valitse uudelleen.")
    elif any(each.is_unsafe or is_barred(each.name, details.barred) for each in met):
        problems["parties"] = CompanyBarred()
    unsafe = "\n".join((details.barred, *(each.name for each in parties if each.is_unsafe)))
    if any(is_barred(each, unsafe) for each in details.others.splitlines()):
        problems["others"] = CompanyBarred()
    worker_id = details.worker_id
    if worker_id is not None and worker_id != work.actor.person_id:
        worker = next((each for each in work.stores.people.all() if each.id == worker_id), None)
        if worker is None or not sees(work, case, worker):
            problems["worker"] = WorkerKeptOut()
    return problems


def _not_safe(work: Work, case: Case, details: MeetingDetails, *, despite: bool) -> dict[str, Invalid]:
    """Return what may put the person in danger. Who was barred stays barred; the rest is asked about once."""
    if is_barred(details.interpreter, details.barred):
        return {"interpreter": InterpreterBarred()}
    if despite:
        return {}
    parties = work.stores.parties.of_case(case.id)
    problems: dict[str, Invalid] = {}
    if is_known(details.interpreter, (*(each.name for each in parties), *barred_names(details.barred))):
        problems["interpreter"] = InterpreterKnown()
    elif is_barred(details.interpreter, _barred_before(work, case, parties)):
        problems["interpreter"] = InterpreterBarredBefore()
    needed = CONTACT_WAYS.get(MeetingWay(details.way)) if details.way in set(MeetingWay) else None
    if needed is not None and needed not in open_ways(parties, work.today):
        problems["way"] = MeetingWayNotSafe()
    return problems


def _barred_before(work: Work, case: Case, parties: Iterable[Party]) -> str:
    """Return the lists of the case's earlier meetings, and what people wished of their interpreters: wanted, or not."""
    lists = [each.barred for each in work.stores.meetings.of_case(case.id)]
    return "\n".join([*lists, *(wishes_of(each.contact) for each in parties)])
