"""A thousand hostile connections at once against a server of its own: its memory, and the time of an honest person."""

from __future__ import annotations

import base64
import os
import socket
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.support.hostile_connections import Crowd, HonestPerson
from tests.support.world import MASTER_KEY, Template, key_store_beside

CROWD: Final = int(os.environ.get("VIREILLE_TEST_CROWD", "1000"))
VISITS: Final = 10
MOST_MEMORY: Final = 400
"""Megabytes."""
PHOTOGRAPH: Final = (2400, 1800)


@contextmanager
def begin_connections(_database: str) -> Iterator[str]:
    """Give the folder of a populated database."""
    with TemporaryDirectory() as folder:
        Template(Path(folder)).copy(Path(folder, "vireille.db"))
        yield folder


def connections(seed: int, place: str) -> tuple[list[str], str]:
    """Attack a server: behind a proxy with an even seed, else without one, from many addresses."""
    is_proxied = seed % 2 == 0
    with _served(Path(place), is_proxied=is_proxied) as (address, process):
        # Each item has the files that one address may bring in an hour.
        honest = HonestPerson(address, PHOTOGRAPH, f"127.0.2.{seed % 250 + 1}")
        honest.applies()
        before = _measured(honest, process)
        crowd = Crowd(address, CROWD, from_everywhere=not is_proxied)
        with crowd.attacks():
            during = _measured(honest, process)
        after = _measured(honest, process)
    most = max(before[0], during[0], after[0])
    problems = [] if most <= MOST_MEMORY else [f"the server took {most} MB"]
    kind = "proxied" if is_proxied else "bare"
    figures = "; ".join(
        f"{name} {memory} MB, {seconds}"
        for name, (memory, seconds) in (("before", before), ("during", during), ("after", after))
    )
    ended = ", ".join(f"{name} {times}" for name, times in sorted(crowd.ended.items()))
    return problems, f"{seed}: {kind} {CROWD} connections. {figures}. Ended: {ended}"


def _measured(honest: HonestPerson, process: int) -> tuple[int, str]:
    """Return the most memory that the server took so far, in megabytes, and what the person waited."""
    waited = sorted(honest.applies() for _ in range(VISITS))
    status = Path(f"/proc/{process}/status").read_text()
    most = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    return most // 1024, f"{statistics.median(waited):.2f} s median, {waited[-1]:.2f} s at worst"


@contextmanager
def _served(folder: Path, *, is_proxied: bool) -> Iterator[tuple[str, int]]:
    """Run `vireille serve` in a process of its own. Yield its address and number."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"sqlite:///{folder / 'vireille.db'}"
    own = {
        "VIREILLE_DATABASE_URL": url,
        "VIREILLE_KEY_STORE": key_store_beside(url, folder),
        "VIREILLE_MASTER_KEY": base64.b64encode(MASTER_KEY).decode(),
        "VIREILLE_VAR": str(folder),
        "VIREILLE_BASE_URL": f"http://127.0.0.1:{port}",
        "VIREILLE_PROXIES": str(int(is_proxied)),
        "VIREILLE_DEMONSTRATION": "yes",
    }
    others = {name: value for name, value in os.environ.items() if not name.startswith("VIREILLE_")}
    command = [str(Path(sys.executable).with_name("vireille")), "serve", "--port", str(port), "--no-worker"]
    process = subprocess.Popen(command, env={**others, **own}, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert str(port) in line, f"the server did not begin: {line!r}"
        yield own["VIREILLE_BASE_URL"], process.pid
    finally:
        process.terminate()
        process.wait(timeout=60)
