"""A deployment in memory: bundle, decision tables, forms, texts and guardrails, read once and kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any
from uuid import UUID

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
    """The models a case runs on. Immutable."""

    id: UUID
    parsed: ParsedModels
    bundle: Bundle

    def form(self, key: str) -> FormDefinition:
        try:
            return self.bundle.forms[key]
        except KeyError as missing:
            raise NotFound from missing

    def form_in(self, key: str, language: str) -> FormDefinition:
        """The form in a language, Finnish where a text has no translation."""
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

    @property
    def guardrails(self) -> Guardrails | None:
        return self.bundle.guardrails


class CompiledModelsCache:
    """The deployments in use, least recently used forgotten first. Safe to share: what is deployed never changes."""

    def __init__(self, most: int = 8) -> None:
        self._most = most
        self._kept: OrderedDict[UUID, CompiledModels] = OrderedDict()
        self._judges: OrderedDict[tuple[UUID, UUID], Judge] = OrderedDict()
        self._lock = Lock()

    def get(self, deployment_id: UUID, deployments: Deployments) -> CompiledModels:
        with self._lock:
            found = self._kept.get(deployment_id)
            if found is not None:
                self._kept.move_to_end(deployment_id)
                return found
        return self._keep(deployment_id, deployments.content)

    def judge(
        self,
        old: CompiledModels,
        new: CompiledModels,
        make: Callable[[CompiledModels, CompiledModels], Judge],
    ) -> Judge:
        """Return the judge of moves from one version to the other. It is kept: neither version ever changes."""
        key = old.id, new.id
        with self._lock:
            found = self._judges.get(key)
            if found is None:
                found = self._judges[key] = make(old, new)
            self._judges.move_to_end(key)
            while len(self._judges) > self._most:
                self._judges.popitem(last=False)
            return found

    def hold(self, models: CompiledModels) -> None:
        """Keep one whose files stand in no table: a try-out's."""
        with self._lock:
            self._kept[models.id] = models

    def _keep(
        self, deployment_id: UUID, content: Callable[[UUID], tuple[dict[str, bytes], str]]
    ) -> CompiledModels:
        files, specs = content(deployment_id)
        models = CompiledModels(
            deployment_id, ParsedModels.from_json(specs, model_files(files)), Bundle(files)
        )
        with self._lock:
            self._kept[deployment_id] = models
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return models
