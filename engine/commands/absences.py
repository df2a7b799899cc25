"""Absences: from when until when a person is away, and who stands in. No two on one day; the log keeps those of before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from engine.casework.powers import active, named
from engine.casework.signing_in import NO_WAY_IN, without_way_in
from engine.domain.absences import LONGEST, overlapping, scope_in
from engine.domain.administration import DECIDERS, Act
from engine.domain.people import Absence, Person, Role
from engine.errors import Invalid
from engine.executor import Command, Work
from engine.executor.permissions import require_role, require_staff
from engine.storage.database import new_id

RECORDERS = (*DECIDERS, Role.MANAGER)
"""Those who record that somebody else is away."""


@dataclass(frozen=True)
class RecordAbsence(Command[tuple[str, ...]]):
    """Record that a person is away, or change an absence of theirs: by themselves or by a head.

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
    absence_id: UUID | None = None
    """The absence that this one takes the place of; None for one more."""

    def permit(self, work: Work) -> None:
        _permit(work, self.username)

    def execute(self, work: Work) -> tuple[str, ...]:
        person = active(work, self.username)
        self._refuse_days(work)
        deputy = self._deputy(work, person)
        scope = scope_in(self.scope if deputy else "")
        if deputy and scope.written != self.scope:
            raise Invalid("Valitse, mitä asioita sijainen hoitaa.", field="scope")
        self._make_room(work, person)
        absence = Absence(new_id(), self.since, self.until, deputy, scope.written)
        work.stores.people.add_absence(person.id, absence)
        facts = _days(absence)
        if deputy:
            facts.append(f"deputy {deputy}")
        if scope.team:
            facts.append(f"deputy_team {scope.team}")
        facts += [f"deputy_class {each.value}" for each in sorted(scope.classes)]
        work.stores.access.log_administration(
            work.actor, Act.ABSENCE_RECORDED, work.now, person.username, facts=facts
        )
        return self._left_alone(work, person)

    def _refuse_days(self, work: Work) -> None:
        if self.until < self.since:
            raise Invalid("Poissaolo ei voi päättyä ennen kuin se alkaa.", field="away_until")
        if self.until < work.today:
            raise Invalid("Poissaolo on jo ohi.", field="away_until")
        if self.until - min(self.since, work.today) > LONGEST or work.today - self.since > LONGEST:
            raise Invalid("Poissaolo kestää enintään kaksi vuotta. Tarkista vuosi.", field="away_until")

    def _make_room(self, work: Work, person: Person) -> None:
        """End the absence that this one takes the place of, and remove those that are over. Refuse days that another holds."""
        former = _lasting(work, person, self.absence_id) if self.absence_id else None
        coming = person.absences_from(work.today)
        if overlapping(self.since, self.until, (each for each in coming if each != former)):
            raise Invalid(
                "Näinä päivinä on jo toinen poissaolo. Muuta sitä, tai valitse muut päivät.",
                field="away_from",
            )
        if former is not None:
            _end(work, person, former)
        for each in person.absences:
            if each not in coming:
                work.stores.people.remove_absence(each.id)

    def _deputy(self, work: Work, person: Person) -> str:
        if not self.deputy:
            return ""
        deputy = named(work, self.deputy)
        if deputy.id == person.id or not deputy.is_active or person.roles.isdisjoint(deputy.roles):
            raise Invalid("Sijaisella on oltava sama rooli ja tunnus käytössä.", field="deputy")
        if deputy.id in without_way_in(work):
            raise Invalid(NO_WAY_IN, field="deputy")
        if overlapping(max(self.since, work.today), self.until, deputy.absences):
            raise Invalid("Sijainen on itse poissa samaan aikaan.", field="deputy")
        return deputy.username

    def _left_alone(self, work: Work, person: Person) -> tuple[str, ...]:
        since = max(self.since, work.today)
        return tuple(
            each.name
            for each in work.stores.people.all()
            if each.is_active
            and any(
                absence.deputy == person.username for absence in overlapping(since, self.until, each.absences)
            )
        )


@dataclass(frozen=True)
class EndAbsence(Command[None]):
    """End a person's absence at once, or take back one that has not begun."""

    username: str
    absence_id: UUID | None = None
    """None: the only one."""

    def permit(self, work: Work) -> None:
        _permit(work, self.username)

    def execute(self, work: Work) -> None:
        person = named(work, self.username)
        if self.absence_id is None and len(person.absences_from(work.today)) > 1:
            raise Invalid("Poissaoloja on monta. Valitse, mikä päättyy.", field="absence")
        _end(work, person, _lasting(work, person, self.absence_id))


def _lasting(work: Work, person: Person, absence_id: UUID | None) -> Absence:
    """Return the person's absence with this id, or without an id the first one that lasts or is to come. Raise Invalid if
    it is not there: somebody else may have ended it meanwhile."""
    coming = person.absences_from(work.today)
    found = next((each for each in coming if absence_id in (None, each.id)), None)
    if found is None:
        raise Invalid("Tätä poissaoloa ei enää ole.", field="away_from")
    return found


def _end(work: Work, person: Person, absence: Absence) -> None:
    work.stores.people.remove_absence(absence.id)
    work.stores.access.log_administration(
        work.actor, Act.ABSENCE_ENDED, work.now, person.username, facts=_days(absence)
    )


def _days(absence: Absence) -> list[str]:
    since = [f"from {absence.away_from.isoformat()}"] if absence.away_from else []
    return [*since, f"until {absence.away_until.isoformat()}"]


def _permit(work: Work, username: str) -> None:
    """Permit people their own absence; that of others only to those who record it."""
    require_staff(work)
    person_id = work.actor.person_id
    if person_id is not None:
        person = work.stores.people.named(username)
        if person is not None and person.id == person_id:
            return
    require_role(work, *RECORDERS)
