"""Texts that want to be more than text, in every field there is; and a visitor who types them wherever something can be typed."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final
from urllib.parse import urlsplit

import pikepdf
from lxml.html import HtmlElement
from werkzeug.datastructures import MultiDict

from forms.definition import Field, FormDefinition, Kind
from tests.support.browsing import Page, Visitor

MARK: Final = "zqj"
ELSEWHERE: Final = "zqj.example"
ONE_LINE: Final = (
    "<script zqj>alert(1)</script>",
    "</textarea></title></style></option></select></script><script zqj>alert(1)</script>",
    "<img zqj src=x onerror=alert(1)>",
    "<svg zqj/onload=alert(1)>",
    '"><b zqj onmouseover=alert(1) autofocus tabindex=1 onfocus=alert(1) x="',
    "' zqj onfocus='alert(1)' autofocus x='",
    "` zqj onfocus=alert(1) autofocus ",
    "<iframe zqj srcdoc='<script>alert(1)</script>'></iframe>",
    "<meta zqj http-equiv=refresh content='0;url=//zqj.example'><base zqj href=//zqj.example>",
    "<style zqj>*{background:url(//zqj.example/x)}</style><link zqj rel=stylesheet href=//zqj.example>",
    "<form zqj action=//zqj.example><input name=x><button formaction=//zqj.example>",
    '<math zqj><mtext><table><mglyph><style><!--</style><img zqj title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<!--<img zqj src="--><img zqj src=x onerror=alert(1)//">]]>',
    "javascript:alert('zqj')//",
    "data:text/html,<script zqj>alert(1)</script>",
    "zqj {{913*877}} ${913*877} <%= 913*877 %> #{913*877} %(x)s {0} {x.__class__}",
    'zqj #read("/etc/passwd") #eval("913*877") $sum$ @label <label> *b* _i_ \\ /* // ~',
    "zqj \u202egpj.exe\u202c \u2066x\u2069 \u200f\u200e\u061c אב ﷽",
    '=HYPERLINK("http://zqj.example","x")+cmd|\' /C calc\'!A1 @SUM(1) -1+1',
    "zqj é\u0301\u0301 ﬁ \ufeff\u200b\u2028\u2029 𝖟 👩‍👩‍👧 ẞ İ ı \ufffd",
    "zqj %0d%0aX-Zqj: 1 \\r\\nX-Zqj: 1 &#13;&#10; &lt;script&gt; &amp;lt;",
    'zqj","level":"critical","event":"forged"}',
)
LINES: Final = (
    "zqj\r\nX-Zqj: 1\r\nSet-Cookie: zqj=1\r\n\r\n<script zqj>alert(1)</script>",
    'zqj\n{"level": "critical", "event": "forged"}\nBcc: zqj@zqj.example',
    "=zqj\n@zqj\n\t+zqj\n-zqj",
)
UNPRINTABLE: Final = "𝖟👩\ufffd"
"""No letter takes these: a decision with one in a name waits until somebody writes the name otherwise."""
COMPUTED: Final = "800701"
"""The product 913*877, which a template or a letter would show if it computed."""
SECRET: Final = "root:x:0"
TEXTS: Final = {Kind.TEXTFIELD, Kind.TEXTAREA}


@dataclass
class Payloads:
    """Gives each field another text, and in time each of them to each field."""

    seed: int = 0
    given: int = 0
    printable: bool = False
    """None that a letter refuses."""

    def of(self, longest: int | None, *, lines: bool, least: int | None = None) -> str:
        known = [
            each
            for each in ((*ONE_LINE, *LINES) if lines else ONE_LINE)
            if not self.printable or not set(UNPRINTABLE) & set(each)
        ]
        self.given += 1
        text = known[(self.seed + self.given) % len(known)]
        while least is not None and len(text) < least:
            text += f" {text}"
        return text if longest is None or len(text) <= longest else f"<b {MARK} onfocus=alert(1)>"[:longest]

    def put_in(self, definition: FormDefinition, sent: Mapping[str, list[str]]) -> dict[str, list[str]]:
        """Return the answers to a form, with each text in the person's own words replaced. What they leave empty stays so."""
        asked = dict(_texts_of(definition))
        changed = dict(sent)
        for name in sent:
            question = asked.get(re.sub(r"\.\d+\.", ".", re.sub(r"\[\d+\]\.", ".", name)))
            if question is not None and any(sent[name]):
                limits, lines = question.limits, question.kind is Kind.TEXTAREA
                changed[name] = [self.of(limits.max_length, lines=lines, least=limits.min_length)]
        return changed


def _texts_of(definition: FormDefinition) -> Iterator[tuple[str, Field]]:
    for key, asked in definition.by_key.items():
        for name, each in ((key, asked), *((f"{key}.{column.key}", column) for column in asked.fields)):
            if each.kind in TEXTS and each.limits.pattern is None and not each.limits.text_type:
                yield name, each


def faults_in(page: Page) -> list[str]:
    """Return what became more than text: in an answer's headers, a page or a document."""
    response = page.response
    found = [f"header {name}" for name, value in response.headers if f"x-{MARK}" in f"{name}".lower()]
    found += [f"cookie {value}" for value in response.headers.getlist("Set-Cookie") if MARK in value]
    if ELSEWHERE in urlsplit(page.goes_to).netloc:
        found.append(f"Location {page.goes_to}")
    if response.mimetype == "application/pdf":
        return [*found, *faults_in_pdf(response.get_data())]
    if response.mimetype in {"text/csv", "application/json"}:
        return [*found, *faults_in_export(response.mimetype, response.get_data())]
    if response.mimetype != "text/html" or not response.data:
        return found
    tree = page.tree
    found += [f"element {each.tag}" for each in tree.iter() if isinstance(each.tag, str) and MARK in each.tag]
    found += [
        f"attribute {name} of {each.tag}" for each in tree.iter() for name in each.attrib if MARK in name
    ]
    for name in ("href", "src", "action", "formaction", "srcset", "poster", "data"):
        for value in tree.xpath(f"//@{name}"):
            target = urlsplit(value.strip())
            if ELSEWHERE in target.netloc or target.scheme in {"javascript", "data", "vbscript"}:
                found.append(f"{name}={value}")
    text = tree.text_content()
    return found + [each for each in (COMPUTED, SECRET) if each in text]


def faults_in_export(media_type: str, content: bytes) -> list[str]:
    """Return the cells that a spreadsheet would compute, and what keeps JSON from being read as the data it is."""
    text = content.decode("utf-8-sig")
    found = [each for each in (COMPUTED, SECRET) if each in text]
    if media_type == "text/csv":
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=";")
        cells = [cell for row in rows for cell in row]
        return found + [f"formula {each}" for each in cells if MARK in each and each[0] in "=+-@\t\r\n"]
    try:
        json.loads(text)
    except ValueError as broken:
        return [*found, f"no JSON: {broken}"]
    return found


def faults_in_pdf(content: bytes) -> list[str]:
    """Return what a letter does, or leads to, beside being read."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        shown = [
            name
            for each in pdf.objects
            if isinstance(each, pikepdf.Dictionary | pikepdf.Stream)
            for name in ("/JS", "/JavaScript", "/Launch", "/OpenAction", "/AA", "/EmbeddedFiles")
            if name in each or each.get("/S") == name
        ]
        links = [
            str(each.URI)
            for each in pdf.objects
            if isinstance(each, pikepdf.Dictionary) and "/URI" in each and MARK in str(each.URI)
        ]
    return shown + links


@dataclass
class Typist:
    """Goes from page to page, types a payload into every text field there and presses every button, if it leads to nothing
    that ends the visit."""

    browser: Visitor
    payloads: Payloads
    rng: Random
    pages: int
    """So many addresses; of the same route no more than three."""
    shown: dict[str, str] = field(default_factory=dict)
    """An address on which a payload was read, by route."""
    problems: list[str] = field(default_factory=list)
    typed: set[tuple[str, str]] = field(default_factory=set)
    """Route and name of each field that was typed into."""
    _seen: set[str] = field(default_factory=set)
    _routes: dict[str, int] = field(default_factory=dict)

    def goes(self, *begins: str) -> None:
        waiting = deque(begins)
        while waiting and len(self._seen) < self.pages:
            address = waiting.popleft()
            route = self._route(address)
            if address in self._seen or route is None or self._routes.get(route, 0) >= 3:
                continue
            self._seen.add(address)
            self._routes[route] = self._routes.get(route, 0) + 1
            page = self._looks(self.browser.client.get(address, buffered=True), address)
            if page is None:
                continue
            if MARK in page.response.text:
                self.shown.setdefault(route, address)
            links = [each.split("#")[0] for each in page.links() if each.startswith("/")]
            self.rng.shuffle(links)
            waiting.extend(links)
            for place in range(len(page.tree.xpath("//main//form"))):
                waiting.extend(self._fills(page, page.form(place), address))

    def _route(self, address: str) -> str | None:
        if address.startswith(LEFT_OUT):
            return None
        path = urlsplit(address).path
        adapter = self.browser.app.url_map.bind("")
        return str(adapter.match(path, "GET")[0]) if adapter.test(path, "GET") else None

    def _looks(self, response: Any, address: str) -> Page | None:
        page = Page(response)
        self.problems += [f"{address}: {each}" for each in faults_in(page)]
        if response.status_code >= 500:
            self.problems.append(f"{address}: {response.status_code}")
        is_page = response.mimetype == "text/html" and response.status_code in {200, 403, 409, 422}
        return page if is_page else None

    def _fills(self, page: Page, form: HtmlElement, address: str, steps: int = 8) -> list[str]:
        """Send a form with a button of it. Return the address it leads to; on a page that answers at once, go on there."""
        target = form.get("action") or address
        if target.startswith(LEFT_OUT) or (form.get("method") or "get").lower() != "post":
            return []
        sent = MultiDict((name, value) for name, value in form.form_values())
        for control in form.iter("input", "textarea", "select"):
            self._answers(control, sent, target)
        buttons = [each for each in form.iter("button") if each.get("name")]
        pressed = [each for each in buttons if each.get("value") not in STAYS_AWAY]
        if pressed:
            button = pressed[0] if self.rng.random() < 0.7 else self.rng.choice(pressed)
            sent.setlist(button.get("name"), [button.get("value") or ""])
            target = button.get("formaction") or target
        response = self.browser.client.post(target, data=sent)
        answered = self._looks(response, f"POST {target}")
        if answered is None:
            location = response.headers.get("Location", "")
            return [location.split("#")[0]] if location.startswith("/") else []
        forms = answered.tree.xpath("//main//form")
        return self._fills(answered, forms[0], target, steps - 1) if forms and steps else []

    def _answers(self, control: HtmlElement, sent: MultiDict[str, str], target: str) -> None:
        name, kind = control.get("name"), control.get("type", "text")
        if not name or control.get("disabled") is not None or kind in {"hidden", "submit", "file", "button"}:
            return
        if control.tag == "select":
            values = [each.get("value", "") for each in control.iter("option") if each.get("value")]
            sent.setlist(name, [self.rng.choice(values)] if values else [])
        elif kind in {"radio", "checkbox"}:
            if self.rng.random() < 0.6:
                sent.setlist(name, [control.get("value", "on")])
        elif kind in {"text", "search"} or control.tag == "textarea":
            longest = control.get("maxlength")
            text = self.payloads.of(int(longest) if longest else None, lines=control.tag == "textarea")
            known = control.get("inputmode") == "numeric" or control.get("autocomplete") in {
                "tel",
                "email",
                "bday",
            }
            if not known or self.rng.random() < 0.5:
                sent.setlist(name, [text])
                self.typed.add((re.sub(r"[0-9a-f-]{36}|\d{4}-\d{6}", "*", target), name))


LEFT_OUT: Final = (
    "/sign-out",
    "/exit",
    "/me/sign-in",
    "/me/proof",
    "/me/sessions",
    "/sign-in",
    "/static",
    "/administration/sessions",
)
"""Ends the session, or the way in, of the visit itself."""
STAYS_AWAY: Final = frozenset({"leave", "remove"})
