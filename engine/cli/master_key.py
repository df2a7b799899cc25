"""The master key: its first version, and its change while people work."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import click

from engine.bootstrap import (
    create_key,
    drop_older_versions,
    new_master_key,
    rotate_master_key,
)
from engine.cli.context import opened_engine, refusals_as_sentences
from engine.errors import Refusal
from engine.settings import key_file

NOTHING_TO_CHANGE: Final = (
    "Pääavaimesta on vain versio {version}, joka käärii kaiken. Uuden version lisää 'vireille rotate-key --only-add'. Käynnistä sitten jokainen prosessi "
    "uudelleen ja aja tämä komento. Jos kaikki prosessit lukevat avaimen samasta tiedostosta, 'vireille rotate-key --new' tekee molemmat."
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path), default=lambda: key_file(os.environ))
@refusals_as_sentences
def key(file: Path) -> None:
    """Create the master key that seals case data. Keep a copy elsewhere: without it the content is lost.

    Refused where the database of the settings holds sealed data: only its own key opens them.
    """
    try:
        create_key(os.environ, file)
    except FileExistsError:
        raise Refusal(
            f"Avain {file} on jo olemassa. Sitä ei korvata: silloin jokaisen asian sisältö katoaisi."
        ) from None
    click.echo(f"{file}")


@click.command("rotate-key")
@click.option(
    "--only-add",
    is_flag=True,
    help="Only add the new version to the key's file, to copy the file to other hosts before the change.",
)
@click.option(
    "--new",
    is_flag=True,
    help="Add a new version and change to it at once: where every process reads the same file, and none a copy of it.",
)
@click.option("--drop-old", is_flag=True, help="Take versions that nothing needs any more out of the file.")
@refusals_as_sentences
def rotate_key(only_add: bool, new: bool, drop_old: bool) -> None:  # noqa: FBT001 - click gives flags
    """Change to the newest version of the master key in its file while the service runs. Interrupted, run it again: it adds
    no version by itself.

    Keep the old version with the copies of the key store that it opens, and destroy it with the last of them.
    """
    with opened_engine() as engine:
        file = engine.settings.master_key_file
        try:
            if drop_old:
                dropped = drop_older_versions(engine)
                click.echo(f"Poistettu versiot: {', '.join(map(str, dropped)) or 'ei yhtään'}.")
                return
            adds = only_add or new
            if not adds and len(engine.settings.master_key) == 1:
                click.echo(NOTHING_TO_CHANGE.format(version=engine.master.newest))
                return
            version = new_master_key(engine) if adds else engine.master.newest
        except OSError as fault:
            raise Refusal(
                f"Tiedostoa {file} ei voi muuttaa: {fault.strerror}. Mitään ei vaihdettu."
            ) from fault
        if only_add:
            click.echo(
                f"Tiedostossa {file} on versio {version}. Vie se muille koneille ja aja komento uudelleen."
            )
            return
        progress = None
        for progress in rotate_master_key(engine):
            click.echo(f"{progress.rewrapped} / {progress.of}")
        click.echo(f"Käytössä on pääavaimen versio {version}.")
        if progress is not None and progress.unopened:
            raise Refusal(
                f"{progress.unopened} avainta ei auennut millään versiolla, ja ne jäivät ennalleen."
            )
