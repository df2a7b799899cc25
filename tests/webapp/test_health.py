"""Machines that watch this one: does it live, may it be asked, what waits; and lines without people."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from engine import bootstrap, journal, readiness
from engine.errors import KeyStoreAway, MasterKeyMissing, Unavailable, Unsealable
from engine.isolation import Lock, missing_locks
from engine.mail import MailServerAway
from engine.readiness import mistakes
from engine.worker import Worker
from tests.engine.storage.test_key_rotation import file as file
from tests.engine.storage.test_key_rotation import rotated
from tests.support.browsing import SETTINGS, Visitor
from tests.support.compiled import application_of
from tests.support.story import Story
from tests.support.working import Post, mail_waits, stalled_request, without
from tests.support.world import World
from webapp.http.current import ENGINE

TOKEN = "t" * 40
HERE = {"REMOTE_ADDR": "127.0.0.1"}
ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}


@pytest.fixture
def watched(world: World) -> Flask:
    return application_of(world.engine, replace(SETTINGS, metrics_token=TOKEN))


@pytest.fixture
def asks(watched: Flask) -> FlaskClient:
    return watched.test_client()


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """The journal of this process, as it is written while the test runs."""
    stream = io.StringIO()
    end = journal.begin(stream, logging.DEBUG)
    yield stream
    end()


def read(lines: io.StringIO) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in lines.getvalue().splitlines()]


def numbers(client: FlaskClient) -> dict[tuple[str, ...], float]:
    answer = client.get("/metrics", environ_overrides=HERE)
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


# ------------------------------------------------------------------------------------------------ health


@pytest.mark.databases
def test_a_system_in_order_is_ready_and_says_what_waits(world: World, asks: FlaskClient) -> None:
    story = Story(world)
    stalled_request(story)
    world.clock.passes(days=60)
    answer = asks.get("/health/ready", environ_overrides=HERE).get_json()
    assert answer["is_ready"]
    assert answer["worker"] == "never"
    assert answer["backlog"]["timer"]["count"] > 0
    assert "timer" in answer["late"]

    worker = Worker(world.engine, Post())
    worker.round()
    worker.beat()
    answer = asks.get("/health/ready", environ_overrides=HERE).get_json()
    assert (answer["worker"], answer["backlog"]["timer"]["count"], answer["late"]) == ("beats", 0, [])
    world.clock.passes(minutes=2)
    answer = asks.get("/health/ready", environ_overrides=HERE)
    assert answer.status_code == 200, "a silent worker takes no page away"
    assert answer.get_json()["worker"] == "silent"


def test_a_kernel_that_lacks_a_lock_is_named_and_serves(
    world: World, asks: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer() -> dict[str, Any]:
        found = asks.get("/health/ready", environ_overrides=HERE)
        assert found.status_code == 200
        return dict(found.get_json())

    def sentences() -> list[str]:
        return [each.sentence for each in mistakes(world.engine) if each.about == "cage"]

    assert answer()["missing_locks"] == sorted(missing_locks())
    for module in (readiness, bootstrap):
        monkeypatch.setattr(module, "missing_locks", lambda: frozenset({Lock.LANDLOCK, Lock.NAMESPACES}))
    assert answer()["missing_locks"] == ["landlock", "namespaces"]
    (sentence,) = sentences()
    assert "PDF" in sentence
    monkeypatch.setattr(bootstrap, "missing_locks", frozenset)
    assert sentences() == []


def test_what_keeps_it_from_serving_is_named(world: World, asks: FlaskClient) -> None:
    def hindered() -> list[str]:
        answer = asks.get("/health/ready", environ_overrides=HERE)
        assert answer.status_code == 503
        return list(answer.get_json()["hindrances"])

    file = Path(world.engine.key_store.place)
    hidden = file.rename(file.with_suffix(".hidden"))
    assert hindered() == ["key_store"]
    assert numbers(asks)["vireille_up",] == 0
    hidden.rename(file)
    assert asks.get("/health/ready", environ_overrides=HERE).status_code == 200
    assert numbers(asks)["vireille_up",] == 1
    for version, found in (("of tomorrow", 200), ("2026_11_28_sign_in", 503)):
        with world.engine.database.transaction() as connection:
            connection.exec_driver_sql(f"update alembic_version set version_num = '{version}'")
        answer = asks.get("/health/ready", environ_overrides=HERE)
        assert answer.status_code == found, "while a later version takes over, this one goes on serving"
    assert hindered() == ["schema"]
    assert asks.get("/health/live").status_code == 200, "a restart would mend nothing"


def test_a_process_without_the_new_master_key_is_not_ready(
    world: World, asks: FlaskClient, file: Path
) -> None:
    Story(world).applies()
    rotated(world, file).close()
    with pytest.raises(Unavailable):
        Story(world).applies()
    answer = asks.get("/health/ready", environ_overrides=HERE)
    assert (answer.status_code, answer.get_json()["hindrances"]) == (503, ["key"])
    assert numbers(asks)["vireille_up",] == 0


def test_a_database_that_is_away_is_named(world: World) -> None:
    app = application_of(world.engine)
    file = Path(world.engine.database.engine.url.database or "")
    world.engine.database.engine.dispose()
    file.rename(file.with_suffix(".hidden"))
    file.mkdir()
    answer = app.test_client().get("/health/ready", environ_overrides=HERE)
    assert (answer.status_code, answer.get_json()["hindrances"]) == (503, ["database"])


@pytest.mark.parametrize(
    ("headers", "place"),
    [
        ({}, ELSEWHERE),
        ({"X-Forwarded-For": "127.0.0.1"}, HERE),
        ({"Host": "vireille.example"}, HERE),
        ({"Authorization": f"Bearer {TOKEN[:-1]}"}, ELSEWHERE),
        ({"Authorization": "Bearer "}, ELSEWHERE),
    ],
    ids=["elsewhere", "forwarded", "by another name", "a wrong token", "an empty token"],
)
def test_to_others_there_are_no_numbers(
    asks: FlaskClient, headers: dict[str, str], place: dict[str, str]
) -> None:
    assert asks.get("/metrics", headers=headers, environ_overrides=place).status_code == 404
    answer = asks.get("/health/ready", headers=headers, environ_overrides=place)
    assert (answer.status_code, answer.text) == (200, "ready\n")


def test_without_a_token_set_nobody_elsewhere_sees_numbers(world: World) -> None:
    client = application_of(world.engine).test_client()
    for given in ("", "Bearer ", "Bearer None"):
        answer = client.get("/metrics", headers={"Authorization": given}, environ_overrides=ELSEWHERE)
        assert answer.status_code == 404


def test_with_the_token_others_see_them_too(asks: FlaskClient) -> None:
    given = {"Authorization": f"Bearer {TOKEN}"}
    assert asks.get("/metrics", headers=given, environ_overrides=ELSEWHERE).status_code == 200


# ------------------------------------------------------------------------------------------------ metrics


def test_prometheus_reads_requests_backlog_incidents_and_ages(world: World, asks: FlaskClient) -> None:
    asks.get("/fi/")
    asks.get("/nowhere")
    story = Story(world)
    mail_waits(story)
    worker = Worker(world.engine, Post())
    worker.knock("cases")
    worker.beat()
    world.clock.passes(minutes=3)
    found = numbers(asks)
    assert found["vireille_requests_total", "GET", "public.start", "200"] == 1
    assert found["vireille_requests_total", "GET", "none", "404"] == 1
    assert found["vireille_up",] == 1
    assert found["vireille_backlog", "mail"] == 1
    assert found["vireille_late_seconds", "mail"] == 180
    assert found["vireille_worker_beat_age_seconds",] == 180
    assert found["vireille_worker_loop_age_seconds", "cases"] == 180
    assert story.reference not in str(found)


def test_what_never_happened_is_infinitely_old_so_that_its_alert_fires(
    world: World, asks: FlaskClient
) -> None:
    found = numbers(asks)
    for name in ("worker_beat", "checkpoint", "log_verified"):
        assert found[f"vireille_{name}_age_seconds",] == inf


def test_a_loop_that_has_never_ended_has_an_age_too(world: World, asks: FlaskClient) -> None:
    hung, other = Worker(world.engine, Post()), Worker(world.engine, Post())
    for seconds in (0, 1800, 60):
        world.clock.passes(seconds=seconds)
        for worker, name in ((hung, "chores"), (other, "mail")):
            worker.knock(name)
            worker.beat()
    found = numbers(asks)
    assert found["vireille_worker_loop_age_seconds", "mail"] == 1860, "of the worker in which it hangs"
    assert found["vireille_worker_loop_age_seconds", "webhooks"] == 1860
    world.clock.passes(minutes=10)
    other.beat()
    assert numbers(asks)["vireille_worker_loop_age_seconds", "mail"] == 600, "the other one is gone"


# ------------------------------------------------------------------------------------------------ journal


def test_each_request_leaves_one_line_with_its_route_and_no_address(
    watched: Flask, lines: io.StringIO
) -> None:
    Visitor(watched).get(f"/fi/r/{'x' * 43}")
    (line,) = [each for each in read(lines) if each["event"] == "answered"]
    assert set(line) == {
        "timestamp", "level", "logger", "event", "request", "route", "method", "status", "actor", "milliseconds",
        "statements",
    }  # fmt: skip
    assert (line["method"], line["status"], line["actor"]) == ("GET", 404, "public")
    assert line["statements"] > 0
    assert "xxx" not in lines.getvalue()


@pytest.mark.parametrize("failure", [RuntimeError("Aino Keksitty, salainen osoite"), Unsealable()])
def test_the_number_on_the_page_of_a_fault_is_in_the_journal(
    watched: Flask, lines: io.StringIO, failure: Exception
) -> None:
    class Gone:
        def __getattr__(self, name: str) -> object:
            raise failure

    watched.extensions[ENGINE] = Gone()
    page = Visitor(watched).get("/fi/own/questions")
    assert page.status == 500
    (line,) = [each for each in read(lines) if each["level"] == "error"]
    assert line["request"] in page.text
    assert line["failure"] == type(failure).__name__
    assert "tests/webapp/test_health.py:" in line["where"]
    assert "Keksitty" not in lines.getvalue()


@pytest.mark.parametrize(
    ("failure", "status", "reason"),
    [
        (KeyStoreAway(), 503, "key_store_away"),
        (MasterKeyMissing(2), 503, "master_key_missing"),
        (Unsealable(), 500, "fault"),
    ],
)
def test_what_a_program_was_not_answered_is_in_the_journal_too(
    watched: Flask, lines: io.StringIO, failure: Exception, status: int, reason: str
) -> None:
    class Gone:
        def __getattr__(self, name: str) -> object:
            raise failure

    watched.extensions[ENGINE] = Gone()
    token = {"Authorization": f"Bearer {'x' * 43}"}
    assert watched.test_client().get("/api/v1/definitions", headers=token).status_code == status
    (line,) = [each for each in read(lines) if each["level"] == "error"]
    assert (line["event"], line["reason"]) == ("the service does not answer", reason)
    assert line["failure"] == type(failure).__name__


def test_failing_mail_and_failing_work_say_so(story: Story, lines: io.StringIO) -> None:
    stalled_request(story)
    post = mail_waits(Story(story.world))
    post.fails = MailServerAway()
    without(story.world.engine, "send_reminder")
    story.world.clock.passes(days=60)
    Worker(story.world.engine, post).round()
    events = {each["event"]: each for each in read(lines)}
    assert events["the mail server is away"]["failure"] == "MailServerAway"
    assert (events["due work failed"]["kind"], events["due work failed"]["failure"]) == (
        "timer",
        "RuntimeError",
    )
    assert "Anna" not in lines.getvalue()


def test_nothing_of_a_person_can_stand_in_a_line(lines: io.StringIO) -> None:
    canary = "Kanarialintu 040 123 4567 <x@example.invalid>"
    product, foreign = logging.getLogger("engine.somewhere"), logging.getLogger("another.library")
    product.warning("a letter to %s", canary)
    product.warning("fixed", extra={"name_of_person": canary, "kind": canary, "where": canary, "row": canary})
    product.warning("fixed", extra=dict.fromkeys(journal.SHAPES, canary))
    foreign.warning(f"could not parse {canary}")
    foreign.warning("could not parse %s", canary)
    try:
        raise ValueError(canary)
    except ValueError:
        product.exception("it failed")
        foreign.exception("it failed")
    assert "Kanarialintu" not in lines.getvalue()
    assert "040" not in lines.getvalue()
    assert "example" not in lines.getvalue()
    written = read(lines)
    assert len(written) == 7
    assert written[0]["event"] == "a letter to %s"
    assert written[5]["failure"] == "ValueError"
