"""The lists of tasks: the reader's own, the team's, the unassigned, the stalled, those due this week, and saved views,
private and shared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Response, request

from engine.commands.enquiry_answers import PressingEnquiries, WaitingEnquiries
from engine.commands.saved_views import ForgetView, KeepView
from engine.commands.unfinished_calls import UnfinishedCallList, UnfinishedCalls
from engine.domain.cases import CaseClass
from engine.domain.inbox import EVERYONE, SavedView, TaskFilter, View, audiences_of, may_remove
from engine.domain.people import CASE_STAFF, Person, Role
from engine.domain.policy import HEADS, Action, admits
from engine.errors import Invalid
from engine.queries.bulk_acts import ReadBulkChoices
from engine.queries.inbox import URGENT_AND_FREE, Inbox, InboxItem, OpenInbox
from engine.queries.stalled_elsewhere import StalledElsewhere
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.notices import notify
from webapp.http.pagination import decode_position, encode_position
from webapp.http.responses import render, see_other
from webapp.inbox.blueprint import INTAKE_STAFF, blueprint
from webapp.inbox.bulk_acts import TITLES
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked, ngettext
from webapp.rendering.words.due import Due, case_age, due_for, due_in_words, due_or_looked_at, group_of
from webapp.rendering.words.labels import REGIONS
from webapp.rendering.words.narrowing import choices, in_address, in_words, read_filter, read_view

VIEWS = {
    View.MINE: (marked("Omat"), marked("Omat tehtävät")),
    View.TEAM: (marked("Tiimini"), marked("Tiimini tehtävät")),
    View.UNASSIGNED: (marked("Vapaat"), marked("Vapaat tehtävät")),
    View.STALLED: (marked("Jumissa"), marked("Jumissa olevien asioiden tehtävät")),
    View.THIS_WEEK: (marked("Tällä viikolla"), marked("Tällä viikolla erääntyvät tehtävät")),
}
"""Each view's word in the list, and its heading."""
PRESSING = "pressing"
GROUPS = {
    PRESSING: marked("Kiireelliset"),
    "now": marked("Nyt"),
    "week": marked("Seitsemän päivän sisällä"),
    "later": marked("Myöhemmin"),
}
MOST_COUNTED = 100


@dataclass(frozen=True, slots=True)
class Row:
    item: InboxItem
    due: Due | None
    due_for: str
    waited: str
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class OwnView:
    """A saved view in the list of views: the reader's own, or one shared with them."""

    id: UUID
    name: str
    address: dict[str, str]
    counted: str
    is_current: bool
    is_own: bool
    shared_by: str
    can_remove: bool


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of a view to be kept, as typed, with their problems."""

    name: str = ""
    shared_with: str = ""
    problem: str = ""
    field: str = ""


NOTHING_TYPED = Typed()
MOST_URGENT = 20


@blueprint.get("/")
@for_staff(*CASE_STAFF)
def index() -> Response:
    """Show one page of a view. Its position is a key, so that nothing shifts when others complete tasks meanwhile."""
    return _page(read_view(request.args), read_filter(request.args), request.args.get("after"))


@blueprint.post("/views")
@for_staff(*CASE_STAFF)
def keep_view() -> Response:
    view, narrowed = read_view(request.form), read_filter(request.form)
    name, shared_with = request.form.get("name", ""), request.form.get("shared_with", "")[:60]
    try:
        engine().perform(KeepView(name, view, narrowed, shared_with), sessions.actor())
    except Invalid as invalid:
        typed = Typed(name, shared_with, _(invalid.message), invalid.field or "name")
        return _page(view, narrowed, typed=typed)
    notify(_("Näkymä on tallessa."))
    return see_other("inbox.index", **in_address(view, narrowed))


@blueprint.post("/views/<uuid:view_id>/remove")
@for_staff(*CASE_STAFF)
def remove_view(view_id: UUID) -> Response:
    engine().perform(ForgetView(view_id), sessions.actor())
    notify(_("Näkymä on poistettu."))
    return see_other("inbox.index")


def _page(
    view: View, narrowed: TaskFilter, after: str | None = None, *, typed: Typed = NOTHING_TYPED
) -> Response:
    position = decode_position(after)
    language = current_language().code
    query = OpenInbox(view, position[0] if position else None, narrowed=narrowed, language=language)
    inbox = engine().answer(query, sessions.actor())
    rows = [_row(item, inbox.moment) for item in inbox.items]
    asked = choices(narrowed, inbox.kinds, sessions.actor().team)
    enquiries = _waiting_enquiries()
    own = [_own(each, counted, inbox) for each, counted in inbox.saved]
    return render(
        "inbox/index.html",
        422 if typed.problem else 200,
        inbox=inbox,
        urgent=urgent_rows() if view is View.MINE and not narrowed and position is None else (),
        views=VIEWS,
        groups=tuple(_grouped(rows, inbox.moment)),
        summary=_summary(rows),
        counted={key: _count(number) for key, number in inbox.counts.items()},
        found=_count(inbox.found),
        choices=asked,
        narrowed_to=in_words(narrowed, asked),
        address=in_address(view, narrowed),
        own_views=own,
        current=next((each for each in own if each.is_current), None),
        name=typed.name,
        shared_with=typed.shared_with,
        problem=typed.problem,
        problem_field=typed.field,
        audiences=[(each, _audience(each)) for each in audiences_of(sessions.actor())],
        bulk_titles=[(each.value, _(title)) for each, title in TITLES.items()],
        colleagues=_colleagues(),
        next_page=encode_position((inbox.next_after,)) if inbox.next_after else "",
        is_first=position is None,
        elsewhere=engine().answer(StalledElsewhere(), sessions.actor()) if view is View.STALLED else 0,
        has_enquiries=sessions.actor().has(*INTAKE_STAFF),
        calls=_unfinished_calls() if position is None and not narrowed else None,
        enquiries=enquiries.count if enquiries else 0,
        pressing=[(each, due_in_words(each.acts_by, inbox.moment)) for each in enquiries.pressing]
        if enquiries and position is None and not inbox.narrowed
        else [],
    )


def urgent_rows() -> tuple[Row, ...]:
    """Return the urgent tasks that an on-call worker may take, also late ones from a colleague; nothing for others."""
    if not sessions.actor().has(Role.ON_CALL):
        return ()
    language = current_language().code
    query = OpenInbox(
        View.UNASSIGNED, with_counts=False, narrowed=URGENT_AND_FREE, language=language, most=MOST_URGENT
    )
    inbox = engine().answer(query, sessions.actor())
    return tuple(_row(item, inbox.moment) for item in inbox.items)


def _own(saved: SavedView, counted: int, inbox: Inbox) -> OwnView:
    return OwnView(
        saved.id,
        saved.name,
        in_address(saved.view, saved.narrowed),
        _count(counted),
        (saved.view, saved.narrowed) == (inbox.view, inbox.narrowed),
        saved.person_id == sessions.actor().person_id,
        saved.shared_by,
        may_remove(sessions.actor(), saved),
    )


def _waiting_enquiries() -> WaitingEnquiries | None:
    """Return how many enquiries wait, and which press; None for those who do not answer them."""
    if not sessions.actor().has(*INTAKE_STAFF):
        return None
    return engine().answer(PressingEnquiries(), sessions.actor())


def _unfinished_calls() -> UnfinishedCallList | None:
    """Return the urgent calls that are being written down or were left; None for those who neither take calls nor lead."""
    if not sessions.actor().has(*INTAKE_STAFF, *HEADS):
        return None
    return engine().answer(UnfinishedCalls(), sessions.actor())


def _row(item: InboxItem, now: datetime) -> Row:
    due = due_or_looked_at(item.late_after, item.follow_up_at, now)
    return Row(
        item,
        due,
        due_for(due, item.late_for, is_owed=item.late_after is not None),
        case_age(item.received_at, now),
        item.assignee_id is not None and item.assignee_id == sessions.actor().person_id,
    )


def _grouped(rows: Iterable[Row], now: datetime) -> list[Group]:
    found: dict[str, list[Row]] = {key: [] for key in GROUPS}
    for row in rows:
        group = group_of(row.due, now)
        is_pressing = row.item.priority >= CaseClass.URGENT.priority and group != "later"
        found[PRESSING if is_pressing else group].append(row)
    return [Group(key, _(GROUPS[key]), tuple(each)) for key, each in found.items() if each]


def _summary(rows: Iterable[Row]) -> str:
    kinds = [(row.due.kind, row.item.late_after is not None) for row in rows if row.due]
    late, today, passed = (kinds.count(each) for each in (("late", True), ("today", True), ("late", False)))
    sentences = []
    if late:
        sentences.append(ngettext("Yksi tehtävä on myöhässä.", "%(num)d tehtävää on myöhässä.", late))
    if today:
        sentences.append(ngettext("Yksi erääntyy tänään.", "%(num)d erääntyy tänään.", today))
    if passed:
        sentences.append(
            ngettext("Yhden seurantapäivä on ohi.", "%(num)d tehtävän seurantapäivä on ohi.", passed)
        )
    return " ".join(sentences)


def _count(number: int) -> str:
    return f"{MOST_COUNTED}+" if number >= MOST_COUNTED else str(number)


def _audience(key: str) -> str:
    return _("Kaikki, jotka käsittelevät asioita") if key == EVERYONE else _(REGIONS.get(key, key))


def _colleagues() -> tuple[Person, ...]:
    """Return the people to whom the reader may assign tasks; only those who may are asked for."""
    actor = sessions.actor()
    if not admits(Action.ASSIGN_TASK, actor.roles):
        return ()
    return engine().answer(ReadBulkChoices(), actor).colleagues
