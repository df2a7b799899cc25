"""Replays many cases in a child process with limits: a draft may be costly on purpose."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from engine import isolation
from engine.bpmn.coverage import FlowKey, flows_taken
from engine.casework.replay_facts import Facts, Place, ReplayRequest
from engine.errors import Refusal
from engine.simulation.replay.differences import Difference, differences
from engine.simulation.replay.models import ReplayModels, counterparts
from engine.simulation.replay.replayer import Replayer
from forms.errors import InvalidDefinition

SECONDS: Final = 60
"""Of a processor, for one request to the child."""
AT_ONCE: Final = 100
"""Cases in one request: a few seconds, unless a draft is made to be costly."""
STARTING: Final = 15.0
"""Seconds beyond those for the cases: the child may have to start, and reads the models."""


class CantReplay(Refusal):
    sentence = "Mallia ei voi ajaa vanhoilla asioilla. Tarkista se ensin: löydökset kertovat, mikä on vialla."


@dataclass(frozen=True, slots=True)
class ReplayedCase:
    """The differences of one case, and the flows and elements that it would have passed."""

    is_closed: bool
    differences: tuple[Difference, ...]
    flows: frozenset[FlowKey]
    passed: frozenset[Place]

    @property
    def is_same(self) -> bool:
        return not self.differences


def replay_in_child(request: ReplayRequest) -> tuple[ReplayedCase, ...]:
    """Return as many replayed cases as time allows, in order. Raise CantReplay for files that cannot be run."""
    models = {
        "files": _packed(request.files),
        "versions": {name: _packed(files) for name, files in request.versions.items()},
        "outputs": {name: sorted(outputs) for name, outputs in request.outputs.items()},
    }
    until = monotonic() + request.seconds
    found: list[ReplayedCase] = []
    for start in range(0, len(request.facts), AT_ONCE):
        some = request.facts[start : start + AT_ONCE]
        left = min(until - monotonic(), SECONDS - STARTING)
        if left > 0:
            found += _ask(models, some, left)
        if len(found) < start + len(some):
            break
    return tuple(found)


def _ask(models: Mapping[str, Any], facts: Sequence[Facts], seconds: float) -> list[ReplayedCase]:
    asked = {**models, "facts": [each.to_json() for each in facts], "seconds": seconds}
    try:
        found = isolation.ask(__spec__.name, asked, seconds + STARTING)
    except isolation.TookTooMuch:
        raise CantReplay from None
    if found is None:
        raise CantReplay
    return [_from_json(each) for each in found]


def replay(
    facts: Facts,
    old: ReplayModels,
    new: ReplayModels,
    places: Mapping[Place, Place],
    outputs: Mapping[str, Iterable[str]],
) -> ReplayedCase:
    """Replay one case in this process."""
    replayer = Replayer(new, facts, places, outputs)
    replayer.replay()
    runs = replayer.instance.runs.values()
    names = ("path", "process_id", "element_id", "state")
    as_rows = [{"instance_id": "", **{name: getattr(run, name) for name in names}} for run in runs]
    return ReplayedCase(
        facts.is_closed,
        differences(replayer, old),
        flows_taken(new.parsed, as_rows),
        frozenset((run.process_id, run.element_id) for run in runs if run.state == "completed"),
    )


def _answer(asked: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    until = monotonic() + asked["seconds"]
    try:
        new = ReplayModels.of(_unpacked(asked["files"]))
        olds = {name: ReplayModels.of(_unpacked(files)) for name, files in asked["versions"].items()}
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


def _from_json(data: Mapping[str, Any]) -> ReplayedCase:
    return ReplayedCase(
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
