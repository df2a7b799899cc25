"""Which arrows of the shipped diagrams the cases of a world went over, read from the passages that the engine stores."""

from __future__ import annotations

from functools import cache

import pytest
from sqlalchemy import select

from engine.bootstrap import shipped_files
from engine.bpmn import Bundle, parse_bundle
from engine.bpmn.coverage import FlowKey, flows_taken
from engine.instances.deployed import model_files
from engine.storage.tables.processes import ELEMENT_RUNS
from tests.support.world import World

TAKEN = pytest.StashKey[set[FlowKey]]()
"""In a run's stash: what its stories went over so far."""
FILE = "VIREILLE_TEST_FLOWS_FILE"
"""Where another run wants them written."""


@cache
def shipped() -> Bundle:
    return parse_bundle(model_files(shipped_files()))


def flows_run_over(world: World) -> set[FlowKey]:
    """Flows that were certainly taken. What can't be told apart from another way counts as not taken."""
    with world.engine.database.view() as connection:
        rows = connection.execute(select(ELEMENT_RUNS)).mappings().all()
    return set(flows_taken(shipped(), rows))


def missing(taken: set[FlowKey]) -> list[str]:
    """Flows of the shipped bundle that nobody went over, as people would look for them."""
    bundle = shipped()
    return [
        f"{process}: {flow.source} → {flow.target} ({flow_id})"
        for (process, flow_id), flow in sorted(bundle.flows.items())
        if (process, flow_id) not in taken
    ]
