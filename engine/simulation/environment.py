"""What try-outs of one bundle stand on: tables, people and the bundle, laid once and copied for each."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Final

from engine.bpmn import ParsedModels, parse_models
from engine.bpmn.findings import Finding
from engine.domain.people import OPERATOR, SYSTEM
from engine.errors import ModelRejected
from engine.executor import Command, Engine, Query, Work
from engine.executor.permissions import require_system
from engine.instances import CompiledModels, CompiledModelsCache
from engine.models.bundle import Bundle, model_files
from engine.models.diagram_gate import check_in_child
from engine.models.gate import references_of, unreadable
from engine.operations import OPERATIONS
from engine.settings import Authority, EngineSettings
from engine.simulation.people import BringPeople
from engine.storage.database import Database
from engine.storage.deployments import Deployment, digest_of
from engine.storage.migrating import migrate

IN_MEMORY: Final = "sqlite://"
MOST_GROUNDS: Final = 6
"""Bundles kept laid out; each is some two megabytes and its forms."""
_START: Final = datetime(2026, 1, 1, tzinfo=UTC)
_AUTHORITY: Final = Authority(
    name="Esimerkin vastaanottokeskus",
    street="Esimerkkitie 1, 00000 Esimerkkilä",
    phone="000 000 0000",
    email="kirjaamo@example.invalid",
    help_line="000 000 0000",
    court="Esimerkin hallinto-oikeus",
    unit="Auttamisjärjestelmä",
    court_address="Esimerkkikatu 2, 00000 Esimerkkilä",
    court_email="oikeus@example.invalid",
    court_phone="000 000 0001",
    other_help="Esimerkkijärjestö, puh. 000 000 0002",
)


@dataclass(frozen=True, slots=True)
class Ground:
    sha256: str
    """Of the bundle's files."""
    image: bytes
    settings: EngineSettings
    compiled_models: CompiledModelsCache
    models: CompiledModels


def settings_of_a_try_out() -> EngineSettings:
    """A key of its own that nothing keeps, no mail server, no file."""
    return EngineSettings(
        database_url=IN_MEMORY,
        master_key=secrets.token_bytes(32),
        base_url="https://kokeilu.invalid",
        mail=None,
        authority=_AUTHORITY,
        worker_interval_seconds=5,
        checkpoint_file=Path("/nonexistent/kokeilu"),
    )


class Grounds:
    """The bundles tried last. Safe to share: a ground never changes, and each try-out gets a copy."""

    def __init__(self, most: int = MOST_GROUNDS) -> None:
        self._most = most
        self._kept: OrderedDict[str, Ground] = OrderedDict()
        self._refused: OrderedDict[str, tuple[Finding, ...]] = OrderedDict()
        self._lock = Lock()

    def of(self, files: Mapping[str, bytes]) -> Ground:
        """Raises ModelRejected with findings for a bundle that can't be run."""
        sha256 = digest_of(files)
        with self._lock:
            if sha256 in self._refused:
                raise ModelRejected(self._refused[sha256])
            found = self._kept.get(sha256)
            if found is not None:
                self._kept.move_to_end(sha256)
                return found
        return self._laid(sha256, files)

    def _laid(self, sha256: str, files: Mapping[str, bytes]) -> Ground:
        try:
            laid = _lay(sha256, files)
        except ModelRejected as rejected:
            with self._lock:
                self._refused[sha256] = rejected.findings
                self._trim()
            raise
        with self._lock:
            self._kept[sha256] = laid
            self._trim()
        return laid

    def _trim(self) -> None:
        for kept in (self._kept, self._refused):
            while len(kept) > self._most:
                kept.popitem(last=False)


def _lay(sha256: str, files: Mapping[str, bytes]) -> Ground:
    settings = settings_of_a_try_out()
    engine = Engine(Database(IN_MEMORY), settings, OPERATIONS, lambda: _START)
    try:
        migrate(engine.database)
        engine.perform(BringPeople(), SYSTEM)
        findings = engine.answer(_WhatStops(files), SYSTEM)
        if findings:
            raise ModelRejected(findings)
        read = parse_models(model_files(files))
        # As every other case: on specs that were stored, which behave otherwise than those just parsed.
        parsed = ParsedModels.from_json(read.to_json(), model_files(files))
        deployment = engine.perform(_Stand(parsed.processes), OPERATOR)
        models = CompiledModels(deployment.id, parsed, Bundle(files))
        engine.compiled_models.hold(models)
        return Ground(sha256, engine.database.image(), settings, engine.compiled_models, models)
    finally:
        engine.close()


@dataclass(frozen=True)
class _WhatStops(Query[tuple[Finding, ...]]):
    """Errors of drawing and reading. Promises are not proved: to see one broken is a reason to try."""

    files: Mapping[str, bytes]
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[Finding, ...]:
        found = tuple(unreadable(self.files))
        if found:
            return found
        drawn = check_in_child(self.files, references_of(work.operation_shapes, self.files))
        return tuple(each for each in drawn if each.severity == "error")


@dataclass(frozen=True)
class _Stand(Command[Deployment]):
    """The deployment's row without its files: they are held in memory, so that every image of a try-out stays small."""

    names: Mapping[str, str]

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> Deployment:
        return work.stores.deployments.add(
            files={},
            specs="",
            names=self.names,
            note="kokeilu",
            prepared_by=None,
            approved_by=None,
            moment=work.now,
        )
