"""Check, compare, deploy and list process models."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from engine.bootstrap import build_engine_for_files, shipped_files
from engine.bpmn import Finding, draw
from engine.bpmn.drawings import read_drawings
from engine.cli.context import (
    REFUSED,
    files_in,
    lacking_people,
    opened_engine,
    refusals_as_sentences,
    show_findings,
    version_named,
)
from engine.commands.deployments import DeployProcesses
from engine.domain.people import OPERATOR
from engine.executor import Engine
from engine.guardrails.prover import Report
from engine.models.comparing.report_output import in_lines, plain
from engine.models.diagram_gate import PUBLISHING, THOROUGH
from engine.models.imports.file_import import laid_over
from engine.queries.comparing import CompareFiles
from engine.queries.models import CheckFiles, ListModels
from engine.queries.staffing import CheckStaffing
from engine.texts import LANGUAGES


@click.group()
def process() -> None:
    """Check, compare, walk, deploy and list process models; move running cases."""


@process.command()
@click.argument("sources", metavar="[FILE]...", type=click.Path(path_type=Path), nargs=-1)
@click.option("--each", is_flag=True, help="Each FILE by itself.")
@click.option("--json", "as_json", is_flag=True, help="A JSON list of findings instead of sentences.")
@refusals_as_sentences
def check(sources: tuple[Path, ...], each: bool, as_json: bool) -> None:  # noqa: FBT001 - click gives flags
    """Run the publish gate, then the scenarios, over every FILE laid over the shipped bundle. Exit code 1 on an error.

    A FILE is a folder of models, an archive, or a diagram, table or form of any tool. Where the service has been set up, lanes
    whose role no person holds are named too.
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


@process.command()
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.argument("target", type=click.Path(file_okay=False, path_type=Path))
@refusals_as_sentences
def pictures(source: Path, target: Path) -> None:
    """Draw the processes of SOURCE, a folder or one diagram, as TARGET/<process>.svg, which a browser opens."""
    paths = sorted(source.rglob("*.bpmn")) if source.is_dir() else [source]
    drawings = read_drawings({str(path): path.read_bytes() for path in paths})
    if not drawings.processes:
        raise click.UsageError(f"{source} holds no diagram (*.bpmn).")
    target.mkdir(parents=True, exist_ok=True)
    for process_id in drawings.processes:
        picture = target / f"{process_id}.svg"
        picture.write_text(draw(drawings, process_id), "utf-8")
        click.echo(picture)


def _checked(engine: Engine, sources: Iterable[Path]) -> tuple[Finding, ...]:
    files = dict(shipped_files())
    notes: list[Finding] = []
    for source in sources:
        files, found = laid_over(files, source)
        notes += found
    # A single file may come from anybody: it is checked in a child process. A folder is one's own, and may take its time.
    foreign = any(not source.is_dir() for source in sources)
    query = (
        CheckFiles(files, PUBLISHING, apart=True)
        if foreign
        else CheckFiles(files, THOROUGH, measure=_show_proof)
    )
    findings = (*notes, *engine.answer(query, OPERATOR), *lacking_people(files))
    if not any(one.severity == "error" for one in findings):
        findings = (*findings, *engine.simulation.scenario_findings(files, "fi"))
    return findings


def _show_proof(report: Report) -> None:
    """Say how much was proved, beside the findings: a list of JSON stays one."""
    seconds = f"{report.milliseconds / 1000:.1f}".replace(".", ",")
    click.echo(f"Todistus: {report.situations} tilannetta, {seconds} s.", err=True)


def _plain(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    names = ("code", "severity", "process_id", "element_id", "sentence", "way_out")
    return [{name: getattr(one, name) for name in names} for one in findings]


@process.command("compare")
@click.argument("before")
@click.argument("after")
@click.option("--json", "as_json", is_flag=True, help="A JSON list instead of sentences.")
@click.option("--language", default="fi", show_default=True, type=click.Choice(LANGUAGES))
@refusals_as_sentences
def compare_versions(before: str, after: str, as_json: bool, language: str) -> None:  # noqa: FBT001 - click gives a flag
    """Name what differs between BEFORE and AFTER: a version's number, `shipped`, or a folder of files."""
    stored = any(each.isdecimal() for each in (before, after))
    with opened_engine() if stored else closing(build_engine_for_files()) as engine:
        query = CompareFiles(version_named(engine, before), version_named(engine, after), language)
        comparison = engine.answer(query, OPERATOR)
    if as_json:
        click.echo(json.dumps(plain(comparison), ensure_ascii=False, indent=1))
        return
    for line in in_lines(comparison):
        click.echo(line)
    click.echo(f"{len(comparison.parts)} tiedostoa on toisin." if comparison.parts else "Eroja ei ole.")


@process.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--note", default="Toimitettu malli", show_default=True, help="What changed and why.")
@refusals_as_sentences
def deploy(folder: Path | None, note: str) -> None:
    """Deploy FOLDER laid over the shipped bundle, as the operator's act. The same files again change nothing."""
    with opened_engine() as engine:
        files = files_in(folder)
        deployment = engine.perform(DeployProcesses(files, note), OPERATOR)
        lacking = engine.answer(CheckStaffing(files), OPERATOR)
    click.echo(f"Versio {deployment.number}, {deployment.sha256[:12]}")
    show_findings(lacking)


@process.command("list")
@refusals_as_sentences
def list_versions() -> None:
    """Deployed versions, the newest first, and how many open cases run on each."""
    with opened_engine() as engine:
        studio = engine.answer(ListModels(), OPERATOR)
    for each in studio.deployments:
        deployment = each.deployment
        now = " (uudet asiat)" if each.is_current else ""
        click.echo(
            f"{deployment.number}  {deployment.deployed_at:%d.%m.%Y}  {deployment.sha256[:12]}  {each.open_cases} avointa{now}  {deployment.note}"
        )
