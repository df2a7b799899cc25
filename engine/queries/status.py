"""The state of a case for the person who holds its code, without its content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.casework.appeals import is_being_examined
from engine.casework.awaited_messages import waits_for_confirmation
from engine.casework.calling_now import is_unread_and_asks_to_call
from engine.casework.code_holder import ADDITION, asked_of_person, heard_of_person
from engine.casework.contact_channels import may_be_called, open_ways, reached
from engine.casework.decision_corrections import decided_on, in_force
from engine.casework.neutral_questions import neutral_of, own_words_of
from engine.casework.reaching import asks_to_call, lacks_speaker
from engine.casework.receipts import enquiry_read_by, enquiry_urgent_by, read_by, urgent_by
from engine.casework.taken_back import lapses_by_withdrawal, may_take_back
from engine.domain.applications import OPENING
from engine.domain.calendar import later
from engine.domain.cases import Case, CaseState
from engine.domain.deadline_kinds import TARGET
from engine.domain.deadlines import Standing
from engine.domain.people import Actor, Role
from engine.executor import Query, Work


@dataclass(frozen=True, slots=True)
class Decision:
    """When the decision comes, as the ledger has it now."""

    standing: str
    """``on_time``, ``paused`` or ``late``."""
    on: date
    """The promised day; while it is paused, the latest day if nobody answers."""
    days: int = 0
    """Left once it goes on, in the days that the target counts: working days, for nothing urgent is paused."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question to the person, without words that a caseworker wrote."""

    reference: str
    asked_at: datetime
    due_on: date | None
    neutral: str = ""
    """Which question of the list it is; its words tell nothing of the matter."""
    hides_more: bool = False
    """Words of a caseworker were asked, alone or beside it."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Something that was sent, by the person or to them: its kind and day, never its content."""

    kind: str
    """``application``, ``reply``, ``addition``, ``call``, ``stop``, ``withdrawal``; ``question`` is ours."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Status:
    """The stage of a case as its code shows it, and when more is expected. A referrer sees only that it arrived."""

    stage: str
    """received, examined, waiting_for_you, decided, closed, enquiry_open, enquiry_answered, arrived."""
    received_at: datetime
    expected_on: date | None
    """By when it is read, or an enquiry answered."""
    answer: str | None = None
    """Of an enquiry only: the advice, which says nothing of a case."""
    is_reading_late: bool = False
    asks_to_call: bool = False
    lacks_speaker: bool = False
    """They are asked to call because nobody is known who may speak for the child, although their own way is."""
    is_urgent: bool = False
    urgent_by: datetime | None = None
    """By when the on-call worker acts; of an urgent matter only."""
    is_urgent_late: bool = False
    calls_now: bool = False
    """They are asked to call, as the form asked, until somebody has read it."""
    decision: Decision | None = None
    questions: tuple[Question, ...] = ()
    heard: tuple[Question, ...] = ()
    """Hearings under way: that something is asked and by when, never of what. They are answered by phone or letter."""
    asked_elsewhere_at: datetime | None = None
    """Since when information from somebody else is awaited."""
    sent: tuple[Sent, ...] = ()
    is_stopped: bool = False
    """Messages to the person are stopped."""
    may_be_called: bool = False
    """A number that they called safe is known, and may be rung in office hours."""
    is_called_after_hours_only: bool = False
    """It is known, and may be rung only when nobody here rings."""
    call_by: datetime | None = None
    """By when they are called, as they asked; None if nobody owes them a call, or no number is safe any more."""
    is_call_late: bool = False
    """Nobody called them by then, or reached them."""
    decided_on: date | None = None
    """The day of the decision in force, while nobody examines the matter anew."""
    withdrawal_asked_at: datetime | None = None
    """While a withdrawal waits to be confirmed with them."""
    is_lapsing: bool = False
    """Their withdrawal is confirmed, and the decision on it is not signed."""
    may_take_back: bool = False


@dataclass(frozen=True)
class IsCodeKnown(Query[bool]):
    """Return True if the code belongs to a case or an enquiry. Nothing of it is read."""

    code: str
    shows_cases = False

    def permit(self, work: Work) -> None:
        """Permit anyone: the pages count a wrong code as a guess before they ask."""

    def execute(self, work: Work) -> bool:
        code = "".join(character for character in self.code if character.isdigit())
        known = work.stores.applications.by_code(code) or work.stores.enquiries.by_code(code)
        return known is not None


@dataclass(frozen=True)
class StatusByCode(Query[Status | None]):
    """Return the status of the case with this code; None for a wrong and for an expired code, which look the same."""

    code: str

    def permit(self, work: Work) -> None:
        """Permit anyone: only a valid code shows anything."""

    def execute(self, work: Work) -> Status | None:
        code = "".join(character for character in self.code if character.isdigit())
        application = work.stores.applications.by_code(code)
        if application is None:
            return _enquiry(work, code)
        case = work.stores.cases.get(application.case_id)
        reader = Role.REFERRER if application.is_referrers_code else Role.APPLICANT
        actor = Actor(name=reader.value, roles=frozenset({reader}))
        work.stores.access.log_case(case.id, actor, "status_by_code", work.now)
        if application.is_referrers_code:
            return Status("arrived", case.received_at, None)
        expected = read_by(work, case) if case.pending_at is None else None
        stage = _stage(work, case)
        in_force_now = in_force(work, case) if stage in ("decided", "closed") else None
        acts_by = urgent_by(work, case)
        parties = work.stores.parties.of_case(case.id)
        person = reached(parties, work.today)
        is_callable = may_be_called(parties, work.today)
        call_by = _called_by(work, case) if is_callable else None
        questions = asked_of_person(work, case)
        return Status(
            stage,
            case.received_at,
            expected,
            is_reading_late=expected is not None and expected < work.today,
            asks_to_call=asks_to_call(work, case),
            lacks_speaker=lacks_speaker(work, case),
            is_urgent=acts_by is not None,
            urgent_by=acts_by,
            is_urgent_late=acts_by is not None and acts_by < work.now,
            calls_now=stage == "received" and is_unread_and_asks_to_call(work, case),
            decision=_decision(work, case) if stage in UNDECIDED else None,
            questions=tuple(
                Question(
                    each.reference,
                    each.sent_at or each.created_at,
                    each.due_on,
                    neutral_of(each),
                    hides_more=bool(own_words_of(each)),
                )
                for each in questions
            ),
            heard=tuple(
                Question(each.reference, each.sent_at or each.created_at, each.due_on)
                for each in heard_of_person(work, case)
            ),
            asked_elsewhere_at=_asked_elsewhere(work, case) if stage in UNDECIDED else None,
            sent=_sent(work, case),
            is_stopped=person is not None and person.held_at is not None,
            may_be_called=is_callable,
            is_called_after_hours_only=not is_callable and "phone" in open_ways(parties, work.today),
            call_by=call_by,
            is_call_late=call_by is not None and call_by < work.now,
            decided_on=decided_on(in_force_now) if in_force_now is not None else None,
            withdrawal_asked_at=_withdrawal_asked(work, case),
            is_lapsing=lapses_by_withdrawal(work, case),
            may_take_back=may_take_back(work, case),
        )


def _stage(work: Work, case: Case) -> str:
    if case.state is CaseState.CLOSED:
        return "closed"
    # A matter that a court sent back is examined again: the decision before it does not show.
    is_signed = any(each.state == "signed" for each in work.stores.resolutions.of_case(case.id))
    if is_signed and not is_being_examined(work, case):
        return "decided"
    waiting = any(
        each.recipient_role == Role.APPLICANT
        and each.is_open
        and each.answered_at is None
        and each.sent_at is not None
        for each in work.stores.requests.of_case(case.id)
    )
    # The rest of an answer is awaited too.
    if waiting or asked_of_person(work, case):
        return "waiting_for_you"
    return "examined" if case.pending_at else "received"


OWN_REPLY = "information_reply"
UNDECIDED = ("received", "examined", "waiting_for_you")


def _decision(work: Work, case: Case) -> Decision | None:
    """Return when the decision comes. While the clock is stopped: what is left, and the day if nobody answers."""
    target = work.stores.deadlines.find(case.id, TARGET)
    if target is None or not target.is_open:
        return None
    status = target.status(work.now)
    if status.due_on is None:
        dues = [each.due_on for each in asked_of_person(work, case) if each.due_on is not None]
        # Whose day passes is awaited no more from the next day on.
        goes_on = max([*(each + timedelta(days=1) for each in dues), work.today])
        return Decision("paused", later(goes_on, status.days, target.counting), status.days)
    standing = "late" if status.standing is Standing.LATE else "on_time"
    return Decision(standing, status.due_on)


def _called_by(work: Work, case: Case) -> datetime | None:
    wish = work.stores.call_wishes.open_of(case.id)
    return wish.due_at if wish is not None else None


def _asked_elsewhere(work: Work, case: Case) -> datetime | None:
    asked = [
        each.sent_at
        for each in work.stores.requests.of_case(case.id)
        if each.kind == "information"
        and each.recipient_role != Role.APPLICANT
        and each.is_open
        and each.answered_at is None
        and each.sent_at is not None
    ]
    return min(asked, default=None)


_EVENTS = {
    "withdrawal_received": "withdrawal",
    "contact_change_reported": "stop",
    "call_asked": "call",
}
"""Events that the code caused, and the kind under which they are listed."""


def _sent(work: Work, case: Case) -> tuple[Sent, ...]:
    """Return what was sent, oldest first. What others wrote about the person is not listed."""
    kinds = {**dict.fromkeys(OPENING, "application"), OWN_REPLY: "reply", ADDITION: "addition"}
    theirs = [
        # A paper came before somebody wrote it down: the application has the day on which it arrived.
        Sent(kinds[each.form_key], case.received_at if each.form_key in OPENING else each.sent_at)
        for each in work.stores.submissions.of_case(case.id, *kinds)
        if each.sent_by_role == Role.APPLICANT
    ]
    asked_by_code = [
        Sent(_EVENTS[each.kind], each.at)
        for each in work.stores.timeline.of_case(case.id, *_EVENTS)
        if each.subject == "code"
    ]
    asked = [
        Sent("question", each.sent_at)
        for each in work.stores.requests.of_case(case.id)
        if each.kind == "information" and each.recipient_role == Role.APPLICANT and each.sent_at is not None
    ]
    return tuple(sorted([*theirs, *asked_by_code, *asked], key=lambda each: each.at))


def _withdrawal_asked(work: Work, case: Case) -> datetime | None:
    """Return when the person asked to withdraw, while nobody has confirmed it with them."""
    if not waits_for_confirmation(work, case):
        return None
    asked = [each.at for each in work.stores.timeline.of_case(case.id, "withdrawal_received")]
    return asked[-1] if asked else None


def _enquiry(work: Work, code: str) -> Status | None:
    enquiry = work.stores.enquiries.by_code(code)
    if enquiry is None:
        return None
    stage = "enquiry_answered" if enquiry.answer else "enquiry_open"
    acts_by = enquiry_urgent_by(enquiry.content, enquiry.received_at) if not enquiry.answer else None
    expected = enquiry_read_by(enquiry.content, enquiry.received_at)
    return Status(
        stage,
        enquiry.received_at,
        expected,
        enquiry.answer,
        is_reading_late=not enquiry.answer and expected < work.today,
        is_urgent=acts_by is not None,
        urgent_by=acts_by,
        is_urgent_late=acts_by is not None and acts_by < work.now,
    )
