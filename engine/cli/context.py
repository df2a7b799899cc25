"""Shared by the terminal's commands: an engine, refusals as sentences, a version by its name."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import wraps
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

import click

from engine import clock
from engine.bootstrap import build_engine, read_settings, shipped_files
from engine.bpmn import Finding
from engine.domain.people import OPERATOR
from engine.errors import KeyStoreAway, ModelRejected, Refusal
from engine.executor import Engine
from engine.models.imports.file_import import laid_over
from engine.queries.models import ListModels, ReadModelFiles
from engine.queries.staffing import CheckStaffing
from engine.settings import EngineSettings, names_of_file
from engine.storage.database import Database
from engine.storage.durability import forbidden_as_refusal, key_store_unreachable, unreachable, wrong_schema
from engine.storage.key_store import KeyStore
from engine.texts import laid_over as reviewed_over

P = ParamSpec("P")
R = TypeVar("R")
REFUSED: Final = 1
"""Exit code of a refusal; 2 is click's for a wrong call."""
FAULT_SENTENCES: Final = {
    "orphan": "rivejä, joiden kohdetta ei ole. Palauta tietokanta varmuuskopiosta tai ota yhteys ylläpitoon.",
    "double": "saman askeleen rivejä kahdesti. Pysäytä työntekijät ja ota yhteys ylläpitoon.",
    "wait_of_ended": "odottavia rivejä, joiden prosessi on päättynyt.",
    "waits_for_nothing": "käynnissä olevia prosesseja, jotka eivät odota mitään: asia ei etene. Avaa asia ja siirrä se mallin uuteen versioon.",
    "wait_differs": "prosesseja, joiden tila ja rivit eroavat toisistaan.",
    "unreadable": "prosesseja, joiden tilaa ei saa auki. Palauta tietokannan oma avainvarasto tai varmuuskopio.",
    "chain": "kohtaa, joissa luku- ja katselulokia on muutettu. Aja 'vireille access-log verify'.",
    "data_without_key": "asiaa, joiden avaimia avainvarastossa ei ole. Palauta uudempi avainvarasto.",
    "key_without_data": "asiaa, joiden avaimet ovat varastossa, mutta joita tietokannassa ei ole. Onko tietokanta vanhempi kopio?",
    "event_to_nobody": "tapahtumaa odottaa lähetystä ohjelman osoitteeseen, joka on jo poistettu. Ota yhteys ylläpitoon.",
    "receiver_without_key": "ohjelman osoitetta, joiden allekirjoitusavainta ei ole tai ei saa auki. Vaihda avain hallintasivulla tai poista osoite.",
}
"""The meaning of a fault, after its number, and what to do."""


@contextmanager
def opened_engine(*, prepared: bool = True) -> Iterator[Engine]:
    """Give an engine whose master key is proved, and close it afterwards. `prepared`: its key store is proved too;
    raise Refusal, with the command to run, if the tables are missing or another version's. Raise it, with the server's own
    reason, if the server of the database or of the keys can't be reached."""
    engine = build_engine(read_settings())
    try:
        if not engine.database.is_sqlite and (away := unreachable(engine.database)):
            raise Refusal(away)
        is_prepared = engine.database.is_prepared()
        if prepared:
            engine.prove_key()
        else:
            engine.prove_master_key()
        if prepared and not is_prepared:
            raise Refusal(wrong_schema(engine.database) or "Tietokannassa ei ole vielä tauluja.")
        if prepared and (wrong := wrong_schema(engine.database)):
            raise Refusal(wrong)
        if not prepared:
            yield engine
        else:
            with reviewed_over(engine.reviewed_texts.read()):
                yield engine
    except KeyStoreAway as away:
        raise Refusal(key_store_unreachable(engine.key_store) or away.message) from away
    finally:
        engine.close()


def require_servers(settings: EngineSettings, *, of_data: bool, of_keys: bool) -> None:
    """Raise Refusal, with the server's own reason, if the server of the database or of the keys can't be reached. A file
    need not be there."""
    with (
        closing(Database(settings.database_url)) as database,
        closing(KeyStore(settings.key_store_url, clock.now)) as key_store,
    ):
        if of_data and not database.is_sqlite and (away := unreachable(database)):
            raise Refusal(away)
        if of_keys and not key_store.database.is_sqlite and (away := key_store_unreachable(key_store)):
            raise Refusal(away)


def refusals_as_sentences(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate a command: a refusal is printed as a sentence, with exit code 1, not as a traceback."""

    @wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with forbidden_as_refusal():
                return function(*args, **kwargs)
        except ModelRejected as refused:
            click.echo(refused.message, err=True)
            show_findings(refused.findings)
        except Refusal as refused:
            click.echo(str(refused), err=True)
        except OSError as refused:
            # Without a name it is no file: a pipe that somebody closed is click's to end.
            if not refused.filename:
                raise
            click.echo(_out_of_reach(refused), err=True)
        sys.exit(REFUSED)

    return guarded


def _out_of_reach(refused: OSError) -> str:
    """Return the sentence on a file that can't be read, made or written, with the setting that names it."""
    names = names_of_file(Path(os.fsdecode(refused.filename)), os.environ)
    sentence = f"{', '.join([*names, ''])}{refused.filename}: {refused.strerror}."
    if isinstance(refused, PermissionError):
        return f"{sentence} Aja komento käyttäjänä, joka pääsee tiedostoon: 'runuser -u vireille -- …'."
    return f"{sentence} {'Korjaa asetus' if names else 'Anna toinen paikka'}, tai laita paikka kuntoon."


def lacking_people(files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """Return findings on lanes whose role nobody holds; none where no database is set up, so that a check works anywhere."""
    try:
        with opened_engine() as engine:
            return engine.answer(CheckStaffing(files), OPERATOR)
    except Refusal:
        return ()


def show_findings(findings: tuple[Finding, ...]) -> None:
    for each in findings:
        click.echo(
            f"{each.severity}: {each.process_id or ''} {each.element_id or ''}: {each.sentence} {each.way_out}"
        )


def files_in(folder: Path | None) -> dict[str, bytes]:
    if folder is None:
        return dict(shipped_files())
    if not folder.is_dir():
        raise Refusal(f"Kansiota {folder} ei ole.")
    return laid_over(shipped_files(), folder)[0]


def version_named(engine: Engine, name: str) -> Mapping[str, bytes]:
    if name == "shipped":
        return dict(shipped_files())
    if not name.isdecimal():
        return files_in(Path(name))
    for each in engine.answer(ListModels(), OPERATOR).deployments:
        if each.deployment.number == int(name):
            return engine.answer(ReadModelFiles(each.deployment.id), OPERATOR)
    raise Refusal(f"Versiota {name} ei ole.")
