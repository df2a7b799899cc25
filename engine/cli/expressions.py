"""FEEL and DMN for people at a terminal: `vireille feel 'expression'`, `vireille dmn check|evaluate FILE`."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from engine.dmn.checks import check
from engine.dmn.evaluation import DecisionModel, parse_tables
from engine.dmn.problems import DmnRefused
from engine.errors import Refusal
from engine.feel import FeelProblem, Value, parse, parse_unary
from engine.feel.budget import Run
from engine.feel.text import text_of
from engine.feel.values import from_json

INPUTS = click.option(
    "--context",
    "context",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='JSON-tiedosto, jossa ovat muuttujat: {"amount": 5, "due": {"$": "date", "v": "2026-03-01"}}',
)


@click.command("feel", context_settings={"ignore_unknown_options": True})
@click.argument("expression")
@INPUTS
@click.option(
    "--unary", "value", help="Lue lauseke taulun soluna ja kokeile sitä tähän arvoon (FEEL-lauseke)."
)
def feel(expression: str, context: Path | None, value: str | None) -> None:
    """Laske FEEL-lauseke."""
    scope = _scope(context)
    problems: list[FeelProblem] = []
    try:
        if value is None:
            result = parse(expression, scope).evaluate(scope, problems=problems)
        else:
            asked = parse(value, scope).evaluate(scope)
            result = parse_unary(expression, scope).test(asked, scope, problems=problems)
    except FeelProblem as refused:
        raise click.ClickException(_pointed(expression, refused)) from None
    click.echo(_text(result))
    for problem in problems:
        click.echo(_pointed(expression, problem), err=True)
    if problems and result is None:
        raise click.exceptions.Exit(1)


@click.group("dmn")
def dmn() -> None:
    """Tarkista ja laske päätöstauluja."""


@dmn.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_file(file: Path) -> None:
    """Etsi taulusta päällekkäisyydet, aukot, turhat rivit ja kielletyt arvot."""
    findings = check(_model(file))
    for finding in findings:
        click.echo(f"{finding.severity}: {finding.decision}: {finding.sentence}")
    if any(finding.severity == "error" for finding in findings):
        raise click.exceptions.Exit(1)
    if not findings:
        click.echo("Ei huomautettavaa.")


@dmn.command("evaluate")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--decision", help="Päätöksen id tai nimi; muuten tiedoston viimeinen.")
@INPUTS
def evaluate_file(file: Path, decision: str | None, context: Path | None) -> None:
    """Laske päätös ja kerro, mitkä rivit sopivat."""
    model = _model(file)
    if not model.decisions:
        raise click.ClickException("Tiedostossa ei ole päätöstä.")
    try:
        found = model.evaluate(decision or model.decisions[-1].id, _scope(context))
    except Refusal as refused:
        raise click.ClickException(str(refused)) from None
    click.echo(_text(found.result))
    if found.rules:
        click.echo("rivit: " + ", ".join(found.rules), err=True)
    for problem in found.problems:
        click.echo(f"{problem.place or ''} {problem}".strip(), err=True)


def _scope(context: Path | None) -> dict[str, Value]:
    if context is None:
        return {}
    try:
        data: Any = json.loads(context.read_text(encoding="utf-8"), parse_float=Decimal)
        scope = from_json(data)
    except (ValueError, KeyError) as broken:
        raise click.ClickException(f"{context.name}: {broken}") from None
    if not isinstance(scope, dict):
        raise click.ClickException(f"{context.name}: tarvitaan JSON-olio, jossa ovat muuttujat.")
    return scope


def _model(file: Path) -> DecisionModel:
    try:
        return parse_tables(file.read_bytes())
    except DmnRefused as refused:
        lines = [f"{problem.element or ''} {problem.message}".strip() for problem in refused.problems]
        raise click.ClickException("\n".join(lines)) from None
    except Refusal as refused:
        raise click.ClickException(refused.message) from None


def _text(value: Value) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else text_of(Run({}), value)


def _pointed(expression: str, problem: FeelProblem) -> str:
    """Return the problem with its line, and a mark under the place."""
    lines = expression.split("\n")
    line = lines[problem.line - 1] if problem.line <= len(lines) else ""
    return f"{problem}\n  {line}\n  {' ' * (problem.column - 1)}^"
