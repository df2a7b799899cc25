"""`vireille demo`: everything a first look needs, with invented people and cases."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import click

from engine.bootstrap import (
    build_engine,
    create_checkpoint_key,
    create_key,
    deploy_shipped,
    prepare_database,
    read_settings,
)
from engine.cli.context import refusals_as_sentences
from engine.clock import now
from engine.commands.access_log import SignCheckpoint
from engine.domain.people import OPERATOR, SYSTEM
from engine.queries.models import ListModels
from engine.settings import EngineSettings, key_file
from engine.simulation.demonstration import Demonstration, first_morning
from engine.simulation.demonstration_people import MINUTES, PASSWORD, STAFF
from engine.simulation.environment import Clock


@click.command()
@click.option(
    "--var",
    type=click.Path(path_type=Path),
    envvar="VIREILLE_VAR",
    default=Path("var"),
    show_default=True,
    show_envvar=True,
    help="Where key and database go.",
)
@refusals_as_sentences
def demo(var: Path) -> None:
    """Key, database, models, invented staff and a dozen invented cases. Does nothing where cases exist."""
    environment = {**os.environ, "VIREILLE_VAR": str(var), "VIREILLE_DEMONSTRATION": "yes"}
    if "VIREILLE_MASTER_KEY" not in environment and not key_file(environment).exists():
        click.echo(f"Avain: {create_key(environment)}")
    settings = read_settings(environment)
    clock = Clock(first_morning(now()))
    engine = build_engine(settings, now=clock)
    try:
        prepare_database(engine)
        click.echo("Tietokanta on ajan tasalla.")
        if not settings.checkpoints.key_file.exists():
            create_checkpoint_key(environment)
        if engine.answer(ListModels(), OPERATOR).deployments:
            _refresh(settings, click.echo)
            return
        deploy_shipped(engine)
        click.echo("Malli julkaistu.")
        Demonstration(engine, clock, lambda line: click.echo(f"  {line}")).play()
        engine.perform(SignCheckpoint(), SYSTEM)
    finally:
        engine.close()
    _show_people()


def _refresh(settings: EngineSettings, echo: Callable[[str], None]) -> None:
    """Deploy newer models, if the program has any, to a demonstration that exists already."""
    engine = build_engine(settings)
    try:
        deployment = deploy_shipped(engine, "Ohjelman uusi versio")
    finally:
        engine.close()
    echo(f"Esittelyaineisto on jo olemassa. Malli {deployment.number}.")
    _show_people()


def _show_people() -> None:
    click.echo(f"\nKirjaudu sisään kenenä tahansa. Salasana: {PASSWORD}")
    for username, minute in MINUTES.items():
        click.echo(f"  {username:<12} {STAFF[username].name:<20} {minute}")
