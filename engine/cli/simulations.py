"""`vireille process walk` and `replay`: random cases, and what would have changed in real ones."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import click

from engine.cli.context import (
    REFUSED,
    files_in,
    opened_engine,
    refusals_as_sentences,
    version_named,
)
from engine.domain.people import OPERATOR
from engine.errors import Refusal
from engine.queries.models import ListModels
from engine.queries.replay_facts import FEWEST, GatherFacts
from engine.simulation.random_walk import walk_bundle
from engine.simulation.replay.report import report_on
from engine.simulation.replay.report_output import report_in_json, report_in_lines
from engine.texts import LANGUAGES


@click.command()
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
@refusals_as_sentences
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
    report = report_on(replace(gathered.request(float(seconds)), files=files), language)
    if as_json:
        click.echo(json.dumps(report_in_json(report), ensure_ascii=False, indent=1))
        return
    for line in report_in_lines(report, language):
        click.echo(line)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--cases", default=100, show_default=True, help="How many random cases.")
@click.option("--seed", default=1, show_default=True, help="The first case's seed; the next ones follow.")
@refusals_as_sentences
def walk(folder: Path | None, cases: int, seed: int) -> None:
    """Walk random cases through FOLDER (or the shipped bundle) with random answers and a fast clock."""
    walked = walk_bundle(
        files_in(folder), cases=cases, seed=seed, progress=lambda line: click.echo(line, err=True)
    )
    for problem in walked.problems:
        click.echo(problem)
    outcomes = ", ".join(f"{name} {count}" for name, count in sorted(walked.outcomes.items()))
    click.echo(
        f"{walked.ended} päättyi ({outcomes}), {walked.unfinished} kesken, {len(walked.problems)} vikaa."
    )
    sys.exit(REFUSED if walked.problems else 0)
