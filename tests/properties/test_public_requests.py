"""Any request to any public address gets an answer without a fault of ours.

VIREILLE_PUBLIC_REQUESTS sets how many requests each database gets, with another seed each time; without it the same few
hundred each time.
"""

from __future__ import annotations

import os
import secrets
from collections import Counter
from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings

from engine.commands.enquiries import SubmitEnquiry
from engine.commands.public_drafts import KeepPublicDraft
from engine.domain.people import PUBLIC
from engine.feel import parse
from forms.catalogue import read_form
from tests.support import answers as plain
from tests.support.browsing import SETTINGS, Visitor, application
from tests.support.hostile_requests import Hostile, Known, answer_to, requests
from tests.support.links import until_asked
from tests.support.story import Story
from tests.support.world import World
from webapp.http.access import access_of
from webapp.http.languages import PUBLIC_LANGUAGES
from webapp.public.application_kinds import DOORS
from webapp.rendering.words.code_disguise import as_groceries

REQUESTS = int(os.environ.get("VIREILLE_PUBLIC_REQUESTS", "0"))
FEW = 300


def known_to(world: World, app: Flask) -> Known:
    """Make a half-filled form of each kind, codes of each kind, a request with its address, another with its page."""
    engine, browser = world.engine, Visitor(app)
    drafts = []
    for door in DOORS.values():
        drafts.append(secrets.token_urlsafe(32))
        engine.perform(KeepPublicDraft(drafts[-1], door.form_key, {"typed": {}, "step": 1}), PUBLIC)
    saved = str(10**15 + 7)
    engine.perform(KeepPublicDraft(secrets.token_urlsafe(32), "application", {"typed": {}}, saved), PUBLIC)
    waiting, opened, referred = Story(world), Story(world), Story(world)
    until_asked(waiting)
    until_asked(opened)
    key = opened.opens(opened.file.requests[0])
    (request,) = waiting.file.requests
    asked = engine.perform(
        SubmitEnquiry(secrets.token_urlsafe(32), data=plain.enquiry(waiting.today)), PUBLIC
    )
    assert waiting.receipt is not None
    codes = [saved, waiting.receipt.code, referred.is_referred().code, asked.code]
    with app.test_request_context("/fi/"):
        codes.append(" ".join(as_groceries(waiting.receipt.code)))
    led = (app.test_client().get(f"/fi/{door}/questions").headers["Location"] for door in DOORS)
    addresses = [each.partition("#")[0].rpartition("/")[2] for each in led]
    return Known(
        {
            "form_token": (browser.token(browser.get("/fi/code")),),
            # Every door accepts the key of a draft that does not exist yet.
            "draft": (*drafts, *(secrets.token_urlsafe(32) for _ in range(9)), "x", "x" * 101),
            "step": ("1", "2", "check", "0", "999", "²", ""),
            "go": ("next", "back", "save", "send", "stay", "files", "done", "open", "add", "x"),
            "code": tuple(codes),
            "token": (waiting.link_of(request), "x" * 43),
            "key": (key, key, key, secrets.token_urlsafe(32), "x"),
            "factor": (waiting.code_of(request), "000000"),
            "language": tuple(PUBLIC_LANGUAGES),
            "door": tuple(DOORS),
            "address": (*addresses, secrets.token_urlsafe(24), "x"),
            "filename": ("css/base.css", "../app.py", "css/", "fonts/../../settings.py"),
        },
        tuple(
            field.key
            for form_key in (*(door.form_key for door in DOORS.values()), "information_reply")
            for field in read_form(form_key, parse=parse).fields
        ),
        tuple(sorted(_public_rules(app), reverse=True)),
    )


def _public_rules(app: Flask) -> Iterator[tuple[str, str]]:
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        # Signing in has its own limits (test_sign_in_requests). The API is tested from its own description.
        if access is not None and access.is_public and not rule.rule.startswith(("/sign-in", "/api/")):
            yield from ((method, rule.rule) for method in (rule.methods or set()) & {"GET", "POST"})


@pytest.mark.databases
@pytest.mark.slow
def test_no_request_is_answered_with_a_fault(world: World, caplog: pytest.LogCaptureFixture) -> None:
    app = application(world)
    known = known_to(world, app)
    statuses: Counter[int] = Counter()

    @settings(
        max_examples=REQUESTS or FEW,
        database=None,
        derandomize=not REQUESTS,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(requests(known))
    def ask(sent: Hostile) -> None:
        caplog.clear()
        status, headers, body = answer_to(app, sent)
        statuses[status] += 1
        assert status < 500, (status, [record.getMessage() for record in caplog.records], repr(sent)[:2000])
        assert "Content-Security-Policy" in headers
        assert headers["Cache-Control"] == "no-store" or sent.path.startswith(b"/static/")
        assert "Set-Cookie" not in headers
        if status >= 400 and sent.method != "HEAD":
            assert SETTINGS.help_line.encode() in body

    ask()
    print(sum(statuses.values()), "requests:", dict(sorted(statuses.items())))
    assert {200, 303, 403, 404, 405} <= set(statuses), statuses


@pytest.mark.parametrize(
    "query", [b"\n", b"a=1\r\nSet-Cookie: x=1"], ids=["line end", "a header of somebody's own"]
)
def test_no_line_end_after_the_question_mark_reaches_a_redirect(world: World, query: bytes) -> None:
    """Two slashes are answered with a redirect to one. Found by ten thousand of the requests above."""
    form = "application/x-www-form-urlencoded"
    sent = Hostile(
        method="GET", path=b"/fi//receipt.pdf", query=query, kind=form, body=b"", headers={}, place=""
    )
    status, headers, body = answer_to(application(world), sent)
    assert status == 400
    assert "Location" not in headers
    assert SETTINGS.help_line.encode() in body
