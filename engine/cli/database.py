"""The tables, and backups: taken, proved, restored to an empty machine."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Final

import click

from engine.backups import (
    Proof,
    back_up_data,
    back_up_keys,
    prove_data,
    prove_keys,
    restore_data,
    restore_keys,
)
from engine.bootstrap import give_up_lost_keys, prepare_database
from engine.cli.context import (
    FAULT_SENTENCES,
    REFUSED,
    opened_engine,
    refusals_as_sentences,
    require_servers,
)
from engine.clock import HELSINKI
from engine.commands.time_figures import CountTimes
from engine.domain.access_log import SENTENCES
from engine.domain.people import OPERATOR
from engine.errors import Refusal
from engine.settings import EngineSettings
from engine.storage.archives import CHECKPOINTS, Archive, Kind, open_archive
from engine.storage.privileges import grant

NO_KEY: Final = "Palauta pääavain paikasta, jossa sitä säilytetään kopioista erillään. Uutta ei pidä luoda: se ei avaa mitään."
Archives = tuple[Path, ...]
_FOLDERS = click.Path(path_type=Path)
AS_THEN: Final = (
    ("suljetut tilit ja roolit", "'vireille people list'"),
    ("päättyneet määräykset", "'vireille people appointments TUNNUS'"),
    ("hylätyt ehdotukset", "'vireille people waiting'"),
    (
        "lopetetut kirjautumistavat: salasanat, pääsyavaimet, käytetyt palautuskoodit",
        "'vireille people invite TUNNUS'",
    ),
    ("ohjelmien perutut tunnukset ja osoitteet", "'vireille people services', 'vireille webhooks list'"),
    ("asioiden rajoitukset, esteellisyydet ja hävittämisen estot", "asian sivu"),
    (
        "turvattomaksi merkityt yhteystavat, lopetetut viestit, perutut linkit, suljettu lukeminen verkossa",
        "asian sivu",
    ),
)
"""Kinds of things that an archive holds as they were, each with where it is shown or ended: no archive says what came after it."""


@click.command()
@click.option(
    "--keys-lost",
    is_flag=True,
    help="Go on with a key store older than the database: the content of cases whose keys it lacks is lost.",
)
@click.option(
    "--for",
    "role",
    metavar="ROLE",
    help="Give this role of PostgreSQL all that the program needs of the tables: to the access log it only adds.",
)
@refusals_as_sentences
def migrate(keys_lost: bool, role: str | None) -> None:  # noqa: FBT001 - click gives a flag
    """Bring the database to the tables this version needs, and its keys to the key store."""
    with opened_engine(prepared=False) as engine:
        if keys_lost:
            click.echo(f"Avaimet on menetetty {give_up_lost_keys(engine)} asialta.")
        prepare_database(engine)
        click.echo("Tietokanta on ajan tasalla.")
        if role:
            grant(engine.database, role)
            click.echo(
                f"Käyttäjällä {role} on sen tarvitsemat oikeudet. Luku- ja katselulokiin se voi vain lisätä."
            )


@click.command("count-times")
@refusals_as_sentences
def count_times() -> None:
    """Count anew how long cases wait and where, for the overview. The worker does so every ten minutes."""
    with opened_engine() as engine:
        is_counted = engine.perform(CountTimes(anew=True), OPERATOR)
    click.echo(
        "Seurannan luvut on laskettu."
        if is_counted
        else "Laskettavaa ei ole: yhtään mallia ei ole vielä julkaistu."
    )


@click.command()
@click.argument("target", type=_FOLDERS)
@click.option(
    "--keys", is_flag=True, help="Copy the key store instead, to another place than the copies of the data."
)
@refusals_as_sentences
def backup(target: Path, keys: bool) -> None:  # noqa: FBT001 - click gives a flag
    """Write an archive of the data to the folder TARGET while people work, or of the keys.

    Copy the data first and the keys after them: then no case in the copy lacks its keys.
    """
    began = perf_counter()
    with opened_engine() as engine:
        manifest = (back_up_keys if keys else back_up_data)(engine, target)
    if manifest.counts.get("access_checkpoints") and all(each.name != CHECKPOINTS for each in manifest.parts):
        click.echo(
            "Lokin tarkistuspisteitä ei ole tällä koneella, eikä siis kopiossa: 'vireille verify' nimeää ne puuttuviksi. Aja "
            "komento koneella, joka allekirjoittaa lokin.",
            err=True,
        )
    size = sum(each.size for each in manifest.parts)
    what = "avaimet" if keys else "tiedot"
    click.echo(
        f"{target}: {what} sellaisina kuin ne olivat {_at(manifest.taken_at)}. Rivejä {manifest.row_count}, {size / 2**20:.1f} Mt, "
        f"{perf_counter() - began:.1f} s."
    )


@click.command()
@click.argument("archives", type=_FOLDERS, nargs=-1, required=True)
@click.option(
    "--keys-lost",
    is_flag=True,
    help="Go on with a key store older than the data: the content of cases whose keys it lacks is lost.",
)
@refusals_as_sentences
def restore(archives: Archives, keys_lost: bool) -> None:  # noqa: FBT001 - click gives a flag
    """Put archives back into an empty database and an empty key store, with the service stopped.

    Data alone are restored beside the key store of today: what was erased since stays erased.
    """
    began = perf_counter()
    data, keys = _opened(archives)
    settings = _settings()
    require_servers(settings, of_data=data is not None, of_keys=True)
    if keys:
        restore_keys(keys, settings)
        click.echo(
            f"Avaimet on palautettu. Ne ovat hetkeltä {_at(keys.manifest.taken_at)}: mitä sen jälkeen hävitettiin, aukeaa taas, kunnes "
            "työntekijä hävittää sen uudelleen."
        )
    if data:
        done = restore_data(data, settings, gives_up_keys=keys_lost)
        click.echo(
            f"Tiedot on palautettu, {done.rows} riviä. Mitä on vastaanotettu tai kirjattu {_at(done.taken_at)} jälkeen, on menetetty. "
            "Istunnot ja avoimet kutsut on päätetty: jokainen kirjautuu uudelleen."
        )
        click.echo("Kuin silloin ovat, vaikka ne olisi sen jälkeen päätetty tai kirjattu:")
        for what, place in AS_THEN:
            click.echo(f"  {what} ({place})")
        click.echo(
            "Päätä ja kirjaa ne uudelleen, ennen kuin muut pääsevät palveluun ja työntekijä käynnistyy."
        )
        if done.keyless:
            click.echo(f"Avaimet on menetetty {done.keyless} asialta: niiden sisältöä ei saa auki.")
        if done.unsent:
            click.echo(
                f"Lähtevissä on {done.unsent} viestiä. Osa on voinut jo lähteä, ja lähtee uudelleen, kun työntekijä käynnistyy."
            )
    click.echo(
        f"Aikaa meni {perf_counter() - began:.1f} s. Aja 'vireille doctor --deep' ja 'vireille access-log verify' ennen kuin käynnistät palvelun."
    )


@click.command()
@click.argument("archives", type=_FOLDERS, nargs=-1, required=True)
@click.option("--deep", is_flag=True, help="Also restore each running process: minutes for many cases.")
@click.option("--only-digests", is_flag=True, help="Only compare the parts with their digests; needs no key.")
@refusals_as_sentences
def verify(archives: Archives, deep: bool, only_digests: bool) -> None:  # noqa: FBT001 - click gives flags
    """Prove archives without restoring over anything: digests, chains, keys without data, data without keys.

    Data are opened in a temporary folder (TMPDIR), with an archive of keys or else with the key store of today. Exit code
    1 if anything is wrong.
    """
    data, keys = _opened(archives)
    if only_digests:
        click.echo("Jokainen osa on sellainen kuin kopiota otettaessa.")
        return
    settings = _settings()
    require_servers(settings, of_data=False, of_keys=keys is None)
    proofs = []
    if keys:
        proofs.append(prove_keys(keys, settings))
    if data:
        proofs.append(prove_data(data, keys, settings, opens_instances=deep))
    for line in (line for proof in proofs for line in _lines(proof)):
        click.echo(f"VIKA  {line}")
    if not all(each.is_right for each in proofs):
        sys.exit(REFUSED)
    for each in (keys, data):
        if each:
            click.echo(
                f"{each.folder}: ehjä, hetkeltä {_at(each.manifest.taken_at)}, rivejä {each.manifest.row_count}."
            )


def _opened(folders: Archives) -> tuple[Archive | None, Archive | None]:
    """Return the archive of data and the archive of keys, each if it is given. Raise Refusal if two are of one kind."""
    found: dict[Kind, Archive] = {}
    for folder in folders:
        archive = open_archive(folder)
        if archive.manifest.kind in found:
            raise Refusal(
                f"{found[archive.manifest.kind].folder} ja {folder} ovat samaa lajia. Anna yksi tietojen ja yksi avainten kopio."
            )
        found[archive.manifest.kind] = archive
    return found.get(Kind.DATA), found.get(Kind.KEYS)


def _settings() -> EngineSettings:
    return EngineSettings.from_environment(way_to_key=lambda _database_url: NO_KEY)


def _lines(proof: Proof) -> Iterator[str]:
    yield from proof.problems
    for each in proof.faults:
        yield f"{each.place}: {each.count} {FAULT_SENTENCES[each.kind]} ({', '.join(each.examples)})"
    if proof.log:
        for fault in proof.log.found:
            yield f"{fault.place} {fault.number}: {SENTENCES[fault.kind]}."


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(HELSINKI):%d.%m.%Y klo %H.%M.%S}"
