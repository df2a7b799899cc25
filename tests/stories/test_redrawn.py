"""Stories again, on the same procedure drawn otherwise: code knows no element by id, name or lane order.

A run takes of each file the first that runs on both databases: these go through the whole procedure, and scenarios take
each step (test_scenarios). `make deep NAME=redrawn` takes all.
"""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from types import FunctionType

import pytest

from engine.bootstrap import build_engine, shipped_files
from engine.bpmn import parse_models
from engine.commands.deployments import DeployProcesses
from engine.domain.people import OPERATOR
from engine.instances.compiled_models import model_files
from tests.support.beginnings import Beginnings
from tests.support.flows import shipped
from tests.support.redrawing import redrawn
from tests.support.world import Clock, Template, leave_key_store, settings_for

EVERY = "VIREILLE_TEST_EVERY_STORY"
LOOKS_ELSEWHERE = {
    "test_redrawn",
    "test_walks",
    "test_moving",
    "test_replaying",
    "test_scenarios",
    "test_trying",
    "test_visibility",
    "test_emergencies",
    "test_beginnings",
    "test_generated_client",
    "test_misfiled_arrivals",
    "test_unfinished_calls",
}
"""Stories of which nothing depends on the drawing, or that read the drawing, or another one, by themselves."""


@pytest.fixture(scope="session")
def redrawn_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The usual template, and on it a newer deployment: the redrawn bundle, through the same gate."""
    folder = tmp_path_factory.mktemp("redrawn")
    template = Template(folder)
    template.copy(folder / "first.db")
    engine = build_engine(settings_for(f"sqlite:///{folder / 'template.db'}", folder), now=Clock())
    engine.perform(DeployProcesses(redrawn(shipped_files()), "Piirretty toisin"), OPERATOR)
    leave_key_store(engine)
    engine.close()
    return template


@pytest.fixture
def template(redrawn_template: Template) -> Template:
    return redrawn_template


@pytest.fixture(scope="session")
def beginnings() -> Beginnings:
    """Their own: a story that began on this procedure must not go on in one that is drawn as usual, nor the other way."""
    return Beginnings()


@pytest.mark.slow
def test_nothing_is_called_what_it_was() -> None:
    other = parse_models(model_files(redrawn(shipped_files())))
    assert len(other.elements) == len(shipped().elements)
    assert not other.elements.keys() & shipped().elements.keys()
    names = {each.name for each in other.elements.values() if each.name}
    assert not names & {each.name for each in shipped().elements.values()}


def _stories() -> dict[str, FunctionType]:
    """The stories themselves, as tests of this module: here they find the other template. On SQLite, once."""
    found: dict[str, FunctionType] = {}
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        if path.stem in LOOKS_ELSEWHERE:
            continue
        own = [
            (name, story)
            for name, story in vars(import_module(f"tests.stories.{path.stem}")).items()
            if name.startswith("test_") and isinstance(story, FunctionType) and _is_taken(story)
        ]
        for name, story in own if EVERY in os.environ else own[:1]:
            found[f"{name}__of_{path.stem.removeprefix('test_')}"] = _again(story)
    return found


def _is_taken(story: FunctionType) -> bool:
    return EVERY in os.environ or any(mark.name == "databases" for mark in getattr(story, "pytestmark", ()))


def _again(story: FunctionType) -> FunctionType:
    copy = FunctionType(
        story.__code__, story.__globals__, story.__name__, story.__defaults__, story.__closure__
    )
    copy.__dict__.update(story.__dict__)
    marks = getattr(story, "pytestmark", [])
    copy.__dict__["pytestmark"] = [mark for mark in marks if mark.name != "databases"]
    return copy


globals().update(_stories())
