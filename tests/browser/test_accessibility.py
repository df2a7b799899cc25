"""axe finds nothing on any page that has an address of its own, for anyone who may open it, wide or narrow; nor does Equal
Access, which takes the head of a table that a narrow page moves out of sight for none, on the wide one."""

from __future__ import annotations

import secrets

import pytest
from playwright.sync_api import ViewportSize, expect

from engine.domain.people import Role
from tests.support import equal_access
from tests.support.axe import OF_LIBRARIES, TOO_WIDE, faults, violations
from tests.support.browsing import SETTINGS
from tests.support.chromium import DESKTOP, PHONE, follow
from tests.support.chromium import page as fresh_page
from tests.support.studio_pages import begin, ready
from tests.support.world import STAFF
from webapp.app import create_app
from webapp.http.access import access_of
from webapp.http.languages import PUBLIC_LANGUAGES

SKIPPED = {"account.home", "entrance.leave", "oversight.half_year_sheet"}
"""They only lead on, or are a sheet that no browser shows."""


def _who(roles: frozenset[Role]) -> str:
    return next(username for username, _, has, _ in STAFF if has & roles)


def test_every_page_with_an_address_is_accessible(world, visit, sign_in):
    """Loaded once, and looked at wide and narrow: no script of ours asks for the width of the window."""
    app = create_app(SETTINGS, world.engine)
    people = {}
    found = {}
    with app.test_request_context():
        rules = [
            rule
            for rule in app.url_map.iter_rules()
            if "GET" in rule.methods and not rule.arguments and rule.endpoint not in SKIPPED
        ]
        access = {rule.endpoint: access_of(app, rule.endpoint) for rule in rules}
    for rule in rules:
        needed = access[rule.endpoint]
        if needed.audience == "services" or rule.rule.startswith("/api/"):
            continue
        who = _who(needed.roles) if needed.audience == "staff" else ""
        if who not in people:
            people[who] = sign_in(who) if who else visit()
        page = people[who]
        answer = page.goto(rule.rule)
        if answer is not None and "text/html" in answer.headers.get("content-type", ""):
            page.set_viewport_size(DESKTOP)
            lines = [*equal_access.failures(page), *faults(page)]
            found |= {rule.rule: lines} if lines else {}

    assert found == {}


@pytest.mark.parametrize("language", ["fi", "ru", "so", "ar"])
def test_a_small_telephone_at_twice_the_size_shows_everything(visit, language):
    """320 pixels at 200 %: nothing is wider than the window, so that nobody has to read sideways."""
    page = visit(size=ViewportSize(width=160, height=320))
    found = {}
    for path in ("", "own", "own/questions", "other/questions", "code", "safety", "privacy", "paper"):
        page.goto(f"/{language}/{path}")
        found |= {path: lines} if (lines := page.evaluate(TOO_WIDE)) else {}

    assert found == {}


def test_a_small_telephone_with_large_letters_shows_the_doors_in_every_language(visit):
    """320 pixels with letters of 200 %: the longest words of each language stand at the front."""
    page = visit(size=ViewportSize(width=320, height=640))
    found = {}
    for path in (f"{language}/{path}" for language in PUBLIC_LANGUAGES for path in ("", "easy", "own")):
        page.goto(f"/{path}")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        found |= {path: lines} if (lines := page.evaluate(TOO_WIDE)) else {}

    assert found == {}


def test_the_studio_is_accessible(sign_in):
    page = sign_in("omistaja")
    draft = begin(page)
    assert faults(page) == []

    page.goto(f"{draft}/findings")
    assert faults(page) == []

    page.goto(f"{draft.replace('/drafts/', '/sources/')}/sections")
    expect(page.get_by_role("heading", name="Kirjaa tarkistus")).to_be_visible()
    page.locator("details.disclosure summary").first.click()
    expect(page.locator("details.disclosure[open]").first).to_be_visible()
    assert faults(page) == []

    page.set_viewport_size(DESKTOP)
    page.goto(f"{draft}/edit/information_request/process.bpmn")
    ready(page)
    assert faults(page, without=OF_LIBRARIES) == []

    page.goto("/models/")
    follow(page.get_by_role("link", name="Versio 1").first)
    assert faults(page) == []
    follow(page.get_by_role("region", name="Prosessit").get_by_role("link", name="Tietopyyntö"))
    assert faults(page) == []


def test_contrast_is_asked_for_once_for_each_look_of_a_text(chromium):
    """In the same grey, which is dark enough only where nothing changes what is behind it."""
    plain = f"font-size: 16.{secrets.randbelow(10**6)}px"
    with fresh_page(chromium, "http://localhost") as page:

        def asked(words: str, around: str = "", beside: str = "") -> tuple[list[str], bool]:
            page.set_content(
                f"<!doctype html><html lang=en><title>T</title><main style='{around}'><h1>Words</h1>"
                f"<p style='{plain}; color: #767676'>{words}</p>{beside}</main></html>"
            )
            if page.evaluate("'axe' in window && !window.colours"):
                page.evaluate(
                    "() => { const run = axe.run; axe.run = (where, how) => {"
                    " window.colours = [how.rules['color-contrast'].enabled]; return run(where, how); }; }"
                )
            broken = violations(page)
            return [line.partition(":")[0] for line in broken], page.evaluate("window.colours?.[0]")

        def drawn(words: str) -> str:
            return f"<svg><text y=20 fill='#767676'>{words}</text></svg>"

        def faint(words: str) -> str:
            return f"<p style='{plain}; color: #777'>{words}</p>"

        assert asked("–")[0] == []
        assert asked("One thing") == ([], True)
        assert asked("Another thing") == ([], False)
        assert asked("Another thing", beside=drawn("A name")) == ([], False)
        for _ in range(2):
            assert asked("Another thing", beside=faint("Too light")) == (["color-contrast"], True)
            assert asked("Another thing", beside=faint("One") + faint("Two")) == (
                ["color-contrast"] * 2,
                True,
            )
        for around in ("background: #ddd", "opacity: 0.6"):
            for _ in range(2):
                assert asked("One thing", around) == (["color-contrast"], True), around
        over = "<div style='position: absolute; background: #fff'>Over</div>"
        assert asked("One thing", beside=over) == ([], True)
        page.set_viewport_size(PHONE)
        assert asked("One thing") == ([], True)
        assert asked("One thing") == ([], False)
