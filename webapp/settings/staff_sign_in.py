"""Settings of staff sign-in at the authority's identity provider, and the operator's table of claims.

The table is TOML: whose account a claim opens, which roles it allows, and whom to ask.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from engine.domain.people import STAFF as STAFF_ROLES
from engine.domain.people import Role
from webapp.settings.identification import STAFF, IdentificationSettings, given_with

ASK, ROLES_CLAIM, PEOPLE, ROLES, GIVEN = "ask", "roles_claim", "people", "roles", "given_by_claim"
_KINDS: Final[Mapping[str, tuple[type, str]]] = {
    ASK: (str, "teksti"),
    ROLES_CLAIM: (str, "teksti"),
    PEOPLE: (dict, "taulukko"),
    ROLES: (dict, "taulukko"),
    GIVEN: (list, "luettelo"),
}


@dataclass(frozen=True, slots=True)
class ClaimTable:
    """The operator's table: accounts and roles by the provider's claims."""

    ask: str
    """The contact of a person who can't come in: a name and a telephone number."""
    people: Mapping[str, str]
    """Usernames by the value of the claim that names the person. Empty: the value is the username."""
    roles_claim: str
    """The claim that lists what the person may be; empty: the roles given here hold as they are."""
    roles: Mapping[str, frozenset[Role]]
    """Roles that a value of it allows."""
    given: frozenset[Role]
    """Roles that the claim gives by itself, without a second person here."""


@dataclass(frozen=True, slots=True)
class StaffSignIn:
    provider: IdentificationSettings
    table: ClaimTable

    @classmethod
    def from_environment(cls, env: Mapping[str, str], problems: list[str]) -> StaffSignIn | None:
        """Return the settings; None without any. Adds every mistake to `problems`, those of the table too."""
        provider = IdentificationSettings.from_environment(env, problems, STAFF)
        file = given_with(STAFF, env).get("TABLE_FILE")
        table = None if file is None else _table(file, problems)
        if given_with(STAFF, env) and not env.get("VIREILLE_LOCAL_ACCOUNTS", "").strip():
            problems.append(
                "VIREILLE_LOCAL_ACCOUNTS puuttuu: nimeä hätätunnus, jolla pääsee sisään kirjautumispalvelun ollessa poissa, "
                "tai anna arvo all."
            )
        return None if provider is None or table is None else cls(provider, table)


def _table(file: str, problems: list[str]) -> ClaimTable | None:
    name = f"{STAFF}TABLE_FILE"
    try:
        read = tomllib.loads(Path(file).read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        problems.append(f"{name} on {file!r}; tiedostoa ei voi lukea.")
        return None
    except tomllib.TOMLDecodeError as broken:
        problems.append(f"{name}: tiedosto ei ole TOMLia: {broken}.")
        return None
    found = [f"{key}: tällaista kohtaa ei ole." for key in sorted(read.keys() - _KINDS.keys())]
    for key, (kind, word) in _KINDS.items():
        if key in read and not isinstance(read[key], kind):
            found.append(f"{key} ei ole {word}.")
            del read[key]
    if not str(read.get(ASK, "")).strip():
        found.append(f"{ASK} puuttuu: keneltä kysyy se, joka ei pääse sisään.")
    people = read.get(PEOPLE, {})
    found += [f"{PEOPLE}: {key!r} ei ole käyttäjätunnus." for key in people if not _is_text(people[key])]
    roles = {value: _roles(f"{ROLES}: {value}", named, found) for value, named in read.get(ROLES, {}).items()}
    given = _roles(GIVEN, read.get(GIVEN, []), found)
    if bool(roles) != (ROLES_CLAIM in read):
        found.append(f"{ROLES_CLAIM} ja {ROLES} tarvitsevat toisensa.")
    lost = given - frozenset().union(*roles.values())
    found += [
        f"{GIVEN}: {role.value} ei ole minkään arvon kohdalla kohdassa {ROLES}." for role in sorted(lost)
    ]
    problems += [f"{name}: {each}" for each in found]
    if found:
        return None
    return ClaimTable(read[ASK].strip(), people, read.get(ROLES_CLAIM, ""), roles, given)


def _roles(place: str, named: object, problems: list[str]) -> frozenset[Role]:
    known = {role.value: role for role in STAFF_ROLES}
    listed: list[Any] = named if isinstance(named, list) else [named]
    for each in listed:
        if not isinstance(each, str) or each not in known:
            problems.append(f"{place}: roolia {each!r} ei ole.")
    return frozenset(known[each] for each in listed if isinstance(each, str) and each in known)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
