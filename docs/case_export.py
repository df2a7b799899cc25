"""The pages and the JSON Schema of `vireille case export`, from the values that are exported."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any, Final, get_args, get_origin, get_type_hints
from uuid import UUID

import orjson

from engine.bpmn import catalogue
from engine.feel import parse
from engine.queries.case_export import FORMAT, CaseExport, names_of
from engine.xml import parse as parse_xml
from forms.catalogue import form_keys, read_form
from forms.definition import Field
from processes import catalogue as processes
from webapp.rendering.timeline.sentences import MILESTONES, SENTENCES

Schema = dict[str, Any]
PLAIN: Final[Mapping[type, Schema]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    UUID: {"type": "string", "format": "uuid"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
}


def schema() -> Schema:
    """JSON Schema of one exported case."""
    definitions: dict[str, Schema] = {}
    root = _object(CaseExport, definitions)
    root["properties"]["format"] = {"const": FORMAT}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A case of Vireille, exported",
        **root,
        "$defs": dict(sorted(definitions.items())),
    }


def schema_file() -> str:
    return orjson.dumps(schema(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _object(kind: type, definitions: dict[str, Schema]) -> Schema:
    says, meanings = _meanings(kind)
    hints = get_type_hints(kind)
    properties = {}
    for name in names_of(kind):
        own = _schema(hints[name] if name in hints else _hint_of_property(kind, name), definitions)
        properties[name] = own | ({"description": meanings[name]} if name in meanings else {})
    described = {"description": says} if says else {}
    return {
        "type": "object",
        **described,
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _schema(hint: Any, definitions: dict[str, Schema]) -> Schema:
    options = get_args(hint)
    if NoneType in options:
        (inner,) = (each for each in options if each is not NoneType)
        return {"anyOf": [_schema(inner, definitions), {"type": "null"}]}
    if hint is Any:
        return {}
    kind = get_origin(hint) or hint
    if kind in PLAIN:
        return dict(PLAIN[kind])
    if issubclass(kind, Enum):
        return {"enum": [each.value for each in kind]}
    if issubclass(kind, (tuple, frozenset)):
        return {"type": "array", "items": _schema(options[0], definitions)}
    if not is_dataclass(kind):
        return {"type": "object"}
    if kind.__name__ not in definitions:
        definitions[kind.__name__] = {}
        definitions[kind.__name__] = _object(kind, definitions)
    return {"$ref": f"#/$defs/{kind.__name__}"}


def _hint_of_property(kind: type, name: str) -> Any:
    return get_type_hints(getattr(kind, name).fget)["return"]


@cache
def _meanings(kind: type) -> tuple[str, Mapping[str, str]]:
    """Return what the source says of a value, and of each of its fields."""
    (source,) = (
        each
        for each in ast.parse(textwrap.dedent(inspect.getsource(kind))).body
        if isinstance(each, ast.ClassDef)
    )
    found: dict[str, str] = {}
    name = ""
    for statement in source.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name)):
                continue
            case ast.Expr(value=ast.Constant(value=str(text))) if name:
                found[name] = _line(text)
            case ast.FunctionDef() if says := ast.get_docstring(statement):
                found[statement.name] = _line(says)
        name = ""
    return _line(ast.get_docstring(source) or ""), found


def _line(text: str) -> str:
    return " ".join(inspect.cleandoc(text).split()).replace("``", "`").replace("None", "null")


# ---------------------------------------------------------------- pages

INTRODUCTION: Final = """\
`vireille case export REFERENCE [--to FILE] [--files FOLDER] [--purpose asianosainen|tuomioistuin|viranomainen|tarkastus|siirto]` writes everything recorded in one case as JSON. Only the operator at
the server's terminal and the director may take a case out, restricted and sealed ones too; each export stands in the case's access log.
The JSON Schema is [case-export.schema.json](case-export.schema.json); the questions behind `answers` are in [answers.md](answers.md).

- Keys are snake_case, always all there; what is not known is `null`, what has been erased is missing from `answers`, `identity`, `contact` and `content`.
- Moments are ISO 8601 with their zone (UTC). Days (`…_on`) are days in Finland. Numbers of FEEL that JSON can't hold exactly are text.
- Two exports of a case in which nothing happened in between are the same bytes.
- `sent_by`, `prepared_by`, `assignee_id` and the like are ids of `people`; null is the person outside, or the program itself.
- An event, a milestone and a task completed in one step have the same moment: a step is one transaction.
- What opens something (links, codes, keys) is never exported.
- `safe_channels` of a party's `contact` are the ways that the person called safe. A party with `is_unsafe` must get nothing.
- `deliveries` are attempts to serve a document; `documents` with `direction` out are what left the house or was kept to be handed over.
- A `requests` row of kind `hearing` is a hearing (434/2003 34 §); the answer is the submission with the same `business_key`.
- Staff's acts are in `submissions` (what they said) and `tasks` (who, when). `oral_decisions` and `resolutions` are what was decided."""


def page() -> str:
    """Every key of an exported case, every kind of event and milestone."""
    whole = schema()
    parts = [
        f"## {title}\n\n{each.get('description', '')}\n\n{_properties(each)}"
        for title, each in (("The case", whole), *whole["$defs"].items())
    ]
    elements = catalogue.read(
        {path: parse_xml(data) for path, data in processes.files().items() if path.endswith(".bpmn")}
    ).elements.values()
    reached = sorted({name for each in elements for name in each.milestones})
    return "\n\n".join(
        (
            INTRODUCTION,
            *parts,
            "## Kinds of events\n\nThe sentence is what the timeline shows staff; %(about)s stands for the subject.",
            _table(("kind", "sentence"), ((f"`{kind}`", says) for kind, (_, says) in SENTENCES.items())),
            "## Milestones\n\nThose of the shipped diagrams. [modelling.md](modelling.md) lists the elements behind which each stands.",
            _table(("milestone", "on screen"), ((f"`{name}`", MILESTONES.get(name, "")) for name in reached)),
        )
    )


def answers_page() -> str:
    """Every question of every shipped form."""
    parts = []
    for key in form_keys():
        form = read_form(key, parse=parse)
        rows = (row for each in form.fields for row in _questions(each, ""))
        parts.append(f"## `{key}`\n\n{form.title}\n\n{_table(('key', 'kind', 'question', 'answers'), rows)}")
    return "\n\n".join(parts)


def _questions(field: Field, of: str) -> Iterator[tuple[str, str, str, str]]:
    options = ", ".join(
        f"`{each.value}` {each.label}" + (" (older answers only)" if each.is_retired else "")
        for each in field.options
    )
    skips = ", ".join(f"`{each}`" for each in field.skips)
    from_elsewhere = f"one of `{field.options_from}`" if field.options_from else ""
    estimate = "or `estimate` with its words" if field.takes_estimate else ""
    parts = (options, from_elsewhere, skips and f"or {skips}", estimate)
    asked = " · ".join(part for part in parts if part)
    must = "required" if field.required else ""
    yield f"`{of}{field.key}`", " ".join((field.kind.value, must)).strip(), field.label, asked
    for column in field.fields:
        yield from _questions(column, f"{field.key}[].")


def _properties(described: Schema) -> str:
    rows = (
        (f"`{name}`", _kind(each), str(each.get("description", "")))
        for name, each in described["properties"].items()
    )
    return _table(("key", "value", "meaning"), rows)


def _kind(each: Schema) -> str:
    match each:
        case {"anyOf": [inner, _]}:
            return f"{_kind(inner)} or null"
        case {"$ref": str(path)}:
            name = path.rpartition("/")[2]
            return f"[{name}](#{name.lower()})"
        case {"type": "array", "items": inner}:
            return f"list of {_kind(inner)}"
        case {"enum": values}:
            return ", ".join(f"`{value}`" for value in values)
        case {"const": value}:
            return f"`{value}`"
        case {"format": str(word)} | {"type": str(word)}:
            return {"date-time": "moment", "date": "day", "uuid": "id", "object": "map"}.get(word, word)
    return "any"


def _table(heads: tuple[str, ...], rows: Iterator[tuple[str, ...]] | Any) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    cells = ((cell.replace("\n", " ").replace("|", "\\|") for cell in line) for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)
