"""A visitor of the pages. Every page that a test fetches is checked: title, heading, labels, tokens, headers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urlsplit

import lxml.html
from flask import Flask
from flask.testing import FlaskClient
from lxml.html import HtmlElement
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

import webapp
from tests.support.compiled import SETTINGS as SETTINGS
from tests.support.compiled import application_of
from tests.support.world import World
from webapp.http.languages import PUBLIC_LANGUAGES

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
EDITOR_POLICY = f"{POLICY}; style-src-attr 'unsafe-inline'"
DOWNLOAD_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
BUILT = Path(webapp.__file__).parent / "static" / "build" / ".stamp"
_LEFTOVERS = re.compile(r"\bNone\b|\{\{|%\(|Undefined|&lt;(?:p|a|span|svg)\b")
_SUMMARY = "//div[contains(@class, 'error-summary')]//a"
_ADDRESS = re.compile(r"^/[a-z]+/p/")
_FIELDS = "//input[not(@type='hidden' or @type='submit' or @hidden)] | //select | //textarea"


@dataclass(frozen=True)
class Page:
    """An answer as a person reads it."""

    response: TestResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    @cached_property
    def tree(self) -> HtmlElement:
        """Parsed once: a test that changes it changes what it sees."""
        return lxml.html.document_fromstring(self.response.get_data(as_text=True))

    @property
    def title(self) -> str:
        return " ".join((self.tree.findtext(".//title") or "").split())

    @property
    def heading(self) -> str:
        return " ".join(self.tree.find(".//h1").text_content().split())

    @property
    def text(self) -> str:
        return " ".join(self.tree.find(".//main").text_content().split())

    @property
    def problems(self) -> list[str]:
        """The mistakes listed in the summary at the top."""
        return [" ".join(link.text_content().split()) for link in self.tree.xpath(_SUMMARY)]

    @property
    def goes_to(self) -> str:
        """The address to which the answer redirects."""
        return self.response.headers.get("Location", "")

    @property
    def code(self) -> str:
        """The code in large digits."""
        return "".join(self.tree.find_class("code")[0].text_content().split())

    def form(self, place: int = 0) -> HtmlElement:
        """Return a form of the page's content."""
        return self.tree.xpath("//main//form")[place]

    def links(self) -> list[str]:
        return [link.get("href") for link in self.tree.xpath("//a[@href]")]


class Visitor:
    """A browser without script, which has only the cookies that a test sets."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self.app = app

    def get(self, path: str, **options: Any) -> Page:
        return self._arrives(look_at(self.client.get(path, buffered=True, **options)), **options)

    def post(self, path: str, data: Mapping[str, Any] | bytes | None = None, **options: Any) -> Page:
        return self._arrives(look_at(self.client.post(path, data=data or {}, **options)))

    def _arrives(self, page: Page, **options: Any) -> Page:
        """Follow the address of a page that a form led to, as every browser does."""
        return self.get(urldefrag(page.goes_to).url, **options) if _ADDRESS.search(page.goes_to) else page

    def submits(self, page: Page, button: str = "", place: int = 0, **fields: str | list[str]) -> Page:
        """Fill the form on the page and press the button `name=value`; without one, submit as Enter does."""
        form = page.form(place)
        sent = MultiDict((name, value) for name, value in form.form_values())
        for name, value in fields.items():
            sent.setlist(name.replace("__", "."), value if isinstance(value, list) else [value])
        buttons = _buttons(form)
        if not button and buttons:
            button = f"{buttons[0].get('name')}={buttons[0].get('value')}"
        if button:
            name, _, value = button.partition("=")
            pressed = [each for each in buttons if (each.get("name"), each.get("value")) == (name, value)]
            assert pressed, f"no button {button}"
            sent.setlist(name, [value])
            return self.post(pressed[0].get("formaction") or form.get("action"), sent)
        return self.post(form.get("action"), sent)

    def token(self, page: Page) -> str:
        return page.tree.xpath("//input[@name='form_token']/@value")[0]

    def follows(self, page: Page) -> Page:
        assert page.status == 303, page.status
        return self.get(page.goes_to)


def _buttons(form: HtmlElement) -> list[HtmlElement]:
    """Return the named buttons of a form in the page's order, also those outside of it."""
    every = form.getroottree().xpath("//button[@type='submit' and @name]")
    inside = set(form.iter("button"))
    return [
        each for each in every if each in inside or (each.get("form") and each.get("form") == form.get("id"))
    ]


def adds(browser: Visitor, page: Page, *files: tuple[str, bytes], **typed: str) -> Page:
    """Choose files in the form on the page and press the button that adds them. Fields go in the page's order, as every
    browser sends them."""
    form = page.form()
    sent: dict[str, Any] = {**dict(form.form_values()), "go": "add", **typed}
    sent["file"] = [FileStorage(BytesIO(content), name) for name, content in files]
    order = [*form.xpath(".//input/@name"), *sent]
    boundary, body = encode_multipart({name: sent[name] for name in sorted(sent, key=order.index)})
    return browser.post(form.get("action"), body, content_type=f"multipart/form-data; boundary={boundary}")


def application(world: World) -> Flask:
    return application_of(world.engine)


def visitor(world: World) -> Visitor:
    return Visitor(application(world))


def signed_in(world: World, username: str, app: Flask | None = None) -> Visitor:
    """Return a visitor who has signed in just now, without the time for hashing a password."""
    token = f"session-of-{username}-{world.clock().timestamp()}-".ljust(43, "x")
    browser = Visitor(app or application(world))
    browser.client.set_cookie("session", session_of(world, username, token))
    return browser


def session_of(world: World, username: str, token: str) -> str:
    """Begin a session with this token, unless there is one. Return the token."""
    now, limits = world.clock(), world.engine.settings.sessions
    with world.engine.database.unit_of_work() as unit:
        stores = world.engine.stores(unit)
        if stores.sessions.find(token, now, limits) is None:
            stores.sessions.begin(token, world.people[username], "c" * 43, now, limits)
    return token


def headers_of(response: TestResponse) -> dict[str, str | None]:
    """Return the headers that an answer must have. A redirect within the site has no policy of its own: Firefox would
    take what follows for typed."""
    leads_on = response.headers.get("Location", "").startswith("/")
    return {**HEADERS, "Referrer-Policy": None if leads_on else HEADERS["Referrer-Policy"]}


def look_at(response: TestResponse) -> Page:
    """Fail when a page breaks a rule for every page."""
    if response.status_code == 500 and not BUILT.exists():
        raise AssertionError("the editors' scripts are not built: run `make front`")
    policy = response.headers.get("Content-Security-Policy")
    assert policy in {POLICY, EDITOR_POLICY, DOWNLOAD_POLICY}, policy
    for name, value in headers_of(response).items():
        assert response.headers.get(name) == value, name
    assert "Permissions-Policy" in response.headers
    assert "Server" not in response.headers
    if not response.request.path.startswith("/static/"):
        assert response.headers["Cache-Control"] == "no-store"
    page = Page(response)
    passes_by = response.request.path == "/exit" or response.status_code in {301, 302, 303, 308}
    if response.mimetype == "text/html" and not passes_by:
        _read(page)
    return page


def _read(page: Page) -> None:
    tree = page.tree
    if tree.xpath("//template[@shadowrootmode]"):
        tree = deepcopy(tree)
        for picture in tree.xpath("//template[@shadowrootmode]"):
            _holds_nothing_inline(picture)
            picture.drop_tree()
    assert page.title, "no title"
    assert len(tree.xpath("//h1")) == 1, "not one h1"
    assert tree.get("lang") in {language.html for language in PUBLIC_LANGUAGES.values()}
    assert len(tree.xpath("//main[@id='content']")) == 1
    assert tree.xpath("//a[@class='skip-link' and @href='#content']")
    _reads_well(page, tree)
    _is_labelled(tree)
    _holds_nothing_inline(tree)
    _sends_nothing_elsewhere(tree)
    for form in tree.xpath("//form[translate(@method, 'POST', 'post')='post']"):
        tokens = form.xpath(".//input[@name='form_token']/@value")
        assert len(tokens) == 1, f"{form.get('action')} has {len(tokens)} form tokens"
        assert tokens[0]
        assert not urlsplit(form.get("action")).netloc


def _reads_well(page: Page, tree: HtmlElement) -> None:
    shown = " ".join(text for text in tree.xpath("//body//text()") if text.strip())
    left = _LEFTOVERS.search(f"{page.title} {shown}")
    assert left is None, f"left over in the text: {left.group() if left else ''}"
    for heading in tree.xpath("//h1 | //h2 | //h3"):
        assert heading.text_content().strip(), "an empty heading"
    for clickable in tree.xpath("//a | //button"):
        named = clickable.text_content().strip() or clickable.get("aria-label")
        assert named, lxml.html.tostring(clickable)


def _is_labelled(tree: HtmlElement) -> None:
    ids = Counter(tree.xpath("//@id"))
    assert not [name for name, times in ids.items() if times > 1], ids.most_common(1)
    for name in tree.xpath("//@for"):
        assert name in ids, f"a label for {name}, which is not there"
    own_labels = set(tree.xpath("//label/@for"))
    for attribute in ("aria-describedby", "aria-labelledby"):
        for names in tree.xpath(f"//@{attribute}"):
            assert set(names.split()) <= set(ids), f"{attribute} {names}"
    for field in tree.xpath(_FIELDS):
        labelled = (
            field.get("aria-label")
            or field.get("aria-labelledby")
            or field.xpath("ancestor::label")
            or field.get("id") in own_labels
        )
        assert labelled, f"no label for {field.get('name')}"


def _sends_nothing_elsewhere(tree: HtmlElement) -> None:
    """Check that public pages send no typed text to services that correct spelling or complete sentences."""
    (body,) = tree.xpath("//body")
    if "public" in body.get("class").split():
        assert (body.get("spellcheck"), body.get("writingsuggestions")) == ("false", "false")
        assert not tree.xpath("//body//*[@spellcheck='true' or @writingsuggestions='true']")


def _holds_nothing_inline(tree: HtmlElement) -> None:
    assert not tree.xpath("//style"), "a style element"
    assert not tree.xpath("//script[not(@src)]"), "a script in the page"
    assert not tree.xpath("//@style"), "a style attribute"
    assert not tree.xpath("//@*[starts-with(name(), 'on')]")
    assert not tree.xpath("//@href[starts-with(translate(., 'JAVSCRIPT', 'javscript'), 'javascript:')]")
