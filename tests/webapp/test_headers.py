"""One table of headers for every answer: each route, for each kind of caller, with what exists and with what does not,
refusals, faults, files, styles and what is no request at all. The pages among them are valid HTML."""

from __future__ import annotations

import re
import socket
from collections import Counter
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from tests.support.browsing import (
    DOWNLOAD_POLICY,
    EDITOR_POLICY,
    HEADERS,
    POLICY,
    SETTINGS,
    Visitor,
    headers_of,
    signed_in,
)
from tests.support.nu_checker import mistakes, structure_of
from tests.support.server import bare
from tests.support.world import STAFF as PEOPLE
from tests.support.world import World
from tests.webapp.test_access import Route, written
from tests.webapp.test_connections import everything
from webapp.app import create_app
from webapp.http.access import access_of
from webapp.http.current import ENGINE

KINDS = {
    "text/html; charset=utf-8",
    "text/plain; charset=utf-8",
    "text/css; charset=utf-8",
    "text/csv; charset=utf-8",
    "text/javascript; charset=utf-8",
    "text/x-gettext-translation; charset=utf-8",
    "text/plain; version=0.0.4; charset=utf-8",
    "application/json",
    "application/problem+json",
    "application/pdf",
    "application/zip",
    "image/svg+xml; charset=utf-8",
    "font/woff2",
}
"""Every text says how its letters are written: a browser must not guess."""
FORBIDDEN = re.compile(
    r"server|x-powered-by|via|access-control-.*|etag|refresh|sourcemap|x-debug.*", re.IGNORECASE
)
DENIED = re.compile(r"[a-z-]+=\(\)|publickey-credentials-get=\(self\)")
HTTPS = "https://vireille.example"


def faults_of(answer: TestResponse, app: Flask, *, is_https: bool = False) -> list[str]:
    """Return what differs from the table."""
    headers, path = answer.headers, answer.request.path
    endpoint = _endpoint(app, answer)
    access = access_of(app, endpoint) if endpoint else None
    is_html = answer.mimetype == "text/html"
    policy = POLICY
    if access is not None and access.download and not is_html:
        policy = DOWNLOAD_POLICY
    elif access is not None and access.editor:
        policy = EDITOR_POLICY
    kept = "v" in answer.request.args or path.endswith((".woff2", ".svg"))
    static = path.startswith("/static/") and answer.status_code == 200 and kept
    expected = {
        **headers_of(answer),
        "X-Robots-Tag": "noindex",
        "Content-Security-Policy": policy,
        "Cache-Control": "public, max-age=31536000, immutable" if static else "no-store",
        "Strict-Transport-Security": "max-age=63072000; includeSubDomains" if is_https else None,
    }
    found = [
        f"{name}: {headers.getlist(name)}"
        for name, value in expected.items()
        if headers.getlist(name) != ([] if value is None else [value])
    ]
    found += [
        f"{name} is there"
        for name, _ in headers
        if FORBIDDEN.fullmatch(name) and not path.startswith("/static/")
    ]
    if not all(DENIED.fullmatch(each) for each in headers["Permissions-Policy"].split(", ")):
        found.append(headers["Permissions-Policy"])
    if headers.get("Content-Type") not in KINDS and answer.data:
        found.append(f"Content-Type: {headers.get('Content-Type')}")
    if urlsplit(headers.get("Location", "")).netloc not in {
        "",
        "www.ilmatieteenlaitos.fi",
        "example.invalid",
    }:
        found.append(f"Location: {headers['Location']}")
    if access is not None and access.download and answer.status_code == 200:
        disposition = headers.get("Content-Disposition", "")
        found += [] if disposition.startswith("attachment;") else [f"Content-Disposition: {disposition}"]
    if access is not None and access.is_public and headers.getlist("Set-Cookie"):
        found.append(f"{path} sets a cookie")
    return found


def _endpoint(app: Flask, answer: TestResponse) -> str | None:
    try:
        return str(app.url_map.bind("").match(answer.request.path, answer.request.method)[0])
    except HTTPException:
        return None


def address_of(route: Route, real: dict[str, str]) -> str:
    """The rule with a value that exists for each variable of a case, and samples for the others."""
    known = {**real, "language": "fi", "door": "own"}
    rule = re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", lambda found: known.get(found[1], found[0]), route.rule)
    return replace(route, rule=rule).address


def test_every_route_answers_by_the_table(
    world: World, app: Flask, real: dict[str, str], tmp_path: Path
) -> None:
    """Everybody of the staff tries each route of theirs, without and with what exists; anybody tries all of them."""
    seen: Counter[int] = Counter()
    faults: list[str] = []
    files = 0
    pages: dict[str, tuple[str, str]] = {}
    anybody = Visitor(app)
    people = {username: signed_in(world, username, app) for username, _, _roles in _staff()}
    tokens = {username: each.token(each.get("/me")) for username, each in people.items()}
    for route in written():
        callers = [("", anybody)]
        allowed = [name for name, _, roles in _staff() if route.who != "everyone" and _may(route, roles)]
        callers += [(name, people[name]) for name in allowed[:1]]
        if allowed and "<" in route.rule:
            # The head of the case sees it; others may not.
            callers += [(name, people[name]) for name in allowed if name == "johtaja"]
        for name, browser in callers:
            if name and route.rule == "/sign-out":
                continue
            for address in dict.fromkeys((route.address, address_of(route, real))):
                headers = {"X-Form-Token": tokens[name]} if name else {}
                answer = browser.client.open(address, method=route.method, headers=headers, buffered=True)
                assert faults_of(answer, app) == [], (
                    f"{name or 'anybody'} {route.method} {address} {answer.status}"
                )
                seen[answer.status_code] += 1
                faults += [f"{name} {route.method} {address}"] if answer.status_code >= 500 else []
                files += "attachment" in answer.headers.get("Content-Disposition", "")
                if answer.mimetype == "text/html" and answer.data:
                    page = answer.get_data(as_text=True)
                    way = f"{name or 'anybody'} {route.method} {address}"
                    pages.setdefault(structure_of(page), (way, page))
    assert {200, 303, 403, 404, 422} <= set(seen), seen
    assert faults == []
    assert files >= 5
    # The test is skipped at this place if the checker is missing.
    folder = tmp_path / "pages"
    folder.mkdir()
    assert mistakes(dict(pages.values()), folder) == []


def _staff() -> list[tuple[str, str, frozenset[str]]]:
    return [(person[0], person[1], frozenset(role.value for role in person[2])) for person in PEOPLE[:12]]


def _may(route: Route, roles: frozenset[str]) -> bool:
    return route.who != "services" and bool(route.roles & roles)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/fi", 308),
        ("DELETE", "/fi/", 405),
        ("PROPFIND", "/fi/", 405),
        ("GET", "/static/../app.py", 404),
        ("GET", "/static/css/base.css", 200),
        ("GET", "/static/css/base.css?v=1", 200),
        ("GET", "/static/css/nothing.css?v=1", 404),
        ("HEAD", "/fi/", 200),
        ("OPTIONS", "/fi/", 200),
        ("GET", "/health/live", 200),
        ("GET", "/metrics", 200),
        ("GET", "/api/v1/openapi.json", 200),
        ("GET", "/api/v1/tasks", 401),
        ("GET", "/api/v1/nothing", 404),
    ],
)
def test_every_error_and_every_style_answers_by_it(app: Flask, method: str, path: str, status: int) -> None:
    answer = app.test_client().open(path, method=method, buffered=True)

    assert (answer.status_code, faults_of(answer, app)) == (status, [])


@pytest.mark.parametrize("path", ["/fi/own/questions", "/api/v1/tasks", "/me"])
def test_a_fault_and_a_database_that_is_away_answer_by_it(app: Flask, path: str) -> None:
    app.extensions[ENGINE] = None
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = app.test_client()
    client.set_cookie("session", "x" * 43)

    answer = client.get(path, headers={"Authorization": f"Bearer {'x' * 43}"})

    assert (answer.status_code, faults_of(answer, app)) == (500, [])


def test_over_tls_it_asks_for_tls(world: World) -> None:
    app = create_app(replace(SETTINGS, base_url=HTTPS, proxies=1), world.engine)
    for path in ("/fi/", "/nowhere", "/fi", "/me", f"/cases/documents/{uuid4()}", "/static/css/base.css"):
        answer = app.test_client().get(path, base_url=HTTPS, buffered=True)
        assert faults_of(answer, app, is_https=True) == [], path


@pytest.mark.parametrize(
    "sent",
    [
        b"<script>alert(1)</script> / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * (32 * 1024),
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: <b>\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: <i>\r\n\r\n",
    ],
)
def test_what_is_no_request_is_answered_with_them_and_not_repeated(app: Flask, sent: bytes) -> None:
    with bare(app) as server, socket.create_connection(("127.0.0.1", server.effective_port), 60) as made:
        made.sendall(sent)
        answered = everything(made)

    head, _, body = answered.partition(b"\r\n\r\n")
    headers = {line.partition(": ")[0]: line.partition(": ")[2] for line in head.decode().split("\r\n")[1:]}
    assert (
        headers.items() >= {**HEADERS, "Content-Security-Policy": POLICY, "Cache-Control": "no-store"}.items()
    )
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert not any(each in body for each in (b"<", b"waitress", b"generated"))
    assert "Server" not in headers
