"""The invented people of a try-out: two of each role, because four eyes need another person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID, uuid5

from engine.domain.people import Actor, Person, Power, Role
from engine.executor import Command, Work
from engine.executor.permissions import require_system

_NAMES: Final = (
    ("kirjaaja", "Kaisa Kirjaaja", "kirjaaja", Role.INTAKE),
    ("kirjaaja2", "Kalle Kirjaaja", "kirjaaja", Role.INTAKE),
    ("paivystaja", "Pekka Päivystäjä", "sosiaaliohjaaja", Role.ON_CALL),
    ("paivystaja2", "Pirkko Päivystäjä", "sosiaaliohjaaja", Role.ON_CALL),
    ("kasittelija", "Kerttu Käsittelijä", "ylitarkastaja", Role.CASEWORKER),
    ("kasittelija2", "Kimmo Käsittelijä", "ylitarkastaja", Role.CASEWORKER),
    ("paattaja", "Päivi Päättäjä", "apulaisjohtaja", Role.DECISION_MAKER),
    ("paattaja2", "Petri Päättäjä", "apulaisjohtaja", Role.DECISION_MAKER),
    ("esihenkilo", "Eero Esihenkilö", "tiimivastaava", Role.MANAGER),
    ("esihenkilo2", "Elli Esihenkilö", "tiimivastaava", Role.MANAGER),
    ("johtaja", "Jaana Johtaja", "johtaja", Role.DIRECTOR),
    ("katsoja", "Katsoja", "", Role.DIRECTOR),
)
_NAMESPACE: Final = UUID(int=0x7669_7265_696C_6C65)
LONG_AGO: Final = date(1900, 1, 1)
"""An oral decision may be told on any earlier day, and the appointment must cover it."""


def _person(username: str, name: str, title: str, role: Role) -> Person:
    """The same id in every try-out: a run that is kept names people by it."""
    return Person(
        id=uuid5(_NAMESPACE, username),
        username=username,
        name=name,
        title=title,
        email=f"{username}@example.invalid",
        phone="000 000 0000",
        unit=None,
        language="fi",
        roles=frozenset({role}),
        is_active=username != "katsoja",
    )


PEOPLE: Final = tuple(_person(*each) for each in _NAMES)
_ACTORS: Final[Mapping[str, Actor]] = MappingProxyType(
    {each.username: Actor(each.name, each.roles, each.id, session_hash="kokeilu") for each in PEOPLE}
)
WATCHER: Final = _ACTORS["katsoja"]
"""Looks at everything and does nothing: no step asks for them by name."""
_NAMED: Final = {f"@{each.username}": str(each.id) for each in PEOPLE}
_IDS: Final = {person_id: name for name, person_id in _NAMED.items()}


def actors_with(role: Role) -> tuple[Actor, ...]:
    return tuple(actor for name, actor in _ACTORS.items() if role in actor.roles and name != "katsoja")


def with_names(value: Any) -> Any:
    """Ids of the cast as ``@kasittelija``: what a scenario's file says."""
    return _replaced(value, _IDS)


def with_ids(value: Any) -> Any:
    return _replaced(value, _NAMED)


def _replaced(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return words.get(value, value)
    if isinstance(value, Mapping):
        return {name: _replaced(each, words) for name, each in value.items()}
    if isinstance(value, Sequence):
        return [_replaced(each, words) for each in value]
    return value


@dataclass(frozen=True)
class BringPeople(Command[None]):
    """Into a fresh database of a try-out. None of them can sign in."""

    people: Iterable[Person] = PEOPLE

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> None:
        for person in self.people:
            work.stores.people.add(person, "", work.now)
            if person.roles & {Role.DECISION_MAKER, Role.DIRECTOR}:
                for power in Power:
                    work.stores.people.appoint(person.id, power, LONG_AGO, None, None)
