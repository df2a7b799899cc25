"""Replays many cases in a process of its own with limits: a draft may be made to cost."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from engine import isolation
from engine.bpmn.coverage import FlowKey, flows_taken
from engine.casework.replay_facts import Facts, Place, Wanted
from engine.errors import Refusal
from engine.simulation.replay.differences import Difference, differences
from engine.simulation.replay.environment import Around
from engine.simulation.replay.model import Model, counterparts
from engine.simulation.replay.replayer import Drive
from forms.errors import InvalidDefinition

SECONDS: Final = 60
"""Of a processor, for all that is asked at once."""
AT_ONCE: Final = 100
"""Cases that are asked of a child together; a few seconds where nobody has drawn anything that is made to cost."""
STARTING: Final = 15.0
"""Seconds more than the cases get: the child may have to start, and reads the models."""


class CantReplay(Refusal):
    """Mallia ei voi ajaa vanhoilla asioilla. Tarkista se ensin: löydökset kertovat, mikä on vialla."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """One case: what differs, and which arrows and elements it would have passed."""

    is_closed: bool
    differences: tuple[Difference, ...]
    flows: frozenset[FlowKey]
    passed: frozenset[Place]

    @property
    def is_same(self) -> bool:
        return not self.differences


def replay_in_child(wanted: Wanted) -> tuple[Replayed, ...]:
    """As many as there was time for, in order. Raises CantReplay for files that can't be run."""
    models = {
        "files": _packed(wanted.files),
        "versions": {name: _packed(files) for name, files in wanted.versions.items()},
        "outputs": {name: sorted(outputs) for name, outputs in wanted.outputs.items()},
    }
    until = monotonic() + wanted.seconds
    found: list[Replayed] = []
    for start in range(0, len(wanted.facts), AT_ONCE):
        some = wanted.facts[start : start + AT_ONCE]
        left = min(until - monotonic(), SECONDS - STARTING)
        if left > 0:
            found += _asked(models, some, left)
        if len(found) < start + len(some):
            break
    return tuple(found)


def _asked(models: Mapping[str, Any], facts: Sequence[Facts], seconds: float) -> list[Replayed]:
    asked = {**models, "facts": [each.to_json() for each in facts], "seconds": seconds}
    try:
        found = isolation.ask(__spec__.name, asked, seconds + STARTING)
    except isolation.TookTooMuch:
        raise CantReplay from None
    if found is None:
        raise CantReplay
    return [_replayed(each) for each in found]


def replay(
    facts: Facts, old: Model, new: Model, places: Mapping[Place, Place], outputs: Mapping[str, Iterable[str]]
) -> Replayed:
    """One case, here."""
    around = Around(new, facts, outputs, facts.begins)
    driven = Drive(new, facts, around, places).run()
    runs = [
        {
            "path": run.path,
            "instance_id": "",
            "process_id": run.process_id,
            "element_id": run.element_id,
            "state": run.state,
        }
        for run in driven.runs.values()
    ]
    return Replayed(
        facts.is_closed,
        differences(facts, old, new, places, driven, around),
        flows_taken(new.parsed, runs),
        frozenset(
            (run.process_id, run.element_id) for run in driven.runs.values() if run.state == "completed"
        ),
    )


def _answer(asked: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    until = monotonic() + asked["seconds"]
    try:
        new = Model.of(_unpacked(asked["files"]))
        olds = {name: Model.of(_unpacked(files)) for name, files in asked["versions"].items()}
    except (Refusal, InvalidDefinition, ValueError, LookupError, TypeError):
        return None
    places = {name: counterparts(old.parsed, new.parsed) for name, old in olds.items()}
    found = []
    for data in asked["facts"]:
        if monotonic() > until:
            break
        facts = Facts.from_json(data)
        done = replay(facts, olds[facts.version], new, places[facts.version], asked["outputs"])
        found.append(
            {
                "is_closed": done.is_closed,
                "differences": [each.to_json() for each in done.differences],
                "flows": sorted(map(list, done.flows)),
                "passed": sorted(map(list, done.passed)),
            }
        )
    return found


def _replayed(data: Mapping[str, Any]) -> Replayed:
    return Replayed(
        data["is_closed"],
        tuple(Difference.from_json(each) for each in data["differences"]),
        frozenset((process, flow) for process, flow in data["flows"]),
        frozenset((process, element) for process, element in data["passed"]),
    )


def _packed(files: Mapping[str, bytes]) -> dict[str, str]:
    wanted = (".bpmn", ".dmn", ".form", "guardrails.json")
    return {path: b64encode(data).decode() for path, data in files.items() if path.endswith(wanted)}


def _unpacked(files: Mapping[str, str]) -> dict[str, bytes]:
    return {path: b64decode(data) for path, data in files.items()}


if __name__ == "__main__":
    isolation.serve(_answer, SECONDS)
