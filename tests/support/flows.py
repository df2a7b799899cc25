"""Which arrows of the shipped diagrams the cases of a world went over, read from the passages that the engine stores."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

import pytest
from sqlalchemy import select

from engine.bootstrap import shipped_files
from engine.bpmn import Bundle, parse_bundle
from engine.bpmn.elements import Element, Flow
from engine.instances.deployed import model_files
from engine.storage.tables.processes import ELEMENT_RUNS
from tests.support.world import World

FlowKey = tuple[str, str]
"""Process and flow."""
TAKEN = pytest.StashKey[set[FlowKey]]()
"""In a run's stash: what its stories went over so far."""
FILE = "VIREILLE_TEST_FLOWS_FILE"
"""Where another run wants them written."""
RACE = "eventBasedGateway"
CHOOSES = frozenset({"exclusiveGateway", RACE})


@cache
def shipped() -> Bundle:
    return parse_bundle(model_files(shipped_files()))


def flows_run_over(world: World) -> set[FlowKey]:
    """Flows that were certainly taken. What can't be told apart from another way counts as not taken."""
    with world.engine.database.view() as connection:
        rows = connection.execute(select(ELEMENT_RUNS)).mappings().all()
    passages: dict[tuple[str, str, str], Counter[tuple[str, bool]]] = defaultdict(Counter)
    for row in rows:
        scope = str(row["path"]).rpartition("/")[0]
        place = (str(row["instance_id"]), scope, str(row["process_id"]))
        passages[place][row["element_id"], row["state"] == "completed"] += 1
    return {flow for (_, _, process), counted in passages.items() for flow in _taken(process, counted)}


def _taken(process_id: str, counted: Mapping[tuple[str, bool], int]) -> Iterator[FlowKey]:
    """Of one scope of one case: what leaves a choice, or enters anything, adds up; what can't be otherwise was so."""
    elements, flows = _drawn(process_id)

    def left(element_id: str) -> int:
        return counted.get((element_id, True), 0)

    def entered(element_id: str) -> int:
        # A passage that was called off has still been entered, but for the events that raced and lost.
        lost_a_race = any(elements[flows[each].source].kind == RACE for each in elements[element_id].incoming)
        return left(element_id) + (0 if lost_a_race else counted.get((element_id, False), 0))

    sums: list[tuple[int, tuple[str, ...]]] = []
    least, most = dict.fromkeys(flows, 0), {key: left(flow.source) for key, flow in flows.items()}
    for element_id, element in elements.items():
        if element.kind in CHOOSES:
            sums.append((left(element_id), element.outgoing))
        else:
            least.update({key: left(element_id) for key in element.outgoing if entered(flows[key].target)})
        if element.kind != "parallelGateway" and element.incoming:
            sums.append((entered(element_id), element.incoming))
    _narrow(least, most, sums)
    yield from ((process_id, key) for key, times in least.items() if times > 0)


@cache
def _drawn(process_id: str) -> tuple[Mapping[str, Element], Mapping[str, Flow]]:
    bundle = shipped()
    return (
        {key: each for (process, key), each in bundle.elements.items() if process == process_id},
        {key: each for (process, key), each in bundle.flows.items() if process == process_id},
    )


def _narrow(least: dict[str, int], most: dict[str, int], sums: list[tuple[int, tuple[str, ...]]]) -> None:
    """Both bounds only ever come closer, so this ends."""
    changed = True
    while changed:
        changed = False
        for total, parts in sums:
            for part in parts:
                low = total - sum(most[each] for each in parts if each != part)
                high = total - sum(least[each] for each in parts if each != part)
                low = min(max(least[part], low), most[part])
                high = max(min(most[part], high), low)
                changed = changed or (low, high) != (least[part], most[part])
                least[part], most[part] = low, high


def missing(taken: set[FlowKey]) -> list[str]:
    """Flows of the shipped bundle that nobody went over, as people would look for them."""
    bundle = shipped()
    return [
        f"{process}: {flow.source} → {flow.target} ({flow_id})"
        for (process, flow_id), flow in sorted(bundle.flows.items())
        if (process, flow_id) not in taken
    ]
