"""The desks of the office: in whose lists each open case stands, while people come and go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from uuid import UUID

from sqlalchemy import select

from engine.clock import day_of
from engine.domain.cases import CaseState
from engine.domain.people import CASE_STAFF, SYSTEM, Absence, Actor, Person, Role
from engine.domain.waits import FARTHEST_DAY
from engine.executor import Command, Engine, Query, Work
from engine.executor.permissions import require_system
from engine.queries.my_cases import CaseLine, MyCases
from engine.queries.whose_cases import Whose
from engine.simulation.environment import Environment
from engine.storage.database import new_id
from engine.storage.tables.cases import CASES, DISQUALIFICATIONS

COLLEAGUES = {"kasittelija": "kasittelija2", "kasittelija2": "kasittelija", "esihenkilo": "esihenkilo2"}
"""Deputies by person. One manager and the director always stay."""

SCOPES = ("", "", "team south", "classes child,urgent")


@dataclass(frozen=True)
class OpenCases(Query[tuple[UUID, ...]]):
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[UUID, ...]:
        ids = select(CASES.c.id).where(CASES.c.state != CaseState.CLOSED.value)
        return tuple(work.stores.unit.execute(ids).scalars())


@dataclass(frozen=True)
class Everybody(Query[tuple[Person, ...]]):
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[Person, ...]:
        return work.stores.people.all()


@dataclass(frozen=True)
class KeptAway(Query[frozenset[UUID]]):
    """Return those disqualified from a case."""

    shows_cases = False

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> frozenset[UUID]:
        return frozenset(work.stores.unit.execute(select(DISQUALIFICATIONS.c.person_id)).scalars())


@dataclass(frozen=True)
class LetGo(Command[None]):
    """Somebody is away from today, with a deputy or without, or leaves for good, or comes back."""

    username: str
    days: int
    deputy: str
    is_active: bool
    scope: str = ""
    """In which cases the deputy stands in."""

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> None:
        person = work.stores.people.named(self.username)
        assert person is not None
        for each in person.absences:
            work.stores.people.remove_absence(each.id)
        if self.days:
            until = work.today + timedelta(days=self.days)
            absence = Absence(new_id(), work.today, until, self.deputy, self.scope)
            work.stores.people.add_absence(person.id, absence)
        work.stores.people.change(person.id, is_active=self.is_active)


class CaseOnNoDesk(ValueError):
    """An open case stands in nobody's list, or without a day."""


@dataclass
class Desks:
    """Watches a walk: people come and go by chance, and no case may leave every list."""

    rng: Random
    looked: int = 0

    def __call__(self, environment: Environment) -> None:
        if self.rng.random() < 0.3:
            who = self.rng.choice(list(COLLEAGUES))
            days, deputy = self.rng.choice((0, 3, 30)), self.rng.choice(("", COLLEAGUES[who]))
            is_active = self.rng.random() < 0.8
            scope = self.rng.choice(SCOPES) if deputy else ""
            command = LetGo(who, days, deputy if days else "", is_active, scope)
            environment.engine.perform(command, SYSTEM)
        self.looked += 1
        require_on_desks(environment.engine, self.rng)
        self._let_one_return(environment.engine)

    def _let_one_return(self, engine: Engine) -> None:
        """Bring a caseworker back once all who may work have left and the desks are looked at: forms offer those who have
        not left, and nobody else would fill them in."""
        kept_away = engine.answer(KeptAway(), SYSTEM)
        left = [
            each
            for each in engine.answer(Everybody(), SYSTEM)
            if Role.CASEWORKER in each.roles and each.id not in kept_away
        ]
        if not any(each.is_active for each in left):
            engine.perform(LetGo(self.rng.choice(left).username, 0, "", is_active=True), SYSTEM)


def require_on_desks(engine: Engine, rng: Random) -> None:
    """Raise CaseOnNoDesk unless every open case stands in the list of somebody present, with a day.

    People are asked in an order by chance, until every case was seen: nobody's lists are looked at always or never.
    """
    left = {*engine.answer(OpenCases(), SYSTEM)}
    if not left:
        return
    present = _present(engine)
    rng.shuffle(present)
    today = day_of(engine.now())
    for actor in present:
        for line in _lines_of(engine, actor, rng):
            left.discard(line.case.id)
            if not today <= line.back_on <= today + FARTHEST_DAY:
                raise CaseOnNoDesk(f"{line.case.reference} comes back to {actor.name} on {line.back_on}")
        if not left:
            return
    raise CaseOnNoDesk(f"on no desk: {left}")


def _lines_of(engine: Engine, actor: Actor, rng: Random) -> Iterator[CaseLine]:
    """Yield the lines of a list by chance, and of the person's other lists that its counts call filled."""
    first = rng.choice(list(Whose))
    shown = engine.answer(MyCases(first), actor)
    yield from shown.lines
    for whose in Whose:
        if whose is not first and shown.counts[whose]:
            yield from engine.answer(MyCases(whose), actor).lines


def _present(engine: Engine) -> list[Actor]:
    today = day_of(engine.now())
    return [
        Actor(person.name, person.roles, person.id, person.team, session_hash="desk")
        for person in engine.answer(Everybody(), SYSTEM)
        if person.is_active and not person.is_away(today) and not person.roles.isdisjoint(CASE_STAFF)
    ]
