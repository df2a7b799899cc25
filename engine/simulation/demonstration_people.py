"""The demonstration's staff: one or two of every role, with one password that is printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from engine.clock import day_of
from engine.commands.people import Appoint
from engine.domain.appointments import NO_LIMITS, DecisionKind, Limits
from engine.domain.people import DECISION_POWERS, OPERATOR, Actor, Person, Power, Role
from engine.executor import Command, Engine, Work
from engine.executor.permissions import require_system
from engine.simulation.people import PEOPLE, actor_of, invented_person
from engine.storage.credentials import hash_password

PASSWORD: Final = "vireille-esittely"
MINUTES: Final[Mapping[str, str]] = {
    "kirjaaja": "kirjaa uuden asian vireille",
    "paivystaja": "ottaa vastaan kiireellisen puhelun",
    "kasittelija": "tekee seuraavan tehtävän",
    "toinen": "etelän käsittelijä",
    "paattaja": "lukee ja allekirjoittaa päätöksen",
    "rajattu": "allekirjoittaa etelän lasten päätökset (35 § 3 mom.)",
    "johtaja": "näkee ja ratkaisee kaiken",
    "esihenkilo": "näkee, mikä myöhästyy",
    "omistaja": "muuttaa kaaviota",
    "omistaja2": "hyväksyy muutoksen",
    "tarkastaja": "näkee, kuka on lukenut",
    "yllapitaja": "lukee julkaistuja malleja",
    "kieli": "tarkistaa arabiankielisiä tekstejä",
}
"""Something to try as each person, by username."""
LIMITS: Final[Mapping[str, Limits]] = {
    "rajattu": Limits(frozenset({DecisionKind.ADMITTED_35_3}), frozenset({"south"})),
}
"""Of the appointments of some decision-makers; the others decide everything."""


def _staff() -> dict[str, Person]:
    found = {each.username: each for each in PEOPLE}
    found["paivystaja"] = replace(found["paivystaja"], roles=frozenset({Role.ON_CALL, Role.INTAKE}))
    for person in (
        invented_person("toinen", "Tuomas Toinen", "sosiaalityöntekijä", Role.CASEWORKER, team="south"),
        invented_person("rajattu", "Raija Rajattu", "ylitarkastaja", Role.DECISION_MAKER),
        invented_person("omistaja", "Outi Omistaja", "erityisasiantuntija", Role.PROCESS_OWNER),
        invented_person("omistaja2", "Olli Omistaja", "erityisasiantuntija", Role.PROCESS_OWNER),
        invented_person("tarkastaja", "Tarja Tarkastaja", "tietosuojavastaava", Role.AUDITOR),
        invented_person("yllapitaja", "Yrjö Ylläpitäjä", "järjestelmäasiantuntija", Role.ADMINISTRATOR),
        invented_person("kieli", "Amal Arabiantaitaja", "kielentarkistaja", Role.REVIEWER),
    ):
        found[person.username] = person
    return {username: found[username] for username in MINUTES}


STAFF: Final[Mapping[str, Person]] = _staff()


@dataclass(frozen=True)
class AddDemonstrationPeople(Command[None]):
    """Add people who sign in with one password that everybody knows, on this machine only."""

    people: Iterable[Person]
    password: str
    password_hash: str = field(default="", repr=False)

    is_heavy = True

    def permit(self, work: Work) -> None:
        require_system(work)

    def prepare(self, view: Work) -> AddDemonstrationPeople:
        return replace(self, password_hash=hash_password(self.password))

    def execute(self, work: Work) -> None:
        for each in self.people:
            work.stores.people.add(replace(each, is_demonstration=True), work.now, self.password_hash)


@dataclass(frozen=True)
class MarkDemonstrationPeople(Command[None]):
    """Mark the demonstration's people in a database that was made before they were marked."""

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> None:
        for each in STAFF.values():
            found = work.stores.people.named(each.username)
            if found is not None and found.email == each.email:
                work.stores.people.change(found.id, is_demonstration=True)


def add_staff(engine: Engine) -> dict[str, Actor]:
    """Add everyone, with the appointments that decision-makers need. Return their actors by username."""
    engine.perform(AddDemonstrationPeople(STAFF.values(), PASSWORD), OPERATOR)
    for each in STAFF.values():
        if Role.DECISION_MAKER in each.roles:
            limits = LIMITS.get(each.username, NO_LIMITS)
            for power in DECISION_POWERS:
                engine.perform(Appoint(each.id, power, day_of(engine.now()), limits=limits), OPERATOR)
        if Role.REVIEWER in each.roles:
            engine.perform(Appoint(each.id, Power.REVIEW_AR, day_of(engine.now())), OPERATOR)
    return {each.username: actor_of(each) for each in STAFF.values()}
