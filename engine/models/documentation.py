"""A version as one document: every process with every element, every form, table, letter and guardrail, in words."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, Final

from engine.bpmn import as_list, draw
from engine.bpmn.drawings import Drawings, read_drawings
from engine.bpmn.element_names import translated_file
from engine.errors import Refusal
from engine.guardrails.wording import meaning
from engine.models.bundle import PARTS, Bundle, users_of_parts
from engine.models.comparing.diagrams import LABELS, Drawing, facts_of, way_of
from engine.models.comparing.forms import FIELD_LABELS, field_name, fields_of, form_title
from engine.models.comparing.guardrails import guardrails_by_key
from engine.models.comparing.letters import LANGUAGES
from engine.models.comparing.tables import TABLE_LABELS, Table, tables_of
from engine.models.comparing.values import Words

GUARDRAILS: Final = "guardrails.json"
_SHOWN_ELSEWHERE: Final = frozenset({"name", "kind", "lane", "default"})
Fact = tuple[str, str]
"""A label and a value."""


@dataclass(frozen=True, slots=True)
class Way:
    label: str
    condition: str
    target: str


@dataclass(frozen=True, slots=True)
class DescribedElement:
    element_id: str
    name: str
    kind: str
    lane: str
    ways: tuple[Way, ...]
    facts: tuple[Fact, ...]
    form_key: str
    table: str
    calls: str
    """Keys of what is described elsewhere in the document."""


@dataclass(frozen=True, slots=True)
class DescribedProcess:
    key: str
    name: str
    documentation: str
    svg: str
    elements: tuple[DescribedElement, ...]


@dataclass(frozen=True, slots=True)
class DescribedForm:
    key: str
    title: str
    fields: tuple[tuple[str, tuple[Fact, ...]], ...]
    used_in: tuple[str, ...] = ()
    """The titles of the forms that include it, when it is a part of forms."""


@dataclass(frozen=True, slots=True)
class DescribedTable:
    key: str
    facts: tuple[Fact, ...]
    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """The cells of a row, and its remark."""


@dataclass(frozen=True, slots=True)
class DescribedLetter:
    key: str
    title: str
    sections: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
    """Heading, lines, and when it is there."""
    values: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class DescribedGuardrail:
    key: str
    sentence: str
    meaning: str
    law: str


@dataclass(frozen=True, slots=True)
class Documentation:
    processes: tuple[DescribedProcess, ...]
    guardrails: tuple[DescribedGuardrail, ...]
    forms: tuple[DescribedForm, ...]
    parts: tuple[DescribedForm, ...]
    tables: tuple[DescribedTable, ...]
    letters: tuple[DescribedLetter, ...]
    unreadable: tuple[str, ...]
    """Paths of a draft that hold something else than their name says."""


def describe(files: Mapping[str, bytes], words: Words) -> Documentation:
    """Describe all files. Those that can't be read are left out and named: a draft may hold anything."""
    unreadable: list[str] = []

    def read(ending: str, described: Any, *, of_parts: bool = False) -> Iterator[Any]:
        for path, data in sorted(files.items()):
            if path.endswith(ending) and path.startswith(PARTS) == of_parts:
                try:
                    yield from described(path, data, words)
                except (Refusal, ValueError, KeyError, TypeError, AttributeError, RecursionError):
                    unreadable.append(path)

    users = users_of_parts(files)
    names = Bundle(files).names_in(words.language)

    def in_their_language(path: str, data: bytes, words: Words) -> Iterator[DescribedProcess]:
        return _processes(path, translated_file(data, names), words)

    processes = tuple(read(".bpmn", in_their_language))
    return Documentation(
        _callers_first(processes),
        tuple(read(GUARDRAILS, _guardrails)),
        tuple(read(".form", _forms)),
        tuple(_with_users(each, users, words) for each in read(".form", _forms, of_parts=True)),
        tuple(read(".dmn", _tables)),
        tuple(read(".toml", _letters)),
        tuple(unreadable),
    )


def _callers_first(processes: tuple[DescribedProcess, ...]) -> tuple[DescribedProcess, ...]:
    """Return the processes in reading order: the top process that calls most, then those it calls, then the next."""
    by_key = {each.key: each for each in processes}
    called = {each.calls for process in processes for each in process.elements if each.calls}
    tops = [_from(each.key, by_key) for each in processes if each.key not in called]
    found: dict[str, DescribedProcess] = {}
    for below in sorted(tops, key=len, reverse=True):
        found |= {key: process for key, process in below.items() if key not in found}
    return (*found.values(), *(each for each in processes if each.key not in found))


def _from(top: str, by_key: Mapping[str, DescribedProcess]) -> dict[str, DescribedProcess]:
    """Return a process and all that it calls, in the order of the calls."""
    waiting, found = [top], dict[str, DescribedProcess]()
    while waiting:
        process = by_key.get(waiting.pop())
        if process is not None and process.key not in found:
            found[process.key] = process
            waiting.extend(each.calls for each in reversed(process.elements) if each.calls)
    return found


def _processes(path: str, data: bytes, words: Words) -> Iterator[DescribedProcess]:
    drawings, drawing = read_drawings({path: data}), Drawing(path, data)
    for key, name in drawings.processes.items():
        node = drawing.nodes[key]
        yield DescribedProcess(
            key,
            name or key or path,
            " ".join(str(node.findtext("{*}documentation", "")).split()),
            draw(drawings, key, language=words.language),
            tuple(_elements(drawings, drawing, key, words)),
        )


def _elements(drawings: Drawings, drawing: Drawing, key: str, words: Words) -> Iterator[DescribedElement]:
    for line in as_list(drawings, key, language=words.language):
        element = drawings.elements[key, line.element_id]
        facts = facts_of(drawing, line.element_id, words)
        ways = (way_of(drawing, flow, words) for flow in element.outgoing)
        yield DescribedElement(
            line.element_id,
            line.name,
            line.kind,
            line.lane or "",
            tuple(Way(each["label"], each["condition"], each["target"]) for each in ways),
            tuple(
                (words.say(LABELS.get(name, "")) or name, value)
                for name, value in sorted(facts.items(), key=lambda each: _order(each[0]))
                if value and name not in _SHOWN_ELSEWHERE
            ),
            element.properties.get("form_key", ""),
            element.properties.get("decision", ""),
            element.calls or "",
        )


def _order(name: str) -> tuple[int, str]:
    names = list(LABELS)
    return (names.index(name) if name in LABELS else len(names)), name


def _guardrails(_path: str, data: bytes, words: Words) -> Iterator[DescribedGuardrail]:
    for key, guardrail in guardrails_by_key(json.loads(data)).items():
        sentence = str(guardrail.get(words.language) or guardrail.get("fi", ""))
        yield DescribedGuardrail(
            key, sentence, meaning(guardrail, words.language, words.milestones), str(guardrail.get("law", ""))
        )


def _forms(path: str, data: bytes, words: Words) -> Iterator[DescribedForm]:
    form = json.loads(data)
    yield DescribedForm(
        PurePosixPath(path).stem,
        form_title(form) or PurePosixPath(path).stem,
        tuple(
            (
                field_name(field, key),
                tuple(
                    (words.say(FIELD_LABELS.get(name, "")) or name, value)
                    for name, value in field.items()
                    if value and name not in {"is_field", "label", "dateLabel"}
                ),
            )
            for key, field in fields_of(form, words).items()
        ),
    )


def _with_users(part: DescribedForm, users: Mapping[str, tuple[str, ...]], words: Words) -> DescribedForm:
    forms = (each for each in users[part.key] if not each.startswith(PARTS))
    return replace(part, used_in=tuple(words.form(PurePosixPath(each).stem) for each in forms))


def _tables(path: str, data: bytes, words: Words) -> Iterator[DescribedTable]:
    for key, table in tables_of(data, words).items():
        facts = tuple(
            (words.say(TABLE_LABELS[name]), value)
            for name, value in table.facts.items()
            if value and name != "name"
        )
        yield DescribedTable(key, facts, table.facts["name"] or key or path, _headings(table), _rows(table))


def _headings(table: Table) -> tuple[str, ...]:
    return tuple(table.columns.values())


def _rows(table: Table) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (*(cells.get(column, "") for column in table.columns), remark)
        for cells, remark in table.rules.values()
    )


def _letters(path: str, data: bytes, words: Words) -> Iterator[DescribedLetter]:
    text = tomllib.loads(data.decode())
    letter: Mapping[str, Any] = text.get(words.language) or next(
        (text[each] for each in LANGUAGES if each in text), {}
    )
    sections = [
        (
            str(each.get("heading") or each.get("place") or each.get("key", "")),
            tuple(line for name in ("paragraphs", "items", "after") for line in each.get(name, ())),
            tuple(each.get("when", ())),
        )
        for each in letter.get("sections", ())
    ]
    title = str(letter.get("title") or letter.get("document") or next((each[0] for each in sections), ""))
    values = tuple((f"{{{name}}}", str(what)) for name, what in text.get("values", {}).items())
    key = PurePosixPath(path).stem
    yield DescribedLetter(key, title or key, tuple(sections), values)
