"""Problems of a prepared text, each with its field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final, Literal

from engine.domain.wording import PLACEHOLDER, Text
from engine.letters.fonts import unprintable
from engine.texts import text

LANGUAGES: Final = ("fi", "sv", "en")
HEAD: Final = ("title", "document", "secrecy")
LISTS: Final = ("paragraphs", "items", "after")
UNKNOWN: Final = "Tietoa {{{name}}} ei ole. Käytä jotain luettelon tiedoista."
UNKNOWN_BUT: Final = "Tietoa {{{name}}} ei ole. Tarkoititko {{{meant}}}?"
BRACE: Final = "Tekstissä on yksinäinen aaltosulje. Tieto kirjoitetaan näin: {reference}."
CONDITION: Final = "Ehto {condition} viittaa tietoon, jota ei ole."
UNPRINTABLE: Final = "Kirjeeseen ei voi painaa merkkiä {character}."
EMPTY: Final = "Kohdassa ei ole tekstiä tällä kielellä."
LACKS: Final = "Tästä puuttuu tieto {{{name}}}, joka on suomenkielisessä kohdassa."
NO_SECTION: Final = "Kohta {key} puuttuu tältä kieleltä."
SENTENCES: Final = (UNKNOWN, UNKNOWN_BUT, BRACE, CONDITION, UNPRINTABLE, EMPTY, LACKS, NO_SECTION)


@dataclass(frozen=True, slots=True)
class TextProblem:
    severity: Literal["error", "warning"]
    language: str
    place: str
    """`title`, or the section's number and the part of it: `2.paragraphs`."""
    sentence: str
    """Finnish, a key of the catalogues, with the values still open."""
    values: Mapping[str, str]

    def sentence_in(self, language: str) -> str:
        return text(language, self.sentence, **self.values)


def problems_of(prepared: Text) -> tuple[TextProblem, ...]:
    """Return the problems of a text. Errors would print a letter wrongly; warnings point to a probable gap in a translation."""
    return tuple(
        problem for language in LANGUAGES if language in prepared for problem in _in(prepared, language)
    )


def _in(prepared: Text, language: str) -> Iterator[TextProblem]:
    known = set(prepared.get("values", {}))
    words: Mapping[str, Any] = prepared[language]
    for name in HEAD:
        yield from _of_words(language, name, str(words.get(name, "")), known)
    for place, section in enumerate(words.get("sections", ())):
        yield from _of_section(language, place, section, known)
    if language != "fi" and "fi" in prepared:
        yield from _against_finnish(prepared["fi"], words, language, known)


def _of_section(
    language: str, place: int, section: Mapping[str, Any], known: set[str]
) -> Iterator[TextProblem]:
    if "place" in section:
        return
    yield from _of_words(language, f"{place}.heading", str(section.get("heading", "")), known)
    for name in LISTS:
        for line in section.get(name, ()):
            yield from _of_words(language, f"{place}.{name}", str(line), known)
    for condition in section.get("when", ()):
        if condition.lstrip("!").partition("!=")[0].partition("=")[0] not in known:
            yield TextProblem("error", language, f"{place}.when", CONDITION, {"condition": condition})
    if not any(section.get(name) for name in LISTS):
        yield TextProblem("error", language, f"{place}.paragraphs", EMPTY, {})


def _of_words(language: str, place: str, words: str, known: set[str]) -> Iterator[TextProblem]:
    for name in dict.fromkeys(PLACEHOLDER.findall(words)):
        if name in known:
            continue
        meant = get_close_matches(name, known, 1)
        sentence, values = (
            (UNKNOWN_BUT, {"name": name, "meant": meant[0]}) if meant else (UNKNOWN, {"name": name})
        )
        yield TextProblem("error", language, place, sentence, values)
    without = PLACEHOLDER.sub("", words)
    if "{" in without or "}" in without:
        yield TextProblem("error", language, place, BRACE, {})
    for character in unprintable(without):
        yield TextProblem("error", language, place, UNPRINTABLE, {"character": character})


def _against_finnish(
    finnish: Mapping[str, Any], words: Mapping[str, Any], language: str, known: set[str]
) -> Iterator[TextProblem]:
    own = {section.get("key"): (place, section) for place, section in enumerate(words.get("sections", ()))}
    for section in finnish.get("sections", ()):
        if section.get("key") not in own:
            yield TextProblem("warning", language, "title", NO_SECTION, {"key": str(section.get("key"))})
            continue
        place, other = own[section.get("key")]
        for name in LISTS:
            for missing in sorted(known & _names(section.get(name, ())) - _names(other.get(name, ()))):
                yield TextProblem("warning", language, f"{place}.{name}", LACKS, {"name": missing})


def _names(lines: Any) -> set[str]:
    return {name for line in lines for name in PLACEHOLDER.findall(str(line))}
