"""A whole engine on a real database: the shipped bundle deployed (with a few of its scenarios), staff of every role, a clock that tests move."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import TypeVar
from uuid import UUID, uuid4

from cachetools import LRUCache
from sqlalchemy import delete, make_url

from engine.bootstrap import build_engine, shipped_files
from engine.bpmn import parse_models
from engine.commands.access_log import VerifyAccessLog
from engine.domain.access_log import LogFault
from engine.domain.people import DECISION_POWERS, OPERATOR, SYSTEM, Actor, Person, Role
from engine.domain.scenarios import is_scenario
from engine.executor import Engine
from engine.instances import CompiledModels, CompiledModelsCache
from engine.migration import Judge
from engine.models.bundle import Bundle, model_files
from engine.settings import CheckpointSettings, EngineSettings, MailSettings, SessionSettings
from engine.simulation.demonstration_people import AddDemonstrationPeople
from engine.simulation.environment_images import AUTHORITY, EnvironmentImages
from engine.simulation.simulation import Simulation
from engine.storage.deployments import Deployments, digest_of
from engine.storage.migrating import migrate
from engine.storage.people import People
from engine.storage.signing import create_signing_key
from engine.storage.tables.key_store import ROOT_KEYS
from engine.storage.tables.keys import KEY_STORES, MASTER_KEYS
from engine.storage.unit_of_work import UnitOfWork
from tests.support.beginnings import Beginnings, Course
from tests.support.postgres import Cluster
from tests.support.publishing import published

T = TypeVar("T")
MASTER_KEY = bytes(range(32))
PASSWORD = "correct horse battery"
BEGINNING = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
"""A Monday morning in Helsinki."""

STAFF: tuple[tuple[str, str, frozenset[Role], str | None], ...] = (
    ("kirjaaja", "Kaisa Kirjaaja", frozenset({Role.INTAKE}), None),
    ("paivystaja", "Pekka Päivystäjä", frozenset({Role.ON_CALL, Role.INTAKE}), None),
    ("kasittelija", "Kerttu Käsittelijä", frozenset({Role.CASEWORKER}), None),
    ("toinen", "Tuomas Toinen", frozenset({Role.CASEWORKER}), None),
    ("paattaja", "Päivi Päättäjä", frozenset({Role.DECISION_MAKER}), None),
    ("johtaja", "Jaana Johtaja", frozenset({Role.DIRECTOR}), None),
    ("esihenkilo", "Eero Esihenkilö", frozenset({Role.MANAGER}), None),
    ("omistaja", "Outi Omistaja", frozenset({Role.PROCESS_OWNER}), None),
    ("omistaja2", "Olli Omistaja", frozenset({Role.PROCESS_OWNER}), None),
    ("tarkastaja", "Tarja Tarkastaja", frozenset({Role.AUDITOR}), None),
    ("yllapitaja", "Yrjö Ylläpitäjä", frozenset({Role.ADMINISTRATOR}), None),
    ("kieli", "Amal Arabiantaitaja", frozenset({Role.REVIEWER}), None),
    ("kaksoisrooli", "Kaksi Roolia", frozenset({Role.CASEWORKER, Role.DECISION_MAKER}), None),
    ("pohjoinen", "Pirkko Pohjoinen", frozenset({Role.CASEWORKER}), "north"),
)
"""Username, name, roles, unit. Nobody here exists."""

SCENARIOS = frozenset(
    f"scenarios/{name}.json"
    for name in (
        "child-with-parent",
        "consent-refused-lapses",
        "own-application-admitted",
        "withdrawn-by-applicant",
    )
)
"""The shipped scenarios that the worlds keep, each run by a publication in them. All are run by `process check` in
test_commandline."""


class ReadOnce(CompiledModelsCache):
    """The compiled models of all worlds of a run, by content: all are copies of one template, and many worlds deploy
    the same second version, each under an id of its own."""

    def __init__(self) -> None:
        super().__init__()
        self._contents: dict[UUID, str] = {}
        self._by_content: LRUCache[str, CompiledModels] = LRUCache(8)
        self._by_id: LRUCache[UUID, CompiledModels] = LRUCache(100)
        self._by_contents: LRUCache[tuple[str, str], Judge] = LRUCache(8)
        self._looking = Lock()

    def get(self, deployment_id: UUID, deployments: Deployments) -> CompiledModels:
        with self._looking:
            found = self._by_id.get(deployment_id)
        if found is None:
            content = deployments.get(deployment_id).sha256
            with self._looking:
                known = self._by_content.get(content)
            found = replace(known, id=deployment_id) if known else super().get(deployment_id, deployments)
            with self._looking:
                self._contents[deployment_id] = content
                self._by_content[content] = self._by_id[deployment_id] = found
        return found

    def know(self, files: Mapping[str, bytes]) -> None:
        """Compile a bundle before a world reads it from its database."""
        models = CompiledModels(UUID(int=0), parse_models(model_files(files)), Bundle(files))
        with self._looking:
            self._by_content[digest_of(files)] = models

    def judge(
        self,
        old: CompiledModels,
        new: CompiledModels,
        make: Callable[[CompiledModels, CompiledModels], Judge],
    ) -> Judge:
        contents = self._contents[old.id], self._contents[new.id]
        with self._looking:
            if contents not in self._by_contents:
                self._by_contents[contents] = make(old, new)
            return self._by_contents[contents]


READ_ONCE = ReadOnce()
LAID_OUT_ONCE = EnvironmentImages(12)
"""The environments of all simulations of a run, by content: each is copied and never changes."""


class Clock:
    """The time that the engine sees. Tests move it; nothing sleeps."""

    def __init__(self, moment: datetime = BEGINNING) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def passes(self, **length: float) -> None:
        self.moment += timedelta(**length)


def files_in_use() -> dict[str, bytes]:
    """Return the shipped bundle with a few of its scenarios."""
    return {
        path: data for path, data in shipped_files().items() if not is_scenario(path) or path in SCENARIOS
    }


def settings_for(database_url: str, folder: Path, mail: MailSettings | None = None) -> EngineSettings:
    return EngineSettings(
        database_url=database_url,
        key_store_url=key_store_beside(database_url, folder),
        master_key={1: MASTER_KEY},
        master_key_place="testissä",
        master_key_file=None,
        base_url="http://vireille.example",
        mail=mail,
        authority=AUTHORITY,
        worker_interval_seconds=5,
        checkpoints=CheckpointSettings(
            folder / "checkpoints.jsonl", folder / "checkpoint.key", folder / "checkpoint.pub"
        ),
        # Stories take hours between two pages; tests of sessions set the limits of a house.
        sessions=SessionSettings(idle=timedelta(hours=10), length=timedelta(hours=10)),
    )


def key_store_beside(database_url: str, folder: Path) -> str:
    """Return the address of the database's own key store: a file in the folder, named after the database."""
    name = Path(make_url(database_url).database or "memory").stem
    return f"sqlite:///{folder / name}-keys.db"


class World:
    """An engine with people in it."""

    def __init__(
        self, engine: Engine[Simulation], clock: Clock, beginnings: Beginnings | None = None
    ) -> None:
        self.engine = engine
        self.clock = clock
        self._course = Course(beginnings, engine) if beginnings else None

    def begins(self, step: Hashable, run: Callable[[], T]) -> T:
        """Run a step that other stories of this process may have in common with this one."""
        return self._course.go(step, run) if self._course else run()

    def reads(self, question: Hashable, run: Callable[[], T]) -> T:
        """Read something between two such steps."""
        return self._course.reads(question, run) if self._course else run()

    @property
    def people(self) -> dict[str, Person]:
        with self.engine.database.view() as connection:
            return {person.username: person for person in People(UnitOfWork(connection)).all()}

    def log_faults(self) -> tuple[LogFault, ...]:
        """Return the faults that a verification of the whole access log finds."""
        return self.engine.perform(VerifyAccessLog(), SYSTEM).found

    def actor(self, username: str) -> Actor:
        """Return the actor that the person's session would make."""
        with self.engine.database.view() as connection:
            person = People(UnitOfWork(connection)).named(username)
        if person is None:
            raise KeyError(username)
        return Actor(
            name=person.name,
            roles=person.roles,
            person_id=person.id,
            team=person.team,
            language=person.language,
            session_hash=f"session of {username}",
        )


def populate(engine: Engine) -> None:
    """Create the tables, the shipped bundle, and staff of every role with the powers their work needs."""
    migrate(engine.database, key_store=engine.key_store)
    published(engine, files_in_use(), "Toimitettu malli")
    staff = [_person(*each) for each in STAFF]
    engine.perform(AddDemonstrationPeople(staff, PASSWORD), OPERATOR)
    with engine.database.unit_of_work() as unit:
        # Not by a command: the log of a new world is empty.
        for person in staff:
            if Role.DECISION_MAKER in person.roles:
                for power in DECISION_POWERS:
                    People(unit).appoint(person.id, power, date(2026, 1, 1), None, None)


def _person(username: str, name: str, roles: frozenset[Role], team: str | None) -> Person:
    """Tests sign them in with a password alone, as one does in the demonstration."""
    return Person(
        id=uuid4(),
        username=username,
        name=name,
        title="esimerkkivirka",
        email=f"{username}@example.invalid",
        phone="000 000 0003",
        team=team,
        language="fi",
        roles=roles,
        is_active=True,
    )


def leave_key_store(engine: Engine[Simulation]) -> None:
    """Let each copy of the database, which has no case yet, get a key store of its own. The root key is the master key
    then, as in the version before: tests know it."""
    with engine.database.transaction() as connection:
        connection.execute(delete(KEY_STORES))
        connection.execute(delete(MASTER_KEYS).where(MASTER_KEYS.c.version == 0))
    with engine.key_store.database.transaction() as connection:
        connection.execute(delete(ROOT_KEYS))


class Template:
    """A populated database of each kind, made once a run and copied for each test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, str] = {}

    def copy(self, file: Path) -> None:
        """Copy on SQLite: after a clean close, all is in the one file and no WAL is left beside it."""
        template = self._folder / "template.db"
        if not template.exists():
            self._populate(f"sqlite:///{template}")
        shutil.copyfile(template, file)

    def copy_on(self, cluster: Cluster, name: str = "") -> str:
        """Copy on PostgreSQL. Return the copy's name, a new one if none is given."""
        if "template" not in self._made:
            self._made["template"] = cluster.new_database()
            self._populate(cluster.url(self._made["template"]))
        return cluster.new_database(self._made["template"], name)

    def _populate(self, database_url: str) -> None:
        engine = build_engine(settings_for(database_url, self._folder), now=Clock())
        populate(engine)
        leave_key_store(engine)
        engine.close()


@contextmanager
def world_on(
    database_url: str,
    folder: Path,
    mail: MailSettings | None = None,
    key_store_url: str | None = None,
    beginnings: Beginnings | None = None,
) -> Iterator[World]:
    """Open a world on a populated database, with a pair of keys for checkpoints in its folder, and a key store there
    unless another one is named. `beginnings`: those that it may share with other worlds in files."""
    clock = Clock()
    settings = settings_for(database_url, folder, mail)
    settings = replace(settings, key_store_url=key_store_url or settings.key_store_url)
    if not settings.checkpoints.key_file.exists():
        create_signing_key(settings.checkpoints.key_file, settings.checkpoints.public_key_file)
    engine = build_engine(settings, now=clock, simulation=Simulation(images=LAID_OUT_ONCE))
    engine.compiled_models = READ_ONCE
    engine.prove_key()
    try:
        yield World(engine, clock, beginnings)
    finally:
        engine.close()


def with_team(actor: Actor, team: str) -> Actor:
    return replace(actor, team=team)
