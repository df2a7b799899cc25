"""Describes what differs between two versions of the models, in a process owner's words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from engine.domain.scenarios import is_scenario
from engine.errors import Refusal
from engine.guardrails.wording import meaning
from engine.models.bundle import PARTS, users_of_parts
from engine.models.comparing.diagrams import compare_diagrams
from engine.models.comparing.forms import compare_forms, compare_parts
from engine.models.comparing.guardrails import NO_GUARDRAILS, changed_guardrails, compare_guardrails
from engine.models.comparing.letters import compare_letters, compare_translations
from engine.models.comparing.scenarios import compare_scenarios
from engine.models.comparing.sections import compare_sections
from engine.models.comparing.tables import compare_tables
from engine.models.comparing.values import Change, ChangedFile, Comparison, Detail, Span, Words
from engine.models.sections import SECTIONS

__all__ = [
    "NO_GUARDRAILS",
    "Change",
    "ChangedFile",
    "Comparison",
    "Detail",
    "Span",
    "Words",
    "changed_guardrails",
    "compare",
    "form_titles",
    "meaning",
]

ORDER: Final = (
    "diagram",
    "guardrails",
    "sections",
    "form",
    "part",
    "table",
    "texts",
    "translations",
    "scenario",
    "other",
)
KINDS: Final = {
    ".bpmn": "diagram",
    ".dmn": "table",
    ".form": "form",
    ".toml": "texts",
    ".po": "translations",
    ".json": "guardrails",
}
UNREADABLE: Final = "Tiedostoa ei voi lukea, joten siitä voi sanoa vain, että se on toinen."
UNSEEN: Final = (
    "Tiedosto on toinen, mutta vain muotoilultaan, järjestykseltään tai kohdista, joita Vireille ei lue."
)
_COMPARED: Final[Mapping[str, Callable[[bytes, bytes, Words], tuple[Change, ...]]]] = {
    "form": compare_forms,
    "part": compare_parts,
    "table": compare_tables,
    "texts": compare_letters,
    "translations": compare_translations,
    "guardrails": compare_guardrails,
    "scenario": compare_scenarios,
    "sections": compare_sections,
}


def compare(
    before: Mapping[str, bytes],
    after: Mapping[str, bytes],
    words: Words | None = None,
    names: Mapping[str, str] | None = None,
) -> Comparison:
    """Compare two versions file by file. `names`: names on screen by path."""
    words = words or Words()
    words = replace(words, forms=words.forms or form_titles({**before, **after}))
    parts = [
        replace(
            _part(path, before.get(path), after.get(path), words, (names or {}).get(path, path)),
            used_in=_forms_with(path, after if path in after else before, words),
        )
        for path in {**before, **after}
        if before.get(path) != after.get(path)
    ]
    return Comparison(tuple(sorted(parts, key=lambda part: (ORDER.index(part.kind), part.path))))


def _part(path: str, before: bytes | None, after: bytes | None, words: Words, name: str) -> ChangedFile:
    kind = _kind(path)
    if before is None or after is None:
        return ChangedFile(path, kind, name, "removed" if after is None else "added")
    try:
        changes = _changes(path, kind, before, after, words)
    except (Refusal, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # A draft may hold anything; a changed file is still named.
        return ChangedFile(path, kind, name, "changed", (), words.say(UNREADABLE))
    if not changes:
        return ChangedFile(path, kind, name, "changed", (), words.say(UNSEEN))
    only_moved = all(each.state == "moved" for each in changes)
    return ChangedFile(path, kind, name, "moved" if only_moved else "changed", changes)


def _kind(path: str) -> str:
    if is_scenario(path):
        return "scenario"
    if path == SECTIONS:
        return "sections"
    return "part" if path.startswith(PARTS) else KINDS.get(PurePosixPath(path).suffix, "other")


def _forms_with(path: str, files: Mapping[str, bytes], words: Words) -> tuple[str, ...]:
    """Return the titles of the forms that include a part; empty for any other file."""
    if not path.startswith(PARTS):
        return ()
    users = users_of_parts(files).get(PurePosixPath(path).stem, ())
    return tuple(words.form(PurePosixPath(each).stem) for each in users if not each.startswith(PARTS))


def _changes(path: str, kind: str, before: bytes, after: bytes, words: Words) -> tuple[Change, ...]:
    if kind == "diagram":
        return compare_diagrams(path, before, after, words)
    return _COMPARED[kind](before, after, words)


def form_titles(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the title of each form, by key."""
    found = {}
    for path, data in files.items():
        if not path.endswith(".form"):
            continue
        try:
            title = json.loads(data)["properties"]["title"]
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
        found[PurePosixPath(path).stem] = str(title)
    return found
