"""Reasons to stay that only a move shows: the case ended, is there already, or would differ in the other version."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest

from engine.domain.people import SYSTEM
from engine.executor import Work
from engine.instances.moving import Moving, Stays
from engine.storage.instances import StoredInstance
from engine.storage.unit_of_work import UnitOfWork
from tests.support.office import Office
from tests.support.second_version import only_named_otherwise
from tests.support.story import Story
from tests.support.world import World


@pytest.fixture
def office(world: World) -> Office:
    return Office(world)


@contextmanager
def moving(office: Office) -> Iterator[Moving]:
    engine = office.world.engine
    with engine.database.view() as connection:
        yield Work(engine, engine.stores(UnitOfWork(connection)), SYSTEM, engine.now()).moving


def why(office: Office, story: Story, version: UUID) -> list[str]:
    with moving(office) as one, pytest.raises(Stays) as stays:
        one.move(story.case, version)
    return [each.code for each in stays.value.reasons]


def test_a_case_that_is_there_already_stays(office: Office) -> None:
    story = office.begins()
    assert why(office, story, office.version_of(story)) == ["already"]


def test_a_case_that_has_ended_stays_and_is_no_longer_offered(office: Office) -> None:
    story = office.begins()
    version = office.publishes(only_named_otherwise)
    story.ends()
    assert why(office, story, version) == ["closed"]
    assert office.looks(version).groups == ()


@pytest.mark.parametrize("code", ["not_restored", "differs"])
def test_a_case_that_would_wait_for_something_else_stays_in_spite_of_the_judgement(
    office: Office, code: str
) -> None:
    """The move itself catches a wrong judgement: here the state of another case is put in its place."""
    story, other = office.begins(), office.begins("sufficiency")
    version = office.publishes(only_named_otherwise)
    with moving(office) as one:
        row, strange = (running(one, each) for each in (story, other))
        snapshot = b"{}" if code == "not_restored" else strange.snapshot
        with pytest.raises(Stays) as stays:
            one._in_version(story.case, row, snapshot, one.instances.models(version))
    assert [each.code for each in stays.value.reasons] == [code]


def running(one: Moving, story: Story) -> StoredInstance:
    (row,) = one.context.stores.instances.running_in(story.case.id)
    return row
