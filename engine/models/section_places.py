"""Each section that a bundle cites, with the places that cite it, in words people know."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from engine import xml
from engine.bpmn.element_names import Names, translated_file
from engine.errors import Refusal
from engine.models.bundle import PARTS, Bundle
from engine.models.citations import Section, read_citations
from engine.models.comparing.forms import field_name, form_title
from engine.models.comparing.guardrails import guardrails_by_key
from engine.models.comparing.letters import LANGUAGES
from engine.models.comparing.values import Words
from engine.models.sections import EMPTY, SECTIONS, Check, SectionRecords, read_sections

GUARDRAILS: Final = "guardrails.json"
_NODES: Final = ("Task", "task", "Gateway", "Event", "callActivity", "subProcess")


@dataclass(frozen=True, slots=True)
class Place:
    kind: str
    """diagram, table, form, part, texts, guardrails."""
    path: str
    anchor: str
    """Of the place on the page that describes the version."""
    name: str
    detail: str = ""
    """The element, question, row or part of a letter."""


@dataclass(frozen=True, slots=True)
class CitedSection:
    section: Section
    places: tuple[Place, ...]
    """None where nothing cites a section any more that was checked."""
    check: Check | None


@dataclass(frozen=True, slots=True)
class SectionRegister:
    sections: tuple[CitedSection, ...]
    names: Mapping[str, Mapping[str, str]]
    unread: tuple[tuple[Place, str], ...]
    """Section signs whose citation could not be read, with the words around them."""
    unreadable: tuple[str, ...]
    """Paths of a draft that hold something else than their name says."""


Cited = Iterator[tuple[Place, str]]


def records_of(files: Mapping[str, bytes]) -> SectionRecords:
    """Return what the bundle records of statutes and checks. Raise SectionsRefused."""
    return read_sections(files.get(SECTIONS, EMPTY))


def register_of(files: Mapping[str, bytes], words: Words) -> SectionRegister:
    """Return every section that the files cite or have checked, by statute. Raise SectionsRefused."""
    records, names = records_of(files), Bundle(files).names_in(words.language)
    places: dict[Section, dict[Place, None]] = {section: {} for section in records.checked}
    unread: list[tuple[Place, str]] = []
    unreadable: list[str] = []
    for path, data in sorted(files.items()):
        try:
            for place, text in _texts(path, data, words, names):
                found = read_citations(text, records.notation)
                for section in found.sections:
                    places.setdefault(section, {})[place] = None
                unread += ((place, around) for around in found.unread)
        except (Refusal, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            unreadable.append(path)
    cited = tuple(
        CitedSection(section, tuple(places[section]), records.checked.get(section))
        for section in sorted(places, key=lambda each: each.order)
    )
    return SectionRegister(cited, records.names, tuple(unread), tuple(unreadable))


def _texts(path: str, data: bytes, words: Words, names: Names) -> Cited:
    """Yield each text of a file that people read, with its place."""
    if path == GUARDRAILS:
        yield from _of_guardrails(path, data, words)
    elif path.endswith(".bpmn"):
        yield from _of_diagram(path, translated_file(data, names))
    elif read := _READERS.get(PurePosixPath(path).suffix):
        yield from read(path, data, words)


def _of_guardrails(path: str, data: bytes, words: Words) -> Cited:
    for key, guardrail in guardrails_by_key(json.loads(data)).items():
        name = str(guardrail.get(words.language) or guardrail.get("fi", key))
        place = Place("guardrails", path, f"guardrail-{key}", name)
        yield from ((place, text) for text in _strings(guardrail))


def _of_diagram(path: str, data: bytes) -> Cited:
    for process in xml.parse(data).iter("{*}process"):
        key = process.get("id", "")
        whole = Place("diagram", path, f"process-{key}", process.get("name", key))
        waiting = [(whole, process)]
        while waiting:
            place, node = waiting.pop()
            if node.tag.endswith(_NODES) and (element := node.get("id")):
                place = Place("diagram", path, f"{key}-{element}", whole.name, node.get("name", element))
            yield from ((place, text) for text in (node.text, *node.attrib.values()) if text)
            waiting.extend((place, each) for each in node.iterchildren("{*}*", reversed=True))


def _of_table(path: str, data: bytes, words: Words) -> Cited:
    for decision in xml.parse(data).iter("{*}decision"):
        key = decision.get("id", "")
        whole = Place("table", path, f"table-{key}", decision.get("name", key))
        rows = {rule: number for number, rule in enumerate(decision.iter("{*}rule"), 1)}
        for node in decision.iter("{*}*"):
            row = next((rows[each] for each in (node, *node.iterancestors()) if each in rows), None)
            detail = "" if row is None else f"{words.say('Rivi')} {row}"
            place = Place("table", path, whole.anchor, whole.name, detail)
            yield from ((place, text) for text in (node.text, *node.attrib.values()) if text)


def _of_form(path: str, data: bytes, _words: Words) -> Cited:
    form, key = json.loads(data), PurePosixPath(path).stem
    kind = "part" if path.startswith(PARTS) else "form"
    name = form_title(form) or key
    waiting: list[tuple[str, Mapping[str, Any]]] = [("", form)]
    while waiting:
        detail, component = waiting.pop()
        place = Place(kind, path, f"{kind}-{key}", name, detail)
        inner = {name: value for name, value in component.items() if name != "components"}
        yield from ((place, text) for text in _strings(inner))
        for each in reversed(component.get("components", [])):
            facts = {name: value for name, value in each.items() if isinstance(value, str)}
            waiting.append((field_name(facts, str(each.get("key", ""))), each))


def _of_letter(path: str, data: bytes, words: Words) -> Cited:
    letter, key = tomllib.loads(data.decode()), PurePosixPath(path).stem
    first: Mapping[str, Any] = letter.get(words.language) or letter.get("fi") or {}
    shown = {_key(each, place): each for place, each in enumerate(first.get("sections", ()))}
    headings = [str(each["heading"]) for each in shown.values() if each.get("heading")]
    name = str(first.get("title") or first.get("document") or next(iter(headings), key))
    whole = Place("texts", path, f"letter-{key}", name)
    yield from (
        (whole, text) for name, value in letter.items() if name not in LANGUAGES for text in _strings(value)
    )
    for language in LANGUAGES:
        read: Mapping[str, Any] = letter.get(language, {})
        head = {name: value for name, value in read.items() if name != "sections"}
        yield from ((whole, text) for text in _strings(head))
        for number, each in enumerate(read.get("sections", ())):
            heading = str(shown.get(_key(each, number), each).get("heading") or "")
            place = Place("texts", path, whole.anchor, name, heading if heading != name else "")
            yield from ((place, text) for text in _strings(each))


def _key(section: Mapping[str, Any], number: int) -> str:
    return str(section.get("key") or section.get("place") or number)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


_READERS: Final[Mapping[str, Callable[[str, bytes, Words], Cited]]] = {
    ".dmn": _of_table,
    ".form": _of_form,
    ".toml": _of_letter,
}
