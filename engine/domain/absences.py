"""Absences: for which cases of somebody away a deputy stands in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from engine.domain.cases import Case, CaseClass
from engine.domain.people import Absence, Person

LONGEST: Final = timedelta(days=731)
"""A longer absence is a mistyped year."""
_TEAM, _CLASSES = "team ", "classes "


@dataclass(frozen=True, slots=True)
class DeputyScope:
    """The cases of the absent person in which the deputy stands in: all, those of one team, or those of some classes.

    The others are nobody's meanwhile, and the heads see them so.
    """

    team: str = ""
    classes: frozenset[CaseClass] = frozenset()

    def covers(self, case: Case) -> bool:
        if self.team:
            return case.team == self.team
        return not self.classes or case.case_class in self.classes

    @property
    def written(self) -> str:
        """Return it as it is stored, and as the log says it; empty for all cases."""
        if self.team:
            return f"{_TEAM}{self.team}"
        return f"{_CLASSES}{','.join(sorted(self.classes))}" if self.classes else ""


def scope_in(written: str) -> DeputyScope:
    """Return the scope that was written so. Classes of a newer program, unknown here, are left out."""
    if written.startswith(_TEAM):
        return DeputyScope(team=written.removeprefix(_TEAM))
    known = set(CaseClass)
    names = written.removeprefix(_CLASSES).split(",") if written.startswith(_CLASSES) else ()
    return DeputyScope(classes=frozenset(CaseClass(each) for each in names if each in known))


def stands_in(deputy: Person, absent: Person, case: Case, day: date) -> bool:
    """Return True if somebody stands in for another in this case on that day. A deputy who is away, or has left, does not:
    nobody stands in for a deputy."""
    absence = absent.absence_on(day)
    return (
        absence is not None
        and absence.deputy == deputy.username
        and deputy.is_active
        and not deputy.is_away(day)
        and scope_in(absence.deputy_scope).covers(case)
    )


def overlapping(since: date, until: date, absences: Iterable[Absence]) -> tuple[Absence, ...]:
    """Return the absences that hold on one of these days."""
    return tuple(each for each in absences if (each.away_from or since) <= until and since <= each.away_until)
