"""Those who may decide aloud in a call, and who among them may decide this."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from engine.casework.appointments import (
    Asked,
    DecisionOutsideLimits,
    NotAppointed,
    TeamOutsideLimits,
    refusal_of,
)
from engine.casework.recordings.registration import team_of
from engine.domain.appointments import NO_LIMITS, Limits
from engine.domain.people import Person, Power, Role
from engine.errors import Invalid
from engine.executor import Work


class GiverNotAppointed(Invalid):
    sentence = "Hänellä ei ole sinä päivänä määräystä antaa suullisia päätöksiä. Tarkista, kuka päätti."


class GiversDecisions(Invalid):
    sentence = (
        "Hänen määräyksensä ei kata tätä perustetta. Se on rajattu näihin: %(decisions)s. Tarkista, kuka päätti ja millä "
        "perusteella."
    )


class GiversTeams(Invalid):
    sentence = (
        "Hänen määräyksensä ei kata tätä asiaa. Se on rajattu näihin alueisiin: %(teams)s. Asian alue: %(team)s. Tarkista, "
        "kuka päätti ja missä henkilö on."
    )


@dataclass(frozen=True, slots=True)
class Decider:
    """Somebody who may decide aloud, within the limits of their appointments."""

    id: UUID
    name: str
    phone: str
    limits: tuple[Limits, ...]
    """Of each appointment; none where nothing is limited."""


def deciders(work: Work, day: date) -> tuple[Decider, ...]:
    """Return who may decide aloud on that day, by name. The director needs no appointment (746/2011 33 §)."""
    people = {
        each.id: each
        for role in (Role.DECISION_MAKER, Role.DIRECTOR)
        for each in work.stores.people.with_role(role)
    }
    found = (_decider(work, each, day) for each in people.values())
    return tuple(sorted((each for each in found if each is not None), key=lambda each: each.name))


def _decider(work: Work, person: Person, day: date) -> Decider | None:
    is_director = Role.DIRECTOR in person.roles
    held = work.stores.people.appointments_on(person.id, Power.GIVE_ORAL_DECISIONS, day)
    if not is_director and not held:
        return None
    limits = tuple(each.limits for each in held)
    is_limited = not is_director and NO_LIMITS not in limits
    return Decider(person.id, person.name, person.phone, limits if is_limited else ())


def require_giver(work: Work, giver: Person, ground: str, day: date, region: str) -> None:
    """Raise Invalid of one without an appointment on that day, or outside its limits. The case has no team yet: it will be
    that of the region in the call."""
    models = work.instances.models(work.stores.deployments.current().id)
    asked = Asked(Power.GIVE_ORAL_DECISIONS, f"admitted_{ground}", team_of(models, region), day)
    match refusal_of(work, giver, asked):
        case NotAppointed():
            raise GiverNotAppointed(field="decided_by")
        case DecisionOutsideLimits(values=values):
            raise GiversDecisions(field="decided_by", **values)
        case TeamOutsideLimits(values=values):
            raise GiversTeams(field="decided_by", **values)
