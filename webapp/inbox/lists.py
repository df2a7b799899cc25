"""The lists of tasks: mine, the team's, what nobody has taken, what stands still, what is due this week."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template, request

from engine.domain.people import CASE_STAFF, Role
from engine.queries.inbox import Inbox, InboxItem, OpenInbox, View
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.paging import decode_position, encode_position
from webapp.rendering.due import Due, due_in_words, group_of, waited
from webapp.rendering.texts import gettext as _
from webapp.rendering.texts import marked, ngettext

ANSWERERS = frozenset({Role.INTAKE, Role.ON_CALL, Role.CASEWORKER})
VIEWS = {
    View.MINE: (marked("Omat"), marked("Omat tehtävät")),
    View.TEAM: (marked("Tiimini"), marked("Tiimini tehtävät")),
    View.UNASSIGNED: (marked("Ilman tekijää"), marked("Ilman tekijää olevat tehtävät")),
    View.STALLED: (marked("Jumissa"), marked("Jumissa olevien asioiden tehtävät")),
    View.THIS_WEEK: (marked("Tällä viikolla"), marked("Tällä viikolla erääntyvät tehtävät")),
}
"""The word in the list of views, and the heading."""
GROUPS = {"now": marked("Nyt"), "week": marked("Seitsemän päivän sisällä"), "later": marked("Myöhemmin")}
MOST_COUNTED = 100


@dataclass(frozen=True, slots=True)
class Row:
    item: InboxItem
    due: Due | None
    waited: str
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    title: str
    rows: tuple[Row, ...]


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/", view_func=index, methods=["GET"])


@for_staff(*CASE_STAFF)
def index() -> str:
    """One page of a view; the position is a key, so that nothing shifts when others complete tasks meanwhile."""
    view = _view(request.args.get("view", ""))
    position = decode_position(request.args.get("after"))
    inbox = engine().answer(OpenInbox(view, position[0] if position else None), sessions.actor())
    rows = [_row(item, inbox.moment) for item in inbox.items]
    return render_template(
        "inbox/index.html",
        inbox=inbox,
        views=VIEWS,
        groups=tuple(_grouped(rows, inbox.moment)),
        summary=_summary(rows),
        counted={key: _count(number) for key, number in inbox.counts.items()},
        next_page=encode_position((inbox.next_after,)) if inbox.next_after else "",
        is_first=position is None,
        next_task=_next_task(inbox),
        has_enquiries=sessions.actor().has(*ANSWERERS),
    )


def _view(text: str) -> View:
    return View(text) if text in set(View) else View.MINE


def _row(item: InboxItem, now: datetime) -> Row:
    return Row(
        item,
        due_in_words(item.due_at, now),
        waited(item.received_at, now),
        item.assignee_id is not None and item.assignee_id == sessions.actor().person_id,
    )


def _grouped(rows: Iterable[Row], now: datetime) -> list[Group]:
    found: dict[str, list[Row]] = {key: [] for key in GROUPS}
    for row in rows:
        found[group_of(row.due, now)].append(row)
    return [Group(key, _(GROUPS[key]), tuple(each)) for key, each in found.items() if each]


def _summary(rows: Iterable[Row]) -> str:
    kinds = [row.due.kind for row in rows if row.due]
    late, today = kinds.count("late"), kinds.count("today")
    said = []
    if late:
        said.append(ngettext("Yksi on myöhässä.", "%(num)d on myöhässä.", late))
    if today:
        said.append(ngettext("Yksi erääntyy tänään.", "%(num)d erääntyy tänään.", today))
    return " ".join(said)


def _count(number: int) -> str:
    return f"{MOST_COUNTED}+" if number >= MOST_COUNTED else str(number)


def _next_task(inbox: Inbox) -> InboxItem | None:
    """What to take next: the first on the list that nobody has."""
    me = sessions.actor().person_id
    free = [item for item in inbox.items if item.assignee_id in (None, me)]
    return free[0] if free else None
