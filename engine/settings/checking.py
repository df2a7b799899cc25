"""Checks of single settings that need no machine: addresses, senders, names that nobody reads, names of files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

PREFIX: Final = "VIREILLE_"
FOR_TOOLS: Final = ("VIREILLE_TEST_", "VIREILLE_SKIP_")
"""Of tests and of the build: the program itself reads none of them."""
_SCHEMES: Final = {
    "postgres": "postgresql",
    "postgresql+psycopg2": "postgresql",
    "postgresql+asyncpg": "postgresql",
    "pgsql": "postgresql",
    "sqlite3": "sqlite",
}
"""Spelled otherwise elsewhere, with the scheme that is meant."""
_ADDRESS: Final = re.compile(r"[^\s@,;:<>()\[\]\\\"]{1,64}@[^\s@,;:<>()\[\]\\\"]+\.[^\s@,;:<>()\[\]\\\".]+")
_FOLDER: Final = "VIREILLE_VAR"
_NAMES_A_FILE: Final = ("_FILE", "_COPY")
_INVENTED: Final = ".invalid"
_NUMBER: Final = "{number}"
_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def database_problems(name: str, url: str) -> list[str]:
    """Return what is wrong with the address of a database. The address itself, which may hold a password, is not repeated."""
    scheme, divided, rest = url.partition("://")
    if divided and (meant := _SCHEMES.get(scheme)):
        return [f"{name} alkaa {scheme}://; kirjoita sen tilalle {meant}://."]
    if not divided or scheme not in {"sqlite", "postgresql", "postgresql+psycopg"}:
        found = f" Nyt se alkaa {scheme}://." if divided else ""
        return [f"{name} ei ole osoite, joka alkaa sqlite:/// tai postgresql://.{found}"]
    if scheme == "sqlite":
        if not rest.startswith("/"):
            return [
                f"{name}: sqlite: tarvitsee kolme vinoviivaa ja polun, esimerkiksi sqlite:////srv/vireille.db."
            ]
        return []
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return [f"{name}: portti ei ole luku väliltä 1-65535."]
    if port == 0:
        return [f"{name}: portti ei ole luku väliltä 1-65535."]
    if not parts.path.strip("/"):
        return [f"{name}: tietokannan nimi puuttuu osoitteen lopusta, esimerkiksi …/vireille."]
    return []


def sender_problems(name: str, sender: str, *, may_be_invented: bool) -> list[str]:
    if not _ADDRESS.fullmatch(sender):
        return [f"{name} on {sender!r}; se ei ole sähköpostiosoite, esimerkiksi viesti@virasto.fi."]
    if sender.endswith(_INVENTED) and not may_be_invented:
        return [
            f"{name} on keksitty osoite {sender}. Aseta osoite, josta viestit saavat lähteä ja joka ei kerro asiasta."
        ]
    return []


def gateway_problems(name: str, address: str, *, host: str, security: str) -> list[str]:
    """Return what is wrong with the address of a gateway for text messages, and with the way on which codes would leave."""
    problems = []
    filled = address.replace(_NUMBER, "358401234567")
    if (
        address.partition("@")[0].count(_NUMBER) != 1
        or set("{}") & set(filled)
        or not _ADDRESS.fullmatch(filled)
    ):
        problems.append(
            f"{name} on {address!r}; sen pitää olla sähköpostiosoite, jossa numero on kerran ennen @-merkkiä, "
            f"esimerkiksi {_NUMBER}@tekstiviestit.virasto.fi."
        )
    if not host:
        problems.append(f"{name} tarvitsee VIREILLE_SMTP_HOST: koodit lähtevät sähköpostina.")
    elif security == "none" and host not in _THIS_MACHINE:
        problems.append(
            f"{name}: koodit lähtisivät salaamatta. Aseta VIREILLE_SMTP_SECURITY=starttls tai tls."
        )
    return problems


def unknown_names(environment: Mapping[str, str], known: Iterable[str]) -> list[str]:
    """Return a sentence for each variable with our prefix, or one like it, that no part of the program reads, with the nearest
    one it does."""
    names = frozenset(known)
    strange = sorted(
        name
        for name in environment
        if _is_meant_for_us(name) and name not in names and not name.startswith(FOR_TOOLS)
    )
    return [f"{name}: tällaista asetusta ei ole.{_nearest(name, names)}" for name in strange]


def names_of_file(file: Path, environment: Mapping[str, str]) -> list[str]:
    """Return the settings that name this file, or one below this folder; where none does, the folder of all that have no place of
    their own, if the file lies in it."""
    given = {name: Path(value) for name, value in environment.items() if name.startswith(PREFIX) and value}
    named = [
        name
        for name, place in sorted(given.items())
        if (name.endswith(_NAMES_A_FILE) or name == _FOLDER) and (file == place or file in place.parents)
    ]
    return named or [_FOLDER for folder in (given.get(_FOLDER),) if folder in file.parents]


def _is_meant_for_us(name: str) -> bool:
    first, divided, _ = name.upper().partition("_")
    return bool(divided and get_close_matches(f"{first}_", [PREFIX], cutoff=0.85))


def _nearest(name: str, known: frozenset[str]) -> str:
    meant = PREFIX + name.upper().partition("_")[2]
    near = get_close_matches(meant, sorted(known), n=1, cutoff=0.8)
    return f" Tarkoititko {near[0]}?" if near else " Poista se tai katso docs/reference/settings.md."
