"""May this process begin, and is a running system in order: everything that has to be right, each a sentence with its way out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from engine import clock
from engine.bootstrap import build_engine, cage_warning
from engine.domain.people import SYSTEM
from engine.errors import KeyStoreAway, MisconfiguredEnvironment, Refusal, Unavailable, WrongKey
from engine.executor import Engine
from engine.isolation import missing_locks
from engine.letters.fonts import FOLDER as FONTS
from engine.letters.fonts import covered
from engine.queries.health import SILENT, ReadHealth
from engine.settings import CheckpointSettings, EngineSettings, database_problems
from engine.storage.database import Database
from engine.storage.durability import (
    clock_apart,
    is_outgrown,
    key_store_unreachable,
    not_durable,
    shares_connections,
    unreachable,
    wrong_schema,
)
from engine.storage.key_store import KeyStore
from engine.storage.keys import version_of
from engine.storage.privileges import lacking, may_change_log
from engine.storage.ways_in import programs_away, programs_without_end, without_way_in

NEEDED_IN_LETTERS: Final = "aäåöšžÄÅÖ§€–”Яαعবကไ中"
"""A character of each script that the shipped fonts must print."""
IN_THE_DEMONSTRATION: Final = frozenset({"durability", "clock"})
"""Mistakes that only warn where every person is invented."""

USUALLY_LATE: Final = timedelta(minutes=15)
LATE: Final = {"ring": timedelta(minutes=1), "timer": timedelta(minutes=5)}
"""As docs/operations.md lets a watching machine alert."""
FORGOTTEN_WITHIN: Final = timedelta(days=2)
"""Destroyed keys leave the files of a server's key store each night."""
DUE_IN_WORDS: Final = {
    "ring": "hälytystä päivystäjälle",
    "start": "asian alkua",
    "timer": "ajastinta",
    "move": "asian siirtoa",
    "breach": "ylitetyn määräajan merkintää",
    "meeting": "muistutusta tapaamisesta",
    "notice_mail": "viestiä henkilöstölle",
    "mail": "viestiä",
    "file": "tiedoston tarkistusta",
}


@dataclass(frozen=True, slots=True)
class Mistake:
    about: str
    """One word: settings, database, privileges, schema, pooler, key, key_store, durability, clock, checkpoints, fonts, log, accounts,
    webhooks, mail, worker, backlog, incidents, cage."""
    sentence: str
    is_grave: bool = True
    """A process does not begin with it. Otherwise it begins, and says so."""


def mistakes(engine: Engine) -> tuple[Mistake, ...]:
    """Return everything that is wrong with the machine, the databases and the keys of an engine."""
    found = [*_of_database(engine.database, engine.now), *_of_machine(engine.settings.checkpoints)]
    if any(each.about in {"database", "privileges"} for each in found):
        found += _of_server_of_keys(engine.key_store)
    else:
        found += [*_of_keys(engine), *_of_key_store(engine.key_store)]
    if not any(each.about in {"database", "privileges", "schema"} for each in found):
        found += [*_of_log(engine), *_of_accounts(engine), *_of_receivers(engine)]
    found += _of_mail(engine.settings)
    is_demonstration = engine.settings.is_demonstration
    return (*_weighed(found, is_demonstration), *_cage(is_demonstration=is_demonstration))


def _weighed(found: Iterable[Mistake], is_demonstration: bool) -> Iterator[Mistake]:  # noqa: FBT001 - a fact of the settings
    for each in found:
        warns = is_demonstration and each.about in IN_THE_DEMONSTRATION
        yield replace(each, is_grave=False) if warns else each


def mistakes_at_work(engine: Engine) -> Iterator[Mistake]:
    """Yield what a system that runs leaves undone. Grave is a changed log alone: one that was restored has no worker yet."""
    now, health = engine.now(), engine.answer(ReadHealth(), SYSTEM)
    if health.beat is None or abs(now - health.beat.at) > SILENT:
        since = "ei ole vielä toiminut" if health.beat is None else f"on vaiti {_at(health.beat.at)} alkaen"
        yield Mistake(
            "worker",
            f"Työntekijä {since}: viestit eivät lähde, määräajat eivät laukea eikä mitään hävitetä. "
            "Käynnistä se ('vireille worker', tai 'vireille serve' ilman valitsinta --no-worker) ja katso sen lokista, miksi se loppui.",
            is_grave=False,
        )
    unsent = {"mail"} if engine.settings.mail is None else set()
    for each in health.backlogs:
        late = timedelta(seconds=health.late_seconds(each.kind, now))
        if each.kind not in {"webhook", *unsent} and late > LATE.get(each.kind, USUALLY_LATE):
            yield Mistake(
                "backlog",
                f"Myöhässä on {each.count} {DUE_IN_WORDS.get(each.kind, each.kind)}, vanhin {_at(now - late)} alkaen. Katso työntekijän lokista, mikä ei onnistu.",
                is_grave=False,
            )
    if opened := sum(health.incidents.values()):
        yield Mistake(
            "incidents",
            f"Häiriöitä odottaa {opened}: esihenkilö katsoo ne sivulta Häiriöt ja antaa yrittää uudelleen.",
            is_grave=False,
        )
    forgotten = engine.key_store.forgotten_at()
    if forgotten is not None and not timedelta(0) <= now - forgotten <= FORGOTTEN_WITHIN:
        yield Mistake(
            "key_store",
            f"Hävitetyt avaimet ovat avainvaraston palvelimen tiedostoissa {_at(forgotten)} alkaen: työntekijä kirjoittaa taulut uudelleen joka yö "
            "kello 3–5, eikä se ole onnistunut. Katso, ettei mikään pidä niitä silloin varattuna (kopio, kesken jäänyt tapahtuma, "
            "replikointipaikka) ja että ohjelman käyttäjä omistaa ne.",
            is_grave=False,
        )
    if health.log_faults:
        yield Mistake(
            "log",
            f"Luku- ja katselulokin viimeisin tarkistus löysi {health.log_faults} vikaa. Soita tarkastajalle; "
            "'vireille access-log verify' näyttää, mitä on muutettu.",
        )


def _at(moment: datetime) -> str:
    return f"{moment:%d.%m.%Y %H.%M} UTC"


def mistakes_beside(environment: Mapping[str, str]) -> tuple[Mistake, ...]:
    """Return what else is wrong where settings are: all that can be known without those that are."""
    settings, _ = EngineSettings.as_far_as_right(environment)
    of_data, of_keys = settings.database_url, settings.key_store_url
    readable = {url for url in (of_data, of_keys) if url and not database_problems("", url)}
    if settings.master_key and len(readable) == 2:
        with closing(build_engine(settings)) as engine:
            return mistakes(engine)
    found = list(_of_machine(settings.checkpoints))
    if of_data in readable:
        with closing(Database(of_data)) as database:
            found += _of_database(database, clock.now)
    if of_keys in readable:
        with closing(KeyStore(of_keys, clock.now)) as key_store:
            found += _of_server_of_keys(key_store)
    found += _of_mail(settings)
    is_demonstration = settings.is_demonstration
    return (*_weighed(found, is_demonstration), *_cage(is_demonstration=is_demonstration))


def require_ready(engine: Engine) -> tuple[str, ...]:
    """Raise MisconfiguredEnvironment, with every grave mistake. Return the sentences of the others."""
    found = mistakes(engine)
    if grave := tuple(each.sentence for each in found if each.is_grave):
        raise MisconfiguredEnvironment(grave)
    return tuple(each.sentence for each in found)


def hindrances(engine: Engine) -> tuple[str, ...]:
    """Return in one word each what keeps this process from serving now: database, schema, key, key_store. Asked every few
    seconds, so it looks at little."""
    try:
        if is_outgrown(engine.database):
            return ("schema",)
        engine.prove_key()
        if engine.key_store.id() is None:
            return ("key_store",)
        held = engine.key_store.root()
        # The proof was of the master key of that time. Another process may have changed it since.
        if held is not None and not engine.master.has(version_of(held)):
            return ("key",)
    except WrongKey:
        return ("key",)
    except KeyStoreAway:
        return ("key_store",)
    except Unavailable:
        return ("database",)
    return ()


def _of_database(database: Database, now: Callable[[], datetime]) -> Iterator[Mistake]:
    if away := unreachable(database):
        yield Mistake("database", away)
        return
    try:
        if lacks := lacking(database):
            role, tables = lacks
            yield Mistake(
                "privileges",
                f"Tietokannan käyttäjältä {role}, jolla ohjelma toimii, puuttuu oikeuksia tauluihin {', '.join(tables[:5])}"
                f"{' …' if len(tables) > 5 else ''}. Anna ne taulujen omistajana: 'vireille migrate --for {role}'.",
            )
        elif wrong := wrong_schema(database):
            yield Mistake("schema", wrong)
        if shared := shares_connections(database):
            yield Mistake("pooler", shared)
        for each in not_durable(database):
            yield Mistake("durability", each)
        if apart := clock_apart(database, now()):
            # An entry of SQLite's log proves nothing of today: the clock may have been ahead then, and people wait. A clock that is
            # behind destroys nothing before its day.
            yield Mistake("clock", apart, is_grave=not database.is_sqlite)
    except Unavailable as gone:
        yield Mistake("database", gone.message)


def _of_keys(engine: Engine) -> Iterator[Mistake]:
    try:
        engine.prove_key()
    except Refusal as refused:
        away = key_store_unreachable(engine.key_store) if isinstance(refused, Unavailable) else None
        yield Mistake("key", away or refused.message)


def _of_server_of_keys(key_store: KeyStore) -> Iterator[Mistake]:
    """Yield what can be known of a key store by itself. A file may be made with the tables."""
    if not key_store.database.is_sqlite and (away := key_store_unreachable(key_store)):
        yield Mistake("key", away)
    yield from _of_key_store(key_store)


def _of_key_store(key_store: KeyStore) -> Iterator[Mistake]:
    store = key_store.database
    if store.is_sqlite or unreachable(store):
        return
    for each in not_durable(store):
        yield Mistake("durability", f"Avainvarasto: {each}")
    if shared := shares_connections(store):
        yield Mistake("pooler", f"Avainvarasto: {shared}")


def _of_log(engine: Engine) -> Iterator[Mistake]:
    """Not grave: a changed log shows all the same, by its chains and by the checkpoints outside."""
    if role := may_change_log(engine.database):
        yield Mistake(
            "log",
            f"Tietokannan käyttäjä {role}, jolla ohjelma toimii, voi muuttaa luku- ja katselulokia. Anna taulut toiselle käyttäjälle "
            "ja ohjelman omalle vain sen tarvitsemat oikeudet: 'vireille migrate --for KÄYTTÄJÄ' omistajan tunnuksella.",
            is_grave=False,
        )


def _of_accounts(engine: Engine) -> Iterator[Mistake]:
    """Not grave: an invitation to the emergency account is accepted on the pages that begin now."""
    for name in without_way_in(engine.database, engine.settings.local_accounts or ()):
        yield Mistake(
            "accounts",
            f"VIREILLE_LOCAL_ACCOUNTS nimeää tunnuksen {name}, jolla ei pääse sisään, kun kirjautumispalvelu on poissa. "
            f"Luo se komennolla 'vireille people add', jos sitä ei ole, ja anna sille kutsu: 'vireille people invite {name}'.",
            is_grave=False,
        )
    for name in programs_without_end(engine.database):
        yield Mistake(
            "accounts",
            f"Ohjelman {name} tunniste ei vanhene koskaan. Luo ohjelmalle uusi tunniste ja lopeta vanha: 'vireille people revoke-service {name}'.",
            is_grave=False,
        )


def _of_receivers(engine: Engine) -> Iterator[Mistake]:
    """Not grave: what waits is tried again by itself."""
    for name, waiting in programs_away(engine.database):
        yield Mistake(
            "webhooks",
            f"Ohjelman {name} osoite ei ottanut vastaan viimeisintä tapahtumaa, ja {waiting} odottaa. "
            "Katso syy lokista ('a receiver is away') ja osoite hallintasivulta.",
            is_grave=False,
        )


def _of_mail(settings: EngineSettings) -> Iterator[Mistake]:
    """Not grave: who trains needs no mail. The demonstration says so itself."""
    if settings.mail is None and not settings.is_demonstration:
        yield Mistake(
            "mail",
            "VIREILLE_SMTP_HOST puuttuu: yksikään viesti ei lähde, ei myöskään päivystäjälle, kun joku on vaarassa. "
            "Aseta se ja VIREILLE_SMTP_SENDER.",
            is_grave=False,
        )


def _of_machine(checkpoints: CheckpointSettings) -> Iterator[Mistake]:
    places = {"VIREILLE_CHECKPOINT_FILE": checkpoints.file, "VIREILLE_CHECKPOINT_COPY": checkpoints.copy}
    for name, file in places.items():
        if file is not None and (wrong := _unwritable(file)):
            yield Mistake("checkpoints", f"{name}: {wrong}")
    if wrong := _unreadable(checkpoints.key_file):
        yield Mistake("checkpoints", f"VIREILLE_CHECKPOINT_KEY_FILE: {wrong}")
    missing = "".join(each for each in NEEDED_IN_LETTERS if ord(each) not in covered())
    if missing:
        yield Mistake(
            "fonts",
            f"Kirjeiden kirjasimia puuttuu kansiosta {FONTS}: merkkejä {missing} ei voi painaa. Asenna ohjelma uudelleen.",
        )


def _unreadable(file: Path) -> str | None:
    """Return why a file that is there can't be read."""
    # By the real user: where root asks for the service's, root's own files of secrets are handed to it by the unit.
    if os.access(file, os.R_OK):
        return None
    try:
        return f"tiedostoa {file} ei saa lukea." if file.exists() else None
    except OSError as refused:
        return _out_of_reach(file, refused)


def _unwritable(file: Path) -> str | None:
    """Return why a file can't be appended to, without creating anything."""
    try:
        return _unwritable_within_reach(file)
    except OSError as refused:
        return _out_of_reach(file, refused)


def _out_of_reach(file: Path, refused: OSError) -> str:
    """A folder above it can't be entered."""
    return (
        f"tiedostoon {file} ei pääse ({refused.strerror}). Anna paikka, johon palvelun käyttäjä pääsee; systemd-yksikkö ei pääse "
        "kansioihin /home ja /root, ja avaimen se saa rivillä LoadCredential."
    )


def _unwritable_within_reach(file: Path) -> str | None:
    if file.is_dir():
        return f"{file} on kansio; anna tiedoston polku."
    if file.exists():
        return None if _may(file, os.W_OK) else f"tiedostoon {file} ei saa kirjoittaa."
    above = next((each for each in file.absolute().parents if each.exists()), Path("/"))
    if not above.is_dir():
        return f"{above} on tiedosto, joten tiedostoa {file} ei voi luoda."
    if not _may(above, os.W_OK | os.X_OK):
        return f"kansioon {above} ei saa kirjoittaa, joten tiedostoa {file} ei voi luoda."
    return None


def _may(file: Path, mode: int) -> bool:
    # By the effective user: the doctor, as root, looks for the service's.
    return os.access(file, mode, effective_ids=True)


def locks_away() -> tuple[str, ...]:
    """Return the locks of the children's cage that this machine's kernel lacks. A process without them serves, and `mistakes`
    says what it refuses."""
    return tuple(sorted(missing_locks()))


def _cage(*, is_demonstration: bool) -> Iterator[Mistake]:
    if open_cage := cage_warning(is_demonstration=is_demonstration):
        yield Mistake("cage", open_cage, is_grave=False)
