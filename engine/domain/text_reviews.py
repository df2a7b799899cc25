"""Reviews of translations: a person who knows the language accepts a text, or words it better.

A page puts a translation among its own HTML, fills its places in and sends it to somebody who may be in danger, so a
reviewer's words are held to the source: the same places, the same numbers, no mark that could be read as HTML, no
character that can't be seen.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from gettext import c2py
from hashlib import sha256
from typing import Final
from uuid import UUID

from babel.messages.plurals import get_plural

from engine.errors import Invalid
from forms.translations import locale_of

NUMBER: Final = "%(num)d"
PLACES: Final = re.compile(r"%\(\w+\)[sd]|%%|\{[a-z_]+\}")
_MARKS: Final = re.compile(r"[<>&\"%{}\n]|\*\*|\]\(")
"""Characters that a page would read as HTML, as Markdown or as the beginning of a place, and a new line."""
_HIDDEN: Final = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f\xad\u200b\u2028-\u202e\u2060-\u2065\u206a-\u206f\ufeff\ufffc\U000e0000-\U000e007f]"
)
"""Control characters, also those that turn the order of what is read. Persian needs U+200C and U+200D."""
_OPENS, _CLOSES = "\u2066\u2067\u2068", "\u2069"
"""Isolates keep a number in its order within Arabic. One that is left open would turn what follows it."""
_EVERY_FIGURE: Final = re.compile(r"\d+")
"""A period, a limit or a share too: one in figures that the source lacks would hold at once as the authority's promise."""
_FIGURES: Final = re.compile(r"\d{3,}(?!\d| ?%| prosent)")
"""Telephone numbers, sums and statutes: a wrong one may cost somebody the help. A share may stand in words."""
_TRIED: Final = 1000
"""Numbers for which the plural form is looked up."""


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    BETTERED = "bettered"
    TAKEN_BACK = "taken_back"
    """The program's own words hold again, unreviewed."""


class FaultKind(StrEnum):
    EMPTY = "empty"
    LONG = "long"
    PLACE_MISSING = "place_missing"
    PLACE_UNKNOWN = "place_unknown"
    MARK = "mark"
    HIDDEN = "hidden"
    FIGURE_MISSING = "figure_missing"
    FIGURE_UNKNOWN = "figure_unknown"
    NUMBERLESS = "numberless"
    """A plural form that stands for several numbers and does not say which."""


@dataclass(frozen=True, slots=True)
class SourceText:
    """A Finnish text for people outside; with a plural, the text for one and the text for many."""

    finnish: str
    plural: str = ""

    @property
    def key(self) -> str:
        """Return its name in addresses."""
        return sha256(f"{self.finnish}\0{self.plural}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class TextReview:
    """One reviewer's decision on one text. Never changed: a later one takes its place."""

    number: int
    """Of all reviews, in the order they were made."""
    language: str
    source: SourceText
    words: tuple[str, ...]
    """The text, or one for each plural form of the language."""
    shipped: tuple[str, ...]
    """The words that came with the program or the version then; empty if there were none."""
    verdict: Verdict
    reviewed_by: UUID
    reviewed_at: datetime

    @property
    def holds(self) -> bool:
        return self.verdict is not Verdict.TAKEN_BACK


@dataclass(frozen=True, slots=True)
class Fault:
    """A reason why words can't be used."""

    form: int
    """Number of the plural form; 0 for a text without."""
    kind: FaultKind
    detail: str = ""


class WordsRefused(Invalid):
    sentence = "Tekstiä ei voi ottaa käyttöön näin."

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(field="words")
        self.faults = tuple(faults)


def forms_of(language: str, source: SourceText) -> int:
    """Return how many texts the translation of a source has."""
    return int(get_plural(locale_of(language)).num_plurals) if source.plural else 1


def numbers_of(language: str) -> tuple[tuple[int, ...], ...]:
    """Return, for each plural form of the language, the numbers up to a thousand that it stands for."""
    plural = get_plural(locale_of(language))
    form_of = c2py(plural.plural_expr)
    found: list[list[int]] = [[] for _ in range(plural.num_plurals)]
    for number in range(1, _TRIED):
        found[form_of(number)].append(number)
    return tuple(tuple(each) for each in found)


def faults_of(
    language: str, source: SourceText, words: Sequence[str], shipped: Sequence[str] = ()
) -> tuple[Fault, ...]:
    """Return why the words can't stand for the source; nothing if they can. Figures of the shipped words may stay."""
    numbers = numbers_of(language) if source.plural else ()
    found: list[Fault] = []
    for form in range(forms_of(language, source)):
        text = words[form] if form < len(words) else ""
        if not text.strip():
            found.append(Fault(form, FaultKind.EMPTY))
            continue
        found += _of_one(form, source, text)
        lacking = _figures_of(text) - _figures_of(source.finnish, source.plural, *shipped)
        found += [Fault(form, FaultKind.FIGURE_UNKNOWN, each) for each in sorted(lacking)]
        if NUMBER in source.plural and NUMBER not in text and len(numbers[form]) > 1:
            found.append(Fault(form, FaultKind.NUMBERLESS, NUMBER))
    return tuple(found)


def _of_one(form: int, source: SourceText, text: str) -> list[Fault]:
    whole = source.finnish + source.plural
    wanted, there = set(PLACES.findall(whole)), set(PLACES.findall(text))
    # "One thing is missing" may leave its number out: see NUMBERLESS.
    found = [Fault(form, FaultKind.PLACE_MISSING, each) for each in sorted(wanted - there - {NUMBER})]
    found += [Fault(form, FaultKind.PLACE_UNKNOWN, each) for each in sorted(there - wanted)]
    allowed = set(_MARKS.findall(PLACES.sub("", whole)))
    found += [
        Fault(form, FaultKind.MARK, each)
        for each in sorted(set(_MARKS.findall(PLACES.sub("", text))) - allowed)
    ]
    if _HIDDEN.search(text) or not _is_balanced(text):
        found.append(Fault(form, FaultKind.HIDDEN))
    figures = set(_FIGURES.findall(_in_plain_figures(text)))
    needed = set(_FIGURES.findall(source.plural or source.finnish)) & set(_FIGURES.findall(source.finnish))
    found += [Fault(form, FaultKind.FIGURE_MISSING, each) for each in sorted(needed - figures)]
    if len(text) > 5 * len(whole) + 200:
        found.append(Fault(form, FaultKind.LONG))
    return found


def _figures_of(*texts: str) -> Counter[str]:
    """Return each figure, and how often it stands in one of the texts at most."""
    found: Counter[str] = Counter()
    for each in texts:
        found |= Counter(_EVERY_FIGURE.findall(_in_plain_figures(PLACES.sub(" ", each))))
    return found


def _is_balanced(text: str) -> bool:
    depth = 0
    for each in text:
        depth += (each in _OPENS) - (each in _CLOSES)
        if depth < 0:
            return False
    return depth == 0


def _in_plain_figures(text: str) -> str:
    """Arabic and Persian figures count as the plain ones."""
    return "".join(str(int(each)) if each.isdecimal() else each for each in text)
