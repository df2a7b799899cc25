"""The engine's commands for a terminal. `vireille` (webapp/cli.py) mounts them beside its own."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from engine.bootstrap import build_engine_for_files, shipped_files
from engine.bpmn import Finding
from engine.cli.context import (
    REFUSED,
    files_in,
    lacking_people,
    opened_engine,
    show_findings,
    tells_refusals,
    version_named,
)
from engine.cli.expressions import dmn, feel
from engine.cli.people import people
from engine.cli.vocabulary import vocabulary
from engine.commands.access_log import SignCheckpoint, VerifyAccessLog
from engine.commands.deployments import DeployProcesses
from engine.commands.moves import MoveAtOnce, ReturnCases
from engine.domain.people import OPERATOR, SYSTEM
from engine.errors import NotFound, Refusal
from engine.executor import Engine
from engine.models.comparing.report_output import plain, told
from engine.models.diagram_gate import PUBLISHING, THOROUGH
from engine.models.imports.file_import import laid_over
from engine.queries.comparing import CompareFiles
from engine.queries.models import CheckFiles, ListModels
from engine.queries.moves import MovePreview, OpenMove, PreviewMove
from engine.queries.replay_facts import FEWEST, GatherFacts
from engine.queries.staffing import CheckStaffing
from engine.settings import create_master_key, key_file
from engine.simulation.random_walk import walk_bundle
from engine.simulation.replay.report_output import report_in_json, report_in_lines
from engine.simulation.replay.reporting import reported
from engine.storage.migrating import migrate as migrate_database
from engine.texts import LANGUAGES
from engine.worker import Worker


@click.command()
@click.argument("file", type=click.Path(path_type=Path), default=lambda: key_file(os.environ))
@tells_refusals
def key(file: Path) -> None:
    """Create the master key that seals case data. Keep a copy elsewhere: without it the content is lost."""
    try:
        create_master_key(file)
    except FileExistsError:
        raise Refusal(
            f"Avain {file} on jo olemassa. Sitä ei korvata: silloin jokaisen asian sisältö katoaisi."
        ) from None
    click.echo(f"{file}")


@click.command()
@tells_refusals
def migrate() -> None:
    """Bring the database to the tables this version needs."""
    with opened_engine(prepared=False) as engine:
        migrate_database(engine.database)
        click.echo("Tietokanta on ajan tasalla.")


@click.group()
def process() -> None:
    """Check, compare, walk, deploy and list process models; move running cases."""


@process.command()
@click.argument("sources", metavar="[FILE]...", type=click.Path(path_type=Path), nargs=-1)
@click.option("--each", is_flag=True, help="Each FILE by itself, told apart.")
@click.option("--json", "as_json", is_flag=True, help="A JSON list of findings instead of sentences.")
@tells_refusals
def check(sources: tuple[Path, ...], each: bool, as_json: bool) -> None:  # noqa: FBT001 - click gives flags
    """Run the publish gate, and then the scenarios, over every FILE laid over the shipped bundle. Exit code 1 on an error.

    A FILE is a folder of models, an archive, or a diagram, table or form of any tool. Where the service has been set up, lanes
    whose role no person holds are told too.
    """
    with closing(build_engine_for_files()) as engine:
        parts = [(source,) for source in sources] if each else [sources]
        checked = [(part, _checked(engine, part)) for part in parts]
    if as_json:
        plain_parts = [{"file": str(part[0]), "findings": _plain(found)} for part, found in checked if each]
        click.echo(json.dumps(plain_parts or _plain(checked[0][1]), ensure_ascii=False, indent=1))
    for part, found in checked:
        errors = sum(one.severity == "error" for one in found)
        if not as_json:
            show_findings(found)
        name = f"{part[0]}: " if each else ""
        click.echo(f"{name}{errors} virhettä, {len(found) - errors} huomautusta.", err=as_json)
    sys.exit(REFUSED if any(one.severity == "error" for _, found in checked for one in found) else 0)


def _checked(engine: Engine, sources: Iterable[Path]) -> tuple[Finding, ...]:
    files = dict(shipped_files())
    notes: list[Finding] = []
    for source in sources:
        files, found = laid_over(files, source)
        notes += found
    # Whoever drew a single file may be anybody: it is checked apart. A folder is one's own, and may take its time.
    foreign = any(not source.is_dir() for source in sources)
    query = CheckFiles(files, PUBLISHING, apart=True) if foreign else CheckFiles(files, THOROUGH)
    findings = (*notes, *engine.answer(query, OPERATOR), *lacking_people(files))
    if engine.rehearsing and not any(one.severity == "error" for one in findings):
        findings = (*findings, *engine.rehearsing.findings(files, "fi"))
    return findings


def _plain(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    names = ("code", "severity", "process_id", "element_id", "sentence", "way_out")
    return [{name: getattr(one, name) for name in names} for one in findings]


@process.command("compare")
@click.argument("before")
@click.argument("after")
@click.option("--json", "as_json", is_flag=True, help="A JSON list instead of sentences.")
@click.option("--language", default="fi", show_default=True, type=click.Choice(LANGUAGES))
@tells_refusals
def compare_versions(before: str, after: str, as_json: bool, language: str) -> None:  # noqa: FBT001 - click gives a flag
    """Name what differs between BEFORE and AFTER: a version's number, `shipped`, or a folder of files."""
    stored = any(each.isdecimal() for each in (before, after))
    with opened_engine() if stored else closing(build_engine_for_files()) as engine:
        query = CompareFiles(version_named(engine, before), version_named(engine, after), language)
        comparison = engine.answer(query, OPERATOR)
    if as_json:
        click.echo(json.dumps(plain(comparison), ensure_ascii=False, indent=1))
        return
    for line in told(comparison):
        click.echo(line)
    click.echo(f"{len(comparison.parts)} tiedostoa on toisin." if comparison.parts else "Eroja ei ole.")


@process.command()
@click.argument("version")
@click.option(
    "--months",
    default=12,
    show_default=True,
    help="Cases that closed in so many whole months, and those under way.",
)
@click.option("--most", default=1000, show_default=True, help="Of the newest of either kind.")
@click.option("--seconds", default=600, show_default=True, help="After so long the rest is left and counted.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of sentences.")
@click.option("--language", default="fi", show_default=True, type=click.Choice(LANGUAGES))
@tells_refusals
def replay(version: str, months: int, most: int, seconds: int, as_json: bool, language: str) -> None:  # noqa: FBT001 - click gives a flag
    """Say what would have changed in real cases on VERSION: a number, `shipped`, or a folder of files.

    Facts only, with nobody in them. Each case that is read gets an entry in its access log.
    """
    with opened_engine() as engine:
        files = version_named(engine, version)
        newest = engine.answer(ListModels(), OPERATOR).deployments[0].deployment
        gathered = engine.answer(GatherFacts(newest.id, months, most), OPERATOR)
    if not gathered.facts:
        raise Refusal(f"Ajettavia asioita on liian vähän: niitä tarvitaan vähintään {FEWEST}.")
    report = reported(replace(gathered.wanted(float(seconds)), files=files), language)
    if as_json:
        click.echo(json.dumps(report_in_json(report), ensure_ascii=False, indent=1))
        return
    for line in report_in_lines(report, language):
        click.echo(line)


@process.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--cases", default=100, show_default=True, help="How many random cases.")
@click.option("--seed", default=1, show_default=True, help="The first case's seed; the next ones follow.")
@tells_refusals
def walk(folder: Path | None, cases: int, seed: int) -> None:
    """Walk random cases through FOLDER (or the shipped bundle) with random answers and a fast clock."""
    walked = walk_bundle(
        files_in(folder), cases=cases, seed=seed, told=lambda line: click.echo(line, err=True)
    )
    for problem in walked.problems:
        click.echo(problem)
    outcomes = ", ".join(f"{name} {count}" for name, count in sorted(walked.outcomes.items()))
    click.echo(
        f"{walked.ended} päättyi ({outcomes}), {walked.unfinished} kesken, {len(walked.problems)} vikaa."
    )
    sys.exit(REFUSED if walked.problems else 0)


@process.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--note", default="Toimitettu malli", show_default=True, help="What changed and why.")
@tells_refusals
def deploy(folder: Path | None, note: str) -> None:
    """Deploy FOLDER laid over the shipped bundle, as the operator's act. The same files again change nothing."""
    with opened_engine() as engine:
        files = files_in(folder)
        deployment = engine.perform(DeployProcesses(files, note), OPERATOR)
        lacking = engine.answer(CheckStaffing(files), OPERATOR)
    click.echo(f"Versio {deployment.number}, {deployment.sha256[:12]}")
    show_findings(lacking)


@process.command("list")
@tells_refusals
def list_versions() -> None:
    """Deployed versions, the newest first, and how many open cases run on each."""
    with opened_engine() as engine:
        studio = engine.answer(ListModels(), OPERATOR)
    for each in studio.deployments:
        told = each.deployment
        now = " (uudet asiat)" if each.is_current else ""
        click.echo(
            f"{told.number}  {told.deployed_at:%d.%m.%Y}  {told.sha256[:12]}  {each.open_cases} avointa{now}  {told.note}"
        )


@process.command()
@click.argument("references", nargs=-1)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Only say which running cases could move to the newest version, and why others stay.",
)
@click.option("--all", "everyone", is_flag=True, help="Every case that can move.")
@click.option(
    "--return", "returned", metavar="MOVE", help="Take back a move: cases that have not gone on since."
)
@tells_refusals
def move(references: tuple[str, ...], dry_run: bool, everyone: bool, returned: str | None) -> None:  # noqa: FBT001 - click gives flags
    """Let running cases go on in the newest version, as the operator's act. Without this they keep the version they began with."""
    with opened_engine() as engine:
        if returned is not None:
            _told(engine, _taken_back(engine, returned, references))
            return
        newest = engine.answer(ListModels(), OPERATOR).deployments[0].deployment
        preview = engine.answer(PreviewMove(newest.id), OPERATOR)
        if dry_run:
            _show_preview(preview)
            return
        movable = tuple(each for group in preview.groups if group.may_move for each in group.references)
        chosen = movable if everyone else references
        _told(engine, engine.perform(MoveAtOnce(newest.id, chosen), OPERATOR))


def _show_preview(preview: MovePreview) -> None:
    for group in preview.groups:
        where = ", ".join(step for _, step in group.waits_in)
        verdict = "voi siirtää" if group.may_move else " ".join(group.reasons)
        click.echo(f"{len(group.references)} asiaa, versio {group.source.number}, kesken {where}: {verdict}")
        click.echo(f"  {' '.join(group.references)}")
    click.echo(f"{preview.movable} voi siirtää versioon {preview.target.number}, {preview.staying} jää.")


def _taken_back(engine: Engine, move_id: str, references: tuple[str, ...]) -> UUID:
    try:
        found = UUID(move_id)
    except ValueError:
        raise NotFound from None
    engine.perform(ReturnCases(found, references or None), OPERATOR)
    return found


def _told(engine: Engine, move_id: UUID) -> None:
    """Move what is due now; whatever is left, the worker does. Killed half way, it is the same."""
    lines = engine.answer(OpenMove(move_id), OPERATOR).lines
    with click.progressbar(length=len(lines), label="Siirretään", file=sys.stderr) as bar:
        worker, moved = Worker(engine), 1
        while moved:
            moved = 0
            for done in worker.moves():
                moved += done
                bar.update(done)
    page = engine.answer(OpenMove(move_id), OPERATOR)
    for each in page.lines:
        click.echo(f"{each.line.reference}  {each.line.state}  {' '.join(each.reasons)}".rstrip())
    click.echo(f"Siirto {move_id}")
    if page.count("stayed", "failed", "settled"):
        sys.exit(REFUSED)


process.add_command(vocabulary)


@click.command()
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@tells_refusals
def backup(target: Path) -> None:
    """Write a consistent copy of an SQLite database to TARGET while it is in use."""
    with opened_engine() as engine:
        if not engine.database.is_sqlite:
            raise Refusal("PostgreSQL varmuuskopioidaan sen omilla välineillä (pg_dump tai pg_basebackup).")
        if target.exists():
            raise Refusal(f"Tiedosto {target} on jo olemassa.")
        engine.database.backup_to(target)
        os.chmod(target, 0o600)
    click.echo(f"{target}")


@click.group("access-log")
def access_log() -> None:
    """The log of who read what."""


@access_log.command()
@tells_refusals
def verify() -> None:
    """Prove that no entry was changed, moved or taken out. Exit code 1 when one was."""
    with opened_engine() as engine:
        faults = engine.answer(VerifyAccessLog(), OPERATOR)
    for fault in faults:
        click.echo(f"{fault.chain_id} {fault.seq} {fault.fault}")
    click.echo("Loki on ehjä." if not faults else f"{len(faults)} vikaa.")
    sys.exit(REFUSED if faults else 0)


@access_log.command()
@tells_refusals
def checkpoint() -> None:
    """Sign the heads of the chains that have grown into the checkpoint file."""
    with opened_engine() as engine:
        click.echo(f"Allekirjoitettuja ketjuja: {engine.perform(SignCheckpoint(), SYSTEM)}.")


COMMANDS: tuple[click.Command, ...] = (key, migrate, process, people, backup, access_log, feel, dmn)
"""What `vireille` mounts."""
