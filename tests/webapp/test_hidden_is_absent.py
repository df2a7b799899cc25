"""A hidden case answers as one that never was: on every route about a case, in status, bytes and statements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.routing import Rule as Address

from engine.commands.emergencies import OpenInEmergency
from tests.stories.test_who_sees import disqualified, restricted
from tests.support.browsing import signed_in
from tests.support.samples_of_emergencies import REASON
from tests.support.story import Story
from tests.support.world import World
from webapp.http.access import access_of

ABSENT = "2026-999999"
_TOKEN = re.compile(r'name="form_token" value="[^"]*"')


def about_a_case(app: Flask) -> list[Address]:
    """Return the routes that do something with one case and name it, or a thing of it, in their address."""
    found = []
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if access is not None and access.action is not None and rule.arguments:
            found.append(rule)
    return found


@contextmanager
def counted(world: World) -> Iterator[list[str]]:
    statements: list[str] = []

    def count(connection, cursor, statement, *_rest) -> None:  # type: ignore[no-untyped-def]  # SQLAlchemy's event
        statements.append(statement)

    event.listen(world.engine.database.engine, "before_cursor_execute", count)
    try:
        yield statements
    finally:
        event.remove(world.engine.database.engine, "before_cursor_execute", count)


@pytest.mark.parametrize("who", ["toinen", "esihenkilo", "paivystaja"])
def test_a_hidden_case_answers_as_none_on_every_route(
    world: World, app: Flask, story: Story, real: dict[str, str], who: str
) -> None:
    if who == "paivystaja":
        restricted(story)
        # An emergency of one's own opens its own page only.
        assert world.engine.perform(OpenInEmergency(story.reference, "", "danger", REASON), world.actor(who))
    else:
        disqualified(story, who)
    none = {name: ABSENT if name == "reference" else str(uuid4()) for name in real} | {"key": "REQ-1"}
    browser = signed_in(world, who, app)
    token = browser.token(browser.get("/me"))
    hidden, roles = 0, world.actor(who).roles
    for rule in about_a_case(app):
        access = access_of(app, rule.endpoint)
        assert access is not None
        if access.roles.isdisjoint(roles) or (who == "paivystaja" and "emergency" in rule.endpoint):
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            answers = []
            for values in (real, none):
                address = re.sub(r"<(?:\w+:)?(\w+)>", lambda place, of=values: of[place[1]], rule.rule)
                with counted(world) as statements:
                    page = browser.client.open(address, method=method, headers={"X-Form-Token": token})
                answers.append((page.status_code, _plain(page.text, values), len(statements)))
            assert answers[0] == answers[1], f"{method} {rule.rule}"
            hidden += answers[0][0] == 404
    assert hidden >= 15


def _plain(text: str, values: dict[str, str]) -> str:
    text = _TOKEN.sub("", text)
    for value in values.values():
        text = text.replace(value, "?")
    return text
