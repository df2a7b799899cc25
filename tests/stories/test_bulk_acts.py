"""Many tasks at once: a manager gives them away, takes them back, and nothing that has happened since is undone."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from engine.commands.assignments import AssignTask
from engine.commands.bulk_acts import BeginBulk, DoBulkLine, UndoBulkLine
from engine.commands.parties import StopContactByCode
from engine.commands.tasks import ClaimTask, SaveDraft, SetFollowUp
from engine.commands.visibility import RecordDisqualification, RestrictCase
from engine.domain.bulk_acts import BulkKind, BulkState, Hindrance
from engine.domain.people import PUBLIC, Absence
from engine.errors import Invalid, NotFound
from engine.queries.bulk_acts import BulkRow, OpenBulk, PreviewBulk
from engine.queries.staff_notices import MyNotices
from engine.storage.database import new_id
from tests.support.story import Story
from tests.support.world import World

Outcomes = dict[str, tuple[BulkState, Hindrance | None]]


def applications(world: World, number: int) -> list[Story]:
    stories = [Story(world) for _ in range(number)]
    for story in stories:
        story.applies()
    return stories


def of(stories: list[Story]) -> list[UUID]:
    return [story.task("register").id for story in stories]


def acts(world: World, who: str, command: BeginBulk) -> UUID:
    """Begin an act and do each line, as the page does."""
    act_id = world.engine.perform(command, world.actor(who))
    for row in rows(world, who, act_id):
        world.engine.perform(DoBulkLine(line_of(row)), world.actor(who))
    return act_id


def undoes(world: World, who: str, act_id: UUID) -> None:
    for row in rows(world, who, act_id):
        world.engine.perform(UndoBulkLine(line_of(row)), world.actor(who))


def rows(world: World, who: str, act_id: UUID) -> tuple[BulkRow, ...]:
    return world.engine.answer(OpenBulk(act_id), world.actor(who)).rows


def line_of(row: BulkRow) -> UUID:
    assert row.line_id is not None
    return row.line_id


def outcomes(world: World, who: str, act_id: UUID) -> Outcomes:
    return {row.reference: (row.state, row.reason) for row in rows(world, who, act_id)}


def test_an_assignment_is_undone_but_for_the_task_that_was_completed_meanwhile(world: World) -> None:
    done, drafted, untouched = stories = applications(world, 3)
    registrar = world.people["kirjaaja"].id
    act_id = acts(world, "esihenkilo", BeginBulk(BulkKind.ASSIGN, of(stories), registrar))
    assert {story.task("register").assignee_id for story in stories} == {registrar}
    assert world.engine.answer(MyNotices(), world.actor("kirjaaja")).unread == 3
    task = drafted.task("register").id
    world.engine.perform(SaveDraft(task, {"x": ["y"]}), world.actor("kirjaaja"))
    done.does("kirjaaja", "register")

    undoes(world, "esihenkilo", act_id)

    assert outcomes(world, "esihenkilo", act_id) == {
        done.reference: (BulkState.KEPT, Hindrance.MOVED_ON),
        drafted.reference: (BulkState.KEPT, Hindrance.DRAFTED),
        untouched.reference: (BulkState.UNDONE, None),
    }
    assert untouched.task("register").assignee_id is None
    assert drafted.task("register").assignee_id == registrar
    assert not world.engine.answer(OpenBulk(act_id), world.actor("esihenkilo")).can_undo


@pytest.mark.databases
def test_a_preview_says_what_the_act_then_does_and_changes_nothing(world: World) -> None:
    free, taken, closed = stories = applications(world, 3)
    world.engine.perform(ClaimTask(taken.task("register").id), world.actor("paivystaja"))
    ids = of(stories)
    closed.does("kirjaaja", "register")
    preview = world.engine.answer(PreviewBulk(BulkKind.CLAIM, ids), world.actor("kirjaaja"))
    expected = {
        free.reference: None,
        taken.reference: Hindrance.TAKEN,
        closed.reference: Hindrance.CLOSED,
    }
    assert {row.reference: row.reason for row in preview.rows} == expected
    assert free.task("register").assignee_id is None

    act_id = acts(world, "kirjaaja", BeginBulk(BulkKind.CLAIM, ids))

    assert {each: reason for each, (_, reason) in outcomes(world, "kirjaaja", act_id).items()} == expected
    assert free.task("register").assignee_id == world.people["kirjaaja"].id
    assert "task_claimed" in free.events
    # Done again, a line stays as it is: a page sent twice changes nothing.
    (line,) = (row for row in rows(world, "kirjaaja", act_id) if row.state is BulkState.DONE)
    assert world.engine.perform(DoBulkLine(line_of(line)), world.actor("kirjaaja")) is BulkState.DONE


def test_after_a_day_nothing_is_undone_and_others_never_undo(world: World) -> None:
    stories = applications(world, 1)
    act_id = acts(world, "kirjaaja", BeginBulk(BulkKind.CLAIM, of(stories)))
    (row,) = rows(world, "kirjaaja", act_id)
    with pytest.raises(NotFound):
        world.engine.perform(UndoBulkLine(line_of(row)), world.actor("paivystaja"))
    with pytest.raises(NotFound):
        world.engine.answer(OpenBulk(act_id), world.actor("paivystaja"))

    world.clock.passes(hours=24)

    with pytest.raises(Invalid):
        world.engine.perform(UndoBulkLine(line_of(row)), world.actor("kirjaaja"))
    assert stories[0].task("register").assignee_id == world.people["kirjaaja"].id


def test_a_follow_up_moves_what_has_no_due_day_and_is_put_back(registered: Story) -> None:
    world, task = registered.world, registered.task("triage_override")
    due = Story(world)
    due.applies()
    due.does("kirjaaja", "register")
    due.does("kasittelija", "triage_override")
    before, on = task.follow_up_at, registered.today + timedelta(days=9)
    chosen = [task.id, due.task("sufficiency").id]
    act_id = acts(world, "kasittelija", BeginBulk(BulkKind.FOLLOW_UP, chosen, on=on))
    assert outcomes(world, "kasittelija", act_id) == {
        registered.reference: (BulkState.DONE, None),
        due.reference: (BulkState.REFUSED, Hindrance.HAS_DUE_DAY),
    }
    moved = registered.task("triage_override").follow_up_at
    assert before is not None
    assert moved is not None
    assert moved > before

    undoes(world, "kasittelija", act_id)

    assert registered.task("triage_override").follow_up_at == before
    for day in (registered.today - timedelta(days=1), registered.today + timedelta(days=31), None):
        with pytest.raises(Invalid):
            world.engine.perform(SetFollowUp(task.id, day), world.actor("kasittelija"))


def test_nobody_away_disqualified_or_of_another_group_is_given_a_task(registered: Story) -> None:
    world = registered.world
    task, manager = registered.task("triage_override").id, world.actor("esihenkilo")

    def reason(who: str) -> Hindrance | None:
        query = PreviewBulk(BulkKind.ASSIGN, [task], world.people[who].id)
        (row,) = world.engine.answer(query, manager).rows
        return row.reason

    assert reason("toinen") is None
    assert reason("kasittelija") is Hindrance.SAME
    assert reason("kirjaaja") is Hindrance.OTHER_GROUP
    with world.engine.database.unit_of_work() as unit:
        stores = world.engine.stores(unit)
        away = Absence(new_id(), registered.today, registered.today + timedelta(days=2))
        stores.people.add_absence(world.people["toinen"].id, away)
    with pytest.raises(Invalid):
        reason("toinen")


def test_a_task_goes_back_to_nobody_who_was_disqualified_meanwhile(world: World) -> None:
    (story,) = stories = applications(world, 1)
    registrar, manager = world.people["kirjaaja"], world.actor("esihenkilo")
    world.engine.perform(AssignTask(story.task("register").id, registrar.id), manager)
    act_id = acts(world, "esihenkilo", BeginBulk(BulkKind.ASSIGN, of(stories), world.people["paivystaja"].id))
    barred = RecordDisqualification(story.reference, registrar.id, "other")
    world.engine.perform(barred, manager)

    undoes(world, "esihenkilo", act_id)

    assert outcomes(world, "esihenkilo", act_id)[story.reference][0] is BulkState.UNDONE
    assert story.task("register").assignee_id is None


def test_a_task_of_a_case_that_was_restricted_meanwhile_is_not_given_back(world: World) -> None:
    (story,) = stories = applications(world, 1)
    former, now = (world.people[each].id for each in ("paivystaja", "kirjaaja"))
    world.engine.perform(AssignTask(story.task("register").id, former), world.actor("esihenkilo"))
    act_id = acts(world, "esihenkilo", BeginBulk(BulkKind.ASSIGN, of(stories), now))
    world.engine.perform(RestrictCase(story.reference, "Päivystäjä tuntee epäillyn."), world.actor("johtaja"))
    assert not world.engine.answer(OpenBulk(act_id), world.actor("esihenkilo")).can_undo

    undoes(world, "esihenkilo", act_id)

    assert outcomes(world, "esihenkilo", act_id) == {story.reference: (BulkState.KEPT, Hindrance.RESTRICTED)}
    assert story.task("register").assignee_id == now
    with pytest.raises(NotFound):
        story.read_by("paivystaja")


def test_a_case_that_a_claim_made_theirs_leaves_with_the_tasks_born_since(world: World) -> None:
    (story,) = applications(world, 1)
    story.does("kirjaaja", "register")
    act_id = acts(world, "toinen", BeginBulk(BulkKind.CLAIM, [story.task("triage_override").id]))
    assert story.case.caseworker_id == world.people["toinen"].id
    assert story.receipt is not None
    assert world.engine.perform(StopContactByCode(story.receipt.code), PUBLIC)
    story.passes(minutes=10)
    assert len([each for each in story.case_status.tasks if each.assignee_id]) == 2, "one was born since"

    undoes(world, "toinen", act_id)

    assert story.case.caseworker_id is None
    assert {each.assignee_id for each in story.case_status.tasks} == {None}


@pytest.mark.parametrize("is_reversed", [False, True])
def test_undoing_a_claim_of_two_tasks_leaves_their_case_without_a_caseworker_as_it_was(
    story: Story, *, is_reversed: bool
) -> None:
    """In whichever order the lines are undone."""
    receipt, world = story.applies(), story.world
    story.does("kirjaaja", "register")
    assert world.engine.perform(StopContactByCode(receipt.code), PUBLIC)
    story.passes(minutes=10)
    free = [each.id for each in story.case_status.tasks]
    assert len(free) == 2
    assert story.case.caseworker_id is None
    act_id = acts(world, "kasittelija", BeginBulk(BulkKind.CLAIM, free))
    assert story.case.caseworker_id == world.people["kasittelija"].id
    claimed = rows(world, "kasittelija", act_id)
    for row in reversed(claimed) if is_reversed else claimed:
        world.engine.perform(UndoBulkLine(line_of(row)), world.actor("kasittelija"))
    assert {each.state for each in rows(world, "kasittelija", act_id)} == {BulkState.UNDONE}
    assert {each.assignee_id for each in story.case_status.tasks} == {None}
    assert story.case.caseworker_id is None
