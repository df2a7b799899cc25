"""Only another person's write is called one: a key that a command stores twice is a fault of the program."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from engine.domain.people import SYSTEM
from engine.executor import Command, Work
from engine.executor.permissions import require_system
from engine.storage.tables.processes import INCIDENTS
from tests.engine.storage.test_unit_of_work import incident
from tests.support.world import World


@dataclass(frozen=True)
class StoresTwice(Command[None]):
    row: dict[str, Any] = field(default_factory=lambda: incident("one key"))

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> None:
        work.stores.unit.insert(INCIDENTS, self.row)
        work.stores.unit.insert(INCIDENTS, self.row)


@dataclass(frozen=True)
class TakesAKeyOnce(StoresTwice):
    tries: list[int] = field(default_factory=list)

    def execute(self, work: Work) -> None:
        self.tries.append(1)
        if len(self.tries) == 1:
            super().execute(work)


@pytest.mark.databases
def test_a_key_that_a_command_stores_twice_is_no_race(world: World) -> None:
    with pytest.raises(RuntimeError, match="incidents"):
        world.engine.perform(StoresTwice(), SYSTEM)


def test_a_key_that_is_free_at_the_next_try_was_a_race(world: World) -> None:
    command = TakesAKeyOnce()
    world.engine.perform(command, SYSTEM)
    assert len(command.tries) == 2
