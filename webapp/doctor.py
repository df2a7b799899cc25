"""`vireille doctor`: says of a running system what its start would say, and looks for what must never be there."""

from __future__ import annotations

import os
import pwd
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Final

import click
import orjson

from engine.bootstrap import build_engine
from engine.cli.context import FAULT_SENTENCES, REFUSED, refusals_as_sentences
from engine.domain.people import OPERATOR
from engine.errors import MisconfiguredEnvironment
from engine.queries.faults import Fault, FindFaults
from engine.readiness import Mistake, mistakes, mistakes_at_work, mistakes_beside
from engine.settings import var_folder
from webapp.wsgi import read_settings

NEEDED: Final = frozenset({"database", "privileges", "schema", "key"})
"""With a mistake about one of these the database can't be searched."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for a program.")
@click.option("--deep", is_flag=True, help="Also restore each running process: minutes for many cases.")
@refusals_as_sentences
def doctor(as_json: bool, deep: bool) -> None:  # noqa: FBT001 - click gives a flag
    """Say what is wrong with settings, databases, keys, machine, worker and what it should have done, and look for rows and
    keys that must not be there.

    Run as root it looks with the rights of the owner of VIREILLE_VAR. Exit code 1 if anything grave is found.
    """
    found, faults = examined(os.environ, opens_instances=deep)
    click.echo(_as_json(found, faults) if as_json else _as_text(found, faults))
    sys.exit(0 if _is_right(found, faults) else REFUSED)


def examined(
    environment: Mapping[str, str], *, opens_instances: bool = False
) -> tuple[tuple[Mistake, ...], tuple[Fault, ...]]:
    """Return the mistakes of a system and the faults of its database, which is searched only if it can be read."""
    try:
        settings, _ = read_settings(environment)
    except MisconfiguredEnvironment as wrong:
        own = (Mistake("settings", each) for each in wrong.problems)
        with _as_service(var_folder(environment)) as who:
            return (*own, *mistakes_beside(environment), *who), ()
    with closing(build_engine(settings)) as engine, _as_service(var_folder(environment)) as who:
        found = (*mistakes(engine), *who)
        if any(each.about in NEEDED for each in found):
            return found, ()
        return (*found, *mistakes_at_work(engine)), engine.answer(FindFaults(opens_instances), OPERATOR)


@contextmanager
def _as_service(folder: Path) -> Iterator[tuple[Mistake, ...]]:
    """Let root, who may do everything, look with the rights of the service's user: the owner of its folder. Give what to say
    where that is root too."""
    owner = _stat_of(folder) if os.geteuid() == 0 else None
    if owner is None or owner.st_uid == 0:
        seen = f"Kansion {folder} omistaa root, joten tämä ei kerro, mihin palvelun oma käyttäjä pääsee: 'chown -R vireille: {folder}'."
        yield () if owner is None else (Mistake("settings", seen, is_grave=False),)
        return
    groups, group = os.getgroups(), os.getegid()
    os.setgroups(_groups_of(owner))
    os.setegid(owner.st_gid)
    os.seteuid(owner.st_uid)
    try:
        yield ()
    finally:
        os.seteuid(0)
        os.setegid(group)
        os.setgroups(groups)


def _stat_of(folder: Path) -> os.stat_result | None:
    # One that nobody can reach is named with the settings.
    with suppress(OSError):
        return folder.stat()
    return None


def _groups_of(owner: os.stat_result) -> list[int]:
    try:
        return os.getgrouplist(pwd.getpwuid(owner.st_uid).pw_name, owner.st_gid)
    except KeyError:
        return [owner.st_gid]


def _is_right(found: tuple[Mistake, ...], faults: tuple[Fault, ...]) -> bool:
    return not faults and not any(each.is_grave for each in found)


def _as_text(found: tuple[Mistake, ...], faults: tuple[Fault, ...]) -> str:
    lines = [f"{'VIKA' if each.is_grave else 'HUOMAA'}  {each.sentence}" for each in found]
    lines += [
        f"VIKA  {each.place}: {each.count} {FAULT_SENTENCES[each.kind]} ({', '.join(each.examples)})"
        for each in faults
    ]
    return "\n".join(lines or ["Kaikki on kunnossa."])


def _as_json(found: tuple[Mistake, ...], faults: tuple[Fault, ...]) -> str:
    body = {
        "is_right": _is_right(found, faults),
        "mistakes": [asdict(each) for each in found],
        "faults": [{**asdict(each), "sentence": FAULT_SENTENCES[each.kind]} for each in faults],
    }
    return orjson.dumps(body, option=orjson.OPT_INDENT_2).decode()
