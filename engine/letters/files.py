"""Reads and writes a prepared text's file. A written file reads as the same text, in the same order."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from engine.domain.wording import Text
from engine.errors import Invalid


class TextUnreadable(Invalid):
    sentence = "Tekstitiedostoa ei voi lukea. Tuo se uudelleen tai korjaa se tekstinä."


_WORDS: Final = frozenset({"title", "document", "secrecy", "heading", "key", "place", "kind"})
_LISTS: Final = frozenset({"paragraphs", "items", "after", "when", "optional"})


def read_text(data: bytes) -> Text:
    """Return the text in a file. Raise TextUnreadable if it is no TOML, or TOML without a text's entries."""
    try:
        found = tomllib.loads(data.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as broken:
        raise TextUnreadable from broken
    values, finnish = found.get("values", {}), found.get("fi")
    tables = [each for name, each in found.items() if isinstance(each, Mapping) and name != "values"]
    if not isinstance(finnish, Mapping) or not _are_named_words(values):
        raise TextUnreadable
    if not (_is_shaped(found) and all(map(_is_shaped, tables)) and all(map(_has_sections, tables))):
        raise TextUnreadable
    return found


def _has_sections(table: Mapping[str, Any]) -> bool:
    sections = table.get("sections", [])
    return isinstance(sections, list) and all(
        isinstance(each, Mapping) and "key" in each and _is_shaped(each) for each in sections
    )


def _is_shaped(table: Mapping[str, Any]) -> bool:
    return all(
        isinstance(value, str) if name in _WORDS else name not in _LISTS or _are_words(value)
        for name, value in table.items()
    )


def _are_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _are_named_words(value: Any) -> bool:
    return isinstance(value, Mapping) and all(isinstance(each, str) for each in value.values())


def write_text(text: Text) -> bytes:
    plain = {name: value for name, value in text.items() if not isinstance(value, Mapping)}
    tables = {name: value for name, value in text.items() if isinstance(value, Mapping)}
    parts = [
        "\n".join(_lines(plain)),
        *(part for name, each in tables.items() for part in _table(name, each)),
    ]
    return ("\n\n".join(part for part in parts if part) + "\n").encode()


def _table(name: str, table: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a table, then of the repeated tables inside it."""
    plain = {key: value for key, value in table.items() if not _is_repeated(value)}
    yield "\n".join([f"[{name}]", *_lines(plain)])
    for key, value in table.items():
        if _is_repeated(value):
            for each in value:
                yield "\n".join([f"[[{name}.{key}]]", *_lines(each)])


def _is_repeated(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, Mapping) for each in value)


def _lines(values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        yield f"{name} = {_list(value) if isinstance(value, Sequence) and not isinstance(value, str) else _plain(value)}"


def _list(values: Sequence[Any]) -> str:
    if len(values) < 2:
        return f"[{', '.join(map(_plain, values))}]"
    return "[\n" + "".join(f"  {_plain(each)},\n" for each in values) + "]"


def _plain(value: Any) -> str:
    """Return a TOML string. It is a JSON string, except for one control character that only JSON allows."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
