"""PgBouncer before the tests' own PostgreSQL: on a unix socket, in a folder removed with it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.debian import needed
from tests.support.postgres import Cluster

UP = "process up"
"""The line that it writes once it listens."""


@contextmanager
def pooler(server: Cluster, mode: str, **settings: str) -> Iterator[Cluster]:
    """Start a pooler that stands for the server, and stop it again."""
    program = needed("PgBouncer", "pgbouncer", _program)
    folder = Path(tempfile.mkdtemp(prefix="vireille-pool-", dir="/tmp"))
    account = pwd.getpwnam(server.owner)
    own = {
        "listen_port": "5432",
        "unix_socket_dir": str(folder),
        "auth_type": "trust",
        "auth_file": str(folder / "users"),
        "pool_mode": mode,
        **settings,
    }
    (folder / "users").write_text(f'"{server.owner}" ""\n')
    (folder / "pooler.ini").write_text(
        f"[databases]\n* = host={server.folder}\n[pgbouncer]\n"
        + "".join(f"{name} = {value}\n" for name, value in own.items())
    )
    for each in (folder, *folder.iterdir()):
        shutil.chown(each, account.pw_uid, account.pw_gid)
    running = subprocess.Popen(
        [str(program), str(folder / "pooler.ini")],
        stderr=subprocess.PIPE,
        text=True,
        **(
            {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        ),
    )
    try:
        assert running.stderr is not None
        assert any(UP in line for line in running.stderr), "it ended at once"
        yield Cluster(folder, server.owner)
    finally:
        running.kill()
        running.communicate()
        shutil.rmtree(folder, ignore_errors=True)


def _program() -> Path | None:
    found = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    return Path(found) if found else None
