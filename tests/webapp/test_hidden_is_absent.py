"""A hidden case answers as one that never was: on every route about a case, in status, bytes and statements."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event, select
from werkzeug.routing import Rule as Address

from engine.commands.case_links import HandleTogether, LinkCases
from engine.commands.emergencies import OpenInEmergency
from engine.domain.access_reasons import KEPT_OUT, Reason
from engine.domain.administration import Act
from engine.domain.case_links import NoSuchCase
from engine.domain.people import Role
from engine.queries.administration import ReadAdministrationLog
from engine.queries.log_extract import TakeLogExtract
from engine.queries.side_by_side import CompareCases
from engine.storage.access import ADMINISTRATION
from engine.storage.tables.access import ACCESS_ENTRIES
from tests.stories.test_enquiries import asks
from tests.stories.test_who_sees import disqualified, restricted
from tests.support.browsing import Visitor, signed_in
from tests.support.programs import program
from tests.support.samples_of_emergencies import REASON
from tests.support.story import Story
from tests.support.world import World
from tests.webapp.conftest import notified
from webapp.api.entrance import ABOUT_NO_CASE
from webapp.http.access import access_of

ABSENT = "2026-999999"
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TOKEN = re.compile(r'name="form_token" value="[^"]*"')


def about_a_case(app: Flask) -> list[Address]:
    """Return the routes that do something with one case and name it, or a thing of it, in their address."""
    found = []
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if access is not None and access.action is not None and rule.arguments:
            found.append(rule)
    return found


def without_notices(story: Story) -> str:
    """The reference of an enquiry from which nothing was begun: one whose notices are hidden answers like it."""
    return asks(story).reference


def address_of(rule: str, values: Mapping[str, str]) -> str:
    if "/enquiries/<reference>" in rule:
        values = {**values, "reference": values["enquiry"]}
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda place: values[place[1]], rule)


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
    real["notice_id"] = str(notified(story, who))
    none = {name: ABSENT if name == "reference" else str(uuid4()) for name in real} | {"key": "REQ-1"}
    # A form of the case's pages, and no secret.
    none["page"] = real["page"]
    none["enquiry"] = without_notices(story)
    browser = signed_in(world, who, app)
    token = browser.token(browser.get("/me"))
    hidden, roles = 0, world.actor(who).roles
    for rule in about_a_case(app):
        access = access_of(app, rule.endpoint)
        assert access is not None
        if access.roles.isdisjoint(roles) or (who == "paivystaja" and "emergency" in rule.endpoint):
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            before, answers = tried(world, who), []
            for values in (real, none):
                address = address_of(rule.rule, values)
                with counted(world) as statements:
                    page = browser.client.open(address, method=method, headers={"X-Form-Token": token})
                answers.append((page.status_code, _plain(page.text, values), len(statements)))
            assert answers[0] == answers[1], f"{method} {rule.rule}"
            if answers[0][0] == 404:
                hidden += 1
                # In the log of the hidden case or in one's own: nobody tries addresses without a trace.
                assert (tried(world, who) - before).total() == 2, f"{method} {rule.rule}"
    assert hidden >= 15
    assert tried(world, who)[story.case.id, KEPT_OUT] >= 10

    asks_by_reference(world, browser, story, who)


BODIES = {"complete": {"answers": {}}, "messages": {"name": "news"}, "reply": {"answers": {}}}
"""Bodies for addresses of programs, by their last word."""


def test_a_program_learns_no_more_and_leaves_as_much(
    world: World, app: Flask, story: Story, real: dict[str, str]
) -> None:
    restricted(story)
    robot = program(world, app)
    robot.get("/definitions")  # The first call of a day notes it.
    real = {**real, "request": "REQ-1", "event_id": str(uuid4())}
    none = {name: ABSENT if name == "reference" else str(uuid4()) for name in real} | {"request": "REQ-1"}
    none["enquiry"] = without_notices(story)
    hidden = 0
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("api.") or not rule.arguments or rule.endpoint in ABOUT_NO_CASE:
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            before, answers = tried(world, "ohjelma"), []
            for values in (real, none):
                address, ending = address_of(rule.rule, values), rule.rule.rpartition("/")[2]
                file = {"data": {"file": (BytesIO(b"%PDF-"), "a.pdf")}}
                sent = file if ending == "files" else {"json": BODIES.get(ending, {})}
                with counted(world) as statements:
                    answer = robot.client.open(address, method=method, headers=robot.headers, **sent)
                answers.append((answer.status_code, _plain(answer.text, values), len(statements)))
            assert answers[0] == answers[1], f"{method} {rule.rule}"
            if answers[0][0] == 404:
                hidden += 1
                assert (tried(world, "ohjelma") - before).total() == 2, f"{method} {rule.rule}"
    assert hidden >= 10
    assert tried(world, "ohjelma")[story.case.id, KEPT_OUT] >= 8


def asks_by_reference(world: World, browser: Visitor, story: Story, who: str) -> None:
    """Ask the search and the register whether there is the case: the answer is no, and the case's log has both."""
    token = browser.token(browser.get("/me"))
    for address, name in (("/cases/", "q"), ("/cases/arrivals", "reference")):
        answers = []
        for reference in (story.reference, ABSENT):
            with counted(world) as statements:
                page = browser.client.post(address, data={name: reference, "form_token": token})
            plain = _plain(page.text, {"reference": reference})
            answers.append((page.status_code, plain, len(statements)))
        assert answers[0] == answers[1], address
    assert tried(world, who)[story.case.id, "hidden_match"] == 2
    extract = world.engine.answer(TakeLogExtract(story.reference), world.actor("johtaja"))
    assert not [each for each in extract.looks if each.reason is Reason.SUPERVISION], "nobody read anything"


REASON_TO_LINK = "Sama puhelinnumero molemmissa."


@pytest.mark.parametrize("act", ["compare", "link", "together", "register"])
def test_a_hidden_case_that_is_named_beside_ones_own_has_the_attempt_in_its_log(
    world: World, story: Story, act: str
) -> None:
    story.applies()
    story.does("kirjaaja", "register", restricted="yes")
    own = Story(world)
    own.applies()
    who = "kirjaaja" if act == "register" else "toinen"

    def names(other: str) -> None:
        if act == "register":
            own.does(who, "register", duplicate_found="yes", duplicate_reference=other)
        elif act == "compare":
            own.asks(CompareCases(own.reference, other), who)
        elif act == "link":
            own.performs(LinkCases(own.reference, other, "same_events", REASON_TO_LINK), who)
        else:
            own.performs(HandleTogether(own.reference, other, REASON_TO_LINK), who)

    with pytest.raises(NoSuchCase):
        names(ABSENT)  # The first attempt takes the task.
    answers = []
    before = tried(world, who)
    for reference in (story.reference, ABSENT):
        with counted(world) as statements, pytest.raises(NoSuchCase) as refused:
            names(reference)
        answers.append((refused.value.message, refused.value.field, len(statements)))
    assert answers[0] == answers[1]
    made = tried(world, who) - before
    assert made[story.case.id, KEPT_OUT] == 1
    assert made[world.people[who].id, KEPT_OUT] == 1


def tried(world: World, who: str) -> Counter[tuple[object, str]]:
    """Count what a person or a program did, by chain and word of the log."""
    name = world.people[who].name if who in world.people else who
    mine = select(ACCESS_ENTRIES.c.chain_id, ACCESS_ENTRIES.c.action).where(
        ACCESS_ENTRIES.c.actor_name == name, ACCESS_ENTRIES.c.chain_id != ADMINISTRATION
    )
    with world.engine.database.view() as connection:
        return Counter((chain, action) for chain, action in connection.execute(mine))


def _plain(text: str, values: dict[str, str]) -> str:
    text = _TOKEN.sub("", text)
    for value in values.values():
        text = text.replace(value, "?")
    # A task that is begun anew has an id of its own.
    return _ID.sub("?", text)


def test_what_a_program_is_refused_stands_in_the_administration_log(world: World) -> None:
    reader = program(world, name="lukija", scopes={"tasks:read"})
    bare = program(world, name="paljas", scopes={"cases:read"}, roles=frozenset({Role.AUDITOR}))
    assert [each.get("/cases").status_code for each in (reader, bare)] == [403, 403]
    assert reader.get("/tasks").status_code == 200

    log = world.engine.answer(ReadAdministrationLog(), world.actor("tarkastaja"))
    refused = [each for each in log.entries if each.act == Act.PAGE_REFUSED]
    assert [each.actor_name for each in refused] == ["paljas", "lukija"]
    assert all(dict(each.facts)["page"].startswith("api.") for each in refused)
