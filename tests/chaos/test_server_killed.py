"""kill -9 of the server while a hundred people apply: every receipt shown has its application, and none is there twice.

VIREILLE_SERVER_KILLS and VIREILLE_SERVER_PEOPLE scale it.
"""

from __future__ import annotations

import base64
import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Event, Semaphore
from uuid import UUID

import pytest
from sqlalchemy import func, select

from engine.bootstrap import build_engine
from engine.executor import Engine
from engine.storage.stores import Stores
from engine.storage.tables.cases import APPLICATIONS, CASES, PUBLIC_DRAFTS
from engine.storage.unit_of_work import UnitOfWork
from tests.support.applicants import LONGEST, Applicant
from tests.support.postgres import Cluster
from tests.support.soundness import faults
from tests.support.world import MASTER_KEY, Template, key_store_beside, settings_for
from webapp.cli import main

PEOPLE = int(os.environ.get("VIREILLE_SERVER_PEOPLE", "100"))
KILLS = int(os.environ.get("VIREILLE_SERVER_KILLS", "3"))
"""Those that meet somebody who is sending; where the machine has other work, some meet nobody."""
FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(["webapp.cli"])


def serve(environment: dict[str, str], port: int, output: Connection) -> None:
    """Run `vireille serve` in a process that has read the program already."""
    # The number of kills and their seed are no settings of the program.
    for name in [each for each in os.environ if each.startswith("VIREILLE_")]:
        del os.environ[name]
    os.environ.update(environment)
    os.dup2(output.fileno(), 1)
    main(["serve", "--port", str(port), "--no-worker"])


@dataclass
class Server:
    """One address, and the process that listens at it now."""

    environment: dict[str, str]
    port: int
    is_up: Event = field(default_factory=Event)
    process: BaseProcess | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def starts(self) -> None:
        reading, writing = FORKS.Pipe(duplex=False)
        self.process = FORKS.Process(target=serve, args=(self.environment, self.port, writing))
        self.process.start()
        writing.close()
        # The server prints its address when it listens, and nothing when it could not.
        output = os.read(reading.fileno(), 1000)
        reading.close()
        assert self.address.encode() in output, output
        self.is_up.set()

    def dies(self) -> None:
        assert self.process is not None
        self.is_up.clear()
        self.process.kill()
        self.process.join(timeout=60)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, template: Template, tmp_path: Path) -> Iterator[str]:
    """A database with models and without cases."""
    if request.param == "sqlite":
        template.copy(tmp_path / "vireille.db")
        yield f"sqlite:///{tmp_path / 'vireille.db'}"
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    name = template.copy_on(cluster)
    yield cluster.url(name)
    cluster.drop_database(name)


@pytest.fixture
def server(url: str, tmp_path: Path) -> Iterator[Server]:
    with socket.socket() as held:
        # Held to the end without listening: while the server is dead, nobody else on the machine is given its port.
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        environment = {
            "VIREILLE_DATABASE_URL": url,
            "VIREILLE_KEY_STORE": key_store_beside(url, tmp_path),
            "VIREILLE_MASTER_KEY": base64.b64encode(MASTER_KEY).decode(),
            "VIREILLE_VAR": str(tmp_path),
            "VIREILLE_BASE_URL": f"http://127.0.0.1:{port}",
            "VIREILLE_PROXIES": "1",
            "VIREILLE_DEMONSTRATION": "yes",
        }
        made = Server(environment, port)
        made.starts()
        yield made
        made.dies()


@pytest.mark.slow
def test_every_receipt_shown_has_its_application_and_none_is_there_twice(
    server: Server, url: str, tmp_path: Path
) -> None:
    shown = Semaphore(0)
    people = [Applicant(number, server.address, server.is_up, shown) for number in range(PEOPLE)]
    with ThreadPoolExecutor(PEOPLE) as pool:
        applying = [pool.submit(person.applies) for person in people]
        met = kills = 0
        # One who has an answer and has not read it yet is met by no kill: who presses again was.
        while kills < KILLS or (met := sum(person.presses > 1 for person in people)) < KILLS:
            for _ in range(PEOPLE // (KILLS * 4)):
                if not shown.acquire(timeout=LONGEST):
                    stumbled = [each.exception() for each in applying if each.done()]
                    raise AssertionError(f"no receipt is shown, after {met} of {kills} kills: {stumbled[:3]}")
            server.dies()
            kills += 1
            server.starts()
        for each in applying:
            each.result()
        # Everyone presses the button once more.
        for each in [pool.submit(person.sends) for person in people]:
            each.result()

    engine = build_engine(settings_for(url, tmp_path))
    try:
        assert faults(engine) == []
        assert lost_or_doubled(engine, people) == []
    finally:
        engine.close()
    again = sum(person.presses - 2 for person in people)
    print(f"{met} people were met by {kills} kills; {again} sendings of {PEOPLE} were sent again")
    assert again >= KILLS


def lost_or_doubled(engine: Engine, people: list[Applicant]) -> list[str]:
    found = []
    with engine.database.view() as connection:
        stores = engine.stores(UnitOfWork(connection))
        for person in people:
            if len(set(person.receipts)) != 1:
                found.append(f"{person.name} was shown {person.receipts}")
            application = stores.applications.by_code(person.receipts[0])
            if application is None:
                found.append(f"{person.name} has a receipt and no application")
            elif person.name not in names_in(stores, application.case_id):
                found.append(f"the receipt of {person.name} is somebody else's")
        count = func.count()
        for table in (APPLICATIONS, CASES):
            stored = connection.execute(select(count).select_from(table)).scalar_one()
            if stored != len(people):
                found.append(f"{table.name}: {stored}")
        if left := connection.execute(select(count).select_from(PUBLIC_DRAFTS)).scalar_one():
            found.append(f"{left} drafts are left behind")
    return found


def names_in(stores: Stores, case_id: UUID) -> list[object]:
    return [party.identity.get("given_names") for party in stores.parties.of_case(case_id)]
