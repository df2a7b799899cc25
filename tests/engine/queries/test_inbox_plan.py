"""However many rows there are, pages of lists and a round of the worker read short ranges of indexes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, select, text

from engine.commands.outbox import DueMessages
from engine.commands.retention import DueErasures, EraseDays, EraseDue
from engine.commands.rings import DueRings
from engine.commands.staff_notices import DueNotices
from engine.domain.inbox import DueWithin, Order, TaskFilter, Urgency, View
from engine.domain.people import SYSTEM
from engine.queries.all_cases import AllCases, Carrier, CaseFilter, Sort, WaitsFor
from engine.queries.health import ReadHealth
from engine.queries.inbox import OpenInbox
from engine.queries.insight import WhereTimeGoes
from engine.queries.look_ahead import LookAhead
from engine.queries.my_cases import MyCases
from engine.queries.oversight import Watched, WatchList, WatchOver
from engine.queries.reassignment import OpenReassignment, WhatIsCarried
from engine.queries.whose_cases import Whose
from engine.storage.database import Database, new_id
from engine.storage.tables import METADATA
from engine.storage.tables.access import ACCESS_ENTRIES
from engine.storage.tables.cases import CASES
from engine.storage.tables.processes import ELEMENT_RUNS, USER_TASKS
from engine.storage.unit_of_work import UnitOfWork
from tests.support.postgres import Cluster
from tests.support.story import Story
from tests.support.world import BEGINNING, World

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


LISTS = {
    "kasittelija": (
        *(MyCases(whose) for whose in Whose),
        MyCases(narrowed=TaskFilter("assessment", due=DueWithin.LATE, is_stalled=True)),
    ),
    "pohjoinen": tuple(MyCases(whose) for whose in Whose),
    "johtaja": (
        *(MyCases(whose) for whose in Whose),
        *(AllCases(CaseFilter(), sort) for sort in Sort),
        AllCases(CaseFilter(carrier=Carrier.NOBODY)),
        AllCases(CaseFilter(waits_for=WaitsFor.US)),
        WatchOver(),
        *(WatchList(each) for each in Watched),
        WhatIsCarried(None),
        LookAhead(),
        WhereTimeGoes(),
    ),
}
LONG_AGO = BEGINNING - timedelta(days=400)
WAYS_OF_FEW = ("seqscan", "mergejoin", "hashjoin")
OF_ALL_YEARS = ("cases", "element_runs", "instances", "user_tasks")
"""Tables of which the open rows are few, and the others grow for ever."""


@pytest.mark.databases
@pytest.mark.parametrize("who", LISTS)
def test_no_list_reads_what_is_closed(world: World, story: Story, who: str) -> None:
    story.applies()
    story.until("sufficiency")
    many_closed(world)
    actor, queries = world.actor(who), LISTS[who]
    if who == "johtaja":
        queries = (*queries, OpenReassignment(story.task("sufficiency").id))
    for query in queries:
        with asked_for(world) as asked:
            world.engine.answer(query, actor)
        assert asked
        assert [each for sql, parameters in asked for each in read_whole(world, sql, parameters)] == [], query


def many_closed(world: World) -> None:
    """Add a thousand closed cases with a task each: among few rows PostgreSQL reads all, whatever index there is."""
    with world.engine.database.transaction() as connection:
        case, task, run = (
            dict(connection.execute(select(each)).mappings().first())
            for each in (CASES, USER_TASKS, ELEMENT_RUNS)
        )
        ids = [new_id() for _ in range(1000)]
        cases = [
            {**case, "id": each, "reference": f"3026-{each}", "state": "closed", "received_at": LONG_AGO}
            for each in ids
        ]
        tasks = [
            {**task, "id": new_id(), "case_id": each, "task_key": str(each), "state": "completed"}
            for each in ids
        ]
        connection.execute(insert(CASES), cases)
        connection.execute(insert(USER_TASKS), tasks)
        ended = {"kind": "userTask", "state": "done", "ready_at": LONG_AGO, "ended_at": LONG_AGO}
        runs = [{**run, **ended, "case_id": each} for each in ids]
        connection.execute(insert(ELEMENT_RUNS), runs)
        if not world.engine.database.is_sqlite:
            connection.exec_driver_sql("analyze")


@contextmanager
def asked_for(world: World) -> Iterator[list[tuple[str, Any]]]:
    """Gather the statements that read, with their parameters."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, sql: str, parameters: Any, *_rest: object) -> None:
        if sql.lstrip("( ").upper().startswith(("SELECT", "WITH")):
            asked.append((sql, parameters))

    event.listen(world.engine.database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(world.engine.database.engine, "before_cursor_execute", note)


def read_whole(world: World, sql: str, parameters: Any) -> list[str]:
    """Return the steps of the plan that read a whole table of all years, or a whole index of all its rows."""
    partial = {
        index.name
        for name in OF_ALL_YEARS
        for index in METADATA.tables[name].indexes
        if index.dialect_options["sqlite"]["where"] is not None
    }
    with world.engine.database.view() as connection:
        if world.engine.database.is_sqlite:
            plan = [row[3] for row in connection.exec_driver_sql(f"explain query plan {sql}", parameters)]
            whole = re.compile(rf"SCAN (?:{'|'.join(OF_ALL_YEARS)}|user_tasks_\d+|cases_\d+)\b")
            return [step for step in plan if whole.match(step) and step.split()[-1] not in partial]
        # A thousand rows are still so few that it would read and hash all: the question is if another way exists.
        for way in WAYS_OF_FEW:
            connection.exec_driver_sql(f"set enable_{way} = off")
        (plan,) = connection.exec_driver_sql(f"explain (format json) {sql}", parameters).scalar_one()
        for way in WAYS_OF_FEW:
            connection.exec_driver_sql(f"reset enable_{way}")
    return [
        f"{node['Node Type']} {node.get('Index Name', '')} in {sql}"
        for node in nodes(plan["Plan"])
        if "Index Cond" not in node and node.get("Index Name", "") not in partial
        if (node.get("Relation Name") in OF_ALL_YEARS and node["Node Type"] != "Bitmap Heap Scan")
        or (node["Node Type"] == "Bitmap Index Scan" and node["Index Name"] in whole_indexes())
    ]


def whole_indexes() -> set[str]:
    return {
        str(each.name)
        for name in OF_ALL_YEARS
        for each in (*METADATA.tables[name].indexes, *METADATA.tables[name].constraints)
    }


def nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for each in plan.get("Plans", ()):
        yield from nodes(each)


def test_postgresql_plans_for_the_values_that_come(postgres: Cluster) -> None:
    """A plan for all values reads all that is open, for anybody who asks."""
    name = postgres.new_database()
    with closing(Database(postgres.url(name))) as database, database.view() as connection:
        for number in range(9):
            connection.execute(text("select relname from pg_class where oid = :oid"), {"oid": number})
        plans = connection.execute(
            text("select sum(generic_plans), sum(custom_plans) from pg_prepared_statements")
        )
        generic, custom = plans.one()
    postgres.drop_database(name)
    assert generic == 0
    assert custom >= 8, "each statement is prepared when it comes again"


GROWING = (
    "staff_notices",
    "call_wishes",
    "enquiries",
    "retention_plans",
    "outbox_messages",
)


@pytest.mark.parametrize(
    "round_of",
    [DueNotices(), DueRings(), DueMessages(), ReadHealth(), DueErasures(), EraseDays(), EraseDue(new_id())],
    ids=lambda each: type(each).__name__,
)
def test_no_round_of_the_worker_reads_a_table_that_grows(world: World, round_of: Any) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, sql: str, parameters: Any, *_rest: object) -> None:
        if sql.lstrip("( ").upper().startswith("SELECT"):
            asked.append((sql, parameters))

    event.listen(world.engine.database.engine, "before_cursor_execute", note)
    (world.engine.perform if isinstance(round_of, EraseDue | EraseDays) else world.engine.answer)(
        round_of, SYSTEM
    )
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


def test_the_ends_of_chains_since_an_entry_are_found_without_the_entries_before(story: Story) -> None:
    """They are looked for each minute, under the writer's lock of SQLite."""
    story.applies()
    story.read_by("kirjaaja")
    database = story.world.engine.database
    with database.view() as connection:
        first = min(connection.execute(select(ACCESS_ENTRIES.c.id)).scalars())
    story.read_by("kasittelija")
    asked: list[tuple[str, Any]] = []
    event.listen(
        database.engine,
        "before_cursor_execute",
        lambda _connection, _cursor, sql, parameters, *_rest: asked.append((sql, parameters)),
    )
    with database.view() as connection:
        ends = story.world.engine.stores(UnitOfWork(connection)).access.heads(first)
        ((sql, parameters),) = [each for each in asked if "access_entries" in each[0]]
        plan = [row[3] for row in connection.exec_driver_sql(f"explain query plan {sql}", parameters)]
    assert ends
    assert first not in {each.entry_id for each in ends}
    assert not [step for step in plan if step.startswith("SCAN")], plan
