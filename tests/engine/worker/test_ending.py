"""`vireille worker` and `vireille serve` are asked to end while something that does not answer holds them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.mail.sending import PATIENCE
from tests.support.postgres import Cluster
from tests.support.severed import line
from tests.support.story import Story
from tests.support.world import MASTER_KEY, Template, World, key_store_beside

SOON = PATIENCE / 2
"""Seconds: without its own way to end, a process would wait for as long as the patience with what holds it. The machine has
other work."""
LONGEST = 60
Settings = dict[str, str]


@pytest.mark.slow
@pytest.mark.parametrize("command", [["worker"], ["serve", "--worker", "--port", "{port}"]])
def test_a_process_ends_at_once_though_its_mail_server_is_silent(
    command: list[str], world: World, tmp_path: Path
) -> None:
    Story(world).applies(safe_channels=["email"], email="joku@example.invalid", may_leave_message="no")
    url = world.engine.database.url
    world.engine.close()
    with socket.create_server(("127.0.0.1", 0)) as silent, socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
        free.close()
        mail = {
            "VIREILLE_SMTP_HOST": "127.0.0.1",
            "VIREILLE_SMTP_PORT": str(silent.getsockname()[1]),
            "VIREILLE_SMTP_SECURITY": "none",
        }
        silent.settimeout(LONGEST)
        named = [each.format(port=port) for each in command]
        with running(named, url, tmp_path, mail) as process, silent.accept()[0]:
            begun(process)
            assert ended(process) == 0


@pytest.mark.slow
def test_a_worker_ends_at_once_though_another_writes_into_its_file(world: World, tmp_path: Path) -> None:
    """Its own patience with those who write is fifteen seconds."""
    database = world.engine.database
    with database.transaction(), running(["worker"], database.url, tmp_path) as process:
        begun(process)
        assert ended(process) == 0


@pytest.mark.slow
@pytest.mark.parametrize("is_at_work", [True, False])
def test_a_worker_ends_at_once_though_its_database_server_hangs(
    is_at_work: bool, postgres: Cluster, template: Template, tmp_path: Path
) -> None:
    """Also while it has not begun: it asks the server for its settings then."""
    name = template.copy_on(postgres)
    with line(postgres.folder / ".s.PGSQL.5432") as held:
        url = held.url(postgres.owner, name)
        if not is_at_work:
            held.fall_silent_after("select current_setting")
        with running(["worker"], url, tmp_path) as process:
            if is_at_work:
                begun(process)
                held.fall_silent()
            assert held.holds.wait(LONGEST)
            assert ended(process) is not None
    postgres.drop_database(name)


@contextmanager
def running(
    command: list[str], url: str, folder: Path, settings: Settings | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command of the program. Kill it if it is still there at the end."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("VIREILLE_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "webapp.cli", *command],
        stdout=subprocess.PIPE,
        env={
            **outside,
            "VIREILLE_VAR": str(folder),
            "VIREILLE_DATABASE_URL": url,
            "VIREILLE_KEY_STORE": key_store_beside(url, folder),
            "VIREILLE_MASTER_KEY": b64encode(MASTER_KEY).decode(),
            "VIREILLE_DEMONSTRATION": "yes",
            **(settings or {}),
        },
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def begun(process: subprocess.Popen[bytes]) -> None:
    """Wait for the line that a process prints once it is at work."""
    assert process.stdout is not None
    assert process.stdout.readline()


def ended(process: subprocess.Popen[bytes]) -> int:
    """Ask a process to end, and wait for as long as it may take. One that does not is killed by `running`, and fails."""
    process.send_signal(signal.SIGTERM)
    return process.wait(SOON)
