"""Heavy work is done before the writer's transaction, again after a lost race, and by nobody who may not."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

import engine
from engine.commands.access_log import SignCheckpoint
from engine.domain.people import SYSTEM
from engine.errors import Forbidden, Outdated
from engine.executor import Command, Engine, Work
from engine.executor.permissions import require_system
from tests.support.world import World

HEAVY = {
    "hash_password",
    "password_matches",
    "check_files",
    "checked",
    "examine",
    "faults",
    "rehearse",
    "replay_in_child",
    "typeset_for_signature",
}
"""Functions that take longer than anybody should wait for a lock."""


@dataclass(frozen=True)
class Slow(Command[int]):
    """Prepares by letting somebody else write, which waits for ever where a lock is held."""

    engine: Engine
    log: list[str] = field(default_factory=list)
    races_lost: int = 0
    prepared: bool = False

    is_heavy = True

    def permit(self, work: Work) -> None:
        require_system(work)

    def prepare(self, view: Work) -> Slow:
        self.engine.perform(SignCheckpoint(), SYSTEM)
        self.log.append("prepared")
        return replace(self, prepared=True)

    def execute(self, work: Work) -> int:
        assert self.prepared
        self.log.append("executed")
        if self.log.count("executed") <= self.races_lost:
            raise Outdated
        return len(self.log)


@pytest.mark.databases
def test_others_write_while_a_command_prepares(world: World) -> None:
    command = Slow(world.engine)

    assert world.engine.perform(command, SYSTEM) == 2
    assert command.log == ["prepared", "executed"]


@pytest.mark.databases
def test_a_lost_race_prepares_anew(world: World) -> None:
    command = Slow(world.engine, races_lost=2)

    world.engine.perform(command, SYSTEM)

    assert command.log == ["prepared", "executed"] * 3


def test_nobody_prepares_what_they_may_not_do(world: World) -> None:
    command = Slow(world.engine)

    with pytest.raises(Forbidden):
        world.engine.perform(command, world.actor("kasittelija"))

    assert command.log == []


def test_no_command_does_heavy_work_inside_its_transaction() -> None:
    """A query has none: it reads without a lock."""
    found = {
        f"{path.name}: {method.name} calls {call.func.id if isinstance(call.func, ast.Name) else call.func.attr}"
        for path in (Path(engine.__file__).parent / "commands").glob("*.py")
        for each in ast.parse(path.read_text("utf-8")).body
        if not (isinstance(each, ast.ClassDef) and any("Query" in ast.unparse(base) for base in each.bases))
        for method in ast.walk(each)
        if isinstance(method, ast.FunctionDef) and method.name in {"execute", "permit"}
        for call in ast.walk(method)
        if isinstance(call, ast.Call)
        and (
            (isinstance(call.func, ast.Name) and call.func.id in HEAVY)
            or (isinstance(call.func, ast.Attribute) and call.func.attr in HEAVY)
        )
    }

    assert found == set()
