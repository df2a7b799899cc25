"""Coverage of flows, computed from element runs. A flow that may not have been taken counts as not taken."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from engine.bpmn.elements import Element, Flow
from engine.bpmn.parsed_models import ParsedModels

FlowKey: TypeAlias = tuple[str, str]
_RACE: Final = "eventBasedGateway"
_CHOOSES: Final = frozenset({"exclusiveGateway", _RACE})


def flows_taken(parsed: ParsedModels, runs: Iterable[Mapping[Any, Any]]) -> frozenset[FlowKey]:
    """Return the flows that were certainly taken, from element runs of any number of cases."""
    passages: dict[tuple[str, str, str], Counter[tuple[str, bool]]] = defaultdict(Counter)
    for run in runs:
        scope = str(run["path"]).rpartition("/")[0]
        place = (str(run["instance_id"]), scope, str(run["process_id"]))
        passages[place][run["element_id"], run["state"] == "completed"] += 1
    drawn = {process: _drawn(parsed, process) for _, _, process in passages}
    return frozenset(
        (process, flow)
        for (_, _, process), counted in passages.items()
        for flow in _taken(*drawn[process], counted)
    )


def _drawn(parsed: ParsedModels, process_id: str) -> tuple[Mapping[str, Element], Mapping[str, Flow]]:
    return (
        {key: each for (process, key), each in parsed.elements.items() if process == process_id},
        {key: each for (process, key), each in parsed.flows.items() if process == process_id},
    )


def _taken(
    elements: Mapping[str, Element], flows: Mapping[str, Flow], counted: Mapping[tuple[str, bool], int]
) -> Iterator[str]:
    """Yield the flows certainly taken in one scope of one case: before and after each choice, counts add up, which bounds them."""

    def left(element_id: str) -> int:
        return counted.get((element_id, True), 0)

    def entered(element_id: str) -> int:
        # A passage that was called off has still been entered, but for the events that raced and lost.
        lost_a_race = any(
            elements[flows[each].source].kind == _RACE for each in elements[element_id].incoming
        )
        return left(element_id) + (0 if lost_a_race else counted.get((element_id, False), 0))

    sums: list[tuple[int, tuple[str, ...]]] = []
    least, most = dict.fromkeys(flows, 0), {key: left(flow.source) for key, flow in flows.items()}
    for element_id, element in elements.items():
        if element.kind in _CHOOSES:
            sums.append((left(element_id), element.outgoing))
        else:
            least.update({key: left(element_id) for key in element.outgoing if entered(flows[key].target)})
        if element.kind != "parallelGateway" and element.incoming:
            sums.append((entered(element_id), element.incoming))
    _narrow(least, most, sums)
    yield from (key for key, times in least.items() if times > 0)


def _narrow(least: dict[str, int], most: dict[str, int], sums: list[tuple[int, tuple[str, ...]]]) -> None:
    """Narrow the bounds until nothing changes. Bounds only ever come closer, so this ends."""
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
