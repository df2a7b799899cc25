"""A deployment in memory: bundle, decision tables, forms, texts and guardrails, read once and kept."""

from __future__ import annotations

import tomllib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from threading import Lock
from typing import Any
from uuid import UUID

from engine.bpmn import Bundle
from engine.bpmn.guardrails import Rules, load_rules
from engine.bpmn.migration import Judge
from engine.dmn import DecisionModel, parse_tables
from engine.errors import NotFound
from engine.feel import parse
from engine.storage.deployments import Deployments
from forms.definition import FormDefinition
from forms.parsing import parse_form
from forms.translations import read_translations, translated, with_fallback

FORMS = "forms/"
"""Where forms and their translations stand among a deployment's files."""


class Contents:
    """The files of a deployment, read when first asked for."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self._translated: dict[tuple[str, str], FormDefinition] = {}

    @cached_property
    def tables(self) -> Mapping[str, DecisionModel]:
        return {_stem(path): parse_tables(data) for path, data in self.files.items() if path.endswith(".dmn")}

    @cached_property
    def forms(self) -> Mapping[str, FormDefinition]:
        found = {}
        for path, data in self.files.items():
            if path.startswith(FORMS) and path.endswith(".form"):
                key = _stem(path)
                found[key] = parse_form(key, data, parse=parse)
        return found

    @cached_property
    def translations(self) -> Mapping[str, Mapping[str, str]]:
        """Of forms: language to Finnish text to its translation."""
        return {
            _stem(path): read_translations(data)
            for path, data in self.files.items()
            if path.startswith(FORMS) and path.endswith(".po")
        }

    def read_all(self) -> None:
        """Now, and not when somebody asks for the first form."""
        _ = self.tables, self.forms, self.translations, self.guardrails, self.texts

    def form_in(self, form: FormDefinition, language: str) -> FormDefinition:
        """Translated once and kept: compiled schemas hang on a definition's identity."""
        found = self._translated.get((form.key, language))
        if found is None:
            found = translated(form, language, with_fallback(language, self.translations))
            self._translated[form.key, language] = found
        return found

    @cached_property
    def guardrails(self) -> Rules | None:
        """The promises of the bundle; None when it makes none."""
        for path, data in self.files.items():
            if path.endswith("guardrails.json"):
                return load_rules(data)
        return None

    @cached_property
    def texts(self) -> Mapping[str, Mapping[str, Any]]:
        """Letter texts by key, as `engine.letters` takes them."""
        return {
            _stem(path): tomllib.loads(data.decode())
            for path, data in self.files.items()
            if "/texts/" in path and path.endswith(".toml")
        }


@dataclass(frozen=True)
class Deployed:
    """What a case runs on. Nothing in it changes."""

    id: UUID
    bundle: Bundle
    contents: Contents

    def form(self, key: str) -> FormDefinition:
        try:
            return self.contents.forms[key]
        except KeyError as missing:
            raise NotFound from missing

    def form_in(self, key: str, language: str) -> FormDefinition:
        """The form in a language, Finnish where a text has no translation."""
        return self.contents.form_in(self.form(key), language)

    def table(self, key: str) -> DecisionModel:
        try:
            return self.contents.tables[key]
        except KeyError as missing:
            raise NotFound from missing

    def text(self, key: str) -> Mapping[str, Any]:
        try:
            return self.contents.texts[key]
        except KeyError as missing:
            raise NotFound from missing

    @property
    def guardrails(self) -> Rules | None:
        return self.contents.guardrails


class DeployedModels:
    """The deployments in use, least recently used forgotten first. Safe to share: what is deployed never changes."""

    def __init__(self, most: int = 8) -> None:
        self._most = most
        self._kept: OrderedDict[UUID, Deployed] = OrderedDict()
        self._judges: OrderedDict[tuple[UUID, UUID], Judge] = OrderedDict()
        self._lock = Lock()

    def get(self, deployment_id: UUID, deployments: Deployments) -> Deployed:
        with self._lock:
            found = self._kept.get(deployment_id)
            if found is not None:
                self._kept.move_to_end(deployment_id)
                return found
        return self._keep(deployment_id, deployments.content)

    def judge(self, old: Deployed, new: Deployed, make: Callable[[Deployed, Deployed], Judge]) -> Judge:
        """Who judges moves from one to the other, and remembers what was judged: neither drawing ever changes."""
        key = old.id, new.id
        with self._lock:
            found = self._judges.get(key)
            if found is None:
                found = self._judges[key] = make(old, new)
            self._judges.move_to_end(key)
            while len(self._judges) > self._most:
                self._judges.popitem(last=False)
            return found

    def hold(self, deployed: Deployed) -> None:
        """Keep one whose files stand in no table: a try-out's."""
        with self._lock:
            self._kept[deployed.id] = deployed

    def _keep(self, deployment_id: UUID, content: Callable[[UUID], tuple[dict[str, bytes], str]]) -> Deployed:
        files, specs = content(deployment_id)
        deployed = Deployed(deployment_id, Bundle.from_json(specs, model_files(files)), Contents(files))
        with self._lock:
            self._kept[deployment_id] = deployed
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return deployed


def names_read(model: DecisionModel) -> frozenset[str]:
    """The names that the decisions of a file read from outside."""
    return frozenset(name for each in model.compiled.values() for name in each.names)


def model_files(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The diagrams among a deployment's files."""
    return {path: data for path, data in files.items() if path.endswith(".bpmn")}


def _stem(path: str) -> str:
    return PurePosixPath(path).stem
