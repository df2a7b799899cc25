"""The tables, and a copy of an embedded database."""

from __future__ import annotations

import os
from pathlib import Path

import click

from engine.bootstrap import give_up_lost_keys, prepare_database
from engine.cli.context import (
    opened_engine,
    refusals_as_sentences,
)
from engine.errors import Refusal


@click.command()
@click.option(
    "--keys-lost",
    is_flag=True,
    help="Go on with a key store older than the database: the content of cases whose keys it lacks is lost.",
)
@refusals_as_sentences
def migrate(keys_lost: bool) -> None:  # noqa: FBT001 - click gives a flag
    """Bring the database to the tables this version needs, and its keys to the key store."""
    with opened_engine(prepared=False) as engine:
        if keys_lost:
            click.echo(f"Avaimet on menetetty {give_up_lost_keys(engine)} asialta.")
        prepare_database(engine)
        click.echo("Tietokanta on ajan tasalla.")


@click.command()
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--keys", is_flag=True, help="Copy the key store instead, to another place than the database's copies."
)
@refusals_as_sentences
def backup(target: Path, keys: bool) -> None:  # noqa: FBT001 - click gives a flag
    """Write a consistent copy of an SQLite database to TARGET while it is in use.

    Copy the database first and the key store after it: then no case in the copy lacks its keys.
    """
    with opened_engine() as engine:
        database = engine.key_store.database if keys else engine.database
        if not database.is_sqlite:
            raise Refusal("PostgreSQL varmuuskopioidaan sen omilla välineillä (pg_dump tai pg_basebackup).")
        if target.exists():
            raise Refusal(f"Tiedosto {target} on jo olemassa.")
        try:
            database.backup_to(target)
            os.chmod(target, 0o600)
        except OSError as refused:
            raise Refusal(f"Tiedostoa {target} ei voi kirjoittaa ({refused.strerror}).") from None
    click.echo(f"{target}")
