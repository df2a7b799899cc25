"""The invented people of an environment: two of each role, because some tasks need a second person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID, uuid5

from engine.domain.people import DECISION_POWERS, Actor, Person, Role
from engine.executor import Command, Work
from engine.executor.permissions import require_system

_NAMESPACE: Final = UUID(int=0x7669_7265_696C_6C65)
NO_PASSWORD_FITS: Final = "!"
"""No digest of a password: work goes to people who have a way to sign in, and nobody signs in as an invented person."""
LONG_AGO: Final = date(1900, 1, 1)
"""An appointment must cover the day of an oral decision, which may be any earlier day."""


def invented_person(username: str, name: str, title: str, *roles: Role, team: str | None = None) -> Person:
    """Return a person whose id depends only on the username: kept steps of try-outs refer to people by id."""
    return Person(
        id=uuid5(_NAMESPACE, username),
        username=username,
        name=name,
        title=title,
        email=f"{username}@example.invalid",
        phone="000 000 0000",
        team=team,
        language="fi",
        roles=frozenset(roles),
        is_active=True,
    )


PEOPLE: Final = (
    invented_person("kirjaaja", "Kaisa Kirjaaja", "kirjaaja", Role.INTAKE),
    invented_person("kirjaaja2", "Kalle Kirjaaja", "kirjaaja", Role.INTAKE),
    invented_person("paivystaja", "Pekka Päivystäjä", "sosiaaliohjaaja", Role.ON_CALL),
    invented_person("paivystaja2", "Pirkko Päivystäjä", "sosiaaliohjaaja", Role.ON_CALL),
    invented_person("kasittelija", "Kerttu Käsittelijä", "ylitarkastaja", Role.CASEWORKER),
    invented_person("kasittelija2", "Kimmo Käsittelijä", "ylitarkastaja", Role.CASEWORKER),
    invented_person("paattaja", "Päivi Päättäjä", "apulaisjohtaja", Role.DECISION_MAKER),
    invented_person("paattaja2", "Petri Päättäjä", "apulaisjohtaja", Role.DECISION_MAKER),
    invented_person("esihenkilo", "Eero Esihenkilö", "tiimivastaava", Role.MANAGER),
    invented_person("esihenkilo2", "Elli Esihenkilö", "tiimivastaava", Role.MANAGER),
    invented_person("johtaja", "Jaana Johtaja", "johtaja", Role.DIRECTOR),
)


def actor_of(person: Person) -> Actor:
    return Actor(person.name, person.roles, person.id, person.team, session_hash="kokeilu")


ACTORS: Final[Mapping[str, Actor]] = MappingProxyType({each.username: actor_of(each) for each in PEOPLE})
WATCHER: Final = actor_of(invented_person("katsoja", "Katsoja", "", Role.DIRECTOR))
"""Sees every case and works on none. Not among the people of the database, so that no answer disqualifies them."""
_IDS: Final = {f"@{each.username}": str(each.id) for each in PEOPLE}
_NAMES: Final = {person_id: name for name, person_id in _IDS.items()}
CASEWORKER_ID: Final = _IDS["@kasittelija"]


def with_names(value: Any) -> Any:
    """Replace people's ids in a value by ``@kasittelija``, as a scenario's file has them."""
    return _replaced(value, _NAMES)


def with_ids(value: Any) -> Any:
    return _replaced(value, _IDS)


def _replaced(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return words.get(value, value)
    if isinstance(value, Mapping):
        return {name: _replaced(each, words) for name, each in value.items()}
    if isinstance(value, Sequence):
        return [_replaced(each, words) for each in value]
    return value


@dataclass(frozen=True)
class AddInventedPeople(Command[None]):
    """Add the invented people to a database for a simulation. None of them can sign in."""

    people: Iterable[Person] = PEOPLE

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> None:
        for person in self.people:
            work.stores.people.add(person, work.now, NO_PASSWORD_FITS)
            if person.roles & {Role.DECISION_MAKER, Role.DIRECTOR}:
                for power in DECISION_POWERS:
                    work.stores.people.appoint(person.id, power, LONG_AGO, None, None)
