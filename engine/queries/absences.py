"""Absences: one person's with those who could stand in, and all that last or are to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from engine.casework.signing_in import without_way_in
from engine.domain.absences import DeputyScope, overlapping, scope_in
from engine.domain.people import Absence, Person, Role
from engine.domain.policy import HEADS
from engine.errors import NotFound
from engine.executor import Query, Work
from engine.executor.permissions import require_role, require_staff


@dataclass(frozen=True, slots=True)
class AbsenceLine:
    person: Person
    absence: Absence
    deputy: Person | None
    scope: DeputyScope
    is_deputy_there: bool
    """False: there is no deputy, or they are away on one of the same days from today on, or have left."""


@dataclass(frozen=True, slots=True)
class AbsencePage:
    person: Person
    lines: tuple[AbsenceLine, ...]
    """The person's absences that last or are to come, the first to begin first."""
    deputies: tuple[Person, ...]
    """People who could stand in: they have a role in common."""
    stands_in_for: tuple[AbsenceLine, ...]
    """Absences, now or to come, in which the person is the deputy."""


@dataclass(frozen=True)
class OpenAbsence(Query[AbsencePage]):
    """Return one person's absences. Without a username, the reader's own."""

    username: str = ""
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_staff(work)
        if self.username:
            require_role(work, *HEADS, Role.ADMINISTRATOR)

    def execute(self, work: Work) -> AbsencePage:
        return absence_page(self._person(work), work.stores.people.all(), work.today, without_way_in(work))

    def _person(self, work: Work) -> Person:
        if not self.username:
            if work.actor.person_id is None:
                raise NotFound
            return work.stores.people.get(work.actor.person_id)
        person = work.stores.people.named(self.username)
        if person is None:
            raise NotFound
        return person


def absence_page(
    person: Person, everyone: Sequence[Person], today: date, shut_out: frozenset[UUID]
) -> AbsencePage:
    deputies = (
        each
        for each in everyone
        if each.is_active
        and each.id not in shut_out
        and each.id != person.id
        and not person.roles.isdisjoint(each.roles)
    )
    return AbsencePage(
        person,
        _lines(person, everyone, today),
        tuple(deputies),
        tuple(each for each in absences_of(everyone, today) if each.absence.deputy == person.username),
    )


def absences_of(everyone: Sequence[Person], today: date) -> tuple[AbsenceLine, ...]:
    """Return the absences that last or are to come, the first to begin first."""
    found = [line for each in everyone if each.is_active for line in _lines(each, everyone, today)]
    return tuple(sorted(found, key=lambda each: (each.absence.away_from or today, each.person.name)))


def _lines(person: Person, everyone: Sequence[Person], today: date) -> tuple[AbsenceLine, ...]:
    return tuple(_line(person, each, everyone, today) for each in person.absences_from(today))


def _line(person: Person, absence: Absence, everyone: Sequence[Person], today: date) -> AbsenceLine:
    deputy = next((each for each in everyone if absence.deputy and each.username == absence.deputy), None)
    since = max(absence.away_from or today, today)
    is_there = (
        deputy is not None
        and deputy.is_active
        and not overlapping(since, absence.away_until, deputy.absences)
    )
    return AbsenceLine(person, absence, deputy, scope_in(absence.deputy_scope), is_there)
