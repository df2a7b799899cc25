"""Days that a case has beside its tasks (of an arrival, a call, a contact, a meeting) are late wherever a task's would be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.commands.by_code import AskCallByCode, RecordCall
from engine.commands.people import ClosePerson
from engine.domain.arrivals import ArrivalKind
from engine.domain.cases import CaseState
from engine.domain.inbox import DueWithin, TaskFilter
from engine.domain.notes import NoteDetails, NoteKind
from engine.domain.people import PUBLIC
from engine.domain.staff_notices import NoticeKind
from engine.domain.waits import WaitKind
from engine.queries.all_cases import AllCases, CaseFilter, FallsDue, Sort, State
from engine.queries.look_ahead import Fortnight, LookAhead
from engine.queries.my_cases import MyCases, Turn
from engine.queries.oversight import WatchOver
from engine.queries.staff_notices import MyNotices
from engine.queries.whose_cases import Whose
from engine.storage.notes import Note
from engine.storage.sealing import SealingClass
from engine.storage.tables.processes import USER_TASKS
from tests.stories.test_meetings import books
from tests.stories.test_notes import contact, mails_to, writes
from tests.stories.test_registry import arrives, line, settles
from tests.support.browsing import signed_in
from tests.support.key_stores import close_and_plan, erase_due
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


@pytest.mark.databases
@pytest.mark.parametrize("closes", [False, True])
@pytest.mark.parametrize("begins", DAYS)
def test_the_overview_counts_a_late_day_of_an_open_and_of_a_closed_case(
    story: Story, begins: Callable[[Story], None], closes: bool
) -> None:
    first, second = pair_of(story)
    for each in (first, second):
        without_tasks_days(each)
    begins(second)
    if closes:
        close_and_plan(second, second.today + timedelta(days=900))
    seen = second.asks(WatchOver(), HEAD)
    assert (seen.late_days, seen.late_count) == ((), 0)

    second.world.clock.moment += timedelta(days=4)
    seen = second.asks(WatchOver(), HEAD)
    assert ([each.reference for each in seen.late_days], seen.late_count) == ([second.reference], 1)
    assert of_head(second, state=State.LATE) == [second.reference]
    assert figures(second) == (1, 1)
    manager = signed_in(second.world, HEAD)
    page = manager.get("/oversight/")
    assert page.tree.find_class("signal-number")[0].text_content() == "1"
    assert "Mikään ei odota sinua" not in page.text
    assert second.reference in manager.get("/oversight/late").text


def closed_with(story: Story, begins: Callable[[Story], object]) -> None:
    story.until("sign_resolution")
    begins(story)
    story.ends()
    assert story.case.state is CaseState.CLOSED


@pytest.mark.databases
def test_an_agreed_contact_brings_a_closed_case_back_on_its_day(registered: Story) -> None:
    on = registered.today + timedelta(days=200)
    closed_with(registered, lambda story: writes(story, CASEWORKER, contact(story, follow_up_on=on)))
    assert line(registered) is None
    assert registered.file.is_left_open
    registered.passes(days=(on - registered.today).days)
    found = line(registered)
    assert found is not None
    assert (found.wait.kind, found.is_mine) == (WaitKind.CONTACT, True)

    registered.performs(ClosePerson(CASEWORKER), "yllapitaja")
    nobodys = registered.asks(MyCases(Whose.NOBODYS), HEAD).lines
    assert [each.case.reference for each in nobodys] == [registered.reference]
    (note,) = [each.first for each in registered.file.notes]
    writes(registered, HEAD, NoteDetails(NoteKind.WORKING, "Häneen otettiin yhteyttä.", refers_to=note.id))
    assert registered.asks(MyCases(Whose.NOBODYS), HEAD).lines == ()
    assert not registered.file.is_left_open


@pytest.mark.parametrize("sealing_class", [SealingClass.CONTACT, SealingClass.NARRATIVE])
def test_a_closed_case_leaves_the_list_when_nobody_can_be_reached_or_nothing_be_noted(
    registered: Story, sealing_class: SealingClass
) -> None:
    contact_is_agreed(registered)
    registered.world.clock.moment += timedelta(days=2)
    close_and_plan(registered, registered.today, sealing_class)
    assert line(registered) is not None
    erase_due(registered.world.engine)
    assert line(registered) is None
    if sealing_class is SealingClass.NARRATIVE:
        case = registered.case
        with registered.world.engine.database.unit_of_work() as unit:
            stores = registered.world.engine.stores(unit)
            stores.cases.advance(case, registered.world.clock.moment, state=CaseState.PENDING)
        registered.passes(minutes=1)
        contact_is_agreed(registered)
        erase_due(registered.world.engine)
        assert any(each.follow_up_on for each in open_notes(registered)), "noted after it opened again"


def open_notes(story: Story) -> list[Note]:
    return [
        each
        for thread in story.read_by(CASEWORKER).notes
        for each in (thread.first, *thread.further)
        if each.is_open
    ]


@pytest.mark.parametrize("begins", [*DAYS, None])
def test_a_closed_case_in_which_something_is_promised_does_not_say_that_nothing_is(
    registered: Story, begins: Callable[[Story], None] | None
) -> None:
    closed_with(registered, begins or (lambda _: None))
    page = signed_in(registered.world, CASEWORKER).get(f"/cases/{registered.reference}")
    assert ("Mitään ei ole kesken." in page.text) is (begins is None)
    assert ("Sovittu tapaaminen tai yhteydenotto" in page.text) is (
        begins in (contact_is_agreed, meeting_is_booked)
    )
