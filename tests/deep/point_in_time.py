"""PostgreSQL goes back to a moment by its own tools, as docs/operations.md has it: base backup, archived WAL, recovery."""

from __future__ import annotations

import random
import shutil
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import psycopg

from engine.bootstrap import build_engine
from engine.clock import now
from engine.domain.people import OPERATOR
from engine.errors import NotFound
from engine.executor import Engine
from engine.queries.case_export import ExportCase
from engine.queries.faults import FindFaults
from tests.support.postgres import Cluster, cluster, recovered
from tests.support.story import Story
from tests.support.world import Clock, World, populate, settings_for

APPLICATIONS = 12


def point_in_time(seed: int, _place: str) -> tuple[list[str], str]:
    """Let people apply, note a moment between two of them, lose a table, and recover as it was at that moment."""
    chosen = random.Random(seed).randrange(1, APPLICATIONS)
    with cluster(durable=True, archived=True) as server, tempfile.TemporaryDirectory() as folder:
        name = server.new_database()
        settings = settings_for(server.url(name), Path(folder))
        other = Path(tempfile.mkdtemp(prefix="vireille-pg-", dir="/tmp"))
        shutil.chown(other, server.owner)
        base = other / "data"
        try:
            with closing(build_engine(settings)) as engine:
                populate(engine)
                server.run(
                    "pg_basebackup",
                    "-h",
                    str(server.folder),
                    "-U",
                    server.owner,
                    "-D",
                    str(base),
                    "-c",
                    "fast",
                )
                before = [_applies(engine) for _ in range(chosen)]
                moment = _moment(server, name)
                after = [_applies(engine) for _ in range(APPLICATIONS - chosen)]
            _lose_a_table(server, name)
            began = perf_counter()
            with recovered(server, base, moment) as back:
                took = perf_counter() - began
                with closing(build_engine(replace(settings, database_url=back.url(name)))) as engine:
                    problems = [*_problems(engine, before, after)]
        finally:
            shutil.rmtree(other, ignore_errors=True)
    return problems, f"{len(before)} kept, {len(after)} later, recovered in {took:.1f} s" if problems else ""


def _applies(engine: Engine) -> str:
    return Story(World(engine, Clock(now()))).applies().reference


def _moment(server: Cluster, database: str) -> str:
    with psycopg.connect(
        host=str(server.folder), user=server.owner, dbname=database, autocommit=True
    ) as asked:
        row = asked.execute("select clock_timestamp()::text").fetchone()
        assert row is not None
        return str(row[0])


def _lose_a_table(server: Cluster, database: str) -> None:
    """An accident, and then the end of a WAL file, so that all of it is archived."""
    with psycopg.connect(
        host=str(server.folder), user=server.owner, dbname=database, autocommit=True
    ) as lost:
        lost.execute("drop table user_tasks cascade")
        row = lost.execute("select pg_walfile_name(pg_switch_wal())").fetchone()
        assert row is not None
        while not (server.folder / "wal" / row[0]).exists():
            lost.execute("select pg_sleep(0.1)")


def _problems(engine: Engine, before: list[str], after: list[str]) -> list[str]:
    problems = [f"{reference} is lost" for reference in before if not _is_there(engine, reference)]
    problems += [
        f"{reference} came later and is there" for reference in after if _is_there(engine, reference)
    ]
    return problems + [str(each) for each in engine.answer(FindFaults(opens_instances=True), OPERATOR)]


def _is_there(engine: Engine, reference: str) -> bool:
    try:
        engine.answer(ExportCase(reference, "tarkastus"), OPERATOR)
    except NotFound:
        return False
    return True
