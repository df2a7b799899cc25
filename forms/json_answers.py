"""Answers as a program sends them: a plain JSON object with known names, limited in depth, without reserved names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from forms.definition import Field, FormDefinition, Kind, is_reserved
from forms.errors import AnswersRejected, Problem

MOST_DEPTH = 6
MOST_BYTES = 300_000


def check_json(definition: FormDefinition, data: object) -> dict[str, object]:
    """Return the object's entries without blanks. Raise AnswersRejected for what no form accepts."""
    if not isinstance(data, dict):
        raise AnswersRejected({"": (Problem("wrong_type"),)})
    problems: dict[str, tuple[Problem, ...]] = {
        str(name): (Problem("unknown_field"),) for name in data if name not in definition.by_key
    }
    problems |= dict(_misshapen_rows(definition, data))
    problems |= dict(_refused(data, "", MOST_DEPTH))
    if not problems and _size(data) > MOST_BYTES:
        problems[""] = (Problem("too_large", {"most": MOST_BYTES // 1000}),)
    if problems:
        raise AnswersRejected(problems)
    return {key: _answered(definition.by_key[key], value) for key, value in data.items()
            if not _is_blank(definition.by_key[key], value)}  # fmt: skip


def _answered(question: Field, value: object) -> object:
    """Return the value without blanks in its rows."""
    if question.kind is not Kind.ROWS or not isinstance(value, list):
        return value
    columns = {column.key: column for column in question.fields}
    return [{key: one for key, one in row.items() if not _is_blank(columns[key], one)} for row in value]


def _is_blank(question: Field, value: object) -> bool:
    """Return True for null, or for an empty text where a text is asked for."""
    is_text = question.kind in {Kind.TEXTFIELD, Kind.TEXTAREA}
    return value is None or (is_text and isinstance(value, str) and not value.strip())


def _refused(value: object, path: str, depth: int) -> Iterator[tuple[str, tuple[Problem, ...]]]:
    if depth < 0:
        yield path, (Problem("too_deep"),)
        return
    if isinstance(value, Mapping):
        for name, inside in value.items():
            here = f"{path}.{name}" if path else str(name)
            if not isinstance(name, str) or is_reserved(name):
                yield here, (Problem("reserved_name", {"name": str(name)}),)
            yield from _refused(inside, here, depth - 1)
    elif isinstance(value, list):
        for index, inside in enumerate(value):
            yield from _refused(inside, f"{path}.{index}", depth - 1)


def _size(value: object) -> int:
    """Return the value's approximate size in bytes as it was sent."""
    if isinstance(value, Mapping):
        return sum(len(str(name)) + _size(inside) for name, inside in value.items())
    if isinstance(value, list):
        return sum(1 + _size(inside) for inside in value)
    return len(value.encode(errors="replace")) if isinstance(value, str) else 8


def _misshapen_rows(
    definition: FormDefinition, data: Mapping[str, object]
) -> Iterator[tuple[str, tuple[Problem, ...]]]:
    """Yield path and problems of lists that are no lists of objects, or contain unknown names."""
    for field in definition.fields:
        if field.kind is not Kind.ROWS or field.key not in data:
            continue
        rows = data[field.key]
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            yield field.key, (Problem("wrong_type"),)
            continue
        columns = {column.key for column in field.fields}
        for index, row in enumerate(rows):
            yield from (
                (f"{field.key}.{index}.{name}", (Problem("unknown_field"),))
                for name in row
                if name not in columns
            )
