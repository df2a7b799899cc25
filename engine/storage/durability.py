"""A database as a process finds it at its start: reachable, of the right tables, durable, with connections of our own and a
clock like ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Connection, inspect, make_url, select, text
from sqlalchemy.exc import DBAPIError

from engine.errors import Refusal, Unavailable
from engine.storage.availability import unavailable_when_away
from engine.storage.database import Database
from engine.storage.key_store import KeyStore
from engine.storage.migrating import Schema, schema_of
from engine.storage.tables.access import ACCESS_ENTRIES

DURABLE: Final = {
    "fsync": frozenset({"on"}),
    "full_page_writes": frozenset({"on"}),
    "synchronous_commit": frozenset({"on", "remote_apply"}),
}
"""Settings of PostgreSQL without which a commit that was answered may be lost, or a page be torn, when the power goes.

`remote_write` and `local` answer before a standby has the commit on its disk.
"""
SKEW: Final = timedelta(seconds=30)
"""Deadlines are days and pages show minutes; a clock of a machine that is kept right differs by less than a second."""
AHEAD: Final = timedelta(minutes=5)
"""Of the newest entry before our clock: workers on other machines may be a little ahead."""
_SCHEMAS: Final = {
    Schema.MISSING: "Tietokannassa ei ole vielä tauluja. Aja 'vireille migrate'.",
    Schema.OLDER: "Tietokannan taulut ovat vanhemmat kuin tämä ohjelma. Ota varmuuskopio ja aja 'vireille migrate'.",
    Schema.UNKNOWN: "Tietokannan taulut on tehnyt toinen ohjelman versio, jota tämä ei tunne. Asenna uusin versio: "
    "'vireille --version' kertoo, mikä tämä on.",
}

AS_OWNER: Final = (
    "PostgreSQL:ssä taulujen omistajana, ja oikeudet ohjelman omalle käyttäjälle: "
    "'env -u VIREILLE_DATABASE_URL_FILE VIREILLE_DATABASE_URL=postgresql://OMISTAJA@/TIETOKANTA vireille migrate --for KÄYTTÄJÄ'."
)


def unreachable(database: Database) -> str | None:
    """Return the sentence if the database can't be opened, with the server's own reason; None if it can.

    A file of SQLite that is not there is not created by looking.
    """
    try:
        if (file := _file_of(database)) is not None and not file.exists():
            return f"Tietokantaa {file} ei ole. Luo se komennolla 'vireille migrate'."
        _ask(database)
    except (DBAPIError, OSError, Unavailable) as failure:
        shown = make_url(database.url).render_as_string(hide_password=True)
        return f"Tietokantaan {shown} ei saada yhteyttä: {_reason(failure)}. Tarkista osoite, tunnus ja palvelin."
    return None


def key_store_unreachable(key_store: KeyStore) -> str | None:
    """Return the sentence if the key store can't be opened, with the server's own reason. Looking creates no file."""
    try:
        if (file := _file_of(key_store.database)) is not None:
            file.stat()
        _ask(key_store.database)
    except (DBAPIError, OSError, Unavailable) as failure:
        return f"Avainvarastoon {key_store.place} ei saada yhteyttä: {_reason(failure)}. Tarkista VIREILLE_KEY_STORE ja sen palvelin."
    return None


def _file_of(database: Database) -> Path | None:
    held = make_url(database.url).database
    return Path(held) if database.is_sqlite and held and held != ":memory:" else None


def _ask(database: Database) -> None:
    with database.engine.connect() as connection:
        connection.execute(text("select 1"))


def _reason(failure: Exception) -> str:
    if isinstance(failure, OSError) and failure.strerror:
        return failure.strerror
    # All of its lines: the reason stands in the first, and advice in the last.
    answer = " ".join(str(getattr(failure, "orig", failure)).split())
    return answer.removesuffix(".") or type(failure).__name__


def wrong_schema(database: Database) -> str | None:
    sentence = _SCHEMAS.get(schema_of(database))
    if sentence is None or database.is_sqlite or "migrate" not in sentence:
        return sentence
    return f"{sentence} {AS_OWNER}"


def is_outgrown(database: Database) -> bool:
    """Return True if this program needs tables that are not there. Those of a later version hold what this one needs: a process
    that began before they were made goes on until it is replaced."""
    return schema_of(database) in {Schema.MISSING, Schema.OLDER}


@contextmanager
def forbidden_as_refusal() -> Iterator[None]:
    """Turn the server's answer that this role lacks a privilege into a Refusal that names the right one."""
    try:
        yield
    except DBAPIError as failure:
        if not isinstance(failure.orig, InsufficientPrivilege):
            raise
        raise Refusal(f"Tietokannan käyttäjältä puuttuu tähän oikeus. {AS_OWNER}") from failure


def not_durable(database: Database) -> tuple[str, ...]:
    """Return a sentence for each setting of the server, or of the file, with which an answered commit may be lost."""
    with database.view() as connection:
        return tuple(_of_sqlite(connection) if database.is_sqlite else _of_server(connection))


def _of_server(connection: Connection) -> Iterator[str]:
    for name, allowed in DURABLE.items():
        value = connection.execute(text("select current_setting(:name)"), {"name": name}).scalar_one()
        if value not in allowed:
            yield (
                f"PostgreSQL: {name} on {value}, joten vahvistettu hakemus voi kadota sähkökatkossa. "
                f"Aja palvelimella: ALTER SYSTEM SET {name} = 'on'; SELECT pg_reload_conf();"
            )


def _of_sqlite(connection: Connection) -> Iterator[str]:
    mode = connection.exec_driver_sql("pragma journal_mode").scalar_one()
    if mode not in {"wal", "memory"}:
        yield (
            f"SQLite: journal_mode on {mode}, vaikka ohjelma pyysi wal: levy ei salli sitä (verkkolevy?). "
            "Siirrä tietokanta koneen omalle levylle."
        )


def shares_connections(database: Database) -> str | None:
    """Return the sentence if a pooler stands between that gives each transaction whichever connection is free.

    Two connections that are open at once have two processes of the server, and each keeps its own. With such a pooler the second
    gets the one that the first has just left, or the first gets another in its next transaction. A setting that is made for one
    connection, as `synchronous_commit` while keys are rewritten, would then hold for the commits of others.
    """
    if database.is_sqlite:
        return None
    with unavailable_when_away(), database.engine.connect() as one, database.engine.connect() as other:
        first, again, beside = (_process_of(each) for each in (one, one, other))
    if first == again != beside:
        return None
    return (
        "PostgreSQL: välissä on yhteyksien jakaja (PgBouncer), joka antaa jokaiselle tapahtumalle minkä tahansa vapaan yhteyden. "
        "Ohjelma tarvitsee omat yhteydet: aseta siinä pool_mode = session, tai anna palvelimen oma osoite."
    )


def _process_of(connection: Connection) -> int:
    """Return the number of the server's process, in a transaction of its own."""
    number: int = connection.execute(text("select pg_backend_pid()")).scalar_one()
    connection.rollback()
    return number


def clock_apart(database: Database, now: datetime) -> str | None:
    """Return the sentence if this machine's clock and the database's differ: by the server's own clock, or, where there is
    none, by the newest entry of the access log. One that was made while the clock ran ahead can't be altered: a server whose
    clock agrees is believed instead."""
    with database.view() as connection:
        if not database.is_sqlite:
            theirs = connection.execute(text("select clock_timestamp()")).scalar_one()
            if abs(theirs - now) > SKEW:
                return (
                    f"Koneen kello on {now:%d.%m.%Y %H.%M.%S} UTC ja tietokantapalvelimen {theirs:%d.%m.%Y %H.%M.%S}. "
                    "Määräajat lasketaan koneen kellosta: tahdista molemmat ('timedatectl set-ntp true')."
                )
            return None
        if not inspect(connection).has_table(ACCESS_ENTRIES.name):
            return None
        newest = connection.execute(
            select(ACCESS_ENTRIES.c.at).order_by(ACCESS_ENTRIES.c.id.desc()).limit(1)
        ).scalar_one_or_none()
    if newest is not None and newest - now > AHEAD:
        return (
            f"Koneen kello on {now:%d.%m.%Y %H.%M.%S} UTC, mutta lokin viimeinen merkintä on {newest:%d.%m.%Y %H.%M.%S}. "
            "Jos kello on jäljessä, tahdista se heti ('timedatectl set-ntp true'): määräajat lasketaan siitä. Jos se on oikeassa, "
            "se oli merkittäessä edellä: ohjelma toimii, merkintää ei voi muuttaa, ja tämä huomautus loppuu, kun aika on mennyt sen ohi."
        )
    return None
