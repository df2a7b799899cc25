"""Databases, a client and servers in processes of their own for the benchmarks."""

from __future__ import annotations

import base64
import http.client
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import make_url, select

from engine.commands.applications import SubmitApplication
from engine.commands.people import AddServiceAccount
from engine.domain.cases import Channel
from engine.domain.people import OPERATOR, PUBLIC, Role
from engine.domain.tasks import OPEN
from engine.storage.tables.cases import CASES
from engine.storage.tables.processes import USER_TASKS
from tests.support import answers as plain
from tests.support.postgres import Cluster, cluster
from tests.support.story import Story
from tests.support.world import MASTER_KEY, Template, World, key_store_beside, world_on

SERVED: Final = "served"
SCALE = float(os.environ.get("VIREILLE_BENCH", "1"))
ORDINARY = ("register", "triage_override", "sufficiency", "assessment")
"""Tasks that a program may complete and that typeset no letter."""


@dataclass
class Bench:
    """The places of the databases, and the bars that were missed."""

    folder: Path
    template: Template
    server: Cluster
    missed: list[str] = field(default_factory=list)

    def databases(self) -> Iterator[tuple[str, Callable[[], str]]]:
        yield "SQLite", lambda: f"sqlite:///{self.folder / secrets.token_hex(4)}.db"
        yield "PostgreSQL", lambda: self.server.url(self.server.new_database())

    @contextmanager
    def world(self, url: str) -> Iterator[World]:
        database = make_url(url).database or ""
        if url.startswith("sqlite"):
            self.template.copy(Path(database))
        else:
            self.server.drop_database(database)
            self.template.copy_on(self.server, database)
        with world_on(url, self.folder) as made:
            yield made

    def tell(self, what: str, figures: str, bar: str, *, holds: bool) -> None:
        sys.stdout.write(f"{what:44} {figures:58} {bar:18} {'ok' if holds else 'MISSED'}\n")
        sys.stdout.flush()
        if not holds:
            self.missed.append(what)


def median(values: list[float]) -> float:
    return statistics.median(values)


class Client:
    """One connection that stays open, like that of a browser or a program."""

    def __init__(self, address: str, **headers: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        self._headers = {"Content-Type": "application/json", **headers}

    def post(self, path: str, body: dict[str, Any]) -> float:
        """Return the milliseconds until the whole answer has arrived."""
        data = json.dumps(body)
        began = time.perf_counter()
        self._connection.request("POST", path, data, self._headers)
        answer = self._connection.getresponse()
        content = answer.read()
        took = (time.perf_counter() - began) * 1e3
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {content[:300]!r}")
        return took


def one_case(world: World, client: Client) -> dict[str, float]:
    """Complete the ordinary tasks of a new case; return the milliseconds of each, by form."""
    story = Story(world)
    data = plain.application(story.today)
    receipt = world.engine.perform(
        SubmitApplication(Channel.SELF, secrets.token_urlsafe(32), data=data), PUBLIC
    )
    return {
        form: client.post(
            f"/api/v1/tasks/{open_task(world, receipt.reference, form)}/complete",
            {"answers": plain.of(form, story.today, world)},
        )
        for form in ORDINARY
    }


def program(world: World) -> str:
    scopes, roles = frozenset({"tasks:complete", "tasks:read"}), frozenset({Role.INTAKE, Role.CASEWORKER})
    return world.engine.perform(AddServiceAccount("mittari", scopes, roles), OPERATOR)


def open_task(world: World, reference: str, form: str) -> UUID:
    statement = (
        select(USER_TASKS.c.id)
        .join(CASES, CASES.c.id == USER_TASKS.c.case_id)
        .where(CASES.c.reference == reference, USER_TASKS.c.form_key == form, USER_TASKS.c.state.in_(OPEN))
    )
    with world.engine.database.view() as connection:
        found: UUID = connection.execute(statement).scalar_one()
    return found


@dataclass(frozen=True)
class Server:
    """A server process and its address."""

    pid: int
    address: str

    def processor_ms(self) -> float:
        """Return the processor time used so far, in its own code and in the system's."""
        content = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(content[11]) + int(content[12])) * 1e3 / os.sysconf("SC_CLK_TCK")

    def resident_megabytes(self) -> float:
        status = Path(f"/proc/{self.pid}/status").read_text()
        line = next(each for each in status.splitlines() if each.startswith("VmRSS"))
        return int(line.split()[1]) / 1024


def vireille(url: str, folder: Path, program: str = "webapp.cli") -> AbstractContextManager[Server]:
    """Start `vireille serve` as people run it, or another program with the same arguments."""
    environment = {
        "VIREILLE_DATABASE_URL": url,
        "VIREILLE_KEY_STORE": key_store_beside(url, folder),
        "VIREILLE_MASTER_KEY": base64.b64encode(MASTER_KEY).decode(),
        "VIREILLE_VAR": str(folder),
        "VIREILLE_DEMONSTRATION": "yes",
        # The name of its connections at PostgreSQL, which tells them from those of the benchmark itself.
        "PGAPPNAME": SERVED,
    }
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    return _started([program, "serve", "--port", port, "--no-worker"], environment)


def bare(url: str) -> AbstractContextManager[Server]:
    """Start the reference server, also in a process of its own."""
    return _started(["tests.benchmarks.reference", url], {})


@contextmanager
def _started(module: list[str], environment: dict[str, str]) -> Iterator[Server]:
    known = {
        name: value
        for name, value in os.environ.items()
        if name not in {"VIREILLE_BASE_URL", "VIREILLE_BENCH"}
    }
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", *module],
        env={**known, **environment},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().partition(": ")[2].strip()
        if not address:
            raise RuntimeError("the server does not start: its output stands above")
        yield Server(process.pid, address)
    finally:
        process.terminate()
        process.wait(timeout=30)


def parts_run(parts: Mapping[str, Callable[[Bench], None]], wanted: list[str]) -> int:
    """Run the wanted parts of a benchmark, all without a name. Return how many bars were missed; 2 for a part that is none."""
    if unknown := set(wanted) - set(parts):
        sys.stderr.write(f"There is no part {', '.join(sorted(unknown))}. There are: {', '.join(parts)}\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="vireille-bench-") as folder, cluster(durable=True) as server:
        bench = Bench(Path(folder), Template(Path(folder)), server)
        for name in wanted or parts:
            parts[name](bench)
    return len(bench.missed)
