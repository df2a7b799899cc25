"""Days that a case has beside its tasks (of an arrival, a call, a contact, a meeting) are late wherever a task's would be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.commands.by_code import AskCallByCode, RecordCall
from engine.domain.arrivals import ArrivalKind
from engine.domain.inbox import DueWithin, TaskFilter
from engine.domain.people import PUBLIC
from engine.domain.staff_notices import NoticeKind
from engine.queries.all_cases import AllCases, CaseFilter, FallsDue, Sort, State
from engine.queries.look_ahead import Fortnight, LookAhead
from engine.queries.my_cases import MyCases, Turn
from engine.queries.staff_notices import MyNotices
from engine.storage.tables.processes import USER_TASKS
from tests.stories.test_meetings import books
from tests.stories.test_notes import contact, mails_to, writes
from tests.stories.test_registry import arrives, line, settles
from tests.support.party_changes import code_of
from tests.support.story import Story

CASEWORKER, HEAD = "kasittelija", "esihenkilo"


def arrival_comes(story: Story) -> None:
    arrives(story, ArrivalKind.COURT, due_on=story.today + timedelta(days=1))


def call_is_asked(story: Story) -> None:
    assert story.world.engine.perform(AskCallByCode(code_of(story)), PUBLIC)


def contact_is_agreed(story: Story) -> None:
    writes(story, CASEWORKER, contact(story, follow_up_on=story.today + timedelta(days=1)))


def meeting_is_booked(story: Story) -> None:
    books(story, days=1)


DAYS = (arrival_comes, call_is_asked, contact_is_agreed, meeting_is_booked)


def without_tasks_days(story: Story) -> None:
    """No task of the office has a day of its own: what is late is the other day alone."""
    with story.world.engine.database.unit_of_work() as unit:
        for row in unit.rows(USER_TASKS.select()):
            days = {"due_at": None, "follow_up_at": story.world.clock() + timedelta(days=300)}
            unit.update(USER_TASKS, {"id": row["id"]}, days)


def of_head(story: Story, sort: Sort = Sort.STUCK, **narrowed: object) -> list[str]:
    query = AllCases(CaseFilter(**narrowed), sort)  # type: ignore[arg-type]  # as the test writes them
    return [each.case.reference for each in story.asks(query, HEAD).lines]


def own(story: Story, within: DueWithin) -> list[str]:
    query = MyCases(narrowed=TaskFilter(due=within))
    return [each.case.reference for each in story.asks(query, CASEWORKER).lines]


def figures(story: Story) -> tuple[int, int]:
    """Late cases by the figures of the teams, and by the row of the caseworker."""
    found: Fortnight = story.asks(LookAhead(), HEAD)
    mine = sum(each.late for each in found.rows if each.person and each.person.username == CASEWORKER)
    return sum(each.late for each in found.teams), mine


def pair_of(story: Story) -> tuple[Story, Story]:
    """Two cases of one caseworker, the second the newer; the deadlines of the ledger are far away."""
    both = story, Story(story.world)
    for each in both:
        each.applies(safe_channels=["phone"], phone="040 123 4567", email=None)
        each.does("kirjaaja", "register", caseworker=str(each.world.people[CASEWORKER].id))
    return both


@pytest.mark.databases
@pytest.mark.parametrize("begins", DAYS)
def test_a_day_that_has_passed_is_late_in_every_list_and_figure(
    story: Story, begins: Callable[[Story], None]
) -> None:
    first, second = pair_of(story)
    for each in (first, second):
        without_tasks_days(each)
    begins(second)
    days = second.asks(LookAhead(), HEAD).days
    falling = {on: of_head(second, due=FallsDue(on)) for on in days}
    assert sum(second.reference in found for found in falling.values()) == 1, "one cell has it"
    assert (of_head(second, state=State.LATE), figures(second)) == ([], (0, 0))

    second.world.clock.moment += timedelta(days=4)
    late = line(second)
    assert late is not None
    assert late.turn is Turn.STUCK
    assert of_head(second, state=State.LATE) == [second.reference]
    assert of_head(second) == of_head(second, Sort.DUE) == [second.reference, first.reference]
    assert figures(second) == (1, 1)
    if begins is not contact_is_agreed:
        assert own(second, DueWithin.LATE) == [second.reference]


def late_notices(story: Story, who: str = CASEWORKER) -> int:
    return [each.kind for each in story.asks(MyNotices(), who).lines].count(NoticeKind.OWED)


@pytest.mark.databases
def test_a_late_arrival_and_a_late_call_are_notified_until_they_are_done(story: Story) -> None:
    first, second = pair_of(story)
    letter = arrives(first, ArrivalKind.COURT, due_on=first.today + timedelta(days=1))
    call_is_asked(second)
    first.passes(days=1)
    assert late_notices(first) == 0
    first.passes(days=3)
    assert late_notices(first) == 2
    mails = mails_to(CASEWORKER, first)
    first.passes(days=1)
    assert late_notices(first) == 2
    assert mails_to(CASEWORKER, first) == mails, "once each"

    settles(first, letter)
    second.performs(RecordCall(second.reference, is_reached=False), CASEWORKER)
    assert late_notices(first) == 0, "one is done, the other is owed by another day"
    first.passes(days=4)
    assert late_notices(first) == 1, "that day has passed too"
    second.performs(RecordCall(second.reference, is_reached=True), CASEWORKER)
    assert late_notices(first) == 0
