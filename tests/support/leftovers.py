"""Texts of another language on a page: they never went through a catalogue, or are in none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import polib
from flask import Flask
from lxml.html import HtmlElement

from tests.support.browsing import Page, Visitor
from webapp.translations.files import exported
from webapp.translations.sources import public_texts

_PLACE = re.compile(r"%\(\w+\)[sd]|\{[a-z_]+\}")
_SHOWN_INSTEAD = ("fi", "en", "sv")
"""Languages in which an untranslated text is shown."""
_WORDS_OF_A_SENTENCE = 4
"""So many words in a row never match another language by chance."""
_SPOKEN = "//body//text()[not(ancestor::script)] | //title/text() | //@aria-label | //@placeholder | //@title | //@alt"


class Listener(Visitor):
    """A visitor who checks every page for texts of a second language."""

    def __init__(self, app: Flask, code: str) -> None:
        super().__init__(app)
        self.code = code

    def get(self, path: str, **options: Any) -> Page:
        return self._heard(super().get(path, **options))

    def post(self, path: str, *sent: Any, **options: Any) -> Page:
        page = super().post(path, *sent, **options)
        # A form that led on to an address of its own was heard there.
        return page if page.response.request.method == "GET" else self._heard(page)

    def _heard(self, page: Page) -> Page:
        if page.response.mimetype == "text/html" and not page.goes_to:
            assert leftovers(page.tree, self.code) == [], page.response.request.path
        return page


def leftovers(tree: HtmlElement, code: str) -> list[str]:
    """Return the texts of the page in another language, except those the page itself marks as such."""
    texts, judged = list(_texts_on(tree)), _judged(code)
    new = [text for text in dict.fromkeys(texts) if text not in judged]
    everything = "\n".join(new)
    sentences = [each for each in _sentences(code) if each in everything]
    judged |= {text: _is_foreign(text, code) or any(each in text for each in sentences) for text in new}
    return [text for text in texts if judged[text]]


@cache
def _judged(code: str) -> dict[str, bool]:
    """The texts that a page had before, with True if they are of another language: most stand on every page."""
    return {}


def left_in(document: str, code: str) -> list[str]:
    """Return the same for a PDF, where a line may break anywhere: sentences only."""
    texts = "".join(document.split())
    return [each for each in _sentences(code) if "".join(each.split()) in texts]


def _texts_on(tree: HtmlElement) -> Iterator[str]:
    own = tree.get("lang")
    languages: dict[HtmlElement, str | None] = {}
    for text in tree.xpath(_SPOKEN):
        around = text.getparent()
        if around not in languages:
            marked = next(
                (each for each in (around, *around.iterancestors()) if "lang" in each.attrib), around
            )
            languages[around] = marked.get("lang")
        if languages[around] == own and (words := " ".join(text.split())):
            yield words


def _is_foreign(text: str, code: str) -> bool:
    return text in _foreign(code) or _filled_in(code).fullmatch(text) is not None


@cache
def _filled_in(code: str) -> re.Pattern[str]:
    open_ones = (_PLACE.split(each) for each in _foreign(code) if _PLACE.search(each))
    return re.compile("|".join(".+".join(map(re.escape, parts)) for parts in open_ones))


@cache
def _sentences(code: str) -> tuple[str, ...]:
    """Sentences without their filled-in parts."""
    longest = (max(_PLACE.split(each), key=len) for each in _foreign(code))
    return tuple(each for each in longest if len(each.split()) >= _WORDS_OF_A_SENTENCE)


@cache
def _foreign(code: str) -> frozenset[str]:
    """Texts that another language has and this one never has, not even as a part of a text."""
    own = "\n".join(_sayings(code))
    others = (each for other in _SHOWN_INSTEAD if other != code for each in _sayings(other))
    return frozenset(each for each in others if each not in own)


@cache
def _sayings(code: str) -> frozenset[str]:
    if code == "fi":
        return frozenset(each for text in public_texts() for each in (text.finnish, text.plural) if each)
    entries = polib.pofile(exported(code))
    return frozenset(
        words for entry in entries for words in (entry.msgstr, *entry.msgstr_plural.values()) if words
    )
