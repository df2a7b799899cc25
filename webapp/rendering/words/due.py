"""Time left or gone, in words: today, in 3 working days, 2 working days late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from engine.clock import day_of
from engine.domain.calendar import Counting, between, end_of
from engine.domain.deadline_kinds import is_persons_own
from engine.domain.deadlines import Deadline, Standing, Status
from engine.domain.tasks import UserTask
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import ngettext
from webapp.rendering.words.dates import clock, day
from webapp.rendering.words.labels import word

SOON = 3
"""Working days before a due date from which it is marked as near."""
WEEK = 7
_RUNNING = (Standing.ON_TIME, Standing.DUE_SOON, Standing.LATE)


@dataclass(frozen=True, slots=True)
class Due:
    kind: str
    """late, today, soon, later, paused or met: picks the icon and the colour."""
    text: str
    on: datetime | date | None = None


def due_in_words(due_at: datetime | None, now: datetime) -> Due | None:
    """Return a task's due moment in Finnish working days; None if it has none."""
    return None if due_at is None else _counted(due_at, now)


def _counted(due_at: datetime, now: datetime) -> Due:
    today, on = day_of(now), day_of(due_at)
    if due_at < now:
        days = between(on, today, Counting.WORKING_DAYS)
        return Due("late", _late(days), due_at)
    has_hour = due_at != end_of(on)
    if on == today:
        words = _("tänään klo %(hour)s", hour=clock(due_at)) if has_hour else _("tänään")
        return Due("today", words, due_at)
    if has_hour and due_at - now < timedelta(days=1):
        return Due("soon", _("huomenna klo %(hour)s", hour=clock(due_at)), due_at)
    days = between(today, on, Counting.WORKING_DAYS)
    kind = "soon" if days <= SOON else "later"
    return Due(kind, _left(days), due_at)


def task_due(task: UserTask, deadlines: Iterable[Deadline], now: datetime) -> Due | None:
    """Return a task's due moment in words; of a task without one the ledger's for the same recipient or request, else the
    day on which the task is looked at."""
    if task.due_at is not None:
        return due_in_words(task.due_at, now)
    owed = owed_in(task, deadlines)
    if owed is not None:
        return deadline_in_words(owed, now)
    seen = looked_at_in_words(task.follow_up_at, now)
    if seen is None or seen.kind == "late":
        return seen
    return replace(seen, text=_("seurantapäivä, %(when)s", when=seen.text))


def owed_in(task: UserTask, deadlines: Iterable[Deadline]) -> Deadline | None:
    """Return what the authority owes by the ledger for the recipient or the request of a task that has no due day of its own."""
    if task.due_at is not None or task.business_key is None:
        return None
    same = (each for each in deadlines if each.business_key == task.business_key and each.is_open)
    return next((each for each in same if not is_persons_own(each.name)), None)


def _late(days: int) -> str:
    if days == 0:
        return _("myöhässä")
    return ngettext("työpäivän myöhässä", "%(num)d työpäivää myöhässä", days)


def _left(days: int) -> str:
    if days == 0:
        return _("ennen seuraavaa työpäivää")
    return ngettext("yksi työpäivä", "%(num)d työpäivää", days)


def deadline_in_words(deadline: Deadline, now: datetime) -> Due:
    """Return a deadline of the ledger in words: while it runs, in working days, as lists count it. The person's own time and
    a pause are worded in the days that the deadline counts."""
    status = deadline.status(now)
    if is_persons_own(deadline.name):
        if status.standing in (Standing.LATE, Standing.MET_LATE):
            return Due("met", _("päättynyt"), status.due_on)
    elif status.standing in _RUNNING and status.due_on is not None:
        return replace(_counted(end_of(status.due_on), now), on=status.due_on)
    return Due(_kind(status), _standing(status, deadline.counting), status.due_on)


def _kind(status: Status) -> str:
    if status.standing is Standing.DUE_SOON and status.days == 0:
        return "today"
    return {
        Standing.ON_TIME: "later",
        Standing.DUE_SOON: "soon",
        Standing.PAUSED: "paused",
        Standing.MET: "met",
        Standing.MET_LATE: "met",
        Standing.CANCELLED: "later",
    }[status.standing]


def _standing(status: Status, counting: Counting) -> str:
    if status.standing is Standing.PAUSED:
        return _("keskeytetty, jäljellä %(left)s", left=_days(status.days, counting))
    if status.standing is Standing.MET:
        return _("täyttyi ajallaan")
    if status.standing is Standing.MET_LATE:
        return _("täyttyi myöhässä")
    if status.standing is Standing.CANCELLED:
        return _("lakannut")
    return _("tänään") if status.days == 0 else _days(status.days, counting)


def _days(days: int, counting: Counting) -> str:
    if counting is Counting.WORKING_DAYS:
        return ngettext("yksi työpäivä", "%(num)d työpäivää", days)
    return ngettext("yksi päivä", "%(num)d päivää", days)


def waited(since: datetime, now: datetime) -> str:
    """Return in words how long the person has waited for the authority: this clock never stops."""
    days = (day_of(now) - day_of(since)).days
    return _("saapui tänään") if days == 0 else ngettext("odottanut päivän", "odottanut %(num)d päivää", days)


def case_age(since: datetime, now: datetime) -> str:
    """Return in words how old the case is, where a row is about something younger."""
    days = (day_of(now) - day_of(since)).days
    if days == 0:
        return _("asia saapui tänään")
    return ngettext("asia saapui eilen", "asia saapui %(num)d päivää sitten", days)


def looked_at_in_words(at: datetime | None, now: datetime) -> Due | None:
    """Return the day on which a task is looked at, where nothing is due: one that has passed makes nothing late."""
    found = due_in_words(at, now)
    if at is None or found is None or found.kind != "late":
        return found
    days = between(day_of(at), day_of(now), Counting.WORKING_DAYS)
    text = (
        ngettext(
            "katsottava, päivä meni työpäivä sitten", "katsottava, päivä meni %(num)d työpäivää sitten", days
        )
        if days
        else _("katsottava, päivä meni")
    )
    return replace(found, text=text)


def due_or_looked_at(due_at: datetime | None, looked_at: datetime | None, now: datetime) -> Due | None:
    """Return a task's due moment in words; of a task without one the day on which it is looked at."""
    return due_in_words(due_at, now) if due_at else looked_at_in_words(looked_at, now)


def due_for(due: Due | None, rule: str | None, *, is_owed: bool) -> str:
    """Return what a task's day stands for, the same on its page and in lists: the rule behind it, such as the target of the whole
    decision; without a rule the day itself. `is_owed`: False of a day on which the task is only looked at."""
    if due is None or due.on is None:
        return ""
    if is_owed:
        return word(rule, "deadline") if rule else day(due.on)
    return _("seurantapäivä %(day)s", day=day(due.on))


def group_of(due: Due | None, now: datetime) -> str:
    """Return the inbox heading under which a task is listed: now, week or later."""
    if due is None or due.on is None:
        return "later"
    if due.kind in ("late", "today"):
        return "now"
    on = day_of(due.on) if isinstance(due.on, datetime) else due.on
    return "week" if (on - day_of(now)).days <= WEEK else "later"
