"""The file `sections.json` of a bundle: the statutes it cites, and the day a jurist last checked each section."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from engine.errors import Invalid
from engine.models.citations import Notation, Section, section_of

SECTIONS: Final = "sections.json"
EMPTY: Final = b'{"default": null, "statutes": {}, "checked": {}}'
"""A bundle of before this file: no statute has a name, and nothing is checked."""
_LANGUAGES: Final = ("fi", "sv", "en")


class SectionsRefused(Invalid):
    """The file can't be read; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Check:
    on: date
    by: str
    """The jurist's name."""


@dataclass(frozen=True, slots=True)
class SectionRecords:
    names: Mapping[str, Mapping[str, str]]
    """A statute's number to its official names by language; empty where nobody has given one."""
    notation: Notation
    checked: Mapping[Section, Check]


def read_sections(data: bytes) -> SectionRecords:
    """Raise SectionsRefused with the first mistake of the file."""
    try:
        read = json.loads(data)
        statutes, default = read["statutes"], read["default"]
        if default is not None and default not in statutes:
            raise ValueError(f"default: {default}")
        return SectionRecords(
            {number: {each: _text(names, each) for each in _LANGUAGES} for number, names in statutes.items()},
            Notation(frozenset(statutes), tuple(_beginnings(statutes)), default),
            {section_of(written): _check(written, found) for written, found in read["checked"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as broken:
        raise SectionsRefused(f"{SECTIONS}: {broken}") from broken


def with_checks(data: bytes, sections: Iterable[Section], check: Check | None) -> bytes:
    """Return the file with the check of these sections; without any, where `check` is None. Raise SectionsRefused."""
    read_sections(data)
    file: dict[str, Any] = json.loads(data)
    checked: dict[str, Any] = file["checked"]
    for section in sections:
        if check is None:
            checked.pop(section.written, None)
        else:
            checked[section.written] = {"on": check.on.isoformat(), "by": check.by}
    file["checked"] = {
        written: checked[written] for written in sorted(checked, key=lambda each: section_of(each).order)
    }
    return (json.dumps(file, ensure_ascii=False, indent=2) + "\n").encode()


def _beginnings(statutes: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for number, names in statutes.items():
        section_of(number)
        for beginning in names.get("written", ()):
            if not isinstance(beginning, str) or not beginning.strip():
                raise ValueError(f"{number}: written")
            yield beginning, number


def _text(names: Mapping[str, Any], language: str) -> str:
    name = names.get(language, "")
    if not isinstance(name, str):
        raise TypeError(language)
    return name


def _check(written: str, found: Mapping[str, Any]) -> Check:
    by = found["by"]
    if not isinstance(by, str) or not by.strip():
        raise ValueError(f"{written}: by")
    return Check(date.fromisoformat(found["on"]), by)
