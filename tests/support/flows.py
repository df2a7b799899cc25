"""Which arrows of the shipped diagrams the cases of a world went over, read from the passages that the engine stores."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from engine.bootstrap import shipped_files
from engine.bpmn import ParsedModels, parse_models
from engine.bpmn.coverage import FlowKey, flows_taken
from engine.instances.compiled_models import model_files
from engine.storage.tables.processes import ELEMENT_RUNS
from tests.support.world import World

TAKEN = pytest.StashKey[set[FlowKey]]()
"""In a run's stash: the flows its stories went over so far."""
STORIES = pytest.StashKey[set[str]]()
"""The files of the stories run so far."""
FOLDER = "VIREILLE_TEST_FLOWS"
"""Names the folder where each process of a run writes its flows, to be put together at the end."""


@cache
def shipped() -> ParsedModels:
    return parse_models(model_files(shipped_files()))


def written(folder: Path, files: Iterable[str], taken: set[FlowKey]) -> None:
    """Write the files of a process's stories and the flows they went over."""
    stored = {"files": sorted(files), "flows": sorted(taken)}
    (folder / f"{uuid4()}.json").write_text(json.dumps(stored))


def read(folder: Path) -> tuple[set[str], set[FlowKey]]:
    """Return all that was written: the files of the stories, and the flows."""
    stored = [json.loads(each.read_text()) for each in folder.glob("*.json")]
    files = {file for each in stored for file in each["files"]}
    return files, {(process, flow) for each in stored for process, flow in each["flows"]}


def flows_run_over(world: World) -> set[FlowKey]:
    """Flows that were certainly taken. A flow not distinguishable from another way counts as not taken."""
    with world.engine.database.view() as connection:
        rows = connection.execute(select(ELEMENT_RUNS)).mappings().all()
    return set(flows_taken(shipped(), rows))


def missing(taken: set[FlowKey]) -> list[str]:
    """Flows of the shipped bundle that nobody went over, as people would look for them."""
    parsed = shipped()
    return [
        f"{process}: {flow.source} → {flow.target} ({flow_id})"
        for (process, flow_id), flow in sorted(parsed.flows.items())
        if (process, flow_id) not in taken
    ]
