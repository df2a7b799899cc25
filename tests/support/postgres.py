"""The tests' own PostgreSQL: run by an unprivileged user, on a unix socket, in a folder removed with it."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

from tests.support.debian import needed

# These tests do not test durability; the kill tests kill our worker, not the server.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "80"}
UNPRIVILEGED = ("postgres", "nobody")
_NUMBERS = count(1)


class Cluster:
    """One running server, which creates empty databases."""

    def __init__(self, folder: Path, owner: str, run: Callable[..., None] | None = None) -> None:
        self.folder = folder
        self.owner = owner
        self.run = run
        """Run a tool of the server as its owner, with these arguments. None in a process that did not begin it."""
        self._receiver: int | None = None
        """The standby's process that was stopped."""

    def url(self, database: str) -> str:
        """Return the address as SQLAlchemy and VIREILLE_DATABASE_URL expect it."""
        return f"postgresql+psycopg://{self.owner}@/{database}?host={self.folder}"

    def new_database(self, template: str = "template0", name: str = "") -> str:
        """Create a database, empty or a copy of another one that nobody is connected to; return its name."""
        name = name or f"vireille_{os.getpid()}_{next(_NUMBERS)}"
        with self._administration() as connection:
            connection.execute(
                # Its files are copied: the usual way writes each of its pages to the log, and takes twice as long.
                sql.SQL("create database {} template {} strategy file_copy").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        return name

    def drop_database(self, name: str) -> None:
        with self._administration() as connection:
            connection.execute(
                sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
            )

    def admit(self, name: str, *, admitted: bool) -> None:
        """Let connections to a database in, or end those there are and let none in."""
        with self._administration() as connection:
            connection.execute(
                sql.SQL("alter database {} with allow_connections {}").format(
                    sql.Identifier(name), sql.Literal(admitted)
                )
            )
            if not admitted:
                connection.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name]
                )

    def wait_until_writable(self) -> None:
        """Wait until a recovery has ended: until then the server answers, and takes nothing."""
        with self._administration() as connection:
            while connection.execute("select pg_is_in_recovery()").fetchone() != (False,):
                connection.execute("select pg_sleep(0.05)")

    def dies(self) -> None:
        """Kill the server and all its processes, as a machine that is gone."""
        pid_file = self.folder / "data" / "postmaster.pid"
        pid = int(pid_file.read_text().split()[0])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for each in (pid, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        pid_file.unlink()

    def promotes(self) -> None:
        """Make this standby the one that takes what is written."""
        assert self.run is not None
        if self._receiver is not None:
            # It ends before it reads on, and a standby waits for that.
            os.kill(self._receiver, signal.SIGTERM)
            os.kill(self._receiver, signal.SIGCONT)
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-w", "promote")
        self.wait_until_writable()

    @contextmanager
    def awaiting(self, standby: str) -> Iterator[None]:
        """Confirm commits only when a standby of this name has them."""
        setting = sql.SQL("alter system set synchronous_standby_names = {}")
        with self._administration() as connection:
            connection.execute(setting.format(sql.Literal(f'"{standby}"')))
            connection.execute("select pg_reload_conf()")
            try:
                yield
            finally:
                connection.execute("alter system reset synchronous_standby_names")
                connection.execute("select pg_reload_conf()")

    def waits_for_standby(self) -> None:
        """Confirm a commit only when a standby has it, from the moment on at which one is there."""
        with self._administration() as connection:
            connection.execute("alter system set synchronous_standby_names = '*'")
            connection.execute("select pg_reload_conf()")
            asked = "select count(*) from pg_stat_replication where sync_state = 'sync'"
            while connection.execute(asked).fetchone() != (1,):
                connection.execute("select pg_sleep(0.05)")

    def stops_receiving(self) -> None:
        """Let this standby fall behind what the primary writes."""
        with self._administration() as connection:
            row = connection.execute("select pid from pg_stat_wal_receiver").fetchone()
            assert row is not None
            self._receiver = int(row[0])
            os.kill(self._receiver, signal.SIGSTOP)

    @contextmanager
    def _administration(self) -> Iterator[psycopg.Connection]:
        """Connect to this server only: a mistaken socket must not cost anyone a database."""
        with psycopg.connect(
            host=str(self.folder), user=self.owner, dbname="postgres", autocommit=True
        ) as connection:
            shown = connection.execute("show data_directory").fetchone()
            if shown is None or Path(shown[0]).parent != self.folder:
                raise RuntimeError(f"This is another server: its data lies in {shown}.")
            yield connection


@contextmanager
def cluster(*, durable: bool = False, archived: bool = False) -> Iterator[Cluster]:
    """Start a server and always stop it again. A durable one writes its commits to the disk; an archived one copies what it
    has written to its folder's `wal`, from which another is recovered."""
    binaries = needed("PostgreSQL's server", "postgresql", _binaries)
    owner = _owner()
    # /tmp, not pytest's own folder: a socket's path may have 107 characters, and the owner must reach it.
    folder = Path(tempfile.mkdtemp(prefix="vireille-pg-", dir="/tmp"))
    account = pwd.getpwnam(owner)
    if os.geteuid() == 0:
        os.chown(folder, account.pw_uid, account.pw_gid)
    data = folder / "data"

    def run(tool: str, *arguments: str) -> None:
        subprocess.run(
            [str(binaries / tool), *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            **(
                {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
                if os.geteuid() == 0
                else {}
            ),
        )

    try:
        run("initdb", "-D", str(data), "-U", owner, "--auth=trust", "--encoding=UTF8", "--no-sync")
        if archived:
            (folder / "wal").mkdir(mode=0o700)
            os.chown(folder / "wal", account.pw_uid, account.pw_gid)
            _set(
                data, archive_mode="on", archive_command=f"test ! -f {folder}/wal/%f && cp %p {folder}/wal/%f"
            )
        options = "".join(f" -c {name}={value}" for name, value in FAST.items() if not durable)
        with _started(run, data, f"-k {folder} -c listen_addresses=''{options}"):
            yield Cluster(folder, owner, run)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def standby(server: Cluster) -> Iterator[Cluster]:
    """Start a server that receives all that another one writes, and stop it again."""
    assert server.run is not None
    folder = Path(tempfile.mkdtemp(prefix="vireille-pg-", dir="/tmp"))
    shutil.chown(folder, server.owner)
    data = folder / "data"
    try:
        source = ("-h", str(server.folder), "-U", server.owner)
        server.run("pg_basebackup", *source, "-D", str(data), "-R", "-X", "stream", "-c", "fast")
        with _started(server.run, data, f"-k {folder} -c listen_addresses=''"):
            yield Cluster(folder, server.owner, server.run)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def recovered(server: Cluster, base: Path, moment: str) -> Iterator[Cluster]:
    """Start another server from a base backup and the first one's archive, as it was at a moment, and stop it again."""
    folder = base.parent
    _set(
        base,
        archive_mode="off",
        restore_command=f"cp {server.folder}/wal/%f %p",
        recovery_target_time=moment,
        recovery_target_action="promote",
    )
    (base / "recovery.signal").touch()
    with _started(server.run, base, f"-k {folder} -c listen_addresses=''"):
        back = Cluster(folder, server.owner, server.run)
        back.wait_until_writable()
        yield back


@contextmanager
def _started(run: Callable[..., None], data: Path, options: str) -> Iterator[None]:
    run("pg_ctl", "-D", str(data), "-l", str(data.parent / "log"), "-w", "-o", options, "start")
    try:
        yield
    finally:
        # A server that was killed leaves no number of a process behind.
        if (data / "postmaster.pid").exists():
            run("pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop")


def _set(data: Path, **settings: str) -> None:
    with (data / "postgresql.auto.conf").open("a") as opened:
        opened.writelines(f"{name} = '{value}'\n" for name, value in settings.items())


def _owner() -> str:
    """Return an unprivileged user for the tests' server: initdb refuses root, and so do we."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    known = {account.pw_name for account in pwd.getpwall()}
    return next(name for name in UNPRIVILEGED if name in known)


def _binaries() -> Path | None:
    versions = {
        int(found[1]): path.parent
        for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")
        if (found := re.match(r"(\d+)", path.parts[-3]))
    }
    if versions:
        return versions[max(versions)]
    initdb = shutil.which("initdb")
    return Path(initdb).parent if initdb else None
