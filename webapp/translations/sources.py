"""Every text for people outside, and the places where it is read: pages, forms, messages, receipts and explanations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Literal

from babel.messages.extract import extract_from_dir

from engine.domain.text_reviews import SourceText as Text
from engine.letters.files import read_text
from engine.letters.translating import lines_of
from engine.texts import TO_PEOPLE
from forms.catalogue import form_keys, read_form
from forms.definition import FormDefinition
from forms.translations import THROUGH_ENGLISH, texts_of
from processes.catalogue import ROOT as PROCESSES
from webapp.http.errors import PAGES
from webapp.rendering.forms.texts import page_messages
from webapp.translations.refusals import refusals_met_outside

WEB = Path(__file__).parents[1]
_CALLS = {"_": None, "gettext": None, "marked": None, "ngettext": (1, 2), "N_": None}
_JINJA = {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}
_TEMPLATES = ("public", "layouts", "components", "forms", "errors")
_FOR_STAFF = frozenset(
    {
        "layouts/staff.html",
        "errors/staff.html",
        "components/absence.html",
        "components/case.html",
        "components/filters.html",
        "components/keys.html",
        "components/passkey.html",
        "components/provider_roles.html",
        "components/recovery_codes.html",
        "components/status.html",
    }
)
_MODULES = (
    "public/*.py",
    "http/errors.py",
    "http/tokens.py",
    "http/limits.py",
    "rendering/forms/*.py",
)
_HEADING = re.compile(r"<h1[^>]*>.*?_\(\"([^\"]+)\"")
TO_PEOPLES_MAILBOXES = (
    "appeal",
    "contact",
    "delivery",
    "letter",
    "message",
    "message_closed",
    "new_date",
    "receipt",
    "reminder",
    "request",
)
"""Mails that people outside read in their own language; those to authorities and colleagues are not among them."""

Part = Literal["web", "forms", "engine"]


EXPLANATION = "explanation"
"""The letter that explains a resolution in the languages in which none is made."""


class PlaceKind(StrEnum):
    PAGE = "page"
    FORM = "form"
    LETTER = "letter"
    NOTICE = "notice"
    """Sentences that appear when something is missing or refused."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A page, a form, a letter or a kind of notice in which a text is read."""

    kind: PlaceKind
    key: str
    """The template, the form or the letter."""

    @property
    def name(self) -> str:
        """Return its name in addresses."""
        return f"{self.kind.value}-{self.key.replace('/', '-').removesuffix('.html')}"


@dataclass(frozen=True, slots=True)
class Sources:
    """The texts of a version, by place in the order in which they are read there."""

    places: Mapping[Place, tuple[Text, ...]]
    titles: Mapping[Place, str]
    """Finnish names of places."""

    def parts_in(self, code: str) -> Mapping[Text, tuple[Part, ...]]:
        """Return each text that is translated into the language, with the catalogues that must contain it."""
        found: dict[Text, list[Part]] = {}
        for place, texts in self.places.items():
            if place.key == EXPLANATION and code not in THROUGH_ENGLISH:
                continue
            part = _PARTS[place.kind]
            for text in texts:
                parts = found.setdefault(text, [])
                if part not in parts:
                    parts.append(part)
        return {text: tuple(parts) for text, parts in found.items()}

    def places_of(self, text: Text) -> tuple[Place, ...]:
        return tuple(place for place, texts in self.places.items() if text in texts)


_PARTS: Mapping[PlaceKind, Part] = {
    PlaceKind.PAGE: "web",
    PlaceKind.NOTICE: "web",
    PlaceKind.FORM: "forms",
    PlaceKind.LETTER: "engine",
}


@cache
def shipped_sources() -> Sources:
    """Return the texts of the models that come with the program."""
    forms = (read_form(key, parse=_Unread) for key in form_keys())
    letters = {path.stem: read_text(path.read_bytes()) for path in sorted(PROCESSES.glob("*/texts/*.toml"))}
    return sources_of((each for each in forms if each.is_public), letters)


def public_texts(code: str = "") -> Mapping[Text, tuple[Part, ...]]:
    """Return each text of the shipped models with the catalogues that must contain it."""
    return shipped_sources().parts_in(code)


def sources_of(forms: Iterable[FormDefinition], letters: Mapping[str, Mapping[str, Any]]) -> Sources:
    places: dict[Place, dict[Text, None]] = {}
    titles: dict[Place, str] = {}
    for place, text in _of_pages():
        places.setdefault(place, {}).setdefault(text)
    for form in forms:
        place = Place(PlaceKind.FORM, form.key)
        places[place] = dict.fromkeys(map(Text, texts_of(form)))
        titles[place] = form.title
    neutral = Place(PlaceKind.LETTER, "message")
    places[neutral] = dict.fromkeys(map(Text, TO_PEOPLE))
    titles[neutral] = TO_PEOPLE[0]
    for key in _letters_outside(letters):
        place = Place(PlaceKind.LETTER, key)
        places[place] = dict.fromkeys(map(Text, lines_of(letters[key]["fi"])))
        titles[place] = letters[key]["fi"]["title"]
    titles |= {place: _title_of(place) for place in places if place not in titles}
    full = {place: tuple(text for text in texts if text.finnish) for place, texts in places.items()}
    return Sources({place: texts for place, texts in full.items() if texts}, titles)


def _letters_outside(letters: Mapping[str, object]) -> Iterator[str]:
    """Yield the neutral messages, receipts and explanations. Letters with legal effect have texts of their own in each
    language in which they are made."""
    yield from (key for key in letters if key.startswith("receipt_"))
    yield from (f"mail_{name}" for name in TO_PEOPLES_MAILBOXES if f"mail_{name}" in letters)
    if EXPLANATION in letters:
        yield EXPLANATION


def _title_of(place: Place) -> str:
    """Return the heading of a page; of what many pages have, a name for it; else nothing."""
    if place.kind is not PlaceKind.PAGE or not place.key.startswith("public/"):
        return ""
    found = _HEADING.search((WEB / "templates" / place.key).read_text("utf-8"))
    return found[1] if found else ""


@cache
def _of_pages() -> tuple[tuple[Place, Text], ...]:
    return tuple(_read_pages())


def _read_pages() -> Iterator[tuple[Place, Text]]:
    for folder in _TEMPLATES:
        for file, text in _extracted("templates", f"{folder}/**.html", "jinja2.ext:babel_extract", _JINJA):
            yield Place(PlaceKind.PAGE, file), text
    for pattern in _MODULES:
        folder, _, name = pattern.partition("/")
        for _file, text in _extracted(folder, name, "python", {}):
            yield Place(PlaceKind.NOTICE, "notices"), text
    errors_page = Place(PlaceKind.NOTICE, "errors")
    for page in PAGES.values():
        yield errors_page, Text(page.title)
        yield errors_page, Text(page.text)
    for sentence in sorted(page_messages()):
        yield Place(PlaceKind.NOTICE, "answers"), Text(sentence)
    for sentence in refusals_met_outside():
        yield Place(PlaceKind.NOTICE, "refusals"), Text(sentence)


def _extracted(folder: str, pattern: str, method: str, options: dict[str, str]) -> Iterator[tuple[str, Text]]:
    ways = [(pattern, method)]
    for file, _line, message, _comments, _context in extract_from_dir(
        WEB / folder, ways, {pattern: options}, keywords=_CALLS
    ):
        if file not in _FOR_STAFF:
            yield file, Text(*message) if isinstance(message, tuple) else Text(str(message))


class _Unread:
    """A condition that is never evaluated: only the form's texts are needed here."""

    names: frozenset[str] = frozenset()

    def __init__(self, _expression: str) -> None:
        pass

    def evaluate(self, _scope: Mapping[str, object]) -> object:
        return True
