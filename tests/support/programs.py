"""A program that uses the interface over HTTP, with the token of a service account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.commands.people import SCOPES, AddServiceAccount
from engine.domain.people import OPERATOR, Role
from tests.support import answers
from tests.support.browsing import application
from tests.support.story import Story
from tests.support.world import World

KEY = "a-key-of-this-one-act"
ROLES = frozenset({Role.INTAKE, Role.CASEWORKER, Role.PROCESS_OWNER})


def token_of(
    world: World, name: str = "ohjelma", scopes: Iterable[str] = SCOPES, roles: Iterable[Role] = ROLES
) -> str:
    """The token of a new service account."""
    command = AddServiceAccount(name, frozenset(scopes), frozenset(roles))
    return world.engine.perform(command, OPERATOR)


@dataclass
class Program:
    client: FlaskClient
    token: str
    language: str = "fi"

    def get(self, path: str, **query: str) -> TestResponse:
        return looked_at(self.client.get(f"/api/v1{path}", headers=self.headers, query_string=query))

    def post(self, path: str, body: object = None, **headers: str) -> TestResponse:
        return looked_at(self.client.post(f"/api/v1{path}", json=body, headers={**self.headers, **headers}))

    def post_text(self, path: str, text: str | bytes, **headers: str) -> TestResponse:
        sent = {"Content-Type": "application/json", **self.headers, **headers}
        return looked_at(self.client.post(f"/api/v1{path}", data=text, headers=sent))

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Accept-Language": self.language}


def program(world: World, app: Flask | None = None, **account: Any) -> Program:
    return Program((app or application(world)).test_client(), token_of(world, **account))


def looked_at(answer: TestResponse) -> TestResponse:
    """Refuse an answer that breaks what is promised of every one: JSON, never stored, no cookie."""
    wanted = "application/json" if answer.status_code < 400 else "application/problem+json"
    assert answer.mimetype == wanted, answer.get_data(as_text=True)[:300]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    if answer.status_code >= 400:
        assert answer.json is not None
        assert answer.json["status"] == answer.status_code
        assert answer.json["detail"]
    return answer


def new_case(story: Story, **changes: object) -> dict[str, object]:
    return {"channel": "self", "answers": answers.merged(answers.application(story.today), changes)}


def start(robot: Program, story: Story, key: str = KEY) -> str:
    answer = robot.post("/cases", new_case(story), **{"Idempotency-Key": key})
    assert answer.status_code == 201, answer.json
    return str(answer.json["reference"])
