"""However many rows there are, a page of the inbox and a round of the worker read short ranges of indexes."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from engine.commands.outbox import DueMessages
from engine.commands.retention import EraseDue
from engine.commands.rings import DueRings
from engine.commands.staff_notices import DueNotices
from engine.domain.inbox import DueWithin, Order, TaskFilter, Urgency, View
from engine.domain.people import SYSTEM
from engine.queries.health import ReadHealth
from engine.queries.inbox import OpenInbox
from tests.support.story import Story
from tests.support.world import World

NARROWED = (
    TaskFilter("assessment"),
    TaskFilter(due=DueWithin.TODAY),
    TaskFilter(team="north"),
    TaskFilter(urgency=Urgency.CHILD),
    TaskFilter(waits_for_me=True),
    TaskFilter(follow_up=DueWithin.TODAY, language="so"),
    TaskFilter(order=Order.CLASS),
    TaskFilter(order=Order.OLDEST),
)
OPENED = (
    *(OpenInbox(view) for view in (View.TEAM, View.MINE, View.UNASSIGNED, View.STALLED)),
    *(OpenInbox(View.TEAM, narrowed=each) for each in NARROWED),
)


@pytest.mark.parametrize("query", OPENED, ids=str)
@pytest.mark.parametrize("who", ["kasittelija", "pohjoinen"])
def test_no_page_reads_all_that_is_open(world: World, story: Story, query: OpenInbox, who: str) -> None:
    story.applies()
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, sql: str, parameters: Any, *_rest: object) -> None:
        if "FROM user_tasks" in sql:
            asked.append((sql, parameters))

    event.listen(world.engine.database.engine, "before_cursor_execute", note)
    world.engine.answer(query, world.actor(who))
    event.remove(world.engine.database.engine, "before_cursor_execute", note)
    assert asked
    with world.engine.database.view() as connection:
        for sql, parameters in asked:
            plan = [row[3] for row in connection.exec_driver_sql(f"explain query plan {sql}", parameters)]
            assert not [step for step in plan if step.startswith("SCAN user_tasks")], plan


GROWING = (
    "staff_notices",
    "call_wishes",
    "enquiries",
    "retention_plans",
    "outbox_messages",
)


@pytest.mark.parametrize(
    "round_of",
    [DueNotices(), DueRings(), DueMessages(), ReadHealth(), EraseDue()],
    ids=lambda each: type(each).__name__,
)
def test_no_round_of_the_worker_reads_a_table_that_grows(world: World, round_of: Any) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, sql: str, parameters: Any, *_rest: object) -> None:
        if sql.lstrip("( ").upper().startswith("SELECT"):
            asked.append((sql, parameters))

    event.listen(world.engine.database.engine, "before_cursor_execute", note)
    (world.engine.perform if isinstance(round_of, EraseDue) else world.engine.answer)(round_of, SYSTEM)
    event.remove(world.engine.database.engine, "before_cursor_execute", note)
    with world.engine.database.view() as connection:
        for sql, parameters in asked:
            plan = [row[3] for row in connection.exec_driver_sql(f"explain query plan {sql}", parameters)]
            read = [
                step
                for step in plan
                for name in GROWING
                if step.startswith(f"SCAN {name}") and "INDEX" not in step
            ]
            assert not read, (sql, plan)
