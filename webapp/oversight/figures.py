"""Numbers of the overview: bars in a box of width 100, durations in days with one decimal, heat from 1 to 5."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel.numbers import format_decimal

from engine.domain.cases import Case
from engine.domain.people import Person
from engine.queries.insight import Phase, Wait
from engine.queries.loads import Load
from webapp.http.languages import current_language
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import ngettext

WIDTH = 100
HOTTEST = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of two parts, each with its width."""

    first: int
    second: int


@dataclass(frozen=True, slots=True)
class Carrier:
    person: Person
    bar: Bar
    """Late tasks, and the rest."""
    open_tasks: int
    late_tasks: int
    cases: int
    has_way_in: bool
    is_away: bool
    deputy_name: str
    """Of who stands in meanwhile; empty if nobody does."""


@dataclass(frozen=True, slots=True)
class PhaseRow:
    phase: Phase
    bar: Bar
    """Time in tasks of the authority, and time with people outside."""


def is_of_other_team(person: Person | None, case: Case) -> bool:
    """Return True if the case is of another team than the person's; what is of no team is everybody's."""
    return person is not None and None not in (person.team, case.team) and person.team != case.team


def carriers(load: Sequence[Load], today: date) -> tuple[Carrier, ...]:
    most = max((each.open_tasks for each in load), default=0) or 1
    names = {each.person.username: each.person.name for each in load}
    return tuple(
        Carrier(
            each.person,
            Bar(_part(each.late_tasks, most), _part(each.open_tasks - each.late_tasks, most)),
            each.open_tasks,
            each.late_tasks,
            each.cases,
            each.has_way_in,
            absence is not None,
            names.get(absence.deputy, "") if absence is not None else "",
        )
        for each in load
        for absence in (each.person.absence_on(today),)
    )


def phase_rows(phases: Iterable[Phase]) -> tuple[PhaseRow, ...]:
    shown = tuple(phases)
    longest = max((each.inside + each.outside for each in shown), default=timedelta(0)).total_seconds() or 1
    return tuple(
        PhaseRow(
            each,
            Bar(_part(each.inside.total_seconds(), longest), _part(each.outside.total_seconds(), longest)),
        )
        for each in shown
    )


def _part(value: float, whole: float) -> int:
    """Return the width of a part, from 0 to 100; at least 1 if it is more than nothing."""
    return 0 if value <= 0 else max(1, round(WIDTH * value / whole))


def days(length: timedelta) -> str:
    """Return a duration as "8,1 pv"; less than an hour gets no number."""
    value = length / timedelta(days=1)
    if value == 0:
        return _("0 pv")
    if length < timedelta(hours=1):
        return _("alle tunti")
    if value < 1:
        return _("%(hours)s t", hours=max(1, round(length / timedelta(hours=1))))
    pattern = "#,##0.0" if value < 10 else "#,##0"
    return _("%(days)s pv", days=format_decimal(value, format=pattern, locale=current_language().code))


def waited(length: timedelta) -> str:
    """Return the length of a wait that took place: one too short to be measured took less than an hour."""
    return days(length) if length else _("alle tunti")


def marks(waits: Sequence[Wait]) -> tuple[tuple[str, int, str, str], ...]:
    """Return element id, heat, mean duration and words of each wait. Heat is the mean relative to the longest mean of
    the diagram."""
    longest = max((each.mean for each in waits), default=timedelta(0)).total_seconds() or 1
    return tuple(
        (
            each.element_id,
            1 + min(HOTTEST - 1, int(HOTTEST * each.mean.total_seconds() / longest)),
            waited(each.mean),
            _("keskimäärin %(mean)s, nyt %(now)s", mean=waited(each.mean), now=cases(each.now)),
        )
        for each in waits
    )


def cases(number: int) -> str:
    return ngettext("yksi asia", "%(num)d asiaa", number)
