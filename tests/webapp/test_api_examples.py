"""Every example of docs/api.md runs, in its order, and answers as the page shows."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import parse_qsl

from tests.support.programs import program
from tests.support.world import World

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
EXAMPLE = re.compile(
    r"```http\n(?P<method>[A-Z]+) /api/v1(?P<path>\S+)\n"
    r"(?:Idempotency-Key: (?P<key>\S+)\n)?"
    r"(?:\n(?P<body>\{.*?\})\n)?"
    r"→ (?P<status>\d+)(?: (?P<name>\w+)=(?P<place>[\w.]+))?\n```",
    re.DOTALL,
)


def test_every_example_runs(world: World, app) -> None:
    text = PAGE.read_text("utf-8")
    examples = [each.groupdict() for each in EXAMPLE.finditer(text)]
    assert len(examples) == text.count("```http"), "each can be read"
    robot, given = program(world, app), dict[str, str]()
    for each in examples:
        world.clock.passes(minutes=1)
        path, _, query = each["path"].format(**given).partition("?")
        headers = {"Idempotency-Key": each["key"]} if each["key"] else {}
        body = json.loads(each["body"]) if each["body"] else None
        answer = (
            robot.get(path, **dict(parse_qsl(query)))
            if each["method"] == "GET"
            else robot.post(path, body, **headers)
        )
        assert answer.status_code == int(each["status"]), (path, answer.json)
        if each["name"]:
            given[each["name"]] = found(answer.json, each["place"])
    assert set(given) == {"case", "task", "last"}


def found(answer: object, place: str) -> str:
    """Return what stands at a place of an answer, whose parts are names and numbers."""
    for part in place.split("."):
        answer = answer[int(part) if part.isdecimal() else part]  # type: ignore[index]  # an answer of JSON
    return str(answer)
