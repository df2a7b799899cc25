"""Measures how much a worker gets through in bad hours, each in real processes: `python -m tests.benchmarks.bench_backlog [part …]`.

Parts: `timers`, 5,000 due while the mail server never answers; `mails`, 10,000 by a server that takes 200 ms for each; `log`, a
million entries verified while people work; `idle`, how many of the program's connections to PostgreSQL stand idle in a
transaction, computing, while eight programs complete tasks. VIREILLE_BENCH (1 by default) scales how much is done. Fails when a
bar is missed, or the database is not whole afterwards.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any, Final
from uuid import UUID

from aiosmtpd.controller import Controller
from sqlalchemy import func, insert, select

from engine import clock
from engine.commands.access_log import SignCheckpoint
from engine.domain.people import SYSTEM, Role
from engine.queries.health import ReadHealth
from engine.storage.access import GENESIS
from engine.storage.database import new_id
from engine.storage.tables.access import ACCESS_ENTRIES
from engine.storage.tables.processes import OUTBOX_MESSAGES
from engine.storage.unit_of_work import UnitOfWork
from engine.worker import Worker
from tests.benchmarks.sampling import Sampler
from tests.benchmarks.servers import SCALE, Bench, Client, median, one_case, parts_run, program, vireille
from tests.support.soundness import faults
from tests.support.story import Story
from tests.support.world import MASTER_KEY, World, key_store_beside

LOOK: Final = 0.1
"""Seconds between two looks at how far the workers are."""
PATIENCE: Final = 3600
WITHIN: Final = 60.0
TAKES: Final = 0.2
LEAST_MAILS: Final = 4.0
"""A second and worker, of five that the server would take."""
CHAINS: Final = 1000
PORTION: Final = 5000
PROGRAMS: Final = 8
MOST_IDLE: Final = 1 / 8


# ---------------------------------------------------------------- timers


def timers(bench: Bench) -> None:
    """Urgent calls whose four hours have passed, and one mail that holds the loop of mails from its beginning."""
    count = max(20, int(5000 * SCALE))
    for name, new in bench.databases():
        workers = 1 if name == "SQLite" else 2
        with bench.world(new()) as world, socket.create_server(("127.0.0.1", 0), backlog=16) as silent:
            world.clock.moment = clock.now() - timedelta(hours=4, minutes=1)
            for _ in range(count):
                Story(world).calls()
            # The on-call workers were notified when somebody called.
            Worker(world.engine).work_on_cases()
            mail_waits(world)
            world.clock.moment = clock.now()
            due = backlog(world, "timer")
            port = silent.getsockname()[1]
            with working(bench, world, port, workers), silent.accept()[0]:
                took = until(lambda: not backlog(world, "timer"), world)
                beat = world.engine.answer(ReadHealth(), SYSTEM).beat
            assert beat is not None, "no worker has said that it lives"
            figures = f"{took:6.1f} s, {due / took:4.0f}/s by {workers}"
            bar = f"< {WITHIN * SCALE:.0f} s"
            bench.tell(
                f"{due} due timers, silent mail, {name}", figures, bar, holds=took < max(WITHIN * SCALE, LOOK)
            )
            is_whole(bench, world, name)


# ---------------------------------------------------------------- mails


class Slow:
    """A mail server that takes its time for each message."""

    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        await asyncio.sleep(TAKES)
        return "250 OK"


def mails(bench: Bench) -> None:
    count = max(20, int(10_000 * SCALE))
    for name, new in bench.databases():
        workers = 1 if name == "SQLite" else 4
        with bench.world(new()) as world:
            for _ in range(count):
                mail_waits(world)
            server = Controller(Slow(), hostname="127.0.0.1", port=_free_port())
            server.start()
            try:
                with working(bench, world, server.port, workers):
                    took = until(lambda: not unsent(world), world)
            finally:
                server.stop()
            rate = count / took
            figures = f"{took:6.1f} s, {rate:5.1f}/s by {workers}"
            bench.tell(
                f"{count} mails at {TAKES * 1000:.0f} ms, {name}",
                figures,
                f">= {LEAST_MAILS * workers:.0f}/s",
                holds=rate >= LEAST_MAILS * workers,
            )
            is_whole(bench, world, name)


def mail_waits(world: World) -> None:
    Story(world).applies(safe_channels=["email"], email="joku@example.invalid", may_leave_message="no")


def unsent(world: World) -> int:
    waits = select(func.count()).select_from(OUTBOX_MESSAGES).where(OUTBOX_MESSAGES.c.sent_at.is_(None))
    with world.engine.database.view() as connection:
        return int(connection.execute(waits).scalar_one())


# ---------------------------------------------------------------- a log of a million entries


def log(bench: Bench) -> None:
    """`vireille access-log verify` in a process of its own, beside one who opens a case and applies, over and over."""
    count = max(5000, int(1_000_000 * SCALE))
    for name, new in bench.databases():
        with bench.world(new()) as world:
            world.clock.moment = clock.now()
            story = Story(world)
            story.applies()
            fill(world, count)
            world.engine.perform(SignCheckpoint(), SYSTEM)
            before = waits(world, story, lambda rounds: rounds >= 40)
            process = subprocess.Popen(
                _command("access-log", "verify"), env=environment(bench, world), stdout=subprocess.PIPE
            )
            began, memory = time.perf_counter(), _Memory(process)
            during = waits(world, story, memory.has_ended)
            took = time.perf_counter() - began
            assert process.stdout is not None
            answer = process.stdout.read().decode()
            process.stdout.close()
            figures = (
                f"{took:5.1f} s, {memory.most} MB; others {median(during):.0f} ms, at most {max(during):.0f} "
                f"(before {median(before):.0f}, {max(before):.0f})"
            )
            holds = process.returncode == 0 and max(during) < 1000
            bench.tell(f"{count} entries verified, {name}", figures, "others < 1 s", holds=holds)
            if process.returncode:
                sys.stdout.write(answer)


class _Memory:
    """The most memory that a process took, as seen while it ran."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.most = 0

    def has_ended(self, _rounds: int) -> bool:
        status = Path(f"/proc/{self._process.pid}/status")
        for line in status.read_text().splitlines() if status.exists() else ():
            if line.startswith("VmHWM"):
                self.most = int(line.split()[1]) // 1024
        return self._process.poll() is not None


def waits(world: World, story: Story, is_enough: Callable[[int], bool]) -> list[float]:
    """Return the milliseconds of each reading and each application until it is enough."""
    found: list[float] = []
    while not is_enough(len(found) // 2):
        for act in (lambda: story.read_by("kirjaaja"), lambda: Story(world).applies()):
            began = time.perf_counter()
            act()
            found.append((time.perf_counter() - began) * 1e3)
    return found


def fill(world: World, count: int) -> None:
    """Write entries of a thousand accounts, chained and sealed as the program does."""
    moment = world.clock.moment
    per_chain = count // CHAINS
    with world.engine.database.view() as connection:
        access = world.engine.stores(UnitOfWork(connection)).access
    for first in range(0, CHAINS, max(1, PORTION // per_chain)):
        rows: list[Mapping[str, Any]] = []
        for _ in range(first, min(first + max(1, PORTION // per_chain), CHAINS)):
            chain, previous = new_id(), GENESIS
            for seq in range(1, per_chain + 1):
                entry = _entry(chain, seq, previous, moment)
                previous = access._digest(entry)
                rows.append({**entry, "digest": previous})
        with world.engine.database.transaction() as connection:
            connection.execute(insert(ACCESS_ENTRIES), rows)


def _entry(chain: UUID, seq: int, previous: str, moment: Any) -> dict[str, Any]:
    return {
        "id": new_id(),
        "chain_id": chain,
        "seq": seq,
        "case_id": None,
        "person_id": None,
        "actor_name": "Keksitty Lukija",
        "roles": [Role.CASEWORKER.value],
        "session": None,
        "action": "list",
        "purpose": None,
        "subjects": [str(chain)],
        "at": moment,
        "previous": previous,
    }


# ---------------------------------------------------------------- idle in a transaction


def idle(bench: Bench) -> None:
    """Sample what the connections of a web process do while programs complete tasks one after another."""
    cases = max(2, int(20 * SCALE))
    database = bench.server.new_database()
    with bench.world(bench.server.url(database)) as world:
        tokens = program(world)
        with (
            vireille(world.engine.database.url, bench.folder) as server,
            ThreadPoolExecutor(PROGRAMS) as pool,
        ):
            sampler = Sampler(bench, database)
            done = [pool.submit(_works, world, server.address, tokens, cases) for _ in range(PROGRAMS)]
            with sampler:
                for each in done:
                    each.result()
        figures = (
            f"{sampler.idle:.2f} of {PROGRAMS} idle in a transaction, {sampler.active:.2f} active, "
            f"{sampler.taken} looks"
        )
        bench.tell(
            "connections that compute, PostgreSQL",
            figures,
            f"< {PROGRAMS * MOST_IDLE:.0f} of {PROGRAMS}",
            holds=sampler.idle < PROGRAMS * MOST_IDLE,
        )
        is_whole(bench, world, "PostgreSQL")


def _works(world: World, address: str, token: str, cases: int) -> None:
    client = Client(address, Authorization=f"Bearer {token}")
    for _ in range(cases):
        one_case(world, client)


# ---------------------------------------------------------------- processes


def environment(bench: Bench, world: World, port: int | None = None) -> Mapping[str, str]:
    outside = {name: value for name, value in os.environ.items() if not name.startswith("VIREILLE_")}
    url = world.engine.database.url
    mail = {
        "VIREILLE_SMTP_HOST": "127.0.0.1",
        "VIREILLE_SMTP_PORT": str(port),
        "VIREILLE_SMTP_SECURITY": "none",
        "VIREILLE_SMTP_SENDER": "viesti@example.invalid",
    }
    checkpoints = world.engine.settings.checkpoints
    return {
        **outside,
        "VIREILLE_VAR": str(bench.folder),
        "VIREILLE_DATABASE_URL": url,
        "VIREILLE_KEY_STORE": key_store_beside(url, bench.folder),
        "VIREILLE_MASTER_KEY": b64encode(MASTER_KEY).decode(),
        "VIREILLE_DEMONSTRATION": "yes",
        "VIREILLE_CHECKPOINT_FILE": str(checkpoints.file),
        "VIREILLE_CHECKPOINT_KEY_FILE": str(checkpoints.key_file),
        **(mail if port else {}),
    }


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "webapp.cli", *words]


@contextmanager
def working(bench: Bench, world: World, port: int, workers: int) -> Iterator[None]:
    """Run workers with a mail server. Give them once the first works; those that do not end in time are killed."""
    started = [
        subprocess.Popen(_command("worker"), env=environment(bench, world, port), stdout=subprocess.PIPE)
        for _ in range(workers)
    ]
    try:
        for each in started:
            assert each.stdout is not None
            assert each.stdout.readline(), "a worker did not begin"
        yield
    finally:
        for each in started:
            each.terminate()
        for each in started:
            try:
                each.wait(30)
            finally:
                each.kill()
                each.wait()
                if each.stdout is not None:
                    each.stdout.close()


def until(is_done: Callable[[], bool], world: World) -> float:
    """Return the seconds until it is done, by the clock of the wall, which the machine's other work shares."""
    began = time.perf_counter()
    waiting = Event()
    while not is_done():
        assert time.perf_counter() - began < PATIENCE, "it is never done"
        waiting.wait(LOOK)
        world.clock.moment = clock.now()
    return time.perf_counter() - began


def backlog(world: World, kind: str) -> int:
    return next(
        each.count for each in world.engine.answer(ReadHealth(), SYSTEM).backlogs if each.kind == kind
    )


def is_whole(bench: Bench, world: World, name: str) -> None:
    found = faults(world.engine)
    if found:
        sys.stdout.write("".join(f"  {each}\n" for each in found))
    bench.tell(f"whole afterwards, {name}", f"{len(found)} faults", "none", holds=not found)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


PARTS: Final[Mapping[str, Callable[[Bench], None]]] = {
    "timers": timers,
    "mails": mails,
    "log": log,
    "idle": idle,
}


if __name__ == "__main__":
    sys.exit(parts_run(PARTS, sys.argv[1:]))
