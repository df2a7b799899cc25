"""Taking the next task: the table decides which, and no two people get the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest

from engine.commands.absences import RecordAbsence
from engine.commands.next_task import TakeNext
from engine.commands.people import AddPerson
from engine.dmn import parse_tables
from engine.domain.inbox import View
from engine.domain.next_task import Offered
from engine.domain.people import OPERATOR, Role
from engine.errors import Conflict
from engine.queries.inbox import OpenInbox
from engine.queries.next_task import OfferNext
from processes.catalogue import ROOT
from tests.support.story import Story
from tests.support.world import World

TABLE = parse_tables((ROOT / "intake_to_decision/take_next.dmn").read_bytes())


def offered(world: World, who: str) -> Offered:
    return world.engine.answer(OfferNext(), world.actor(who))


def takes(world: World, who: str, seen: UUID | None = None) -> UUID | None:
    taken = world.engine.perform(TakeNext(seen), world.actor(who))
    return taken.task.task_id if taken else None


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"case_class": "urgent", "carried": 40, "handler": "other"}, "urgent"),
        ({"days_left": -1, "carried": 40, "handler": "other"}, "late"),
        ({"handler": "other"}, "others"),
        ({"carried": 12, "case_class": "child"}, "enough"),
        ({"handler": "own", "carried": 11}, "own"),
        ({"case_class": "child"}, "child"),
        ({"days_left": 2}, "due_soon"),
        ({"days_waited": 10, "days_left": 3}, "waited"),
        ({"days_waited": 9, "days_left": None}, "usual"),
    ],
)
def test_the_table_ranks_by_class_days_and_load(facts: dict[str, Any], reason: str) -> None:
    usual = {"case_class": "normal", "days_waited": 0, "days_left": 30, "carried": 0, "handler": "none"}
    result: Any = TABLE.evaluate("take_next", usual | facts).result
    assert result["reason"] == reason
    assert (result["rank"] is None) == (reason in ("others", "enough"))


@pytest.mark.databases
def test_three_take_next_on_a_friday_and_nobody_gets_anothers(world: World) -> None:
    for _ in range(3):
        Story(world).applies()
    added = AddPerson("kirjaaja2", "Kimmo Kirjaaja", frozenset({Role.INTAKE}))
    world.people["kirjaaja2"] = world.engine.perform(added, OPERATOR)
    people = ("kirjaaja", "kirjaaja2", "paivystaja")
    seen = {offer.task.task_id for who in people if (offer := offered(world, who).offer)}
    assert len(seen) == 1, "all are offered the same"
    together = Barrier(len(people))

    def takes_it(who: str) -> UUID | None:
        together.wait()
        return takes(world, who, next(iter(seen)))

    with ThreadPoolExecutor(len(people)) as pool:
        taken = list(pool.map(takes_it, people))

    assert None not in taken
    assert len(set(taken)) == 3
    with pytest.raises(Conflict):
        takes(world, "kirjaaja")


def test_what_is_taken_is_what_was_offered_with_its_reason_and_a_second_press_takes_no_second(
    world: World,
) -> None:
    waiting, call = Story(world), Story(world)
    waiting.applies()
    waiting.does("kirjaaja", "register")
    call.calls()
    call.does("kirjaaja", "register")
    found = offered(world, "toinen")
    assert found.offer is not None
    assert (found.offer.task.reference, found.offer.reason, found.offer.row) == (call.reference, "urgent", 1)
    assert found.seen == 2

    first = takes(world, "toinen", found.offer.task.task_id)

    assert first == found.offer.task.task_id
    assert takes(world, "toinen", first) is None
    assert call.case.caseworker_id == world.people["toinen"].id
    after = offered(world, "toinen")
    assert after.carried == 1
    assert after.offer is not None
    assert after.offer.task.reference == waiting.reference


def test_nothing_is_offered_to_the_absent_and_no_restricted_case_to_anyone(world: World) -> None:
    story = Story(world)
    story.applies()
    story.does("kirjaaja", "register", restricted="yes")
    assert offered(world, "toinen").seen == 0
    open_one = Story(world)
    open_one.applies()
    open_one.does("kirjaaja", "register")
    assert offered(world, "toinen").seen == 1
    away = RecordAbsence("toinen", story.today, story.today + timedelta(days=2))
    world.engine.perform(away, world.actor("johtaja"))

    assert offered(world, "toinen").is_away
    with pytest.raises(Conflict):
        takes(world, "toinen")


@pytest.mark.databases
def test_an_urgent_call_registered_to_the_north_is_not_offered_in_the_south(world: World) -> None:
    """Its measures are a task from before anybody knew the region."""
    for who, team in (("etela", "south"), ("pohjola", "north")):
        added = AddPerson(who, who, frozenset({Role.ON_CALL}), team=team)
        world.people[who] = world.engine.perform(added, OPERATOR)
    call, own = Story(world), Story(world)
    call.calls()
    own.calls()
    own.does("kirjaaja", "register", region="south")
    call.does("kirjaaja", "register", region="north")

    assert "urgent_measures" in call.forms
    assert call.case.team == "north"
    for view in View:
        seen = world.engine.answer(OpenInbox(view), world.actor("etela")).items
        assert call.reference not in {each.reference for each in seen}
    shown = world.engine.answer(OpenInbox(View.TEAM), world.actor("pohjola")).items
    assert {each.reference for each in shown} == {call.reference}
    assert [each.team for each in shown if each.form_key == "urgent_measures"] == ["north"]
    taken = takes(world, "etela")
    assert taken == own.task("urgent_measures", None).id
    with pytest.raises(Conflict):
        takes(world, "etela")
