"""The program before this one and this one at work on one database, while its tables are migrated under them.

The program before is that of the git revision in VIREILLE_BEFORE; without it, the newest one with other migrations.
"""

from __future__ import annotations

import base64
import io
import os
import re
import socket
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Semaphore
from typing import Final

from sqlalchemy import func, select

from engine.bootstrap import build_engine
from engine.storage.tables.cases import APPLICATIONS
from tests.deep.moves import REVISION, ROOT
from tests.support.applicants import LONGEST, Applicant
from tests.support.postgres import cluster
from tests.support.soundness import faults
from tests.support.world import MASTER_KEY, key_store_beside, settings_for

PEOPLE: Final = 24
FIRST: Final = 4
"""Receipts of the program before until its tables are migrated."""
MIGRATIONS: Final = "engine/storage/migrations/versions"
TREES: Final = ("engine", "forms", "processes", "webapp", "pyproject.toml")
NAMED: Final = re.compile(r"['\"]([^'\"]+)['\"]")
RUNS: Final = "import sys; from webapp.cli import main; main(sys.argv[1:])"


def upgrade(_seed: int, _place: str) -> tuple[list[str], str]:
    """Begin with the program before, migrate while people apply, and let both serve and work off what is due. Then everybody
    presses the button of the other one once more."""
    revision = before()
    with cluster() as server, tempfile.TemporaryDirectory() as name:
        folder, url = Path(name), server.url(server.new_database())
        old = folder / "before"
        _unpacked(revision, old)
        environment = _environment(url, folder)
        for command in (["migrate"], ["process", "deploy"]):
            _ran(old, environment, command)
        shown, up = Semaphore(0), Event()
        up.set()
        with ThreadPoolExecutor(PEOPLE) as pool, serving(old, environment, folder / "old.log") as earlier:
            people = [Applicant(number, earlier, up, shown) for number in range(PEOPLE)]
            applying = [pool.submit(person.applies) for person in people[: PEOPLE // 2]]
            for _ in range(FIRST):
                assert shown.acquire(timeout=LONGEST), "nobody was shown a receipt"
            _ran(ROOT, environment, ["migrate"])
            with serving(ROOT, environment, folder / "new.log") as later:
                for person in people[PEOPLE // 2 :]:
                    person.address = later
                applying += [pool.submit(person.applies) for person in people[PEOPLE // 2 :]]
                for each in applying:
                    each.result()
                for person in people:
                    person.address = later if person.address == earlier else earlier
                for each in [pool.submit(person.sends) for person in people]:
                    each.result()
        with closing(build_engine(settings_for(url, folder))) as engine:
            problems = faults(engine)
            with engine.database.view() as connection:
                stored = connection.execute(select(func.count()).select_from(APPLICATIONS)).scalar_one()
    problems += [
        f"{person.name} was shown {person.receipts}" for person in people if len(set(person.receipts)) != 1
    ]
    problems += [f"{PEOPLE} applied, {stored} applications"] if stored != PEOPLE else []
    return problems, f"{revision[:9]}: {'whole' if not problems else 'broken'}"


def before() -> str:
    """Return the revision of the program before: its migrations are the beginning of today's. While something is merged they
    may not be."""
    if asked := os.environ.get(REVISION):
        return _git("rev-parse", asked).decode().strip()
    today = _chain("HEAD")
    changed = _git("log", "--first-parent", "-m", "--format=%H", "--", MIGRATIONS).decode().split()
    return next(
        f"{each}^" for each in changed if (old := _chain(f"{each}^")) != today and today[: len(old)] == old
    )


def _chain(revision: str) -> list[str]:
    """Return the names of migrations in their order; as far as it goes where two follow one."""
    after: dict[str, str] = {}
    names: dict[str, str] = {}
    written = _git("grep", "-E", r"^(down_)?revision\b.*=", revision, "--", MIGRATIONS).decode()
    for line in written.splitlines():
        file, assigned, value = line.partition("revision")
        name = next(iter(NAMED.findall(value)), "")
        if assigned and file.endswith("down_"):
            after[name] = names[file.removesuffix("down_")]
        else:
            names[file] = name
    chain, name = [], ""
    while name in after:
        name = after[name]
        chain.append(name)
    return chain


@contextmanager
def serving(tree: Path, environment: Mapping[str, str], log: Path) -> Iterator[str]:
    """Serve with the program of a tree, with its worker; give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    own = {**environment, "PYTHONPATH": str(tree), "VIREILLE_BASE_URL": address}
    with log.open("w") as output:
        command = [sys.executable, "-c", RUNS, "serve", "--port", str(port)]
        process = subprocess.Popen(command, cwd=tree, env=own, stdout=subprocess.PIPE, stderr=output)
        try:
            assert process.stdout is not None
            # It prints its address once it listens.
            listens = any(address.encode() in line for line in process.stdout)
            assert listens, log.read_text()[-2000:]
            yield address
        finally:
            process.terminate()
            process.wait(timeout=LONGEST)


def _ran(tree: Path, environment: Mapping[str, str], command: list[str]) -> None:
    own = {**environment, "PYTHONPATH": str(tree)}
    done = subprocess.run(
        [sys.executable, "-c", RUNS, *command], cwd=tree, env=own, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}: {(done.stdout + done.stderr)[-2000:]}"


def _environment(url: str, folder: Path) -> dict[str, str]:
    outside = {name: value for name, value in os.environ.items() if not name.startswith("VIREILLE_")}
    return outside | {
        "VIREILLE_DATABASE_URL": url,
        "VIREILLE_KEY_STORE": key_store_beside(url, folder),
        "VIREILLE_MASTER_KEY": base64.b64encode(MASTER_KEY).decode(),
        "VIREILLE_VAR": str(folder),
        "VIREILLE_PROXIES": "1",
        "VIREILLE_DEMONSTRATION": "yes",
    }


def _unpacked(revision: str, tree: Path) -> None:
    packed = _git("archive", "--format=tar", revision, *TREES)
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(tree, filter="data")


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True).stdout
