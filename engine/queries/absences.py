"""Absences: one person's with those who could stand in, and all that last or are to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from engine.domain.absences import DeputyScope, scope_in
from engine.domain.people import Person, Role
from engine.domain.policy import HEADS
from engine.errors import NotFound
from engine.executor import Query, Work
from engine.executor.permissions import require_role, require_staff


@dataclass(frozen=True, slots=True)
class AbsenceLine:
    person: Person
    deputy: Person | None
    scope: DeputyScope
    is_deputy_there: bool
    """False: there is no deputy, or they are away on one of the same days from today on, or have left."""


@dataclass(frozen=True, slots=True)
class AbsencePage:
    line: AbsenceLine
    deputies: tuple[Person, ...]
    """People who could stand in: they have a role in common."""
    stands_in_for: tuple[AbsenceLine, ...]
    """Absences, now or to come, in which the person is the deputy."""


@dataclass(frozen=True)
class OpenAbsence(Query[AbsencePage]):
    """Return one person's absence. Without a username, the reader's own."""

    username: str = ""
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_staff(work)
        if self.username:
            require_role(work, *HEADS, Role.ADMINISTRATOR)

    def execute(self, work: Work) -> AbsencePage:
        everyone = work.stores.people.all()
        person = self._person(work)
        deputies = (
            each
            for each in everyone
            if each.is_active and each.id != person.id and not person.roles.isdisjoint(each.roles)
        )
        lines = absences_of(everyone, work.today)
        return AbsencePage(
            _line(person, everyone, work.today),
            tuple(deputies),
            tuple(each for each in lines if each.deputy is not None and each.deputy.id == person.id),
        )

    def _person(self, work: Work) -> Person:
        if not self.username:
            if work.actor.person_id is None:
                raise NotFound
            return work.stores.people.get(work.actor.person_id)
        person = work.stores.people.named(self.username)
        if person is None:
            raise NotFound
        return person


def absences_of(everyone: Sequence[Person], today: date) -> tuple[AbsenceLine, ...]:
    """Return the absences that last or are to come, the first to begin first."""
    found = [
        _line(each, everyone, today)
        for each in everyone
        if each.is_active and each.away_until is not None and each.away_until >= today
    ]
    return tuple(sorted(found, key=lambda each: (each.person.away_from or today, each.person.name)))


def _line(person: Person, everyone: Sequence[Person], today: date) -> AbsenceLine:
    deputy = next((each for each in everyone if person.deputy and each.username == person.deputy), None)
    days = _days_away(person, today)
    is_there = deputy is not None and deputy.is_active and not any(deputy.is_away(day) for day in days)
    return AbsenceLine(person, deputy, scope_in(person.deputy_scope), is_there)


def _days_away(person: Person, today: date) -> tuple[date, ...]:
    if person.away_until is None:
        return ()
    first = max(person.away_from or today, today)
    return tuple(first + timedelta(days=each) for each in range((person.away_until - first).days + 1))
