"""The open cases of one person, on anybody's turn, those of people who are away, and those without a caseworker."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from engine.casework.contact_channels import open_ways
from engine.clock import day_of
from engine.domain.cases import Case, CaseClass
from engine.domain.deadline_kinds import TARGET, is_persons_own
from engine.domain.inbox import NOT_NARROWED, Order, TaskFilter
from engine.domain.meetings import NO_SAFE_WAY, Meeting
from engine.domain.people import Person
from engine.domain.policy import Action, Part, asks_proof, decision
from engine.domain.tasks import groups_of
from engine.domain.waits import FARTHEST_DAY, WISHED_CALL, Wait, WaitKind, first_of, next_look
from engine.executor import Query, Work
from engine.executor.permissions import require_case_staff
from engine.operations.related_cases import WAITS_FOR_PARENT
from engine.queries.case_waits import CaseWaits, OpenDeadline, waits_of
from engine.queries.inbox import TaskKind, kinds_of_tasks
from engine.queries.narrowed_cases import narrowing
from engine.queries.warnings_of_cases import NO_WARNINGS, CaseWarnings, warnings_of
from engine.queries.whose_cases import Whose, count_of, is_in, replaced
from engine.storage.rows import value_of
from engine.storage.tables.cases import CASES

PAGE: Final = 100
NOTED: Final = "note"
"""Why a case comes back on a day that a note has set."""
MET: Final = "meeting"
"""Why it comes back on the day of a meeting."""
OF_PEOPLE: Final = frozenset(
    {
        WaitKind.TASK,
        WaitKind.CALL,
        WaitKind.CONTACT,
        WaitKind.MEETING,
        WaitKind.ARRIVAL,
        WaitKind.LINK,
        WaitKind.REPLY,
    }
)


class Turn(StrEnum):
    STUCK = "stuck"
    """Stalled, or a day has passed: also while the open task is somebody else's."""
    MINE = "mine"
    OTHERS = "others"


@dataclass(frozen=True, slots=True)
class CaseLine:
    case: Case
    name: str
    """Empty if it was not given, or if the reader may not see it now."""
    is_minor: bool
    warnings: CaseWarnings
    turn: Turn
    is_stalled: bool
    """Nothing moves: a request is overdue or stands still, or the program could not go on."""
    wait: Wait
    is_mine: bool
    """The wait is the reader's."""
    is_in_place: bool
    """The wait is of somebody for whom the reader stands in."""
    assignee: str
    """Of the wait; empty if nobody has it."""
    more: int
    """Other tasks and answers that the case waits for."""
    deadline: OpenDeadline | None
    """The next day that the authority owes; standing still only if no other runs."""
    due_at: datetime | None
    """The first of the day of the wait and of the deadlines."""
    back_on: date
    """The day on which the case is looked at at the latest. Every case has one."""
    back_for: str
    """Kind of the timer that is due first, NOTED or MET; empty if none is."""
    caseworker: str
    meeting: Meeting | None
    """Of the wait or of the day on which the case comes back; None if the reader may not see its name now."""


@dataclass(frozen=True, slots=True)
class CaseList:
    whose: Whose
    lines: tuple[CaseLine, ...]
    counts: Mapping[Whose, int]
    next_after: str | None
    stands_in_for: tuple[str, ...]
    moment: datetime
    kinds: tuple[TaskKind, ...] = ()
    """Kinds of tasks by which the list can be narrowed."""


@dataclass(frozen=True)
class MyCases(Query[CaseList]):
    """Return one page of a list of open cases: stuck and overdue first, then the reader's turn, then what others are to do."""

    whose: Whose = Whose.MINE
    after: str | None = None
    language: str = "fi"
    narrowed: TaskFilter = NOT_NARROWED
    """Of its parts, what waits for the reader says nothing here: `Turn` does."""

    def permit(self, work: Work) -> None:
        require_case_staff(work)

    def execute(self, work: Work) -> CaseList:
        people = {person.id: person for person in work.stores.people.all()}
        rows = work.stores.unit.rows(
            select(CASES)
            .where(is_in(work, people, self.whose), *narrowing(self.narrowed, work.now), *_since(self.after))
            .order_by(CASES.c.received_at, CASES.c.id)
            .limit(PAGE + 1)
        )
        cases = [value_of(Case, row) for row in rows[:PAGE]]
        more = f"{cases[-1].received_at.isoformat()}_{cases[-1].id}" if len(rows) > PAGE else None
        is_whole = more is None and self.after is None and self.narrowed == NOT_NARROWED
        known = {self.whose: len(cases)} if is_whole else {}
        work.stores.access.log_list((case.id for case in cases), work.actor, "my_cases", work.now)
        return CaseList(
            self.whose,
            _in_order(lines_of(work, cases, people, self.whose, self.language), self.narrowed.order),
            {whose: known[whose] if whose in known else count_of(work, people, whose) for whose in Whose},
            more,
            tuple(person.name for person in replaced(work, people)),
            work.now,
            kinds_of_tasks(work, self.language),
        )


def lines_of(
    work: Work, cases: Collection[Case], people: Mapping[UUID, Person], whose: Whose, language: str
) -> tuple[CaseLine, ...]:
    """Return a line for each case, as `MyCases` sorts them."""
    if not cases:
        return ()
    standing_in = whose is Whose.STANDING_IN
    absent = frozenset(each.id for each in replaced(work, people)) if standing_in else frozenset[UUID]()
    waits = _with_parents(work, cases, waits_of(work, cases, work.instances.names(language)))
    ids = [case.id for case in cases]
    work.stores.vault.fetch_keys(ids)
    parties = work.stores.parties.of_cases(ids)
    warnings = warnings_of(work, ids)
    meetings = work.stores.meetings.among({each for case in cases for each in _meetings_in(waits[case.id])})
    lines = []
    for case in cases:
        own = parties.get(case.id, ())
        applicant = next((party for party in own if party.kind == "applicant"), None)
        is_sealed = case.is_sealed_to(work.actor)
        known = warnings.get(case.id, NO_WARNINGS)
        shows_name = applicant is not None and _may_name(work, case, whose)
        lines.append(
            _line(
                work,
                case,
                _with_safe_calls(waits[case.id], open_ways(own, work.today)),
                people,
                absent,
                name=applicant.name if applicant is not None and shows_name else "",
                is_minor=not is_sealed and applicant is not None and applicant.is_minor_on(work.today),
                warnings=known.named(own) if shows_name else known,
                meetings=meetings if shows_name else {},
            )
        )
    return tuple(lines)


def _meetings_in(found: CaseWaits) -> Iterable[UUID]:
    return (
        each for each in (found.meeting_id, *(wait.meeting_id for wait in found.waits)) if each is not None
    )


def _with_parents(
    work: Work, cases: Collection[Case], found: Mapping[UUID, CaseWaits]
) -> Mapping[UUID, CaseWaits]:
    """Return the waits with the reference of the case for whose outcome a child's decision waits, if the reader sees it."""
    waiting = {
        case.id: case.parent_id
        for case in cases
        if case.parent_id is not None and any(each.name == WAITS_FOR_PARENT for each in found[case.id].waits)
    }
    if not waiting:
        return found
    parents = {
        each.id: each.reference
        for each in work.stores.cases.seen(work.actor, len(waiting), ids=set(waiting.values()))
    }
    named = {
        case_id: _waiting_for(parents.get(parent_id), found[case_id])
        for case_id, parent_id in waiting.items()
    }
    return {**found, **named}


def _waiting_for(reference: str | None, found: CaseWaits) -> CaseWaits:
    """Return the wait for the case with this reference, with the day of the timer beside it, which names nothing."""
    timed = min(
        (each for each in found.waits if each.kind is WaitKind.TIME),
        key=lambda each: each.until or each.since,
        default=None,
    )
    waits = tuple(
        replace(
            each,
            business_key=reference,
            until=timed.until if timed else None,
            timer=timed.timer if timed else "",
        )
        if each.name == WAITS_FOR_PARENT
        else each
        for each in found.waits
        if each.kind is not WaitKind.TIME
    )
    return replace(found, waits=waits)


def _with_safe_calls(found: CaseWaits, ways: frozenset[str]) -> CaseWaits:
    """Return what the case waits for, where a call that was asked for has no safe number now."""
    if "phone" in ways:
        return found
    waits = [
        replace(each, channel=NO_SAFE_WAY) if each.form_key == WISHED_CALL else each for each in found.waits
    ]
    return replace(found, waits=tuple(waits))


def _in_order(lines: Iterable[CaseLine], order: Order) -> tuple[CaseLine, ...]:
    """Return the lines by turn, stuck and overdue first, and within a turn in the chosen order."""
    by_class = list(CaseClass)

    def place(line: CaseLine) -> tuple[Any, ...]:
        turn, due_at, reference = _rank(line)
        if order is Order.OLDEST:
            return turn, line.case.received_at, reference
        if order is Order.CLASS:
            return turn, by_class.index(line.case.case_class or CaseClass.NORMAL), due_at, reference
        return turn, due_at, reference

    return tuple(sorted(lines, key=place))


def _line(
    work: Work,
    case: Case,
    found: CaseWaits,
    people: Mapping[UUID, Person],
    absent: frozenset[UUID],
    meetings: Mapping[UUID, Meeting],
    **marks: Any,
) -> CaseLine:
    actor = work.actor
    # A case between two steps, such as a start that a worker has just taken, waits for its next one.
    waits = found.waits or (Wait(WaitKind.START, "", case.received_at),)
    wait = first_of(waits, actor.person_id, groups_of(actor), absent)
    is_mine = wait.is_for(actor.person_id, groups_of(actor), absent)
    owed = [each for each in found.deadlines if not is_persons_own(each.name)]
    running = [each for each in owed if each.due_at is not None]
    deadline = min(running, key=lambda each: each.due_at or work.now, default=None)
    standing = next((each for each in owed if each.name == TARGET), None)
    days = [each.due_at for each in running if each.due_at is not None]
    if wait.until is not None:
        days.append(wait.until)
    due_at = min(days, default=None)
    # A worker lets time pass: a timer whose moment has just come is nobody's delay.
    passed = [each.due_at for each in running] + [each.until for each in waits if each.kind in OF_PEOPLE]
    is_late = any(day is not None and day < work.now for day in passed)
    back_for = _back_for(waits, wait, found)
    shown = wait.meeting_id or (found.meeting_id if back_for == MET else None)
    is_stuck = case.is_stalled or found.is_overdue or any(each.is_stalled for each in waits)
    return CaseLine(
        case=case,
        turn=Turn.STUCK if is_stuck or is_late else Turn.MINE if is_mine else Turn.OTHERS,
        is_stalled=is_stuck,
        wait=wait,
        is_mine=is_mine,
        is_in_place=wait.person_id in absent,
        assignee=_name(people, wait.person_id),
        more=sum(each.kind in OF_PEOPLE for each in waits if each != wait),
        deadline=deadline or standing,
        due_at=due_at,
        back_on=_back_on(work, waits, due_at, found.back_on),
        back_for=back_for,
        caseworker=_name(people, case.caseworker_id),
        meeting=meetings.get(shown) if shown else None,
        **marks,
    )


def _name(people: Mapping[UUID, Person], person_id: UUID | None) -> str:
    person = people.get(person_id) if person_id else None
    return person.name if person else ""


def _back_on(work: Work, waits: Iterable[Wait], due_at: datetime | None, noted: date | None) -> date:
    """Return the first day known; today if it has passed. A case that waits for events alone, or for a day far ahead, is
    looked at in turns."""
    days = [day_of(each.until) for each in waits if each.until is not None]
    if due_at is not None:
        days.append(day_of(due_at))
    if not days or min(days) > work.today + FARTHEST_DAY:
        days.append(min(next_look(each.since, work.now) for each in waits))
    if noted is not None:
        days.append(noted)
    return max(min(days), work.today)


def _back_for(waits: Iterable[Wait], shown: Wait, found: CaseWaits) -> str:
    """Return why the case comes back: the kind of its first timer, or the day of a note or a meeting if that is earlier."""
    noted = found.back_on
    timed = [each for each in waits if each.until is not None]
    first = min(timed, key=lambda each: each.until or each.since, default=shown)
    is_noted = noted is not None and (first.until is None or noted < day_of(first.until))
    if any(each.kind is WaitKind.CONTACT for each in waits):
        # Its day has come: it is named whatever else is late, and whatever the line shows first.
        return NOTED
    if not is_noted:
        return MET if first.kind is WaitKind.MEETING else first.timer
    return MET if found.meeting_id else NOTED


def _rank(line: CaseLine) -> tuple[int, datetime, str]:
    latest = datetime.max.replace(tzinfo=UTC)
    return list(Turn).index(line.turn), line.due_at or latest, line.case.reference


def _may_name(work: Work, case: Case, whose: Whose) -> bool:
    """A restricted case is named to one who has just proved who they are, as its own pages are opened."""
    own = whose is Whose.MINE
    relation = case.relation_to(work.actor, assigned=own, disqualified=False)
    parts = decision(Action.CASE_FILE, work.actor.roles, relation, case.standing).parts
    if Part.CONTACT not in parts or case.is_sealed_to(work.actor):
        return False
    return not asks_proof(parts, case.standing) or work.actor.has_proof(work.now)


def _since(after: str | None) -> tuple[ColumnElement[bool], ...]:
    if not after:
        return ()
    moment, _, case_id = after.partition("_")
    try:
        at, found = datetime.fromisoformat(moment).astimezone(UTC), UUID(case_id)
    except (ValueError, OverflowError):
        return ()
    received = CASES.c.received_at
    return (or_(received > at, and_(received == at, CASES.c.id > found)),)
