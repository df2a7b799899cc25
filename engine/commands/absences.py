"""Absences: from when until when a person is away, and who stands in. One at a time; the log keeps those of before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.casework.powers import active, named
from engine.domain.absences import LONGEST, overlap, scope_in
from engine.domain.administration import DECIDERS, Act
from engine.domain.people import Person, Role
from engine.errors import Invalid
from engine.executor import Command, Work
from engine.executor.permissions import require_role, require_staff

RECORDERS = (*DECIDERS, Role.MANAGER)
"""Those who record that somebody else is away."""


@dataclass(frozen=True)
class RecordAbsence(Command[tuple[str, ...]]):
    """Record that a person is away, in the place of an earlier absence: by themselves or by a head.

    The deputy gets no power: they have a role in common already, see what the person has, and may take its tasks.
    Return the names of those for whom the person stands in on one of these days: their cases are nobody's meanwhile, since
    nobody stands in for a deputy.
    """

    username: str
    since: date
    until: date
    deputy: str = ""
    """Username; empty if nobody stands in."""
    scope: str = ""
    """In which cases, as `DeputyScope.written`; empty: in all."""

    def permit(self, work: Work) -> None:
        _permit(work, self.username)

    def execute(self, work: Work) -> tuple[str, ...]:
        person = active(work, self.username)
        if self.until < self.since:
            raise Invalid("Poissaolo ei voi päättyä ennen kuin se alkaa.", field="away_until")
        if self.until < work.today:
            raise Invalid("Poissaolo on jo ohi.", field="away_until")
        if self.until - min(self.since, work.today) > LONGEST or work.today - self.since > LONGEST:
            raise Invalid("Poissaolo kestää enintään kaksi vuotta. Tarkista vuosi.", field="away_until")
        deputy = self._deputy(work, person)
        scope = scope_in(self.scope if deputy else "")
        if deputy and scope.written != self.scope:
            raise Invalid("Valitse, mitä asioita sijainen hoitaa.", field="scope")
        values = {
            "away_from": self.since,
            "away_until": self.until,
            "deputy": deputy,
            "deputy_scope": scope.written,
        }
        work.stores.people.change(person.id, **values)
        facts = [f"from {self.since.isoformat()}", f"until {self.until.isoformat()}"]
        if deputy:
            facts.append(f"deputy {deputy}")
        if scope.team:
            facts.append(f"deputy_team {scope.team}")
        facts += [f"deputy_class {each.value}" for each in sorted(scope.classes)]
        work.stores.access.log_administration(
            work.actor, Act.ABSENCE_RECORDED, work.now, person.username, facts=facts
        )
        return self._left_alone(work, person)

    def _deputy(self, work: Work, person: Person) -> str:
        if not self.deputy:
            return ""
        deputy = named(work, self.deputy)
        if deputy.id == person.id or not deputy.is_active or person.roles.isdisjoint(deputy.roles):
            raise Invalid("Sijaisella on oltava sama rooli ja tunnus käytössä.", field="deputy")
        if overlap(self.since, self.until, deputy):
            raise Invalid("Sijainen on itse poissa samaan aikaan.", field="deputy")
        return deputy.username

    def _left_alone(self, work: Work, person: Person) -> tuple[str, ...]:
        since = max(self.since, work.today)
        return tuple(
            each.name
            for each in work.stores.people.all()
            if each.is_active and each.deputy == person.username and overlap(since, self.until, each)
        )


@dataclass(frozen=True)
class EndAbsence(Command[None]):
    """End a person's absence at once, or take back one that has not begun."""

    username: str

    def permit(self, work: Work) -> None:
        _permit(work, self.username)

    def execute(self, work: Work) -> None:
        person = named(work, self.username)
        work.stores.people.change(person.id, away_from=None, away_until=None, deputy="", deputy_scope="")
        work.stores.access.log_administration(work.actor, Act.ABSENCE_ENDED, work.now, person.username)


def _permit(work: Work, username: str) -> None:
    """Permit people their own absence; that of others only to those who record it."""
    require_staff(work)
    person_id = work.actor.person_id
    if person_id is not None:
        person = work.stores.people.named(username)
        if person is not None and person.id == person_id:
            return
    require_role(work, *RECORDERS)
