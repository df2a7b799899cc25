"""The places where time goes are counted over everything in the window, however much that is."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import fmean, median, quantiles
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select

from engine.commands.time_figures import CountTimes
from engine.domain.people import OUTSIDE, SYSTEM
from engine.queries.insight import Insight, WhereTimeGoes
from engine.storage.tables.cases import CASES
from engine.storage.tables.processes import ELEMENT_RUNS
from engine.storage.time_figures import TASKS, WATCHED, WINDOW
from tests.stories.test_who_sees import disqualified
from tests.support.story import Story
from tests.support.world import World
from tests.webapp.test_hidden_is_absent import counted as counted_statements

MANY = 51_000
"""More than one page ever read: it took the newest 50,000 for all."""
MOST_STATEMENTS = 6
"""For kept figures: the transaction, the reader, the version in use, its figures, and whether the reader may see them."""


@dataclass(frozen=True)
class Run:
    process_id: str
    element_id: str
    kind: str
    role: str | None
    case_id: UUID
    ready_at: datetime
    ended_at: datetime | None


@pytest.mark.databases
def test_means_and_quantiles_are_of_all_runs_of_the_window(world: World, story: Story) -> None:
    story.applies()
    story.until("sufficiency")
    older = story.case.id
    other = Story(world)
    other.applies()
    other.until("sufficiency")
    world.clock.passes(days=200)
    add_runs(world, older, other.case.id)
    now = world.clock.moment

    seen = world.engine.answer(WhereTimeGoes(), world.actor("esihenkilo"))

    runs = [run for run in all_runs(world) if run.kind in WATCHED and in_window(run, now)]
    assert len(runs) > MANY
    for key, lengths in by_element(runs, now).items():
        wait = next(each for each in seen.waits[key[0]] if each.element_id == key[1])
        standing = [
            run.ready_at for run in runs if (run.process_id, run.element_id) == key and not run.ended_at
        ]
        assert (wait.now, wait.since) == (len(standing), min(standing, default=None)), key
        assert wait.mean.total_seconds() == pytest.approx(fmean(lengths), abs=0.1), key
        assert wait.nine_of_ten.total_seconds() == pytest.approx(nine_of_ten(lengths), abs=0.1), key
    for phase in seen.phases:
        inside, outside = by_case([run for run in runs if run.process_id == phase.process_id], now)
        whole = [inside[each] + outside[each] for each in inside]
        assert phase.cases == len(whole)
        assert phase.inside.total_seconds() == pytest.approx(fmean(inside.values()), abs=0.1)
        assert phase.outside.total_seconds() == pytest.approx(fmean(outside.values()), abs=0.1)
        assert phase.median.total_seconds() == pytest.approx(median(whole), abs=0.1)
    assert sum(len(many) for many in seen.waits.values()) == len(by_element(runs, now))


def add_runs(world: World, *cases: UUID) -> None:
    """Add runs of two elements that have ended within the window, the newest of them the shortest, and some before it."""
    now = world.clock.moment
    with world.engine.database.transaction() as connection:
        known = (
            connection.execute(select(ELEMENT_RUNS).where(ELEMENT_RUNS.c.kind.in_(TASKS))).mappings().all()
        )
        places = {(each["process_id"], each["element_id"]): dict(each) for each in known}
        rows = []
        for number in range(MANY + 100):
            place = list(places.values())[number % 2]
            ended = now - timedelta(minutes=number if number < MANY else 60 * 24 * 100)
            rows.append(
                {
                    **place,
                    "case_id": cases[number % 3 % 2],
                    "run_key": str(uuid4()),
                    "role": "referrer" if number % 5 == 0 else "caseworker",
                    "state": "done",
                    "ended_at": ended,
                    "ready_at": ended - timedelta(seconds=number, microseconds=number * 17 % 1_000_000),
                }
            )
        connection.execute(insert(ELEMENT_RUNS), rows)


def all_runs(world: World) -> Sequence[Run]:
    columns = [ELEMENT_RUNS.c[name] for name in Run.__dataclass_fields__]
    with world.engine.database.view() as connection:
        known = connection.execute(select(*columns).join(CASES, CASES.c.id == ELEMENT_RUNS.c.case_id))
        return [Run(*row) for row in known]


def in_window(run: Run, now: datetime) -> bool:
    return run.ended_at is None or run.ended_at >= now - WINDOW


def length(run: Run, now: datetime) -> float:
    return max(0.0, ((run.ended_at or now) - run.ready_at).total_seconds())


def by_element(runs: Iterable[Run], now: datetime) -> dict[tuple[str, str], list[float]]:
    found = defaultdict(list)
    for run in runs:
        found[run.process_id, run.element_id].append(length(run, now))
    return found


def by_case(runs: Iterable[Run], now: datetime) -> tuple[dict[UUID, float], dict[UUID, float]]:
    inside: dict[UUID, float] = defaultdict(float)
    outside: dict[UUID, float] = defaultdict(float)
    for run in runs:
        if run.kind in TASKS:
            mine, theirs = (0.0, length(run, now)) if run.role in OUTSIDE else (length(run, now), 0.0)
            inside[run.case_id] += mine
            outside[run.case_id] += theirs
    return inside, outside


def nine_of_ten(lengths: list[float]) -> float:
    return quantiles(lengths, n=10, method="inclusive")[-1] if len(lengths) > 1 else lengths[0]


@pytest.mark.databases
@pytest.mark.parametrize("seed", range(3))
def test_kept_figures_are_those_of_a_direct_count(world: World, seed: int) -> None:
    chance = random.Random(seed)
    ids = [applied(world) for _ in range(4)]
    for _ in range(6):
        happens(world, chance, ids)
        counted = seen(world)
        assert not counted.is_kept
        assert world.engine.perform(CountTimes(), SYSTEM)
        at_once = seen(world)
        happens(world, chance, ids)
        world.clock.passes(minutes=chance.randrange(1, 59))
        assert seen(world) == at_once == replace(counted, is_kept=True)
        world.clock.passes(days=chance.choice((1, 20, 80)))


@pytest.mark.databases
def test_what_no_worker_keeps_fresh_is_counted_for_the_page(world: World, story: Story) -> None:
    story.applies()
    story.until("sufficiency")
    assert world.engine.perform(CountTimes(), SYSTEM)
    assert not world.engine.perform(CountTimes(), SYSTEM), "counted just now"
    with counted_statements(world) as asked:
        assert seen(world).is_kept
    assert len(asked) <= MOST_STATEMENTS, asked

    disqualified(story, "esihenkilo")
    assert seen(world).waits == {}
    assert seen(world, "johtaja").is_kept

    world.clock.passes(minutes=20)
    assert world.engine.perform(CountTimes(), SYSTEM)
    world.clock.passes(minutes=-5)
    assert not seen(world, "johtaja").is_kept, "of a moment to come"
    world.clock.passes(hours=2)
    assert not seen(world, "johtaja").is_kept, "no worker runs"
    assert seen(world, "johtaja").counted_at == world.clock()


@pytest.mark.databases
def test_what_is_erased_leaves_the_figures_with_the_next_count(world: World, story: Story) -> None:
    story.applies()
    story.until("sufficiency")
    case_id = story.case.id
    world.engine.perform(CountTimes(), SYSTEM)
    with world.engine.database.unit_of_work() as unit:
        world.engine.stores(unit).element_runs.forget(case_id)
    assert seen(world).waits, "numbers of no person"

    world.engine.perform(CountTimes(anew=True), SYSTEM)

    assert seen(world).is_kept
    assert seen(world).waits == {}


def seen(world: World, who: str = "esihenkilo") -> Insight:
    return world.engine.answer(WhereTimeGoes(), world.actor(who))


def applied(world: World) -> UUID:
    story = Story(world)
    story.applies()
    story.does("kirjaaja", "register")
    return story.case.id


def happens(world: World, chance: random.Random, ids: Sequence[UUID]) -> None:
    """Let cases come to elements and leave them, now and long ago, in any number; one may lose its course."""
    now = world.clock()
    with world.engine.database.unit_of_work() as unit:
        known = unit.rows(select(ELEMENT_RUNS).where(ELEMENT_RUNS.c.kind.in_(WATCHED)))
        places = {(each["process_id"], each["element_id"]): dict(each) for each in known}
        gone = {"element_id": "NoLongerDrawn"}
        for place in [*places.values(), *({**each, **gone} for each in list(places.values())[:1])]:
            for _ in range(chance.randrange(4)):
                began = now - timedelta(seconds=chance.randrange(120 * 86_400))
                ended = chance.choice((None, began + (now - began) * chance.random()))
                anew = {
                    "case_id": chance.choice(ids),
                    "run_key": str(uuid4()),
                    "role": chance.choice((None, "caseworker", "referrer")),
                    "ready_at": began,
                    "ended_at": ended,
                }
                unit.insert(ELEMENT_RUNS, {**place, **anew})
        if chance.random() < 0.2:
            world.engine.stores(unit).element_runs.forget(chance.choice(ids[1:]))
