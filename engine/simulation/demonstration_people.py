"""The demonstration's staff: one or two of every role, all plainly invented, all with one password that is printed."""

from __future__ import annotations

from dataclasses import dataclass

from engine.clock import day_of
from engine.commands.people import AddPerson, Appoint
from engine.domain.people import OPERATOR, Actor, Person, Power, Role
from engine.executor import Engine

PASSWORD = "vireille-esittely"
"""Printed at start and good for nothing else: a demonstration holds no one's data."""


@dataclass(frozen=True, slots=True)
class Invented:
    username: str
    name: str
    title: str
    roles: frozenset[Role]
    unit: str | None
    minute: str
    """What to try as this person."""


STAFF: tuple[Invented, ...] = (
    Invented(
        "kirjaaja",
        "Kaisa Kirjaaja",
        "kirjaaja",
        frozenset({Role.INTAKE}),
        None,
        "kirjaa uuden asian vireille",
    ),
    Invented(
        "paivystaja",
        "Pekka Päivystäjä",
        "sosiaaliohjaaja",
        frozenset({Role.ON_CALL, Role.INTAKE}),
        None,
        "ottaa vastaan kiireellisen puhelun",
    ),
    Invented(
        "kasittelija",
        "Kerttu Käsittelijä",
        "ylitarkastaja",
        frozenset({Role.CASEWORKER}),
        None,
        "tekee seuraavan tehtävän",
    ),
    Invented(
        "toinen",
        "Tuomas Toinen",
        "sosiaalityöntekijä",
        frozenset({Role.CASEWORKER}),
        "south",
        "etelän käsittelijä",
    ),
    Invented(
        "paattaja",
        "Päivi Päättäjä",
        "apulaisjohtaja",
        frozenset({Role.DECISION_MAKER}),
        None,
        "lukee ja allekirjoittaa päätöksen",
    ),
    Invented(
        "johtaja", "Jaana Johtaja", "johtaja", frozenset({Role.DIRECTOR}), None, "näkee ja ratkaisee kaiken"
    ),
    Invented(
        "esihenkilo",
        "Eero Esihenkilö",
        "tiimivastaava",
        frozenset({Role.MANAGER}),
        None,
        "näkee, mikä myöhästyy",
    ),
    Invented(
        "omistaja",
        "Outi Omistaja",
        "erityisasiantuntija",
        frozenset({Role.PROCESS_OWNER}),
        None,
        "muuttaa kaaviota",
    ),
    Invented(
        "omistaja2",
        "Olli Omistaja",
        "erityisasiantuntija",
        frozenset({Role.PROCESS_OWNER}),
        None,
        "hyväksyy muutoksen",
    ),
    Invented(
        "tarkastaja",
        "Tarja Tarkastaja",
        "tietosuojavastaava",
        frozenset({Role.AUDITOR}),
        None,
        "näkee, kuka on lukenut",
    ),
    Invented(
        "yllapitaja",
        "Yrjö Ylläpitäjä",
        "järjestelmäasiantuntija",
        frozenset({Role.ADMINISTRATOR}),
        None,
        "lukee julkaistuja malleja",
    ),
)


def add_staff(engine: Engine) -> dict[str, Person]:
    """Everyone, with the appointments that decision-makers need."""
    found: dict[str, Person] = {}
    for each in STAFF:
        person = engine.perform(
            AddPerson(
                each.username,
                each.name,
                PASSWORD,
                each.roles,
                title=each.title,
                email=f"{each.username}@example.invalid",
                phone="000 000 0000",
                unit=each.unit,
            ),
            OPERATOR,
        )
        if Role.DECISION_MAKER in each.roles:
            for power in Power:
                engine.perform(Appoint(person.id, power, day_of(engine.now())), OPERATOR)
        found[each.username] = person
    return found


def actor_of(person: Person) -> Actor:
    return Actor(person.name, person.roles, person.id, person.unit, session_hash="demo")
