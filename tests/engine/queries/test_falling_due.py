"""One cell of the coming days is asked for as it is counted: the same cases, without reading those of the other days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from engine.clock import HELSINKI
from engine.domain.tasks import OPEN
from engine.executor import Query, Work
from engine.queries.all_cases import AllCases, Carrier, CaseFilter, FallsDue
from engine.queries.falling_due import cases_due_on, falling_due, next_days
from engine.storage.tables.processes import USER_TASKS
from tests.engine.commands.test_statement_budget import counting
from tests.support.story import Story
from tests.support.world import World


class BothWays(Query[tuple[Any, Any]]):
    """How many cases are in each cell as it is counted, and as it is asked for alone."""

    def permit(self, work: Work) -> None:
        """A test may."""

    def execute(self, work: Work) -> tuple[Any, Any]:
        days = next_days(work.today)
        counted = falling_due(work, days)
        people = {None, *(owner for owner, _day in counted.by_owner)}
        alone = {
            (owner, day): set(work.stores.unit.execute(cases_due_on(work, day, (owner,))).scalars())
            for day in days
            for owner in people
        }
        everyones = {day: set(work.stores.unit.execute(cases_due_on(work, day)).scalars()) for day in days}
        union = {day: set().union(*(alone[owner, day] for owner in people)) for day in days}
        assert everyones == union
        assert counted.by_day == {day: len(cases) for day, cases in everyones.items() if cases}
        return dict(counted.by_owner), {cell: len(cases) for cell, cases in alone.items() if cases}


@pytest.fixture
def registered(story: Story) -> Story:
    story.applies()
    story.does("kirjaaja", "register", caseworker=str(story.world.people["kasittelija"].id))
    return story


def due_at(world: World, moment: datetime) -> None:
    with world.engine.database.transaction() as connection:
        connection.execute(
            update(USER_TASKS)
            .where(USER_TASKS.c.state.in_([each.value for each in OPEN]))
            .values(due_at=moment, sort_at=moment)
        )


@pytest.mark.databases
def test_each_cell_is_the_same_however_it_is_asked_for(registered: Story) -> None:
    world = registered.world
    unowned = Story(world)
    unowned.applies()
    met: set[date] = set()
    for days in range(-1, 17):
        for hour in (time(0, 0), time(23, 59, 59)):
            due_at(world, datetime.combine(registered.today + timedelta(days=days), hour, HELSINKI))
            counted, alone = world.engine.answer(BothWays(), world.actor("esihenkilo"))
            assert counted == alone, (days, hour)
            met |= {day for _owner, day in counted}
    assert met == set(next_days(registered.today))


def test_a_day_that_is_not_shown_has_none_and_those_away_are_understood(registered: Story) -> None:
    world = registered.world
    due_at(world, world.clock() + timedelta(days=2))

    def found(on: date, whose: Carrier | UUID | None = None) -> int:
        narrowed = CaseFilter(due=FallsDue(on, whose))
        return len(world.engine.answer(AllCases(narrowed), world.actor("esihenkilo")).lines)

    assert found(registered.today + timedelta(days=200)) == 0
    assert found(registered.today + timedelta(days=2), Carrier.AWAY) == 0
    assert found(registered.today + timedelta(days=2)) == 1


def test_a_cells_page_reads_no_other_days_rows(registered: Story) -> None:
    world = registered.world
    narrowed = CaseFilter(due=FallsDue(registered.today))
    with counting(world.engine) as plain:
        world.engine.answer(AllCases(), world.actor("esihenkilo"))
    with counting(world.engine) as asked:
        world.engine.answer(AllCases(narrowed), world.actor("esihenkilo"))
    assert len(asked.statements) <= len(plain.statements), "the days are a part of the list's own statement"
