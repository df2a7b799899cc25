"""The demonstration's staff: one or two of every role, with one password that is printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from engine.clock import day_of
from engine.commands.people import AddPerson, Appoint
from engine.domain.people import OPERATOR, Actor, Person, Power, Role
from engine.executor import Engine
from engine.simulation.people import PEOPLE, invented_person

PASSWORD: Final = "vireille-esittely"
MINUTES: Final[Mapping[str, str]] = {
    "kirjaaja": "kirjaa uuden asian vireille",
    "paivystaja": "ottaa vastaan kiireellisen puhelun",
    "kasittelija": "tekee seuraavan tehtävän",
    "toinen": "etelän käsittelijä",
    "paattaja": "lukee ja allekirjoittaa päätöksen",
    "johtaja": "näkee ja ratkaisee kaiken",
    "esihenkilo": "näkee, mikä myöhästyy",
    "omistaja": "muuttaa kaaviota",
    "omistaja2": "hyväksyy muutoksen",
    "tarkastaja": "näkee, kuka on lukenut",
    "yllapitaja": "lukee julkaistuja malleja",
}
"""Something to try as each person, by username."""


def _staff() -> dict[str, Person]:
    found = {each.username: each for each in PEOPLE}
    found["paivystaja"] = replace(found["paivystaja"], roles=frozenset({Role.ON_CALL, Role.INTAKE}))
    for person in (
        invented_person("toinen", "Tuomas Toinen", "sosiaalityöntekijä", Role.CASEWORKER, team="south"),
        invented_person("omistaja", "Outi Omistaja", "erityisasiantuntija", Role.PROCESS_OWNER),
        invented_person("omistaja2", "Olli Omistaja", "erityisasiantuntija", Role.PROCESS_OWNER),
        invented_person("tarkastaja", "Tarja Tarkastaja", "tietosuojavastaava", Role.AUDITOR),
        invented_person("yllapitaja", "Yrjö Ylläpitäjä", "järjestelmäasiantuntija", Role.ADMINISTRATOR),
    ):
        found[person.username] = person
    return {username: found[username] for username in MINUTES}


STAFF: Final[Mapping[str, Person]] = _staff()


def add_staff(engine: Engine) -> dict[str, Actor]:
    """Add everyone, with the appointments that decision-makers need. Return their actors by username."""
    found: dict[str, Actor] = {}
    for each in STAFF.values():
        person = engine.perform(
            AddPerson(
                each.username, each.name, PASSWORD, each.roles, each.title, each.email, each.phone, each.team
            ),
            OPERATOR,
        )
        if Role.DECISION_MAKER in each.roles:
            for power in Power:
                engine.perform(Appoint(person.id, power, day_of(engine.now())), OPERATOR)
        found[each.username] = Actor(person.name, person.roles, person.id, person.team, session_hash="demo")
    return found
