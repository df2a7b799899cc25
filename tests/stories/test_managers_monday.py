"""A manager's Monday: a colleague is sick since yesterday, cases move, one only waits, one comes back, and the colleague too."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.casework.appointments import NotAppointed
from engine.commands.absences import EndAbsence, RecordAbsence
from engine.commands.assignments import (
    FormerGone,
    MovedOn,
    ReassignCases,
    TooLateToUndo,
    UndoneAlready,
    UndoReassignment,
)
from engine.commands.tasks import ClaimTask, SaveDraft
from engine.domain.absences import DeputyScope, scope_in, stands_in
from engine.domain.arrivals import ArrivalKind
from engine.domain.cases import CaseClass, CaseState
from engine.domain.inbox import View
from engine.domain.staff_notices import NoticeKind
from engine.domain.tasks import FourEyes
from engine.errors import ClaimedByAnother, Forbidden, Invalid, NotFound
from engine.executor import Command
from engine.queries.absences import OpenAbsence
from engine.queries.all_cases import AllCases, Carrier, CaseFilter, CasePage, Sort, State, WaitsFor
from engine.queries.case_reassignment import GivenCase, GivenCases, PreviewGiving
from engine.queries.inbox import OpenInbox
from engine.queries.look_ahead import LookAhead
from engine.queries.my_cases import MyCases
from engine.queries.staff_notices import MyNotices
from engine.queries.whose_cases import Whose
from engine.storage.tables.processes import USER_TASKS
from tests.stories.test_meetings import books
from tests.stories.test_registry import arrives
from tests.support import answers as plain
from tests.support.story import Story
from tests.support.world import World


def does(world: World, command: Command[object], who: str = "esihenkilo") -> object:
    return world.engine.perform(command, world.actor(who))


def sick(story: Story, deputy: str = "", scope: str = "", days: int = 2) -> None:
    """Kerttu is away since yesterday: a new absence, or a change of the one that stands."""
    stands = next((each.id for each in story.world.people["kasittelija"].absences), None)
    yesterday = story.today - timedelta(days=1)
    until = story.today + timedelta(days=days)
    does(story.world, RecordAbsence("kasittelija", yesterday, until, deputy, scope, stands))


def gives(story: Story, *references: str, to: str = "toinen", why: str = "absence") -> None:
    person = story.world.people[to].id
    does(story.world, ReassignCases(tuple((each, person) for each in references), why))


def given(world: World) -> dict[str, GivenCase]:
    """Return the newest giving of each case."""
    found = world.engine.answer(GivenCases(), world.actor("esihenkilo"))
    return {each.reference: each for each in reversed(found)}


def cases(world: World, sort: Sort = Sort.STUCK, after: str | None = None, **narrowed: Any) -> CasePage:
    query = AllCases(CaseFilter(**narrowed), sort, after)
    return world.engine.answer(query, world.actor("esihenkilo"))


def listed(page: CasePage) -> list[str]:
    return [line.case.reference for line in page.lines]


def paged(world: World, sort: Sort) -> list[str]:
    """Return the list, read one case a page."""
    found, after = [], None
    for _ in range(9):
        page = world.engine.answer(AllCases(CaseFilter(), sort, after, most=1), world.actor("esihenkilo"))
        found += listed(page)
        after = page.next_after
        if after is None:
            break
    return found


def notices(world: World, who: str) -> list[NoticeKind]:
    return [each.kind for each in world.engine.answer(MyNotices(), world.actor(who)).lines]


def another(story: Story) -> Story:
    other = Story(story.world)
    other.applies(safe_channels=["phone", "email"], phone="000 000 0009", email="a@example.invalid")
    other.does("kirjaaja", "register", caseworker=str(story.world.people["kasittelija"].id))
    return other


def waiting(story: Story) -> Story:
    """A case that only waits for somebody outside."""
    story.does("kasittelija", "triage_override")
    story.does("kasittelija", "sufficiency", enough="ask", missing="Työpaikka", account_known="no")
    row = plain.request("outside_authority", story.today + timedelta(days=14)) | {"request_channel": "link"}
    story.does("kasittelija", "new_information_request", requests=[row], round_reason="Siksi.")
    story.passes(minutes=5)
    return story


@pytest.mark.databases
def test_a_monday_with_a_sick_colleague(registered: Story) -> None:
    world = registered.world
    second, waits = another(registered), waiting(another(registered))
    sick(registered)
    all_three = {registered.reference, second.reference, waits.reference}

    ahead = world.engine.answer(LookAhead(), world.actor("esihenkilo"))
    (line,) = ahead.absences
    assert (line.person.username, line.deputy, line.is_deputy_there) == ("kasittelija", None, False)
    row = next(each for each in ahead.rows if each.person and each.person.username == "kasittelija")
    assert [cell.is_away for cell in row.cells[:4]].count(True) >= 1
    assert row.cases == 3
    assert sum(team.open_cases for team in ahead.teams) == 3
    assert set(listed(cases(world, carrier=Carrier.AWAY))) == all_three
    assert listed(cases(world, waits_for=WaitsFor.OUTSIDE)) == [waits.reference]
    assert listed(cases(world, carrier=Carrier.NOBODY)) == []

    person = world.people["toinen"].id
    preview = world.engine.answer(
        PreviewGiving(tuple(sorted(all_three)), dict.fromkeys(all_three, person)), world.actor("esihenkilo")
    )
    assert preview.is_ready
    by_reference = {each.line.case.reference: each for each in preview.cases}
    assert by_reference[waits.reference].goes == 0, "it only waits"
    assert by_reference[second.reference].goes == 1
    assert {(each.person.username, each.before, each.after) for each in preview.loads} == {
        ("kasittelija", 3, 0),
        ("toinen", 0, 3),
    }
    assert registered.case.caseworker_id == world.people["kasittelija"].id, "nothing has moved"

    gives(registered, *all_three)
    assert {each.case.caseworker_id for each in (registered, second, waits)} == {person}
    assert {task.assignee_id for task in second.file.tasks} == {person}
    assert notices(world, "toinen").count(NoticeKind.ASSIGNMENT) == 3
    assert notices(world, "kasittelija").count(NoticeKind.HANDED_OVER) == 3
    assert "case_assigned" in waits.events

    does(world, UndoReassignment(given(world)[second.reference].made.id))
    assert second.case.caseworker_id == world.people["kasittelija"].id
    assert {task.assignee_id for task in second.file.tasks} == {world.people["kasittelija"].id}
    assert "assignment_undone" in second.events
    assert NoticeKind.UNDONE in notices(world, "kasittelija")
    with pytest.raises(UndoneAlready):
        does(world, UndoReassignment(given(world)[second.reference].made.id))

    assert not given(world)[waits.reference].may_return, "it can be undone still"
    registered.passes(days=4)
    ahead = world.engine.answer(LookAhead(), world.actor("esihenkilo"))
    assert ahead.absences == (), "it has ended without anybody doing anything"
    back = given(world)[waits.reference]
    assert (back.may_undo, back.may_return) == (False, True)
    with pytest.raises(TooLateToUndo):
        does(world, UndoReassignment(back.made.id))
    gives(registered, waits.reference, to="kasittelija", why="returned")
    assert waits.case.caseworker_id == world.people["kasittelija"].id
    with pytest.raises(MovedOn):
        does(world, UndoReassignment(back.made.id))


def test_what_was_begun_or_taken_by_a_third_stays(registered: Story) -> None:
    world = registered.world
    task = registered.task("triage_override")
    gives(registered, registered.reference)
    does(world, SaveDraft(task.id, {"deviate": ["no"]}), "toinen")
    does(world, UndoReassignment(given(world)[registered.reference].made.id))
    assert registered.case.caseworker_id == world.people["kasittelija"].id
    assert registered.task("triage_override").assignee_id == world.people["toinen"].id, "begun"
    gives(registered, registered.reference, to="toinen")
    assert registered.task("triage_override").assignee_id == world.people["toinen"].id

    with world.engine.database.unit_of_work() as unit:
        world.engine.stores(unit).people.change(world.people["kasittelija"].id, is_active=False)
    with pytest.raises(FormerGone):
        does(world, UndoReassignment(given(world)[registered.reference].made.id))


def test_cases_that_can_not_move_are_refused_beside_their_place_and_none_moves(registered: Story) -> None:
    world = registered.world
    second = another(registered)
    auditor, other = world.people["tarkastaja"].id, world.people["toinen"].id
    command = ReassignCases(((registered.reference, other), (second.reference, auditor)), "absence")
    with pytest.raises(Invalid) as refused:
        does(world, command)
    assert refused.value.field == f"person-{second.reference}"
    assert registered.case.caseworker_id == world.people["kasittelija"].id
    for broken, field in (
        (ReassignCases((), "absence"), "cases"),
        (ReassignCases(((second.reference, other),), "flu"), "why"),
        (
            ReassignCases(((second.reference, world.people["kasittelija"].id),), "other"),
            f"person-{second.reference}",
        ),
    ):
        with pytest.raises(Invalid) as refused:
            does(world, broken)
        assert refused.value.field == field
    with pytest.raises(NotFound):
        does(world, ReassignCases((("2026-999999", other),), "other"))
    with pytest.raises(Forbidden):
        does(world, ReassignCases(((second.reference, other),), "other"), "toinen")


def test_a_deputy_sees_and_takes_the_task_and_the_record_has_in_whose_place(registered: Story) -> None:
    world = registered.world
    task = registered.task("triage_override")
    with pytest.raises(ClaimedByAnother):
        does(world, ClaimTask(task.id), "toinen")
    sick(registered, "toinen")
    held = world.engine.answer(OpenInbox(), world.actor("toinen"))
    assert [(item.task_id, item.assignee_name) for item in held.items] == [(task.id, "Kerttu Käsittelijä")]
    assert held.counts[View.MINE] == 1
    (line,) = world.engine.answer(MyCases(Whose.STANDING_IN), world.actor("toinen")).lines
    assert (line.is_mine, line.is_in_place, line.wait.task_id) == (True, True, task.id)
    assert world.engine.answer(MyCases(), world.actor("kasittelija")).lines, "and Kerttu sees it as before"
    arrives(registered, ArrivalKind.OTHER)
    heard = {each.kind for each in world.engine.answer(MyNotices(), world.actor("toinen")).lines}
    assert heard == {NoticeKind.ARRIVAL}
    books(registered)
    does(world, ClaimTask(task.id), "toinen")
    for who in ("toinen", "kasittelija"):
        heard = {each.kind for each in world.engine.answer(MyNotices(), world.actor(who)).lines}
        assert (NoticeKind.MEETING in heard) is (who == "toinen"), "Kerttu booked it"
        assert (NoticeKind.HANDED_OVER in heard) is (who == "kasittelija"), "whose task was taken"
    event = next(each for each in registered.file.timeline if each.kind == "task_taken_in_place")
    assert event.facts["person"] == str(world.people["kasittelija"].id)
    assert registered.case.caseworker_id == world.people["kasittelija"].id, "it stays Kerttu's case"
    registered.does("toinen", "triage_override")
    follow_up = registered.task("sufficiency")
    registered.passes(days=4)
    if follow_up.assignee_id == world.people["kasittelija"].id:
        with pytest.raises(ClaimedByAnother):
            does(world, ClaimTask(follow_up.id), "toinen")


def test_a_deputy_stands_in_for_the_chosen_cases_only_and_nobody_for_a_deputy(registered: Story) -> None:
    world, reference = registered.world, registered.reference
    task = registered.task("triage_override").id
    # Only their deputy takes a task that they have begun.
    does(world, SaveDraft(task, {"deviate": ["no"]}), "kasittelija")
    sick(registered, "toinen", DeputyScope(classes=frozenset({CaseClass.CHILD})).written)
    assert world.engine.answer(OpenInbox(), world.actor("toinen")).items == (), "a case of another class"
    sick(registered, "toinen", DeputyScope(team="aland").written)
    assert world.engine.answer(MyCases(Whose.STANDING_IN), world.actor("toinen")).lines == ()
    assert reference in listed(cases(world, carrier=Carrier.AWAY))
    assert [
        each.case.reference
        for each in world.engine.answer(MyCases(Whose.NOBODYS), world.actor("esihenkilo")).lines
    ] == [reference]
    with pytest.raises(ClaimedByAnother):
        does(world, ClaimTask(task), "toinen")

    sick(registered, "toinen")
    away = RecordAbsence("toinen", registered.today, registered.today + timedelta(days=1))
    assert does(world, away, "toinen") == (world.people["kasittelija"].name,), (
        "by themselves, with those for whom they stand in"
    )
    with pytest.raises(ClaimedByAnother):
        does(world, ClaimTask(task), "toinen")
    page = world.engine.answer(OpenAbsence(), world.actor("toinen"))
    assert [each.person.username for each in page.stands_in_for] == ["kasittelija"]
    assert not page.stands_in_for[0].is_deputy_there
    with pytest.raises(Invalid) as refused:
        sick(registered, "toinen")
    assert refused.value.field == "deputy"
    does(world, EndAbsence("toinen"), "toinen")
    does(world, ClaimTask(task), "toinen")


def test_a_deputy_neither_signs_what_they_prepared_nor_without_an_appointment(story: Story) -> None:
    world = story.world
    story.applies()
    story.does("kirjaaja", "register")
    for form in ("triage_override", "sufficiency", "assessment", "prepare_resolution"):
        story.does("kaksoisrooli", form)
    other = Story(world)
    other.applies()
    other.until("sign_resolution")
    for each in (story, other):
        does(world, ClaimTask(each.task("sign_resolution").id), "paattaja")
    until = story.today + timedelta(days=3)
    does(world, RecordAbsence("paattaja", story.today, until, "kaksoisrooli"), "paattaja")
    with pytest.raises(FourEyes):
        does(world, ClaimTask(story.task("sign_resolution").id), "kaksoisrooli")
    with world.engine.database.unit_of_work() as unit:
        people = world.engine.stores(unit).people
        for each in people.appointments_of(world.people["kaksoisrooli"].id):
            people.end_appointment(each.id, story.today - timedelta(days=1))
    with pytest.raises(NotAppointed):
        other.does("kaksoisrooli", "sign_resolution")
    assert "task_taken_in_place" in other.events
    assert other.case.outcome is None


def test_bad_absences_are_refused_with_a_sentence(registered: Story) -> None:
    world, today = registered.world, registered.today
    day = timedelta(days=1)
    for since, until, deputy, scope, field in (
        (today, today - day, "", "", "away_until"),
        (today - 3 * day, today - day, "", "", "away_until"),
        (today, today + 3000 * day, "", "", "away_until"),
        (today, today + day, "kasittelija", "", "deputy"),
        (today, today + day, "tarkastaja", "", "deputy"),
        (today, today + day, "toinen", "classes nonsense", "scope"),
    ):
        with pytest.raises(Invalid) as refused:
            does(world, RecordAbsence("kasittelija", since, until, deputy, scope))
        assert refused.value.field == field, (since, until, deputy, scope)
    with pytest.raises(Forbidden):
        does(world, RecordAbsence("toinen", today, today), "kasittelija")


def test_a_written_scope_is_read_again() -> None:
    for scope in (
        DeputyScope(),
        DeputyScope(team="north"),
        DeputyScope(classes=frozenset({CaseClass.CHILD, CaseClass.URGENT})),
    ):
        assert scope_in(scope.written) == scope
    assert scope_in("classes child,of a newer program").classes == {CaseClass.CHILD}


def _looks_at_late(first: Story, second: Story) -> None:
    """Of two cases alike, the one whose day to be looked at has passed comes first, whichever it is."""
    world = first.world
    tasks = {each.reference: each.case_status.tasks for each in (first, second)}
    for story in (first, second):
        passed = {each.id for each in tasks[story.reference]}
        with world.engine.database.unit_of_work() as unit:
            kept = {row["id"]: row["follow_up_at"] for row in unit.rows(select(USER_TASKS))}
            dues = {row["id"]: row["due_at"] for row in unit.rows(select(USER_TASKS))}
            for each in kept:
                day = world.clock() - timedelta(days=200) if each in passed else kept[each]
                unit.update(USER_TASKS, {"id": each}, {"due_at": None, "follow_up_at": day})
        assert listed(cases(world))[0] == story.reference
        with world.engine.database.unit_of_work() as unit:
            for each, day in kept.items():
                unit.update(USER_TASKS, {"id": each}, {"due_at": dues[each], "follow_up_at": day})


@pytest.mark.databases
def test_lists_are_filtered_and_sorted(registered: Story) -> None:
    world = registered.world
    second = another(registered)
    for each in (registered, second):
        each.does("kasittelija", "triage_override")
    second.passes(days=60)
    both = {registered.reference, second.reference}
    _looks_at_late(registered, second)
    assert set(listed(cases(world, state=State.LATE))) == both
    assert listed(cases(world, Sort.NEWEST)) == list(reversed(listed(cases(world, Sort.OLDEST))))
    for sort in Sort:
        assert paged(world, sort) == listed(cases(world, sort)), sort
        assert set(paged(world, sort)) == both
    assert listed(cases(world, team="aland")) == []
    assert cases(world).count == 2
    assert registered.case.state is not CaseState.CLOSED
    person = world.people["toinen"]
    assert not stands_in(person, world.people["kasittelija"], registered.case, registered.today)
