"""Acts on many tasks at once: see what would change, do it line by line, look at what became of it, undo it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from flask import Response, request

from engine.commands.bulk_acts import BeginBulk, DoBulkLine, UndoBulkLine
from engine.domain.bulk_acts import BulkKind, BulkState, Hindrance
from engine.domain.people import CASE_STAFF
from engine.domain.policy import Action
from engine.errors import Conflict, Invalid, NotFound, Outdated
from engine.executor import Command
from engine.queries.bulk_acts import BulkRow, OpenBulk, PreviewBulk, ReadBulkChoices
from forms.texts import Refused, to_date
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.notices import notify
from webapp.http.posted import uuid_in
from webapp.http.responses import render, see_other
from webapp.inbox.blueprint import blueprint
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.dates import day

TITLES: Final = {
    BulkKind.CLAIM: marked("Ota valitut tehtävät"),
    BulkKind.ASSIGN: marked("Anna valitut tehtävät kollegalle"),
    BulkKind.FOLLOW_UP: marked("Aseta valituille seurantapäivä"),
}
DONE: Final = {
    BulkKind.CLAIM: marked("Otettu sinulle"),
    BulkKind.ASSIGN: marked("Annettu kollegalle"),
    BulkKind.FOLLOW_UP: marked("Seurantapäivä asetettu"),
}
STATES: Final = {
    BulkState.DUE: marked("kesken"),
    BulkState.DONE: marked("tehty"),
    BulkState.REFUSED: marked("ei muuttunut"),
    BulkState.UNDONE: marked("peruttu"),
    BulkState.KEPT: marked("ei peruttu"),
}
REASONS: Final = {
    Hindrance.GONE: marked("Tehtävää ei ole, tai se ei näy sinulle."),
    Hindrance.CLOSED: marked("Tehtävä on jo tehty tai peruttu."),
    Hindrance.SAME: marked("Tehtävä on jo näin."),
    Hindrance.TAKEN: marked("Tehtävä on kollegalla."),
    Hindrance.FOUR_EYES: marked("Henkilö valmisteli tämän, joten toisen on tehtävä se."),
    Hindrance.OTHER_GROUP: marked("Tehtävä kuuluu toiselle roolille."),
    Hindrance.DISQUALIFIED: marked("Henkilö on esteellinen asiassa."),
    Hindrance.RESTRICTED: marked("Asia on rajoitettu. Anna sen tehtävä yksitellen."),
    Hindrance.HAS_DUE_DAY: marked("Tehtävällä on määräpäivä, joka määrää, milloin se palaa."),
    Hindrance.MOVED_ON: marked("Tehtävä on sen jälkeen tehty, siirretty tai muuttunut."),
    Hindrance.DRAFTED: marked("Tekijä on jo alkanut kirjoittaa."),
}


@dataclass(frozen=True, slots=True)
class Line:
    row: BulkRow
    state: str
    reason: str
    change: str
    """Its state after the act, shown before it is done."""


@blueprint.get("/bulk")
@for_staff(*CASE_STAFF)
def bulk_acts() -> Response:
    """Show the reader's own acts of the last days."""
    found = engine().answer(ReadBulkChoices(), sessions.actor())
    acts = [(each, _(DONE[each.kind])) for each in found.acts]
    return render("inbox/bulk_acts.html", acts=acts, moment=engine().now())


@blueprint.post("/bulk")
@for_staff(action=Action.SEE)
def preview_bulk() -> Response:
    """Show what would change. Nothing has changed yet."""
    return _preview()


@blueprint.post("/bulk/do")
@for_staff(action=Action.SEE)
def do_bulk() -> Response:
    try:
        kind, ids, person_id, on = _posted()
        act_id = engine().perform(BeginBulk(kind, ids, person_id, on), sessions.actor())
    except Invalid:
        return _preview()
    _each_line(act_id, BulkState.DUE, DoBulkLine)
    return see_other("inbox.bulk_act", act_id=act_id)


@blueprint.get("/bulk/<uuid:act_id>")
@for_staff(action=Action.SEE)
def bulk_act(act_id: UUID) -> Response:
    found = engine().answer(OpenBulk(act_id, current_language().code), sessions.actor())
    lines = [_line(row, "") for row in found.rows]
    return render(
        "inbox/bulk_act.html",
        found=found,
        title=_(DONE[found.act.kind]),
        lines=lines,
        counts={state.value: sum(row.state is state for row in found.rows) for state in BulkState},
    )


@blueprint.post("/bulk/<uuid:act_id>/go-on")
@for_staff(action=Action.SEE)
def go_on_with_bulk(act_id: UUID) -> Response:
    """Do the lines that were left: the connection or the program may have ended between two of them."""
    _each_line(act_id, BulkState.DUE, DoBulkLine)
    return see_other("inbox.bulk_act", act_id=act_id)


@blueprint.post("/bulk/<uuid:act_id>/undo")
@for_staff(action=Action.SEE)
def undo_bulk(act_id: UUID) -> Response:
    try:
        _each_line(act_id, BulkState.DONE, UndoBulkLine)
    except Invalid as refused:
        notify(_(refused.message), "warning")
    return see_other("inbox.bulk_act", act_id=act_id)


def _each_line(act_id: UUID, state: BulkState, command: Callable[[UUID], Command[BulkState]]) -> None:
    """Perform the command for each line in this state, each in a transaction of its own."""
    found = engine().answer(OpenBulk(act_id), sessions.actor())
    for row in found.rows:
        if row.state is state and row.line_id is not None:
            try:
                engine().perform(command(row.line_id), sessions.actor())
            except (Conflict, NotFound, Outdated):
                # A colleague changes this case right now. The line waits, and the page offers to go on.
                continue


def _posted() -> tuple[BulkKind, list[UUID], UUID | None, date | None]:
    """Return what was chosen. Raise Invalid with the field's name for what cannot be read."""
    asked = request.form.get("kind", "")
    if asked not in set(BulkKind):
        raise Invalid(marked("Valitse, mitä valituille tehtäville tehdään."), field="kind")
    ids = [found for text in request.form.getlist("task") if (found := uuid_in(text)) is not None]
    typed = request.form.get("on", "")[:40].strip()
    try:
        on = to_date(typed) if typed else None
    except Refused:
        raise Invalid(marked("Kirjoita päivä muodossa 24.12.2026."), field="on") from None
    return BulkKind(asked), ids, uuid_in(request.form.get("person_id", "")), on


def _preview() -> Response:
    choices = engine().answer(ReadBulkChoices(), sessions.actor())
    typed: dict[str, Any] = {
        "kind": request.form.get("kind", ""),
        "tasks": request.form.getlist("task")[:200],
        "person_id": request.form.get("person_id", ""),
        "on": request.form.get("on", "")[:40],
    }
    try:
        kind, ids, person_id, on = _posted()
        query = PreviewBulk(kind, ids, person_id, on, current_language().code)
        found = engine().answer(query, sessions.actor())
    except Invalid as refused:
        return render(
            "inbox/bulk_problem.html",
            422,
            typed=typed,
            field=refused.field,
            problem=_(refused.message),
            colleagues=choices.colleagues,
            titles=[(each.value, _(title)) for each, title in TITLES.items()],
        )
    change = _change(kind, found.to.name if found.to else "", found.on)
    lines = [_line(row, "" if row.reason else change) for row in found.rows]
    return render(
        "inbox/bulk_preview.html",
        title=_(TITLES[kind]),
        typed=typed,
        changing=[each for each in lines if each.row.reason is None],
        staying=[each for each in lines if each.row.reason is not None],
        missing=len(set(ids)) - len(lines),
    )


def _change(kind: BulkKind, to: str, on: date | None) -> str:
    if kind is BulkKind.CLAIM:
        return _("tulee sinulle")
    if kind is BulkKind.ASSIGN:
        return _("siirtyy: %(who)s", who=to)
    return _("palaa katsottavaksi %(day)s", day=day(on) if on else "")


def _line(row: BulkRow, change: str) -> Line:
    return Line(row, _(STATES[row.state]), _(REASONS[row.reason]) if row.reason else "", change)
