"""Translations for everything below the web: the Finnish sentence is the msgid, catalogues give the other languages."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from importlib import resources
from typing import Any, Final

import polib
from babel.dates import format_date

from engine.clock import HELSINKI
from forms.translations import THROUGH_ENGLISH

LANGUAGES: Final = ("fi", "sv", "en")
"""Languages of letters, mails and findings."""
MAIL_LANGUAGES: Final = frozenset(LANGUAGES) | THROUGH_ENGLISH | {"selko"}
"""In which a neutral message can be written, and there may be a catalogue of what is read outside."""
TO_PEOPLE: Final = (
    "Viesti sinulle",
    "Sinulle on viesti.",
    "Muistathan, mitä on sovittu.",
    "Voit lukea sen täältä: {link}",
    "Vastaa viimeistään {due_on}.",
    "Tähän viestiin ei voi vastata.",
)
"""The sentences of a neutral message, which every language of the public side has."""
READ_IN: Final = MAIL_LANGUAGES - {"fi"}
"""The languages into which texts for people outside are translated."""
_LOCALES: Final = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}


@dataclass(frozen=True, slots=True, eq=False)
class ReviewedTexts:
    """The words of reviewers, laid over the catalogues of the program and of the version. One that was read anew
    equals no earlier one, so that nothing which was translated before is kept."""

    count: int = 0
    """How many reviews it comes from; with another number it is read anew."""
    words: Mapping[str, Mapping[tuple[str, str], tuple[str, ...]]] = field(default_factory=dict)
    """By language, and by Finnish text and plural; with a plural, the words for each form."""

    def of(self, language: str) -> Mapping[tuple[str, str], tuple[str, ...]]:
        return self.words.get(language, {})

    def single(self, language: str) -> Mapping[str, str]:
        """Return Finnish text to words, without those that have a plural."""
        return {finnish: words[0] for (finnish, plural), words in self.of(language).items() if not plural}


_NOTHING: Final = ReviewedTexts()
_LAID: Final[ContextVar[ReviewedTexts]] = ContextVar("reviewed texts", default=_NOTHING)
"""Of this request or round. Two engines of one process may have different ones."""


def reviewed_texts() -> ReviewedTexts:
    """Return the reviewed texts of this request or round."""
    return _LAID.get()


@contextmanager
def laid_over(texts: ReviewedTexts) -> Iterator[None]:
    """Use these reviewed texts within."""
    before = _LAID.set(texts)
    try:
        yield
    finally:
        _LAID.reset(before)


def text(language: str, msgid: str, /, **values: Any) -> str:
    """Return the sentence in the language, with `{names}` filled in. Without a translation: English or Finnish."""
    known = catalogue(language).get(msgid)
    if known is None and language in THROUGH_ENGLISH:
        known = catalogue("en").get(msgid)
    sentence = msgid if known is None else known
    return sentence.format_map(values) if values else sentence


def catalogue(language: str) -> Mapping[str, str]:
    """Return Finnish sentence to translation, as reviewers worded it. Empty for Finnish and for languages without a
    catalogue."""
    reviewed = reviewed_texts().single(language)
    return ChainMap(reviewed, _shipped(language)) if reviewed else _shipped(language)  # type: ignore[arg-type]  # read only


@lru_cache(maxsize=len(MAIL_LANGUAGES))
def _shipped(language: str) -> Mapping[str, str]:
    if language not in MAIL_LANGUAGES or language == "fi":
        return {}
    # A part may have a file of its own beside the common one, so that two people never write in the same.
    files = resources.files("engine").joinpath("translations").iterdir()
    return {
        entry.msgid: entry.msgstr
        for file in sorted(files, key=lambda each: each.name)
        if file.name == f"{language}.po" or file.name.endswith(f".{language}.po")
        for entry in polib.pofile(file.read_text(encoding="utf-8"))
        if entry.msgstr and not entry.obsolete
    }


def unreviewed(language: str) -> frozenset[str]:
    """Return the sentences whose translation nobody has reviewed yet: marked fuzzy in the catalogues, and not reviewed
    here."""
    return _fuzzy(language) - reviewed_texts().single(language).keys()


@lru_cache(maxsize=len(MAIL_LANGUAGES))
def _fuzzy(language: str) -> frozenset[str]:
    if language not in MAIL_LANGUAGES or language == "fi":
        return frozenset()
    file = resources.files("engine").joinpath(f"translations/{language}.po")
    entries = polib.pofile(file.read_text(encoding="utf-8"))
    return frozenset(entry.msgid for entry in entries if entry.fuzzy)


def day(language: str, when: date | datetime) -> str:
    """Return a day as letters write it: 24.11.2026; in English 24 November 2026, which cannot be misread."""
    on = when.astimezone(HELSINKI).date() if isinstance(when, datetime) else when
    if language == "en":
        return format_date(on, "d MMMM y", locale=_LOCALES["en"])
    return f"{on.day}.{on.month}.{on.year}"


def weekday(language: str, when: date) -> str:
    """Return a day with its weekday: ti 24.11.2026."""
    short = format_date(when, "EEE", locale=_LOCALES.get(language, "fi_FI")).rstrip(".")
    return f"{short} {day(language, when)}"
