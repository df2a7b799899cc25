"""A prepared text filled with values, for letters, messages and previews.

The texts are data (`processes/*/texts`), frozen with the deployment. A value is inserted as text and never
interpreted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from engine.errors import Invalid, NotFound

PLACEHOLDER: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_ALONE: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}\Z")
Text = Mapping[str, Any]
"""One prepared text as its file holds it."""
Values = Mapping[str, str]


class LanguageMissing(NotFound):
    sentence = "Tekstiä ei ole tällä kielellä."


class ValuesMissing(Invalid):
    sentence = "Kirjeestä puuttuu tietoja."

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(f"Kirjeestä puuttuu tietoja: {', '.join(names)}.", names=names)
        self.names = names


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    heading: str | None
    paragraphs: tuple[str, ...]
    items: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.paragraphs or self.items or self.after)


@dataclass(frozen=True, slots=True)
class Wording:
    """A text ready to read: in one language, with every value filled in and every condition decided."""

    language: str
    title: str
    sections: tuple[Section, ...]
    document: str = ""
    """The word at the top right of a letter: PÄÄTÖS."""
    secrecy: str = ""
    annexes: tuple[Wording, ...] = ()

    @property
    def headings(self) -> tuple[str, ...]:
        return tuple(each.heading for each in self.sections if each.heading)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Return all paragraphs as plain text, for a message."""
        return tuple(line for each in self.sections for line in (*each.paragraphs, *each.items, *each.after))


def compose(text: Text, language: str, values: Values, parts: Sequence[Text] = ()) -> Wording:
    """Fill in a text, with its chosen parts if it is a frame. Raise ValuesMissing with every name that has no value."""
    missing = missing_values(text, values, parts)
    if missing:
        raise ValuesMissing(missing)
    return sketch(text, language, values, parts)


def sketch(text: Text, language: str, values: Values, parts: Sequence[Text] = ()) -> Wording:
    """Fill in a text as `compose` does, with an ellipsis for a missing value: for previews while the letter is being written."""
    known = _Known(values, _optional((text, *parts)))
    words = _in(text, language)
    inner = tuple(part for part in parts if part.get("kind") != "annex")
    annexes = tuple(part for part in parts if part.get("kind") == "annex")
    titles = [str(_in(part, language)["title"]) for part in inner if "title" in _in(part, language)]
    return Wording(
        language=language,
        title=_filled(str(words.get("title") or next(iter(titles), "")), known),
        sections=tuple(_sections(words, inner, language, known)),
        document=str(words.get("document", "")),
        secrecy=str(words.get("secrecy", "")),
        annexes=tuple(sketch(annex, language, values) for annex in annexes),
    )


def with_annex(wording: Wording, annex: Wording) -> Wording:
    return replace(wording, annexes=(*wording.annexes, annex))


def missing_values(text: Text, values: Values, parts: Iterable[Text] = ()) -> tuple[str, ...]:
    """Return the names of required values that are missing."""
    every = (text, *parts)
    wanted = dict.fromkeys(name for each in every for name in each.get("values", {}))
    optional = _optional(every)
    return tuple(name for name in wanted if name not in optional and not values.get(name, "").strip())


def _optional(texts: Iterable[Text]) -> frozenset[str]:
    return frozenset(name for each in texts for name in each.get("optional", ()))


class _Known(dict[str, str]):
    """The given values. A missing required one reads as an ellipsis, a missing optional one as nothing."""

    def __init__(self, values: Values, optional: frozenset[str]) -> None:
        super().__init__((name, value) for name, value in values.items() if value.strip())
        self._optional = optional

    def __missing__(self, name: str) -> str:
        return "" if name in self._optional else "…"


def _in(text: Text, language: str) -> Mapping[str, Any]:
    found = text.get(language)
    if not isinstance(found, Mapping):
        raise LanguageMissing(f"Tekstiä {text.get('key', '')} ei ole kielellä {language}.")
    return found


def _sections(
    words: Mapping[str, Any], parts: Sequence[Text], language: str, known: _Known
) -> Iterator[Section]:
    for each in words.get("sections", ()):
        place = each.get("place")
        if place is None:
            yield from _section(each, known)
            continue
        for part in parts:
            if part.get("place") == place:
                for inner in _in(part, language).get("sections", ()):
                    yield from _section(inner, known)


def _section(each: Mapping[str, Any], known: _Known) -> Iterator[Section]:
    if not all(_holds(condition, known) for condition in each.get("when", ())):
        return
    section = Section(
        key=str(each["key"]),
        heading=_filled(str(each["heading"]), known) if "heading" in each else None,
        paragraphs=tuple(_lines(each.get("paragraphs", ()), known, _paragraphs_of)),
        items=tuple(_lines(each.get("items", ()), known, str.splitlines)),
        after=tuple(_lines(each.get("after", ()), known, _paragraphs_of)),
    )
    if not section.is_empty:
        yield section


def _holds(condition: str, known: _Known) -> bool:
    name, unequal, word = condition.partition("!=")
    if unequal:
        return known.get(name, "") != word
    name, equal, word = condition.partition("=")
    if equal:
        return known.get(name, "") == word
    if condition.startswith("!"):
        return condition[1:] not in known
    return condition in known


def _lines(templates: Iterable[str], known: _Known, split: Any) -> Iterator[str]:
    """Yield the filled lines. A line that is a single placeholder may become several lines; elsewhere a line break
    becomes a space."""
    for template in templates:
        alone = _ALONE.match(template)
        filled = split(known[alone[1]]) if alone else [_filled(template, known)]
        yield from (line for line in (_one_line(each) for each in filled) if line)


def _paragraphs_of(value: str) -> list[str]:
    return re.split(r"\n\s*\n", value.replace("\r\n", "\n"))


def _filled(template: str, known: _Known) -> str:
    # One pass: a value that looks like a placeholder is not filled again.
    return PLACEHOLDER.sub(lambda found: _one_line(known[found[1]]), template)


def _one_line(value: str) -> str:
    return " ".join(value.split())
