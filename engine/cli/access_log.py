"""`vireille access-log`: verify the log of who read what, sign its heads."""

from __future__ import annotations

import sys

import click

from engine.cli.context import (
    REFUSED,
    opened_engine,
    refusals_as_sentences,
)
from engine.commands.access_log import SignCheckpoint, VerifyAccessLog
from engine.domain.people import OPERATOR, SYSTEM


@click.group("access-log")
def access_log() -> None:
    """The log of who read what."""


@access_log.command()
@refusals_as_sentences
def verify() -> None:
    """Prove that no entry was changed, moved or taken out. Exit code 1 when one was."""
    with opened_engine() as engine:
        faults = engine.answer(VerifyAccessLog(), OPERATOR)
    for fault in faults:
        click.echo(f"{fault.chain_id} {fault.seq} {fault.fault}")
    click.echo("Loki on ehjä." if not faults else f"{len(faults)} vikaa.")
    sys.exit(REFUSED if faults else 0)


@access_log.command()
@refusals_as_sentences
def checkpoint() -> None:
    """Sign the heads of the chains that have grown into the checkpoint file."""
    with opened_engine() as engine:
        click.echo(f"Allekirjoitettuja ketjuja: {engine.perform(SignCheckpoint(), SYSTEM)}.")
