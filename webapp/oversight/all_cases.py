"""All open cases: filtered, sorted, a page at a time, with a choice of those to give to somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, request

from engine.clock import day_of
from engine.domain.cases import CaseClass
from engine.domain.inbox import NO_TEAM
from engine.queries.all_cases import (
    COUNTED_UP_TO,
    AllCases,
    Carrier,
    CaseFilter,
    CasePage,
    FallsDue,
    Sort,
    State,
    WaitsFor,
)
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.pagination import decode_position, encode_position
from webapp.http.responses import render
from webapp.oversight.blueprint import WATCHERS, blueprint
from webapp.rendering.words.case_lines import worded_line
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.labels import CLASSES, word

LONGEST_KEY = 60
CARRIERS = {Carrier.NOBODY: marked("Ei kenelläkään"), Carrier.AWAY: marked("Poissa olevat")}
WAITS_FOR = {
    WaitsFor.US: marked("Meitä"),
    WaitsFor.OUTSIDE: marked("Muita"),
    WaitsFor.TIME: marked("Aikaa tai postia"),
}
STATES = {State.LATE: marked("Myöhässä"), State.STUCK: marked("Jumissa")}
SORTS = {
    Sort.STUCK: marked("Jumissa ensin"),
    Sort.DUE: marked("Määräajan mukaan"),
    Sort.OLDEST: marked("Vanhin ensin"),
    Sort.NEWEST: marked("Uusin ensin"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One question of the filter with its answers; an empty answer filters nothing out."""

    name: str
    label: str
    chosen: str
    answers: tuple[tuple[str, str], ...]


@blueprint.get("/cases")
@for_staff(*WATCHERS)
def all_cases() -> Response:
    narrowed, sort = _read_filter(request.args), _read_sort(request.args)
    position = decode_position(request.args.get("after"))
    query = AllCases(narrowed, sort, position[0] if position else None, current_language().code)
    found = engine().answer(query, sessions.actor())
    today = day_of(found.moment)
    kept = {name: value for name, value in _in_address(narrowed, sort).items() if value}
    return render(
        "oversight/cases.html",
        found=found,
        lines=[worded_line(line, found.moment, shows_caseworker=False) for line in found.lines],
        choices=_choices(found, narrowed, sort),
        is_narrowed=bool(narrowed),
        falls_due=narrowed.due,
        whose=_whose(found, narrowed.due),
        kept=kept,
        count=f"{COUNTED_UP_TO}+" if found.count >= COUNTED_UP_TO else str(found.count),
        next_page=encode_position((found.next_after,)) if found.next_after else "",
        is_first=position is None,
        away={each.id for each in found.people if not each.is_active or each.is_away(today)},
    )


def _read_sort(sent: Mapping[str, str]) -> Sort:
    text = sent.get("sort", "")
    return Sort(text) if text in set(Sort) else Sort.STUCK


def _read_filter(sent: Mapping[str, str]) -> CaseFilter:
    """Return the filter in an address. An unknown word filters nothing out."""
    waits_for, state, case_class = (sent.get(name, "") for name in ("waits_for", "state", "class"))
    return CaseFilter(
        carrier=_carrier(sent.get("carrier", "")),
        team=sent.get("team", "")[:LONGEST_KEY],
        case_class=CaseClass(case_class) if case_class in set(CaseClass) else None,
        waits_for=WaitsFor(waits_for) if waits_for in set(WaitsFor) else None,
        state=State(state) if state in set(State) else None,
        due=_falls_due(sent),
    )


def _falls_due(sent: Mapping[str, str]) -> FallsDue | None:
    try:
        return FallsDue(date.fromisoformat(sent.get("due", "")), _carrier(sent.get("whose", "")))
    except ValueError:
        return None


def _carrier(text: str) -> Carrier | UUID | None:
    if text in set(Carrier):
        return Carrier(text)
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _in_address(narrowed: CaseFilter, sort: Sort) -> dict[str, str]:
    """Return the address's parameters from which the same filter and order are read."""
    return {
        "carrier": str(narrowed.carrier or ""),
        "team": narrowed.team,
        "class": narrowed.case_class or "",
        "waits_for": narrowed.waits_for or "",
        "state": narrowed.state or "",
        "due": narrowed.due.on.isoformat() if narrowed.due else "",
        "whose": str(narrowed.due.whose or "") if narrowed.due else "",
        "sort": "" if sort is Sort.STUCK else sort.value,
    }


def _whose(found: CasePage, due: FallsDue | None) -> str:
    """Return in words whose what falls due is; empty if everybody's is shown."""
    if due is None or due.whose is None:
        return ""
    if isinstance(due.whose, Carrier):
        return _(CARRIERS[due.whose])
    return next((each.name for each in found.people if each.id == due.whose), "")


def _choices(found: CasePage, narrowed: CaseFilter, sort: Sort) -> tuple[Choice, ...]:
    chosen = _in_address(narrowed, sort)
    teams = [(each, word(each, "region")) for each in found.teams]
    people = [(str(each.id), each.name) for each in found.people]
    everyone = ("", _("Kaikki"))
    asked = (
        ("carrier", _("Käsittelijä"), (*_words(CARRIERS), *people)),
        ("team", _("Alue"), (*teams, (NO_TEAM, word(NO_TEAM, "region")))),
        ("class", _("Luokka"), _words(CLASSES)),
        ("waits_for", _("Odotetaan"), _words(WAITS_FOR)),
        ("state", _("Tila"), _words(STATES)),
    )
    filters = tuple(Choice(name, label, chosen[name], (everyone, *given)) for name, label, given in asked)
    return (*filters, Choice("sort", _("Järjestys"), sort.value, _words(SORTS)))


def _words(table: Mapping[Any, str]) -> tuple[tuple[str, str], ...]:
    return tuple((str(key), _(words)) for key, words in table.items())
