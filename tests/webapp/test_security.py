"""The required content of every request and of every answer."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Blueprint, Flask

from engine.errors import Conflict, NotFound, Refusal
from tests.support.accounts import account
from tests.support.browsing import EDITOR_POLICY, POLICY, SETTINGS, Visitor, signed_in
from tests.support.compiled import application_of
from tests.support.messages import refusals
from tests.support.payloads import COMPUTED, LINES, MARK, ONE_LINE, faults_in_export
from tests.support.world import PASSWORD, World
from webapp.app import PARTS, Part, create_app
from webapp.http.access import open_to_all
from webapp.http.current import ENGINE
from webapp.http.errors import STATUS, status_of
from webapp.oversight import statistics

CROSS = {"Sec-Fetch-Site": "cross-site"}
FOREIGN = {"Origin": "https://elsewhere.example"}


@pytest.fixture
def worker(world: World, app: Flask) -> Visitor:
    return signed_in(world, "kasittelija", app)


@pytest.mark.parametrize(
    "headers", [CROSS, {"Sec-Fetch-Site": "same-site"}, FOREIGN, {"Origin": "http://localhost:81"}]
)
def test_a_change_asked_for_by_another_site_is_refused(worker: Visitor, headers: dict[str, str]) -> None:
    token = worker.token(worker.get("/me"))

    page = worker.post("/me", {"form_token": token, "language": "sv"}, headers=headers)

    assert page.status == 403
    assert worker.get("/me").tree.get("lang") == "fi"


@pytest.mark.parametrize("token", ["", "x", "c" * 42, "ä" * 43])
def test_a_change_without_the_token_of_the_session_is_refused(worker: Visitor, token: str) -> None:
    assert worker.post("/me", {"form_token": token, "language": "sv"}).status == 403


def test_an_own_form_is_taken_though_browsers_send_no_origin_with_it(worker: Visitor) -> None:
    token = worker.token(worker.get("/me"))
    headers = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}

    assert worker.post("/me", {"form_token": token, "language": "sv"}, headers=headers).status == 303
    assert worker.get("/me").tree.get("lang") == "sv"


def test_a_token_of_one_session_does_not_serve_another(world: World, app: Flask) -> None:
    one = signed_in(world, "kasittelija", app)
    public = Visitor(app)

    token = public.token(public.get("/fi/code"))

    assert one.post("/me", {"form_token": token, "language": "sv"}).status == 403


@pytest.mark.parametrize("headers", [CROSS, FOREIGN])
def test_a_public_form_is_not_sent_from_elsewhere_either(browser: Visitor, headers: dict[str, str]) -> None:
    token = browser.token(browser.get("/fi/code"))

    assert browser.post("/fi/code", {"form_token": token, "code": "1" * 16}, headers=headers).status == 403


def test_a_public_token_is_own_and_young(browser: Visitor) -> None:
    token = browser.token(browser.get("/fi/code"))

    assert browser.post("/fi/code", {"form_token": token + "x", "code": "1" * 16}).status == 403
    assert browser.post("/fi/code", {"form_token": token, "code": "1" * 16}).status == 422


def test_a_public_form_left_open_for_weeks_is_loaded_again_first(browser: Visitor) -> None:
    token = browser.token(browser.get("/fi/code"))

    with time_machine.travel(datetime.now(UTC) + timedelta(days=8)):
        assert browser.post("/fi/code", {"form_token": token, "code": "1" * 16}).status == 403


def test_a_page_without_access_answers_like_a_missing_one(world: World) -> None:
    telling = Blueprint("telling", __name__)

    @telling.get("/hidden")
    @open_to_all
    def _hidden() -> str:
        raise NotFound("Asia 2026-000001 on rajoitettu.")

    browser = Visitor(create_app(SETTINGS, world.engine, (*PARTS, Part(telling))))

    assert browser.get("/hidden").response.data == browser.get("/nothing").response.data


@pytest.mark.parametrize(
    "path", ["/", "/fi/", "/nothing", "/exit", "/static/css/base.css", "/static/nothing", "/me", "/r/x"]
)
def test_every_answer_carries_the_headers(browser: Visitor, path: str) -> None:
    # Visitor.get checks the headers; this test proves that it does.
    assert browser.get(path).response.headers["Content-Security-Policy"] == POLICY


def test_no_redirect_names_the_host_that_the_request_named(browser: Visitor) -> None:
    """Every address that ends with a slash is asked for without it, in each method, and some with a slash too many."""
    rules = [
        each for each in browser.app.url_map.iter_rules() if each.rule.endswith("/") and each.rule != "/"
    ]
    asked = [
        (rule.rule.replace("<language:language>", "fi").removesuffix("/"), method)
        for rule in rules
        for method in sorted((rule.methods or set()) - {"OPTIONS"})
        if "<" not in rule.rule.replace("<language:language>", "")
    ]
    assert len(asked) > 10
    for path, method in [
        *asked,
        ("/fi//privacy", "GET"),
        ("/fi/?a=b", "GET"),
        ("//elsewhere.example/fi", "GET"),
    ]:
        answer = browser.client.open(path, method=method, headers={"Host": "elsewhere.example"})
        location = answer.headers.get("Location", "")
        assert not location.startswith("//"), (method, path, location)
        assert not urlsplit(location).netloc, (method, path, location)
        assert b"elsewhere.example" not in answer.data.replace(b"//elsewhere.example/fi", b""), (method, path)


def test_a_redirect_to_the_address_with_its_slash_keeps_what_was_asked(browser: Visitor) -> None:
    assert browser.get("/fi?a=b").goes_to == "/fi/?a=b"
    assert browser.get("/fi/?a=b").status == 200


def test_errors_carry_them_too(browser: Visitor) -> None:
    too_large = browser.post("/fi/code", {"form_token": "x" * 300_000})
    not_allowed = browser.client.delete("/fi/")

    assert too_large.status == 413
    assert not_allowed.status_code == 405
    assert not_allowed.headers["Content-Security-Policy"] == POLICY
    assert "GET" in not_allowed.headers["Allow"]


def test_a_fault_shows_nothing_but_its_number(app: Flask) -> None:
    # The application has lost its engine: the next page that needs it fails.
    app.extensions[ENGINE] = None
    app.config["PROPAGATE_EXCEPTIONS"] = False
    browser = Visitor(app)

    page = browser.get("/fi/own/questions")

    assert page.status == 500
    assert page.heading == "Jokin meni meillä vikaan"
    assert "NoneType" not in page.response.text
    assert "Virheen tunnus on" in page.text


def test_an_editor_alone_may_set_style_attributes(world: World, app: Flask) -> None:
    owner = signed_in(world, "omistaja", app)

    page = owner.get(f"/models/drafts/{'0' * 8}-0000-7000-8000-{'0' * 12}/edit/x.bpmn")

    assert page.response.headers["Content-Security-Policy"] == EDITOR_POLICY
    assert owner.get("/models/").response.headers["Content-Security-Policy"] == POLICY


def test_over_tls_the_cookie_is_bound_to_this_host(world: World) -> None:
    app = application_of(world.engine, replace(SETTINGS, base_url="https://vireille.example"))
    browser = Visitor(app)
    kerttu = account(world, "kasittelija")
    page = browser.get("/sign-in", base_url="https://vireille.example")

    answer = browser.post(
        "/sign-in",
        {
            "form_token": browser.token(page),
            "username": "kasittelija",
            "password": PASSWORD,
            "code": kerttu.code(),
        },
        base_url="https://vireille.example",
    )

    cookie = answer.response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie
    assert answer.response.headers["Strict-Transport-Security"].startswith("max-age=63072000")


def test_styles_are_kept_by_their_mark_and_pages_never(browser: Visitor) -> None:
    page = browser.get("/fi/")
    sheet = page.tree.xpath("//link[@rel='stylesheet']/@href")[0]

    assert browser.get(sheet).response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert browser.get("/static/css/base.css").response.headers["Cache-Control"] == "no-store"


def test_a_nul_is_refused_before_anyone_reads_it(browser: Visitor) -> None:
    token = browser.token(browser.get("/fi/code"))

    assert browser.post("/fi/code", {"form_token": token, "code": "1\x00"}).status == 400


def test_more_fields_than_any_form_has_are_refused(browser: Visitor) -> None:
    token = browser.token(browser.get("/fi/code"))

    assert browser.post("/fi/code", {"form_token": token, **{f"f{n}": "" for n in range(1001)}}).status == 413


def test_every_refusal_has_a_status() -> None:
    known = tuple(kind for kind, _ in STATUS)
    strangers = {kind.__name__ for kind in refusals() if not issubclass(kind, known)}

    # A refusal in no table is a fault of ours, such as a diagram that the gate should have refused.
    assert status_of(Refusal()) == 500
    assert not {kind.__name__ for kind in refusals() if kind.__module__ == "engine.errors"} & strangers
    assert status_of(Conflict()) == 409


def test_the_subject_of_a_refusal_reaches_the_page_only_as_text(browser: Visitor) -> None:
    page = browser.get("/fi/%3Cscript%3Ealert(1)%3C/script%3E")

    assert page.status == 404
    assert "alert" not in page.text


def test_a_fault_is_logged_by_place_and_without_its_words(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    class Gone:
        def __getattr__(self, name: str) -> object:
            raise RuntimeError("Aino Keksitty, salainen osoite")

    app.extensions[ENGINE] = Gone()
    app.config["PROPAGATE_EXCEPTIONS"] = False

    Visitor(app).get("/fi/own/questions")

    logged = "\n".join(f"{vars(record)}" for record in caplog.records)
    assert "RuntimeError" in logged
    assert "Keksitty" not in logged


@pytest.mark.parametrize(
    "path", ["/fi/code", "/fi/own/questions", "/ar/ask/questions", "/sv/other/questions"]
)
def test_each_public_form_holds_what_keeps_it_out_of_session_files(browser: Visitor, path: str):
    """tests/browser/test_traces.py shows the effect in a browser."""
    forms = browser.get(path).tree.xpath("//form")

    assert forms
    for each in forms:
        (kept_away,) = each.xpath(".//input[@type='password']")
        assert kept_away.get("value")
        assert "hidden" in kept_away.attrib
        assert "disabled" in kept_away.attrib
        assert kept_away.get("name") is None


def test_what_a_spreadsheet_would_compute_is_found_in_an_export() -> None:
    """The search of the deep run over payloads, and that the sheet of figures gives it nothing to find."""
    for text in (*ONE_LINE, *LINES):
        sheet = StringIO()
        writer = csv.writer(sheet, delimiter=";")
        writer.writerow([text])
        computes = text.startswith(("=", "+", "-", "@")) and MARK in text
        assert bool(faults_in_export("text/csv", sheet.getvalue().encode())) is computes, text
        sheet = StringIO()
        csv.writer(sheet, delimiter=";").writerow(statistics._cells(text))
        assert faults_in_export("text/csv", sheet.getvalue().encode()) == [], text
        assert faults_in_export("application/json", json.dumps([text]).encode()) == [], text
    assert faults_in_export("application/json", f'["{ONE_LINE[4]}"]'.encode())
    assert faults_in_export("application/json", f'["{COMPUTED}"]'.encode()) == [COMPUTED]
