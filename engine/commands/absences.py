"""Absences: from when until when a person is away, and who stands in. One at a time; the log keeps those of before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.casework.powers import named
from engine.domain.administration import DECIDERS, Act
from engine.domain.people import Person
from engine.errors import Invalid
from engine.executor import Command, Work
from engine.executor.permissions import require_role


@dataclass(frozen=True)
class RecordAbsence(Command[None]):
    """Record that a person is away, in the place of an earlier absence.

    The deputy gets no power: they have a role in common already, and managers are shown them first when they move
    the work.
    """

    username: str
    since: date
    until: date
    deputy: str = ""
    """Username; empty if nobody stands in."""

    def permit(self, work: Work) -> None:
        require_role(work, *DECIDERS)

    def execute(self, work: Work) -> None:
        person = named(work, self.username)
        if self.until < self.since:
            raise Invalid("Poissaolo ei voi päättyä ennen kuin se alkaa.", field="away_until")
        if self.until < work.today:
            raise Invalid("Poissaolo on jo ohi.", field="away_until")
        deputy = self._deputy(work, person)
        values = {"away_from": self.since, "away_until": self.until, "deputy": deputy}
        work.stores.people.change(person.id, **values)
        facts = [f"from {self.since.isoformat()}", f"until {self.until.isoformat()}"]
        if deputy:
            facts.append(f"deputy {deputy}")
        work.stores.access.log_administration(
            work.actor, Act.ABSENCE_RECORDED, work.now, person.username, facts=facts
        )

    def _deputy(self, work: Work, person: Person) -> str:
        if not self.deputy:
            return ""
        deputy = named(work, self.deputy)
        if deputy.id == person.id or not deputy.is_active or person.roles.isdisjoint(deputy.roles):
            raise Invalid("Sijaisella on oltava sama rooli ja tunnus käytössä.", field="deputy")
        if deputy.away_until is not None:
            begins = deputy.away_from or self.since
            if begins <= self.until and self.since <= deputy.away_until:
                raise Invalid("Sijainen on itse poissa samaan aikaan.", field="deputy")
        return deputy.username


@dataclass(frozen=True)
class EndAbsence(Command[None]):
    """End a person's absence at once, or take back one that has not begun."""

    username: str

    def permit(self, work: Work) -> None:
        require_role(work, *DECIDERS)

    def execute(self, work: Work) -> None:
        person = named(work, self.username)
        work.stores.people.change(person.id, away_from=None, away_until=None, deputy="")
        work.stores.access.log_administration(work.actor, Act.ABSENCE_ENDED, work.now, person.username)
