"""`vireille access-log`: verify the log of who read what, sign its heads, make the key that signs them."""

from __future__ import annotations

import os
import sys

import click

from engine.bootstrap import create_checkpoint_key
from engine.cli.context import (
    REFUSED,
    opened_engine,
    refusals_as_sentences,
)
from engine.commands.access_log import IsLogProvable, SignCheckpoint, VerifyAccessLog
from engine.domain.access_log import SENTENCES, LogFault, Place
from engine.domain.people import OPERATOR, SYSTEM
from engine.errors import Refusal
from engine.storage.checkpoint_files import SecondPlace

PLACES = {
    Place.LOG: "loki",
    Place.FILE: "tarkistuspisteet",
    Place.COPY: "tarkistuspisteiden toinen paikka",
    Place.RESULT: "tarkistusten tulokset",
}


@click.group("access-log")
def access_log() -> None:
    """The log of who read what."""


@access_log.command()
@refusals_as_sentences
def verify() -> None:
    """Prove that no entry and no checkpoint was changed, moved or taken out. Exit code 1 when one was.

    With several hosts, on the one that signs: the checkpoints lie there.
    """
    with opened_engine() as engine:
        if not engine.answer(IsLogProvable(), SYSTEM):
            places = engine.settings.checkpoints
            raise Refusal(
                f"Tarkistuspisteitä ({places.file}) ja niiden avainta ({places.key_file}) ei ole tällä koneella. Aja komento koneella, "
                "joka allekirjoittaa lokin. Jos se on tämä, tiedostot on poistettu: kutsu tarkastaja."
            )
        result = engine.perform(VerifyAccessLog(), OPERATOR)
    for each in result.found:
        click.echo(_line(each))
    click.echo(f"Merkintöjä {result.entries}, tarkistuspisteitä {result.checkpoints}.")
    click.echo("Loki on ehjä." if not result.faults else f"{result.faults} vikaa.")
    sys.exit(REFUSED if result.faults else 0)


def _line(fault: LogFault) -> str:
    where = f"{fault.chain_id} {fault.number}" if fault.chain_id else f"{fault.number}"
    return f"{fault.kind}: {PLACES[fault.place]} {where}: {SENTENCES[fault.kind]}"


@access_log.command()
@refusals_as_sentences
def checkpoint() -> None:
    """Sign the heads of the chains that have grown into the file of checkpoints. Needs the private key."""
    with opened_engine() as engine:
        places = engine.settings.checkpoints
        try:
            signed = engine.perform(SignCheckpoint(), SYSTEM)
        except OSError as refused:
            raise Refusal(
                f"VIREILLE_CHECKPOINT_FILE: tiedostoon {places.file} ei voi kirjoittaa ({refused.strerror}). Mitään ei allekirjoitettu."
            ) from refused
        click.echo(f"Allekirjoitettuja ketjuja: {signed}.")
        try:
            SecondPlace(places).append_lacking()
        except OSError as refused:
            raise Refusal(
                f"VIREILLE_CHECKPOINT_COPY: tiedostoon {places.copy} ei voi kirjoittaa ({refused.strerror}). Allekirjoitetut ovat "
                f"tiedostossa {places.file}, ja toinen paikka saa ne, kun siihen pääsee."
            ) from refused


@access_log.command()
@refusals_as_sentences
def key() -> None:
    """Create the pair of keys for checkpoints: a private half that signs, a public one that verifies.

    Leave the private half only where checkpoints are signed. To replace it, put the new public half behind the old one,
    in the same file.
    """
    try:
        private, public = create_checkpoint_key(os.environ)
    except FileExistsError as there:
        raise Refusal(f"Avain {there.filename or there} on jo olemassa. Sitä ei korvata.") from None
    click.echo(f"{private}\n{public}")
