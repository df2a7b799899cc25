"""Environments in memory: the database of one bundle is laid out once and copied for each try-out, scenario and walk."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Final
from uuid import UUID

from cachetools import LRUCache

from engine.bpmn import parse_models
from engine.bpmn.findings import Finding
from engine.domain.people import SYSTEM
from engine.domain.scenarios import without_scenarios
from engine.errors import ModelRejected
from engine.executor import Command, Engine, Query, Work
from engine.executor.permissions import require_system
from engine.instances import CompiledModels
from engine.models.bundle import Bundle, model_files
from engine.models.diagram_gate import check_in_child
from engine.models.gate import references_of, unreadable
from engine.operations import OPERATIONS
from engine.settings import Authority, CheckpointSettings, EngineSettings
from engine.simulation.environment import Clock, Environment
from engine.simulation.people import ACTORS, WATCHER, AddInventedPeople
from engine.storage.database import Database
from engine.storage.deployments import digest_of
from engine.storage.key_store import KeyStore
from engine.storage.migrating import migrate

HARMLESS: Final = frozenset({"unreachable"})
"""Errors with which a bundle runs all the same: no case comes to such a step."""
NOWHERE: Final = Path("/nonexistent/kokeilu")
MOST_IMAGES: Final = 6
"""Each is some two megabytes and its forms."""
AUTHORITY: Final = Authority(
    name="Esimerkin vastaanottokeskus",
    street="Esimerkkitie 1, 00000 Esimerkkilä",
    phone="000 000 0000",
    email="kirjaamo@example.invalid",
    help_line="000 000 0000",
    court="Helsingin hallinto-oikeus",
    unit="Auttamisjärjestelmä",
    court_address="Esimerkkikatu 2, 00000 Esimerkkilä",
    court_email="oikeus@example.invalid",
    court_phone="000 000 0001",
    other_help="Esimerkkijärjestö, puh. 000 000 0002",
    titles=(
        ("johtaja", "föreståndare", "director"),
        ("apulaisjohtaja", "biträdande föreståndare", "deputy director"),
        ("päätöksentekijä", "beslutsfattare", "decision-maker"),
        ("ylitarkastaja", "överinspektör", "senior inspector"),
        ("sosiaaliohjaaja", "socialhandledare", "social counsellor"),
        ("sosiaalityöntekijä", "socialarbetare", "social worker"),
        ("kirjaaja", "registrator", "registrar"),
        ("tiimivastaava", "teamansvarig", "team leader"),
        ("esimerkkivirka", "exempeltjänst", "example post"),
    ),
    words={
        "sv": {
            "name": "Exempelförläggningen",
            "unit": "Hjälpsystemet",
            "street": "Exempelvägen 1, 00000 Exempelby",
            "court": "Helsingfors förvaltningsdomstol",
            "court_address": "Exempelgatan 2, 00000 Exempelby",
            "other_help": "Exempelorganisationen, tfn 000 000 0002",
        },
        "en": {
            "name": "Example Reception Centre",
            "unit": "Assistance System",
            "court": "Helsinki Administrative Court",
        },
    },
)


def settings_in_memory() -> EngineSettings:
    """Return settings with a random key, without a mail server and without files."""
    return EngineSettings(
        database_url="sqlite://",
        key_store_url="sqlite://",
        master_key={1: secrets.token_bytes(32)},
        master_key_file=None,
        master_key_place="muistissa",
        base_url="https://kokeilu.invalid",
        mail=None,
        authority=AUTHORITY,
        worker_interval_seconds=5,
        checkpoints=CheckpointSettings(NOWHERE, NOWHERE, NOWHERE),
    )


class NoSimulation:
    """Stands in for the simulation in an engine that is itself simulated: it runs no scenarios."""

    def scenario_findings(self, files: Mapping[str, bytes], language: str) -> tuple[Finding, ...]:
        return ()

    def reproduced(
        self, files: Mapping[str, bytes], found: tuple[Finding, ...], seconds: float
    ) -> tuple[Finding, ...]:
        return found

    def close(self) -> None:
        pass


def _engine(settings: EngineSettings, clock: Clock) -> Engine:
    database, key_store = Database(settings.database_url), KeyStore(settings.key_store_url, clock)
    return Engine(database, key_store, settings, OPERATIONS, clock, NoSimulation())


@dataclass(frozen=True, slots=True)
class EnvironmentImage:
    """An environment before its first case. It never changes and may be copied any number of times."""

    settings: EngineSettings
    database: bytes
    key_store: bytes
    models: CompiledModels

    def copy(self, begins: datetime) -> Environment:
        """Return a running environment whose clock stands at `begins`. The caller closes it."""
        clock = Clock(begins)
        engine = _engine(self.settings, clock)
        engine.compiled_models.hold(self.models)
        engine.database.become(self.database)
        engine.key_store.database.become(self.key_store)
        return Environment(engine, clock, ACTORS, WATCHER)


class EnvironmentImages:
    """Keeps the images of the bundles simulated last. Safe to share between threads."""

    def __init__(self, most: int = MOST_IMAGES) -> None:
        self._kept: LRUCache[str, EnvironmentImage | tuple[Finding, ...]] = LRUCache(most)
        self._lock = Lock()

    def of(self, files: Mapping[str, bytes]) -> EnvironmentImage:
        """Return the image of a bundle, made at first use; no scenario stands in it. Raise ModelRejected with findings if the bundle cannot be run."""
        files = without_scenarios(files)
        sha256 = digest_of(files)
        with self._lock:
            found = self._kept.get(sha256)
        if found is None:
            found = _laid_out(files)
        with self._lock:
            self._kept[sha256] = found
        if isinstance(found, tuple):
            raise ModelRejected(found)
        return found


def _laid_out(files: Mapping[str, bytes]) -> EnvironmentImage | tuple[Finding, ...]:
    settings = settings_in_memory()
    engine = _engine(settings, Clock(datetime(2026, 1, 1, tzinfo=UTC)))
    try:
        findings = engine.answer(_FindErrors(files), SYSTEM)
        if findings:
            return findings
        migrate(engine.database)
        engine.perform(AddInventedPeople(), SYSTEM)
        parsed = parse_models(model_files(files))
        deployment_id = engine.perform(_AddDeployment(parsed.processes), SYSTEM)
        models = CompiledModels(deployment_id, parsed, Bundle(files))
        return EnvironmentImage(settings, engine.database.image(), engine.key_store.database.image(), models)
    except ModelRejected as rejected:
        return rejected.findings
    finally:
        engine.close()


@dataclass(frozen=True)
class _FindErrors(Query[tuple[Finding, ...]]):
    """Find errors that keep a bundle from running. Guardrails are not proved: one may try a bundle to see how it breaks them."""

    files: Mapping[str, bytes]

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[Finding, ...]:
        found = tuple(unreadable(self.files))
        if found:
            return found
        drawn = check_in_child(self.files, references_of(work.operation_shapes, self.files))
        return tuple(each for each in drawn if each.severity == "error" and each.code not in HARMLESS)


@dataclass(frozen=True)
class _AddDeployment(Command[UUID]):
    """Store the row of a deployment without its files, which stay in memory: this keeps every image small."""

    names: Mapping[str, str]

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> UUID:
        deployments = work.stores.deployments
        added = deployments.add(
            files={},
            specs="",
            names=self.names,
            note="kokeilu",
            prepared_by=None,
            approved_by=None,
            moment=work.now,
        )
        return added.id
