"""How pages and the worker grow with the number of cases: `python -m tests.benchmarks.bench_growth`.

Cases that people took through the procedure are copied row by row, under new ids and new keys, to 1,000, 10,000 and 100,000.
Each page without a variable in its address is opened by somebody who may, and each page of a case and of its things; the
worker's rounds are timed too. Printed: server time at the median and the 95th percentile, and the pages that the database touched.
Fails when a page takes a fifth longer among the most than among the fewest, or 100 ms. VIREILLE_BENCH (1 by default) scales the
numbers; VIREILLE_BENCH_SIZES (as 1000,4000) replaces them.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Final

from flask import Flask
from sqlalchemy import func, select, text

from engine.clock import day_of
from engine.commands.access_log import SignCheckpoint
from engine.commands.by_code import AskCallByCode
from engine.commands.notes import WriteNote
from engine.commands.people import SCOPES, AddServiceAccount
from engine.commands.retention import DueErasures
from engine.commands.time_figures import CountTimes
from engine.domain.notes import NoteDetails, NoteKind
from engine.domain.people import OPERATOR, PUBLIC, SYSTEM, Role
from engine.queries.duplicates import LikelyDuplicatesOf
from engine.queries.search import FindCases
from engine.storage.database import new_id
from engine.storage.open_rows import TASK_IS_OPEN
from engine.storage.tables.cases import CASE_EVENTS
from engine.storage.tables.processes import USER_TASKS
from engine.worker import BATCH, Worker
from tests.benchmarks.bench_keys import opened
from tests.benchmarks.cloning import Originals
from tests.benchmarks.servers import SCALE, median
from tests.support.browsing import Visitor, application, signed_in
from tests.support.finished import finished
from tests.support.party_changes import code_of
from tests.support.postgres import cluster
from tests.support.story import Story
from tests.support.world import Template, World
from tests.webapp.conftest import values_of
from webapp.http.access import access_of

SIZES: Final = tuple(
    int(each) for each in os.environ.get("VIREILLE_BENCH_SIZES", "").split(",") if each
) or tuple(int(each * SCALE) for each in (1_000, 10_000, 100_000))
ROUNDS: Final = 20
MOST_MS, MOST_SLOWER = 100.0, 1.2
NOTICED: Final = 2.0
"""Milliseconds below which a difference is the machine's."""
WITHOUT: Final = ("/static", "/api")
"""Programs sign in otherwise."""
ASKED_SO: Final[tuple[tuple[str, Role], ...]] = (
    ("/audit/?since={day}&until={day}", Role.AUDITOR),
    ("/my-cases/?whose=nobodys", Role.CASEWORKER),
    ("/oversight/cases?sort=oldest", Role.MANAGER),
    ("/tasks/?due=late", Role.CASEWORKER),
    ("/tasks/?due=week&order=oldest", Role.CASEWORKER),
    ("/tasks/?stalled=yes", Role.CASEWORKER),
)
"""Lists that are narrowed or sorted in their address."""
OF_PROGRAMS: Final = (
    "/api/v1/cases",
    "/api/v1/cases/{reference}",
    "/api/v1/cases/{reference}/answers",
    "/api/v1/cases/{reference}/deadlines",
    "/api/v1/cases/{reference}/documents",
    "/api/v1/tasks",
    "/api/v1/tasks/{task_id}",
)
WAITING_IN_TEN: Final = 1

Measured = dict[str, list[tuple[float, float, int]]]
"""By page or round: median milliseconds, those of the 95th percentile, and pages touched at each size."""


def main() -> int:
    missed = 0
    with tempfile.TemporaryDirectory(prefix="vireille-bench-") as folder, cluster() as server:
        template = Template(Path(folder))
        for name in ("SQLite", "PostgreSQL"):
            with opened(name, Path(folder), template, server) as world:
                missed += measure(name, world)
    return missed


def measure(name: str, world: World) -> int:
    closed = list(finished(world).values())
    seen = Story(world)
    values = {**values_of(seen), **ids_of(world)}
    for story in closed:
        writes(story)
    originals = Originals(world, [each.reference for each in closed], [*open_ones(world), seen.reference])
    found: Measured = {}
    for size in SIZES:
        began = time.perf_counter()
        originals.grow(size, waiting_in_ten=WAITING_IN_TEN)
        grown = time.perf_counter()
        world.engine.perform(CountTimes(anew=True), SYSTEM)
        counted = time.perf_counter()
        with world.engine.database.view() as connection:
            timeline = connection.execute(select(func.count()).select_from(CASE_EVENTS)).scalar_one()
        sys.stdout.write(
            f"{name:10} {size} cases after {grown - began:.0f} s, {timeline} timeline rows; "
            f"the worker counted the overview's figures in {counted - grown:.2f} s\n"
        )
        sys.stdout.flush()
        for what, act in acts(world, values):
            found.setdefault(what, []).append(timed(world, act))
    return sum(shows(name, what, measured) for what, measured in sorted(found.items()))


def ids_of(world: World) -> dict[str, str]:
    """Return what stands in addresses that are not of one case."""
    with world.engine.database.unit_of_work() as unit:
        deployment = world.engine.stores(unit).deployments.current()
    return {
        "deployment_id": str(deployment.id),
        "source_id": str(deployment.id),
        "person_id": str(world.people["kasittelija"].id),
        "username": "kasittelija",
    }


def open_ones(world: World) -> Iterator[str]:
    """Begin cases that wait at different places; give their references."""
    for form in ("register", "sufficiency", "assessment", "prepare_resolution", "sign_resolution"):
        story = Story(world)
        story.applies(given_names=f"Odottava {form}")
        story.until(form)
        writes(story, story.today + timedelta(days=10))
        yield story.reference


def writes(story: Story, follow_up_on: date | None = None) -> None:
    """Write a note; one that brings an open case back goes with a call that the person asked for."""
    note = NoteDetails(NoteKind.WORKING, "Soitettu.", follow_up_on=follow_up_on)
    world = story.world
    world.engine.perform(WriteNote(story.reference, new_id(), note), world.actor("kasittelija"))
    if follow_up_on is not None:
        world.engine.perform(AskCallByCode(code_of(story)), PUBLIC)


def acts(world: World, values: dict[str, str]) -> Iterator[tuple[str, Callable[[], object]]]:
    app = application(world)
    yield from pages(world, app, values)
    yield from for_programs(world, app, values)
    actor = world.actor("kasittelija")
    yield "search by a name", lambda: world.engine.answer(FindCases("Odottava"), actor)
    yield (
        "likely duplicates",
        lambda: world.engine.answer(LikelyDuplicatesOf("Aino", "Esimerkki", "", ""), actor),
    )
    worker = Worker(world.engine)
    yield "worker's round", lambda: worker.round()
    yield "worker: due erasures", lambda: world.engine.answer(DueErasures(BATCH), SYSTEM)
    yield "worker: checkpoint", lambda: world.engine.perform(SignCheckpoint(), SYSTEM)


def pages(world: World, app: Flask, values: dict[str, str]) -> Iterator[tuple[str, Callable[[], object]]]:
    visitors: dict[Role, Visitor] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        access = access_of(app, rule.endpoint)
        if "GET" not in (rule.methods or set()) or rule.rule.startswith(WITHOUT) or access is None:
            continue
        if not rule.arguments <= values.keys() or not access.roles:
            continue
        role = min(access.roles, key=lambda each: each.value)
        visitor = visitors.setdefault(role, signed_in(world, holder(world, role), app))
        address = rule.rule
        for variable in rule.arguments:
            address = address.replace(f"<{variable}>", values[variable]).replace(
                f"<uuid:{variable}>", values[variable]
            )
        if visitor.client.get(address).status_code == 200:
            yield f"{address_of(rule.rule)} {role.value}", lambda at=address, by=visitor: by.client.get(at)
    for asked, role in ASKED_SO:
        visitor = visitors.setdefault(role, signed_in(world, holder(world, role), app))
        address = asked.format(day=day_of(world.clock()))
        answered(visitor.client.get(address).status_code, address)
        yield f"{asked} {role.value}", lambda at=address, by=visitor: by.client.get(at)


def for_programs(
    world: World, app: Flask, values: dict[str, str]
) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what a program reads: with all that a program may be given."""
    account = AddServiceAccount(f"ohjelma-{new_id()}", frozenset(SCOPES), frozenset({Role.CASEWORKER}))
    headers = {"Authorization": f"Bearer {world.engine.perform(account, OPERATOR)}"}
    client = app.test_client()
    for asked in OF_PROGRAMS:
        address = asked.format(**values)
        answered(client.get(address, headers=headers).status_code, address)
        yield asked, lambda at=address: client.get(at, headers=headers)


def answered(status: int, address: str) -> None:
    if status != 200:
        raise RuntimeError(f"{address} answers {status}")


def holder(world: World, role: Role) -> str:
    """Return who of a role has most open tasks: somebody without any opens empty lists."""
    held = (
        select(USER_TASKS.c.assignee_id, func.count()).where(TASK_IS_OPEN).group_by(USER_TASKS.c.assignee_id)
    )
    with world.engine.database.view() as connection:
        tasks = {row[0]: row[1] for row in connection.execute(held)}
    # Colleagues that the copies were given sign in nowhere.
    people = (
        (tasks.get(person.id, 0), name)
        for name, person in world.people.items()
        if role in person.roles and "-" not in name
    )
    return max(people)[1]


def address_of(rule: str) -> str:
    return rule.replace("uuid:", "")


def timed(world: World, act: Callable[[], object]) -> tuple[float, float, int]:
    times, touched = [], 0
    for number in range(ROUNDS + 2):
        before = touched_pages(world) if number == ROUNDS + 1 else 0
        began = time.perf_counter_ns()
        act()
        took = (time.perf_counter_ns() - began) / 1e6
        if number >= 2:
            times.append(took)
        if number == ROUNDS + 1:
            touched = touched_pages(world) - before
    return median(times), quantiles(times, n=20, method="inclusive")[-1], touched


def touched_pages(world: World) -> int:
    """Return how many pages the server has looked at in this database so far; 0 for a file, which counts none."""
    database = world.engine.database
    if database.is_sqlite:
        return 0
    with database.view() as connection:
        # The server counts a connection's work only when one of its transactions ends.
        connection.execute(text("select pg_stat_force_next_flush()"))
    with database.view() as connection:
        asked = "select blks_hit + blks_read from pg_stat_database where datname = current_database()"
        return int(connection.execute(text(asked)).scalar_one())


def shows(name: str, what: str, measured: list[tuple[float, float, int]]) -> bool:
    least, most = measured[0][0], measured[-1][0]
    is_flat = most <= least * MOST_SLOWER or most - least < NOTICED
    holds = is_flat and most < MOST_MS
    figures = "  ".join(f"{took:7.1f} /{slowest:7.1f} [{touched}]" for took, slowest, touched in measured)
    sys.stdout.write(f"{name:10} {what:60} {figures} {'ok' if holds else 'MISSED'}\n")
    sys.stdout.flush()
    return not holds


if __name__ == "__main__":
    sys.exit(main())
