"""The filter and order of a list of tasks or cases: in an address, as keys that identify nobody, and in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.domain.inbox import NO_TEAM, DueWithin, Order, TaskFilter, Urgency, View
from engine.queries.inbox import TaskKind
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.labels import CLASSES, REGIONS, language_name

DUE = {
    DueWithin.LATE: marked("Myöhässä"),
    DueWithin.TODAY: marked("Tänään"),
    DueWithin.WEEK: marked("Seitsemän päivän sisällä"),
}
FOLLOW_UP = {
    DueWithin.LATE: marked("Mennyt"),
    DueWithin.TODAY: marked("Tänään"),
    DueWithin.WEEK: marked("Seitsemän päivän sisällä"),
}
ORDERS = {
    Order.DUE: marked("Lähin päivä ensin"),
    Order.CLASS: marked("Kiireelliset ensin"),
    Order.OLDEST: marked("Vanhin ensin"),
}
LANGUAGES = ("fi", "sv")
"""Of decisions. In which language a person speaks is sealed: it may tell where they come from."""
ME = "me"
YES = "yes"
LONGEST_KEY = 60


@dataclass(frozen=True, slots=True)
class Choice:
    """One question of the filter with its answers. The first answer, empty, filters nothing out."""

    name: str
    label: str
    chosen: str
    answers: tuple[tuple[str, str], ...]
    is_further: bool = False
    """Asked less often, and folded away until it is answered."""

    @property
    def words(self) -> str:
        return dict(self.answers).get(self.chosen, self.chosen.replace("_", " "))


def read_view(sent: Mapping[str, str]) -> View:
    text = sent.get("view", "")
    return View(text) if text in set(View) else View.MINE


def read_filter(sent: Mapping[str, str]) -> TaskFilter:
    """Return the filter in an address. An unknown day, urgency, language or order changes nothing; an unknown form or
    team leaves no task."""
    urgency, order = sent.get("urgency", ""), sent.get("order", "")
    language = sent.get("language", "")
    return TaskFilter(
        form_key=sent.get("form_key", "")[:LONGEST_KEY],
        due=_within(sent.get("due", "")),
        team=sent.get("team", "")[:LONGEST_KEY],
        urgency=Urgency(urgency) if urgency in set(Urgency) else None,
        waits_for_me=sent.get("for") == ME,
        follow_up=_within(sent.get("follow_up", "")),
        language=language if language in LANGUAGES else "",
        is_stalled=sent.get("stalled") == YES,
        order=Order(order) if order in set(Order) else Order.DUE,
    )


def _within(text: str) -> DueWithin | None:
    return DueWithin(text) if text in set(DueWithin) else None


def in_address(view: View | None, narrowed: TaskFilter) -> dict[str, str]:
    """Return the address's parameters from which read_view and read_filter read the same view and filter."""
    parts = {
        "view": view.value if view else "",
        "form_key": narrowed.form_key,
        "due": narrowed.due.value if narrowed.due else "",
        "team": narrowed.team,
        "urgency": narrowed.urgency.value if narrowed.urgency else "",
        "for": ME if narrowed.waits_for_me else "",
        "follow_up": narrowed.follow_up.value if narrowed.follow_up else "",
        "language": narrowed.language,
        "stalled": YES if narrowed.is_stalled else "",
        "order": "" if narrowed.order is Order.DUE else narrowed.order.value,
    }
    return {name: part for name, part in parts.items() if part}


def choices(narrowed: TaskFilter, kinds: Iterable[TaskKind], own_team: str | None) -> tuple[Choice, ...]:
    """Return the questions of the filter. A person with a team may choose it or none; a person without one, any team."""
    teams = {own_team, NO_TEAM} if own_team else set(REGIONS)
    kept = in_address(None, narrowed)
    named = _by_name((kind.form_key, ", ".join(kind.names)) for kind in kinds)
    languages = _by_name((code, language_name(code)) for code in LANGUAGES)

    def asks(
        name: str, label: str, answers: Iterable[tuple[str, str]], *, is_further: bool = False
    ) -> Choice:
        every = (("", _("Kaikki")), *answers)
        return Choice(name, label, kept.get(name, ""), every, is_further)

    return (
        asks("form_key", _("Tehtävä"), named),
        asks("due", _("Määräaika"), [(key.value, _(name)) for key, name in DUE.items()]),
        asks("team", _("Alue"), [(key, _(name)) for key, name in REGIONS.items() if key in teams]),
        asks("urgency", _("Luokka"), [(each.value, _(CLASSES[each.value])) for each in Urgency]),
        asks(
            "follow_up",
            _("Seurantapäivä"),
            [(key.value, _(name)) for key, name in FOLLOW_UP.items()],
            is_further=True,
        ),
        asks("language", _("Päätöksen kieli"), languages, is_further=True),
        Choice(
            "order",
            _("Järjestys"),
            kept.get("order", ""),
            tuple((key.value if key is not Order.DUE else "", _(name)) for key, name in ORDERS.items()),
            is_further=True,
        ),
    )


def in_words(narrowed: TaskFilter, asked: Iterable[Choice]) -> str:
    """Return the filter in words, such as "Arvioi asia · Myöhässä"."""
    words = []
    for each in asked:
        if each.chosen:
            words.append(f"{each.label}: {each.words}" if each.name == "follow_up" else each.words)
    if narrowed.waits_for_me:
        words.append(_("Odottaa minua"))
    if narrowed.is_stalled:
        words.append(_("Jumissa"))
    return " · ".join(words)


def _by_name(named: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(named, key=lambda each: each[1].casefold())
