"""A deployment in memory: diagrams, decision tables, forms, texts and guardrails, each read once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from typing import Any
from uuid import UUID

from cachetools import LRUCache

from engine.bpmn import ParsedModels
from engine.dmn import DecisionModel
from engine.errors import NotFound
from engine.guardrails import Guardrails
from engine.migration import Judge
from engine.models.bundle import Bundle, model_files
from engine.storage.deployments import Deployments
from forms.definition import FormDefinition


@dataclass(frozen=True)
class CompiledModels:
    """The models of one version, ready to run. Immutable."""

    id: UUID
    parsed: ParsedModels
    bundle: Bundle
    watched: frozenset[str] | None = None
    """Keys of the guardrails that are watched; None for all, as in every real case."""

    def form(self, key: str) -> FormDefinition:
        try:
            return self.bundle.forms[key]
        except KeyError as missing:
            raise NotFound from missing

    def form_in(self, key: str, language: str) -> FormDefinition:
        """Return the form in a language, in Finnish where a text has no translation."""
        return self.bundle.form_in(self.form(key), language)

    def table(self, key: str) -> DecisionModel:
        try:
            return self.bundle.tables[key]
        except KeyError as missing:
            raise NotFound from missing

    def text(self, key: str) -> Mapping[str, Any]:
        try:
            return self.bundle.texts[key]
        except KeyError as missing:
            raise NotFound from missing

    @cached_property
    def guardrails(self) -> Guardrails | None:
        found = self.bundle.guardrails
        if found is None or self.watched is None:
            return found
        return replace(found, on_paths=tuple(each for each in found.on_paths if each.key in self.watched))

    def watching(self, keys: Iterable[str]) -> CompiledModels:
        """Return the same models with only some of their guardrails, to see in a simulation how one of them breaks."""
        return replace(self, watched=frozenset(keys))


class CompiledModelsCache:
    """The deployments read so far. Safe to share between threads: a deployment never changes."""

    def __init__(self, most: int = 8) -> None:
        self._models: LRUCache[UUID, CompiledModels] = LRUCache(most)
        self._judges: LRUCache[tuple[UUID, UUID], Judge] = LRUCache(most)
        self._lock = Lock()

    def get(self, deployment_id: UUID, deployments: Deployments) -> CompiledModels:
        with self._lock:
            found = self._models.get(deployment_id)
        if found is None:
            files, specs = deployments.content(deployment_id)
            parsed = ParsedModels.from_json(specs, model_files(files))
            found = CompiledModels(deployment_id, parsed, Bundle(files))
            self.hold(found)
        return found

    def judge(
        self,
        old: CompiledModels,
        new: CompiledModels,
        make: Callable[[CompiledModels, CompiledModels], Judge],
    ) -> Judge:
        """Return the judge of moves from one version to the other; it remembers its judgements."""
        key = old.id, new.id
        with self._lock:
            if key not in self._judges:
                self._judges[key] = make(old, new)
            return self._judges[key]

    def hold(self, models: CompiledModels) -> None:
        """Keep models under their id, as long as the process runs. Those of a try-out could not be read again: no
        table holds their files."""
        with self._lock:
            self._models[models.id] = models
