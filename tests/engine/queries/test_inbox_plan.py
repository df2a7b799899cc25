"""However many tasks are open, a page of the inbox reads a short range of an index of the open ones."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from engine.domain.inbox import DueWithin, Order, TaskFilter, Urgency, View
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
