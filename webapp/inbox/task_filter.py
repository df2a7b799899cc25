"""The filter of a list of tasks: in an address, as keys that identify nobody, and in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.domain.inbox import NO_TEAM, DueWithin, TaskFilter, Urgency, View
from engine.queries.inbox import TaskKind
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.labels import CLASSES, REGIONS

DUE = {
    DueWithin.LATE: marked("Myöhässä"),
    DueWithin.TODAY: marked("Tänään"),
    DueWithin.WEEK: marked("Seitsemän päivän sisällä"),
}
ME = "me"
LONGEST_KEY = 60


@dataclass(frozen=True, slots=True)
class Choice:
    """One question of the filter with its answers. The first answer, empty, filters nothing out."""

    name: str
    label: str
    chosen: str
    answers: tuple[tuple[str, str], ...]

    @property
    def words(self) -> str:
        return dict(self.answers).get(self.chosen, self.chosen.replace("_", " "))


def read_view(sent: Mapping[str, str]) -> View:
    text = sent.get("view", "")
    return View(text) if text in set(View) else View.MINE


def read_filter(sent: Mapping[str, str]) -> TaskFilter:
    """Return the filter in an address. An unknown due date or urgency filters nothing out; an unknown form or team
    leaves no task."""
    due, urgency = sent.get("due", ""), sent.get("urgency", "")
    return TaskFilter(
        form_key=sent.get("form_key", "")[:LONGEST_KEY],
        due=DueWithin(due) if due in set(DueWithin) else None,
        team=sent.get("team", "")[:LONGEST_KEY],
        urgency=Urgency(urgency) if urgency in set(Urgency) else None,
        waits_for_me=sent.get("for") == ME,
    )


def in_address(view: View, narrowed: TaskFilter) -> dict[str, str]:
    """Return the address's parameters from which read_view and read_filter read the same view and filter."""
    parts = {
        "view": view.value,
        "form_key": narrowed.form_key,
        "due": narrowed.due.value if narrowed.due else "",
        "team": narrowed.team,
        "urgency": narrowed.urgency.value if narrowed.urgency else "",
        "for": ME if narrowed.waits_for_me else "",
    }
    return {name: part for name, part in parts.items() if part}


def choices(narrowed: TaskFilter, kinds: Iterable[TaskKind], own_team: str | None) -> tuple[Choice, ...]:
    """Return the questions of the filter. A person with a team may choose it or none; a person without one, any team."""
    teams = {own_team, NO_TEAM} if own_team else set(REGIONS)
    named = tuple((kind.form_key, ", ".join(kind.names)) for kind in kinds)
    at = in_address(View.MINE, narrowed)
    return (
        Choice("form_key", _("Tehtävä"), at.get("form_key", ""), (("", _("Kaikki")), *_by_name(named))),
        Choice(
            "due",
            _("Määräaika"),
            at.get("due", ""),
            (("", _("Kaikki")), *((key.value, _(name)) for key, name in DUE.items())),
        ),
        Choice(
            "team",
            _("Alue"),
            at.get("team", ""),
            (("", _("Kaikki")), *((key, _(name)) for key, name in REGIONS.items() if key in teams)),
        ),
        Choice(
            "urgency",
            _("Luokka"),
            at.get("urgency", ""),
            (("", _("Kaikki")), *((each.value, _(CLASSES[each.value])) for each in Urgency)),
        ),
    )


def in_words(narrowed: TaskFilter, asked: Iterable[Choice]) -> str:
    """Return the filter in words, such as "Arvioi asia · Myöhässä"."""
    words = [each.words for each in asked if each.chosen]
    if narrowed.waits_for_me:
        words.append(_("Odottaa minua"))
    return " · ".join(words)


def _by_name(named: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(named, key=lambda each: each[1].casefold())
