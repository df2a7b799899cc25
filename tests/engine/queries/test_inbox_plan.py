"""However many tasks are open, a page of the inbox reads a short range of an index of the open ones."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from engine.queries.inbox import OpenInbox, View
from tests.support.story import Story
from tests.support.world import World


@pytest.mark.parametrize("view", [View.TEAM, View.MINE, View.UNASSIGNED, View.STALLED])
@pytest.mark.parametrize("who", ["kasittelija", "pohjoinen"])
def test_no_page_reads_all_that_is_open(world: World, story: Story, view: View, who: str) -> None:
    story.applies()
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, sql: str, parameters: Any, *_rest: object) -> None:
        if "FROM user_tasks" in sql:
            asked.append((sql, parameters))

    event.listen(world.engine.database.engine, "before_cursor_execute", note)
    world.engine.answer(OpenInbox(view), world.actor(who))
    event.remove(world.engine.database.engine, "before_cursor_execute", note)
    assert asked
    with world.engine.database.view() as connection:
        for sql, parameters in asked:
            plan = [row[3] for row in connection.exec_driver_sql(f"explain query plan {sql}", parameters)]
            assert not [step for step in plan if step.startswith("SCAN user_tasks")], plan
