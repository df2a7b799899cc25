"""Many read at once: nobody is refused, every reading is in the log, and the chains are whole.

VIREILLE_READERS says how many at once, VIREILLE_READING_ROUNDS how often.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from threading import Event

import pytest
from sqlalchemy import func, select

from engine.commands.assignments import AssignCase
from engine.domain.inbox import View
from engine.domain.people import PUBLIC, Actor, Role
from engine.executor import Query, Work
from engine.queries.case_file import OpenCaseFile
from engine.queries.case_state import ReadCaseStatus
from engine.queries.inbox import OpenInbox
from engine.queries.service_account import FindServiceAccount
from engine.storage.tables.access import ACCESS_ENTRIES
from tests.properties.test_races import at_once
from tests.support.programs import token_of
from tests.support.soundness import faults
from tests.support.story import Story
from tests.support.world import World

READERS = int(os.environ.get("VIREILLE_READERS", "8"))
ROUNDS = int(os.environ.get("VIREILLE_READING_ROUNDS", "2"))
PEOPLE = ("kirjaaja", "kasittelija", "esihenkilo", "johtaja")
PROGRAMS = 4
SECONDS = 60
"""Somebody who waits this long for another's reading waits for ever."""


def programs_of(world: World) -> list[Actor]:
    tokens = [
        token_of(world, f"ohjelma {number}", roles={Role.INTAKE, Role.CASEWORKER})
        for number in range(PROGRAMS)
    ]
    found = (world.engine.answer(FindServiceAccount(token), PUBLIC) for token in tokens)
    return [each.actor for each in found if each is not None]


def entries(world: World) -> Counter[tuple[object, str]]:
    """Count the entries of each chain by what was done."""
    counted = select(ACCESS_ENTRIES.c.chain_id, ACCESS_ENTRIES.c.action, func.count()).group_by(
        ACCESS_ENTRIES.c.chain_id, ACCESS_ENTRIES.c.action
    )
    with world.engine.database.view() as connection:
        return Counter({(chain, action): count for chain, action, count in connection.execute(counted)})


def read_at_once(world: World, acts: list[Callable[[], object]]) -> None:
    outcomes = at_once(acts)
    assert [each for each in outcomes if isinstance(each, Exception)] == []


@pytest.mark.databases
def test_nobody_who_reads_one_case_is_refused(story: Story) -> None:
    """People and programs; each reading is an entry of the case's chain."""
    story.applies()
    world, case_id = story.world, story.case.id
    readers = [*map(world.actor, PEOPLE), *programs_of(world)]
    acts = [
        partial(world.engine.answer, OpenCaseFile(story.reference), readers[each % len(readers)])
        for each in range(READERS)
    ]
    before = entries(world)
    for _ in range(ROUNDS):
        read_at_once(world, acts)
    assert entries(world) - before == {(case_id, "case_file"): READERS * ROUNDS}
    assert faults(world.engine) == []


@pytest.mark.databases
def test_nobody_who_reads_a_list_is_refused(story: Story) -> None:
    """One person's inbox in many windows, and programs beside them, each with a chain of its own."""
    story.applies()
    world = story.world
    reader, programs = world.actor("kasittelija"), programs_of(world)
    lists = [partial(world.engine.answer, OpenInbox(View.TEAM), reader)] * READERS
    beside = [partial(world.engine.answer, OpenInbox(View.TEAM), each) for each in programs]
    before = entries(world)
    for _ in range(ROUNDS):
        read_at_once(world, [*lists, *beside])
    wanted = {(each.program_id, "inbox_team"): ROUNDS for each in programs}
    assert entries(world) - before == {(reader.person_id, "inbox_team"): READERS * ROUNDS, **wanted}
    assert faults(world.engine) == []


@dataclass(frozen=True)
class ReadOnAndOn(Query[str]):
    """Opens a case and goes on reading until it is let go: as a replay, a preview, a long list do."""

    reference: str
    is_reading: Event
    may_end: Event

    def permit(self, work: Work) -> None:
        pass

    def execute(self, work: Work) -> str:
        case = work.stores.cases.by_reference(self.reference)
        work.open_case(case, "case_file")
        self.is_reading.set()
        assert self.may_end.wait(timeout=SECONDS)
        return work.stores.cases.by_reference(self.reference).reference


@contextmanager
def somebody_reads(story: Story) -> Iterator[None]:
    """Somebody holds a reading of the case open, and gets what they read in the end."""
    reading = ReadOnAndOn(story.reference, Event(), Event())
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(story.world.engine.answer, reading, story.world.actor("johtaja"))
        try:
            assert reading.is_reading.wait(timeout=SECONDS)
            yield
            assert not answer.done()
        finally:
            reading.may_end.set()
        assert answer.result() == story.reference


@pytest.mark.databases
def test_a_long_reading_delays_nobody(story: Story) -> None:
    """Neither those who read the same case nor one who changes it, while the reading is still open."""
    story.applies()
    world, case_id = story.world, story.case.id
    acts = [
        partial(world.engine.answer, query, world.actor(who))
        for query in (OpenCaseFile(story.reference), ReadCaseStatus(story.reference), OpenInbox(View.TEAM))
        for who in PEOPLE
    ]
    person = world.people["kasittelija"].id
    before = entries(world)
    with somebody_reads(story):
        read_at_once(world, acts)
        world.engine.perform(AssignCase(story.reference, person), world.actor("esihenkilo"))
        read_at_once(world, acts)
        during = entries(world)
        assert (during - before)[case_id, "case_file"] == 2 * len(PEOPLE)
    assert (entries(world) - during) == {(case_id, "case_file"): 1}, "its entry, once it has ended"
    assert faults(world.engine) == []
