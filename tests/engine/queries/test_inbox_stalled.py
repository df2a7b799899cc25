"""The inbox finds the tasks of cases that stand still, however many these are: more than a statement takes values from outside."""

from __future__ import annotations

from typing import Final

import pytest
from sqlalchemy import String, cast, event, insert, literal, select, text, update

from engine.domain.inbox import Order, TaskFilter, View
from engine.domain.people import Actor
from engine.queries.inbox import OpenInbox
from engine.storage.tables.cases import CASES
from tests.support.story import Story
from tests.support.world import World

MANY: Final = {"sqlite": 32_767, "postgresql": 1_000}
"""SQLite takes 32,766 values in a statement. PostgreSQL takes twice as many, which takes long to fill: there the values are counted."""
FEW: Final = 300
"""Values of a statement that does not name each case."""


@pytest.mark.databases
def test_more_cases_stand_still_than_a_statement_takes_values(world: World, database_kind: str) -> None:
    still, other = Story(world), Story(world)
    for each in (still, other):
        each.applies()
        each.until("sufficiency")
    many_stand_still(world, still.reference, MANY[database_kind])

    given: list[int] = []
    event.listen(
        world.engine.database.engine,
        "before_cursor_execute",
        lambda _connection, _cursor, _sql, values, *_rest: given.append(len(values)),
    )
    reader = world.actor("kasittelija")
    assert world.engine.answer(OpenInbox(View.STALLED), reader).counts[View.STALLED] == 1
    for view in View:
        shown = seen(world, OpenInbox(view, with_counts=False), reader)
        assert (other.reference in shown) is (view in {View.MINE, View.TEAM})
        for order in Order:
            narrowed = TaskFilter(is_stalled=True, order=order)
            left = [each for each in shown if each == still.reference]
            assert seen(world, OpenInbox(view, with_counts=False, narrowed=narrowed), reader) == left
    assert max(given) < FEW


def seen(world: World, query: OpenInbox, reader: Actor) -> list[str]:
    return [each.reference for each in world.engine.answer(query, reader).items]


def many_stand_still(world: World, reference: str, count: int) -> None:
    """Mark a case as one that stands still, and add so many copies of it, without tasks."""
    numbers = select(literal(1).label("number")).cte(recursive=True)
    numbers = numbers.union_all(select(numbers.c.number + 1).where(numbers.c.number < count))
    new_id = "lower(hex(randomblob(16)))" if world.engine.database.is_sqlite else "gen_random_uuid()"
    own = {"id": text(new_id), "reference": literal("3026-").concat(cast(numbers.c.number, String))}
    names = [each.name for each in CASES.columns]
    copies = select(*(own.get(name, CASES.c[name]) for name in names)).where(CASES.c.reference == reference)
    with world.engine.database.transaction() as connection:
        connection.execute(update(CASES).where(CASES.c.reference == reference).values(is_stalled=True))
        connection.execute(
            insert(CASES).from_select(names, copies.join_from(CASES, numbers, literal(1) == 1))
        )
        if not world.engine.database.is_sqlite:
            connection.exec_driver_sql("analyze cases")
