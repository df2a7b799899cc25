"""The files of one version as values: diagrams, tables, forms, texts, guardrails, scenarios."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from engine.bpmn.element_names import Names
from engine.dmn import DecisionModel, parse_tables
from engine.feel import parse
from engine.guardrails import Guardrails, load_guardrails
from engine.texts import ReviewedTexts, reviewed_texts
from forms.definition import FormDefinition
from forms.inclusion import parts_within
from forms.parsing import parse_form
from forms.translations import read_translations, translated, with_fallback

FORMS = "forms/"
"""Folder of forms and their translations among a bundle's files."""
NAMES = "names/"
"""Folder of the translations of the names in diagrams."""
PARTS = "forms/parts/"
"""Folder of the parts that forms include."""


FINNISH = Names()
"""The names as they are drawn."""


class Bundle:
    """The files of one version as values, each parsed at first use."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self._translated: dict[tuple[str, str], tuple[ReviewedTexts, FormDefinition]] = {}

    @cached_property
    def tables(self) -> Mapping[str, DecisionModel]:
        return {_stem(path): parse_tables(data) for path, data in self.files.items() if path.endswith(".dmn")}

    @cached_property
    def forms(self) -> Mapping[str, FormDefinition]:
        parts = parts_in(self.files)
        return {
            key: parse_form(key, data, parse=parse, parts=parts) for key, data in forms_in(self.files).items()
        }

    @cached_property
    def names(self) -> Mapping[str, Names]:
        """The names in diagrams, by language."""
        return {
            _stem(path): Names(_stem(path), _names(data))
            for path, data in self.files.items()
            if path.startswith(NAMES) and path.endswith(".po")
        }

    def names_in(self, language: str) -> Names:
        """Return the names in a language. Without a catalogue they stay Finnish."""
        return self.names.get(language) or Names(language)

    @cached_property
    def translations(self) -> Mapping[str, Mapping[str, str]]:
        """Translations of forms: language to Finnish text to translation."""
        return {
            _stem(path): read_translations(data)
            for path, data in self.files.items()
            if path.startswith(FORMS) and path.endswith(".po")
        }

    def read_all(self) -> None:
        """Parse every file now, so that the first request does not wait."""
        _ = self.tables, self.forms, self.translations, self.guardrails, self.texts

    def form_in(self, form: FormDefinition, language: str) -> FormDefinition:
        """Return the form in a language, as reviewers worded it. Each is translated once until somebody reviews a text:
        compiled schemas are kept by the definition's identity."""
        reviewed = reviewed_texts()
        over, found = self._translated.get((form.key, language), (None, form))
        if over is not reviewed:
            words = {**with_fallback(language, self.translations), **reviewed.single(language)}
            found = translated(form, language, words)
            self._translated[form.key, language] = reviewed, found
        return found

    @cached_property
    def guardrails(self) -> Guardrails | None:
        """The guardrails of the bundle; None if it has none."""
        for path, data in self.files.items():
            if path.endswith("guardrails.json"):
                return load_guardrails(data)
        return None

    @cached_property
    def texts(self) -> Mapping[str, Mapping[str, Any]]:
        """Letter texts by key, in the form that `engine.letters` takes."""
        return {
            _stem(path): tomllib.loads(data.decode())
            for path, data in self.files.items()
            if "/texts/" in path and path.endswith(".toml")
        }


def _names(data: bytes) -> Mapping[str, str]:
    try:
        return read_translations(data)
    except (OSError, ValueError):
        # A draft may hold anything. The publish gate reports it, and pictures stay Finnish.
        return {}


def is_form(path: str) -> bool:
    """Return True if the path is that of a form or a part of forms."""
    return path.startswith(FORMS) and path.endswith(".form")


def forms_in(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of forms by key, without parts."""
    return {_stem(path): data for path, data in files.items() if is_form(path) and not path.startswith(PARTS)}


def parts_in(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of parts of forms by key."""
    return {_stem(path): data for path, data in files.items() if is_form(path) and path.startswith(PARTS)}


def users_of_parts(files: Mapping[str, bytes]) -> dict[str, tuple[str, ...]]:
    """Return the paths of the forms and parts that include each part, directly or through other parts; forms first."""
    parts = parts_in(files)
    users: dict[str, list[str]] = {key: [] for key in parts}
    for path in sorted(filter(is_form, files), key=lambda path: (path.startswith(PARTS), path)):
        for key in parts_within(files[path], parts) & parts.keys():
            users[key].append(path)
    return {key: tuple(paths) for key, paths in users.items()}


def names_read(model: DecisionModel) -> frozenset[str]:
    """Return the names that the decisions of a file read from outside."""
    return frozenset(name for each in model.compiled.values() for name in each.names)


def model_files(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the diagrams among a deployment's files."""
    return {path: data for path, data in files.items() if path.endswith(".bpmn")}


def _stem(path: str) -> str:
    return PurePosixPath(path).stem
