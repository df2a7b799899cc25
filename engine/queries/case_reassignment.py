"""Giving cases to other caseworkers: who could take each, what goes along, what everybody carries then, and what was given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from engine.casework.reassigning import CLOSED, goes_along, refusal_of
from engine.casework.signing_in import without_way_in
from engine.domain.absences import stands_in
from engine.domain.cases import Case, CaseState
from engine.domain.people import Person, Role
from engine.domain.policy import HEADS, Action
from engine.domain.reassignments import MOST_AT_ONCE, Reassignment
from engine.executor import Query, Work
from engine.executor.permissions import permit_case, require_action, require_role
from engine.queries.loads import cases_of_each
from engine.queries.my_cases import CaseLine, lines_of
from engine.queries.whose_cases import Whose

SHOWN_FOR: Final = timedelta(days=60)
MOST_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Taker:
    """Somebody to whom a case may be given."""

    person: Person
    cases: int
    """Open cases that they carry."""
    is_away: bool
    is_deputy: bool


@dataclass(frozen=True, slots=True)
class CaseToGive:
    line: CaseLine
    former: Person | None
    takers: tuple[Taker, ...]
    """The deputy first, then those who carry least; the absent last."""
    chosen: Person | None
    problem: str
    """Why the case can't be given to the one who was chosen, or to anybody."""
    goes: int
    """Open tasks that go along to the one who was chosen."""
    stays: int
    """Open tasks of others in the case, which stay theirs."""


@dataclass(frozen=True, slots=True)
class LoadAfter:
    person: Person
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class GivingPreview:
    cases: tuple[CaseToGive, ...]
    loads: tuple[LoadAfter, ...]
    """Of those whose load changes."""
    moment: datetime

    @property
    def is_ready(self) -> bool:
        return bool(self.cases) and all(each.chosen and not each.problem for each in self.cases)


@dataclass(frozen=True)
class PreviewGiving(Query[GivingPreview]):
    """Return what giving these cases to these people would change. Nothing moves."""

    references: tuple[str, ...]
    chosen: Mapping[str, UUID] = field(default_factory=dict)
    """People by reference; a case that is not named here has none yet."""
    language: str = "fi"

    def permit(self, work: Work) -> None:
        require_action(work, Action.REASSIGNMENT)
        for reference in self.references[:MOST_AT_ONCE]:
            permit_case(work, reference, Action.REASSIGNMENT)

    def execute(self, work: Work) -> GivingPreview:
        people = {person.id: person for person in work.stores.people.all()}
        found = [work.stores.cases.by_reference(each) for each in self.references[:MOST_AT_ONCE]]
        cases = {case.id: case for case in found}
        carried = cases_of_each(work)
        lines = lines_of(work, cases.values(), people, Whose.NOBODYS, self.language)
        rows = tuple(self._row(work, line, people, carried) for line in lines)
        return GivingPreview(rows, _loads(rows, carried), work.now)

    def _row(
        self, work: Work, line: CaseLine, people: Mapping[UUID, Person], carried: Mapping[UUID, int]
    ) -> CaseToGive:
        case = line.case
        former = people.get(case.caseworker_id) if case.caseworker_id else None
        takers = _takers(work, case, former, tuple(people.values()), carried)
        chosen = people.get(self.chosen[case.reference]) if case.reference in self.chosen else None
        is_closed = case.state is CaseState.CLOSED
        problem = CLOSED if is_closed else refusal_of(work, case, chosen) if chosen else ""
        tasks = [task for task in work.stores.tasks.open_in(case.id) if not task.is_outside]
        going = [task for task in tasks if chosen is not None and goes_along(task, case, chosen.id)]
        staying = [task for task in tasks if task not in going and task.assignee_id is not None]
        return CaseToGive(line, former, takers, chosen, problem, len(going), len(staying))


def _takers(
    work: Work, case: Case, former: Person | None, people: Sequence[Person], carried: Mapping[UUID, int]
) -> tuple[Taker, ...]:
    today: date = work.today
    shut_out = without_way_in(work)
    found = [
        Taker(
            person,
            carried.get(person.id, 0),
            person.is_away(today),
            former is not None and stands_in(person, former, case, today),
        )
        for person in people
        if person.is_active
        and Role.CASEWORKER in person.roles
        and person.id != case.caseworker_id
        and person.id not in shut_out
        and not work.stores.cases.is_disqualified(case.id, person.id)
    ]
    found.sort(key=lambda each: (each.is_away, not each.is_deputy, each.cases, each.person.name))
    return tuple(found)


def _loads(rows: Sequence[CaseToGive], carried: Mapping[UUID, int]) -> tuple[LoadAfter, ...]:
    change: Counter[UUID] = Counter()
    people: dict[UUID, Person] = {}
    for row in rows:
        if row.chosen is None or row.problem:
            continue
        for person, count in ((row.former, -1), (row.chosen, 1)):
            if person is not None:
                people[person.id] = person
                change[person.id] += count
    found = [
        LoadAfter(person, carried.get(person.id, 0), max(0, carried.get(person.id, 0) + change[person.id]))
        for person in people.values()
    ]
    return tuple(sorted(found, key=lambda each: each.person.name))


@dataclass(frozen=True, slots=True)
class GivenCase:
    made: Reassignment
    reference: str
    former: Person | None
    caseworker: Person | None
    made_by: str
    may_undo: bool
    """Within a day, while the case is still with whom it was given to."""
    may_return: bool
    """Later: who had it is there, and the case is still with whom it was given to."""


@dataclass(frozen=True)
class GivenCases(Query[tuple[GivenCase, ...]]):
    """Return the cases that were given lately, the newest first."""

    def permit(self, work: Work) -> None:
        require_role(work, *HEADS)

    def execute(self, work: Work) -> tuple[GivenCase, ...]:
        people = {person.id: person for person in work.stores.people.all()}
        found = work.stores.reassignments.since(work.actor, work.now - SHOWN_FOR, MOST_SHOWN)
        ids = {made.case_id for made, _ in found}
        cases = (
            {each.id: each for each in work.stores.cases.seen(work.actor, len(ids), ids=ids)} if ids else {}
        )
        work.stores.access.log_list(cases, work.actor, "given_cases", work.now)
        return tuple(
            self._row(work, made, cases[made.case_id], people) for made, _ in found if made.case_id in cases
        )

    def _row(self, work: Work, made: Reassignment, case: Case, people: Mapping[UUID, Person]) -> GivenCase:
        former = people.get(made.former_id) if made.former_id else None
        is_there = case.caseworker_id == made.caseworker_id and case.state is not CaseState.CLOSED
        may_undo = is_there and made.may_be_undone(work.now)
        may_return = (
            is_there
            and made.undone_at is None
            and not may_undo
            and former is not None
            and former.is_active
            and not former.is_away(work.today)
        )
        maker = people.get(made.made_by) if made.made_by else None
        return GivenCase(
            made,
            case.reference,
            former,
            people.get(made.caseworker_id),
            maker.name if maker else "",
            may_undo=may_undo,
            may_return=may_return,
        )
