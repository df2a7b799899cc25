"""The files of a bundle for lists: their kinds and their names on screen."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath
from threading import Lock
from typing import Any

from cachetools import LRUCache, cached
from cachetools.keys import hashkey

from engine import xml
from engine.domain.scenarios import is_scenario, read_scenario
from engine.errors import Refusal
from engine.models.bundle import PARTS, parts_in, users_of_parts
from engine.models.sections import SECTIONS
from engine.storage.deployments import Files
from forms.inclusion import question_labels

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a bundle: its path, kind and name on screen."""

    path: str
    kind: str
    """diagram, table, form, part, guardrails, sections, texts, translations, scenario."""
    key: str
    name: str
    """Its name; its key when the file can't be read."""


@dataclass(frozen=True, slots=True)
class SharedPart:
    """A part of forms, as it is shown where a form includes it."""

    file: ModelFile
    questions: tuple[str, ...]
    used_in: tuple[ModelFile, ...]
    """The forms that include it, also through other parts, and those parts."""


def files_of(files: Files) -> tuple[ModelFile, ...]:
    return tuple(_described(path, data) for path, data in sorted(files.items()))


def parts_of(files: Files, listed: tuple[ModelFile, ...]) -> tuple[SharedPart, ...]:
    """Return the parts of forms among the listed files, each with its questions and the forms that include it."""
    described = {each.path: each for each in listed}
    parts, users = parts_in(files), users_of_parts(files)
    return tuple(
        SharedPart(
            described[f"{PARTS}{key}.form"],
            question_labels(data, parts),
            tuple(described[path] for path in users[key]),
        )
        for key, data in sorted(parts.items())
    )


def _described(path: str, data: bytes) -> ModelFile:
    file = PurePosixPath(path)
    kind = {
        ".bpmn": "diagram",
        ".dmn": "table",
        ".form": "form",
        ".toml": "texts",
        ".po": "translations",
        ".json": "guardrails",
    }.get(file.suffix, "other")
    if is_scenario(path):
        kind = "scenario"
    if path == SECTIONS:
        kind = "sections"
    if path.startswith(PARTS):
        kind = "part"
    key = file.parent.name if kind == "diagram" else file.stem
    return ModelFile(path, kind, key, _name(kind, data) or key)


@cached(LRUCache(4096), key=lambda kind, data: hashkey(kind, sha256(data).digest()), lock=Lock())
def _name(kind: str, data: bytes) -> str:
    # Kept, because a page of a draft lists some 250 files, and parsing them took half of its time.
    try:
        if kind == "diagram":
            return next((each.get("name", "") for each in xml.parse(data).iter(f"{_BPMN}process")), "")
        if kind == "table":
            return next((each.get("name", "") for each in xml.parse(data).iter("{*}decision")), "")
        if kind == "scenario":
            return read_scenario(data).title
        if kind in ("form", "part"):
            read = json.loads(data)
            return str(read["properties"]["title"])
        if kind == "texts":
            return _title(tomllib.loads(data.decode()))
    except (Refusal, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # A draft may be broken; it is still listed, by its key.
        return ""
    return ""


def _title(text: Mapping[str, Any]) -> str:
    """Return the title of a letter, or the first heading of a part of one."""
    words = text.get("fi", {})
    headings = (each["heading"] for each in words.get("sections", ()) if each.get("heading"))
    return str(words.get("title") or words.get("document") or next(headings, ""))
