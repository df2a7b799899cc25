"""Compares two states of a scenario: its expectations, and its steps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from engine.domain.scenarios import Scenario, read_scenario
from engine.models.comparing.values import Change, Detail, Words

SCENARIO_LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "title": "Nimi",
        "begins": "Alkaa",
        "milestones": "Odotetut virstanpylväät",
        "letters": "Odotetut kirjeet",
        "mails": "Odotetut viestit",
        "waiting": "Lopussa auki",
        "counted": "Montako, milloin ja mitä sanoen",
        "outcome": "Odotettu ratkaisu",
        "closed": "Asian piti päättyä",
    }
)


def compare_scenarios(before: bytes, after: bytes, words: Words) -> tuple[Change, ...]:
    """Return the changes of a scenario. Raise NotAScenario if one state can't be read."""
    old, new = read_scenario(before), read_scenario(after)
    was, now = _facts(old), _facts(new)
    found = [
        Detail(name, words.say(label), was[name], now[name])
        for name, label in SCENARIO_LABELS.items()
        if was[name] != now[name]
    ]
    steps = [[json.dumps(each.to_json(), ensure_ascii=False) for each in one.steps] for one in (old, new)]
    if steps[0] != steps[1]:
        found.append(Detail("steps", words.say("Vaiheet"), "\n".join(steps[0]), "\n".join(steps[1])))
    return (Change("changed", words.say("skenaario"), new.title, tuple(found), "scenario"),) if found else ()


def _facts(scenario: Scenario) -> dict[str, str]:
    expected: dict[str, Any] = scenario.expect.to_json()
    plain = {"title": scenario.title, "begins": scenario.begins.isoformat(), **expected}
    return {
        name: ", ".join(map(_shown, value)) if isinstance(value, list) else str(value)
        for name in SCENARIO_LABELS
        for value in (plain.get(name, ""),)
    }


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
