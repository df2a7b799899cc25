"""The form of a letter's text: its fields, and reading what was typed into them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from engine.letters.checking import LISTS, TextProblem
from webapp.http.posted import number_in
from webapp.rendering.words.catalogues import marked

LANGUAGES = ("fi", "sv", "en")
HEAD = {"title": marked("Otsikko"), "document": marked("Asiakirjan laji"), "secrecy": marked("Salassapito")}
PARTS = {
    "heading": marked("Väliotsikko"),
    "paragraphs": marked("Kappaleet, tyhjä rivi väliin"),
    "items": marked("Luettelo, yksi riville"),
    "after": marked("Kappaleet luettelon jälkeen"),
    "when": marked("Mukana vain, kun"),
}
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class TextField:
    name: str
    label: str
    value: str
    is_long: bool
    problems: tuple[str, ...]
    hints: tuple[str, ...]
    """Warnings."""

    @property
    def rows(self) -> int:
        return min(14, max(2, sum(1 + len(line) // 80 for line in self.value.split("\n"))))


@dataclass(frozen=True, slots=True)
class SectionFields:
    number: int
    key: str
    place: str
    """A place that is filled in elsewhere; such a section has no words of its own."""
    fields: tuple[TextField, ...]


@dataclass(frozen=True, slots=True)
class LanguageFields:
    language: str
    head: tuple[TextField, ...]
    sections: tuple[SectionFields, ...]
    errors: int


def fields_of(
    text: Mapping[str, Any], problems: tuple[TextProblem, ...], language: str
) -> list[LanguageFields]:
    """Return the fields of each language, each problem beside its field in the reader's language."""
    return [_of_language(text[each], each, problems, language) for each in LANGUAGES if each in text]


def _of_language(
    words: Mapping[str, Any], language: str, problems: tuple[TextProblem, ...], reader: str
) -> LanguageFields:
    own = [each for each in problems if each.language == language]

    def made(place: str, label: str, value: str) -> TextField:
        here = [each for each in own if each.place == place]
        return TextField(
            f"{language}.{place}",
            label,
            value,
            place.rpartition(".")[2] in LISTS,
            tuple(each.sentence_in(reader) for each in here if each.severity == "error"),
            tuple(each.sentence_in(reader) for each in here if each.severity == "warning"),
        )

    head = tuple(made(name, label, str(words[name])) for name, label in HEAD.items() if name in words)
    sections = tuple(
        SectionFields(
            number,
            str(each.get("key", "")),
            str(each.get("place", "")),
            tuple(_of_section(number, each, made, conditions=language == "fi")),
        )
        for number, each in enumerate(words.get("sections", ()))
    )
    return LanguageFields(language, head, sections, sum(each.severity == "error" for each in own))


def _of_section(
    number: int, section: Mapping[str, Any], made: Callable[[str, str, str], TextField], *, conditions: bool
) -> Iterator[TextField]:
    """Yield the fields of a section. Its condition appears once, with the Finnish text, for all languages."""
    if "place" in section:
        return
    for name, label in PARTS.items():
        value = section.get(name, "" if name == "heading" else ())
        if (name in {"items", "after", "when"} and not value) or (name == "when" and not conditions):
            continue
        shown = (
            value if isinstance(value, str) else ("\n" if name in {"items", "when"} else "\n\n").join(value)
        )
        yield made(f"{number}.{name}", label, shown)


def typed_text(text: Mapping[str, Any], form: Mapping[str, str]) -> dict[str, Any]:
    """Return the text with what was typed into the form. Parts that the form did not show stay as they are.

    The form names its sections, so that one that was added but not saved is not lost.
    """
    typed: dict[str, Any] = deepcopy(dict(text))
    for language in (each for each in LANGUAGES if each in typed):
        words = typed[language]
        for name in HEAD:
            if f"{language}.{name}" in form:
                words[name] = _line(form[f"{language}.{name}"])
        words["sections"] = list(_typed_sections(words.get("sections", []), language, form))
    _share_conditions(typed)
    return typed


def _share_conditions(text: dict[str, Any]) -> None:
    conditions = {each.get("key"): each.get("when") for each in text.get("fi", {}).get("sections", ())}
    for language in (each for each in LANGUAGES[1:] if each in text):
        for section in text[language]["sections"]:
            if conditions.get(section.get("key")):
                section["when"] = conditions[section["key"]]
            elif section.get("key") in conditions:
                section.pop("when", None)


def _typed_sections(
    stored: list[dict[str, Any]], language: str, form: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    by_key = {str(each.get("key") or each.get("place")): each for each in stored}
    keys = [
        key for key in form.get(f"{language}.sections", "").split() if re.fullmatch(r"[a-z][a-z0-9_]*", key)
    ]
    for number, key in enumerate(keys or by_key):
        section = dict(by_key.get(key, {"key": key}))
        for name in PARTS:
            if f"{language}.{number}.{name}" in form:
                _put(section, name, form[f"{language}.{number}.{name}"])
        yield section


def _put(section: dict[str, Any], name: str, typed: str) -> None:
    if name == "heading":
        value: str | list[str] = _line(typed)
    elif name in {"items", "when"}:
        value = [line for line in map(_line, typed.splitlines()) if line]
    else:
        value = [line for line in map(_line, re.split(r"\r?\n[ \t]*\r?\n", typed)) if line]
    if value or name == "paragraphs":
        section[name] = value
    else:
        section.pop(name, None)
    if name == "paragraphs" and not value and (section.get("items") or section.get("after")):
        section.pop(name)


def _line(typed: str) -> str:
    return " ".join(_CONTROLS.sub("", typed).split())


def restructured(text: dict[str, Any], button: str) -> dict[str, Any]:
    """Return the text changed in all languages by a button: `add:2` adds a section after the third, `remove:2`
    removes it, `up:2` moves it up."""
    action, _, number = button.partition(":")
    place = number_in(number)
    if action not in {"add", "remove", "up"} or place is None:
        return text
    key = _free_key(text)
    for language in (each for each in LANGUAGES if each in text):
        sections = text[language].get("sections", [])
        if place >= len(sections):
            continue
        if action == "add":
            sections.insert(place + 1, {"key": key, "paragraphs": []})
        elif action == "remove":
            del sections[place]
        elif place > 0:
            sections[place - 1 : place + 1] = [sections[place], sections[place - 1]]
    return text


def _free_key(text: Mapping[str, Any]) -> str:
    used = {
        str(each.get("key"))
        for language in LANGUAGES
        if language in text
        for each in text[language].get("sections", ())
    }
    return next(
        name for name in (f"section_{number}" for number in range(1, len(used) + 2)) if name not in used
    )
