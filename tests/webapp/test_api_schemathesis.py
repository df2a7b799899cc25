"""Two thousand requests nobody would write, made from the interface's own description. None is answered with a fault.

`VIREILLE_API_EXAMPLES` says how many requests each operation gets; the night run sets it higher.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support import answers
from tests.support.programs import Program, program
from tests.support.story import Story
from tests.support.world import World

EXAMPLES = int(os.environ.get("VIREILLE_API_EXAMPLES", "60"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture
def robot(world: World, app, story: Story) -> Program:
    """A program with every scope, and cases for it to find: one fresh, one that waits for an answer."""
    story.applies()
    story.applies()
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Tieto puuttuu.", missing="Tieto")
    asked = answers.request("applicant", story.today + timedelta(days=14))
    story.does("kasittelija", "new_information_request", requests=[asked], round_reason="Tieto puuttuu.")
    return program(world, app)


@pytest.mark.slow
def test_no_request_is_answered_with_a_fault_or_an_undeclared_status(
    app, robot: Program, story: Story
) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    statuses: Counter[str] = Counter()
    for each in schema.get_all_operations():
        operation = each.ok()
        _ask(operation, robot, _what_exists(robot, story, operation.path), statuses)

    assert sum(statuses.values()) >= min(2000, EXAMPLES * 10), statuses
    assert statuses["200"] > 0
    assert statuses["422"] > 0


def _ask(operation: Any, robot: Program, known: Iterator[dict[str, str]], statuses: Counter[str]) -> None:
    @settings(
        max_examples=EXAMPLES,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: schemathesis.Case) -> None:
        case.path_parameters = {**(case.path_parameters or {}), **next(known)}
        case.headers = {**(case.headers or {}), **robot.headers}
        answer = case.call()
        statuses[str(answer.status_code)] += 1
        case.validate_response(answer, checks=CHECKS)

    ask()


def _what_exists(robot: Program, story: Story, path: str) -> Iterator[dict[str, str]]:
    """Every other request asks about something that is there: what is made up ends too soon to find anything."""
    task = str(robot.get("/tasks").json["tasks"][0]["id"])
    there = {"reference": story.reference, "task_id": task, "request": "REQ-1", "key": "application"}
    while True:
        yield {name: value for name, value in there.items() if f"{{{name}}}" in path}
        yield {}
