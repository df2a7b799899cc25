"""A prepared text in a language that its file does not hold: translated line by line from the catalogues, or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from engine.domain.wording import PLACEHOLDER, Text
from engine.texts import catalogue
from forms.translations import locale_of

SOURCE: Final = "fi"
_LINES: Final = ("paragraphs", "items", "after")


def in_language(text: Text, language: str) -> tuple[Text, str]:
    """Return the text, and the language in which it is read: English if a single line is untranslated.

    Half a letter in one language and half in another would be worse than either. If an owner changes a Finnish line,
    the translations of that letter are not used until a translator has seen it.
    """
    if language in text:
        return text, language
    known = catalogue(language)
    if all(line in known for line in lines_of(text[SOURCE])):
        locale = locale_of(language)
        return {**text, locale: _translated(text[SOURCE], known)}, locale
    nearest = locale_of(language)
    return text, nearest if nearest in text else "en"


def lines_of(words: Mapping[str, Any]) -> Iterator[str]:
    """Yield every translatable line, with its placeholders unfilled."""
    lines = [words["title"]]
    for section in words["sections"]:
        lines += [section["heading"]] if "heading" in section else []
        lines += [line for name in _LINES for line in section.get(name, ())]
    return (line for line in lines if PLACEHOLDER.sub("", line))


def _translated(words: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    return {
        **words,
        "title": known[words["title"]],
        "sections": [_section(section, known) for section in words["sections"]],
    }


def _section(section: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    lines = {name: [known.get(line, line) for line in section[name]] for name in _LINES if name in section}
    heading = {"heading": known[section["heading"]]} if "heading" in section else {}
    return {**section, **heading, **lines}
