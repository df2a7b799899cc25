"""Cuts from a drawn page the part around the marked text, and takes from it all that can be pressed, sent or found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree, html
from lxml.html import HtmlElement
from markupsafe import Markup

BEGINS: Final = "\ue000"
ENDS: Final = "\ue001"
"""Characters that no text has. They stand around the marked text until the page is drawn."""
_MARKS: Final = re.compile(f"{BEGINS}(.*?){ENDS}", re.DOTALL)
_IN_TAGS: Final = re.compile(f"<[^<>]*[{BEGINS}{ENDS}][^<>]*>")
BLOCK: Final = 250
"""Characters of the smallest part that is shown."""
LONGEST: Final = 1000
"""Characters from which on a part is cut, however short the one inside it is."""
WINDOW: Final = 400
"""Characters of its neighbours that are shown on each side: with them it fills about a phone's screen."""
_POWERS: Final = frozenset(
    {
        "id",
        "for",
        "name",
        "form",
        "action",
        "method",
        "formaction",
        "href",
        "target",
        "accesskey",
        "tabindex",
        "role",
    }
)
"""Attributes by which something is found, sent or opened."""
_LANDMARKS: Final = frozenset({"main", "header", "footer", "nav", "aside", "section", "form"})
_UNSEEN: Final = frozenset({"gated", "is-away", "visually-hidden", "skip-link"})
"""Classes that take something out of sight until it is chosen or focused."""


def part_around(drawn: str) -> Markup | None:
    """Return the part around the marked text; None if the page does not show it as text."""
    seen = _IN_TAGS.sub(lambda tag: tag[0].replace(BEGINS, "").replace(ENDS, ""), drawn)
    found = _MARKS.search(seen)
    if found is None:
        return None
    body = _body(_MARKS.sub(r"<mark>\1</mark>", seen))
    root = html.fromstring(f"<div>{body}</div>")
    mark = root.find(".//mark")
    if mark is None:
        return None
    _disarm(root)
    _bring_into_sight(mark)
    _cut(mark)
    return Markup(html.tostring(root, encoding="unicode"))  # noqa: S704 - our own templates, and disarmed


def _body(drawn: str) -> str:
    """Return what stands in the body; all of it if the page has none."""
    _, body, inside = drawn.partition("<body")
    return inside.partition(">")[2].rpartition("</body>")[0] if body else drawn


def _disarm(root: HtmlElement) -> None:
    for each in root.xpath(
        ".//script | .//link | .//style | .//template | .//input[@type='hidden' or @hidden]"
    ):
        each.drop_tree()
    for each in root.iter(etree.Element):
        if each.tag in _LANDMARKS:
            each.tag = "div"
        for name in list(each.attrib):
            if name in _POWERS or name.startswith(("aria-", "data-", "on", "style")):
                del each.attrib[name]


def _bring_into_sight(mark: HtmlElement) -> None:
    """Open what the text is folded into, and show it where an answer or a key would show it."""
    for each in mark.iterancestors():
        each.attrib.pop("hidden", None)
        if each.tag == "details":
            each.set("open", "")
        if each.tag == "option":
            each.set("selected", "")
        if each.tag == "select":
            each.set("class", f"{each.get('class', '')} review-chosen")
        if each.get("class"):
            each.set("class", " ".join(name for name in each.get("class").split() if name not in _UNSEEN))


def _cut(mark: HtmlElement) -> None:
    """Keep the smallest part of some length, as many of its neighbours as fill a window, and the heading of the page."""
    part = mark
    while (above := part.getparent()) is not None and _length(part) < BLOCK and _length(above) < LONGEST:
        part = above
    kept = {part, *_near(part.itersiblings(preceding=True)), *_near(part.itersiblings())}
    while (above := part.getparent()) is not None:
        for each in list(above):
            if each is not part and each not in kept and each.tag != "h1":
                each.drop_tree()
        part = above


def _near(neighbours: Iterator[HtmlElement]) -> Iterator[HtmlElement]:
    """Yield the neighbours on one side, the nearest first, as long as they fit."""
    left = WINDOW
    for each in neighbours:
        left -= _length(each)
        if left < 0:
            return
        yield each


def _length(part: HtmlElement) -> int:
    return len(part.text_content())
