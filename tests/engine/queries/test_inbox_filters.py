"""Inbox filters leave exactly the matching tasks, widen nothing and keep the pages."""

from __future__ import annotations

import pytest

from engine.commands.assignments import AssignCase, AssignTask
from engine.commands.people import AddPerson
from engine.commands.tasks import ClaimTask
from engine.domain.inbox import NO_TEAM, DueWithin, Order, TaskFilter, Urgency, View
from engine.domain.people import OPERATOR, Role
from engine.queries.inbox import Inbox, OpenInbox
from tests.benchmarks.bench_procedure import fill
from tests.support.accounts import account
from tests.support.story import Story
from tests.support.world import World

pytestmark = pytest.mark.databases


def opened(world: World, who: str, narrowed: TaskFilter, after: str | None = None) -> Inbox:
    return world.engine.answer(OpenInbox(View.TEAM, after, narrowed=narrowed), world.actor(who))


def left(world: World, who: str, **narrowed: object) -> list[str]:
    """Return references and forms of the tasks that are left."""
    inbox = opened(world, who, TaskFilter(**narrowed))  # type: ignore[arg-type]  # as the tests write them
    assert inbox.found == len(inbox.items)
    return [f"{item.reference} {item.form_key}" for item in inbox.items]


@pytest.fixture
def two(world: World) -> tuple[Story, Story]:
    """One case to be examined in the south, and one that is still to be registered."""
    south, north = Story(world), Story(world)
    south.applies()
    south.until("sufficiency")
    north.applies()
    return south, north


def test_one_kind_of_task(world: World, two: tuple[Story, Story]) -> None:
    south, north = two
    assert left(world, "kasittelija", form_key="sufficiency") == [f"{south.reference} sufficiency"]
    assert left(world, "kirjaaja", form_key="register") == [f"{north.reference} register"]
    assert left(world, "kasittelija", form_key="register") == [], (
        "what is another's to do does not come into view"
    )


def test_the_kinds_to_choose_from_are_those_of_ones_roles(world: World) -> None:
    """The choices do not depend on the open tasks, so they reveal no case."""
    kinds = {kind.form_key for kind in opened(world, "kirjaaja", TaskFilter()).kinds}

    assert "register" in kinds
    assert "sign_resolution" not in kinds


def test_no_two_kinds_to_choose_from_have_one_name(world: World) -> None:
    kinds = opened(world, "paattaja", TaskFilter()).kinds
    names = [name for kind in kinds for name in kind.names]
    assert len(names) == len(set(names))
    assert {"Allekirjoita tai palauta", "Allekirjoita poistaminen"} <= set(names)


def test_a_team_narrows_and_never_widens(world: World, two: tuple[Story, Story]) -> None:
    south, north = two
    assert left(world, "kirjaaja", team=NO_TEAM) == [f"{north.reference} register"]
    assert left(world, "kirjaaja", team="north") == [], "nobody knows yet where it is"
    north.does("kirjaaja", "register", region="north")
    north.until("sufficiency")
    assert left(world, "kasittelija", team="north") == [f"{north.reference} sufficiency"]
    assert left(world, "kasittelija", team="south") == [f"{south.reference} sufficiency"]
    assert left(world, "pohjoinen", team="north") == [f"{north.reference} sufficiency"]
    assert left(world, "pohjoinen", team="south") == [], "asked for another's, one sees none"


def test_urgency_follows_the_class_of_the_case(world: World, two: tuple[Story, Story]) -> None:
    """A call's first tasks are made before anyone has classed it, and are found by the class that was proposed."""
    call = Story(world)
    call.calls()
    first = {f"{call.reference} {form}" for form in ("urgent_measures", "register")}
    assert set(left(world, "paivystaja", urgency=Urgency.URGENT)) == first

    call.does("kirjaaja", "register")

    assert left(world, "paivystaja", urgency=Urgency.URGENT) == [f"{call.reference} urgent_measures"]
    assert left(world, "kasittelija", urgency=Urgency.URGENT) == [f"{call.reference} sufficiency"]


def test_late_today_and_this_week_are_separate_filters(world: World, two: tuple[Story, Story]) -> None:
    south, _ = two
    due_at = south.task("sufficiency").due_at
    assert due_at is not None
    named = [f"{south.reference} sufficiency"]

    def due() -> set[DueWithin]:
        return {
            each
            for each in DueWithin
            if left(world, "kasittelija", form_key="sufficiency", due=each) == named
        }

    assert due() == set()
    world.clock.passes(seconds=(due_at - world.clock()).total_seconds() - 5 * 86400)
    assert due() == {DueWithin.WEEK}
    world.clock.passes(days=5, hours=-3)
    assert due() == {DueWithin.WEEK, DueWithin.TODAY}
    world.clock.passes(days=1)
    assert due() == {DueWithin.LATE}


def test_tasks_that_wait_for_me_are_mine_or_free_in_my_cases(world: World, two: tuple[Story, Story]) -> None:
    south, north = two
    named = [f"{south.reference} sufficiency"]
    # The person who took the triage has the case, so its free tasks wait for them.
    assert left(world, "kasittelija", waits_for_me=True) == named
    assert left(world, "kirjaaja", waits_for_me=True) == []
    north.world.engine.perform(ClaimTask(north.task("register").id), world.actor("kirjaaja"))
    assert left(world, "kirjaaja", waits_for_me=True) == [f"{north.reference} register"]


def test_tasks_that_four_eyes_keep_me_from_do_not_wait_for_me(world: World) -> None:
    """A resolution never waits for the person who prepared it, even if they both work on cases and sign."""
    both = frozenset({Role.CASEWORKER, Role.DECISION_MAKER})
    world.people["molemmat"] = world.engine.perform(AddPerson("molemmat", "Maija Molemmat", both), OPERATOR)
    account(world, "molemmat")
    prepared_by_me, prepared_by_another = Story(world), Story(world)
    for story, preparer in ((prepared_by_me, "molemmat"), (prepared_by_another, "toinen")):
        story.applies()
        story.until("prepare_resolution")
        world.engine.perform(
            AssignCase(story.reference, world.people["molemmat"].id), world.actor("esihenkilo")
        )
        task = story.task("prepare_resolution")
        manager = world.actor("esihenkilo")
        world.engine.perform(AssignTask(task.id, world.people[preparer].id), manager)
        story.does(preparer, "prepare_resolution")
        assert "sign_resolution" in story.forms

    assert left(world, "molemmat", waits_for_me=True) == [f"{prepared_by_another.reference} sign_resolution"]


def test_follow_up_language_and_stalled_narrow_and_the_order_is_kept(
    world: World, two: tuple[Story, Story]
) -> None:
    south, north = two
    looked_at = Story(world)
    looked_at.applies()
    looked_at.does("kirjaaja", "register")
    assert looked_at.task("triage_override").due_at is None
    assert left(world, "kasittelija", follow_up=DueWithin.WEEK) == [f"{looked_at.reference} triage_override"]
    assert left(world, "kirjaaja", follow_up=DueWithin.WEEK) == []
    assert left(world, "kirjaaja", language="fi") == [f"{north.reference} register"]
    assert left(world, "kirjaaja", language="so") == []
    assert left(world, "kasittelija", is_stalled=True) == []
    call = Story(world)
    call.calls()
    call.does("kirjaaja", "register")
    by_class = left(world, "kasittelija", form_key="sufficiency", order=Order.CLASS)
    assert by_class == [f"{call.reference} sufficiency", f"{south.reference} sufficiency"]
    assert left(world, "kasittelija", form_key="sufficiency", order=Order.OLDEST) == by_class[::-1]


def test_pages_of_the_remaining_tasks_hold_each_once(world: World, story: Story) -> None:
    story.applies()
    fill(world, story, 0, 160)
    for order in Order:
        narrowed = TaskFilter("sufficiency", order=order)
        seen: list[str] = []
        after = None
        while True:
            page = opened(world, "kasittelija", narrowed, after)
            seen += [item.reference for item in page.items]
            if page.next_after is None:
                break
            after = page.next_after

        assert len(seen) == len(set(seen)) == 60
